import importlib.util
import os
import resource
import signal
import time
from pathlib import Path
from types import ModuleType

import pytest

from jihe_extract.document import Document
from jihe_extract.errors import ReadError
from jihe_extract.guard import sandbox
from jihe_extract.guard.processes import session_of
from jihe_extract.guard.sandbox import Worker, read_bytes_safely, read_safely
from jihe_extract.limits import Limits
from jihe_extract.sources.archive import iter_archive


def load_hostile() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).with_name("hostile.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOSTILE = load_hostile()
FILES = HOSTILE.hostile_files()
LIMITS = Limits(wall=20, office_wall=8, render=False, memory=768 << 20)
PARTIAL = {
    "pdf giant page": "page_too_large",
    "pdf of 60,000 lines": "too_many_lines",
    "docx endless span": "span_clamped",
}


def test_there_are_enough() -> None:
    assert len(FILES) >= 25


@pytest.mark.parametrize("case", FILES)
def test_ends_with_a_typed_error_or_a_named_partial_result(case: str, tmp_path: Path) -> None:
    name, data = FILES[case]
    path = tmp_path / name
    path.write_bytes(data)
    before = time.monotonic()
    document: Document | None = None
    try:
        document = read_safely(path, limits=LIMITS)
    except ReadError as error:
        assert error.code
        assert any("\u4e00" <= c <= "\u9fff" for c in error.message_zh)
        assert "\n" not in error.message_zh
    assert time.monotonic() - before < LIMITS.wall + 15
    if document is not None:
        assert len(document.text) < 1_000_000
        if case in PARTIAL:
            assert PARTIAL[case] in [w.code for w in document.warnings]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("docx bomb", "zip_bomb"),
        ("docx billion laughs", "broken"),
        ("docx external entity", "broken"),
        ("docx 5,000 nested tables", "too_deep"),
        ("xlsx merge of everything", "too_large"),
        ("xlsx merge under a prefix", "too_large"),
        ("pdf cut in half", "broken"),
        ("empty file", "empty"),
    ],
)
def test_the_error_names_what_is_wrong(case: str, code: str) -> None:
    name, data = FILES[case]
    with pytest.raises(ReadError) as caught:
        read_bytes_safely(data, name, LIMITS)
    assert caught.value.code == code


def test_the_next_file_is_read_after_a_crash() -> None:
    small = Limits(wall=20, memory=600 << 20, render=False)
    with pytest.raises(ReadError) as caught:
        read_bytes_safely(HOSTILE.form_loop(), "坏.pdf", small)
    assert caught.value.code in ("memory", "crash", "broken")
    good = read_bytes_safely("<html><body><p>预算12万元，执行10万元。</p></body></html>".encode(), "好.html", small)
    assert good.text == "预算12万元，执行10万元。"


def test_a_file_is_not_blamed_for_a_reader_that_another_file_left_dying(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<html><body><p>预算12万元，执行10万元。</p></body></html>".encode()
    assert read_bytes_safely(page, "先.html", LIMITS).text
    worker = sandbox._local.worker
    os.kill(worker.process.pid, signal.SIGTERM)
    worker.process.wait()
    answers = iter([True])
    monkeypatch.setattr(worker, "alive", lambda: next(answers, False))
    assert read_bytes_safely(page, "后.html", LIMITS).text == "预算12万元，执行10万元。"


def test_no_child_grows_beyond_its_limit() -> None:
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2 << 20  # KiB


def test_a_hung_reader_is_stopped_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "soffice"
    fake.write_text("#!/bin/sh\nsleep 300 & sleep 300\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    worker = Worker(Limits(wall=2.0, office_wall=200))
    started = time.monotonic()
    with pytest.raises(ReadError) as caught:
        worker.read(Path("a.rtf"), "a.rtf", b"{\\rtf1 x}")
    assert caught.value.code == "time"
    assert time.monotonic() - started < 10
    left = [p for p in Path("/proc").iterdir() if p.name.isdecimal() and session_of(int(p.name)) == worker.process.pid]
    assert not left
    assert not worker.folder.exists()  # nor a copy of the file


def test_what_a_reader_wrote_on_its_way_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "soffice"
    fake.write_text('#!/bin/sh\nls "$TMPDIR" > "$(dirname "$0")/seen"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    worker = Worker(LIMITS)
    with pytest.raises(ReadError):
        worker.read(Path("a.rtf"), "a.rtf", b"{\\rtf1 x}")
    assert "jihe-convert-" in (tmp_path / "seen").read_text()
    worker.close()
    assert not worker.folder.exists()


def test_processor_time_is_limited() -> None:
    worker = Worker(Limits(wall=1.0))
    with pytest.raises(ReadError) as caught:
        worker.read(Path("a.html"), "a.html", b"<html>" + b"<table><tr><td>" * 3_000_000)
    assert caught.value.code == "time"


def test_members_of_an_archive_that_lead_outside_are_refused() -> None:
    members = {m.name: m.error.code for m in iter_archive(FILES["zip with tricks"][1]) if m.error is not None}
    assert members == {"x.txt": "path", "etc/y.txt": "path", "z.txt": "path", "l.txt": "link"}


def test_archives_are_walked() -> None:
    inner = HOSTILE.zipped({"二级/自评.txt": "内容".encode(), "~$临时.docx": b"x", "a.exe": b"MZ"})
    data = HOSTILE.zipped({"甲.txt": b"1", "__MACOSX/甲.txt": b"2", "包.zip": inner})
    assert [(m.name, m.data) for m in iter_archive(data)] == [
        ("包.zip/二级/自评.txt", "内容".encode()),
        ("甲.txt", b"1"),
    ]


def test_nested_archives_end_at_the_depth_limit() -> None:
    codes = [m.error.code for m in iter_archive(FILES["zip of itself many times"][1]) if m.error is not None]
    assert codes == ["too_deep"]


def test_names_in_gbk_are_understood() -> None:
    data = HOSTILE.zipped({"x" * 8 + ".txt": b"1"})
    name = "绩效报告".encode("gbk")
    (member,) = iter_archive(data.replace(b"x" * 8, name))
    assert member.name == "绩效报告.txt"


def test_one_report_in_an_archive_is_read() -> None:
    data = HOSTILE.zipped({"报告.txt": "一、基本情况\n预算执行率为95%。".encode()})
    assert "95%" in read_bytes_safely(data, "包.zip", LIMITS).text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="没有命名管道")
def test_special_files_are_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "a.pdf"
    os.mkfifo(pipe)
    with pytest.raises(ReadError) as caught:
        read_safely(pipe, limits=LIMITS)
    assert caught.value.code == "denied"


@pytest.mark.parametrize("made", ["jihe_extract.sources.office\nconvert", "numpy\nload", "os\nsystem"])
def test_an_answer_of_the_child_can_name_no_function(made: str) -> None:
    import pickle
    from io import BytesIO

    from jihe_extract.guard.sandbox import _Careful

    with pytest.raises(pickle.UnpicklingError):
        _Careful(BytesIO(f"c{made}\n.".encode())).load()
