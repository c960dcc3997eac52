"""Training: base corpora and all corrections in, a candidate model out; the same input gives the same bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import msgspec

from jihe_corpus.gold import Annotated, encode
from jihe_corpus.grammar.dialect import dialects
from jihe_corpus.grammar.report import write
from jihe_corpus.samples import samples
from jihe_corpus.spans import Doc
from jihe_corpus.wordings.sentences import sentences
from jihe_models import kinds, names, roles
from jihe_models.examples import Paragraph, from_doc, from_gold
from jihe_models.fitting import fits
from jihe_models.lessons import retold
from jihe_models.linear import Linear, fit
from jihe_models.matrix import Rows, joined
from jihe_models.measures import alike
from jihe_models.model import FEATURES
from jihe_models.store import SCHEMA, DataSource, Manifest, linear_files

SEED = 0
SENTENCES = 18_000
REPORTS = 8
"""Reports drawn of each train dialect."""
CORRECTED = 5
"""Weight of a correction against a base example."""
ROLES_C = 0.05
"""How closely the role model follows its examples: loosely, as words will differ."""
RETOLD = 1.0
"""Weight of a sentence told in the corrections' words."""
ROLES_CAP = 38_000
NAMES_CAP = 60_000
Progress = Callable[[str, int, int], None]
_STEPS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0)


@dataclass
class Base:
    """The corpora of the project, as paragraphs, and where they came from."""

    worded: list[Paragraph] = field(default_factory=list)
    told: list[Paragraph] = field(default_factory=list)
    sources: list[DataSource] = field(default_factory=list)

    @cached_property
    def rows(self) -> tuple[Rows, list[str], list[str]]:
        """Feature rows, labels and units of all paragraphs, made once for several fits."""
        return _role_rows((*self.worded, *self.told))


def base(seed: int = SEED, count: int | None = None, reports: int | None = None) -> Base:
    """The base corpora: drawn sentences, generated reports of the train dialects, the samples."""
    count = SENTENCES if count is None else count
    reports = REPORTS if reports is None else reports
    out = Base()
    docs = list(sentences("train", count, seed))
    out.worded = [p for doc in docs for p in from_doc(doc, "wordings")]
    out.sources.append(_source("wordings/train", "synth", [msgspec.json.encode(d) for d in docs], out.worded))
    for dialect in dialects().values():
        if dialect.split != "train":
            continue
        told: list[Paragraph] = []
        written: list[bytes] = []
        for number in range(reports):
            report = write(seed * 1000 + number, dialect.id, layout="plain")
            told += from_gold(Annotated(report.text, report.gold))
            written.append(report.text.encode() + encode(report.gold))
        out.told += told
        out.sources.append(_source(f"dialects/{dialect.id}", "synth", written, told))
    own = samples()
    told = [p for annotated in own for p in from_gold(annotated)]
    out.told += told
    out.sources.append(_source("samples", "gold", [a.text.encode() + encode(a.gold) for a in own], told))
    return out


def _source(
    name: str, kind: str, pieces: Sequence[bytes], paragraphs: Sequence[Paragraph], weight: float = 1.0
) -> DataSource:
    digest = sha256(b"\0".join(pieces)).hexdigest()
    return DataSource(name, kind, digest, len(pieces), sum(len(p.figures) for p in paragraphs), weight)


@dataclass(frozen=True)
class Trained:
    """A candidate: its parts in memory, and its manifest without files."""

    roles: Linear
    names: Linear
    kinds: Linear
    manifest: Manifest

    def files(self) -> dict[str, bytes]:
        """The bytes of every file but the manifest and the card."""
        parts = {"roles": self.roles, "names": self.names, "kinds": self.kinds}
        files = {name: data for part, linear in parts.items() for name, data in linear_files(part, linear).items()}
        files["userdict.txt"] = user_words().encode("utf-8")
        return files


def user_words() -> str:
    """The vocabulary as a jieba user dictionary, one word a line: jieba does not save it, so we do."""
    from jihe_extract.prose.words import load_words

    words = load_words()
    entries = {a for m in words.measures.values() for a in m.aliases} | {
        a for s in words.scopes.values() for a in s.aliases
    }
    return "".join(f"{word} 1000\n" for word in sorted(entries) if len(word) > 1 and " " not in word)


def fit_roles(base_rows: Base, corrected: Sequence[Paragraph], *, seed: int = SEED) -> Linear:
    """The role classifier on the base and the corrections."""
    rows, gold, units = base_rows.rows
    more, labels, theirs = _role_rows(corrected)
    told, said, its = _role_rows(retold(corrected, seed=seed))
    weights = [1.0] * len(rows) + [RETOLD] * len(told) + [float(CORRECTED)] * len(more)
    return fit(
        joined([rows, told, more]), [*gold, *said, *labels],
        weights=weights, cap=ROLES_CAP, c=ROLES_C, seed=seed, protect=more.names,
        admits=fits, units=[*units, *its, *theirs],
    )  # fmt: skip


def _role_rows(paragraphs: Iterable[Paragraph]) -> tuple[Rows, list[str], list[str]]:
    rows, gold, units = roles.training_rows((p.text, p.figures, p.roles) for p in paragraphs)
    return Rows.of(rows), gold, units


def fit_names(base_rows: Base, corrected: Sequence[Paragraph], *, seed: int = SEED) -> Linear:
    """The name tagger on sentences with names and the corrections, and plain prose to tell them from."""
    rng = random.Random(f"jihe/names/{seed}")
    named = [p for p in base_rows.worded if any(m.label in names.TAGGED for m in p.names)][:2200]
    bare = rng.sample(base_rows.worded, min(500, len(base_rows.worded)))
    bare = [p for p in bare if not any(m.label in names.TAGGED for m in p.names)]
    rows, gold = _name_rows([*named, *bare])
    shown = [p for p in corrected if p.names]
    lessons = [p for p in retold(shown, seed=seed) if any(m.label in names.TAGGED for m in p.names)]
    told, said = _name_rows(lessons)
    more, labels = _name_rows(shown)
    weights = [1.0] * len(rows) + [RETOLD] * len(told) + [float(CORRECTED)] * len(more)
    return fit(
        joined([rows, told, more]), [*gold, *said, *labels], weights=weights, least=3, cap=NAMES_CAP, c=0.2, seed=seed,
        protect=more.names,
    )  # fmt: skip


def _name_rows(paragraphs: Iterable[Paragraph]) -> tuple[Rows, list[str]]:
    rows, gold = names.training_rows((p.text, p.names) for p in paragraphs)
    return Rows.of(rows), gold


def fit_kinds(base_rows: Base, *, seed: int = SEED) -> Linear:
    """The classifier of sentence types."""
    typed = [p for p in base_rows.worded if p.kind]
    return fit(Rows.of(kinds.features(p.text) for p in typed), [p.kind for p in typed], cap=20_000, seed=seed)


def calibrate(base_rows: Base, *, seed: int = SEED) -> dict[str, float]:
    """Margins and how often they were right, by a model of half the sentences on reports of the grammar.

    ``@m`` gives the share of right guesses at a margin from m to the next; ``confident`` and ``strong`` are
    the least margins from which every step is 88 and 97.5 % right.
    """
    alone = Base(worded=base_rows.worded[::2])
    model = roles.RoleModel(fit_roles(alone, (), seed=seed))
    seen: list[tuple[float, bool]] = []
    for p in base_rows.told:
        guesses = model.paragraph(p.text, 0, p.figures)
        seen += [(g.margin, alike(g.label, want)) for g, want in zip(guesses, p.roles, strict=True) if want]
    table: dict[str, float] = {}
    for low, high in zip(_STEPS, (*_STEPS[1:], 1e9), strict=True):
        hits = [right for margin, right in seen if low <= margin < high]
        table[f"@{low}"] = round((sum(hits) + 1) / (len(hits) + 2), 3)
    table["confident"] = _from(table, 0.88)
    table["strong"] = _from(table, 0.975)
    return table


def _from(table: dict[str, float], precision: float) -> float:
    """The least margin at and above which every step is at least this precise (to a hundredth)."""
    least = 9.0
    for step in reversed(_STEPS):
        if table[f"@{step}"] < precision - 0.005:
            break
        least = step
    return least


def train(
    corrections: Sequence[Doc] = (), *, version: str, parent: str = "", seed: int = SEED, name: str = "jihe",
    created_at: str = "", base_rows: Base | None = None, progress: Progress | None = None,
) -> Trained:  # fmt: skip
    """A candidate model from the base and all corrections. Needs the extra ``jihe[train]``."""
    tell = progress or (lambda words, done, total: None)
    tell("准备基础语料", 0, 5)
    rows = base_rows or base(seed)
    corrected = [p for doc in corrections for p in from_doc(doc, "corrections")]
    tell("训练角色模型", 1, 5)
    role_part = fit_roles(rows, corrected, seed=seed)
    tell("标定置信度", 2, 5)
    thresholds = calibrate(rows, seed=seed)
    tell("训练名称模型", 3, 5)
    name_part = fit_names(rows, corrected, seed=seed)
    tell("训练句类模型", 4, 5)
    kind_part = fit_kinds(rows, seed=seed)
    sources = list(rows.sources)
    if corrections:
        sources.append(
            _source("corrections", "correction", [msgspec.json.encode(d) for d in corrections], corrected, CORRECTED)
        )
    trainer = {"type": "LinearSVC", "c": ROLES_C, "seed": seed, "sentences": SENTENCES, "reports": REPORTS}
    trainer["corrected"] = CORRECTED
    manifest = Manifest(
        schema=SCHEMA, name=name, version=version, features=dict(FEATURES), trainer=trainer, thresholds=thresholds,
        parent=parent, created_at=created_at, data=tuple(sources), requires=("numpy",),
    )  # fmt: skip
    tell("完成", 5, 5)
    return Trained(role_part, name_part, kind_part, manifest)


def fingerprint(trained: Trained) -> str:
    """One digest of everything that a candidate predicts with."""
    files = trained.files()
    return sha256(json.dumps({n: sha256(files[n]).hexdigest() for n in sorted(files)}).encode()).hexdigest()
