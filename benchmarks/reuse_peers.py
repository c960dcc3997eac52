"""The usual tools on the same sets: near-duplicate paragraphs, or exact runs.

All get the same help: digits are replaced by one symbol beforehand, hard-wrapped lines are joined as jihe
joins them, and what more than 25 other places share is left out as template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from reuse_truth import read_truth

Span = tuple[str, int, int]
Found = Iterator[tuple[str, int, int, str, int, int]]
MOST = 25
"""Paragraphs with more partners than this are template."""
SHINGLE = 5
_SENTENCE = re.compile(r"[^。]*。?")
_DIGITS = re.compile(r"[0-9０-９][0-9０-９.]*")


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for row in read_truth(folder):
        yield str(row["id"]), (folder / "texts" / f"{row['id']}.txt").read_text("utf-8")


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Text without line breaks, each number one symbol, and where each character stood."""
    out: list[str] = []
    where: list[int] = []
    joined = "".join(c for c in text if c != "\n")
    at = [i for i, c in enumerate(text) if c != "\n"]
    last = 0
    for match in _DIGITS.finditer(joined):
        out.append(joined[last : match.start()] + "0")
        where += at[last : match.start() + 1]
        last = match.end()
    out.append(joined[last:])
    where += at[last:]
    return "".join(out), where


def _units(folder: Path) -> Iterator[tuple[Span, str]]:
    """Sentences, the unit at which these tools do best here: wrapped texts have no paragraphs."""
    for name, text in _texts(folder):
        squeezed, where = _squeezed(text)
        for match in _SENTENCE.finditer(squeezed):
            low, high = match.span()
            if high - low >= 20:
                yield (name, where[low], where[high - 1] + 1), squeezed[low:high]


def _shingles(text: str) -> set[str]:
    return {text[i : i + SHINGLE] for i in range(max(len(text) - SHINGLE + 1, 1))}


def _paired(units: list[tuple[Span, str]], partners: Iterable[tuple[int, Iterable[int]]]) -> Found:
    for i, others in partners:
        mine = units[i][0]
        theirs = [units[j][0] for j in others if units[j][0][0] != mine[0]]
        if len(theirs) > MOST:
            continue
        for other in theirs:
            if other < mine:
                yield (*other, *mine)


def datasketch_lsh(folder: Path, jobs: int) -> Found:
    """MinHash LSH of `datasketch` over sentences, Jaccard 0.5."""
    from datasketch import MinHash, MinHashLSH

    units = list(_units(folder))
    index = MinHashLSH(threshold=0.5, num_perm=64)
    hashes = []
    for i, (_, text) in enumerate(units):
        sketch = MinHash(num_perm=64)
        sketch.update_batch([s.encode() for s in _shingles(text)])
        index.insert(i, sketch)
        hashes.append(sketch)
    yield from _paired(units, ((i, index.query(sketch)) for i, sketch in enumerate(hashes)))


def rensa_lsh(folder: Path, jobs: int) -> Found:
    """MinHash LSH of `rensa` over sentences, Jaccard 0.5."""
    from rensa import RMinHash, RMinHashLSH

    units = list(_units(folder))
    index = RMinHashLSH(threshold=0.5, num_perm=64, num_bands=16)
    hashes = []
    for i, (_, text) in enumerate(units):
        sketch = RMinHash(num_perm=64, seed=1)
        sketch.update(sorted(_shingles(text)))
        index.insert(i, sketch)
        hashes.append(sketch)

    def partners(i: int) -> list[int]:
        return [j for j in index.query(hashes[i]) if hashes[i].jaccard(hashes[j]) >= 0.5]

    yield from _paired(units, ((i, partners(i)) for i in range(len(units))))


def tfidf_cosine(folder: Path, jobs: int) -> Found:
    """TF-IDF of character 3-grams in scikit-learn over sentences, cosine 0.6: every pair is compared."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    units = list(_units(folder))
    matrix = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), min_df=2).fit_transform(t for _, t in units)
    other = matrix.T.tocsr()

    def partners() -> Iterator[tuple[int, list[int]]]:
        for low in range(0, matrix.shape[0], 512):
            block = (matrix[low : low + 512] @ other).tocsr()
            for row in range(block.shape[0]):
                part = slice(block.indptr[row], block.indptr[row + 1])
                yield low + row, block.indices[part][block.data[part] >= 0.6].tolist()

    yield from _paired(units, partners())


def suffix_array(folder: Path, jobs: int) -> Found:
    """Runs of 20 symbols or more that two reports share exactly, from the suffix array of `pydivsufsort`."""
    import numpy as np
    from pydivsufsort import divsufsort, kasai

    names: list[str] = []
    parts: list[str] = []
    wheres: list[list[int]] = []
    for name, text in _texts(folder):
        squeezed, where = _squeezed(text)
        names.append(name)
        parts.append(squeezed + "\0")
        wheres.append(where)
    joined = "".join(parts)
    symbols = np.frombuffer(joined.encode("utf-16-le"), dtype=np.uint16)
    starts = np.cumsum([0, *map(len, parts)])
    owner = np.repeat(np.arange(len(parts)), [len(p) for p in parts])
    order = divsufsort(symbols.copy())
    common = kasai(symbols.copy(), order)
    left = starts[owner + 1] - 1 - np.arange(symbols.size)
    # Suffixes with a common prefix of 20 symbols stand in one group; large groups are template.
    edges = np.flatnonzero(common[:-1] < 20) + 1
    group = np.zeros(order.size, dtype=np.int64)
    group[edges] = 1
    size = np.bincount(np.cumsum(group))[np.cumsum(group)]
    for rank in np.flatnonzero((common[:-1] >= 20) & (size[:-1] <= MOST)):
        one, two = sorted((int(order[rank]), int(order[rank + 1])))
        length = int(min(common[rank], left[one], left[two]))
        maximal = not one or not symbols[one - 1] or symbols[one - 1] != symbols[two - 1]
        if length < 20 or owner[one] == owner[two] or not maximal:
            continue
        i, j = int(owner[one]), int(owner[two])
        low, high = one - int(starts[i]), two - int(starts[j])
        first = (names[i], wheres[i][low], wheres[i][low + length - 1] + 1)
        yield (*first, names[j], wheres[j][high], wheres[j][high + length - 1] + 1)


PEERS: dict[str, Callable[[Path, int], Found]] = {
    "datasketch": datasketch_lsh,
    "rensa": rensa_lsh,
    "tfidf": tfidf_cosine,
    "suffix_array": suffix_array,
}
