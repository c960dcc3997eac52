"""Wrapped lines back to paragraphs; headings into a section tree; every character back to its source."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jihe_extract.document import Document, Span
from jihe_extract.pages.rejoin import width
from jihe_extract.reading import read_text

CLEAN = """2023年度青云镇人民政府部门整体支出绩效自评报告
一、部门基本情况
（一）机构设置
青云镇人民政府内设8个办公室，下设5个事业单位，分别是农业服务中心、文化服务中心、社会事务中心、综合执法队和便民服务中心。年末实有人数67人，其中行政人员31人、事业人员36人。
（二）预算安排
2023年年初预算数为3208.50万元，年中追加416.27万元，调整后全年预算数为3624.77万元，预算调整率12.97%。其中基本支出2011.36万元，项目支出1613.41万元。
二、绩效分析
本年度实际支出3519.08万元，预算执行率为97.08%，得9.71分。受托办理群众诉求12345热线工单2310件，办结率为99.61%，比上年提高1.25个百分点。
三、存在问题
项目绩效目标设置不够细化，个别项目支出进度偏慢，年末结转105.69万元，资金使用效益有待提高。
"""


def wrap(text: str, columns: int, gap: str, indent: str) -> str:
    """Hard-wrap as a page does: no character set wider than the line, no closing mark at a line's start."""
    out = []
    for paragraph in text.split("\n"):
        line = indent if len(paragraph) > 60 else ""
        for char in paragraph:
            if width(line) + width(char) > columns and char not in "，。、；：）%”":
                out.append(line)
                line = ""
            line += char
        out.append(line)
    return gap.join(out)


def sentences(text: str) -> list[str]:
    return [s for line in text.split("\n") for s in line.split("。") if s]


@given(st.integers(24, 80), st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n"]), st.sampled_from(["", "    ", "　　"]))
@settings(max_examples=120, deadline=None)
def test_wraps_of_any_width_are_undone(columns: int, gap: str, indent: str) -> None:
    document = read_text(wrap(CLEAN, columns, gap, indent))
    assert sentences(document.text) == sentences(CLEAN)
    headings = [document.quote(b.span) for b in document.blocks if b.kind == "heading"]
    assert headings == [line for line in CLEAN.split("\n")[1:] if line and len(line) < 20]
    traced(wrap(CLEAN, columns, gap, indent), document)


def traced(source: str, document: Document) -> None:
    """Every character comes from its source offset, in order; only tabs and newlines may be ours."""
    last = -1
    for offset, char in enumerate(document.text):
        origin = document.source_map.source(offset)
        if origin is None:
            assert char in "\t\n"
        else:
            assert source[origin] == char
            assert origin > last
            last = origin


PIECES = st.sampled_from(
    [
        "一、",
        "（二）",
        "1.",
        "2、",
        "甲",
        "乙丙",
        "。",
        "，",
        "：",
        "12",
        ".5",
        "万元",
        " ",
        "\t",
        "\n",
        "\n\n",
        "\x0c",
        "|",
        "---",
        "\r\n",
        "\u3000",
        "\u200b",
        "附件1",
        "单位：万元",
        "- 3 -",
        "**",
        "# ",
        "合计",
        "%",
        "（",
        "）",
        "\\|",
        "表",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_keeps_its_offsets(source: str) -> None:
    document = read_text(source)
    traced(source, document)
    ends = [b.span.end for b in document.blocks]
    starts = [b.span.start for b in document.blocks]
    assert all(end + 1 == start for end, start in zip(ends, starts[1:], strict=False))
    assert not ends or ends[-1] == len(document.text)
    for table in document.tables:
        assert all(c.row + c.rowspan <= table.n_rows and table.span.holds(c.span) for c in table.cells)
        grid = table.grid()
        places = [id(c) for row in grid for c in row if c is not None]
        assert len(places) == sum(c.rowspan * c.colspan for c in table.cells)
    kept = sum(1 for i in range(len(document.text)) if document.source_map.source(i) is not None)
    dropped = sum(len(d.text) for d in document.dropped if d.kind != "control")
    visible = sum(1 for c in source if not c.isspace() and c not in "\u200b|-*#\\")
    assert kept + dropped >= visible


@pytest.mark.parametrize(
    ("source", "text", "inside"),
    [
        ("项目资金538.40\n\n万元，执行301.25万元。", "项目资金538.40万元，执行301.25万元。", False),
        ("全年预算数为28\n\n46.37万元，已执行。", "全年预算数为2846.37万元，已执行。", True),
        ("全年预算数为2846.\n37万元，已执行。", "全年预算数为2846.37万元，已执行。", True),
        ("预算执行率为\n87.16%。", "预算执行率为87.16%。", False),
        ("完成率为100.53\n%。", "完成率为100.53%。", False),
        ("其中：\n\n基本支出20万元，项目支出5万元。", "其中：基本支出20万元，项目支出5万元。", False),
        ("下设甲中心、\n\n乙中心。", "下设甲中心、乙中心。", False),
    ],
)
def test_breaks_that_cannot_be_meant_are_mended(source: str, text: str, inside: bool) -> None:
    document = read_text(source)
    assert document.text == text
    assert [j.inside_number for j in document.joins] == [inside]


def kinds(source: str) -> list[tuple[str, int, str]]:
    document = read_text(source)
    return [(b.kind, b.level, document.quote(b.span)) for b in document.blocks]


def test_list_items_and_headings_stay_apart() -> None:
    source = (
        "1.完善制度\n修订了三项制度。\n2.加强培训\n（1）集中培训4次；\n（2）外出学习2次\n一是抓预算；\n二是抓决算。"
    )
    assert [k for k, _, _ in kinds(source)] == ["heading", "para", "heading", "para", "heading", "para", "para"]


def test_a_number_that_lost_its_style_takes_its_place_at_the_top() -> None:
    source = (
        "一、概况\n无。\n二、支出情况\n（一）基本支出\n1.人员经费\n无。\n"
        "3、 项目支出情况\n无。\n4、 其他情况\n无。\n五、结论\n无。"
    )
    levels = [(level, text[:2]) for kind, level, text in kinds(source) if kind == "heading"]
    assert levels == [(1, "一、"), (1, "二、"), (2, "（一"), (3, "1."), (1, "3、"), (1, "4、"), (1, "五、")]


def test_contents_pages_are_dropped() -> None:
    document = read_text("目  录\n一、概况……………1\n二、绩效\t3\n\n一、概况\n无。\n二、绩效\n无。")
    assert document.text == "一、概况\n无。\n二、绩效\n无。"
    assert {d.kind for d in document.dropped} == {"toc"}


def test_parts_hold_the_headings_below_them() -> None:
    document = read_text("第一部分 概况\n一、职能\n甲。\n第二部分 绩效\n一、执行\n乙。")
    assert document.section(document.text.index("乙")) == ("第二部分 绩效", "一、执行")


def test_list_items_without_text_below_are_no_headings() -> None:
    assert [k for k, _, _ in kinds("评价结果如下：\n1、总分95.2\n2、等级优")] == ["para"] * 3


def test_full_signature_lines_and_titles_do_not_join() -> None:
    head = "东山区某某街道办事处部门整体支出绩效自评报告\n（2023年度）\n部门名称（公章）：东山区某某街道办事处本级机关\n填报时间：2024年3月8日\n"
    body = wrap("\n".join(CLEAN.split("\n")[1:]), 46, "\n", "")
    assert [k for k, _, _ in kinds(head + body)][:5] == ["title", "title", "signature", "signature", "heading"]


def test_a_line_that_ends_like_a_title_is_not_one_inside_the_text() -> None:
    text = "二、工作开展\n我局按照财政部门要求组织完成了本年度部门整体支出绩效自评报告\n的编制工作，并按时报送。"
    assert kinds(text)[1][2].endswith("绩效自评报告的编制工作，并按时报送。")


def test_siblings_tell_a_cut_sentence_from_a_heading() -> None:
    source = (
        "一、存在问题\n1. 预算编制不准确，调整幅度偏大，年中追加较多。\n\n"
        "2. 资产管理制度执行不到位，部分固定资产未及时登记入\n\n账，年末盘点时发现账实不符。\n3. 合同管理不规范。"
    )
    texts = [text for _, _, text in kinds(source)]
    assert texts[2].endswith("登记入账，年末盘点时发现账实不符。")


def test_front_page() -> None:
    source = (
        "附件3：\n东山区某某局部门整体支出\n绩效自评报告\n（2023年度）\n"
        "单位名称（公章）：东山区某某局\n填报时间：2024年3月\n一、概况\n无。"
    )
    assert [k for k, _, _ in kinds(source)] == [
        "note", "title", "title", "signature", "signature", "heading", "para",
    ]  # fmt: skip


def test_section_paths_and_prose() -> None:
    source = "一、概况\n（一）职能\n甲。\n（二）预算\n1.年初\n乙。\n二、绩效\n指标\t分值\n产出\t50\n丙。"
    document = read_text(source)
    at = document.text.index
    assert document.section(at("甲")) == ("一、概况", "（一）职能")
    assert document.section(at("乙")) == ("一、概况", "（二）预算", "1.年初")
    assert document.section(at("50")) == ("二、绩效",)
    assert [document.quote(b.span) for b in document.prose()][-1] == "丙。"
    assert all(b.kind != "table" for b in document.prose())


def test_markdown_marks_are_not_text() -> None:
    document = read_text("# 某局自评报告\n\n## 一、概况\n\n全年支出**120**万元。\n", "a.md")
    assert document.text == "某局自评报告\n一、概况\n全年支出120万元。"
    assert [(b.kind, b.level) for b in document.blocks] == [("title", 0), ("heading", 1), ("para", 0)]


HOSTILE = [
    "1234567890",
    "1.",
    "（",
    "短行\n",
    "\t\n",
    "　\n",
    "|\n",
    "|a|b|\n",
    "a b c\n",
    "甲：\t乙：\n",
    "\n1\n\n",
    "附件1\n",
    "指标1",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_long_runs_take_linear_time(unit: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        read_text(unit * times)
        return time.process_time() - start

    seconds(500)
    small, large = min(seconds(1500) for _ in range(3)), min(seconds(12000) for _ in range(2))
    assert large < 30 * max(small, 0.01)  # eight times the text; quadratic time would be 64 times


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_name_the_line_of_the_file(end: str) -> None:
    lines = ["", "一、预算执行", "", "年初预算数为3208.50万元，", "年末结转105.69万元，资金使用效益有待提高。"]
    document = read_text(end.join(lines), "r.txt")
    for number, words in ((2, "一、预算"), (4, "3208.50"), (5, "105.69")):
        at = document.text.index(words)
        place = document.place(Span(at, at + len(words)))
        assert place.line == number
        assert place.words().startswith(f"原文第{number}行")
