"""Corpora in and out: native JSON lines, doccano, Label Studio, Prodigy-style, DocBin, BIO (out only)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from jihe_corpus.formats import bio, docbin, doccano, labelstudio, native, prodigy
from jihe_corpus.formats.raw import FormatError, RawDoc
from jihe_corpus.spans import Doc


@dataclass(frozen=True)
class Format:
    """A format's name, suffix and functions; ``read`` is None when it can only be written."""

    name: str
    suffix: str
    export: Callable[[Iterable[Doc]], bytes]
    read: Callable[[bytes], Iterator[RawDoc]] | None


FORMATS: Mapping[str, Format] = {
    f.name: f
    for f in (
        Format("native", ".jsonl", native.export, native.read),
        Format("doccano", ".jsonl", doccano.export, doccano.read),
        Format("labelstudio", ".json", labelstudio.export, labelstudio.read),
        Format("prodigy", ".jsonl", prodigy.export, prodigy.read),
        Format("docbin", ".spacy", docbin.export, docbin.read),
        Format("bio", ".tsv", bio.export, None),
    )
}

__all__ = ["FORMATS", "Format", "FormatError", "RawDoc"]
