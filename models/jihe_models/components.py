"""spaCy's door: our quantities, roles and names as pipeline components, our corpus as training examples.

Factories ``jihe_quantities``, ``jihe_roles`` and ``jihe_names`` arrive by entry point; so do the reader
``jihe.Corpus.v1``, the suggester ``jihe.quantity_suggester.v1`` and the tokenizer ``jihe.JiebaTokenizer.v1``,
which keeps its own jieba and saves its own dictionary. Needs the extra ``jihe[train]``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc as SpacyDoc
from spacy.tokens import Span as SpacySpan
from spacy.training import Example
from spacy.util import ensure_path

from jihe_corpus.formats import native
from jihe_corpus.formats.importing import import_docs
from jihe_extract.numbers.quantity import Quantity
from jihe_extract.numbers.spotting import quantities
from jihe_models.model import DEFAULT, Model
from jihe_models.naming import Namer
from jihe_models.roles import Guess

QUANTITIES, NAMES, ROLES = "jihe_qty", "jihe_name", "jihe_role"
UNSAID = "数量"


def lines(text: str) -> Iterator[tuple[int, str, list[Quantity]]]:
    """(offset, line, quantities of the line) of every line with figures."""
    at = 0
    for line in text.split("\n"):
        found = quantities(line)
        if found:
            yield at, line, found
        at += len(line) + 1


def _span(doc: SpacyDoc, start: int, end: int, label: str) -> SpacySpan | None:
    return doc.char_span(start, end, label=label, alignment_mode="expand")


class Quantities:
    """Fills ``doc.spans["jihe_qty"]`` with every quantity of the text."""

    def __call__(self, doc: SpacyDoc) -> SpacyDoc:
        """Spans widen to whole tokens."""
        spans = (
            _span(doc, at + q.span.start, at + q.span.end, UNSAID) for at, _, found in lines(doc.text) for q in found
        )
        doc.spans[QUANTITIES] = [s for s in spans if s is not None]
        return doc


class _Learned:
    """A component that reads with a model folder and carries the folder along when it is saved."""

    def __init__(self, folder: str = "") -> None:
        self.folder = Path(folder) if folder else DEFAULT

    @cached_property
    def model(self) -> Model:
        """The model, read when first used."""
        return Model(self.folder)

    def to_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> None:
        """Copy the model folder."""
        target = ensure_path(path)
        _ = self.model
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder, target)

    def from_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> _Learned:
        """Read from the copied folder."""
        self.folder = Path(path)
        self.__dict__.pop("model", None)
        _ = self.model
        return self


class Roles(_Learned):
    """Labels ``doc.spans["jihe_qty"]`` with measures; the margins stand in ``attrs["margins"]``."""

    def __call__(self, doc: SpacyDoc) -> SpacyDoc:
        """Finds the quantities itself, so that it can stand alone."""
        spans: list[SpacySpan] = []
        margins: list[float] = []
        for at, line, found in lines(doc.text):
            for q, said in zip(found, self.model.roles.paragraph(line, 0, found), strict=True):
                span = _span(doc, at + q.span.start, at + q.span.end, said.label)
                if span is not None:
                    spans.append(span)
                    margins.append(said.margin)
        doc.spans[QUANTITIES] = spans
        doc.spans[QUANTITIES].attrs["margins"] = margins
        return doc


class Names(_Learned):
    """Fills ``doc.spans["jihe_name"]`` with indicators, projects, causes and remedies."""

    def __call__(self, doc: SpacyDoc) -> SpacyDoc:
        """Names of every line with figures."""
        namer = Namer.of(self.model)
        found = ((at, n) for at, line, figures in lines(doc.text) for n in namer.find(line, figures))
        spans = (_span(doc, at + n.start, at + n.end, n.label) for at, n in found)
        doc.spans[NAMES] = [s for s in spans if s is not None]
        return doc


@Language.factory("jihe_quantities", retokenizes=False)
def make_quantities(nlp: Language, name: str) -> Quantities:
    """Factory of :class:`Quantities`."""
    return Quantities()


@Language.factory("jihe_roles", default_config={"folder": ""})
def make_roles(nlp: Language, name: str, folder: str) -> Roles:
    """Factory of :class:`Roles`; ``folder`` is a model folder, the shipped one by default."""
    return Roles(folder)


@Language.factory("jihe_names", default_config={"folder": ""})
def make_names(nlp: Language, name: str, folder: str) -> Names:
    """Factory of :class:`Names`; ``folder`` is a model folder, the shipped one by default."""
    return Names(folder)


def make_suggester() -> Callable[..., Any]:
    """Candidates of spancat: exactly our quantities."""

    def suggest(docs: list[SpacyDoc], *, ops: Any = None) -> Any:
        from thinc.api import get_current_ops
        from thinc.types import Ragged

        ops = ops or get_current_ops()
        places: list[list[int]] = []
        lengths: list[int] = []
        for doc in docs:
            found = [
                span
                for at, _, figures in lines(doc.text)
                for q in figures
                if (span := _span(doc, at + q.span.start, at + q.span.end, UNSAID)) is not None
            ]
            unique = sorted({(s.start, s.end) for s in found})
            places += [list(p) for p in unique]
            lengths.append(len(unique))
        data = ops.asarray(places, dtype="i") if places else ops.xp.zeros((0, 0), dtype="i")
        return Ragged(data, ops.asarray(lengths, dtype="i"))

    return suggest


def make_reader(path: str) -> Callable[[Language], Iterator[Example]]:
    """Training examples from a native corpus file: gold quantities in ``jihe_role``, names in ``jihe_name``."""

    def read(nlp: Language) -> Iterator[Example]:
        for doc in import_docs(native.read(Path(path).read_bytes())).docs:
            predicted, reference = nlp.make_doc(doc.text), nlp.make_doc(doc.text)
            for layer, key in (("qty", ROLES), ("name", NAMES)):
                spans = (_span(reference, m.start, m.end, m.label) for m in doc.gold(layer))
                reference.spans[key] = [s for s in spans if s is not None]
            yield Example(predicted, reference)

    return read


class JiebaTokenizer:
    """Words by an own jieba with our dictionary; the dictionary is saved with the pipeline."""

    def __init__(self, vocab: Any, words: str = "") -> None:
        self.vocab, self.words = vocab, words

    @cached_property
    def _jieba(self) -> Any:
        import io

        import jieba

        cutter = jieba.Tokenizer()
        cutter.load_userdict(io.StringIO(self.words))
        return cutter

    def __call__(self, text: str) -> SpacyDoc:
        """Blanks become tokens of their own, so that the text survives to the character."""
        words = list(self._jieba.cut(text, HMM=False)) if text else []
        return SpacyDoc(self.vocab, words=words, spaces=[False] * len(words))

    def to_bytes(self, **_: Any) -> bytes:
        """The dictionary."""
        return self.words.encode("utf-8")

    def from_bytes(self, data: bytes, **_: Any) -> JiebaTokenizer:
        """Take another dictionary."""
        self.words = data.decode("utf-8")
        self.__dict__.pop("_jieba", None)
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write ``userdict.txt``."""
        folder = ensure_path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "userdict.txt").write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> JiebaTokenizer:
        """Read ``userdict.txt``."""
        return self.from_bytes((ensure_path(path) / "userdict.txt").read_bytes())


def make_tokenizer() -> Callable[[Language], JiebaTokenizer]:
    """The tokenizer with the vocabulary's words."""
    from jihe_models.training import user_words

    return lambda nlp: JiebaTokenizer(nlp.vocab, user_words())


class SpacyRoles:
    """A trained spaCy pipeline in the place of our role model: give it to ``AgreeingBinder`` through a model."""

    def __init__(self, nlp: Language, key: str = ROLES) -> None:
        self.nlp, self.key = nlp, key

    def paragraph(self, text: str, offset: int, figures: list[Quantity]) -> list[Guess]:
        """One guess a quantity; ``其他`` with no margin where the pipeline says nothing."""
        doc = self.nlp(text)
        group = doc.spans.get(self.key, ())
        scores = np.asarray(getattr(group, "attrs", {}).get("scores", np.ones(len(group))), dtype=np.float64)
        scores = scores.reshape(len(group), -1).max(axis=1) if len(group) else scores
        said = {
            (s.start_char, s.end_char): Guess(s.label_, round(float(p), 4)) for s, p in zip(group, scores, strict=False)
        }
        out: list[Guess] = []
        for q in figures:
            span = _span(doc, q.span.start - offset, q.span.end - offset, UNSAID)
            place = (span.start_char, span.end_char) if span is not None else (-1, -1)
            out.append(said.get(place, Guess("其他", 0.0)))
        return out


def config() -> Path:
    """The training configuration: spancat over our quantities, char tokens."""
    return Path(__file__).with_name("configs") / "roles.cfg"


__all__ = [
    "JiebaTokenizer", "Names", "Quantities", "Roles", "SpacyRoles", "config", "make_names", "make_quantities",
    "make_reader", "make_roles", "make_suggester", "make_tokenizer", "spacy",
]  # fmt: skip
