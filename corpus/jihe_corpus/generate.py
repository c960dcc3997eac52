"""Corpora from seeds: which reports, in which dialects, kinds, layouts and formats; and their files."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jihe_corpus.gold import Annotated, encode
from jihe_corpus.grammar.dialect import dialects, kinds
from jihe_corpus.grammar.report import REPORT_KINDS, Generated, write
from jihe_corpus.writers import WRITERS

DOCUMENT_LAYOUTS = {"docx": "tabs", "xlsx": "tabs", "pdf": "tabs"}


@dataclass(frozen=True)
class Order:
    """One report to write. The same order gives the same bytes."""

    seed: int
    dialect: str
    unit_kind: str
    report_kind: str
    format: str = "txt"

    def report(self) -> Annotated:
        """The report with its gold."""
        made = self._made()
        return Annotated(text=made.text, gold=made.gold, name=f"{made.name}.{self.suffix(made)}")

    def _made(self) -> Generated:
        return write(self.seed, self.dialect, self.unit_kind, self.report_kind, DOCUMENT_LAYOUTS.get(self.format))

    def suffix(self, made: Generated) -> str:
        """File suffix: Markdown reports that are text become ``md``."""
        return "md" if self.format == "txt" and made.gold.layout == "markdown" else self.format


def orders(
    count: int,
    split: str = "train",
    seed: int = 0,
    formats: Sequence[str] = ("txt",),
    only: Sequence[str] = (),
) -> list[Order]:
    """So many reports, the split's dialects and the formats in turn, kinds drawn independently of each other.

    Independent draws keep the slices of an evaluation apart: no unit kind goes with one report kind only.
    ``split`` is ``train``, ``test``, ``blind`` or ``all``; ``only`` names dialects and then decides alone.
    """
    chosen = [d.id for d in dialects().values() if (d.id in only if only else split in ("all", d.split))]
    units = [kinds().of(dialects()[name].split) for name in chosen]
    return [
        Order(
            seed=seed + i,
            dialect=chosen[i % len(chosen)],
            unit_kind=random.Random(f"unit/{seed + i}").choice(units[i % len(chosen)]),
            report_kind=random.Random(f"report/{seed + i}").choice(REPORT_KINDS),
            format=formats[(i + i // len(chosen)) % len(formats)],
        )
        for i in range(count)
    ]


def corpus(count: int, split: str = "train", seed: int = 0) -> Iterator[Annotated]:
    """Annotated reports, one after another."""
    return (order.report() for order in orders(count, split, seed))


def write_corpus(folder: Path, wanted: Sequence[Order]) -> list[Path]:
    """Report files with ``*.gold.json`` beside them; the gold carries the text its offsets belong to."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for order in wanted:
        report = order.report()
        path = folder / report.name
        WRITERS[path.suffix[1:]](report.text, path)
        gold = msgspec.structs.replace(report.gold, text=report.text)
        (folder / f"{path.name}.gold.json").write_bytes(encode(gold))
        written.append(path)
    return written
