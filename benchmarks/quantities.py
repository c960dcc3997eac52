"""How fast `jihe.quantities` is, beside Recognizers-Text, cn2an and jieba, in one run.

    python benchmarks/quantities.py [FILE...] [--chars N]

Reads the given reports, else our own samples, else a generated text; repeats them to about N characters and
prints characters per second of CPU time on one core, values included, and the ratio to jihe. Peers come with
`pip install jihe[bench]`; one that is missing is named and left out. A peer that is slow gets a shorter text.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for room in (".", "extract"):
    sys.path.insert(0, str(ROOT / room))

from jihe_extract.numbers.spotting import quantities  # noqa: E402

FRAMES = (
    "我单位全年预算数为 {a:.2f} 万元，执行数为 {b:.2f} 万元，预算执行率为 {p:.2f}%，得 {s:.2f} 分。",
    "该指标预期指标值为大于等于 {n} 次，年中监控实际完成值为 {m} 次，完成率为 {p:.2f}%。",
    "截至 2023 年 12 月 31 日，编制 {n} 人，实有 {m} 人，其中行政 {m} 人，覆盖群众 {n} 余人次。",
    "加强组织领导，健全工作机制，统筹推进辖区公共服务、社会治理和安全生产各项工作，切实保障群众合法权益。",
    "依据〔2021〕{m} 号文件，辖十三个社区，开展培训 {m} 场次，较上年增加 {n} 人，增长 {p:.1f}%。",
    "绩效目标设置合理，指标清晰可衡量，资金拨付手续完备，不存在截留、挤占、挪用等情况，管理制度执行有效。",
)


def generated(size: int) -> str:
    """A text of our own with the density of figures of a real report."""
    dice = random.Random(7)
    parts: list[str] = []
    length = 0
    while length < size:
        a = dice.uniform(10, 9000)
        p = dice.uniform(40, 130)
        n, m = dice.randint(2, 900), dice.randint(1, 99)
        line = dice.choice(FRAMES).format(a=a, b=a * p / 100, p=p, s=p / 10, n=n, m=m)
        parts.append(line + "\n")
        length += len(line) + 1
    return "".join(parts)


def corpus(files: Iterable[Path], size: int) -> str:
    """The files one after another, repeated to about ``size`` characters; generated text when there are none."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return text * max(1, size // len(text)) if text else generated(size)


def seconds(work: Callable[[str], object], text: str, runs: int) -> float:
    """Best CPU time of several runs."""
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        work(text)
        best = min(best, time.process_time() - begin)
    return best


def by_line(work: Callable[[str], object]) -> Callable[[str], object]:
    def run(text: str) -> None:
        for line in text.splitlines():
            if line.strip():
                work(line)

    return run


def recognizers_number() -> Callable[[str], object]:
    from recognizers_number import Culture, NumberRecognizer

    model = NumberRecognizer(Culture.Chinese).get_number_model()
    return by_line(model.parse)


def recognizers_percentage() -> Callable[[str], object]:
    from recognizers_number import Culture, NumberRecognizer

    model = NumberRecognizer(Culture.Chinese).get_percentage_model()
    return by_line(model.parse)


def recognizers_currency() -> Callable[[str], object]:
    from recognizers_number_with_unit import Culture, NumberWithUnitRecognizer

    model = NumberWithUnitRecognizer(Culture.Chinese).get_currency_model()
    return by_line(model.parse)


def cn2an_transform() -> Callable[[str], object]:
    import cn2an

    def transform(line: str) -> object:
        try:
            return cn2an.transform(line, "cn2an")
        except ValueError:
            return None

    return by_line(transform)


def jieba_segmentation() -> Callable[[str], object]:
    import logging

    import jieba

    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    return lambda text: list(jieba.cut(text))


PEERS: tuple[tuple[str, Callable[[], Callable[[str], object]], int], ...] = (
    ("Recognizers-Text number", recognizers_number, 40),
    ("Recognizers-Text percentage", recognizers_percentage, 40),
    ("Recognizers-Text currency", recognizers_currency, 600),
    ("cn2an.transform", cn2an_transform, 10),
    ("jieba segmentation", jieba_segmentation, 10),
)
"""Name, how to get it, and by how much to shorten the text for it."""


def row(name: str, chars: int, spent: float, ours: float) -> float:
    rate = chars / spent
    ratio = f"{ours / rate:8.1f} x" if ours else "     1.0 x"
    print(f"{name:32}{chars:>11,} chars {rate / 1e6:>9.3f} M chars/s   jihe is {ratio}")
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--chars", type=int, default=600_000)
    options = parser.parse_args()
    files = options.files or sorted((ROOT / "corpus" / "jihe_corpus" / "samples").rglob("*.txt"))
    text = corpus(files, options.chars)
    source = f"{len(files)} file(s), repeated" if files else "generated text"
    found = quantities(text)
    density = 1000 * len(found) / len(text)
    print(f"{source}: {len(text):,} characters, {len(found):,} quantities ({density:.1f} per 1000)")
    ours = row("jihe.quantities", len(text), seconds(quantities, text, 7), 0.0)
    row("(re findall of digits, no values)", len(text), seconds(re.compile("[0-9]+").findall, text, 7), ours)
    warnings.simplefilter("ignore")
    for name, make, share in PEERS:
        try:
            work = make()
        except ImportError as missing:
            print(f"{name:32}not installed ({missing.name}): pip install 'jihe[bench]'")
            continue
        part = text[: max(1000, len(text) // share)]
        row(name, len(part), seconds(work, part, 1), ours)


if __name__ == "__main__":
    main()
