"""Random reports with tables without vertical rules: what the tables hold, and how they are set.

Everything is drawn from a seeded ``random.Random``; names and sentences are put together from words of our own.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from jihe_corpus.samples.documents.report import Sheet, place

Entry = str | tuple[str, int, int]
Rows = list[list[Entry]]

_PLACES = ["沙枣滩", "白杨沟", "石桥", "柳林", "东关", "红崖", "双河", "青石峪", "北塔", "河湾", "云台", "杏花岭"]
_WORKS = [
    "渠道衬砌",
    "村医培训",
    "路灯更换",
    "档案整理",
    "苗圃管护",
    "粮库维修",
    "图书采购",
    "水质监测",
    "消防演练",
    "旧房改造",
]
_KINDS = ["项目", "工程", "补助经费", "专项资金", "服务采购及后续管护费用", "设备更新与运行维护项目"]
_OFFICES = ["区农牧局", "区卫生健康委", "区教育局", "区城市管理局", "区水务局", "区文化馆", "财政所"]
_SUBJECTS = [
    "教育支出",
    "农林水支出",
    "卫生健康支出",
    "住房保障支出",
    "文化旅游体育与传媒支出",
    "城乡社区支出",
    "节能环保支出",
]
_AMOUNTS = [
    "年初预算数",
    "调整预算数",
    "全年预算数",
    "全年执行数",
    "决算数",
    "结转结余",
    "上年结转",
    "财政拨款",
    "自有资金",
]
_WRONGS = ["合同签订迟于计划，首批物资九月方才到货", "资料归档不及时", "部分站点工期顺延至次年三月", "指标值设置偏低"]
_CURES = ["按月通报进度，逾期事项列入清单督办", "补齐验收单据并装订成册", "下年度申报时参照前三年平均水平测算"]
_NAMES = [
    "完工率",
    "覆盖率",
    "服务人次",
    "验收合格率",
    "设备完好率",
    "资金到位及时率",
    "服务对象满意度",
    "单位成本控制率",
]
_PROSE = (
    "各单位按照统一安排开展了自查，资料以台账和原始凭证为准，现场抽查覆盖全部站点。",
    "项目资金实行专账核算，支付手续齐备，未发现账实不一致的情形。",
    "工作组先后召开两次座谈会，听取了经办人员和服务对象的意见。",
    "年度任务按季度分解，责任落实到岗位，进度由专人登记。",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the tables of a report are set: rules, shades, type, and where cells' texts stand."""

    rules: str
    size: float
    pad: float
    wide: int
    stand: str
    words: str
    figures: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of a report: its kind, its cells, how many rows are its head, and the note below it."""

    family: str
    sheet: Sheet
    head: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A report: its setting and, in order, sentences and tables."""

    setting: Setting
    parts: tuple[str | Layout, ...]

    def layouts(self) -> list[Layout]:
        return [part for part in self.parts if isinstance(part, Layout)]


def amount(chance: random.Random, blank: float = 0.08) -> str:
    """An amount, now and then a blank or a dash."""
    if chance.random() < blank:
        return chance.choice(["", "—", "0.00"])
    value = chance.uniform(0.5, 9000)
    return f"{value:,.2f}" if chance.random() < 0.15 else f"{value:.2f}"


def name(chance: random.Random) -> str:
    return chance.choice(_PLACES) + chance.choice(_WORKS) + chance.choice(_KINDS)


def figures(chance: random.Random) -> tuple[Rows, list[float], int]:
    """Projects or subjects with amounts, in some tables under the unit they belong to."""
    count, names = chance.randint(1, 6), chance.random() < 0.5
    heads = chance.sample(_AMOUNTS, count)
    numbered, remarks = chance.random() < 0.5, chance.random() < 0.3
    head: list[Entry] = [*(["序号"] if numbered else []), "项目名称" if names else "支出科目", *heads]
    rows: Rows = [[*head, "备注"] if remarks else head]
    for i in range(chance.randint(4, 14)):
        row: list[Entry] = [str(i + 1)] if numbered else []
        row += [name(chance) if names else chance.choice(_SUBJECTS), *(amount(chance) for _ in heads)]
        rows.append([*row, chance.choice(["", "", *_WRONGS])] if remarks else row)
    if chance.random() < 0.6:
        total: list[Entry] = [("合计", 1, 2)] if numbered else ["合计"]
        rows.append([*total, *(amount(chance, 0) for _ in heads), *([""] if remarks else [])])
    return rows, [*([0.6] if numbered else []), 2.2, *[1.1] * count, *([1.6] if remarks else [])], 1


def grouped(chance: random.Random) -> tuple[Rows, list[float], int]:
    """Projects under the office that is responsible, whose name stands beside several rows."""
    rows: Rows = [["主管部门", "项目名称", "全年预算数", "全年执行数", "执行率"]]
    for office in chance.sample(_OFFICES, chance.randint(2, 4)):
        count = chance.randint(2, 4)
        for i in range(count):
            row: list[Entry] = [(office, count, 1)] if i == 0 else []
            rate = f"{chance.uniform(60, 100):.2f}%"
            rows.append([*row, name(chance), amount(chance, 0), amount(chance, 0), rate])
    return rows, [1.3, 2.4, 1.1, 1.1, 0.9], 1


def years(chance: random.Random) -> tuple[Rows, list[float], int]:
    """Heads of two or three levels over amounts."""
    count, deep = chance.randint(2, 3), chance.random() < 0.3
    spans = [f"{2021 + i}年" for i in range(count)]
    low = 3 if deep else 2
    rows: Rows = [[("支出功能分类", low, 1), *((s, 1, 2) for s in spans)], ["预算数", "决算数"] * count]
    if deep:
        rows[0] = [("支出功能分类", low, 1), ("各年预算执行情况", 1, 2 * count)]
        rows.insert(1, [(s, 1, 2) for s in spans])
    for subject in chance.sample(_SUBJECTS, chance.randint(4, 7)):
        rows.append([subject, *(amount(chance) for _ in range(2 * count))])
    return rows, [2.0, *[1.1] * (2 * count)], low


def indicators(chance: random.Random) -> tuple[Rows, list[float], int]:
    """An indicator table: the names of two levels stand beside the rows that belong to them."""
    reasons = chance.random() < 0.5
    rows: Rows = [["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]]
    rows[0] += ["偏差原因"] if reasons else []
    parts = (("产出指标", ("数量指标", "质量指标", "时效指标")), ("效益指标", ("社会效益", "满意度指标")))
    for first, seconds in parts:
        counts = [chance.randint(1, 3) for _ in seconds]
        for k, (second, count) in enumerate(zip(seconds, counts, strict=True)):
            for i in range(count):
                row: list[Entry] = [(first, sum(counts), 1)] if i == k == 0 else []
                row += [(second, count, 1)] if i == 0 else []
                mark = chance.randint(4, 12)
                row += [chance.choice(_PLACES) + chance.choice(_NAMES), f"≥{chance.randint(80, 99)}%"]
                row += [f"{chance.randint(70, 100)}%", str(mark), f"{mark - chance.choice([0, 0, 0.5])}"]
                rows.append([*row, chance.choice(["", *_WRONGS])] if reasons else row)
    if chance.random() < 0.6:
        rows.append([("总分", 1, 5), "100", f"{chance.uniform(80, 99):.1f}", *([""] if reasons else [])])
    return rows, [1.0, 1.0, 2.0, 1.1, 1.1, 0.7, 0.7, *([1.8] if reasons else [])], 1


def words(chance: random.Random) -> tuple[Rows, list[float], int]:
    """Findings and what is to be done, without amounts; some under a subject that stands beside several rows."""
    merged = chance.random() < 0.4
    rows: Rows = [["问题类别" if merged else "序号", "存在问题", "整改措施", "责任单位"]]
    for i in range(chance.randint(2, 5)):
        count = chance.randint(1, 3) if merged else 1
        for k in range(count):
            row: list[Entry] = []
            if k == 0:
                row = [(chance.choice(["预算编制", "资金管理", "资产管理"]), count, 1)] if merged else [str(i + 1)]
            rows.append([*row, chance.choice(_WRONGS), chance.choice(_CURES), chance.choice(_OFFICES)])
    return rows, [1.0 if merged else 0.6, 2.2, 2.4, 1.2], 1


def scores(chance: random.Random) -> tuple[Rows, list[float], int]:
    """Marks of several places in the parts of the frame, with total and grade."""
    parts = ["决策（20分）", "过程（20分）", "产出（30分）", "效益（30分）"]
    rows: Rows = [["地区", *parts, "总分", "等级"]]
    for where in chance.sample(_PLACES, chance.randint(4, 9)):
        marks = [chance.randint(12, most * 2) / 2 for most in (20, 20, 30, 30)]
        rows.append([f"{where}镇", *(f"{m:g}" for m in marks), f"{sum(marks):g}", chance.choice("优良中")])
    return rows, [1.4, *[1.1] * 4, 0.8, 0.7], 1


FAMILIES: dict[str, Callable[[random.Random], tuple[Rows, list[float], int]]] = {
    "figures": figures,
    "grouped": grouped,
    "years": years,
    "indicators": indicators,
    "words": words,
    "scores": scores,
}
_CAPTIONS = {
    "figures": "资金使用情况表",
    "grouped": "项目执行情况表",
    "years": "支出对比表",
    "indicators": "绩效指标完成情况表",
    "words": "问题整改情况表",
    "scores": "各镇绩效评价得分表",
}


def setting(chance: random.Random) -> Setting:
    return Setting(
        rules=chance.choice(["three", "three", "head", "rows", "dotted", "stripes", "none"]),
        size=chance.choice([8, 9, 10, 10.5, 12]),
        pad=chance.choice([1, 2, 3, 5]),
        wide=chance.choice([80, 100, 100]),
        stand=chance.choice(["middle", "middle", "top", "bottom"]),
        words=chance.choice(["left", "left", "center"]),
        figures=chance.choice(["right", "center", "left"]),
        repeat=chance.random() < 0.5,
    )


def paper(chance: random.Random) -> Paper:
    """A report of one to three tables between sentences; the first may stand low on its page."""
    parts: list[str | Layout] = ["项目绩效评价情况说明"]
    for number in range(1, chance.choice([1, 1, 2, 3]) + 1):
        parts += chance.choices(_PROSE, k=chance.choice([1, 2, 3, 12]))
        family = chance.choice(list(FAMILIES))
        rows, widths, head = FAMILIES[family](chance)
        unit = {"words": "", "indicators": "分", "scores": "分"}.get(family, "万元")
        note = "注：数据取自决算报表和系统台账。" if chance.random() < 0.3 else ""
        parts.append(
            Layout(family, Sheet(place(rows), tuple(widths), f"表{number} {_CAPTIONS[family]}", unit), head, note)
        )
    parts.append(_PROSE[0])
    return Paper(setting(chance), tuple(parts))
