"""What the other figures of the same sentence look like: parts of one whole are told alike and measure alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jihe_extract.prose.listwords import is_total
from jihe_extract.prose.mentions import Mention

_LINKS = "为是：:共计合达到约 　"
COUNT = "-+ab"
"""Counts to three as letters: digits in features stand for values."""
_MOST = 3
"""Beyond so many characters that two labels share, more tell nothing."""


@dataclass(frozen=True, slots=True)
class Siblings:
    """Figures of the same sentence and the same kind of unit, as positions in the paragraph, -1 for none.

    ``first`` opens them, ``before`` and ``after`` stand next to the figure, ``total`` is a sum told behind it;
    ``place`` counts those in front, up to 3. ``like`` tells how the label resembles that of ``before``, ``alike``
    that of ``after`` (see :func:`_likeness`). ``echo`` is the last figure of the paragraph in front whose label ends
    in the same words, ``shared`` how many characters of them.
    """

    first: int = -1
    before: int = -1
    after: int = -1
    total: int = -1
    place: int = 0
    like: str = ""
    alike: str = ""
    echo: int = -1
    shared: str = ""


def siblings_of(found: Sequence[Mention], kinds: Sequence[str]) -> list[Siblings]:
    """The siblings of each figure of a paragraph."""
    echoes = _echoes(found, kinds)
    groups: dict[tuple[int, str], list[int]] = {}
    for i, (mention, kind) in enumerate(zip(found, kinds, strict=True)):
        groups.setdefault((mention.sentence, kind), []).append(i)
    out = [Siblings()] * len(found)
    for group in groups.values():
        for n, i in enumerate(group):
            before = group[n - 1] if n else -1
            after = group[n + 1] if n + 1 < len(group) else -1
            out[i] = Siblings(
                group[0] if n else -1, before, after,
                next((j for j in group[n + 1 :] if is_total(found[j].words)), -1), min(n, 3),
                _likeness(found[before], found[i]) if n else "", _likeness(found[i], found[after]) if after > 0 else "",
                *echoes[i],
            )  # fmt: skip
    return out


def _echoes(found: Sequence[Mention], kinds: Sequence[str]) -> list[tuple[int, str]]:
    """For each figure the last one in front that is called alike, and the shared characters as a letter."""
    last: dict[tuple[str, str], int] = {}
    out: list[tuple[int, str]] = []
    for i, (mention, kind) in enumerate(zip(found, kinds, strict=True)):
        core = mention.words.rstrip(_LINKS).strip()
        ends = [core[-n:] for n in range(min(len(core), _MOST + 1), 1, -1)]
        end = next((end for end in ends if (kind, end) in last), "")
        out.append((last[kind, end], COUNT[len(end) - 1]) if end else (-1, ""))
        last.update({(kind, end): i for end in ends})
    return out


def _likeness(one: Mention, two: Mention) -> str:
    """How many characters two labels share in front and at the end, and whether one of them is empty."""
    a, b = one.words.rstrip(_LINKS).strip(), two.words.rstrip(_LINKS).strip()
    front = back = 0
    while front < min(len(a), len(b), _MOST) and a[front] == b[front]:
        front += 1
    while back < min(len(a), len(b), _MOST) and a[-1 - back] == b[-1 - back]:
        back += 1
    return COUNT[front] + COUNT[back] + ("" if a and b else "-")
