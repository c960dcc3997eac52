"""Score sheets whose cells are parted by single blanks, or stand in a paragraph each."""

from __future__ import annotations

import time

import pytest

from jihe_audit.engine import audit
from jihe_extract.extraction import extract
from jihe_extract.facts import Fact, ScoreRow
from jihe_extract.reading import read_text

HEAD = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
FUNDS = [
    ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["年度资金总额", "60.00", "64.00", "60.80", "10", "95.00%", "9.50"],
    ["其中：当年财政拨款", "60.00", "60.00", "57.00", "—", "95.00%", "—"],
    ["上年结转资金", "0.00", "4.00", "3.80", "—", "95.00%", "—"],
]
ROWS = [
    ["产出指标（50分）", "数量指标", "管护林地面积", "≥900亩", "936亩", "20", "20", ""],
    ["补植苗木株数", "≥3000株", "2850株", "20", "19", "春旱影响，秋季补齐"],
    ["质量指标", "苗木成活率", "≥90%", "93%", "10", "10", ""],
    ["效益指标（30分）", "生态效益指标", "林相改善", "明显", "明显", "30", "30", ""],
    ["满意度指标（10分）", "服务对象满意度指标", "护林员满意度", "≥85%", "92%", "10", "10", ""],
]
TOTAL = ["总分", "100", "98.5"]


def by_lines() -> str:
    rows = [*FUNDS, ["绩效指标", *HEAD], *ROWS, TOTAL]
    return "2023年度林地管护项目支出绩效自评表\n" + "\n".join(" ".join(c for c in r if c) for r in rows) + "\n"


def by_paragraphs() -> str:
    cells = [c for r in [*FUNDS, HEAD, *ROWS, [*TOTAL, ""]] for c in r]
    return "2023年度林地管护项目支出绩效自评表\n\n" + "\n\n".join(c or " " for c in cells) + "\n"


def value(fact: Fact | None) -> str | None:
    return None if fact is None else f"{fact.quantity.value.normalize():f}{fact.quantity.unit}"


def short(row: ScoreRow) -> tuple[str, str | None, str | None, str | None, str | None]:
    return "/".join(row.path), value(row.weight), value(row.target), value(row.actual), value(row.score)


@pytest.mark.parametrize("text", [by_lines(), by_paragraphs()], ids=["lines", "paragraphs"])
def test_rows_funds_and_total(text: str) -> None:
    found = extract(read_text(text))
    assert [short(r) for r in found.rows] == [
        ("预算执行率", "10分", None, None, "9.5分"),
        ("产出指标/数量指标/管护林地面积", "20分", "900亩", "936亩", "20分"),
        ("产出指标/数量指标/补植苗木株数", "20分", "3000株", "2850株", "19分"),
        ("产出指标/质量指标/苗木成活率", "10分", "0.9%", "0.93%", "10分"),
        ("效益指标/生态效益指标/林相改善", "30分", None, None, "30分"),
        ("满意度指标/服务对象满意度指标/护林员满意度", "10分", "0.85%", "0.92%", "10分"),
    ]
    assert found.rows[2].reason is not None
    assert "秋季补齐" in found.document.quote(found.rows[2].reason)
    amounts = {(f.measure, f.scope, value(f)) for f in found.facts if f.quantity.unit == "CNY"}
    assert {("全年预算数", "", "640000CNY"), ("执行数", "上年结转资金", "38000CNY")} <= amounts
    assert {value(f) for f in found.facts if f.measure == "总分"} == {"98.5分"}


@pytest.mark.parametrize("text", [by_lines(), by_paragraphs()], ids=["lines", "paragraphs"])
def test_a_slip_is_found_where_the_rest_bears_out_the_columns(text: str) -> None:
    assert [t.sure for t in read_text(text).tables] == [True, True]
    assert [f.says for f in audit(extract(read_text(text))).findings if f.severity != "info"] == []
    for shown, slip in [("98.5", "95.8"), ("9.50", "5.90"), ("2850株", "2050株"), ("57.00", "75.00")]:
        assert text.count(shown) == 1
        found = audit(extract(read_text(text.replace(shown, slip)))).findings
        assert any(f.severity != "info" and any(e.quote in slip for e in f.evidence) for f in found), slip


def test_columns_that_nothing_bears_out_are_unsure_and_accuse_nobody() -> None:
    text = by_lines().replace("936亩 20 20", "936亩 30 20").replace("98.5", "48.5")
    document = read_text(text)
    assert [t.sure for t in document.tables] == [True, False]
    assert not any(f.severity == "error" for f in audit(extract(document)).findings)


def test_levels_without_a_known_name_are_told_by_what_they_leave() -> None:
    text = (
        "评价得分表\n一级指标 二级指标 三级指标 分值 得分 扣分原因\n"
        "组织领导 责任落实 责任书签订率 20 20\n资料归档 10 9 两份缺签\n"
        "过程推进 进度控制 节点按期率 30 30\n成效 群众评价 群众认可度 40 38 个别诉求未办结\n合计 100 97\n"
    )
    rows = extract(read_text(text)).rows
    assert [("/".join(r.path), value(r.weight), value(r.score)) for r in rows] == [
        ("组织领导/责任落实/责任书签订率", "20分", "20分"),
        ("组织领导/责任落实/资料归档", "10分", "9分"),
        ("过程推进/进度控制/节点按期率", "30分", "30分"),
        ("成效/群众评价/群众认可度", "40分", "38分"),
    ]


def test_running_text_is_not_drawn_in() -> None:
    text = by_lines() + "全年 预算 执行 情况 总体 良好，各项 指标 均 达到 预期。\n指标 分值 设置 合理 得分 客观。\n"
    document = read_text(text)
    assert "各项 指标" in "".join(document.quote(b.span) for b in document.prose())
    plain = read_text("项目资金\n\n本年度安排到位\n\n预算执行良好\n\n指标全部完成\n")
    assert not plain.tables


def test_a_table_of_tabs_keeps_its_caption_and_unit() -> None:
    cells = [["项目", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"], FUNDS[1]]
    text = "预算执行情况表（单位：万元）\n\n" + "\n\n".join("\n".join(f"\t{c}" for c in r) for r in cells) + "\n"
    amounts = {(f.measure, value(f)) for f in extract(read_text(text)).facts if f.quantity.unit == "CNY"}
    assert amounts == {("年初预算数", "600000CNY"), ("全年预算数", "640000CNY"), ("执行数", "608000CNY")}


def test_many_words_of_headers_cost_little() -> None:
    text = "\n".join(["一级指标 二级指标 三级指标 分值 得分", "预算 资金 指标", "绩效指标"] * 4000)
    began = time.process_time()
    read_text(text)
    assert time.process_time() - began < 20
