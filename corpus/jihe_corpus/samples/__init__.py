"""Sample reports of our own making, with gold: what README screens and the golden tests run on.

The sources lie in ``marked/`` (see :mod:`jihe_corpus.markup`); ``python -m jihe_corpus.samples`` compiles
them into ``reports/*.txt`` (or ``.md``) and ``reports/*.gold.json``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from jihe_corpus.gold import Annotated, Gold, encode, load_folder
from jihe_corpus.layout import wrap
from jihe_corpus.markup import compile_report

HERE = Path(__file__).parent
REPORTS = HERE / "reports"
MARKED = HERE / "marked"


def samples() -> list[Annotated]:
    """The sample reports with their gold."""
    return load_folder(REPORTS)


def compiled(source: Path) -> tuple[str, Gold]:
    """Text and gold of one marked source, laid out as its tail asks (``layout``, ``width``)."""
    raw = source.read_text(encoding="utf-8")
    head, _, tail = raw.partition("\n+++\n")
    width = int(tomllib.loads(tail).get("width", 32))
    tail = "\n".join(line for line in tail.splitlines() if not line.startswith("width"))
    text, gold = compile_report(f"{head}\n+++\n{tail}\n")
    if gold.layout == "wrapped":
        text, gold = wrap(text, gold, width, page=24)
    suffix = ".md" if gold.layout == "markdown" else ".txt"
    return text, msgspec.structs.replace(gold, text_file=source.stem + suffix)


def build(folder: Path = REPORTS) -> list[Path]:
    """Compile every marked source; returns the gold files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sorted(MARKED.glob("*.mark")):
        text, gold = compiled(source)
        (folder / str(gold.text_file)).write_text(text, encoding="utf-8", newline="")
        target = folder / f"{source.stem}.gold.json"
        target.write_bytes(encode(gold))
        written.append(target)
    return written
