"""What is to be screened: files, folders, globs and archives become a list of reports with stable names."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jihe.errors import UsageError
from jihe_extract.errors import ReadError
from jihe_extract.limits import DEFAULT, Limits
from jihe_extract.sources.archive import iter_archive

_WRITTEN = (".txt", ".md", ".markdown", ".pdf", ".docx", ".doc", ".wps", ".rtf", ".odt", ".html", ".htm", ".mht")
_OTHER = (".xlsx", ".xls", ".et", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".zip")
SUFFIXES = frozenset({*_WRITTEN, *_OTHER})
NOT_REPORTS = ("readme", "license", "changelog")


@dataclass(frozen=True, slots=True)
class Input:
    """One report to be read. ``report`` is its path relative to the input root, with forward slashes."""

    report: str
    path: Path


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not become an input, with the reason in Chinese."""

    report: str
    message: str


def expand(paths: Sequence[str], *, skip: Path, unpack: Path) -> tuple[list[Input], list[Trouble]]:
    """All reports below the paths, in a stable order.

    ``skip`` (the output folder) is left out; archives are unpacked below ``unpack``.

    Raises:
        UsageError: when a path does not exist or nothing is found at all.
    """
    found: list[Input] = []
    folders = [p for p in paths if Path(p).is_dir()]
    for given in paths:
        path = Path(given)
        if path.is_dir():
            prefix = f"{path.resolve().name}/" if len(folders) > 1 else ""
            found += [Input(prefix + p.relative_to(path).as_posix(), p) for p in _walk(path, skip)]
        elif path.exists():
            found.append(Input(path.name, path))
        else:
            matches = sorted(Path(m) for m in glob.glob(given, recursive=True))
            if not matches:
                raise UsageError(f"没有这个文件或文件夹：{given}")
            root = _glob_root(given)
            for match in matches:
                inside = [match] if match.is_file() else _walk(match, skip)
                found += [Input(p.relative_to(root).as_posix(), p) for p in inside if _is_report(p)]
    inputs, troubles = _open_archives(_distinct(found), unpack)
    if not inputs and not troubles:
        raise UsageError("没有找到可审核的报告（支持 txt、md、pdf、docx、doc、wps、xlsx、html、图片和 zip）")
    return inputs, troubles


def _glob_root(pattern: str) -> Path:
    fixed: list[str] = []
    for part in Path(pattern).parts:
        if any(c in part for c in "*?["):
            break
        fixed.append(part)
    return Path(*fixed)


def _is_report(path: Path) -> bool:
    name = path.name
    return (
        path.suffix.lower() in SUFFIXES
        and not name.startswith((".", "~$"))
        and not name.lower().startswith(NOT_REPORTS)
    )


def _walk(folder: Path, skip: Path) -> Iterator[Path]:
    avoid = skip.resolve()
    for here, folders, names in os.walk(folder):
        at = Path(here)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (at / f).resolve() != avoid)
        yield from (at / n for n in sorted(names) if _is_report(at / n))


def _distinct(found: Iterable[Input]) -> list[Input]:
    """Each file once, each name once; a name that is taken gets its folder in front."""
    seen: set[Path] = set()
    names: set[str] = set()
    kept = []
    for one in found:
        real = one.path.resolve()
        if real in seen:
            continue
        seen.add(real)
        name, parents = one.report, list(real.parent.parts)
        while name in names and parents:
            name = f"{parents.pop().strip('/')}/{name}".lstrip("/")
        names.add(name)
        kept.append(Input(name, one.path))
    return kept


def _open_archives(found: Iterable[Input], unpack: Path) -> tuple[list[Input], list[Trouble]]:
    inputs: list[Input] = []
    troubles: list[Trouble] = []
    for n, one in enumerate(found):
        if one.path.suffix.lower() != ".zip":
            inputs.append(one)
            continue
        try:
            members = list(_unzip(one, unpack / str(n), DEFAULT, troubles))
        except (OSError, ReadError) as error:
            words = error.message_zh if isinstance(error, ReadError) else "压缩包无法打开"
            troubles.append(Trouble(one.report, words))
            continue
        if not members:
            troubles.append(Trouble(one.report, "压缩包里没有可审核的报告"))
        inputs += members
    return inputs, troubles


def _unzip(one: Input, into: Path, limits: Limits, troubles: list[Trouble]) -> Iterator[Input]:
    """The reports of an archive and of the archives in it, each in a folder of its own under a harmless name."""
    shutil.rmtree(into, ignore_errors=True)
    if one.path.stat().st_size > limits.zip_bytes:
        raise ReadError("too_large", f"压缩包超过{limits.zip_bytes >> 20} MB，请分批审核")
    for n, member in enumerate(iter_archive(one.path.read_bytes(), limits)):
        report = f"{one.report}/{member.name}"
        if member.error is not None:
            troubles.append(Trouble(report, member.error.message_zh))
        elif _is_report(Path(member.name)):
            target = into / str(n) / Path(member.name).name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member.data)
            yield Input(report, target)
