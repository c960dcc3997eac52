from __future__ import annotations

import random
from pathlib import Path

import pytest

from jihe_corpus.gold import Annotated, check
from jihe_corpus.grammar.report import write
from jihe_corpus.mistakes import Edit
from jihe_corpus.mutation import hunt
from jihe_corpus.samples import samples
from jihe_corpus.seeding import KINDS, apply_edits, from_extraction, plant
from jihe_corpus.tallies import Flag
from jihe_corpus.writers import EditError, edit_docx, edit_xlsx, write_docx, write_xlsx
from jihe_extract.extraction import extract
from jihe_extract.reading import read
from jihe_extract.sources.text import document_of_text


def annotated(seed: int, dialect: str, layout: str | None = None) -> Annotated:
    made = write(seed, dialect, layout=layout)
    return Annotated(made.text, made.gold, made.name)


POOL = [annotated(s, d) for d in ("xinjiang", "sichuan", "hunan", "guangdong") for s in range(3)]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_finds_places_and_says_truly_what_it_did(kind: str) -> None:
    planted = [p for i, a in enumerate(POOL) if (p := plant(a, kind, random.Random(i)))]
    assert planted
    for p in planted:
        check(p.gold, p.text)
        assert p.text not in {a.text for a in POOL}
        assert p.text[p.manifest.start : p.manifest.start + len(p.manifest.changed)] == p.manifest.changed
        assert p.manifest.original != p.manifest.changed
        assert not p.gold.clean


@pytest.mark.parametrize("kind", ["digit_changed", "digits_transposed", "digit_dropped", "omitted_from_sum"])
def test_figure_mistakes_break_a_relation(kind: str) -> None:
    for i, a in enumerate(POOL):
        p = plant(a, kind, random.Random(i))
        assert p is None or any(c.verdict == "broken" for c in p.gold.claims)


def test_the_same_seed_plants_the_same_error() -> None:
    one, two = (plant(POOL[0], "digit_changed", random.Random(7)) for _ in range(2))
    assert one is not None and two is not None and one.text == two.text


def test_errors_can_be_planted_in_a_report_that_was_only_screened() -> None:
    sample = samples()[0]
    screened = from_extraction(extract(document_of_text(sample.text, name="a")))
    check(screened.gold, screened.text)
    planted = plant(screened, "digit_changed", random.Random(1))
    assert planted is not None and planted.text != screened.text


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abcdef", [Edit(0, 3, "x"), Edit(2, 4, "y")])


@pytest.mark.parametrize(
    ("suffix", "write_file", "edit"), [("docx", write_docx, edit_docx), ("xlsx", write_xlsx, edit_xlsx)]
)
@pytest.mark.parametrize("kind", ["digit_changed", "weight_changed", "wrong_grade"])
def test_edits_reach_the_file_and_nothing_else(suffix, write_file, edit, kind, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    a = annotated(3, "sichuan", "tabs")
    planted = plant(a, kind, random.Random(2))
    assert planted is not None
    source, target = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    write_file(a.text, source)
    edit(source, target, a.text, planted.edits)
    sheet = "绩效自评报告" if suffix == "xlsx" else ""  # the reader puts the sheet's name above its cells
    bare = ["".join(read(p).text.split()).removeprefix(sheet) for p in (source, target)]
    assert bare[0] == "".join(a.text.split())
    assert bare[1] == "".join(planted.text.split())


def test_an_edit_that_is_not_in_the_file_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.docx"
    write_docx("标题\n甲乙\n", source)
    with pytest.raises(EditError, match="找不到"):
        edit_docx(source, tmp_path / "b.docx", "别的文字", [Edit(0, 1, "x")])


def test_a_hunt_counts_only_what_is_new_and_halves_a_wrong_reason() -> None:
    planted = plant(POOL[0], "wrong_grade", random.Random(1))
    assert planted is not None
    at = (planted.manifest.start, planted.manifest.end)
    right = Flag("S", "E02", "error", (at,), "new")
    wrong = Flag("S", "L01", "error", (at,), "other")
    info = Flag("S", "E02", "info", (at,), "info")
    second = Flag("S", "E02", "error", ((0, 1), at), "second")
    assert hunt(planted, planted.text, [], [right]).found == 1
    assert hunt(planted, planted.text, [right], [right]).found == 0
    assert hunt(planted, planted.text, [], [wrong]).found == 0.5
    assert hunt(planted, planted.text, [], [info]).found == 0
    assert not hunt(planted, planted.text, [], [second]).culprit
    far = Flag("S", "E02", "error", ((0, 1),), "stray")
    assert hunt(planted, planted.text, [], [far]).stray == 1
