"""Interchange: round trips to the byte, offsets of browsers, and an importer that believes nothing."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jihe_corpus.corrections import CorpusError, Corrections
from jihe_corpus.formats import FORMATS, FormatError, bio, doccano, labelstudio, native, prodigy
from jihe_corpus.formats.importing import import_docs
from jihe_corpus.formats.raw import RawDoc, RawMark
from jihe_corpus.spans import Doc, Link, Mark

TEXT = "年初预算数1,200.50万元，执行率87.16%。𠮷林街道\t共１２人。\r\n第二段e\u0301"
LABELS = ("年初预算数", "执行率", "其他", "IND", "PROJ")


def layer(label: str) -> str:
    return "name" if label in ("IND", "PROJ") else "qty"


@st.composite
def docs(draw: st.DrawFn) -> Doc:
    text = draw(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40))
    marks: dict[tuple[int, int, str], Mark] = {}
    for n in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        label = draw(st.sampled_from(LABELS))
        status = draw(st.sampled_from(["accepted", "suggested", "rejected"]))
        origin = "human" if status != "suggested" else "model"
        mark = Mark(f"m{n}", start, end, text[start:end], label, layer(label), origin, "", None, status)
        marks.setdefault(mark.place, mark)
    made = Doc.of(draw(st.text("abc0", min_size=1, max_size=4)), text, marks.values(), meta={"year": "2024"})
    ids = [m.id for m in made.spans]
    links = (Link("1", ids[0], ids[1], "part"),) if len(ids) > 1 and draw(st.booleans()) else ()
    return msgspec.structs.replace(made, relations=links)


@pytest.mark.parametrize("name", ["native", "doccano", "labelstudio", "prodigy"])
@settings(max_examples=40, deadline=None)
@given(st.lists(docs(), min_size=1, max_size=3, unique_by=lambda d: d.text))
def test_export_import_export_gives_the_same_bytes(name: str, some: list[Doc]) -> None:
    form = FORMATS[name]
    assert form.read is not None
    first = form.export(some)
    back = import_docs(form.read(first))
    assert back.rejects == []
    assert form.export(back.docs) == first


def test_docbin_round_trip() -> None:
    pytest.importorskip("spacy", reason="spaCy 未安装（jihe[train]）")
    mark = Mark("a", 5, 15, TEXT[5:15], "年初预算数")
    doc = Doc.of("x", TEXT, [mark], meta={"unit": "某街道"})
    form = FORMATS["docbin"]
    assert form.read is not None
    first = form.export([doc])
    back = import_docs(form.read(first))
    assert not back.rejects
    assert [(m.start, m.end, m.text, m.label) for m in back.docs[0].spans] == [(5, 15, TEXT[5:15], "年初预算数")]
    assert form.export(back.docs) == first
    with pytest.raises(FormatError):
        list(form.read(b"not a docbin"))


def test_native_keeps_everything() -> None:
    mark = Mark("a", 0, 5, TEXT[:5], "年初预算数", "qty", "model", "model@1", 0.25, "suggested")
    doc = Doc.of("x", TEXT, [mark], meta={"page_map": "1:0"})
    (back,) = import_docs(native.read(native.export([doc]))).docs
    assert back == doc


def test_utf16_offsets_are_converted_when_quotes_prove_them() -> None:
    start = TEXT.index("１２人")
    task = {"data": {"text": TEXT}, "annotations": [{"result": [_region(start + 1, start + 4, "１２人")]}]}
    got = import_docs(labelstudio.read(json.dumps([task]).encode()))
    assert got.converted == 1 and got.docs[0].spans[0].text == "１２人" == TEXT[start : start + 3]


def test_utf16_offsets_on_request_and_inside_a_pair() -> None:
    text = "𠮷林12人"
    raw = RawDoc("d", text, [RawMark(3, 6, "其他"), RawMark(1, 3, "其他")])
    got = import_docs([raw], offsets="utf16")
    assert [m.text for m in got.docs[0].spans] == ["12人"]
    assert "UTF-16" in got.rejects[0].reason


def test_shifted_quote_is_repaired_only_when_unique() -> None:
    text = "甲甲甲执行数12.00万元，" + "乙" * 30 + "共3个、3个"
    marks = [
        RawMark(0, 8, "执行数", "12.00万元"),
        RawMark(len(text) - 3, len(text) - 1, "其他", "3个"),
        RawMark(0, 2, "其他", "没有"),
    ]
    got = import_docs([RawDoc("d", text, marks)])
    assert [m.text for m in got.docs[0].spans] == ["12.00万元"] and got.repaired == 1
    assert [r.reason for r in got.rejects] == ["引文在该处前后 20 字内不唯一", "引文不在所称位置附近"]


def test_far_quote_is_not_repaired() -> None:
    text = "甲" * 50 + "12.00万元"
    got = import_docs([RawDoc("d", text, [RawMark(0, 7, "执行数", "12.00万元")])])
    assert got.docs[0].spans == () and len(got.rejects) == 1


def test_unknown_label_needs_a_mapping() -> None:
    raw = RawDoc("d", "执行数12万元", [RawMark(3, 7, "S", "12万元"), RawMark(0, 3, "噪声", "执行数")])
    assert [r.label for r in import_docs([raw]).rejects] == ["S", "噪声"]
    got = import_docs([raw], mapping={"S": "执行数", "噪声": "-"})
    assert [m.label for m in got.docs[0].spans] == ["执行数"] and not got.rejects


def test_changed_text_is_refused() -> None:
    doc = Doc.of("d", "执行数12万元", [Mark("a", 3, 7, "12万元", "执行数")])
    item = json.loads(doccano.export([doc]))
    item["text"] = "执行数 12万元"
    got = import_docs(doccano.read(json.dumps(item).encode()))
    assert not got.docs and "校验值" in got.rejects[0].reason


def test_cancelled_and_ignored_are_skipped_rejected_is_not_gold() -> None:
    task = {
        "data": {"text": "执行数12万元"},
        "annotations": [{"was_cancelled": True, "result": [_region(3, 7, "12万元")]}],
    }
    assert import_docs(labelstudio.read(json.dumps(task).encode())).docs[0].spans == ()
    lines = [
        {"text": "执行数12万元", "spans": [{"start": 3, "end": 7, "label": "执行数"}], "answer": answer}
        for answer in ("ignore", "reject")
    ]
    (doc,) = import_docs(prodigy.read("\n".join(map(json.dumps, lines)).encode())).docs
    assert [m.status for m in doc.spans] == ["rejected"] and not list(doc.gold("qty"))


def test_predictions_are_suggestions() -> None:
    prediction = {"model_version": "m@1", "score": 0.4, "result": [_region(3, 7, "12万元") | {"score": 0.4}]}
    (doc,) = import_docs(
        labelstudio.read(json.dumps([{"data": {"text": "执行数12万元"}, "predictions": [prediction]}]).encode())
    ).docs
    assert [(m.status, m.model, m.score) for m in doc.spans] == [("suggested", "m@1", 0.4)]


def test_import_is_idempotent_and_people_beat_machines(tmp_path) -> None:  # type: ignore[no-untyped-def]
    corpus = Corrections(tmp_path)
    machine = RawDoc("d", "执行数12万元", [RawMark(3, 7, "预算数", "12万元", origin="model", status="suggested")])
    human = RawDoc("d", "执行数12万元", [RawMark(3, 7, "执行数", "12万元"), RawMark(0, 90, "执行数")])
    for raw in (machine, human, machine, human):
        corpus.merge(import_docs([raw]))
    before = (tmp_path / "docs.jsonl").read_bytes(), (tmp_path / "rejects.jsonl").read_bytes()
    merge = corpus.merge(import_docs([human]))
    assert (merge.new_docs, merge.new_marks, merge.changed_marks) == (0, 0, 0)
    assert before == ((tmp_path / "docs.jsonl").read_bytes(), (tmp_path / "rejects.jsonl").read_bytes())
    assert [m.label for m in corpus.load()[0].spans] == ["执行数"]
    assert before[1].count(b"\n") == 1


def test_damaged_corpus_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    doc = Doc.of("d", "执行数12万元", [Mark("a", 3, 7, "12万元", "执行数")])
    (tmp_path / "docs.jsonl").write_bytes(native.export([doc]).replace("执行数12".encode(), "执行数13".encode()))
    with pytest.raises(CorpusError):
        Corrections(tmp_path).load()


def test_bio_masks_nothing_and_marks_every_character() -> None:
    doc = Doc.of("d", "共 12万元", [Mark("a", 2, 6, "12万元", "执行数")])
    assert bio.export([doc]).decode() == "共\tO\n1\tB-执行数\n2\tI-执行数\n万\tI-执行数\n元\tI-执行数\n\n"


@pytest.mark.parametrize("name", ["native", "doccano", "labelstudio", "prodigy"])
@pytest.mark.parametrize(
    "data", [b"{", b"[1]", b'{"text": 3}', b"[" * 5000, b"\xff\xfe", b'{"text":"a","label":[[0]]}x']
)
def test_hostile_files_are_refused_in_chinese(name: str, data: bytes) -> None:
    reader = FORMATS[name].read
    assert reader is not None
    with pytest.raises(FormatError, match=r"[一-鿿]"):
        list(reader(data))


def test_labelling_configuration_escapes() -> None:
    assert 'value="a&quot;&lt;' in labelstudio.configuration(['a"<']) or "value='a\"&lt;'" in labelstudio.configuration(
        ['a"<']
    )


def _region(start: int, end: int, text: str) -> dict[str, object]:
    value = {"start": start, "end": end, "text": text, "labels": ["执行数"]}
    return {"id": "r1", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
