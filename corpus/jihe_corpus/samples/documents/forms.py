"""Two more sample documents: a workbook of forms, one project a sheet, and a page of settlement tables."""

from __future__ import annotations

from jihe_corpus.samples.documents.report import Paragraph, Report, Sheet, place

Row = list[str | tuple[str, int, int]]

_HEAD: Row = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
_FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
_WIDTHS = (1.0, 1.2, 2.0, 1.3, 1.3, 0.9, 0.9, 2.0)

_LAMPS: list[Row] = [
    [("产出指标", 3, 1), "数量指标", "指标1：更换路灯盏数", "≥320盏", "336盏", "20", "20", ""],
    ["质量指标", "指标1：亮灯率", "≥98%", "98.6%", "20", "20", ""],
    ["时效指标", "指标1：更换完成时间", "10月底前", "10月18日", "10", "10", ""],
    [("效益指标", 1, 1), "社会效益指标", "指标1：夜间投诉件数", "≤25件", "19件", "30", "30", ""],
    ["满意度指标", "服务对象满意度指标", "指标1：居民满意度", "≥92%", "89.7%", "10", "9.75", "支路照明不足"],
]
_TRAINING: list[Row] = [
    [("产出指标", 2, 1), "数量指标", "★举办培训期数", "≥16期", "15期", "30", "28.13", "一期与防汛值守冲突，改期至次年"],
    ["质量指标", "★结业合格率", "≥95%", "97.2%", "20", "20", ""],
    ["效益指标", "可持续影响指标", "持证上岗人数", "≥260人", "274人", "30", "30", ""],
    ["满意度指标", "服务对象满意度指标", "学员满意度", "≥90%", "95.5%", "10", "10", ""],
]


def _form(project: str, owner: str, funds: list[Row], rows: list[Row], total: str) -> Sheet:
    """A self-evaluation form: head, funds with what they consist of, indicators, total."""
    head: list[Row] = [
        ["项目名称", (project, 1, 7)],
        ["主管部门", ("澄江市城市管理局", 1, 3), "实施单位", (owner, 1, 3)],
        [("项目资金（万元）", len(funds) + 1, 1), "", *_FUNDS],
    ]
    last: Row = [("总分", 1, 5), "100", total, ""]
    cells = place([*head, *funds, _HEAD, *rows, last])
    return Sheet(cells, _WIDTHS, f"{project} 项目支出绩效自评表", "万元")


def _people() -> Sheet:
    """Posts and people by kind."""
    rows: list[Row] = [
        ["人员类别", "编制数", "年末实有人数", "控制率"],
        ["行政人员", "24", "23", "95.83%"],
        ["事业人员", "61", "58", "95.08%"],
        ["合计", "85", "81", "95.29%"],
    ]
    return Sheet(place(rows), (1.5, 1.0, 1.2, 1.0), "人员编制 基础数据表", "人")


def workbook_report() -> Report:
    """A workbook with two projects' forms and a table of people, each on a sheet of its own."""
    lamps: list[Row] = [
        ["年度资金总额", "186.40", "204.80", "196.61", "10", "96.00%", "9.60"],
        ["其中：当年财政拨款", "186.40", "186.40", "179.45", "—", "96.27%", "—"],
        ["上年结转资金", "0.00", "18.40", "17.16", "—", "93.26%", "—"],
    ]
    training: list[Row] = [
        ["年度资金总额", "58.00", "52.50", "52.50", "10", "100.00%", "10"],
        ["其中：当年财政拨款", "58.00", "52.50", "52.50", "—", "100.00%", "—"],
    ]
    return Report((
        _form("道路照明维护经费", "澄江市路灯管理所", lamps, _LAMPS, "99.35"),
        _form("市政员工培训经费", "澄江市城市管理服务中心", training, _TRAINING, "98.13"),
        _people(),
    ))  # fmt: skip


WORKBOOK_FACTS = (
    ("全年预算数", "道路照明维护经费", "", "2048000"),
    ("执行数", "道路照明维护经费", "上年结转资金", "171600"),
    ("执行率", "市政员工培训经费", "", "1"),
    ("总分", "道路照明维护经费", "", "99.35"),
    ("总分", "市政员工培训经费", "", "98.13"),
    ("完成值", "举办培训期数", "", "15"),
    ("编制数", "", "", "85"),
    ("实有人数", "", "事业人员", "58"),
)
"""Measure, subject, scope and value (in yuan, or a fraction) of facts that the workbook holds."""


def _accounts() -> Sheet:
    """Income and spending side by side, with numbers of lines and columns."""
    rows: list[Row] = [
        [("收入", 1, 3), ("支出", 1, 3)],
        ["项目", "行次", "金额", "项目", "行次", "金额"],
        ["栏次", "", "1", "栏次", "", "2"],
        ["一、一般公共预算财政拨款收入", "1", "1,284.60", "一、城乡社区支出", "31", "1,022.35"],
        ["二、事业收入", "2", "86.20", "二、社会保障和就业支出", "32", "214.10"],
        ["三、其他收入", "3", "12.05", "三、住房保障支出", "33", "118.40"],
        ["本年收入合计", "27", "1,382.85", "本年支出合计", "57", "1,354.85"],
        ["年初结转和结余", "28", "31.50", "年末结转和结余", "58", "59.50"],
        ["总计", "30", "1,414.35", "总计", "60", "1,414.35"],
    ]
    return Sheet(place(rows), (2.0, 0.6, 1.0, 2.0, 0.6, 1.0), "表1 收入支出决算总表", "万元")


def _public() -> Sheet:
    """The three public expenses under two stacked headers."""
    kinds: Row = [("合计", 2, 1), ("因公出国（境）费", 2, 1), ("公务用车购置及运行费", 1, 3), ("公务接待费", 2, 1)]
    cars: Row = ["小计", "公务用车购置费", "公务用车运行费"]
    planned: Row = ["23.00", "0.00", "16.80", "0.00", "16.80", "6.20"]
    spent: Row = ["19.46", "0.00", "14.90", "0.00", "14.90", "4.56"]
    heads: list[Row] = [[("预算数", 1, 6), ("决算数", 1, 6)], [*kinds, *kinds], [*cars, *cars]]
    rows = [*heads, [*planned, *spent]]
    return Sheet(place(rows), (1.0,) * 12, "表2 “三公”经费支出决算表", "万元")


def _assets() -> Sheet:
    """Assets at both ends of the year, with their changes."""
    rows: list[Row] = [
        ["项目", "年初数", "期末数", "增减额", "增减率"],
        ["固定资产原值", "2,306.00", "2,412.50", "106.50", "4.62%"],
        ["减：累计折旧", "958.40", "1,043.90", "85.50", "8.92%"],
        ["固定资产净值", "1,347.60", "1,368.60", "21.00", "1.56%"],
    ]
    return Sheet(place(rows), (1.6, 1.0, 1.0, 1.0, 1.0), "表3 资产情况表", "万元")


def page_report() -> Report:
    """A web page of settlement tables, with sentences that repeat some of their figures."""
    return Report((
        Paragraph("2023年度澄江市城市管理服务中心部门决算公开说明", 9),
        Paragraph("一、收入支出情况", 1),
        Paragraph("2023年度本年收入合计1,382.85万元，其中：财政拨款收入1,284.60万元，事业收入86.20万元，其他收入12.05万元；"
                  "本年支出合计1,354.85万元。"),
        _accounts(),
        Paragraph("二、“三公”经费情况", 1),
        Paragraph("2023年度“三公”经费预算23.00万元，支出19.46万元，较预算节约3.54万元。其中：公务用车运行费14.90万元，"
                  "公务接待费4.56万元，未发生因公出国（境）费用。"),
        _public(),
        Paragraph("三、资产情况", 1),
        Paragraph("截至2023年末，固定资产原值2,412.50万元，累计折旧1,043.90万元，净值1,368.60万元。"),
        _assets(),
    ))  # fmt: skip


PAGE_FACTS = (
    ("收入数", "", "", "13828500"),
    ("执行数", "", "", "13548500"),
    ("上年结转", "", "", "315000"),
    ("年末结转", "", "", "595000"),
    ("预算数", "", "三公经费", "230000"),
    ("执行数", "", "公务用车费", "149000"),
    ("执行数", "", "公务接待费", "45600"),
    ("资产净值", "", "", "13686000"),
    ("变动率", "", "累计折旧", "0.0892"),
)
"""Measure, subject, scope and value (in yuan, or a fraction) of facts that the page holds."""
