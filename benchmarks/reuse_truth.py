"""Sets on disk: one text file a report, and what is true of them in ``truth.jsonl``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reuse_sets import Maker


def write_set(folder: Path, count: int, *, seed: int, maker: type[Maker] = Maker, **mix: Any) -> None:
    """Write a set: one text file a report, and ``truth.jsonl`` beside them. ``mix`` are arguments of `Maker`."""
    texts = folder / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for made in maker(count, seed=seed, **mix):
            (texts / f"{made.id}.txt").write_text(made.text, "utf-8")
            row = {
                "id": made.id,
                "unit": made.unit,
                "region": made.region,
                "length": len(made.text),
                "copies": [asdict(copy) for copy in made.copies],
                "prescribed": made.prescribed,
            }
            truth.write(json.dumps(row, ensure_ascii=False) + "\n")


def iter_truth(folder: Path) -> Iterator[dict[str, object]]:
    """The rows of ``truth.jsonl``, one in memory at a time."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_truth(folder: Path) -> list[dict[str, object]]:
    """The rows of ``truth.jsonl``."""
    return list(iter_truth(folder))
