"""Published reports, when they are at hand: no sentence cut, no figure cut, all tables as grids."""

import re
from pathlib import Path

import pytest

from jihe_extract.reading import read

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "reports"
REPORTS = sorted(FOLDER.glob("0*.txt"))
pytestmark = pytest.mark.skipif(not REPORTS, reason="the published reports are not part of the project")


@pytest.mark.parametrize("path", REPORTS, ids=lambda p: p.name[:3])
def test_every_character_is_kept_and_traced(path: Path) -> None:
    document = read(path)
    source = path.read_text("utf-8")
    for offset, char in enumerate(document.text):
        origin = document.source_map.source(offset)
        assert source[origin] == char if origin is not None else char in "\t\n"
    assert re.sub(r"\s", "", document.text) == re.sub(r"\s", "", source)


@pytest.mark.parametrize("path", REPORTS, ids=lambda p: p.name[:3])
def test_no_paragraph_begins_or_ends_inside_a_sentence(path: Path) -> None:
    document = read(path)
    quotes = [document.quote(b.span) for b in document.blocks if b.kind == "para"]
    open_ended = [q for q in quotes if not re.search(r"[。；：:”]$", q)]
    assert len(open_ended) <= 3
    assert not [q for q in quotes if re.match(r"[，。、；）%]|万元|[百千]?元", q)]


def test_tables(path: Path = FOLDER) -> None:
    shapes = {p.name[:3]: [(t.n_rows, t.n_cols, t.sure) for t in read(p).tables] for p in REPORTS}
    assert shapes["003"] == [(7, 4, True)]
    assert shapes["004"] == [(24, 7, True), (41, 9, True)]
    assert not shapes["000"] + shapes["001"] + shapes["002"]
