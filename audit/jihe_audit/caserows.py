"""Builders of texts for the cases of rules: an indicator told in prose, tables, a whole score sheet, a set."""

from __future__ import annotations

from jihe_audit.rule import NEXT


def told_row(
    got: str = "12分",
    *,
    title: str = "网格巡查次数",
    target: str = "大于等于240次",
    mid: str = "118次",
    told: str = "",
    done: str = "252次",
    rate: str = "105%",
    rest: str = "",
    weight: str = "12分",
) -> str:
    """The statement of an indicator; ``told`` names what was done when it is not the indicator itself."""
    return (
        f"（一）指标一：\n{title}：年度指标值为{target}，年中监控值{mid}，"
        f"年末{told or title}完成{done}，完成率为{rate}。{rest}该指标分值为{weight}，自评得分{got}。"
    )


def pipe(*rows: str, before: str = "", after: str = "") -> str:
    """A table as Markdown; the first row is its head, ``before`` and ``after`` are the lines around it."""
    bars = "|" + "---|" * (rows[0].count("|") + 1)
    head, *body = (f"| {row} |" for row in rows)
    return "\n".join([*([before, ""] if before else []), head, bars, *body, *(["", after] if after else [])]) + "\n"


INDICATORS = "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分"


def indicators(*rows: str, after: str = "") -> str:
    """A score sheet with these rows: 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分."""
    return pipe(INDICATORS, *rows, before="附表：部门整体支出绩效自评表", after=after)


def filled(after: str = "", **cells: str) -> str:
    """A whole score sheet of 100 points without a fault; a cell named in ``cells`` holds those words instead."""
    words = {
        "patrol": "≥240次", "trained": "≥30场", "passed": "≥95%", "timely": "12月底前完成", "timing": "培训完成时间",
        "cost": "≤180万元", "cost_done": "172.50万元", "effect": "≥85%", "effect_done": "88%",
        "pleased": "≥90%", "pleased_done": "93.6%", "patrol_points": "20", "trained_points": "20", "score": "9",
    } | cells  # fmt: skip
    return indicators(
        f"产出指标 | 数量指标 | 网格巡查次数 | {words['patrol']} | 252次 | {words['patrol_points']} | 20",
        f"产出指标 | 数量指标 | 培训场次 | {words['trained']} | 31场 | {words['trained_points']} | 20",
        f"产出指标 | 质量指标 | 培训合格率 | {words['passed']} | 97.2% | 10 | 10",
        f"产出指标 | 时效指标 | {words['timing']} | {words['timely']} | 按期完成 | 10 | {words['score']}",
        f"成本指标 | 经济成本指标 | 培训经费 | {words['cost']} | {words['cost_done']} | 10 | 10",
        f"效益指标 | 社会效益指标 | 隐患整改率 | {words['effect']} | {words['effect_done']} | 15 | 15",
        "效益指标 | 可持续影响指标 | 管理制度修订 | ≥2项 | 2项 | 5 | 5",
        f"满意度指标 | 服务对象满意度 | 居民满意度 | {words['pleased']} | {words['pleased_done']} | 10 | 10",
        after=after,
    )


def funds(
    total: str = "812.50", general: str = "700.00", outlay: str = "812.50", basic: str = "600.00", work: str = "212.50"
) -> str:
    """The rows of a score sheet about money, by income on the left and by outlay on the right."""
    income = f"按收入性质分：{total} 其中：一般公共预算：{general}；政府性基金拨款：62.50；其他资金：50.00"
    spent = f"按支出性质分：{outlay} 其中：基本支出：{basic}；项目支出：{work}"
    return pipe(
        "年度预算申请（万元） | 资金 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分",
        " | 年度资金总额 | 800.00 | 812.50 | 812.50 | 10 | 100% | 10",
        f" | {income} | | | | {spent} | | ",
        before="附表：部门整体支出绩效自评表",
    )


def years(work: str = "720.40", running: str = "214.20") -> str:
    """Last year's and this year's spending side by side."""
    return pipe(
        "经费控制情况（万元） | 上年决算数 | 本年预算数 | 本年决算数",
        f"公用经费 | 208.70 | 620.00 | {running}",
        f"项目支出 | 771.50 | 730.00 | {work}",
        before="2023年度部门整体支出绩效评价基础数据表",
    )


def report(unit: str, *lines: str, year: str = "2023") -> str:
    """A short report of a unit."""
    return "\n".join([f"{year}年度{unit}部门整体支出绩效自评报告", "一、基本情况", *lines]) + "\n"


def batch(*reports: str) -> str:
    """A set of reports as one case."""
    return NEXT.join(reports)
