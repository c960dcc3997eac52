"""Covering personal data before anything leaves the tool.

Phone, identity and account numbers and the names of persons become stars of the same length, so that every
offset into the text stays right: ``185****3391``, ``唐**``. What is personal is told by
:mod:`jihe_audit.export.personal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jihe_audit.export.personal import STAR, knowledge, listed
from jihe_extract.document import Document, Span

LONGEST = 20
"""Longest name or number that is covered as a whole."""

_SURROGATES = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """The text with lone surrogates, which no file can hold, replaced."""
    return _SURROGATES.sub("\ufffd", text)


def _cover_other(surface: str) -> str:
    if any(c.isdigit() for c in surface):
        keep = 3 if len(surface) > 8 else 1
        return surface[:keep] + STAR * (len(surface) - 2 * keep) + surface[len(surface) - keep :]
    return surface[0] + STAR * (len(surface) - 1)


def _again(text: str, told: Iterable[Span]) -> Iterator[Span]:
    """Where else the names told once stand; a name of two characters only as a word of its own."""
    names = {text[s.start : s.end] for s in told}
    words = [rf"(?<!{_HAN}){re.escape(n)}(?!(?!{_TITLE}){_HAN})" if len(n) < 3 else re.escape(n) for n in sorted(names)]
    words = [w for w, n in zip(words, sorted(names), strict=True) if 1 < len(n) <= LONGEST and not _DIGIT.search(n)]
    if words:
        yield from (Span(*m.span()) for m in re.finditer("|".join(words), text))


_NUMBER = re.compile(r"\d(?:\D{0,3}\d){6}|[@＠]")
"""What words must hold before any number of its own need be looked for in them."""
MOST_TOLD = 4_000
"""So many covered words are remembered: places and names come again and again."""
_HAN = "[\u3400-\u9fff]"
_TITLE = "同志|书记|主任|局长|院长|校长|科长|等|和|、"
_DIGIT = re.compile(r"\d")


class Mask:
    """The text with personal data covered, and the same cover for any sentence made from it."""

    def __init__(self, text: str, more: Iterable[Span] = ()) -> None:
        """``more`` are spans known to hold personal data: numbers lose their middle, names all but the first."""
        known = knowledge()
        self._cover: dict[str, str] = {}
        spans: list[Span] = []
        pieces: list[tuple[Span, str]] = []
        for number in known.numbers:
            pieces += ((span, number.cover(text[span.start : span.end])) for span in number.spans(text))
        told = [*known.cues.spans(text), *known.forms.spans(text), *more]
        for span in [*told, *_again(text, told)]:
            surface = text[span.start : span.end]
            if 1 < len(surface) <= LONGEST and STAR not in surface:
                pieces.append((span, _cover_other(surface)))
        out: list[str] = []
        at = 0
        for span, covered in sorted(pieces, key=lambda p: (p[0].start, -p[0].end)):
            if span.start < at:
                continue
            self._cover[text[span.start : span.end]] = covered
            out += (text[at : span.start], covered)
            at = span.end
            spans.append(span)
        out.append(text[at:])
        self.text: str = whole("".join(out))
        self.spans: tuple[Span, ...] = tuple(spans)
        self._told: dict[str, str] = {}
        self._longest_first = sorted(self._cover, key=len, reverse=True)

    @classmethod
    def of_document(cls, document: Document, more: Iterable[Span] = ()) -> Mask:
        """The cover of a document: of its text, and of what its tables list below a label."""
        return cls(document.text, [*listed(document), *more])

    def quote(self, span: Span) -> str:
        """The covered characters of a span of the text."""
        return self.text[span.start : span.end]

    def of(self, words: str) -> str:
        """``words`` with what this text's cover hides hidden too, and numbers of its own covered."""
        told = self._told.get(words)
        if told is None:
            told = self._covered(words)
            if len(self._told) < MOST_TOLD:
                self._told[words] = told
        return told

    def _covered(self, words: str) -> str:
        for surface in self._longest_first:
            if surface in words:
                words = words.replace(surface, self._cover[surface])
        if _NUMBER.search(words):
            for number in knowledge().numbers:
                if not number.labels:
                    words = number.pattern.sub(lambda m, n=number: n.cover(m.group()), words)
        return whole(words)
