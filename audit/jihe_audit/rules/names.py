"""Names: the unit's, the projects', the years', the attachments'."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from jihe_audit.finding import Check, Finding
from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.wording import show
from jihe_extract.document import Span
from jihe_extract.facts import Fact


@rule(
    id="T05",
    title="单位名称疑似漏字",
    category="L08",
    severity="warning",
    basis=("STL-83",),
    advice="统一使用单位全称或规定简称。",
    consequence="text",
    fails=(
        "2023年度平安市东城区红星家园街道办事处部门整体支出绩效自评报告\n一、基本情况\n红星家园街道下辖7个社区。\n«星家园街道»紧盯目标任务。",
    ),
    passes=(
        "2023年度平安市东城区红星家园街道办事处部门整体支出绩效自评报告\n一、基本情况\n红星家园街道下辖7个社区。\n红星家园街道紧盯目标任务。",
    ),
)
def missing_character(ledger: Ledger) -> Outcome:
    """正文中的单位简称比全称少一个字（如“东湖街道”写成“湖街道”）。"""
    for name in ledger.profile.aliases:
        core = next((name[: -len(k)] for k in ("街道办事处", "街道", "镇", "乡") if name.endswith(k)), "")
        kind = name[len(core) :]
        if len(core) < 2 or kind not in ("街道", "街道办事处", "镇", "乡"):
            continue
        for i in range(len(core)):
            wrong = core[:i] + core[i + 1 :] + kind
            if len(wrong) < 4 or wrong not in ledger.document.text:
                continue
            hits = list(regex.finditer(rf"(?<!\p{{Han}}){regex.escape(wrong)}", ledger.document.text))
            if hits:
                often = len(hits) > 2
                yield ledger.finding(
                    f"“{wrong}”与“{name}”不一致，{'简称未统一' if often else f'疑漏“{core[i]}”字'}。",
                    Span(*hits[0].span()), severity="info" if often else "warning",
                )  # fmt: skip
                return


@rule(
    id="T04",
    title="单位称谓前后不一",
    category="L08",
    severity="warning",
    basis=("STL-83",),
    advice="核实是否为本单位名称，统一称谓。",
    consequence="text",
    fails=("一、基本情况\n东湖片区管委会单位编制数20人，实有人数18人。\n2023年«东湖街道办事处»加大力度推进各项工作。",),
    passes=("一、基本情况\n东湖街道办事处单位编制数20人，实有人数18人。\n2023年东湖街道办事处加大力度推进各项工作。",),
)
def two_names(ledger: Ledger) -> Outcome:
    """同一地名后接“街道办事处”和“片区管委会”两种机构名称，可能机构改革后未改全，或从其他报告移来。"""
    unit = ledger.profile.unit
    place = _place(unit)
    if len(place) < 2:
        return
    here = next((k for k in ("片区", "街道", "区管理委员会", "管委会") if k in unit), "")
    other = "街道办事处" if here in ("片区", "区管理委员会", "管委会") else "片区管委会" if here == "街道" else ""
    if not other:
        return
    at = ledger.document.text.find(place + other)
    if at >= 0:
        span = Span(at, at + len(place + other))
        yield ledger.finding(
            f"报告单位为“{unit}”，文中又称“{place}{other}”，前后不一。",
            span,
            *([ledger.profile.unit_span] if ledger.profile.unit_span else []),
        )


def _place(unit: str) -> str:
    core = regex.sub(r"（[^）]*）", "", unit)
    core = regex.sub(r"(?:片?区?管理委员会|片?区?管委会|街道办事处|街道|人民政府)$", "", core)
    return str(regex.split(r"省|自治区|(?<=\p{Han}{2})市|(?<=\p{Han}{2})[区县]|开发区", core)[-1])


@rule(
    id="T07",
    title="附件编号与正文不符",
    category="L07",
    severity="warning",
    basis=("CY10",),
    advice="按正文清单更正附件编号。",
    consequence="text",
    fails=(
        "一、存在问题\n执行偏慢。\n\n附件：1. 基础数据表\n2. 绩效自评表\n\n«附件2»\n2023年度基础数据表\n\n附件3\n2023年度绩效自评表\n",
    ),
    passes=(
        "一、存在问题\n执行偏慢。\n\n附件：1. 基础数据表\n2. 绩效自评表\n\n附件1\n2023年度基础数据表\n\n附件2\n2023年度绩效自评表\n",
    ),
)
def attachments(ledger: Ledger) -> Outcome:
    """正文所列附件的编号应与所附各件的编号一致。"""
    text = ledger.document.text
    listed = regex.search(r"附件[：:]\s*(?:1\s*[.．、][^\n]*)(?:\n\s*\d{1,2}\s*[.．、][^\n]*)*", text)
    if listed is None:
        return
    numbers = {int(n) for n in regex.findall(r"(?:附件[：:]\s*|\n\s*)(\d{1,2})\s*[.．、]", listed[0])}
    bodies = [
        m
        for m in regex.finditer(r"(?:^|\n)\s*(附件\s*(\d{1,2}))\s*[：:]?\s*(?=\n)", text)
        if m.start() >= listed.end() - 1
    ]
    found = [int(m[2]) for m in bodies]
    if found and sorted(found) != sorted(numbers) and len(found) <= len(numbers):
        first = bodies[0]
        span = Span(*first.span(1))
        yield ledger.finding(
            f"正文列附件{'、'.join(map(str, sorted(numbers)))}，所附各件编号为{'、'.join(map(str, found))}，不一致。",
            span, *(Span(*m.span(1)) for m in bodies[1:]),
        )  # fmt: skip


@rule(
    id="T10",
    title="同一项目名称前后不一",
    category="L08",
    severity="warning",
    basis=("STL-83",),
    advice="统一项目名称。",
    consequence="text",
    fails=(
        "重点项目为河道管护及保洁经费项目，预算金额为416.50万元，执行金额为288.30万元。\n"
        "河道保洁经费项目，«预算金额为416.50万元»，执行金额为288.30万元，保障河面整洁。",
    ),
    passes=(
        "重点项目为河道保洁经费项目，预算金额为416.50万元，执行金额为288.30万元。\n"
        "河道保洁经费项目，预算金额为416.50万元，执行金额为288.30万元，保障河面整洁。",
    ),
)
def project_names(ledger: Ledger) -> Outcome:
    """预算数、执行数都相同而名称不同的两个项目，应是同一项目的两种写法。"""
    pairs: dict[tuple[object, object], tuple[str, Fact]] = {}
    for subject in ledger.subjects:
        budget = ledger.first(("预算数", "全年预算数", "年初预算数"), "", subject)
        spent = ledger.first(("执行数",), "", subject)
        if budget is None or spent is None or budget.quantity.unit != "CNY" or not budget.quantity.value:
            continue
        if budget.quantity.value == spent.quantity.value or budget.quantity.shown_decimals == 0:
            continue
        mark = (budget.quantity.value, spent.quantity.value)
        if mark in pairs and _bare(pairs[mark][0]) != _bare(subject):
            other, where = pairs[mark]
            also = ledger.first(("执行数",), "", other)
            yield ledger.check(
                "I19",
                "pass",
                f"{show(budget)}、{show(spent)}两处相同",
                (budget, spent, where, *((also,) if also else ())),
            )
            yield ledger.finding(
                f"“{other}”与“{subject}”的预算{show(budget)}、执行{show(spent)}均相同，疑为同一项目，名称不一。",
                budget,
                where,
            )
        pairs.setdefault(mark, (subject, budget))


def _bare(subject: str) -> str:
    """A project's name without the word 项目, which tables leave out."""
    return subject.removesuffix("项目")


@rule(
    id="T13",
    title="列举中重复同一事项",
    category="L05",
    severity="warning",
    basis=("CY10",),
    advice="删去重复事项。",
    consequence="text",
    fails=("防汛抗旱、河湖管护、灌区改造、«防汛抗旱»等工作按期完成。",),
    passes=("防汛抗旱、河湖管护、灌区改造等工作按期完成。",),
)
def repeated_items(ledger: Ledger) -> Outcome:
    """顿号并列的事项中同一事项出现两次。"""
    for block in ledger.document.blocks or ():
        if block.kind in ("table", "heading"):
            continue
        text = ledger.document.quote(block.span)
        for run in _RUN.finditer(text) if text.count("、") > 2 else ():
            yield from _repeated(ledger, block.span.start + run.start(), run[0])


_RUN = regex.compile(r"[^、，。；：\n（）()“”]{2,12}(?:、[^、，。；：\n（）()“”]{2,12}){3,}")
_AND_SO_ON = regex.compile(r"等(?:工作|方面|项目|内容)?.{0,8}$")


def _repeated(ledger: Ledger, offset: int, run: str) -> Iterator[Finding | Check]:
    seen: dict[str, int] = {}
    position = 0
    for item in run.split("、"):
        core = _AND_SO_ON.sub("", item) if "等" in item else item
        if core in seen and len(core) >= 3:
            start, first = offset + position, offset + seen[core]
            yield ledger.finding(
                f"并列事项“{core}”重复列举。", Span(start, start + len(core)), Span(first, first + len(core))
            )
        seen.setdefault(core, position)
        position += len(item) + 1


@rule(
    id="T01",
    title="年度与报告年度不符",
    category="L04",
    severity="warning",
    basis=("CY10",),
    advice="核实是否为上年度报告残留，更正年度。",
    consequence="text",
    fails=(
        "2023年度某某局部门整体支出绩效自评报告\n一、基本情况\n«2022年度部门整体支出绩效自评»得分90.00分，等级为“优”。",
    ),
    passes=(
        "2023年度某某局部门整体支出绩效自评报告\n一、基本情况\n2023年度部门整体支出绩效自评得分90.00分，等级为“优”。\n较2022年增加3人。",
    ),
)
def other_year(ledger: Ledger) -> Outcome:
    """“××××年度部门整体支出绩效自评”等应为报告年度的语句写成其他年度，疑为上年报告残留；日期晚于次年的填报时间同样提示。"""
    if not ledger.year.isdigit():
        return
    for match in regex.finditer(
        r"(20\d\d)\s*年度?(?:部门|单位)?(?:（单位）)?(?:整体|项目)支出绩效(?:自评|评价)(?!办法|管理)",
        ledger.document.text,
    ):
        if match[1] != ledger.year:
            yield ledger.finding(f"报告年度为{ledger.year}年，此处写作{match[1]}年度。", Span(*match.span()))
