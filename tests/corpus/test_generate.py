from __future__ import annotations

import random
import tomllib
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jihe_corpus.arithmetic import verdict
from jihe_corpus.generate import orders, write_corpus
from jihe_corpus.gold import check, load_folder
from jihe_corpus.grammar.dialect import HERE, dialects, kinds
from jihe_corpus.grammar.expand import PatternError, expand
from jihe_corpus.grammar.report import REPORT_KINDS, _teller, full_dialect, write
from jihe_corpus.split import by_key, leaks

ALL = sorted(dialects())


def test_there_is_enough_variety() -> None:
    assert sum(d.split == "train" for d in dialects().values()) >= 8
    assert sum(d.split == "test" for d in dialects().values()) >= 4
    assert len(kinds().kind) >= 6
    assert len(REPORT_KINDS) == 4


@pytest.mark.parametrize("dialect", ALL)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_reports_are_sound_consistent_and_repeatable(dialect: str, seed: int) -> None:
    report = write(seed, dialect)
    again = write(seed, dialect)
    assert (report.text, report.gold) == (again.text, again.gold)
    check(report.gold, report.text)
    facts = {f.id: f for f in report.gold.facts}
    for claim in report.gold.claims:
        found = verdict(claim, facts.get(claim.stated), [facts[o] for o in claim.operands])
        assert found in ("holds", "undecided"), claim
    weights = [facts[r.weight].value for r in report.gold.rows]
    assert sum(weights) in (Decimal(80), Decimal(90))
    paths = {row.path[0][:2] for row in report.gold.rows}
    assert {"产出", "效益", "满意"} <= paths


@pytest.mark.parametrize("dialect", ALL)
def test_clean_years_hold_beyond_what_their_sentences_claim(dialect: str) -> None:
    for seed in range(20):
        rng = random.Random(seed)
        kind = kinds().kind[rng.choice(kinds().of(dialects()[dialect].split))]
        world = _teller(rng, full_dialect(dialect), kind, rng.choice(REPORT_KINDS)).world
        raw = world.raw
        assert raw["A1"] == raw["J1"] + raw["X1"] == raw["S1"] + raw["S2"] + raw["S3"]
        assert raw["B"] == raw["JB"] + raw["XB"] <= raw["A1"]
        assert raw["RB"] + raw["GB"] == raw["JB"] and raw["RB"] <= raw["RA"] and raw["GB"] <= raw["GA"]
        assert raw["L0"] + raw["RV"] == raw["B"] + raw["L1"]
        assert (raw["J1"] - raw["J0"]) * (raw["X1"] - raw["X0"]) >= 0
        assert all(p.spent <= p.budget for p in world.projects)
        assert world.total <= 100 and all(0 <= i.score <= i.weight <= 28 for i in world.indicators)
        assert all(value >= 0 for value in raw.values())


def test_test_pools_share_nothing_with_train_pools() -> None:
    for kind in kinds().kind.values():
        for pool in ("duties", "orgs", "projects", "indicators", "works"):
            told = [set(getattr(p, pool)) for p in (kind.train, kind.test, kind.blind) if p is not None]
            assert not any(a & b for a, b in combinations(told, 2)), (kind.name, pool)
    shared = [tomllib.loads((HERE / f"shared-{s}.toml").read_text("utf-8")) for s in ("train", "test")]
    same = {"is", "stop", "and"}  # function words and marks
    for name in set(shared[0]["pools"]) - same:
        assert not set(shared[0]["pools"][name]) & set(shared[1]["pools"][name]) - {"<unit>"}, name


def test_slices_are_not_confounded() -> None:
    drawn = orders(160)
    pairs = {(o.unit_kind, o.report_kind) for o in drawn}
    assert len(pairs) == len(kinds().of("train")) * len(REPORT_KINDS)


def test_blind_dialects_share_nothing_with_the_others() -> None:
    blind = [d for d in dialects().values() if d.split == "blind"]
    assert len(blind) >= 3
    others = {
        p for d in dialects().values() if d.split != "blind" for ps in full_dialect(d.id).messages.values() for p in ps
    }
    own = [{p for ps in d.messages.values() for p in ps if "{" in p and len(p) > 8} for d in blind]
    assert all(not patterns & others for patterns in own)
    assert all(not a & b for a, b in combinations(own, 2))
    assert {o.unit_kind for o in orders(90, "blind")} == set(kinds().of("blind"))
    assert not set(kinds().of("blind")) & set(kinds().of("train"))


@pytest.mark.parametrize("pattern", ["(甲|乙", "<无>", "甲)乙(", "(甲|<无>)"])
def test_bad_patterns_are_refused_or_kept_whole(pattern: str) -> None:
    try:
        for seed in range(8):
            expand(pattern, random.Random(seed), {})
    except PatternError:
        return
    assert pattern == "甲)乙("


@pytest.mark.parametrize("form", ["txt", "docx", "xlsx", "pdf"])
def test_files_are_repeatable_and_carry_their_gold(form: str, tmp_path: Path) -> None:
    wanted = orders(1, "train", 5, (form,))
    one, two = tmp_path / "1", tmp_path / "2"
    first, second = write_corpus(one, wanted), write_corpus(two, wanted)
    assert first[0].read_bytes() == second[0].read_bytes()
    assert load_folder(one)[0].gold.facts


def test_splits_keep_keys_together() -> None:
    items = [f"{unit}-{n}" for unit in range(60) for n in range(3)]
    train, test = by_key(items, lambda i: i.split("-")[0])
    assert train and test and not leaks(train, test, lambda i: i.split("-")[0])
    assert leaks(["a-1"], ["a-2"], lambda i: i.split("-")[0]) == {"a"}
