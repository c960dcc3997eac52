"""Finds names in a paragraph: by structure where figures show an indicator, by the tagger elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import regex

from jihe_extract.numbers.quantity import Quantity
from jihe_extract.prose.words import Finder, load_words
from jihe_models.examples import Paragraph
from jihe_models.measuring import NameScore
from jihe_models.model import Model
from jihe_models.names import Name, NameTagger, cue_names, trim
from jihe_models.roles import Guess, RoleModel

ROW = frozenset({"目标值", "监控值", "完成值", "完成率", "偏差率", "权重", "得分"})
"""Measures of an indicator's figures."""
_ENUMERATOR = regex.compile(
    r"^[\s　]*(?:(?:三级)?指标\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[：:、.．]?"
    r"|[（(]?[0-9０-９一二三四五六七八九十]{1,3}[）)、.．：:]|[①-⑳]|其中[：:，,]?|[-•·●■◆])?\s*"
    r"(?:(?:数量|质量|时效|成本|产出|效益|经济效益|社会效益|生态效益|可持续影响|满意度|服务对象满意度)指标"
    r"\s*(?:[：:]|—+|-|(?=[“\"])))?\s*[“\"]?"
)
_END = regex.compile(
    r"[：:，,；;“”\"]|[（(](?=[^（）()]{0,6}[0-9]|应得|满分|权重|分值)|(?<![0-9])(?=[0-9])"
    r"|(?=该指标|指标值|目标值|预期)"
)
_BREAK = regex.compile(r"[。；;！？\n]")


class Namer:
    """Structure first, tagger second."""

    def __init__(self, tagger: NameTagger, roles: RoleModel) -> None:
        self.tagger, self.roles = tagger, roles

    @classmethod
    def of(cls, model: Model) -> Namer:
        """The namer of a loaded model."""
        return cls(model.names, model.roles)

    def find(self, text: str, figures: Sequence[Quantity], guesses: Sequence[Guess] | None = None) -> list[Name]:
        """Names of a paragraph in order; ``figures`` have offsets into ``text``."""
        said = list(guesses) if guesses is not None else self.roles.paragraph(text, 0, figures)
        tagged = self.tagger.tag(text) if figures else []
        rows = indicator_names(text, figures, said, tagged)
        found = rows + cue_names(text)
        indicators = not rows and any(g.label == "目标值" for g in said)
        for name in tagged:
            alone = not any(name.start < f.end and f.start < name.end for f in found)
            if alone and (name.label == "PROJ" or indicators):
                found.append(name)
        return sorted(found, key=lambda n: (n.start, n.end))


def indicator_names(
    text: str, figures: Sequence[Quantity], guesses: Sequence[Guess], tagged: Sequence[Name] = ()
) -> list[Name]:
    """The words at the head of each group of an indicator's figures.

    A group is a run of an indicator's figures, one of each role; its name stands at the beginning of the
    sentence or of the ；-group where the run starts. Where no stop parts the name from the words of the first
    figure, a name that the tagger saw (``tagged``) or a word of the vocabulary shows where it ends.
    """
    found: list[Name] = []
    seen = [n.start for n in tagged if n.label == "IND"]
    for run in (part for whole in groups(text, figures, guesses) for part in _split(figures, guesses, whole, seen)):
        name = head_name(text, figures, guesses, run, tagged)
        if name is not None and all(name.start >= f.end for f in found):
            found.append(name)
    return found


def groups(text: str, figures: Sequence[Quantity], guesses: Sequence[Guess]) -> Iterator[list[int]]:
    """Runs of figures of one indicator, as positions in ``figures``."""
    run: list[int] = []
    for i in range(len(figures) + 1):
        here = i < len(figures) and guesses[i].label in ROW
        if here and not _starts_anew(text, figures, guesses, run, i):
            run.append(i)
            continue
        if i < len(figures) and not here and run and not _parted(text, figures, run[-1], i):
            continue
        if run:
            yield run
        run = [i] if here else []


def _split(
    figures: Sequence[Quantity], guesses: Sequence[Guess], run: list[int], seen: Sequence[int]
) -> Iterator[list[int]]:
    """The run without a figure before it that is no part of it.

    The run begins with its target where one of the roles before the target comes again behind it, or where
    the tagger saw a name right before the target (``seen``: where such names start).
    """
    at = next((n for n, i in enumerate(run) if guesses[i].label == "目标值"), 0)
    if at:
        before = {guesses[i].label for i in run[:at]}
        again = before & {guesses[i].label for i in run[at + 1 :]}
        gap = range(figures[run[at - 1]].span.end, figures[run[at]].span.start)
        if again or any(start in gap for start in seen):
            yield run[:at]
            run = run[at:]
    yield run


def _parted(text: str, figures: Sequence[Quantity], one: int, two: int) -> bool:
    return _BREAK.search(text[figures[one].span.end : figures[two].span.start]) is not None


def _starts_anew(text: str, figures: Sequence[Quantity], guesses: Sequence[Guess], run: list[int], i: int) -> bool:
    """Whether figure ``i`` opens the next indicator: its role was filled, and a break stands before it."""
    filled = run and guesses[i].label in {guesses[j].label for j in run}
    return bool(filled) and _parted(text, figures, run[-1], i)


def head_name(
    text: str, figures: Sequence[Quantity], guesses: Sequence[Guess], run: Sequence[int], tagged: Sequence[Name] = ()
) -> Name | None:
    """The name at the head of a run, None when the run is no indicator or no name stands there."""
    roles = {guesses[j].label for j in run}
    if not ("目标值" in roles and len(roles) > 1) and not ("完成值" in roles and roles & {"权重", "得分"}):
        return None
    first = figures[run[0]].span.start
    floor = figures[run[0] - 1].span.end if run[0] else 0
    breaks = [m.end() for m in _BREAK.finditer(text, floor, first)]
    start = breaks[-1] if breaks else floor
    opened = _ENUMERATOR.match(text, start, first)
    start = opened.end() if opened else start
    ended = _ended(text, start + 2, first)
    while ended and text[start : ended.start()].count("（") > text[start : ended.start()].count("）"):
        ended = _ended(text, ended.start() + 1, first)
    seen = [n for n in tagged if n.label == "IND" and start <= n.start <= start + 2 and n.end <= first]
    if ended and not ended.group()[:1].isdigit():
        start, end = trim(text, start, ended.start() if ended.group() else _before(text, start, ended.start()))
    elif seen:
        start, end = seen[0].start, seen[0].end
    else:
        start, end = trim(text, start, _glued_end(text, start, first))
    fits = 2 <= end - start <= 40 and not _NO_NAME.match(text, start, end)
    return Name(start, end, "IND") if fits else None


def _glued_end(text: str, start: int, first: int) -> int:
    """Where a name ends that runs into the words of its figure at ``first``; ``start`` when nothing tells.

    Before a word of the vocabulary, but for a short one between; else at the first word that names end in.
    """
    known = _cues().find(text[start + 2 : first])
    if known:
        return _before(text, start, start + 2 + known[0].start)
    ends = _NAME_END.search(text, start + 2, first)
    return int(ends.end()) if ends else start


def _before(text: str, start: int, stop: int) -> int:
    """The end of a name before the word at ``stop``: 好感度|拟定|目标值."""
    ends = [m.end() for m in _NAME_END.finditer(text, start + 2, stop)]
    return int(ends[-1]) if ends and stop - ends[-1] <= _SHORT else stop


_SHORT = 2
_NAME_END = regex.compile(r"比例|比重|面积|里程|金额|数量|[人户批场艘]?次数?|[率度数量](?![量数])")


def _ended(text: str, start: int, first: int) -> regex.Match[str] | None:
    """Where a name ends before the figure at ``first``, which the pattern may look at."""
    match = _END.search(text, start, first + 1)
    return match if match is not None and match.start() < first else None


_NO_NAME = regex.compile(r"(?:该|本)(?:项|次)?(?:指标|评价)|未完成的|“?三公")


@cache
def _cues() -> Finder:
    """Words that announce an indicator's figure, of two characters and more."""
    measures = load_words().measures.values()
    return Finder({a: m.id for m in measures if m.id in ROW for a in m.aliases if len(a) > 1})


def score_names(namer: Namer, text: str, figures: Sequence[Quantity], want: Sequence[tuple[int, int]]) -> NameScore:
    """Exact and overlapping indicator names of one paragraph."""
    score = NameScore()
    found = [(n.start, n.end) for n in namer.find(text, figures) if n.label == "IND"]
    score.add(want, found)
    return score


def name_score(namer: Namer, paragraphs: Iterable[Paragraph]) -> NameScore:
    """Indicator names of several paragraphs against their marks."""
    total = NameScore()
    for p in paragraphs:
        want = [(m.start, m.end) for m in p.names if m.label == "IND"]
        one = score_names(namer, p.text, p.figures, want)
        total.gold, total.said = total.gold + one.gold, total.said + one.said
        total.exact, total.touched = total.exact + one.exact, total.touched + one.touched
    return total
