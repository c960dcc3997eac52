"""The evaluator's loop by command: queue, import, train, compare, promote, roll back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="scikit-learn 未安装（jihe[train]）")

from typer.testing import CliRunner

from jihe.cli import app
from jihe.errors import UsageError
from jihe_corpus.corrections import Corrections
from jihe_corpus.formats import native
from jihe_corpus.wordings.sentences import sentences
from jihe_models import slices, training
from jihe_models.registry import Registry

REPORT = "改定后全年盘子1200.00万元，实花金额1000.00万元，花出进度83.33%。\n联系电话13812345678，编制60名，在职58人。\n"


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(training, "SENTENCES", 300)
    monkeypatch.setattr(training, "REPORTS", 1)
    few = {
        "known/henan": lambda: slices.dialect_slice("henan", 1),
        "trial/north": lambda: slices.wording_slice("trial-north", 40),
        "trial/central": lambda: slices.wording_slice("trial-central", 60),
    }
    monkeypatch.setattr(slices, "frozen", lambda: few)
    (tmp_path / "报告.txt").write_text(REPORT, encoding="utf-8")
    return tmp_path


def test_queue_masks_and_suggests(place: Path) -> None:
    run("corpus", "queue", "报告.txt", "-o", "q.jsonl", "--format", "native")
    docs = [json.loads(line) for line in (place / "q.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(docs) == 2 and "13812345678" not in (place / "q.jsonl").read_text(encoding="utf-8")
    assert all(s["status"] == "suggested" for d in docs for s in d["spans"])
    assert int(docs[0]["meta"]["disagreements"]) >= int(docs[1]["meta"]["disagreements"])


def test_import_rejects_split_and_check(place: Path) -> None:
    (place / "a.jsonl").write_bytes(native.export(sentences("trial-north", 12, 5)))
    assert "新增标注" in run("corpus", "import", "a.jsonl")
    assert "新增标注 0 处" in run("corpus", "import", "a.jsonl")
    bad = {"id": 1, "text": "执行数12万元", "label": [[3, 7, "S"]], "Comments": []}
    (place / "b.jsonl").write_text(json.dumps(bad, ensure_ascii=False), encoding="utf-8")
    assert "拒收 1 处" in run("corpus", "import", "b.jsonl", "--format", "doccano")
    assert "不认识的标签" in (place / "jihe-corpus" / "rejects.jsonl").read_text(encoding="utf-8")
    (place / "m.toml").write_text('S = "执行数"\n', encoding="utf-8")
    assert "拒收 0 处" in run("corpus", "import", "b.jsonl", "--format", "doccano", "--mapping", "m.toml")
    assert "种事项" in run("corpus", "check")
    run("corpus", "split", "--test-share", "40")
    store = Corrections(Path("jihe-corpus"))
    assert store.corrected("test") and store.corrected("train")
    run("corpus", "export", "out.json", "--format", "labelstudio")
    assert json.loads((place / "out.json").read_bytes())[0]["data"]["text"]


def test_train_compare_promote_roll_back(place: Path) -> None:
    (place / "a.jsonl").write_bytes(native.export(sentences("trial-north", 12, 5)))
    run("corpus", "import", "a.jsonl")
    assert "候选版本 0001" in run("train", "--quick")
    assert Registry(Path("jihe-models")).pointer().live == "default"
    assert "对照 default → 候选 0001" in run("compare", "--changes", "c.jsonl")
    refused = run("promote", "0001")
    assert "未启用 0001" in refused and Registry(Path("jihe-models")).pointer().live == "default"
    assert "已启用 0001" in run("promote", "0001", "--force", "试用小语料")
    log = [json.loads(line) for line in (place / "jihe-models" / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [e["action"] for e in log] == ["train", "refused", "promote"]
    assert log[-1]["forced"] and log[-1]["reason"] == "试用小语料"
    assert "* 0001" in run("models", "list") and "订正" in run("models", "show")
    assert "已退回 default" in run("rollback")
    with pytest.raises(UsageError):
        run("promote", "../x")


def test_vocabulary_preview_then_write(place: Path) -> None:
    assert "仅为预览" in run("vocabulary", "add", "实花金额", "执行数", "报告.txt")
    assert not (place / "jihe-vocabulary").exists()
    shown = run("vocabulary", "add", "实花金额", "执行数", "报告.txt", "--yes")
    assert "改变 1 处" in shown and "执行数" in (place / "jihe-vocabulary" / "measures.toml").read_text(
        encoding="utf-8"
    )
    run("vocabulary", "add", "花出进度", "执行率", "--yes")
    with pytest.raises(UsageError, match="已是"):
        run("vocabulary", "add", "花出进度", "执行率", "--yes")
    (place / "jihe.toml").write_text('model = "none"\nvocabulary = ["jihe-vocabulary"]\n', encoding="utf-8")
    from jihe.models import binder_of
    from jihe.settings import load
    from jihe_extract.extraction import extract
    from jihe_extract.reading import read_text

    settings = load(Path("jihe.toml"))
    facts = extract(read_text(REPORT), binder=binder_of(settings.model, settings.vocabulary)).facts
    assert [f.measure for f in facts if f.quantity.unit == "CNY"][1] == "执行数"


def test_unknown_model_is_one_sentence(place: Path) -> None:
    with pytest.raises(UsageError, match="没有模型文件夹"):
        run("check", "报告.txt", "--model", "nowhere")
    assert "报告.txt" in run("check", "报告.txt", "--no-model")
