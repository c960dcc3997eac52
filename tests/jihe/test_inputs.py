from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from jihe.errors import UsageError
from jihe.inputs import expand


def names(tmp_path: Path, *paths: Path | str) -> list[str]:
    inputs, _ = expand([str(p) for p in paths], skip=tmp_path / "out", unpack=tmp_path / "unpack")
    return [i.report for i in inputs]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "报告"
    for name in ("甲.txt", "子/乙.md", "子/丙.docx", ".隐/丁.txt", "README.md", "~$丙.docx", "图.svg", "标注.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    return root


def test_a_folder_gives_its_reports_relative_to_itself(tmp_path: Path, tree: Path) -> None:
    assert names(tmp_path, tree) == ["甲.txt", "子/丙.docx", "子/乙.md"]


def test_two_folders_keep_their_names(tmp_path: Path, tree: Path) -> None:
    (tmp_path / "二").mkdir()
    (tmp_path / "二" / "甲.txt").write_text("x")
    assert names(tmp_path, tree, tmp_path / "二")[-1] == "二/甲.txt"


def test_files_with_one_name_are_told_apart_and_one_file_counts_once(tmp_path: Path, tree: Path) -> None:
    (tmp_path / "甲.txt").write_text("x")
    assert names(tmp_path, tree / "甲.txt", tmp_path / "甲.txt", tree / "甲.txt") == [
        "甲.txt",
        f"{tmp_path.name}/甲.txt",
    ]


def test_globs(tmp_path: Path, tree: Path) -> None:
    assert names(tmp_path, f"{tree}/**/*.md") == ["子/乙.md"]


def test_the_output_folder_is_no_input(tmp_path: Path, tree: Path) -> None:
    out = tree / "out"
    out.mkdir()
    (out / "x.txt").write_text("x")
    inputs, _ = expand([str(tree)], skip=out, unpack=tmp_path / "u")
    assert all(not i.report.startswith("out") for i in inputs)


def test_nothing_to_do_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有找到可审核的报告"):
        names(tmp_path, tmp_path)
    with pytest.raises(UsageError, match="没有这个文件"):
        names(tmp_path, tmp_path / "无.txt")


def test_archives_are_walked_and_names_in_gbk_are_read(tmp_path: Path) -> None:
    inner = tmp_path / "内.zip"
    with zipfile.ZipFile(inner, "w") as z:
        z.writestr("深.txt", "x")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as z:
        z.writestr("甲/一.txt", "x")
        z.writestr("AAAA.txt", "x")
        z.write(inner, "内.zip")
    data = (tmp_path / "a.zip").read_bytes().replace(b"AAAA.txt", "报告.txt".encode("gbk"))
    (tmp_path / "a.zip").write_bytes(data)
    found = names(tmp_path, tmp_path / "a.zip")
    assert sorted(found) == sorted(["a.zip/甲/一.txt", "a.zip/报告.txt", "a.zip/内.zip/深.txt"])


def test_escapes_links_and_bombs_in_archives_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("../外.txt", "x")
        z.writestr("/根.txt", "x")
        link = zipfile.ZipInfo("链.txt")
        link.external_attr = 0o120777 << 16
        z.writestr(link, "/etc/passwd")
        z.writestr("弹.txt", b"0" * 30_000_000)
        z.writestr("好.txt", "x")
    inputs, troubles = expand([str(tmp_path / "a.zip")], skip=tmp_path / "o", unpack=tmp_path / "u")
    assert [i.report for i in inputs] == ["a.zip/好.txt"]
    said = {t.report: t.message for t in troubles}
    assert said.keys() == {"a.zip/外.txt", "a.zip/根.txt", "a.zip/链.txt", "a.zip/弹.txt"}
    assert "包外" in said["a.zip/外.txt"] and "包外" in said["a.zip/根.txt"]
    assert "链接" in said["a.zip/链.txt"] and "压缩炸弹" in said["a.zip/弹.txt"]
    assert not (tmp_path / "外.txt").exists()


def test_a_broken_archive_is_one_trouble(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04broken")
    inputs, troubles = expand([str(tmp_path / "a.zip")], skip=tmp_path / "o", unpack=tmp_path / "u")
    assert not inputs and "损坏" in troubles[0].message


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_linked_folders_are_not_followed(tmp_path: Path, tree: Path) -> None:
    (tree / "环").symlink_to(tree)
    assert names(tmp_path, tree) == ["甲.txt", "子/丙.docx", "子/乙.md"]
