from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from jihe.errors import UsageError
from jihe.settings import Settings, Switches, find, load


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "jihe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "本地.toml").write_text("")
    settings = load(
        written(
            tmp_path,
            'pack = "hunan"\nrulebook = ["本地.toml"]\n[thresholds]\nlow_execution = 0.85\n'
            '[rules]\noff = ["T*"]\non = ["T01"]\n[[accept]]\nfingerprint = "ab"\nreason = "已说明"\n',
        )
    )
    assert settings.thresholds == {"low_execution": Decimal("0.85")}
    assert settings.rulebook == (str(tmp_path / "本地.toml"),)
    assert [settings.rules.allow(r) for r in ("T01", "T02", "A01")] == [True, False, True]
    assert settings.unused(["cd"]) == list(settings.accept) and not settings.unused(["ab"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pack = ", "不是有效的 TOML"),
        ("pak = 'x'", "pak"),
        ("[thresholds]\nlow_execution = 'x'", "thresholds"),
        ("[[accept]]\nfingerprint = 'x'\nreason = ' '", "理由"),
        ("rulebook = ['无.toml']", "不存在"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load(written(tmp_path, text))


def test_found_in_the_folder_of_the_reports(tmp_path: Path) -> None:
    assert find([tmp_path]) == Settings()
    written(tmp_path, "pack = 'henan'")
    assert find([tmp_path / "x", tmp_path]).pack == "henan"


def test_what_changes_the_judging_changes_the_key() -> None:
    plain = Settings()
    assert plain.judging == Settings(path="x").judging
    others = [Settings(pack="hunan"), Settings(rules=Switches(off=("A*",))), Settings(thresholds={"a": Decimal(1)})]
    assert len({s.judging for s in [plain, *others]}) == 4
