"""An evaluation as one HTML page: figures by slice, and the misses to click through."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jihe.evaluate_table import Evaluation, Line
from jihe_corpus.tallies import Miss

_STYLE = (
    "body{font:14px/1.6 sans-serif;margin:2em auto;max-width:1280px;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:2px 8px;text-align:right}"
    "td:first-child,th:first-child{text-align:left}summary{cursor:pointer}li{margin:.3em 0}"
    "code{background:#f4f4f4;white-space:pre-wrap}mark{background:#ffe08a}.low{color:#b00020}"
)
HEADS = (
    "切片",
    "份数",
    "数字",
    "归属",
    "指标值",
    "指标行",
    "断言",
    "判定",
    "检出",
    "指认",
    "误报/份",
    "疑点/份",
    "覆盖",
)
_PER_MISS = 200


def cells(entry: Line) -> list[str]:
    """The figures of a line in the order of :data:`HEADS`."""
    f1 = entry.f1
    name = entry.value if entry.slice == "total" else f"{entry.slice}：{entry.value}"
    metrics = ("quantities", "binding", "row_figures", "rows", "claims", "verdicts")
    shown = [f"{f1[m]:.4f}" if m in f1 else "—" for m in metrics]
    hunted = [f"{entry.mutation:.3f}", f"{entry.culprit:.3f}"] if entry.planted else ["—", "—"]
    false = [f"{entry.errors_per_clean:.2f}", f"{entry.warnings_per_clean:.2f}"] if entry.clean else ["—", "—"]
    return [name, str(entry.reports), *shown, *hunted, *false, f"{entry.coverage:.3f}"]


def page(evaluation: Evaluation) -> str:
    """The page; it needs no other file and no network."""
    parts = ["<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>绩核评测</title>"]
    parts.append(f"<style>{_STYLE}</style><h1>绩核评测</h1><p>用时 {evaluation.seconds} 秒</p>")
    parts.append(_table(HEADS, [cells(entry) for entry in evaluation.lines]))
    kinds = [[k, f"{n:.0f}", f"{f / n:.3f}", f"{c / n:.3f}"] for k, (n, f, c) in evaluation.kinds.items() if n]
    if kinds:
        parts.append("<h2>植入错误</h2>" + _table(("种类", "植入", "检出率", "指认率"), kinds))
    if evaluation.expected:
        rows = [[k, str(n), str(f)] for k, (n, f) in evaluation.expected.items()]
        parts.append("<h2>应有问题</h2>" + _table(("类别", "应有", "检出"), rows))
    parts.append("<h2>未中与误报</h2>")
    listed: dict[str, list[tuple[str, Miss]]] = {}
    for result in evaluation.results:
        for miss in [*result.false, *result.misses]:
            listed.setdefault(miss.what, []).append((result.report, miss))
        if result.failure:
            listed.setdefault("failure", []).append((result.report, Miss("failure", "", result.failure, 0, 0)))
    for what, entries in sorted(listed.items(), key=lambda pair: -len(pair[1])):
        items = "".join(_item(report, miss) for report, miss in entries[:_PER_MISS])
        parts.append(f"<details><summary>{escape(what)}（{len(entries)}）</summary><ol>{items}</ol></details>")
    return "".join(parts) + "</html>\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _item(report: str, miss: Miss) -> str:
    context = escape(miss.context)
    want = f"应为 <b>{escape(miss.expected)}</b> " if miss.expected else ""
    got = f"得到 <span class='low'>{escape(miss.got)}</span> " if miss.got else ""
    return f"<li>{escape(report)} [{miss.start}—{miss.end}] {want}{got}<br><code>{context}</code></li>"
