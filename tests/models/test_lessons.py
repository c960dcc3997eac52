"""What corrections teach, how the training corpus is dealt, and which learned facts are heard."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from jihe_audit.engine import audit
from jihe_audit.rulebook import shipped
from jihe_corpus.spans import Doc, Mark
from jihe_corpus.wordings.rephrase import provinces, rehearsals
from jihe_corpus.wordings.sentences import sentences
from jihe_extract.extraction import extract
from jihe_extract.facts import HEARD, SURE
from jihe_extract.prose.words import load_words
from jihe_extract.reading import read_text
from jihe_models.binder import binder_for
from jihe_models.examples import Paragraph, from_doc
from jihe_models.lessons import phrases, retold
from jihe_models.model import default


def corrected(text: str, marks: dict[str, str]) -> list[Paragraph]:
    spans = []
    for n, (quote, label) in enumerate(marks.items()):
        at = text.index(quote)
        layer = "name" if label == "IND" else "qty"
        spans.append(Mark(f"m{n}", at, at + len(quote), quote, label, layer))
    return list(from_doc(Doc.of("d", text, spans)))


SHOWN = corrected(
    "河段清淤里程军令数不低于20公里，年关交卷18公里；走账金额为12.50万元。",
    {"河段清淤里程": "IND", "20公里": "目标值", "18公里": "完成值", "12.50万元": "执行数"},
)


def test_phrases_are_the_words_between_name_and_figure() -> None:
    assert phrases(SHOWN) == {"目标值": ["军令数"], "完成值": ["年关交卷"], "执行数": ["走账金额"]}
    assert retold([]) == []


def test_corrections_are_told_again_in_other_company() -> None:
    told = retold(SHOWN)
    where = [p for p in told if "走账金额" in p.text]
    assert len(where) > 5 and len({p.roles for p in where}) > 3
    for p in where:
        at = p.text.index("走账金额")
        after = [r for f, r in zip(p.figures, p.roles, strict=True) if f.span.start >= at and r not in ("", "占比")]
        assert after[0] == "执行数"


def test_every_alias_is_dealt() -> None:
    """No word of the vocabulary is missed by the luck of the draw: a rebuild must not depend on it."""
    text = "\n".join(d.text for d in sentences("train", 6000, 1))
    aliases = [
        a for m in load_words().measures.values() if m.id in ("年初预算数", "预算数", "执行率") for a in m.aliases
    ]
    assert [a for a in aliases if a not in text and "(" not in a] == []


def test_one_sentence_does_not_move_the_others() -> None:
    few = [d.text for d in sentences("trial-coast", 5, 1)]
    assert few == [d.text for d in sentences("trial-coast", 9, 1)][:5]


def test_made_up_words_are_labelled_like_the_others() -> None:
    counts = Counter(m.label for d in sentences("train", 400, 2) for m in d.spans)
    strange = [
        d.text for d in sentences("train", 400, 2) if any(c > "\u8fff" or "\u5fff" > c > "\u5c00" for c in d.text)
    ]
    assert len(strange) > 40 and counts["执行数"] > 60


def test_provinces_to_choose_by_and_to_claim_by_share_no_word() -> None:
    words = [{w for t in tables.values() for ws in t.values() for w in ws} for tables in (provinces(), rehearsals())]
    assert not words[0] & words[1]


# ── which learned facts are heard ────────────────────────────────────────────────────────────────
def test_a_lone_guess_is_shown_and_takes_part_in_nothing() -> None:
    model = default()
    assert model is not None
    text = "改定后全年盘子1200.00万元，实花金额1500.00万元，另有说明。"
    extraction = extract(read_text(text), binder=binder_for(model))
    learned = [f for f in extraction.facts if f.by != "rule"]
    assert learned and all(f.trust < HEARD < SURE for f in learned)
    assert not [f for f in audit(extraction).findings if f.severity != "info"]


def test_company_makes_a_guess_heard() -> None:
    model = default()
    assert model is not None
    text = "改定后全年盘子1200.00万元，实花金额1000.00万元，花出进度93.33%。"
    extraction = extract(read_text(text), binder=binder_for(model))
    assert {f.trust for f in extraction.facts if f.by != "rule"} == {Decimal("0.79")}
    assert {f.rule for f in audit(extraction).findings if f.severity == "warning"} >= {"R01"}


def test_ordinary_sentences_get_hardly_more_doubts_with_the_model() -> None:
    """The rules' own passing cases, read with the model: at most one doubt more than by rules alone."""
    model = default()
    assert model is not None
    alone = together = errors = 0
    for text in (t for rule in shipped().rules.values() for t in rule.passes):
        document = read_text(text)
        before = audit(extract(document)).findings
        after = audit(extract(document, binder=binder_for(model))).findings
        alone += sum(f.severity != "info" for f in before)
        together += sum(f.severity != "info" for f in after)
        errors += sum(f.severity == "error" for f in after) - sum(f.severity == "error" for f in before)
    assert together <= alone + 1 and errors <= 0
