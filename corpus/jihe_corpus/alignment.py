"""Where a place of the gold text stands in a document that a reader made of it, and back.

Readers re-join lines, drop page furniture, table rules and Markdown signs, and set cells apart in their own
way. The two texts are therefore aligned on their characters without blanks and table signs: at once when
those are equal, else by lines first and by characters inside lines that differ.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher

_SKIP = frozenset(" \t\r\n\x0c\u3000\xa0|#*")


class Alignment:
    """Maps half-open places between a gold text and a document's canonical text."""

    def __init__(self, gold: str, document: str) -> None:
        a = [i for i, c in enumerate(gold) if c not in _SKIP]
        b = [i for i, c in enumerate(document) if c not in _SKIP]
        left = "".join(gold[i] for i in a)
        right = "".join(document[i] for i in b)
        pairs = [(i, i) for i in range(len(a))] if left == right else _matched(left, right)
        self.whole = len(pairs) == len(a)
        self._to = {a[i]: b[j] for i, j in pairs}
        self._back = {b[j]: a[i] for i, j in pairs}
        self._gold, self._document = gold, document

    def to_document(self, start: int, end: int) -> tuple[int, int] | None:
        """The place in the document, None when none of its characters was read."""
        return _map(self._to, self._gold, start, end)

    def to_gold(self, start: int, end: int) -> tuple[int, int] | None:
        """The place in the gold text, None when it has no counterpart."""
        return _map(self._back, self._document, start, end)


def _map(table: dict[int, int], text: str, start: int, end: int) -> tuple[int, int] | None:
    hits = [table[i] for i in range(start, min(end, len(text))) if i in table]
    return (min(hits), max(hits) + 1) if hits else None


def _matched(left: str, right: str, size: int = 24) -> list[tuple[int, int]]:
    """Pairs of equal characters: unique runs of ``size`` anchor the rest, gaps are compared in full."""
    anchors = _anchors(left, right, size)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for p, q in [*anchors, (len(left), len(right))]:
        if p < i or q < j:
            continue
        pairs += _gap(left, right, (i, p), (j, q))
        i, j = p, q
    return pairs


def _anchors(left: str, right: str, size: int) -> list[tuple[int, int]]:
    places: dict[str, int] = {}
    for q in range(len(right) - size + 1):
        run = right[q : q + size]
        places[run] = -1 if run in places else q
    counts: dict[str, int] = {}
    runs = [left[p : p + size] for p in range(0, len(left) - size + 1)]
    for run in runs:
        counts[run] = counts.get(run, 0) + 1
    found = [(p, places[run]) for p, run in enumerate(runs) if counts[run] == 1 and places.get(run, -1) >= 0]
    return _rising(found)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain in which both offsets rise."""
    tails: list[int] = []
    chain: list[int] = []
    back: list[int] = []
    for k, (_, q) in enumerate(pairs):
        at = bisect_left(tails, q)
        back.append(chain[at - 1] if at else -1)
        if at == len(tails):
            tails.append(q)
            chain.append(k)
        else:
            tails[at], chain[at] = q, k
    out: list[tuple[int, int]] = []
    k = chain[-1] if chain else -1
    while k >= 0:
        out.append(pairs[k])
        k = back[k]
    return out[::-1]


def _gap(left: str, right: str, a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
    one, two = left[a[0] : a[1]], right[b[0] : b[1]]
    if one == two:
        return [(a[0] + k, b[0] + k) for k in range(len(one))]
    if not one or not two:
        return []
    blocks = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    return [(a[0] + m.a + k, b[0] + m.b + k) for m in blocks for k in range(m.size)]
