"""Models on disk: a folder with a manifest, weights without pickle, and word lists; nothing is executed.

``manifest.json`` names every file with its SHA-256. Loading refuses a folder whose files do not fit the
manifest, are too big, hold object arrays, or were made for other features than this program computes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from jihe_models.linear import Linear

SCHEMA = "jihe-model/1"
CAP = 2 * 1024 * 1024
"""Greatest size of a file, in bytes."""
MANIFEST = "manifest.json"
_ARRAYS = (["bias", "scale", "weights"], ["bias", "weights"])
"""What a part holds; without ``scale`` its weights are in half precision, as models were stored before."""

_KINDS = ((np.int8, np.float16, np.float32), (np.float16, np.float16, None))


class ModelError(ValueError):
    """A model folder that cannot be trusted; the message (Chinese) says which file and why."""


class DataSource(msgspec.Struct, frozen=True):
    """One thing that a model was trained on."""

    name: str
    kind: str
    sha256: str
    documents: int
    spans: int
    weight: float = 1.0
    licence: str = "Apache-2.0"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model is: its version, what it was made from, how good it was, and its files.

    ``features`` names, for each part, the version of the features that it was trained on. ``thresholds``
    are margins: at or above ``confident`` the model's own word is taken, at or above ``strong`` it may
    cast doubt on a rule.
    """

    schema: str
    name: str
    version: str
    features: dict[str, str]
    trainer: dict[str, Any]
    thresholds: dict[str, float] = {}
    parent: str = ""
    created_at: str = ""
    code_version: str = ""
    data: tuple[DataSource, ...] = ()
    metrics: dict[str, dict[str, Any]] = {}
    files: dict[str, str] = {}
    requires: tuple[str, ...] = ()
    base: bool = True
    note: str = ""


def sha256(data: bytes) -> str:
    """Digest of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _npz(arrays: dict[str, np.ndarray[Any, Any]]) -> bytes:
    """An npz archive of plain arrays, stored uncompressed and undated: the same arrays, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            piece = io.BytesIO()
            np.lib.format.write_array(piece, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), piece.getvalue())
    return out.getvalue()


def linear_files(part: str, linear: Linear) -> dict[str, bytes]:
    """The files of a linear part: ``<part>.npz`` and ``<part>.json``."""
    words = {"labels": linear.labels, "features": linear.names}
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return {
        f"{part}.npz": _npz(
            {"weights": linear.weights, "bias": linear.bias}
            | ({"scale": linear.scale} if linear.scale is not None else {})
        ),
        f"{part}.json": text.encode("utf-8"),
    }


def read_linear(folder: Path, part: str, manifest: Manifest) -> Linear:
    """A linear part of a model.

    Raises:
        ModelError: see the module.
    """
    words = _words(checked(folder, f"{part}.json", manifest), f"{part}.json")
    data = checked(folder, f"{part}.npz", manifest)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if sorted(archive.files) not in _ARRAYS:
                raise ModelError(f"模型文件 {part}.npz 的内容不对，应只有权重、偏置与比例")
            held = {name: archive[name] for name in archive.files}
        weights, bias, scale = held["weights"], held["bias"], held.get("scale")
        kinds = (weights.dtype, bias.dtype, scale.dtype if scale is not None else None)
        if kinds not in _KINDS or not all(np.isfinite(array).all() for array in held.values()):
            raise ModelError(f"模型文件 {part}.npz 的数值类型不对，应为单字节整数及其比例，或半精度有限数")
        return Linear(tuple(words["labels"]), tuple(words["features"]), weights, bias, scale)
    except (ValueError, KeyError, OSError, zipfile.BadZipFile, EOFError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"模型文件 {part}.npz 无法读取：{error}") from error


def _words(data: bytes, name: str) -> dict[str, list[str]]:
    try:
        words = msgspec.json.decode(data, type=dict[str, list[str]])
        if set(words) != {"labels", "features"}:
            raise ModelError(f"模型文件 {name} 的键不对")
        return words
    except msgspec.DecodeError as error:
        raise ModelError(f"模型文件 {name} 不是有效的 JSON：{error}") from error


def checked(folder: Path, name: str, manifest: Manifest) -> bytes:
    """The bytes of a file, if they are what the manifest promises.

    Raises:
        ModelError: missing, too big, or changed.
    """
    promised = manifest.files.get(name)
    path = folder / name
    if promised is None or not path.is_file():
        raise ModelError(f"模型缺少文件 {name}（{folder}）")
    if path.stat().st_size > CAP:
        raise ModelError(f"模型文件 {name} 超过 {CAP // 1024 // 1024} MB，拒绝加载")
    data = path.read_bytes()
    if sha256(data) != promised:
        raise ModelError(f"模型文件 {name} 与清单的校验值不符，可能被改动或损坏")
    return data


def read_manifest(folder: Path, features: dict[str, str]) -> Manifest:
    """The manifest of a model folder, checked as a whole; ``features`` are the versions this program knows.

    Raises:
        ModelError: no manifest, unknown schema or feature version, unknown or additional files.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ModelError(f"{folder} 不是模型文件夹：没有 {MANIFEST}")
    if path.stat().st_size > CAP:
        raise ModelError(f"{MANIFEST} 过大，拒绝加载")
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise ModelError(f"{path} 不符合模型清单的格式：{error}") from error
    if manifest.schema != SCHEMA:
        raise ModelError(f"模型清单版本 {manifest.schema!r} 不受支持，应为 {SCHEMA!r}")
    for part, version in manifest.features.items():
        if features.get(part) != version:
            raise ModelError(f"模型部件 {part} 的特征版本 {version!r} 与本程序不符，请重新训练")
    present = {p.name for p in folder.iterdir()}
    strange = present - set(manifest.files) - {MANIFEST, "CARD.md"}
    if strange:
        raise ModelError(f"模型文件夹里有清单以外的文件：{'、'.join(sorted(strange))}")
    if any("/" in name or "\\" in name or name.startswith(".") for name in manifest.files):
        raise ModelError("模型清单里的文件名不合规")
    return manifest


def write(folder: Path, manifest: Manifest, files: dict[str, bytes], card: str) -> Manifest:
    """Write a model folder in one move: a crash leaves nothing behind that could be loaded.

    Raises:
        ModelError: a file is too big, or the folder exists.
    """
    if folder.exists():
        raise ModelError(f"模型文件夹 {folder} 已存在，不覆盖")
    for name, data in files.items():
        if len(data) > CAP:
            raise ModelError(f"模型文件 {name} 有 {len(data)} 字节，超过上限 {CAP}")
    manifest = msgspec.structs.replace(manifest, files={n: sha256(files[n]) for n in sorted(files)})
    draft = folder.with_name(f".{folder.name}.draft")
    _clear(draft)
    draft.mkdir(parents=True)
    for name, data in files.items():
        (draft / name).write_bytes(data)
    (draft / "CARD.md").write_text(card, encoding="utf-8")
    (draft / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n")
    draft.rename(folder)
    return manifest


def _clear(folder: Path) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
