"""Characters with BIO labels, tab-separated, a blank line after each text. Export only: blanks are lost."""

from __future__ import annotations

from collections.abc import Iterable

from jihe_corpus.spans import Doc


def export(docs: Iterable[Doc], layer: str = "") -> bytes:
    """Accepted marks of a layer (all by default) over each character; of marks that overlap the first counts."""
    lines: list[str] = []
    for doc in docs:
        tags = ["O"] * len(doc.text)
        for mark in doc.spans:
            inside = range(mark.start, mark.end)
            if mark.status != "accepted" or (layer and mark.layer != layer) or any(tags[i] != "O" for i in inside):
                continue
            for i in inside:
                tags[i] = f"{'B' if i == mark.start else 'I'}-{mark.label}"
        lines += [f"{c}\t{t}" for c, t in zip(doc.text, tags, strict=True) if not c.isspace()]
        lines.append("")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")
