"""spaCy's DocBin: ``doc.spans["jihe_qty"]`` and ``doc.spans["jihe_name"]`` over character tokens.

Needs spaCy (extra ``jihe[train]``). Character tokens, so that no span can fall between token boundaries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from jihe_corpus.formats.raw import FormatError, RawDoc, RawMark
from jihe_corpus.spans import Doc, digest

if TYPE_CHECKING:
    from spacy.vocab import Vocab

KEYS = {"qty": "jihe_qty", "name": "jihe_name"}


def to_spacy(doc: Doc, vocab: Any) -> Any:
    """The document as spaCy's, a token a character."""
    from spacy.tokens import Doc as SpacyDoc
    from spacy.tokens import Span

    chars = list(doc.text)
    made = SpacyDoc(vocab, words=chars, spaces=[False] * len(chars))
    for layer, key in KEYS.items():
        marks = [m for m in doc.spans if m.layer == layer and m.status == "accepted"]
        made.spans[key] = [Span(made, m.start, m.end, label=m.label) for m in marks]
    made.user_data["jihe"] = {"doc_id": doc.doc_id, "sha256": digest(doc.text), "meta": dict(sorted(doc.meta.items()))}
    return made


def from_spacy(made: Any) -> RawDoc:
    """What a spaCy document marks; offsets of its text."""
    own = made.user_data.get("jihe", {})
    marks: list[RawMark] = []
    for layer, key in KEYS.items():
        for span in made.spans.get(key, ()):
            marks.append(RawMark(span.start_char, span.end_char, span.label_, span.text, layer=layer))
    return RawDoc(
        str(own.get("doc_id", "")), made.text, marks, (), dict(own.get("meta", {})), str(own.get("sha256", ""))
    )


def export(docs: Iterable[Doc], vocab: Vocab | None = None) -> bytes:
    """A ``.spacy`` file of the accepted marks."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab as NewVocab

    vocab = vocab or NewVocab()
    store = DocBin(store_user_data=True)
    for doc in docs:
        store.add(to_spacy(doc, vocab))
    return bytes(store.to_bytes())


def read(data: bytes) -> Iterator[RawDoc]:
    """Documents of a ``.spacy`` file.

    Raises:
        FormatError: not a DocBin.
    """
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        store = DocBin(store_user_data=True).from_bytes(data)
        docs = list(store.get_docs(Vocab()))
    except Exception as error:  # zlib, msgpack and spaCy each raise their own
        raise FormatError(f"不是 spaCy 的 DocBin 文件：{error}") from error
    return (from_spacy(doc) for doc in docs)
