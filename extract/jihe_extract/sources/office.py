"""Conversions by LibreOffice, when it is installed: headless, with its own profile, no macros, no links."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jihe_extract.errors import ReadError
from jihe_extract.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from jihe_extract.document import Document
    from jihe_extract.reading import RawFile

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_SHEETS = (b"Workbook\0", "Workbook\0".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
_CIPHERED = "EncryptedPackage".encode("utf-16-le")
_SUFFIX = {"rtf": ".rtf", "odt": ".odt", "ods": ".ods", "ole": ".doc"}


@lru_cache(maxsize=1)
def office() -> str | None:
    """Path of LibreOffice's program, None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


@lru_cache(maxsize=1)
def _profile() -> Path:
    """A profile folder of this process, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="jihe-office-"))
    atexit.register(shutil.rmtree, folder, True)
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return folder


def convert(data: bytes, suffix: str, target: str, limits: Limits = DEFAULT) -> bytes | None:
    """Convert a file's bytes to the ``target`` format (``pdf``, ``docx``, ``xlsx``).

    None when LibreOffice is absent, fails or takes too long. Its exit code says nothing: the output file
    is the test.
    """
    program = office()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="jihe-convert-") as folder:
        source = Path(folder) / f"source{suffix}"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={_profile().as_uri()}",
            "--headless", "--norestore", "--nolockcheck", "--nodefault",
            "--convert-to", target, "--outdir", str(Path(folder) / "out"), str(source),
        ]  # fmt: skip
        _run(command, limits.office_wall, folder)
        made = Path(folder) / "out" / f"source.{target}"
        if not made.is_file() or made.stat().st_size > limits.zip_bytes:
            return None
        return made.read_bytes()


def _run(command: list[str], seconds: float, folder: str) -> None:
    """Run to the end or kill the whole process group."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "HOME": folder, "http_proxy": "", "https_proxy": "", "SAL_USE_VCLPLUGIN": "svp"},
        process_group=0,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def read(raw: RawFile) -> Document:
    """The registered reader of ``.doc``, ``.wps``, ``.rtf``, ``.odt`` and ``.xls``."""
    return read_office(raw.data, raw.name, raw.format, raw.limits)


def read_office(data: bytes, name: str, kind: str, limits: Limits = DEFAULT) -> Document:
    """Read an old Office file through LibreOffice.

    Raises :class:`ReadError` ``needs_office`` when LibreOffice is absent, ``encrypted`` or ``broken``.
    """
    from jihe_extract.sources.docx import read_docx
    from jihe_extract.sources.xlsx import read_xlsx

    if kind == "ole" and _CIPHERED in data:
        raise ReadError("encrypted", "Office 文件已加密，需要打开密码；请提供未加密的文件")
    if kind == "odt" and b"opendocument.spreadsheet" in data[:256]:
        kind = "ods"
    sheet = kind == "ods" or (kind == "ole" and any(mark in data for mark in _SHEETS))
    if office() is None:
        wanted = ".xlsx" if sheet else ".docx"
        raise ReadError(
            "needs_office", f"读取这种旧格式需要安装 LibreOffice；也可以先用 Word/WPS 另存为 {wanted} 再提交"
        )
    suffix = ".xls" if sheet and kind == "ole" else _SUFFIX.get(kind, Path(name).suffix or ".doc")
    target = "xlsx" if sheet else "docx"
    made = convert(data, suffix, target, limits)
    if made is None:
        raise ReadError("broken", "LibreOffice 无法转换该文件，文件可能已损坏或加密")
    document = read_xlsx(made, name, limits) if sheet else read_docx(made, name, limits)
    return restamped(document, data, kind if kind != "ole" else suffix.lstrip("."))


def restamped(document: Document, data: bytes, kind: str) -> Document:
    """The document under the digest and format of the file it was converted from."""
    import hashlib
    from dataclasses import replace

    return replace(document, digest=hashlib.sha256(data).hexdigest(), format=kind)
