"""Strangers in the text: another unit's name, another year, where the report speaks of itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import regex

from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_audit.specs import compiled
from jihe_extract.document import Block, Span
from jihe_extract.facts import UNBOUND, Fact

_PLACES = ("省", "市", "区", "县", "州", "旗", "盟", "镇", "乡")
_TELLING = 5
"""Digits of a figure that two years do not share by chance."""
_STOP = regex.compile("[。；\n]")
_DATED = regex.compile(r"[\s一二三四五六七八九十\d、.．（）()]{0,6}(?:截至|截止|至)?\s*(20\d\d)\s*年")
_OPENS = "。；\n：:，"
"""What stands before the subject of a sentence."""
_STATED = r"报告期\s*[（(]\s*(20\d\d)\s*年(?:度)?[）)]|(20\d\d)\s*(?:年)?预算年度"
_OPENING = regex.compile(r"(?:^|(?<=[。；\n：:]))[ \u3000]*(?P<name>\p{Han}{1,14})")
"""The first words of a sentence."""
_SUFFIX = 3
"""Characters that a stranger's name must share with the unit's own, from the end."""


def _years(ledger: Ledger, names: tuple[str, ...]) -> Iterator[tuple[regex.Match[str], int]]:
    """Years at the start of a sentence about the report's own subject, or right behind the unit's name, and years
    stated as the report's; with the group that holds them."""
    text, subject = ledger.document.text, ledger.rulebook.words["own_subject"].pattern
    for match in compiled(rf"(20\d\d)\s*年(?:度)?\s*(?={subject})|{_STATED}").finditer(text):
        if match.lastindex != 1 or _opens_sentence(ledger, match.start(), names):
            yield match, match.lastindex or 1
        elif stated := compiled(_STATED).match(text, match.start()):
            yield stated, (stated.lastindex or 1) + 1


def _opens_sentence(ledger: Ledger, at: int, names: tuple[str, ...]) -> bool:
    """Whether a year stands at the start of a sentence, behind 截至 or 综上, or behind the unit as its subject."""
    text = ledger.document.text
    bare = len(text[:at].rstrip())
    if not at or "\n" in text[bare:at] or text.endswith(("。", "；", "：", ":", "截至", "截止"), 0, bare):
        return True
    if text.endswith("综上，", 0, at):
        return True
    heads = [at - len(n) for n in names if text.endswith(n, 0, at)]
    if any(not head or text[head - 1] in _OPENS for head in heads):
        return True
    own = ledger.rulebook.words["own_unit"].pattern
    return compiled(rf"(?<=(?:^|[{_OPENS}])(?:{own}))").match(text, at) is not None


@rule(
    id="T02",
    title="正文年度与报告年度不符",
    category="L04",
    severity="warning",
    basis=("CY10",),
    advice="核实是否为其他年度报告的残留，更正年度。",
    consequence="text",
    fails=(
        "2023年度平安县水利局部门整体支出绩效自评报告\n一、基本情况\n«2021年»本单位共实施3个项目。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n一、基本情况\n平安县水利局«2020年»全年预算数为80.00万元。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n一、基本情况\n截至«2020年»末，在职人员12人。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n2023年全年实际支出96.00万元。\n«2022年»全年实际支出96.00万元，执行率96.00%。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n报告期（«2021年»）内年初预算数为80.00万元。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n全年实际支出1096.25万元。\n截至«2021年»12月31日，累计支付1096.25万元。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n年初预算1096.25万元。\n«2020年»年初安排预算1096.25万元，用于水库维护。",
    ),
    passes=(
        "2023年度平安县水利局部门整体支出绩效自评报告\n一、基本情况\n2023年本单位共实施3个项目，较2021年增加1个。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n2023年全年实际支出96.00万元。\n2022年全年实际支出90.00万元。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n2020年以来，部门持续推进水库维护。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n全年实际支出1096.25万元。\n2022年支出1096.25万元，与上年持平。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n年初预算1096.25万元。\n2022年、2023年年初预算均为1096.25万元。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n全年实际支出1096.25万元。\n截至2021年12月31日，累计支付896.25万元。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n报告期（2023年）内年初预算数为80.00万元。",
    ),
)
def another_year(ledger: Ledger) -> Outcome:
    """以“××××年本单位……”开头、叙述本报告内容的句子，年度应为报告年度；上年对比数除非与本年数完全相同，不提示。"""
    if not ledger.year.isdigit():
        return
    text, words = ledger.document.text, ledger.rulebook.words
    names = tuple(n for n in (ledger.profile.unit, *ledger.profile.aliases) if n)
    told: set[int] = set()
    for match, kind in _years(ledger, names):
        group = match.lastindex or 1
        said, own = int(match[group]), int(ledger.year)
        end = _sentence_end(text, match.end())
        if said == own or words["other_time"].search(text[match.start() : end]):
            continue
        if kind == 1 and said == own - 1 and not _same_figures(ledger, str(said), Span(match.start(), end)):
            continue
        if said > own and words["time_to_come"].search(text[match.start() : end]):
            continue
        at = Span(match.start(group), match.end(group) + (text[match.end(group)] == "年"))
        told.add(at.start)
        yield ledger.finding(f"报告年度为{own}年，此处写作{said}年，疑为其他年度内容。", at)
    for at, figure, same in _misdated(ledger):
        if at.start not in told:
            told.add(at.start)
            yield ledger.finding(
                f"报告年度为{ledger.year}年，“{ledger.document.quote(figure)}”此处写作{ledger.document.quote(at)}的数，与本年度的数完全相同。",
                at,
                figure,
                same,
            )


def _misdated(ledger: Ledger) -> Iterator[tuple[Span, Span, Span]]:
    """A year, a figure dated by it, and the same figure told of the report's own year elsewhere."""
    own: dict[tuple[str, str, str, Decimal], list[Fact]] = {}
    dated: list[tuple[Span, Fact]] = []
    for fact in ledger.extraction.facts:
        q = fact.quantity
        if fact.origin != "prose" or q.unit != "CNY" or sum(c.isdigit() for c in q.shown) < _TELLING:
            continue
        year = _year_before(ledger, fact)
        if year is not None:
            dated.append((year, fact))
        elif fact.period in ("", ledger.year):
            own.setdefault((fact.measure, fact.scope, fact.subject, q.value), []).append(fact)
    for year, fact in dated:
        same = own.get((fact.measure, fact.scope, fact.subject, fact.quantity.value))
        if same and fact.measure not in (UNBOUND, "业务量"):
            yield year, fact.quantity.span, same[0].quantity.span


def _year_before(ledger: Ledger, fact: Fact) -> Span | None:
    """The other year that opens the sentence of a figure, when that tells of no comparison and not of the own year."""
    text, at = ledger.document.text, fact.quantity.span.start
    start = max(text.rfind(c, max(0, at - 160), at) for c in "。；\n") + 1
    found = _DATED.match(text, start, at)
    if found is None or found[1] == ledger.year:
        return None
    sentence = text[start : _sentence_end(text, at)]
    if ledger.year in sentence or ledger.rulebook.words["time_compared"].search(sentence):
        return None
    return Span(found.start(1), found.end(1) + 1)


def _sentence_end(text: str, start: int) -> int:
    found = _STOP.search(text, start)
    return found.start() if found else len(text)


def _same_figures(ledger: Ledger, period: str, span: Span) -> bool:
    """Whether a figure of the sentence, dated to another year, equals the report year's own."""
    dated = [f for f in ledger.extraction.facts if f.period == period and span.holds(f.quantity.span)]
    return any(
        f.quantity.value and f.quantity.value == o.quantity.value
        for f in dated
        for o in ledger.extraction.facts
        if (o.measure, o.scope, o.subject, o.period) == (f.measure, f.scope, f.subject, "")
    )


@rule(
    id="T03",
    title="疑似其他单位名称",
    category="L08",
    severity="warning",
    basis=("CY10",),
    advice="核实是否为其他单位报告的残留，更正单位名称。",
    consequence="text",
    fails=(
        "2023年度平安县水利局部门整体支出绩效自评报告\n一、基本情况\n平安县水利局负责水资源管理。\n«清河县水利局»2023年共实施3个项目。",
        "2023年度平安县妇幼保健院部门整体支出绩效自评报告\n一、基本情况\n«清河县妇幼保健院»本级共设3个科室。\n平安县妇幼保健院在职12人。",
    ),
    passes=(
        "2023年度平安县水利局部门整体支出绩效自评报告\n一、基本情况\n平安县水利局负责水资源管理。\n水利局2023年共实施3个项目。",
        "2023年度平安县水利局部门整体支出绩效自评报告\n一、基本情况\n经市水利局批复，与清河县水利局共建防汛物资库。",
    ),
)
def another_unit(ledger: Ledger) -> Outcome:
    """句首作主语的单位名称与本单位机构类别相同、地名不同，疑为从其他单位报告移来。"""
    unit = ledger.profile.unit
    kind = unit[-_SUFFIX:]
    if len(unit) < _SUFFIX + 2:
        return
    own = {unit, *ledger.profile.aliases}
    own |= {o.replace("人民政府", "政府") for o in own}
    for block in _bodies(ledger):
        text = ledger.document.quote(block.span)
        for start, name in _subjects(ledger, text, kind) if kind in text else ():
            if any(name == o or o.endswith(name) or _same_unit(name, o, unit) for o in own):
                continue
            if ledger.document.text.count(name) <= ledger.document.text.count(unit):
                at = Span(block.span.start + start, block.span.start + start + len(name))
                others = [ledger.profile.unit_span] if ledger.profile.unit_span else []
                yield ledger.finding(f"报告单位为“{unit}”，此处写作“{name}”，疑为其他单位名称。", at, *others)


def _subjects(ledger: Ledger, text: str, kind: str) -> Iterator[tuple[int, str]]:
    """Names of units of a kind that open a sentence as its subject, and where they stand."""
    behind = compiled(rf"\s*(?:20\d\d|{ledger.rulebook.words['unit_as_subject'].pattern})")
    for words in _OPENING.finditer(text):
        start = words.start("name")
        at = text.rfind(kind, start + 1, words.end() + len(kind))
        while at >= 0 and behind.match(text, at + len(kind)) is None:
            at = text.rfind(kind, start + 1, at + len(kind) - 1)
        if at >= 0:
            yield start, text[start : at + len(kind)]


def _same_unit(name: str, own: str, unit: str) -> bool:
    """Whether a name is the unit's own with words before it: not when these are a place that the unit's name lacks."""
    before = name.removesuffix(own)
    if len(own) <= _SUFFIX + 1 or before == name:
        return False
    return before in unit or not before.endswith(_PLACES)


def _bodies(ledger: Ledger) -> list[Block]:
    return [b for b in ledger.document.blocks if b.kind == "para"]
