"""Records made by hand, for everything that is written from records; and what the audit doubts in a text."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from jihe_audit.engine import Settings, audit
from jihe_audit.export.records import (
    BlockRecord,
    CheckRecord,
    Coverage,
    EvidenceRecord,
    FactRecord,
    FindingRecord,
    ReportRecord,
    Summary,
)
from jihe_audit.finding import Finding
from jihe_extract.extraction import extract
from jihe_extract.prose.binding import RuleBinder
from jihe_extract.reading import read_text
from jihe_models.binder import binder_for
from jihe_models.model import default

MakeRecord = Callable[..., ReportRecord]
LINES = ("一、基本情况", "基本支出100.00万元，项目支出50.00万元，支出合计{total}万元。", "联系人见附件。{extra}")


def _fact(report: str, text: str, quote: str, measure: str, scope: str, status: str, value: str) -> FactRecord:
    start = text.index(quote)
    number = Decimal(value)
    return FactRecord(
        report=report,
        quote=quote,
        start=start,
        end=start + len(quote),
        page=1,
        value=number,
        unit="CNY",
        relation="eq",
        measure=measure,
        subject="",
        scope=scope,
        period="",
        stage="",
        status=status,
        reason="",
        checks=("K0001",),
        low=number - 50,
        high=number + 50,
    )


def _evidence(text: str, quote: str) -> EvidenceRecord:
    start = text.index(quote)
    return EvidenceRecord(
        quote=quote, start=start, end=start + len(quote), section=("一、基本情况",), place="一、基本情况"
    )


@pytest.fixture
def make_record() -> MakeRecord:
    """A report whose parts do not add up; ``extra`` is put into its text and into the finding's words."""

    def make(report: str = "甲.txt", *, extra: str = "", unit: str = "某街道办事处", findings: int = 1) -> ReportRecord:
        text = "\n".join(LINES).format(total="160.00", extra=extra)
        whole, basic, work = "160.00万元", "100.00万元", "50.00万元"
        facts = (
            _fact(report, text, basic, "执行数", "基本支出", "contradicted", "1000000"),
            _fact(report, text, work, "执行数", "项目支出", "contradicted", "500000"),
            _fact(report, text, whole, "执行数", "", "contradicted", "1600000"),
        )
        spans = tuple((f.start, f.end) for f in (facts[2], facts[0], facts[1]))
        check = CheckRecord(
            report=report,
            id="K0001",
            rule="I03",
            identity="I03",
            title="基本支出与项目支出之和",
            verdict="fail",
            working="100.00+50.00=150.00≠160.00",
            stated=(Decimal(1599950), Decimal(1600050)),
            computed=(Decimal(1499900), Decimal(1500100)),
            difference=Decimal(100000),
            tolerance=Decimal(150),
            unit="CNY",
            needs=(),
            spans=spans,
        )
        said = "支出合计160.00万元，基本支出与项目支出之和为150.00万元，相差10.00万元。"
        found = tuple(
            FindingRecord(
                report=report,
                unit=unit,
                year="2023",
                rule="I03",
                category="A02" if n == 0 else f"A{n % 20 + 1:02d}",
                severity="error" if n == 0 else ("warning", "info")[n % 2],
                message=said + extra if n == 0 else f"第{n}处{said}",
                working="100.00+50.00=150.00≠160.00",
                stated=(Decimal(1599950), Decimal(1600050)),
                computed=(Decimal(1499900), Decimal(1500100)),
                evidence=(_evidence(text, whole), _evidence(text, basic), _evidence(text, work)),
                explanation="可能漏列一个项目" + extra,
                basis=("YSF-75",),
                advice="与决算报表核对后更正",
                fingerprint=f"{abs(hash((report, n))) % 16**16:016x}",
                needs=("部门决算报表",),
                consequence="total",
                amount=Decimal(100000),
            )
            for n in range(findings)
        )
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        kinds = ("heading", "para", "para")
        blocks = tuple(
            BlockRecord(kind=k, level=1 if k == "heading" else 0, start=s, end=e - 1)
            for k, s, e in zip(kinds, starts, starts[1:], strict=False)
        )
        cover = Coverage(quantities=3, contradicted=3, rate=Decimal(1), money_and_rates=3, money_and_rates_judged=3)
        summary = Summary(
            report=report,
            status="read",
            unit=unit,
            year="2023",
            kind="T1",
            format="txt",
            characters=len(text),
            errors=1,
            checks=1,
            coverage=cover,
        )
        return ReportRecord(summary=summary, findings=found, facts=facts, checks=(check,), blocks=blocks, text=text)

    return make


@pytest.fixture(params=["rules", "model"])
def doubts(request: pytest.FixtureRequest) -> Callable[[str], list[Finding]]:
    """Errors and warnings raised on a text by the rules alone, and with the shipped model beside them."""
    model = default() if request.param == "model" else None
    assert model is not None or request.param == "rules"
    binder = binder_for(model) if model is not None else RuleBinder

    def of(text: str) -> list[Finding]:
        findings = audit(extract(read_text(text), binder=binder), pack="national", settings=Settings()).findings
        return [f for f in findings if f.severity != "info"]

    return of
