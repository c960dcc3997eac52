"""``python -m jihe_models``: trains the shipped model anew, bit for bit, from the project's own corpora."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from jihe_models.cards import card
from jihe_models.gate import measured
from jihe_models.model import DEFAULT
from jihe_models.slices import frozen
from jihe_models.store import write
from jihe_models.training import train

DATE = "2026-12-01"
"""Set by hand when the shipped model is made anew, so that its bytes do not depend on the clock."""


def main(folder: Path = DEFAULT) -> None:
    """Train and put the model into ``folder``, replacing what is there."""
    made = train(version="default-1", created_at=DATE, progress=lambda w, d, t: print(f"{d}/{t} {w}"))
    trained = measured(made, frozen())
    draft = folder.with_name(folder.name + "-new")
    shutil.rmtree(draft, ignore_errors=True)
    write(draft, trained.manifest, trained.files(), card(trained.manifest))
    if folder.exists():
        shutil.rmtree(folder)
    draft.rename(folder)
    print(f"{folder}：{sum(p.stat().st_size for p in folder.iterdir())} 字节")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m jihe_models", description="重新训练随附的默认模型")
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT, help="写入的文件夹，默认替换随附模型")
    main(parser.parse_args().folder)
