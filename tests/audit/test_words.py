from __future__ import annotations

from pathlib import Path

from jihe_audit.caserows import filled, told_row
from jihe_audit.engine import Settings, audit
from jihe_audit.rulebook import check, shipped
from jihe_extract.extraction import extract
from jihe_extract.reading import read_text


def _rules(text: str, *overlays: Path) -> set[str]:
    return {f.rule for f in audit(extract(read_text(text)), pack="national", settings=Settings(overlays)).findings}


def test_a_users_list_takes_the_place_of_ours(tmp_path: Path) -> None:
    text = told_row(title="受理信访案件", target="大于等于10件", mid="5件", done="11件", rate="110%")
    assert "D06" in _rules(text)
    path = tmp_path / "用词.toml"
    path.write_text('[[words]]\nid = "adverse_event"\nwhy = "本地只查事故。"\nany = ["事故"]\n', encoding="utf-8")
    assert not check(path)
    assert "D06" not in _rules(text, path)


def test_a_user_may_file_indicators_otherwise(tmp_path: Path) -> None:
    text = filled(cost="≥12次", cost_done="12次")
    assert "D04" in _rules(text)
    path = tmp_path / "归类.toml"
    path.write_text(
        '[[misfiling]]\nid = "counts_as_cost"\nlabel = "成本指标"\nunder = "成本指标"\nunits = ["人"]\nseverity = "info"\n',
        encoding="utf-8",
    )
    assert "D04" not in _rules(text, path)


def test_a_wrong_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "用词.toml"
    path.write_text('[[words]]\nid = "handled"\nwhy = "x"\npattern = "("\n', encoding="utf-8")
    assert [p.key for p in check(path)] == ["handled"]
    path.write_text('[[words]]\nid = "nobody"\nwhy = "x"\nany = ["甲"]\n', encoding="utf-8")
    assert "没有规则使用" in check(path)[0].message


def test_every_list_is_used_by_a_rule() -> None:
    folder = Path(__file__).resolve().parents[2] / "audit" / "jihe_audit"
    code = "".join(p.read_text("utf-8") for p in (*folder.glob("rules/*.py"), *folder.glob("*.py")))
    unused = [name for name in shipped().words if f'"{name}"' not in code and f"'{name}'" not in code]
    assert not unused
