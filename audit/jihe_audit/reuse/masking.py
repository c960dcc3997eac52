"""The symbol stream of a text: widths folded, space dropped, numbers and own names masked, clauses cut.

The stream keeps for every symbol the code points it came from, so that whatever is found in it can be
quoted from the canonical text. Everything here is vectorised over the code points of one report.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Symbols = npt.NDArray[np.uint16]
Offsets = npt.NDArray[np.int32]

NUMBER = 0x30
"""Symbol of a run of digits with its points, commas and per cent signs (``0``)."""
NAME = 0xE000
"""Symbol of the report's own name or place (private use)."""
LONGEST_CLAUSE = 256
"""A clause is cut after so many symbols, so that text without punctuation stays linear."""

_DROP, _TAB, _LINE, _BREAK = 0, 9, 10, 11
_ASTRAL = 0xE100
_BREAKS = "。！？；，：!?;,:…|"
_QUOTES = "“”‘’\"'「」『』《》〈〉`·•*_#$\\~"
_ENUMERATOR = re.compile(
    r"(?:\([一二三四五六七八九十百0-9]{1,4}\)|[一二三四五六七八九十百]{1,3}、|第[一二三四五六七八九十百0-9]{1,4}[章节条]"
    r"|[0-9]{1,3}(?:[.．](?![0-9])|[、)])|[一二三四五六七八九十]{1,2}是(?=[^否])|[①-⑳])"
)


def _folding() -> npt.NDArray[np.uint16]:
    table = np.arange(0x10000, dtype=np.uint16)
    table[0xFF01:0xFF5F] -= 0xFEE0
    table[0xD800:0xE000] = _ASTRAL
    lower = np.arange(ord("A"), ord("Z") + 1)
    table[lower] += 32
    table[lower + 0xFEE0] = lower + 32
    drop = [c for c in range(0x21) if c not in (_TAB, _LINE)] + [0x7F, 0x85, 0xA0, 0x1680, 0x180E, 0x2028, 0x2029]
    drop += [*range(0x2000, 0x2010), 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF, 0xFFFC, 0xFFFD]
    table[drop] = _DROP
    for char in _QUOTES:
        table[ord(char)] = _DROP
    for char in _BREAKS:
        table[ord(char)] = _BREAK
    for old, new in zip("—–‐―─【〔［】〕］", "-----[[[]]]", strict=True):
        table[ord(old)] = ord(new)
    for old, new in zip("０１２３４５６７８９％", "0123456789%", strict=True):
        table[ord(old)] = ord(new)
    table[[0x0B, 0x0C]] = _DROP
    return table


_FOLD = _folding()
_OPENS = np.zeros(0x10000, dtype=np.bool_)
"""Which folded characters may open a list number."""
_OPENS[[ord(c) for c in "(第0123456789一二三四五六七八九十百①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"]] = True
_FOLD_LIST: list[int] = _FOLD.tolist()


@dataclass(frozen=True, slots=True)
class Stream:
    """Masked symbols with the half-open range of code points behind each, and the clause each stands in."""

    symbols: Symbols
    start: Offsets
    end: Offsets
    clause: Offsets


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _fold(raw: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    if raw.size and int(raw.max()) > 0xFFFF:
        astral = raw > 0xFFFF
        folded = _FOLD[np.where(astral, 0, raw)]
        folded[astral] = (_ASTRAL + (raw[astral] % 0x1700)).astype(np.uint16)
        return folded
    return _FOLD[raw]


def _join_wrapped(codes: Symbols, wrapped: bool | None) -> None:
    """Drop, in place, the line breaks that only wrap a paragraph.

    A text counts as wrapped when its lines end at a common margin. ``wrapped=False`` says that every line
    is a block already.
    """
    lines = np.flatnonzero(codes == _LINE)
    if wrapped is False or not lines.size:
        return
    seen = np.concatenate(([0], np.cumsum(codes != _DROP)))
    edges = np.concatenate(([-1], lines))
    length = seen[lines] - seen[edges[:-1] + 1]
    filled = length[length > 0]
    if filled.size < 3:
        return
    margin = float(np.quantile(filled, 0.85))
    if not wrapped and not (12 <= margin <= 64 and np.mean(filled >= 0.8 * margin) >= 0.3):
        return
    full = length >= max(0.75 * margin, 8)
    # A blank line after a full line belongs to the same wrap when blank lines stand between all lines.
    blank = length == 0
    spaced = bool(np.mean(blank) > 0.3)
    last = np.maximum.accumulate(np.where(~blank, np.arange(length.size), -1))
    joins = np.where(blank & spaced & (last >= 0), full[np.maximum(last, 0)], full)
    codes[lines[joins]] = _DROP


def _name_runs(compact: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """Where the names stand in the compact text: the longest at each place, without overlap."""
    known = sorted(set(names), key=lambda n: (-len(n), n))
    shortest = [n for n in known if not any(m != n and m in n for m in known)]
    taken: list[tuple[int, int]] = []
    for core in shortest:
        around = [(name.find(core), name) for name in known if core in name]
        at = compact.find(core)
        while at >= 0:
            before, name = next((b, n) for b, n in around if at >= b and compact.startswith(n, at - b))
            taken.append((at - before, at - before + len(name)))
            at = compact.find(core, taken[-1][1])
    taken.sort()
    return [run for i, run in enumerate(taken) if not i or run[0] >= taken[i - 1][1]]


class _Folding(dict[int, int | None]):
    """The folding of single characters, looked up when first met; None drops one."""

    def __missing__(self, code: int) -> int | None:
        folded = _FOLD_LIST[code] if code < len(_FOLD_LIST) else _ASTRAL + code % 0x1700
        self[code] = found = folded if folded > _BREAK else None
        return found


_folded_character = _Folding()


def fold_name(name: str) -> str:
    """A name as it stands in the compact text."""
    return name.translate(_folded_character)


def seal(text: str) -> str:
    """Equal for texts that are the same but for white space, widths, quotes and kind of punctuation.

    ``""`` for texts of fewer than 200 characters.
    """
    codes = _fold(code_points(text))
    codes = codes[codes > _LINE]
    return hashlib.sha256(codes.tobytes()).hexdigest()[:24] if codes.size >= 200 else ""


def _numbers(codes: Symbols, raw: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Which symbols belong to a number, points, thousands commas and per cent signs included."""
    digit = (codes >= 0x30) & (codes <= 0x39)
    before = np.concatenate(([False], digit[:-1]))
    after = np.concatenate((digit[1:], [False]))
    point = ((raw == 0x2E) | (raw == 0xFF0E) | (raw == 0x2C)) & before & after
    number = digit | point
    closed = np.concatenate(([False], number[:-1]))
    numbers: npt.NDArray[np.bool_] = number | (((codes == 0x25) | (codes == 0x2030)) & closed)
    return numbers


def mask(text: str, names: Iterable[str] = (), *, wrapped: bool | None = None) -> Stream:
    """The masked stream of a report.

    ``names`` are the report's own unit and place names as the text writes them. ``wrapped`` says whether
    line breaks only wrap paragraphs; None decides by the shape of the lines.
    """
    raw = code_points(text)
    codes = _fold(raw)
    _join_wrapped(codes, wrapped)
    where = np.flatnonzero(codes != _DROP).astype(np.int32)
    codes, kept_raw = codes[where], raw[where]
    number = _numbers(codes, kept_raw)
    codes[number & (codes == _BREAK)] = NUMBER
    compact = codes.tobytes().decode("utf-16-le", "surrogatepass")
    breaks = codes <= _BREAK
    opens = np.concatenate(([True], breaks[:-1]))[: codes.size] & _OPENS[codes]
    for at in np.flatnonzero(opens).tolist():
        found = _ENUMERATOR.match(compact, at)
        if found:
            breaks[at : found.end()] = True
    run = np.zeros(codes.size, dtype=np.int32)
    run[number] = -1
    folded = [n for n in (fold_name(name) for name in names) if len(n) > 1]
    for i, (start, stop) in enumerate(_name_runs(compact, folded), 1):
        run[start:stop] = i
    return _collapse(codes, where, breaks, run)


def _collapse(codes: Symbols, where: Offsets, breaks: npt.NDArray[np.bool_], run: Offsets) -> Stream:
    """One symbol for each run, clause numbers counted over the breaks, long clauses cut."""
    section = np.cumsum(breaks, dtype=np.int64)
    kept = np.flatnonzero(~breaks)
    if not kept.size:
        empty = np.zeros(0, dtype=np.int32)
        return Stream(np.zeros(0, dtype=np.uint16), empty, empty, empty)
    run, section = run[kept], section[kept]
    same_run = (run[1:] != 0) & (run[1:] == run[:-1]) & (section[1:] == section[:-1])
    first = np.flatnonzero(np.concatenate(([True], ~same_run)))
    stop = np.concatenate((first[1:], [kept.size])) - 1
    symbols = codes[kept[first]].copy()
    symbols[run[first] < 0] = NUMBER
    symbols[run[first] > 0] = NAME
    section = section[first]
    opens = np.concatenate(([True], section[1:] != section[:-1]))
    begin = np.maximum.accumulate(np.where(opens, np.arange(section.size), 0))
    opens |= (np.arange(section.size) - begin) % LONGEST_CLAUSE == 0
    clause = np.cumsum(opens, dtype=np.int32) - 1
    return Stream(
        symbols=symbols,
        start=where[kept[first]],
        end=where[kept[stop]] + np.int32(1),
        clause=clause.astype(np.int32),
    )
