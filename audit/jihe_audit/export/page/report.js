"use strict";
const D = JSON.parse(document.getElementById("data").textContent);
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const NAMES = { error: "确定矛盾", warning: "疑点", info: "提示" };
const list = $("#list"), search = $("#search");
let shown = [], current = -1, levels = new Set(["error", "warning", "info"]);

function el(tag, cls, text) {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = text;
  return e;
}

function draw() {
  const words = search.value.trim().toLowerCase();
  shown = D.findings.map((_, i) => i).filter(i => {
    const f = D.findings[i];
    return levels.has(f.severity) && (!words || f.search.includes(words));
  });
  list.replaceChildren(...shown.map(item));
  $("#count").textContent = `${shown.length} / ${D.findings.length}`;
  if (!shown.includes(current)) light(-1);
}

function item(i) {
  const f = D.findings[i], li = el("li");
  li.id = "f" + i;
  li.dataset.i = i;
  li.setAttribute("role", "option");
  li.setAttribute("aria-selected", i === current);
  li.append(el("span", "chip " + f.severity, (f.accepted ? "已接受·" : "") + NAMES[f.severity]));
  if (f.status === "new" && D.compared) li.append(" ", el("span", "chip ok", "新增"));
  li.append(" " + f.message);
  if (f.place) li.append(el("div", "where", f.place));
  if (i === current) li.append(detail(f));
  return li;
}

function detail(f) {
  const box = el("div", "detail");
  if (f.working) box.append(el("div", "formula", f.working));
  if (f.picture) { const d = el("div"); d.append(intervals(f.picture)); box.append(d); }
  f.evidence.forEach((e, n) => {
    const q = el("div", "quote", "“" + e.quote + "”");
    if (e.place || e.report) q.append(el("span", "where", " " + (e.report ? e.report + " " : "") + e.place));
    if (!e.report) q.addEventListener("click", ev => { ev.stopPropagation(); show(n); });
    box.append(q);
  });
  const dl = el("dl");
  const rows = [["可能原因", f.explanation], ["连带影响", f.consequences.join("；")], ["依据", f.basis.join("、")],
    ["建议", f.advice], ["需补充", f.needs.join("、")], ["接受理由", f.accepted], ["识别码", f.fingerprint]];
  for (const [k, v] of rows) if (v) dl.append(el("dt", "", k), el("dd", "", v));
  box.append(dl);
  return box;
}

function intervals(p) {
  const NS = "http://www.w3.org/2000/svg", W = 380, svg = document.createElementNS(NS, "svg");
  const add = (tag, at, text) => {
    const e = document.createElementNS(NS, tag);
    for (const k in at) e.setAttribute(k, at[k]);
    if (text) e.textContent = text;
    svg.append(e);
  };
  svg.setAttribute("viewBox", `0 0 ${W} 78`);
  svg.setAttribute("width", W);
  svg.setAttribute("class", "intervals");
  const x = v => 90 + 270 * v;
  for (const [n, name, a, b, words, colour] of [[0, "报告填列", ...p.stated, p.words[0], "#c62828"], [1, "复核计算", ...p.computed, p.words[1], "#2e7d32"]]) {
    const y = 8 + n * 36;
    add("text", { x: 0, y: y + 13 }, name);
    add("line", { x1: 90, x2: 362, y1: y + 9, y2: y + 9, stroke: "#d9dce1" });
    add("rect", { x: x(a), y: y + 2, width: Math.max(4, x(b) - x(a)), height: 14, fill: colour, rx: 2 });
    add("text", { x: 90, y: y + 29, style: "font-size:11.5px" }, words);
  }
  return svg;
}

function light(i, keep) {
  $$(".lit").forEach(e => e.classList.remove("lit", "first"));
  $$(".page rect.on").forEach(e => e.classList.remove("on"));
  current = i;
  $$("#list li").forEach(li => {
    const mine = +li.dataset.i === i;
    li.setAttribute("aria-selected", mine);
    const old = $(".detail", li);
    if (old) old.remove();
    if (mine) li.append(detail(D.findings[i]));
  });
  if (i < 0) return;
  history.replaceState(null, "", "#f=" + D.findings[i].fingerprint);
  const spans = $$(`[data-e~="${i}"]`);
  spans.forEach(e => e.classList.add("lit"));
  $$(`.page rect[data-f="${i}"]`).forEach(e => e.classList.add("on"));
  const first = D.findings[i].evidence[0];
  const lead = first && !first.report ? spans.filter(e => inside(e, first)) : [];
  lead.forEach(e => e.classList.add("first"));
  const li = $("#f" + i);
  if (li) li.scrollIntoView({ block: "nearest" });
  if (!keep) {
    const imaged = !$("#images") || $("#images").hidden ? null : $(`.page rect[data-f="${i}"]`);
    const at = imaged || lead[0] || spans[0];
    if (at) { if (!imaged && $("#text").hidden) tab("text"); at.scrollIntoView({ block: "center" }); }
  }
}

const inside = (e, ev) => +e.dataset.s >= ev.start && +e.dataset.s < ev.end;

function show(n) {
  const hit = $$(`[data-e~="${current}"]`).find(e => inside(e, D.findings[current].evidence[n]));
  if (!hit) return;
  tab("text");
  hit.scrollIntoView({ block: "center" });
}

function step(by) {
  if (!shown.length) return;
  const at = shown.indexOf(current);
  light(shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + by))]);
}

function tab(name) {
  $$(".tab").forEach(t => (t.hidden = t.id !== name));
  $$("nav button[data-tab]").forEach(b => b.setAttribute("aria-pressed", b.dataset.tab === name));
}

list.addEventListener("click", e => { const li = e.target.closest("li"); if (li) light(+li.dataset.i); });
document.addEventListener("click", e => {
  const s = e.target.closest("[data-e]");
  if (s) { const of = s.dataset.e.split(" ").map(Number).filter(i => shown.includes(i)); if (of.length) light(of[(of.indexOf(current) + 1) % of.length], true); }
  const r = e.target.closest(".page rect");
  if (r) light(+r.dataset.f, true);
});
search.addEventListener("input", draw);
$$("button[data-level]").forEach(b => b.addEventListener("click", () => {
  const l = b.dataset.level;
  levels.has(l) ? levels.delete(l) : levels.add(l);
  b.setAttribute("aria-pressed", levels.has(l));
  draw();
}));
$$("nav button[data-tab]").forEach(b => b.addEventListener("click", () => tab(b.dataset.tab)));
$("#print").addEventListener("click", () => window.print());
document.addEventListener("keydown", e => {
  if (e.target === search) { if (e.key === "Escape") { search.value = ""; draw(); search.blur(); } if (e.key === "Enter") { search.blur(); step(1); } return; }
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const act = { j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), "/": () => search.focus(), Escape: () => light(-1) }[e.key];
  if (act) { e.preventDefault(); act(); }
});
draw();
const wanted = D.findings.findIndex(f => "#f=" + f.fingerprint === location.hash);
if (wanted >= 0) light(wanted);
document.documentElement.dataset.ready = "1";
