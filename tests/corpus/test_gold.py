from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from jihe_corpus.gold import Gold, GoldClaim, GoldError, GoldFact, Quote, check, decode, encode, load

TEXT = "执行率90%。"


def fact(**changes: object) -> GoldFact:
    base = GoldFact(
        id="r", quote="90%", start=3, end=6, value=Decimal("0.9"), unit="%", step=Decimal("0.01"), measure="执行率"
    )
    return msgspec.structs.replace(base, **changes)


def test_sound_gold_passes_and_survives_a_round_trip() -> None:
    gold = Gold(facts=(fact(),), text=TEXT)
    check(gold, TEXT)
    assert decode(encode(gold)) == gold


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        (Gold(schema="jihe-gold/9"), "格式版本"),
        (Gold(facts=(fact(start=2, end=5),)), "标注为"),
        (Gold(facts=(fact(end=99),)), "超出正文"),
        (Gold(facts=(fact(start=6, end=3),)), "超出正文"),
        (Gold(facts=(fact(), fact())), "重复"),
        (Gold(facts=(fact(),), claims=(GoldClaim(kind="ratio", stated="r", operands=("x",)),)), "不存在的事实"),
        (Gold(claims=(GoldClaim(kind="count", items=(Quote(quote="办", start=0, end=1),)),)), "标注为"),
    ],
)
def test_gold_that_does_not_fit_is_refused_with_the_place(gold: Gold, words: str) -> None:
    with pytest.raises(GoldError, match=words):
        check(gold, TEXT)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"facts": 3}', b'{"unknown": 1}', b"\xff\xfe"])
def test_hostile_json_is_refused_in_chinese(data: bytes) -> None:
    with pytest.raises(GoldError, match="不符合标注格式"):
        decode(data)


def test_missing_text_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gold.json"
    path.write_bytes(encode(Gold(text_file="a.txt")))
    with pytest.raises(GoldError, match=r"a\.txt"):
        load(path)
