"""Pictures as inline SVG: the tree of the budget with its broken branches, and simple charts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jihe_audit.export.budget import FULL, INITIAL, SPENT, Budget, Node, in_wan
from jihe_audit.export.records import ReportRecord, Summary
from jihe_audit.export.segments import MARK, safe

WIDE, HIGH, GAP_X, GAP_Y = 168, 44, 72, 12
COLOUR = {"fail": "#c62828", "pass": "#2e7d32", "": "#9e9e9e"}
WORD = {"fail": "不平", "pass": "平", "": ""}


def budget_pictures(record: ReportRecord) -> str:
    """年初 → 调整 → 全年 → 执行, and the tree below each amount that has parts."""
    budget = Budget(record)
    steps = [n for n in budget.steps() if n.fact is not None]
    if not steps:
        return ""
    parts = [f"<figure><figcaption>预算从年初到执行</figcaption>{_chain(steps)}</figure>"]
    for title, measures in (("年初预算", INITIAL), ("全年预算", FULL), ("执行", SPENT)):
        tree = budget.tree(measures)
        if tree.children and (tree.fact or len(tree.children) > 1):
            parts.append(f"<figure><figcaption>{title}构成</figcaption>{_tree(tree)}</figure>")
    return "".join(parts)


def _box(node: Node, x: int, y: int) -> str:
    state = MARK[node.fact.status] if node.fact else "u"
    amount = in_wan(node.fact.value) if node.fact else "—"
    label = node.label if len(node.label) <= 12 else node.label[:11] + "…"
    return (
        f'<g class="box {state}"><title>{safe(node.label)} {amount} 万元</title>'
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="4"/>'
        f'<text x="{x + 8}" y="{y + 18}">{safe(label)}</text>'
        f'<text class="n" x="{x + WIDE - 8}" y="{y + 36}">{amount}</text></g>'
    )


def _edge(x1: int, y1: int, x2: int, y2: int, state: str) -> str:
    middle = (x1 + x2) // 2
    dash = ' stroke-dasharray="6 4"' if state == "fail" else ""
    line = f"M{x1} {y1}H{middle}V{y2}H{x2}"
    return f'<path class="edge {state or "none"}" d="{line}" stroke="{COLOUR[state]}"{dash}/>'


def _word(x: int, y: int, state: str) -> str:
    return f'<text class="verdict {state}" x="{x}" y="{y}" fill="{COLOUR[state]}">{WORD[state]}</text>' if state else ""


def _svg(width: int, height: int, inside: str, label: str) -> str:
    return (
        f'<svg class="tree" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{inside}</svg>'
    )


def _chain(nodes: Sequence[Node]) -> str:
    out = []
    y = 22
    for n, node in enumerate(nodes):
        x = 2 + n * (WIDE + GAP_X)
        if n + 1 < len(nodes):
            out.append(_edge(x + WIDE, y + HIGH // 2, x + WIDE + GAP_X, y + HIGH // 2, node.edge))
            out.append(_word(x + WIDE + GAP_X // 2, y + HIGH // 2 - 6, node.edge))
        out.append(_box(node, x, y))
    return _svg(len(nodes) * (WIDE + GAP_X), HIGH + 44, "".join(out), "预算从年初到执行")


def _tree(root: Node) -> str:
    out: list[str] = []
    deepest, height = _lay(root, 2, 2, out)
    return _svg(deepest + WIDE + 4, height + 6, "".join(out), f"{root.label}的构成")


def _lay(node: Node, x: int, y: int, out: list[str]) -> tuple[int, int]:
    """Draw a node and what hangs on it; returns the rightmost left edge and the bottom."""
    if not node.children:
        out.append(_box(node, x, y))
        return x, y + HIGH
    deepest, at, centres = x, y, []
    for child in node.children:
        right, bottom = _lay(child, x + WIDE + GAP_X, at, out)
        centres.append(at + HIGH // 2 if not child.children else (at + bottom) // 2)
        deepest, at = max(deepest, right), bottom + GAP_Y
    bottom = at - GAP_Y
    middle = (y + bottom) // 2
    for centre in centres:
        out.append(_edge(x + WIDE, middle, x + WIDE + GAP_X, centre, node.edge))
    out.append(_word(x + WIDE + 4, middle - 6, node.edge))
    out.append(_box(node, x, middle - HIGH // 2))
    return deepest, bottom


def bars(rows: Sequence[tuple[str, Decimal, str]], label: str, line: Decimal | None = None) -> str:
    """Horizontal bars, one a row: name, share (1 is full), words; ``line`` draws a mark at a share."""
    most = max([r[1] for r in rows] + [Decimal(1)])
    left, wide, step = 190, 330, 22
    out = []
    for n, (name, share, words) in enumerate(rows):
        y = n * step + 4
        length = int(wide * max(share, Decimal(0)) / most)
        shown = name if len(name) <= 14 else name[:13] + "…"
        out.append(
            f"<g><title>{safe(name)} {words}</title>"
            f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{safe(shown)}</text>'
            f'<rect class="bar" x="{left}" y="{y}" width="{length}" height="16"/>'
            f'<text x="{left + length + 6}" y="{y + 13}">{words}</text></g>'
        )
    if line is not None and rows:
        x = left + int(wide * line / most)
        out.append(f'<path class="mark" d="M{x} 0V{len(rows) * step}"/>')
    return (
        f'<svg class="chart" role="img" aria-label="{label}" viewBox="0 0 600 {len(rows) * step + 6}" '
        f'width="600" height="{len(rows) * step + 6}">{"".join(out)}</svg>'
    )


def columns(rows: Sequence[tuple[str, int]], label: str) -> str:
    """Upright columns, one a class: name and count."""
    most = max([n for _, n in rows] + [1])
    wide, high = 62, 130
    out = []
    for i, (name, count) in enumerate(rows):
        height = high * count // most
        x = i * wide + 8
        out.append(
            f'<rect class="bar" x="{x}" y="{high - height + 18}" width="{wide - 16}" height="{height}"/>'
            f'<text x="{x + (wide - 16) // 2}" y="{high - height + 14}" text-anchor="middle">{count or ""}</text>'
            f'<text x="{x + (wide - 16) // 2}" y="{high + 34}" text-anchor="middle">{safe(name)}</text>'
        )
    width = len(rows) * wide + 8
    return (
        f'<svg class="chart" role="img" aria-label="{label}" viewBox="0 0 {width} {high + 42}" '
        f'width="{width}" height="{high + 42}">{"".join(out)}</svg>'
    )


def coverage_bar(summary: Summary) -> str:
    """How the figures of one report ended, as one bar."""
    cover = summary.coverage
    total = max(cover.quantities, 1)
    x, out = 0, []
    for name, count in (("v", cover.verified), ("c", cover.contradicted), ("u", cover.unchecked)):
        width = 300 * count // total
        out.append(f'<rect class="{name}" x="{x}" y="0" width="{width}" height="12"/>')
        x += width
    size = 'viewBox="0 0 300 12" width="300" height="12"'
    return f'<svg class="cover" role="img" aria-label="核对情况" {size}>{"".join(out)}</svg>'
