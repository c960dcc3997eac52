from __future__ import annotations

import pytest

from jihe_corpus.arithmetic import verdict
from jihe_corpus.gold import Annotated, encode
from jihe_corpus.samples import MARKED, REPORTS, compiled, samples

SAMPLES = samples()


def test_there_are_enough_samples_clean_and_faulty() -> None:
    assert len(SAMPLES) >= 8
    assert len({s.gold.region for s in SAMPLES}) >= 6
    assert len({s.gold.unit_kind for s in SAMPLES}) >= 7
    assert sum(s.gold.clean for s in SAMPLES) >= 3
    assert sum(bool(s.gold.findings) for s in SAMPLES) >= 5


@pytest.mark.parametrize("source", sorted(MARKED.glob("*.mark")), ids=lambda p: p.stem)
def test_compiled_files_are_up_to_date(source) -> None:  # type: ignore[no-untyped-def]
    text, gold = compiled(source)
    assert (REPORTS / str(gold.text_file)).read_bytes().decode("utf-8") == text
    assert (REPORTS / f"{source.stem}.gold.json").read_bytes() == encode(gold)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_sample_is_long_enough_and_its_verdicts_hold_by_arithmetic(sample: Annotated) -> None:
    assert len("".join(sample.text.split())) >= 1500
    facts = {f.id: f for f in sample.gold.facts}
    for claim in sample.gold.claims:
        actual = verdict(claim, facts.get(claim.stated), [facts[o] for o in claim.operands])
        assert actual in ("undecided", claim.verdict), claim
    broken = [c for c in sample.gold.claims if c.verdict == "broken"]
    assert not (sample.gold.clean and broken)
