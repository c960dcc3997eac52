"""Ways of writing of published statements, in sentences of our own: right as they stand, with a slip that must be doubted.

As in ``test_consistent``: nothing in a case may be doubted; with its slip, the changed text must be.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jihe_audit.finding import Finding

CASES: dict[str, tuple[str, tuple[str, str] | None]] = {
    "more revenue than budgeted, told as a share of the budget": (
        "2022年收入完成21483万元，占调整预算104.20%，其中税务部门完成11766万元，占调整预算101.35%。",
        None,
    ),
    "a year and a comma date what follows": (
        "某局2023年度部门整体支出绩效自评报告\n一、概况\n2021年，收入92.40万元，支出91.50万元。\n"
        "2023年，收入92.50万元，支出91.60万元。\n二、执行情况\n本年收入92.50万元，支出91.60万元。",
        ("收入92.50万元，支出91.60万元。\n二、", "收入92.50万元，支出97.60万元。\n二、"),
    ),
    "budgets of two years, each list opened by its year": (
        "2021年“三公”经费说明\n2020年某局“三公”经费财政拨款预算中，因公出国费61.70万元，公务用车费122.95万元，"
        "公务接待费86.50万元。\n2021年某局“三公”经费财政拨款预算中，因公出国费61.70万元，公务用车费120.55万元，公务接待费86.50万元。",
        None,
    ),
    "two changes told together of two totals": (
        "2022年度收入、支出分别为4425.50万元和4444.10万元，较上年分别增加267.80万元和570.90万元，分别增长6.44%和14.74%。",
        ("6.44%", "8.44%"),
    ),
    "reductions among the parts of a list": (
        "2022年下达我局资金6.37万元，其中：甲类补助调减2.65万元，乙类补助4.42万元，丙类补助2.88万元，丁类补助1.72万元。",
        None,
    ),
    "an execution rate of what should have come": (
        "一、到位情况\n2022年应到位480.00万元，实际到位120.00万元，到位率25%。\n二、执行情况\n目前共支付120.00万元，"
        "执行率25%，主要原因是上级资金未到位。",
        None,
    ),
    "a rate per so many heads is no quotient of what stands beside it": (
        "2022年火灾发生率为0.082次/10万公顷，受害面积126.30公顷，受害率为0.0052‰。",
        None,
    ),
    "a row whose name begins with a figure is a part like the others": (
        "支出明细表\n单位：万元\n| 支出内容 | 实际支出数 |\n| 重点对象补助 | 67.20 |\n| 困难对象慰问 | 39.10 |\n"
        "| 60岁以上老兵补助 | 6.30 |\n| 支出合计 | 112.60 |",
        ("67.20", "61.20"),
    ),
    "the first of several projects that 其中 singles out": (
        "2022年度支出5560.40万元，其中：基本支出2956.30万元，项目支出2604.10万元。\n2022年共有3个项目，均按年初预算执行。"
        "其中，法律援助年初预算数6.00万元，年末支出6.00万元，支出进度100%。",
        ("2956.30", "2856.30"),
    ),
    "instalments with their numbers": (
        "2023年分两批下达改造任务1597户，第一批任务717户，第二批任务880户。",
        ("717", "777"),
    ),
    "measures told one by one, behind their sum": (
        "2023年共需资金814.40万元。一是编制规划27.70万元；二是整治环境60.00万元；三是奖励试点503.90万元；四是修建道路222.80万元。",
        ("503.90", "603.90"),
    ),
    "projects with their money in brackets": (
        "2023年安排资金1320万元，用于实施“甲地块调查项目”（743万元）和“乙地块应急调查项目”（577万元）。",
        ("743", "748"),
    ),
    "an amount and what was added to it": (
        "区里下达补助资金39.53万元，加上上年10月提前下达的59.52万元，全年补助资金99.05万元已分到各镇。",
        ("59.52", "58.52"),
    ),
    "advance, settlement, and all of it": (
        "2023年预拨资金3508万元，年终考核后补拨清算资金120万元，全年资金3628万元全部执行到位。",
        ("3628", "3828"),
    ),
    "what was done and what was not": (
        "2023年应补助对象1720人，已补助1690人，未补助30人。",
        ("1690", "1650"),
    ),
    "what an amount was spent on": (
        "2023年安排补助资金853.17万元，主要用于镇卫生院补助346.30万元、村卫生室补助506.87万元。",
        ("346.30", "345.30"),
    ),
    "a bracket that divides an amount told some words before": (
        "2023年免费教科书资助79.23万元，惠及学生1066人，均为上级资金（分配甲区47.06万元，乙区32.17万元）。",
        ("47.06", "47.86"),
    ),
    "levels of government behind an amount": (
        "2023年完成基层机构补助2400.67万元，中央补助542.43万元，地方补助1858.24万元。",
        ("542.43", "572.43"),
    ),
    "funds that came, told by the words behind them": (
        "2023年预算安排专项资金1054.00万元。\n1054.00万元资金全部拨付到位，资金到位率100%。",
        None,
    ),
    "a table of allotments by unit, some cells blank": (
        "补助资金分配表\n单位：万元\n| 县区 | 合计 | 甲类防治 | 乙类防治 | 丙类防治 |\n| 东区 | 92.50 | 40.20 | 32.10 | 20.20 |\n"
        "| 西区 | 80.30 | 60.20 | | 20.10 |\n| 南区 | 70.60 | 25.20 | 25.20 | 20.20 |\n| 北区 | 18.30 | | 18.30 | |",
        ("32.10", "32.70"),
    ),
    "so much for each village": (
        "全县842个行政村，补助标准每村每年0.45万元，共378.90万元。",
        ("378.90", "328.90"),
    ),
    "so much a household, in brackets behind what all got": (
        "2023年任务1920户，按2500元/户的标准，市级配套192.00万元（1000元/户），区级配套288.00万元（1500元/户）。",
        ("288.00", "228.00"),
    ),
    "an entry without an amount has a rate of its own": (
        "2023年分项支付情况：①甲工程应到位70.00万元，支付21.00万元，执行率30%；②乙工程应到位160.00万元，支付160.00万元，执行率100%；"
        "③丙工程补助未支付，执行率为0%。",
        None,
    ),
    "all was done of what was asked, of which more was planned": (
        "2023年实施养护工程390公里，完成投资5864.00万元，截至9月底，完成210.5公里建设任务，完工率为100%。",
        None,
    ),
    "an amount told again within its entry": (
        "2023年预算安排专项资金210.00万元，具体用于支付：①甲小区改造项目尾款53.96万元，已支付；②乙小区改造项目缺口资金105.04万元，"
        "该项目预计次年完工，105.04万元将于验收后支付；③丙小区改造项目前期费用51.00万元。",
        None,
    ),
    "what was allotted before and this time": (
        "补助资金分配表\n单位：万元\n| 地区 | 已预下达 | 本次下达 | 合计下达 |\n| 东县 | 655 | 175 | 830 |\n| 西县 | 964 | 265 | 1229 |\n"
        "| 南县 | 830 | 224 | 1054 |\n| 北县 | 2862 | 772 | 3634 |\n| 中县 | 725 | 196 | 921 |",
        ("772", "712"),
    ),
    "changes of a budget and of its sources": (
        "2023年财政拨款支出预算31860.50万元，比2022年预算增加11364.90万元。财政拨款支出预算中，一般公共预算拨款支出预算4937.60万元，"
        "比2022年预算减少596.50万元；政府性基金拨款支出预算26922.90万元，比2022年预算增加11961.40万元。",
        ("11364.90", "11564.90"),
    ),
    "shares of a total that the paragraph names only as its subject": (
        "2023年度收入决算900.20万元，支出决算895.40万元。\n2023年度“三公”经费财政拨款支出决算数为8.60万元。\n"
        "“三公”经费财政拨款支出决算中，公务用车购置及运行费6.45万元，占75.00%；公务接待费2.15万元，占25.00%。",
        ("75.00%", "76.00%"),
    ),
    "functional items, each with what it is for": (
        "一、一般公共预算财政拨款支出决算情况说明\n2023年度一般公共预算财政拨款支出年初预算为182.50万元，支出决算为170.90万元，"
        "完成年初预算的93.64%。其中：\n1.教育支出（类）普通教育（款）学前教育（项）。主要用于：幼儿园运转。年初预算为60.20万元，"
        "支出决算为55.10万元。\n2.教育支出（类）普通教育（款）小学教育（项）。主要用于：小学运转。年初预算为82.10万元，"
        "支出决算为77.60万元。\n3.住房保障支出（类）住房改革支出（款）住房公积金（项）。主要用于：缴纳公积金。"
        "年初预算为40.20万元，支出决算为38.20万元。",
        ("55.10", "56.10"),
    ),
    "a last item of two short names": (
        "全乡现有3个领导班子（人大、政府和党委）和2个事业单位（农业中心、文化中心）。",
        None,
    ),
    "people who left and one kind of those who had left before": (
        "2022年末在职职工246人，比上年减少10人，离退休职工178人，其中离休人员4人，比上年减少1人。",
        None,
    ),
    "a change of what was divided before": (
        "某自治区人民政府信访局2023年部门预算\n一、收支预算\n2023年收支总预算4471.20万元，含甲中心经费250.00万元，"
        "乙中心经费537.30万元；比2022年预算增加755.20万元，增长20.32%。\n某自治区政府信访局2023年无政府性基金预算。",
        ("20.32%", "26.32%"),
    ),
    "a part of a named amount": (
        "2022年总支出7778.50万元，其中财政项目补助支出683.20万元，基本支出7095.30万元。基本支出中医疗业务支出5868.40万元，"
        "管理费用1111.10万元，其他支出115.80万元。",
        ("1111.10", "1711.10"),
    ),
    "what was added to an amount that was divided in between": (
        "2022年全区政府性基金预算收入完成130.20亿元，同比增长8.30%。其中：土地出让收入完成125.60亿元，同比增长8.20%。"
        "加上转移性收入33.80亿元，收入合计164.00亿元。",
        ("33.80", "38.80"),
    ),
    "a list of nothing but zeros": (
        "2022年新购置车辆0辆，其中：小轿车0辆、金额0万元，客车0辆、金额0万元。年末共有车辆0辆，其中：小轿车0辆、客车0辆。",
        None,
    ),
    "changes of a total and of its parts, one of which stayed": (
        "2023年度“三公”经费财政拨款支出决算9.50万元，比上年减少1.70万元。其中：因公出国（境）费支出决算与上年持平；"
        "公务用车购置及运行费支出决算7.10万元，比上年减少1.20万元；公务接待费支出决算2.40万元，比上年减少0.50万元。",
        ("1.20万元", "1.60万元"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_consistent(name: str, doubts: Callable[[str], list[Finding]]) -> None:
    assert [(f.rule, f.says) for f in doubts(CASES[name][0])] == []


@pytest.mark.parametrize("name", [name for name, (_, slip) in CASES.items() if slip])
def test_slip_is_found(name: str, doubts: Callable[[str], list[Finding]]) -> None:
    text, slip = CASES[name]
    assert slip is not None
    assert text.count(slip[0]) == 1
    assert doubts(text.replace(*slip))
