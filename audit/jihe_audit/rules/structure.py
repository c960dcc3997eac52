"""Structure: chapters that must be there, numbers in order, nothing empty, doubled or cut off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from jihe_audit.finding import Check, Finding
from jihe_audit.headings import Heading, numbered, numeral, siblings, spot, title_of, told_inline
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.specs import compiled
from jihe_extract.document import Span

_HEAD = "一、基本情况\n某单位为财政全额拨款单位。\n"
_TAIL = "三、存在的问题\n部分项目执行偏慢。\n四、改进措施\n加强调度。\n"


@rule(
    id="T08",
    title="章节编号重复或跳号",
    category="L03",
    severity="warning",
    basis=("CY10",),
    advice="按顺序重新编号，核对有无遗漏章节。",
    consequence="text",
    fails=(
        _HEAD + "二、预算情况\n预算执行正常。\n" + "三、存在的问题\n部分项目执行偏慢。\n«三、改进措施»\n加强调度。\n",
        _HEAD + "«三、存在的问题»\n部分项目执行偏慢。\n四、改进措施\n加强调度。\n",
    ),
    passes=(
        _HEAD + "二、预算情况\n预算执行正常。\n" + _TAIL,
        _HEAD
        + "二、指标完成情况\n（一）预算执行（10分）。预算执行率97.00%，年初下达较晚，得9.70分。\n（二）产出指标\n完成良好。\n（三）效益指标\n完成良好。\n"
        + _TAIL,
    ),
)
def numbering(ledger: Ledger) -> Outcome:
    """同级标题应连续编号：重号、跳号、缺第一项，以及中文与阿拉伯数字混用，都提示。"""
    headings = numbered(ledger)
    for level in (1, 2):
        for run in siblings(headings, level):
            yield from _numbering(ledger, run, level)


def _parent_of(ledger: Ledger, heading: Heading) -> int:
    """Index of the last heading above this one in rank."""
    blocks = ledger.document.blocks
    return next(
        (i for i in range(heading.index - 1, -1, -1) if blocks[i].kind == "heading" and blocks[i].level < heading.block.level),
        0,
    )  # fmt: skip


def _numbering(ledger: Ledger, run: list[Heading], level: int) -> Iterator[Finding | Check]:
    first = run[0]
    inline = told_inline(ledger, _parent_of(ledger, first), first.index, first)
    if (
        first.value != 1
        and (level == 1 or len(run) > 1 or first.value == 2)
        and not inline >= set(range(1, first.value))
    ):
        missing = "、".join(f"“{numeral(v, level)}”" for v in range(1, first.value))
        yield ledger.finding(f"同级标题从“{first.block.number}”开始，缺{missing}。", spot(first, ledger))
    for before, after in pairwise(run):
        if after.value == before.value:
            doubled = level == 1 and title_of(ledger, before) == title_of(ledger, after)
            if doubled:
                yield ledger.finding(
                    f"一级标题“{title_of(ledger, after)}”出现两次，且都编为“{after.block.number}”。",
                    spot(after, ledger), spot(before, ledger), title="标题重复出现",
                )  # fmt: skip
                continue
            yield ledger.finding(
                f"标题编号重复：“{title_of(ledger, before)}”和“{title_of(ledger, after)}”都编为“{after.block.number}”。",
                spot(after, ledger), spot(before, ledger),
            )  # fmt: skip
        elif after.value > before.value + 1:
            if told_inline(ledger, before.index, after.index, after) >= set(range(before.value + 1, after.value)):
                continue
            yield ledger.finding(
                f"标题编号由“{before.block.number}”跳到“{after.block.number}”，可能缺章节。",
                spot(after, ledger), spot(before, ledger),
            )  # fmt: skip
        elif after.value < before.value and after.value != 1:
            yield ledger.finding(
                f"标题编号由“{before.block.number}”退回“{after.block.number}”。",
                spot(after, ledger),
                spot(before, ledger),
            )
    mixed = [h for h in run if h.arabic != first.arabic]
    if level == 1 and mixed and len(run) > 2:
        odd = mixed if len(mixed) * 2 <= len(run) else [h for h in run if h.arabic == first.arabic]
        numbers = "、".join(h.block.number.rstrip("、") for h in odd)
        yield ledger.finding(
            f"一级标题编号中文、阿拉伯数字混用（{numbers}）。", *(spot(h, ledger) for h in odd), title="章节编号混用"
        )


@rule(
    id="T09",
    title="章节重复",
    category="L03",
    severity="warning",
    basis=("CY10",),
    advice="删去重复章节，保留有内容的一处。",
    consequence="text",
    fails=(_HEAD + "二、存在的问题\n部分项目执行偏慢。\n三、改进措施\n加强调度。\n«四、改进措施：»\n加强培训。\n",),
    passes=(_HEAD + "二、预算情况\n预算执行正常。\n" + _TAIL,),
)
def doubled(ledger: Ledger) -> Outcome:
    """同级标题文字完全相同的两个章节，多为拼接残留。"""
    for run in siblings(numbered(ledger), 1):
        seen: dict[str, Heading] = {}
        for heading in run:
            title = title_of(ledger, heading)
            if title in seen and heading.value != seen[title].value:
                yield ledger.finding(f"一级标题“{title}”出现两次。", spot(heading, ledger), spot(seen[title], ledger))
            seen.setdefault(title, heading)


def _body(ledger: Ledger, heading: Heading) -> str | None:
    """The text below a heading up to the next heading, None when a lower heading follows at once."""
    blocks = ledger.document.blocks
    pieces: list[str] = []
    for block in blocks[heading.index + 1 :]:
        if block.kind == "heading":
            if block.level > heading.block.level:
                return None
            break
        pieces.append(ledger.document.quote(block.span))
    return "\n".join(pieces)


@rule(
    id="T11",
    title="章节有标题无内容",
    category="L03",
    severity="warning",
    basis=("CY10",),
    advice="补写该章节；确无内容的，说明理由。",
    consequence="text",
    fails=(_HEAD + "二、存在的问题\n部分项目执行偏慢。\n«三、改进措施和建议：»\n无",),
    passes=(_HEAD + "二、存在的问题\n部分项目执行偏慢。\n三、改进措施和建议\n加强调度。",),
)
def empty(ledger: Ledger) -> Outcome:
    """标题下没有正文，或者只写“无”“略”的：问题、措施、绩效分析等章节不应为空；社保基金等确无收支的章节写“无”不报。"""
    words = ledger.rulebook.words
    for heading in numbered(ledger):
        body = _body(ledger, heading)
        if body is None:
            continue
        title = title_of(ledger, heading)
        if len(title) > 30 or any(stop in title for stop in "。；，"):
            continue
        if not body.strip():
            yield ledger.finding(f"标题“{title}”下无内容。", spot(heading, ledger), severity="info")
        elif words["empty_chapter"].match(body) and words["chapter_with_substance"].search(title):
            yield ledger.finding(f"“{title}”下只写“{body.strip()}”。", spot(heading, ledger))


@rule(
    id="T14",
    title="缺少必备章节",
    category="L03",
    severity="warning",
    basis=("CY10",),
    advice="按本地报告提纲补写。",
    consequence="text",
    fails=(
        "«2023年度某某局部门整体支出绩效自评报告»\n一、部门概况\n某某局为财政全额拨款单位。\n二、预算执行情况\n全年预算数500.00万元。\n"
        "三、绩效分析\n各项工作正常开展。\n四、改进措施\n加强调度。\n",
    ),
    passes=(
        "2023年度某某局部门整体支出绩效自评报告\n一、部门概况\n某某局为财政全额拨款单位。\n二、预算执行情况\n全年预算数500.00万元。\n"
        "三、绩效分析\n各项工作正常开展。\n四、存在问题\n执行偏慢。\n五、改进措施\n加强调度。\n",
    ),
)
def required(ledger: Ledger) -> Outcome:
    """按报告类型核对必备章节（提纲取自 outlines.toml）；识别不出类型或没有标题的报告不查。"""
    kind = ledger.profile.kind
    titles = [ledger.document.quote(h.block.span) for h in numbered(ledger)]
    if len([1 for h in numbered(ledger) if h.block.level == 1]) < 3:
        return
    for outline in ledger.rulebook.outlines.values():
        if kind not in outline.kinds:
            continue
        absent = [
            section.name
            for section in outline.required
            if not any(compiled(section.titles).search(t) for t in titles)
            and not (section.instead and compiled(section.instead).search(ledger.document.text))
        ]
        if absent:
            yield ledger.finding(f"按{outline.title}提纲，缺少“{'”“'.join(absent)}”章节。", _title_span(ledger))


def _title_span(ledger: Ledger) -> Span:
    for block in ledger.document.blocks:
        if block.kind == "title":
            return Span(block.span.start, block.span.start + len(ledger.document.quote(block.span).rstrip()))
    block = ledger.document.blocks[0]
    return Span(block.span.start, min(block.span.end, block.span.start + 40))


@rule(
    id="T12",
    title="文末疑似截断",
    category="L03",
    severity="warning",
    basis=("CY10",),
    advice="核对原稿，补全文末内容。",
    consequence="text",
    fails=(
        "一、存在的问题\n项目管理有待进一步加强。\n二、下一步打算\n继续做好档案的归纳整理，«项目后续管理有待进一步加强和»",
    ),
    passes=("一、存在的问题\n项目管理有待进一步加强。\n二、下一步打算\n继续做好档案的归纳整理。",),
)
def cut_off(ledger: Ledger) -> Outcome:
    """最后一段正文没有句末标点，且停在半句上。"""
    paras = [b for b in ledger.document.blocks if b.kind == "para" and len(b.span) > 12]
    last = ledger.document.blocks[-1] if ledger.document.blocks else None
    if not paras or last is None or last is not paras[-1]:
        return
    text = ledger.document.quote(last.span).rstrip()
    if not text or ledger.rulebook.words["whole_ending"].search(text[-6:]):
        return
    start = max(text.rfind(c) for c in "。；，、") + 1
    yield ledger.finding(
        f"文末停在“{text[-12:]}”，没有句末标点，疑似截断。", Span(last.span.start + start, last.span.start + len(text))
    )
