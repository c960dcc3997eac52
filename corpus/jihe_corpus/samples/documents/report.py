"""One report as data: the sentences and figures that every sample document carries."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a table by row and column, with its spans."""

    row: int
    col: int
    rowspan: int
    colspan: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its cells and the relative widths of its columns."""

    cells: tuple[Place, ...]
    widths: tuple[float, ...]
    caption: str = ""
    unit: str = ""

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return max(c.row + c.rowspan for c in self.cells)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``level`` 0 is body, 1 and 2 are headings, 9 the title."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Paragraphs and tables in order."""

    parts: tuple[Paragraph | Sheet, ...] = field(default_factory=tuple)

    def sheets(self) -> list[Sheet]:
        """The tables in order."""
        return [p for p in self.parts if isinstance(p, Sheet)]

    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs in order."""
        return [p for p in self.parts if isinstance(p, Paragraph)]


def place(rows: list[list[str | tuple[str, int, int]]]) -> tuple[Place, ...]:
    """Cells from rows written as in HTML: ``(text, rowspan, colspan)`` or a plain text."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for r, row in enumerate(rows):
        c = 0
        for entry in row:
            text, rowspan, colspan = entry if isinstance(entry, tuple) else (entry, 1, 1)
            while (r, c) in taken:
                c += 1
            taken |= {(i, j) for i in range(r, r + rowspan) for j in range(c, c + colspan)}
            cells.append(Place(r, c, rowspan, colspan, text))
    return tuple(cells)


_INDICATORS = [
    ("产出指标", "数量指标", [
        ("公益演出场次", "≥48场", "52场", "4", "4", ""),
        ("流动图书车到村次数", "≥120次", "118次", "4", "3.9", "十二月连续降雪，两次到村改为次年一月补办"),
        ("艺术普及班开班期数", "≥16期", "16期", "4", "4", ""),
        ("馆藏文献新增册数", "≥6500册", "6812册", "4", "4", ""),
        ("非遗项目建档数量", "≥9项", "9项", "4", "4", ""),
        ("志愿者注册人数", "≥300人", "347人", "3", "3", ""),
    ]),
    ("产出指标", "质量指标", [
        ("演出按期完成率", "≥95%", "98.08%", "4", "4", ""),
        ("图书编目差错率", "≤0.5%", "0.3%", "4", "4", ""),
        ("培训考核合格率", "≥90%", "93.75%", "4", "4", ""),
        ("设备验收合格率", "100%", "100%", "3", "3", ""),
    ]),
    ("产出指标", "时效指标", [
        ("项目按期开工率", "100%", "100%", "3", "3", ""),
        ("资金支付及时率", "≥95%", "91.2%", "3", "2.88",
         "部分设备采购因供应商延期交货，验收推迟到次年一季度，尾款未能在年内支付，已约定违约责任并按合同条款执行"),
    ]),
    ("成本指标", "经济成本指标", [
        ("单场演出平均成本", "≤0.85万元", "0.81万元", "5", "5", ""),
        ("单册图书采购成本", "≤42元", "40.6元", "5", "5", ""),
    ]),
    ("效益指标", "社会效益指标", [
        ("线下服务群众人次", "≥8.5万人次", "9.13万人次", "10", "10", ""),
        ("基层文艺团队辅导覆盖率", "≥80%", "82.4%", "10", "10", ""),
    ]),
    ("效益指标", "可持续影响指标", [
        ("馆校合作机制健全性", "健全", "健全", "6", "6", ""),
    ]),
    ("满意度指标", "服务对象满意度指标", [
        ("读者满意度", "≥90%", "94.6%", "5", "5", ""),
        ("学员满意度", "≥90%", "92.1%", "5", "5", ""),
    ]),
]  # fmt: skip


def indicator_sheet() -> Sheet:
    """The self-evaluation form: merged heads, merged first and second level indicators, eight columns."""
    rows: list[list[str | tuple[str, int, int]]] = [
        [("部门名称", 1, 2), ("云溪市青岚区文化馆", 1, 6)],
        [("年度预算（万元）", 4, 2), "项目", "年初预算数", "全年预算数", "全年执行数", "执行率", "得分"],
        ["年度资金总额", "612.40", "655.20", "641.78", "97.95%", "9.8"],
        ["其中：基本支出", "398.15", "410.20", "410.20", "100%", "—"],
        ["项目支出", "214.25", "245.00", "231.58", "94.52%", "—"],
        [
            ("一级指标", 1, 1),
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因分析及改进措施",
        ],
    ]
    seen: set[str] = set()
    counts: dict[str, int] = {}
    for first, _, items in _INDICATORS:
        counts[first] = counts.get(first, 0) + len(items)
    for first, second, items in _INDICATORS:
        for i, item in enumerate(items):
            row: list[str | tuple[str, int, int]] = []
            if first not in seen:
                seen.add(first)
                row.append((first, counts[first], 1))
            if i == 0:
                row.append((second, len(items), 1))
            rows.append([*row, *item])
    rows.append([("总分", 1, 5), "100", "99.58", ""])
    return Sheet(place(rows), (1.0, 1.2, 2.0, 1.3, 1.3, 0.9, 0.9, 2.4), "部门整体支出绩效自评表", "万元")


def score_sheet() -> Sheet:
    """The indicator part of the form alone: one header row and merged labels in the first two columns."""
    form = indicator_sheet()
    first = next(c.row for c in form.cells if c.text == "一级指标")
    last = form.n_rows - 1
    cells = tuple(
        Place(c.row - first, c.col, c.rowspan, c.colspan, c.text) for c in form.cells if first <= c.row < last
    )
    return Sheet(cells, form.widths, "表2 绩效指标得分表", "分")


def finance_sheet() -> Sheet:
    """A small table of figures without merged cells."""
    rows: list[list[str | tuple[str, int, int]]] = [
        ["支出项目", "年初预算数", "全年预算数", "全年执行数", "执行率"],
        ["人员经费", "352.60", "361.90", "361.90", "100%"],
        ["公用经费", "45.55", "48.30", "48.30", "100%"],
        ["公益演出项目", "96.00", "102.00", "98.46", "96.53%"],
        ["图书购置项目", "118.25", "143.00", "133.12", "93.09%"],
        ["合计", "612.40", "655.20", "641.78", "97.95%"],
    ]
    return Sheet(place(rows), (2.0, 1.2, 1.2, 1.2, 1.0), "表1 预算执行情况表", "万元")


def sample_report() -> Report:
    """The report that all sample documents carry."""
    return Report((
        Paragraph("2023年度云溪市青岚区文化馆部门整体支出绩效自评报告", 9),
        Paragraph("一、部门基本情况", 1),
        Paragraph("（一）部门职能", 2),
        Paragraph("云溪市青岚区文化馆为区文化和旅游局所属公益一类事业单位，承担群众文化活动组织、艺术普及、文献借阅、"
                  "非物质文化遗产建档等职责，内设办公室、活动部、培训部、图书部4个部门，核定编制36名，年末实有在职人员34人，"
                  "退休人员11人，编制控制率为94.44%。"),
        Paragraph("（二）年度重点工作", 2),
        Paragraph("2023年围绕公共文化服务提质增效，全年组织公益演出52场，流动图书车到村118次，开办艺术普及班16期，"
                  "新增馆藏文献6812册，建立非遗项目档案9项，线下服务群众9.13万人次。"),
        Paragraph("二、预算安排与执行情况", 1),
        Paragraph("2023年年初预算安排612.40万元，其中：基本支出398.15万元，项目支出214.25万元；年中追加预算42.80万元，"
                  "全年预算655.20万元，全年执行641.78万元，预算执行率为97.95%。执行数按支出性质分：基本支出410.20万元，"
                  "执行率100%；项目支出231.58万元，执行率94.52%，未执行部分主要是图书采购尾款9.88万元与演出设备质保金3.54万元。"),
        Paragraph("“三公”经费年初预算5.60万元，实际支出4.12万元，较上年减少0.35万元，下降7.83%，其中公务用车运行维护费"
                  "3.60万元，公务接待费0.52万元，未安排因公出国（境）费用。"),
        finance_sheet(),
        Paragraph("三、绩效目标完成情况", 1),
        Paragraph("1.产出情况。数量、质量、时效三类指标共12项，其中10项达到年度指标值，流动图书车到村次数和资金支付及时率"
                  "两项未达到，完成率分别为98.33%和96%。"),
        Paragraph("2.效益情况。线下服务群众人次完成年度指标值的107.41%，基层文艺团队辅导覆盖率为82.4%，读者满意度为94.6%，"
                  "学员满意度为92.1%，均达到预期。"),
        Paragraph("四、评价结论", 1),
        Paragraph("经自评，部门整体支出绩效综合得分99.58分，等级为“优”。"),
        Paragraph("五、存在的问题及改进措施", 1),
        Paragraph("一是设备采购启动偏晚，尾款支付集中在四季度；二是流动服务受天气影响，缺少备选日程。下一步将把采购计划提前到"
                  "一季度下达，并为每个服务点安排至少1个备选日期。"),
        indicator_sheet(),
    ))  # fmt: skip
