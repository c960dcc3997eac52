"""What an evaluation says: figures by slice, comparison with a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from jihe.evaluate import METRICS, SLICES, Result
from jihe_corpus.tallies import Tally


class Line(msgspec.Struct):
    """Figures of one slice: rates as fractions, counts per report. A metric with nothing to measure is absent."""

    slice: str
    value: str
    reports: int
    f1: dict[str, float]
    precision: dict[str, float]
    recall: dict[str, float]
    mutation: float
    culprit: float
    planted: int
    clean: int
    """Clean reports that were judged; the next two say nothing when it is 0."""
    errors_per_clean: float
    warnings_per_clean: float
    error_precision: float
    findings: float
    coverage: float
    failures: int


class Evaluation(msgspec.Struct):
    """A whole evaluation, as written to JSON."""

    lines: list[Line]
    kinds: dict[str, list[float]]
    """Planted errors by kind: [planted, found, culprit named]."""
    expected: dict[str, list[int]]
    """Findings demanded by gold, by category: [demanded, found]."""
    misses: dict[str, int]
    false: dict[str, int]
    seconds: float
    results: list[Result] = []


def line(name: str, value: str, results: Sequence[Result]) -> Line:
    """The figures of a slice."""
    tallies = {metric: Tally() for metric in METRICS}
    for result in results:
        for metric, (right, wrong, missed) in result.tallies.items():
            tallies[metric] += Tally(right, int(wrong), missed)
    measured = {m: t for m, t in tallies.items() if t.right or t.wrong or t.missed}
    hunts = [h for r in results for h in r.hunts]
    clean = [r for r in results if r.clean and not r.failure]
    false_errors = sum(r.errors for r in clean)
    true_errors = sum(h.found == 1 for h in hunts)
    stray = sum(h.stray for h in hunts)
    expected = [found for r in results for _, found in r.expected]
    count = max(1, len(clean))
    return Line(
        slice=name,
        value=value,
        reports=len(results),
        f1={m: round(t.f1, 4) for m, t in measured.items()},
        precision={m: round(t.precision, 4) for m, t in measured.items()},
        recall={m: round(t.recall, 4) for m, t in measured.items()},
        mutation=round(_share(sum(h.found for h in hunts), len(hunts)), 4),
        culprit=round(_share(sum(h.culprit for h in hunts), len(hunts)), 4),
        planted=len(hunts),
        clean=len(clean),
        errors_per_clean=round(false_errors / count, 4),
        warnings_per_clean=round(sum(r.warnings for r in clean) / count, 4),
        error_precision=round(_share(true_errors, true_errors + stray + false_errors), 4),
        findings=round(_share(sum(expected), len(expected)), 4),
        coverage=round(_share(sum(r.coverage for r in results), len(results)), 4),
        failures=sum(bool(r.failure) for r in results),
    )


def _share(part: float, whole: float) -> float:
    """A share; 0 of nothing is 0: what was not measured is never shown as perfect."""
    return part / whole if whole else 0.0


def tabulate(results: Sequence[Result], seconds: float) -> Evaluation:
    """The figures in total and by every slice that has more than one value."""
    lines = [line("total", "全部", results)]
    for name in SLICES:
        values = sorted({r.slices[name] for r in results})
        if len(values) > 1:
            lines += [line(name, v, [r for r in results if r.slices[name] == v]) for v in values]
    kinds: dict[str, list[float]] = {}
    for h in (h for r in results for h in r.hunts):
        entry = kinds.setdefault(h.kind, [0, 0, 0])
        entry[0] += 1
        entry[1] += h.found
        entry[2] += h.culprit
    expected: dict[str, list[int]] = {}
    for category, found in (e for r in results for e in r.expected):
        pair = expected.setdefault(category, [0, 0])
        pair[0] += 1
        pair[1] += found
    return Evaluation(
        lines=lines,
        kinds=dict(sorted(kinds.items())),
        expected=dict(sorted(expected.items())),
        misses=_counted(m.what for r in results for m in r.misses),
        false=_counted(f"{m.what} {m.expected}" for r in results for m in r.false),
        seconds=round(seconds, 2),
        results=list(results),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


TOLERANCE = 0.002


def regressions(now: Evaluation, before: Evaluation) -> list[str]:
    """What fell against the baseline, one Chinese sentence each; slices that are new are passed over."""
    old = {(entry.slice, entry.value): entry for entry in before.lines}
    found: list[str] = []
    for entry in now.lines:
        was = old.get((entry.slice, entry.value))
        if was is None:
            continue
        place = f"{entry.slice}={entry.value}"
        better: Mapping[str, tuple[float, float]] = {
            **{f"{m} F1": (entry.f1.get(m, 0.0), was.f1[m]) for m in was.f1},
            "植入错误检出率": (entry.mutation, was.mutation),
            "指认率": (entry.culprit, was.culprit),
            "应有问题检出率": (entry.findings, was.findings),
        }
        found += [f"{place}：{m} 由 {b:.4f} 降为 {a:.4f}" for m, (a, b) in better.items() if a < b - TOLERANCE]
        worse = {
            "每份误报错误": (entry.errors_per_clean, was.errors_per_clean),
            "每份误报疑点": (entry.warnings_per_clean, was.warnings_per_clean),
            "未完成份数": (float(entry.failures), float(was.failures)),
        }
        found += [f"{place}：{m} 由 {b:.3f} 升为 {a:.3f}" for m, (a, b) in worse.items() if a > b + TOLERANCE]
    return found
