"""What a model sees and never sees; how it decodes; how it is stored."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from jihe_corpus.spans import Doc, Mark
from jihe_extract.numbers.spotting import quantities
from jihe_models.examples import from_doc
from jihe_models.features import OTHER, contexts
from jihe_models.fitting import fits, unit_of
from jihe_models.linear import Linear
from jihe_models.model import DEFAULT, Model, default
from jihe_models.names import cue_names, trim
from jihe_models.naming import Namer
from jihe_models.registry import Registry
from jihe_models.roles import RoleModel, training_rows
from jihe_models.store import CAP, Manifest, ModelError, linear_files, read_linear, read_manifest, sha256, write

TEXT = "全年预算数1,200.50万元，执行数1000.00万元，预算执行率83.30%。"


def roles(text: str) -> list[str]:
    model = default()
    assert model is not None, "the shipped model is missing"
    return [g.label for g in model.roles.paragraph(text, 0, quantities(text))]


def test_values_are_invisible() -> None:
    """Whatever the digits, the features are the same: no value, hence no arithmetic, can be learnt."""
    other = TEXT.replace("1,200.50", "7.1").replace("1000.00", "98,765.4321").replace("83.30", "0.5")
    one = [c.fixed for c in contexts(TEXT, 0, quantities(TEXT))]
    two = [c.fixed for c in contexts(other, 0, quantities(other))]
    assert one == two and len(one) == 3
    assert not any(ch in f.partition("=")[2] for fixed in one for f in fixed if f[:3] != "at=" for ch in "123456789")


@pytest.mark.parametrize(
    ("label", "unit", "may"),
    [("执行率", "CNY", False), ("执行率", "%", True), ("执行数", "%", False), ("权重", "人", False), ("目标值", "次", True),
     ("编制数", "CNY", False), ("在职人数", "人", True), (OTHER, "%", True), ("增减额", "人", True), ("得分", "分", True)],
)  # fmt: skip
def test_units_exclude_measures(label: str, unit: str, may: bool) -> None:
    assert fits(label, unit) is may


def test_points_are_a_distance_and_no_rate() -> None:
    points, rate = (unit_of(q) for q in quantities("较目标高1.4个百分点，完成率98%"))
    assert fits("变动率", points) and fits(OTHER, points)
    assert fits("完成率", rate) and not fits("完成率", points) and not fits("执行率", points)
    assert "完成率" not in roles("完成值98%，完成率超目标1.4个百分点。")[1:]


def test_known_sentence() -> None:
    assert roles(TEXT) == ["全年预算数", "执行数", "执行率"]


def test_unknown_wording_is_read_by_its_company() -> None:
    assert roles("改定后全年盘子1200.00万元，实花金额1000.00万元，花出进度83.33%。") == [
        "全年预算数",
        "执行数",
        "执行率",
    ]


def test_mask_holds_whatever_the_weights() -> None:
    linear = Linear(("执行数", "执行率"), ("bias",), np.array([[0, 9]], np.float16), np.array([0, 9], np.float16))
    text = "支出100.00万元，完成50%"
    assert [g.label for g in RoleModel(linear).paragraph(text, 0, quantities(text))] == ["执行数", "执行率"]


def test_training_rows_follow_the_marks() -> None:
    start = TEXT.index("1000")
    doc = Doc.of("d", TEXT, [Mark("a", start, start + 9, TEXT[start : start + 9], "执行数")])
    (paragraph,) = from_doc(doc)
    assert paragraph.roles == ("", "执行数", "")
    rows, gold, units = training_rows([(paragraph.text, paragraph.figures, paragraph.roles)])
    assert gold == ["执行数"] and len(units) == 1 and len(rows) == 1


def test_training_gives_the_same_bytes() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn 未安装（jihe[train]）")
    from jihe_models.training import Base, base, fit_roles

    rows = base(count=150, reports=0)
    small = Base(worded=rows.worded, told=rows.told[:40])
    one, two = fit_roles(small, ()), fit_roles(small, ())
    assert linear_files("roles", one) == linear_files("roles", two)


# ── names ────────────────────────────────────────────────────────────────────────────────────────
def names(text: str) -> list[tuple[str, str]]:
    model = default()
    assert model is not None
    return [(text[n.start : n.end], n.label) for n in Namer.of(model).find(text, quantities(text))]


def test_indicator_name_before_its_figures() -> None:
    text = "指标三：网格巡查次数：预期指标值大于等于240次，年中监控完成118次，本次评价252次，完成率105%，权重12分，自评12分。"
    assert ("网格巡查次数", "IND") in names(text)


def test_causes_and_remedies_end_at_the_next_cue() -> None:
    text = "偏差原因：招标流标，延期；改进措施：提前启动采购。"
    assert [(text[n.start : n.end], n.label) for n in cue_names(text)] == [
        ("招标流标，延期", "REASON"),
        ("提前启动采购", "FIX"),
    ]
    assert trim(" ：甲乙， ", 0, 6) == (2, 4)


# ── store ────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DEFAULT, tmp_path / "m")
    return tmp_path / "m"


def test_shipped_model_is_whole_and_small() -> None:
    model = Model(DEFAULT)
    assert model.roles.labels and model.names and model.kinds
    assert max(p.stat().st_size for p in DEFAULT.iterdir()) <= CAP
    assert "known/xinjiang" in (DEFAULT / "CARD.md").read_text(encoding="utf-8")
    assert not any(p.suffix in (".pkl", ".joblib") for p in DEFAULT.iterdir())


def test_paragraph_kinds() -> None:
    model = default()
    assert model is not None
    assert model.kinds.kind("单位编制60名，年末在职58人。") == "人员"


@pytest.mark.parametrize("name", ["roles.npz", "roles.json", "names.npz"])
def test_tampered_files_are_refused(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(bytes(data))
    with pytest.raises(ModelError, match="校验值"):
        model = Model(folder)
        _ = model.roles, model.names


def _resign(folder: Path, name: str, data: bytes) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / name).write_bytes(data)
    manifest["files"][name] = sha256(data)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def test_object_arrays_are_refused(folder: Path) -> None:
    out = io.BytesIO()
    np.savez(out, weights=np.array([{"a": 1}], dtype=object), bias=np.zeros(1, np.float16))
    _resign(folder, "roles.npz", out.getvalue())
    with pytest.raises(ModelError, match="无法读取"):
        _ = Model(folder).roles


def test_not_a_number_wrong_shape_and_rubbish_are_refused(folder: Path) -> None:
    words = json.loads((folder / "kinds.json").read_bytes())
    shape = (len(words["features"]), len(words["labels"]))
    bias, scale = np.zeros(shape[1], np.float16), np.ones(shape[1], np.float32)
    for arrays in (
        {"weights": np.full(shape, np.nan, np.float16)},
        {"weights": np.zeros((2, 2), np.float16)},
        {"weights": np.zeros(shape, np.float64)},
        {"weights": np.zeros(shape, np.int8)},
        {"weights": np.zeros(shape, np.int8), "scale": scale[1:]},
        {"weights": np.zeros(shape, np.int8), "scale": scale * np.float32(np.inf)},
        {"weights": np.zeros(shape, np.float16), "scale": scale},
        {"weights": np.zeros(shape, np.int8), "scale": scale, "more": scale},
    ):
        out = io.BytesIO()
        np.savez(out, bias=bias, **arrays)
        _resign(folder, "kinds.npz", out.getvalue())
        with pytest.raises(ModelError):
            _ = Model(folder).kinds
    _resign(folder, "kinds.npz", b"PK\x03\x04rubbish")
    with pytest.raises(ModelError):
        _ = Model(folder).kinds


def test_weights_survive_storing(tmp_path: Path) -> None:
    """Stored and read again a part is the same, in one byte a weight or in half precision."""
    bias = np.array([0.5, -1], np.float16)
    small = Linear(
        ("a", "b"), ("f", "g"), np.array([[1, -127], [127, 3]], np.int8), bias, np.array([0.5, 2], np.float32)
    )
    halves = Linear(("a", "b"), ("f", "g"), np.array([[1, -2], [0.25, 3]], np.float16), bias)
    for name, linear in (("small", small), ("halves", halves)):
        write(tmp_path / name, Manifest("jihe-model/1", "m", "1", {}, {}), linear_files("roles", linear), "卡")
        again = read_linear(tmp_path / name, "roles", read_manifest(tmp_path / name, {}))
        assert np.array_equal(again.scores(["f", "g"]), linear.scores(["f", "g"]))
    assert small.scores(["f"]).tolist() == [1.0, -255.0] and halves.scores(["g"]).tolist() == [0.75, 2.0]


def test_oversized_additional_and_unknown_are_refused(folder: Path) -> None:
    (folder / "extra.py").write_text("print()")
    with pytest.raises(ModelError, match="清单以外"):
        Model(folder)
    (folder / "extra.py").unlink()
    _resign(folder, "names.npz", b"0" * (CAP + 1))
    with pytest.raises(ModelError, match="超过"):
        _ = Model(folder).names
    with pytest.raises(ModelError, match="特征版本"):
        read_manifest(folder, {"roles": "roles/0"})
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(ModelError):
        Model(folder)


# ── registry ─────────────────────────────────────────────────────────────────────────────────────
def _candidate(root: Path, version: str) -> None:
    manifest = json.loads((DEFAULT / "manifest.json").read_bytes()) | {"version": version, "files": {}}
    files = {p.name: p.read_bytes() for p in DEFAULT.iterdir() if p.name not in ("manifest.json", "CARD.md")}
    import msgspec

    write(root / version, msgspec.convert(manifest, Manifest), files, "卡")


def test_promote_and_roll_back(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    assert registry.pointer().live == "default" and registry.next_version() == "0001"
    _candidate(tmp_path, "0001")
    registry.promote("0001", reason="试用")
    assert Registry(tmp_path).model().manifest.version == "0001"
    assert registry.versions() == ["default", "0001"] and registry.next_version() == "0002"
    registry.rollback()
    assert registry.live() == DEFAULT
    with pytest.raises(ModelError, match="没有可以退回"):
        registry.rollback()
    actions = [json.loads(line)["action"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert actions == ["promote", "rollback"]


def test_a_broken_candidate_leaves_the_old_model_live(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    _candidate(tmp_path, "0001")
    (tmp_path / "0001" / "names.npz").write_bytes(b"")
    with pytest.raises(ModelError):
        registry.promote("0001")
    (tmp_path / ".0002.draft").mkdir()
    assert registry.pointer().live == "default" and registry.versions() == ["default", "0001"]
    with pytest.raises(ModelError):
        registry.folder("../0001")
