"""Why an aligned passage is outline, template, shared phrase or substantive copy, and who had it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jihe_audit.reuse.alignment import Aligned
from jihe_audit.reuse.report import Grade, Passage
from jihe_audit.reuse.sections import SectionKind, section_kinds
from jihe_audit.reuse.settings import Settings


@dataclass(frozen=True, slots=True)
class Author:
    """Who stands behind a report, as far as grading must know."""

    id: str
    unit: str
    region: str
    year: str
    length: int


Graded = tuple[Grade, str]


def _by_frequency(found: Aligned, kind: SectionKind, crowd: int, settings: Settings) -> Graded:
    least = settings.substantive_mandated if kind.own == "mandated" else settings.substantive
    held = f"仅见于{found.holders}份报告"
    where = f"位于“{kind.name}”" + ("，应为本单位自身内容" if kind.own == "must" else "")
    if kind.own != "must" and found.holders >= crowd:
        return "template", f"{found.holders}份报告都有，位于“{kind.name}”，内容多由上级或地区统一规定"
    if found.masked_similarity < settings.substantive_similarity:
        return "shared", f"{held}，但相同部分不足六成，只有短句相同"
    if found.whole < settings.substantive:
        return "shared", f"{held}，但只有{found.whole}字，属短句共用"
    if found.whole < least:
        return "shared", f"{held}，{where}，内容多由上级规定，且只有{found.whole}字"
    return "substantive", f"{held}，连续{found.whole}字，{where}"


def _without_frequency(found: Aligned, kind: SectionKind, near: bool, settings: Settings) -> Graded:
    few = f"报告太少，不能凭出现频率判断（见于{found.holders}份）；"
    where = f"位于“{kind.name}”"
    if found.outlined >= 0.6:
        return "outline", few + "文字与提纲规定的标题一致"
    alike = found.masked_similarity >= settings.substantive_similarity
    if kind.own == "must" and found.forms < 0.8:
        if found.evidence >= settings.substantive and alike:
            return "substantive", few + f"{where}，应为本单位自身内容，连续{found.evidence}字相同"
        return "shared", few + f"{where}，但只有{found.evidence}字相同"
    if kind.own == "mandated" and (near or found.evidence < settings.substantive_mandated):
        return "template", few + f"{where}，内容由上级规定"
    if found.forms >= 0.5:
        return "template", few + "多为填数句式，去掉数字后相同"
    if near and found.evidence < settings.substantive:
        return "shared", few + f"同一地区，{where}，只有{found.evidence}字相同，属短句共用"
    if near:
        return "template", few + f"同一地区，{where}，表述多为统一模板"
    if found.evidence >= settings.substantive_mandated and found.masked_similarity >= 0.85:
        return "substantive", few + f"不同地区，{where}，连续{found.evidence}字相同"
    return "shared", few + f"不同地区，{where}，相同文字零散，不足以认定抄录"


def _set_aside(found: Aligned, region: str) -> Graded:
    if found.aside == 2:
        return "outline", f"多个地区共{found.holders}家单位都有，属规定提纲或通用表述"
    if not region:
        return "template", f"{found.holders}家单位都有，属通用模板"
    return "template", f"{found.holders}家单位都有，集中于同一地区，属地区模板"


def source_of(found: Aligned, a: Author, b: Author) -> Literal["a", "b"] | None:
    """The side that had the text first, if a name left behind or the year gives it away."""
    left_in = {change.at for change in found.changed if change.what == "名称残留"}
    if left_in == {"b"}:
        return "a"
    if left_in == {"a"}:
        return "b"
    if a.year and b.year and a.year != b.year:
        return "a" if a.year < b.year else "b"
    return None


def _whole_copy(found: Aligned, a: Author, b: Author) -> bool:
    span = min(found.a_end - found.a_start, found.b_end - found.b_start)
    return span >= 0.9 * max(a.length, b.length, 1) and found.similarity >= 0.98


def grade(found: Aligned, a: Author, b: Author, crowd: int, settings: Settings, *, whole: bool = False) -> Passage:
    """Judge one aligned passage. ``whole`` says that the two reports are the same from end to end.

    ``crowd`` is how many holders make text outside a unit's own sections prescribed.
    """
    kinds = section_kinds()
    kind = kinds[found.kind_b] if kinds[found.kind_b].own == "must" else kinds[found.kind_a]
    if found.aside:
        judged = _set_aside(found, b.region)
    elif whole or _whole_copy(found, a, b):
        same = all(change.what == "数字相同" for change in found.changed)
        judged = ("substantive", "两份报告通篇相同，" + ("数字亦未改动" if same else "仅年度等个别处改动"))
    elif found.thin:
        near = bool(found.near) or (len(a.region) > 1 and a.region[:2] == b.region[:2])
        judged = _without_frequency(found, kind, near, settings)
    else:
        judged = _by_frequency(found, kind, crowd, settings)
    return Passage(
        a=a.id,
        b=b.id,
        a_start=found.a_start,
        a_end=found.a_end,
        b_start=found.b_start,
        b_end=found.b_end,
        grade=judged[0],
        similarity=found.similarity,
        masked_similarity=found.masked_similarity,
        changed=found.changed,
        source=source_of(found, a, b),
        reason=judged[1],
        kind_a=found.kind_a,
        kind_b=found.kind_b,
        length=found.evidence,
        holders=found.holders,
        a_quote=found.a_quote,
        b_quote=found.b_quote,
    )


def grade_pair(found: list[Aligned], a: Author, b: Author, crowd: int, settings: Settings) -> list[Passage]:
    """Judge all passages of one pair together: a copy from end to end is seen only so."""
    own = [f for f in found if not f.aside]
    covered = sum(f.b_end - f.b_start for f in own)
    agreed = sum((f.b_end - f.b_start) * f.similarity for f in own)
    whole = bool(own) and covered >= 0.85 * max(a.length, b.length, 1) and agreed >= 0.98 * covered
    passages = []
    for f in found:
        passage = grade(f, a, b, crowd, settings, whole=whole and not f.aside)
        if passage.length >= settings.shortest or passage.grade == "outline" or f.aside:
            passages.append(passage)
    return passages
