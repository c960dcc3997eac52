"use strict";
const $ = s => document.querySelector(s), $$ = s => [...document.querySelectorAll(s)];
const SEVERITY = ["确定矛盾", "疑点", "提示"], CLASS = ["error", "warning", "info"], ROW = 34;
const enc = p => p.split("/").map(encodeURIComponent).join("/");

/* A table that draws only the rows in view. columns: [title, width, cell(row) -> text or node, sort(row)?, numeric?, least?];
   a column with a least width takes up what room there is. */
class Grid {
  constructor(box, columns, rows, label) {
    Object.assign(this, { box, columns, all: rows, rows, label, sorted: null, at: -1 });
    this.head = document.createElement("div");
    this.head.className = "head";
    columns.forEach((c, n) => {
      const h = this.cell(c, c[0]);
      h.tabIndex = 0;
      h.setAttribute("role", "columnheader");
      h.onclick = () => this.sort(n);
      h.onkeydown = e => { if (e.key === "Enter") this.sort(n); };
      this.head.append(h);
    });
    this.space = document.createElement("div");
    this.space.className = "space";
    this.live = document.createElement("div");
    this.least = columns.reduce((sum, c) => sum + (c[5] || c[1]), 0) + "px";
    this.head.style.minWidth = this.least;
    box.append(this.head, this.live, this.space);
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    box.addEventListener("keydown", e => this.key(e));
    this.draw();
  }
  cell(column, content) {
    const d = document.createElement("div");
    d.className = "cell" + (column[4] ? " num" : "");
    if (column[5]) { d.style.flex = "1 1 " + column[1] + "px"; d.style.minWidth = column[5] + "px"; } else d.style.width = column[1] + "px";
    if (content instanceof Node) d.append(content); else { d.textContent = content; if (String(content).length > 12) d.title = content; }
    return d;
  }
  row(i) {
    const r = document.createElement("div"), data = this.rows[i];
    r.className = "row" + (i === this.at ? " at" : "");
    r.style.minWidth = this.least;
    r.style.top = ROW + 1 + i * ROW + "px";
    for (const c of this.columns) r.append(this.cell(c, c[2](data)));
    return r;
  }
  draw(whole) {
    const first = whole ? 0 : Math.max(0, Math.floor(this.box.scrollTop / ROW) - 6);
    const last = whole ? this.rows.length : Math.min(this.rows.length, first + Math.ceil(this.box.clientHeight / ROW) + 14);
    const parts = [];
    for (let i = first; i < last; i++) parts.push(this.row(i));
    this.live.replaceChildren(...parts);
    this.space.style.height = this.rows.length * ROW + 2 + "px";
    if (this.label) this.label.textContent = `${this.rows.length} / ${this.all.length}`;
  }
  filter(test) { this.rows = this.all.filter(test); this.at = -1; this.order(); this.box.scrollTop = 0; this.draw(); }
  sort(n) {
    this.sorted = this.sorted && this.sorted[0] === n ? [n, -this.sorted[1]] : [n, 1];
    [...this.head.children].forEach((h, i) => h.setAttribute("aria-sort", i === n ? (this.sorted[1] > 0 ? "ascending" : "descending") : "none"));
    [...this.head.children].forEach((h, i) => (h.textContent = this.columns[i][0] + (i === n ? (this.sorted[1] > 0 ? " ▲" : " ▼") : "")));
    this.order();
    this.draw();
  }
  order() {
    if (!this.sorted) return;
    const [n, sign] = this.sorted, key = this.columns[n][3] || this.columns[n][2];
    this.rows = this.rows.map(r => [key(r), r]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * sign).map(p => p[1]);
  }
  key(e) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (by) {
      e.preventDefault();
      this.at = Math.max(0, Math.min(this.rows.length - 1, this.at + by));
      const y = this.at * ROW;
      if (y < this.box.scrollTop) this.box.scrollTop = y;
      if (y > this.box.scrollTop + this.box.clientHeight - 2 * ROW - 20) this.box.scrollTop = y - this.box.clientHeight + 3 * ROW;
      this.draw();
    }
    if (e.key === "Enter" && this.at >= 0 && e.target === this.box) { const a = this.row(this.at).querySelector("a"); if (a) location.href = a.href; }
  }
}

function link(href, text) { const a = document.createElement("a"); a.href = href; a.textContent = text; return a; }
function chip(n, accepted) { const s = document.createElement("span"); s.className = "chip " + CLASS[n]; s.textContent = (accepted ? "已接受·" : "") + SEVERITY[n]; return s; }
const page = r => "报告页/" + enc(r) + ".html";
const share = v => (v === null ? "—" : (v * 100).toFixed(1) + "%");

function start() {
  const D = JSON.parse($("#data").textContent);
  const name = r => r.unit || r.report;
  const reports = new Grid($("#reports"), [
    ["单位", 250, r => (r.failed ? name(r) : link(page(r.report), name(r))), name, 0, 180],
    ["年度", 60, r => r.year], ["报告", 230, r => r.report, null, 0, 150],
    ["确定矛盾", 80, r => r.n[0], null, 1], ["疑点", 70, r => r.n[1], null, 1], ["提示", 70, r => r.n[2], null, 1], ["已接受", 70, r => r.n[3], null, 1],
    ["执行率", 80, r => share(r.execution), r => (r.execution === null ? -1 : r.execution), 1],
    ["自评得分", 80, r => (r.score === null ? "—" : r.score), r => (r.score === null ? -1 : r.score), 1],
    ["数字", 60, r => r.figures, null, 1], ["核对率", 80, r => share(r.coverage), r => (r.coverage === null ? -1 : r.coverage), 1],
    ["读取情况", 120, r => r.note, null, 0, 110],
  ], D.reports, $("#n-report"));
  const of = f => D.reports[f[0]];
  const findings = new Grid($("#findings"), [
    ["确定性", 110, f => chip(f[1], f[6]), f => f[1]],
    ["问题", 660, f => link(page(of(f).report) + "#f=" + f[4], f[3]), f => f[3], 0, 260],
    ["单位", 170, f => name(of(f)), null, 0, 130], ["类别", 90, f => D.themes[f[2]]], ["位置", 200, f => f[5], null, 0, 130],
  ], D.findings, $("#n-finding"));
  const levels = new Set([0, 1]);
  for (const f of D.findings) f[7] = (f[3] + " " + name(of(f)) + " " + f[5]).toLowerCase();
  const refilter = () => {
    const words = $("#find-finding").value.trim().toLowerCase(), theme = $("#theme").value === "" ? -1 : D.themes.indexOf($("#theme").value);
    findings.filter(f => levels.has(f[1]) && (theme < 0 || f[2] === theme) && (!words || f[7].includes(words)));
  };
  $("#find-finding").addEventListener("input", refilter);
  $("#theme").addEventListener("change", refilter);
  $("#find-report").addEventListener("input", e => {
    const words = e.target.value.trim().toLowerCase();
    reports.filter(r => !words || (r.unit + " " + r.report + " " + r.year).toLowerCase().includes(words));
  });
  $$("button[data-level]").forEach(b => b.addEventListener("click", () => {
    const l = +b.dataset.level;
    levels.has(l) ? levels.delete(l) : levels.add(l);
    b.setAttribute("aria-pressed", levels.has(l));
    refilter();
  }));
  document.addEventListener("keydown", e => { if (e.key === "/" && e.target.tagName !== "INPUT") { e.preventDefault(); $("#find-finding").focus(); } });
  addEventListener("beforeprint", () => { reports.draw(true); findings.draw(findings.rows.length <= 2000); });
  addEventListener("afterprint", () => { reports.draw(); findings.draw(); });
  $("#print").addEventListener("click", () => print());
  refilter();
  window.jihe = { reports, findings };
  document.documentElement.dataset.ready = "1";
}
requestAnimationFrame(() => setTimeout(start, 0));
