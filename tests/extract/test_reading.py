"""Files in, documents or typed errors out."""

from pathlib import Path

import pytest

from jihe_extract import reading
from jihe_extract.errors import ReadError
from jihe_extract.reading import read, read_text, register, sniff

SAMPLE = "一、基本情况\n2023年我单位年初预算数为812.40万元，全年预算数为797.15万元，预算执行率为98.12%。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le", "utf-32"])
def test_encodings_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "报告.txt"
    path.write_bytes(SAMPLE.encode(encoding))
    document = read(path)
    assert document.text == SAMPLE.rstrip("\n")
    assert document.name == "报告.txt"
    assert document.format == "txt"
    assert len(document.digest) == 64


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        ("\ufeff".encode(), "empty"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 40, "binary"),
        (bytes(range(256)) * 50, "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "broken"),
        ("预算执行率为九成八，完成较好。".encode().decode("latin-1").encode() * 3, "encoding"),
        ("全年預算執行情況良好，資金使用規範。".encode("big5") * 20, "encoding"),
        (("\ufffd" * 10 + "预算" * 10).encode(), "encoding"),
    ],
)
def test_unreadable_files_say_why_in_chinese(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.code == code
    assert any("\u4e00" <= c <= "\u9fff" for c in str(caught.value))


def test_missing_file_and_directory(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="不存在"):
        read(tmp_path / "没有.txt")
    with pytest.raises(ReadError, match="文件夹"):
        read(tmp_path)


def test_a_few_broken_bytes_are_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes((SAMPLE * 20).encode() + b"\xe9\xa2")
    document = read(path)
    assert [w.code for w in document.warnings] == ["encoding"]


def test_readers_register_by_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_READERS", dict(reading._READERS))
    path = tmp_path / "x.any"
    path.write_bytes(b"GIF89a")
    register("image", lambda raw: read_text(f"{raw.format}，共{len(raw.data)}字节。", raw.name))
    assert read(path, name="封面").text == "image，共6字节。"


@pytest.mark.parametrize(
    ("data", "name", "format_"),
    [
        (b"%PDF-1.7\n", "a.txt", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "ole"),
        (b"<!DOCTYPE html><html>", "a.txt", "html"),
        ("# 报告".encode(), "a.md", "md"),
        (b"PK\x03\x04broken", "a.docx", "zip"),
    ],
)
def test_sniffing_goes_by_bytes(data: bytes, name: str, format_: str) -> None:
    assert sniff(data, name) == format_


def test_unseen_characters_are_dropped_and_kept_on_record() -> None:
    document = read_text("全年支出\u200b120.5\u0007万元。")
    assert document.text == "全年支出120.5万元。"
    assert [(d.kind, d.text) for d in document.dropped] == [("control", "U+0007×1"), ("control", "U+200B×1")]
    source = [document.source_map.source(i) for i in range(len(document.text))]
    assert source == [0, 1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13]


def test_pages_are_counted_by_form_feeds() -> None:
    page = "{n}本页说明第{n}项工作，内容完整，数据真实。\n\n- {n} -\n"
    document = read_text("\f".join(page.format(n=n) for n in (1, 2, 3)))
    assert document.pages == 3
    assert [b.page for b in document.blocks] == [1, 2, 3]
    assert document.source_map.page(document.text.rindex("数据")) == 3
    assert [d.kind for d in document.dropped] == ["page_no"] * 3


def test_running_heads_are_dropped() -> None:
    body = ["预算管理制度健全，执行到位。", "资产清查按期完成，账实相符。", "政府采购程序规范。"]
    pages = [f"某某单位2023年度自评报告\n\n{text}\n\n{n}\n" for n, text in enumerate(body, 1)]
    document = read_text("\f".join(pages))
    assert document.text.split("\n") == body
    assert {d.kind for d in document.dropped} == {"head", "page_no"}
