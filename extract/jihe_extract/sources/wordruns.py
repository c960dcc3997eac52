"""The characters of one Word paragraph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from jihe_extract.sources.textlines import visible
from jihe_extract.sources.wordnumbers import W, value_of
from jihe_extract.sources.wordstyles import Styles, switched

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BOX = f"{W}txbxContent"
_CHECKS = {0xF0FE: "☑", 0xF052: "☑", 0xF0A8: "□", 0xF06F: "□", 0xF0FC: "√", 0xF0FB: "×", 0xF0A3: "□"}
_CHARACTERS = {f"{W}t": "", f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-"}
_DELETED = {f"{W}del", f"{W}moveFrom"}
_SKIPPED = {f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}sdtEndPr", f"{W}instrText", f"{W}delText", f"{W}rt"}


class Keeper(Protocol):
    """What a paragraph needs of the walk it belongs to."""

    styles: Styles
    cited: list[str]

    def drop(self, kind: str, text: str) -> None:
        """Keep aside what the page does not show."""
        ...


@dataclass(slots=True)
class Pieces:
    """Lines of a paragraph (more than one when it holds line breaks) and its text boxes."""

    lines: list[str] = field(default_factory=lambda: [""])
    boxes: list[Any] = field(default_factory=list)
    field_depth: int = 0
    in_code: bool = False


def paragraph_pieces(paragraph: Any, keeper: Keeper) -> Pieces:
    """Everything a paragraph shows, in order."""
    pieces = Pieces()
    style = value_of(paragraph.find(f"{W}pPr"), "pStyle")
    _walk(paragraph, pieces, keeper, keeper.styles.hidden(style))
    return pieces


def _walk(element: Any, pieces: Pieces, keeper: Keeper, hidden: bool) -> None:
    for child in element.iterchildren("*"):
        tag = child.tag
        if tag in _SKIPPED:
            continue
        if tag in _DELETED:
            keeper.drop("deleted", "".join(child.itertext()))
        elif tag == f"{W}r":
            _run(child, pieces, keeper, hidden)
        elif tag == f"{_MC}AlternateContent":
            _walk(_alternative(child), pieces, keeper, hidden)
        elif tag == _BOX:
            pieces.boxes.append(child)
        elif tag in (f"{W}t", f"{_MATH}t"):
            _text(child.text or "", pieces)
        else:
            _walk(child, pieces, keeper, hidden)


def _alternative(element: Any) -> Any:
    choice = element.find(f"{_MC}Choice")
    fallback = element.find(f"{_MC}Fallback")
    if choice is not None and (fallback is None or any(True for _ in choice.iter(_BOX)) or len(choice)):
        return choice
    return fallback if fallback is not None else element


def _text(text: str, pieces: Pieces) -> None:
    if not pieces.in_code:
        pieces.lines[-1] += visible(text)


def _run(run: Any, pieces: Pieces, keeper: Keeper, hidden: bool) -> None:
    properties = run.find(f"{W}rPr")
    own = switched(properties, "vanish")
    style = value_of(properties, "rStyle")
    if own is None and style and keeper.styles.hidden(style):
        own = True
    if own if own is not None else hidden:
        keeper.drop("hidden", "".join(str(t.text or "") for t in run.iter(f"{W}t")))
        return
    for child in run.iterchildren("*"):
        _run_part(child, pieces, keeper, hidden)


def _run_part(child: Any, pieces: Pieces, keeper: Keeper, hidden: bool) -> None:
    tag = child.tag
    if tag in _CHARACTERS:
        _text(_CHARACTERS[tag] or child.text or "", pieces)
    elif tag in (f"{W}br", f"{W}cr"):
        if not pieces.in_code:
            pieces.lines.append("")
    elif tag == f"{W}sym":
        code = int(str(child.get(f"{W}char") or "0"), 16)
        _text(_CHECKS.get(code, chr(code) if 32 <= code < 0xE000 else ""), pieces)
    elif tag == f"{W}fldChar":
        _field(str(child.get(f"{W}fldCharType")), pieces)
    elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
        kind = "footnote" if tag.endswith("footnoteReference") else "endnote"
        keeper.cited.append(f"{kind}:{child.get(f'{W}id')}")
    elif tag == f"{_MC}AlternateContent":
        _walk(_alternative(child), pieces, keeper, hidden)
    elif tag not in _SKIPPED:
        outer = sum(1 for _ in child.iterancestors(_BOX))
        pieces.boxes += [box for box in child.iter(_BOX) if sum(1 for _ in box.iterancestors(_BOX)) == outer]
        if tag == f"{W}ruby":
            base = child.find(f"{W}rubyBase")
            if base is not None:
                _walk(base, pieces, keeper, hidden)


def _field(kind: str, pieces: Pieces) -> None:
    """Field codes are instructions; only their results are text."""
    if kind == "begin":
        pieces.field_depth += 1
        pieces.in_code = True
    elif kind == "separate":
        pieces.in_code = False
    elif kind == "end":
        pieces.field_depth = max(pieces.field_depth - 1, 0)
        pieces.in_code = False
