"""``复核意见/<report>.docx``: the opinion on one report, in the habits of external evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jihe_audit.export.annexes import Annexes, Hits, named
from jihe_audit.export.budget import Budget, in_wan
from jihe_audit.export.cellvalues import figure_words
from jihe_audit.export.records import FactRecord, IndicatorRecord, ReportRecord
from jihe_audit.export.wordstyle import new_opinion, paragraph, table
from jihe_audit.issue_text import closing, ended, fact_sentences
from jihe_audit.issue_wording import Wording, wording
from jihe_audit.issues import CERTAINTY, Issue, chapters, faults, material

DIGITS = "零一二三四五六七八九十"
OPINION = "复核意见"
LINE = 19
"""Characters that fit on a line of the title."""
PROBLEMS = "三"
"""The section that tells the problems."""
DATA = "data"
"""The theme whose issues cast doubt on the key figures themselves."""


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese."""
    if number <= 10:
        return DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def title_of(record: ReportRecord) -> str:
    """The title of the opinion."""
    s = record.summary
    titles = wording().titles
    year = f"{s.year}年度" if s.year else ""
    return f"{s.unit or Path(s.report).stem}{year}{titles.get(s.kind, titles['other'])}{OPINION}"


def _title_lines(record: ReportRecord) -> list[str]:
    """The title as it is broken on the page: the unit, then what was reviewed."""
    title, unit = title_of(record), record.summary.unit
    if not unit or not title.startswith(unit):
        return [title]
    rest = title[len(unit) :]
    return [unit, rest] if len(rest) <= LINE else [unit, rest.removesuffix(OPINION), OPINION]


class Opinion:
    """One opinion under construction."""

    def __init__(self, record: ReportRecord, issues: Sequence[Issue], words: Wording | None = None) -> None:
        self._record = record
        self._issues = issues
        self._chapters = chapters(issues)
        self._faults = faults(record, issues)
        self._words = words or wording()
        self._places = self._items()
        self._budget = Budget(record)
        self._document = new_opinion()

    def build(self, limits: Sequence[str], scope: str) -> Any:
        """The whole document."""
        self._document.core_properties.title = title_of(self._record)
        for line in _title_lines(self._record):
            self._document.add_paragraph(line, style="Title")
        self._scope(scope)
        self._overview()
        self._problems()
        self._advice()
        self._material()
        self._heading(1, "六、未检查事项和局限性")
        for n, words in enumerate(limits, 1):
            self._say(f"{n}. {words}")
        Annexes(self._document, self._places, self._words).write(self._record, self._issues, self._faults)
        return self._document

    def _items(self) -> dict[str, str]:
        """Under which item of the text every main issue is told, by its number."""
        form = self._words.sentence["reference"]
        return {
            issue.number: form.format(chapter=PROBLEMS, theme=chinese(t), item=n)
            for t, chapter in enumerate(self._chapters, 1)
            for n, issue in enumerate(chapter.issues, 1)
        }

    def _heading(self, level: int, text: str) -> None:
        paragraph(self._document, text, f"Heading {level}")

    def _say(self, text: str, bold: str = "") -> Any:
        return paragraph(self._document, text, bold_head=bold)

    def _scope(self, scope: str) -> None:
        s = self._record.summary
        self._heading(1, "一、复核范围和方法")
        pages = f"，共{s.pages}页" if s.pages else ""
        size = f"全文{s.characters}字"
        cover = s.coverage
        borne_out = f"（含仅与他处相同数字印证的{cover.borne_out}个）" if cover.borne_out else ""
        self._say(
            f"本次复核的对象为{title_of(self._record).removesuffix(OPINION)}"
            f"（文件名：{Path(s.report).name}{pages}，{size}）。{scope}复核共识别报告数字{cover.quantities}个，"
            f"核对勾稽关系{s.checks}条，其中经核对相符的数字{cover.verified}个{borne_out}、"
            f"涉及不符或疑点的数字{cover.contradicted}个，其余{cover.unchecked}个因文中没有可比对的关系未作核对。"
        )
        for note in s.notes[:5]:
            self._say(ended(f"读取说明：{note}"))

    def _overview(self) -> None:
        self._heading(1, "二、总体情况")
        four = self._budget.four()
        if any(fact for _, fact in four):
            stated = "、".join(f"{label}{in_wan(fact.value)}万元" for label, fact in four if fact)
            self._say(f"报告载明：{stated}。")
            self._caption("表1 预算收支主要数据", "单位：万元")
            rows = [[label, in_wan(fact.value) if fact else "—", self._standing(fact)] for label, fact in four]
            table(self._document, ["项目", "报告填列", "核对结果"], rows, [50, 50, 50], {1})
        main = [i for i in self._issues if i.main]
        grades = Counter(i.level for i in main)
        classes = Counter(i.theme.word for c in self._chapters for i in c.issues)
        kinds = "、".join(f"{word}{count}项" for word, count in classes.items())
        rest = len(self._issues) - len(main)
        if main:
            counts = "、".join(f"{g}{grades[g]}项" for g in ("高", "中", "低") if grades[g])
            certain = Counter(CERTAINTY[i.severity] for i in main)
            split = "、".join(f"{words}{certain[words]}项" for words in CERTAINTY.values() if certain[words])
            split = f"其中{split}" if len(certain) > 1 else f"均为{next(iter(certain))}"
            self._say(
                f"经复核，共梳理主要问题{len(main)}项，{split}；"
                f"按严重程度分：{counts}；按类别分：{kinds}。" + (f"另有提示等事项{rest}项列入附件1。" if rest else "")
            )
        else:
            self._say("经复核，未发现需要列示的主要问题。" + (f"另有提示等事项{rest}项列入附件1。" if rest else ""))
        self._rescored()

    def _standing(self, fact: FactRecord | None) -> str:
        """How a key figure came out: what the text tells of it weighs more than a relation that holds."""
        say = self._words.sentence
        if fact is None:
            return str(say["standing_absent"])
        alike = {(f.start, f.end) for f in self._record.facts if _same(f, fact)}
        for issue in self._issues:
            place = self._places.get(issue.number)
            if place is None or issue.theme.id != DATA:
                continue
            faulty = [f.evidence[0] for f in issue.findings if f.evidence and f.evidence[0].report in ("", f.report)]
            if any(e.start <= start and end <= e.end for e in faulty for start, end in alike):
                seen = say["seen"].format(place=place)
                return str(say[f"standing_{issue.severity}"].format(seen=seen))
        return str(say[f"standing_{fact.status}"])

    def _rescored(self) -> None:
        changed = [(r, told) for r, told in zip(self._record.indicators, self._faults, strict=True) if told]
        if not changed:
            return
        self._caption("表2 得分需复核的指标", "")
        heads = ["三级指标", "指标值", "完成值", "分值", "自评得分", "测算得分", "复核情况"]
        rows = [
            [
                *[r.path[-1] if r.path else "", figure_words(r.target, r.target_text)],
                *[figure_words(r.actual, r.actual_text), figure_words(r.weight), figure_words(r.score)],
                *[_again(r, told), named(told, self._places, self._words)],
            ]
            for r, told in changed
        ]
        table(self._document, heads, rows, [32, 19, 19, 13, 18, 18, 38], {3, 4, 5})

    def _caption(self, title: str, unit: str) -> None:
        paragraph(self._document, title, "表题")
        if unit:
            paragraph(self._document, unit, "表单位")

    def _problems(self) -> None:
        self._heading(1, f"{PROBLEMS}、存在的问题")
        if not self._chapters:
            self._say("本次复核未发现需要列示的主要问题。")
        told: set[str] = set()
        for t, chapter in enumerate(self._chapters, 1):
            self._heading(2, f"（{chinese(t)}）{chapter.problem}")
            for n, issue in enumerate(chapter.issues, 1):
                facts = fact_sentences(issue, self._words)
                head = f"{n}. {ended(issue.kind.name)}"
                if len(facts) == 1:
                    self._say(facts[0] + closing(issue, self._words, told), bold=head)
                    continue
                self._say(self._words.sentence["examples"], bold=head).paragraph_format.keep_with_next = True
                for m, fact in enumerate(facts, 1):
                    self._say(f"（{m}）{fact}")
                tail = closing(issue, self._words, told)
                if tail:
                    self._say(tail)

    def _advice(self) -> None:
        self._heading(1, "四、有关建议")
        if not self._chapters:
            self._say("建议继续保持数据核对机制，做好绩效自评工作。")
        ordinals = self._words.sentence["advice_many"]
        for t, chapter in enumerate(self._chapters, 1):
            self._heading(2, f"（{chinese(t)}）{chapter.advice}")
            advice = [issue.advice or f"核实“{issue.kind.name}”的有关情况并更正" for issue in chapter.issues]
            if len(advice) == 1:
                self._say(ended(self._words.sentence["advice_one"].format(advice=advice[0])))
                continue
            parts = [
                f"{ordinals[n] if n < len(ordinals) else f'第{n + 1}，'}建议{words.rstrip('。；')}"
                for n, words in enumerate(advice)
            ]
            self._say("；".join(parts) + "。")

    def _material(self) -> None:
        self._heading(1, "五、需补充的佐证材料")
        wanted = material(self._issues)
        if not wanted:
            self._say("无。")
            return
        self._caption("表3 需补充的佐证材料", "")
        at = {issue.number: str(n) for n, issue in enumerate(self._issues, 1)}
        rows = [[str(n), name, "、".join(at[i] for i in numbers)] for n, (name, numbers) in enumerate(wanted, 1)]
        table(self._document, ["序号", "材料名称", "对应附件1序号"], rows, [14, 90, 50])


def _same(one: FactRecord, other: FactRecord) -> bool:
    """Whether two figures tell one and the same amount."""
    return (one.measure, one.scope, one.subject, one.value) == (other.measure, other.scope, other.subject, other.value)


def _again(row: IndicatorRecord, told: Hits) -> str:
    """The score by the report's own rule, where a finding tells by how much it differs."""
    deltas = [f.score_delta for _, f in told if f.score_delta]
    return "—" if row.score is None or not deltas else f"{row.score.value + deltas[0]:.2f}"


def write_opinion(
    path: Path, record: ReportRecord, issues: Sequence[Issue], *, limits: Sequence[str], scope: str
) -> None:
    """Write the opinion whole.

    Raises:
        OSError: when it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        Opinion(record, issues).build(limits, scope).save(str(temporary))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
