"""spaCy's door, end to end."""

from __future__ import annotations

from pathlib import Path

import pytest

spacy = pytest.importorskip("spacy", reason="spaCy 未安装（jihe[train]）")

from jihe_corpus.formats import native  # noqa: E402
from jihe_corpus.wordings.sentences import sentences  # noqa: E402
from jihe_extract.numbers.spotting import quantities  # noqa: E402
from jihe_models.components import JiebaTokenizer, SpacyRoles, config  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
TEXT = "全年预算数1,234.50万元，执行数1000.00万元，执行率81.00%。\n巡查次数：目标值≥20次，实际完成22次，权重10分，得分10分。"


def test_factories_come_by_entry_point_and_survive_the_disk(tmp_path: Path) -> None:
    nlp = spacy.blank("zh")
    for name in ("jihe_quantities", "jihe_roles", "jihe_names"):
        nlp.add_pipe(name)
    doc = nlp(TEXT)
    found = [(s.text, s.label_) for s in doc.spans["jihe_qty"]]
    assert ("1,234.50万元", "全年预算数") in found and ("20次", "目标值") in found
    assert ("巡查次数", "IND") in [(s.text, s.label_) for s in doc.spans["jihe_name"]]
    nlp.to_disk(tmp_path / "p")
    again = spacy.load(tmp_path / "p")(TEXT)
    assert [(s.text, s.label_) for s in again.spans["jihe_qty"]] == found


def test_jieba_dictionary_is_saved_and_loaded(tmp_path: Path) -> None:
    one = JiebaTokenizer(spacy.blank("zh").vocab, "预算执行率 1000\n")
    words = [t.text for t in one("该局预算执行率为 87%")]
    assert "预算执行率" in words and "".join(words) == "该局预算执行率为 87%"
    one.to_disk(tmp_path / "t")
    two = JiebaTokenizer(spacy.blank("zh").vocab).from_disk(tmp_path / "t")
    assert [t.text for t in two("该局预算执行率为 87%")] == words


def test_training_end_to_end_fills_the_protocol(tmp_path: Path) -> None:
    from spacy.cli.train import train

    (tmp_path / "train.jsonl").write_bytes(native.export(sentences("train", 30, 1)))
    (tmp_path / "dev.jsonl").write_bytes(native.export(sentences("train", 6, 2)))
    overrides = {
        "paths.train": str(tmp_path / "train.jsonl"), "paths.dev": str(tmp_path / "dev.jsonl"),
        "training.max_steps": 4, "training.eval_frequency": 2, "components.spancat.model.tok2vec.depth": 1,
    }  # fmt: skip
    train(config(), tmp_path / "out", overrides=overrides)
    nlp = spacy.load(tmp_path / "out" / "model-last")
    figures = quantities(TEXT.split("\n")[0])
    guesses = SpacyRoles(nlp).paragraph(TEXT.split("\n")[0], 0, figures)
    assert len(guesses) == len(figures) == 3
