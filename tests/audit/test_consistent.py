"""Sentences of settlement statements that are right as they stand, and what a slip in them must raise.

Each case is consistent text of our own: nothing in it may be doubted. Where a slip is given (shown words and what
they are changed to), the changed text must be doubted.
"""

from __future__ import annotations

import pytest

from jihe_audit.engine import Settings, audit
from jihe_audit.finding import Finding
from jihe_extract.extraction import extract
from jihe_extract.reading import read_text

CASES: dict[str, tuple[str, tuple[str, str] | None]] = {
    "half-width marks": (
        "2022年收入:财政拨款收入600.00万元,其中:一般公共预算500.00万元;政府性基金100.00万元。",
        ("500.00", "530.00"),
    ),
    "share of the figure before it, of a whole with its scope": (
        "2022年基本支出预算880.00万元。其中人员经费748.00万元，占基本支出预算85.00%，同比减少9.00万元。",
        ("85.00%", "81.25%"),
    ),
    "share of a whole that is not in the report": (
        "2022年政府采购合同金额31.20万元，占全市政府采购规模的0.41%。采购预算52.00万元。",
        None,
    ),
    "shares of one item of two wholes": (
        "2022年总支出6579.67万元。上解支出598.75万元，占总支出的9.10%；预备费24.00万元，占总支出的0.36%，占县本级支出的1.60%。",
        ("9.10%", "9.80%"),
    ),
    "items without a word for spending, each with its own list": (
        "2022年养老保险支出15.20万元，其中：基本支出15.20万元，项目支出0万元。\n"
        "医疗补助7.60万元，其中：基本支出7.60万元，项目支出0万元。\n"
        "公积金11.30万元，其中：基本支出11.30万元，项目支出0万元。",
        None,
    ),
    "a list in brackets behind a part of a list": (
        "2022年部门预算100.00万元，其中：基本支出60.00万元（其中人员经费40.00万元，公用经费20.00万元）；项目支出40.00万元。",
        ("40.00万元。", "45.00万元。"),
    ),
    "brackets in brackets": (
        "2022年支出95.00万元（其中：基本支出55.00万元（人员经费40.00万元，公用经费15.00万元），项目支出40.00万元）。",
        ("55.00", "56.00"),
    ),
    "counts of some of the projects": (
        "2022年选取7个项目开展评价，等级为优良的项目有4个，占57.14%，等级为中的项目有3个，占42.86%。",
        ("57.14%", "58.14%"),
    ),
    "budgets of revenue and of spending": (
        "2022年政府性基金收入26000.00万元，完成年初预算数25200.00万元的103.17%。\n"
        "政府性基金支出24000.00万元，完成年初预算数24710.00万元的97.13%。",
        ("97.13%", "98.13%"),
    ),
    "negative growth": ("2022年财政拨款收入10.50亿元，同比减少0.61亿元，负增长5.49%。", ("5.49%", "7.49%")),
    "rates of growth without levels": ("2022年科学技术支出增长12.1%、文化支出增长9.9%、农林水支出增长8.9%。", None),
    "a change of the part, not of the whole": (
        "2022年度总收入581.45万元，其中本年收入390.55万元，较2021年度决算数减少175.26万元，下降30.98%。",
        ("30.98%", "39.98%"),
    ),
    "the level in the sentence before": (
        "1.收入：2022年收入792.22万元。同比增加189.25万元，增长31.39%。",
        ("31.39%", "38.39%"),
    ),
    "rates of two funds": (
        "职工医保基金。2022年收入6873.00万元，增长16%，完成预算的111%；支出5667.00万元，增长20%，完成预算的105%。\n"
        "工伤保险基金。2022年收入2173.00万元，增长16%，完成预算的104%；支出1431.00万元，增长20%，完成预算的103%。",
        None,
    ),
    "changes of two items in one sentence": (
        "2022年公务用车运行费3.98万元，比上年增加1.05万元，增长35.8%，系车辆老旧；公务接待费决算与预算持平，比上年增加0.50万元，"
        "增长50%。",
        ("35.8%", "38.5%"),
    ),
    "a change within a change": ("2022年预算较2021年度增加1.68万元，其中公务接待较上年减少0.58万元，减少4.68%。", None),
    "grand totals with what was carried over": (
        "2022年度收入总计434.71万元，其中：本年收入合计434.16万元，使用非财政拨款结余0.00万元，年初结转和结余0.55万元。"
        "支出总计434.71万元，其中：本年支出合计434.16万元，结余分配0.00万元，年末结转和结余0.55万元。",
        ("收入合计434.16", "收入合计413.16"),
    ),
    "staff of a unit and the retired": (
        "2022年实有人数11人，其中：在职人员10人，离休0人，退休1人。",
        ("退休1人", "退休2人"),
    ),
    "what a rate is to reach": ("2022年5月底支付进度要达到42%。", None),
    "percentage points": (
        "2022年累计到位资金66185.00万元，较上年同期增加3893.00万元，增长6.25%，超全市平均增长率3.91个百分点。",
        ("6.25%", "8.25%"),
    ),
    "differences beside budgets in a list": (
        "2022年三公经费支出0.95万元，年初预算2.95万元，差值2.00万元。其中：因公出国支出0万元，年初预算为0万元，差值为0万元；"
        "公务用车支出0.95万元，年初预算为2.95万元，差值为2.00万元。",
        None,
    ),
    "an open list of two parts": (
        "2022年养老保险基金收入2296.00万元，其中：保险费收入648.00万元；财政补贴收入1569.00万元。",
        None,
    ),
    "parts named together with their whole": (
        "2022年基本经费与专项支出分别安排120.30万元、300.20万元，初始预算420.50万元。",
        ("420.50", "402.50"),
    ),
    "from and to with the measure between": (
        "2022年预算追加数84.05万元后，可执行指标由支出年初预算980.46万元变为1064.51万元，预算变动率达8.57%。",
        ("1064.51", "1046.51"),
    ),
    "names before a dash": (
        "2022年列入预算的项目2个，变动后预算数300.00万元，支出决算270.50万元。分项如下：清淤疏浚费——下达指标100.00万元，"
        "形成支出90.00万元；泵站改造费（市级补助）——下达指标200.00万元，形成支出180.50万元。",
        ("200.00万元，形成", "220.00万元，形成"),
    ),
    "marks of the execution rate before the first indicator": (
        "2022年支出进度90.17%，该项赋分9.02分。\n设施完好率，计划值至少89%，上半年完成88%，实际达到90%，目标完成率101.12%；"
        "标准分10分，赋分10分。",
        ("101.12%", "110.12%"),
    ),
    "changes of parts in a list": (
        "2022年“三公”经费预算总额196.90万元，其中：因公出国费4.00万元，较上年增加0.20万元，增长5.26%；公务接待费24.20万元，"
        "较上年减少1.20万元，下降4.72%；公务用车购置及运行维护费168.70万元。",
        ("168.70", "186.70"),
    ),
    "a change behind parts, of the whole": (
        "2022年预算100.00万元，其中基本支出60.00万元、项目支出40.00万元，较上年增加5.00万元，增长5.26%。",
        ("5.26%", "6.25%"),
    ),
    "marks of projects": (
        "2022年项目支出情况如下：\n1.农村公路养护项目，预算500.00万元，支出490.00万元，执行率98.00%，自评得分98分；\n"
        "2.桥梁加固项目，预算200.00万元，支出190.00万元，执行率95.00%，自评得分95分。",
        ("95.00%", "59.00%"),
    ),
    "groups of indicators with weight and marks": (
        "2022年自评：产出指标50分，得48.50分；效益指标30分，得29.00分；预算执行率指标10分，得9.70分；满意度指标10分，得10分，"
        "综合得分97.20分。",
        ("48.50", "45.80"),
    ),
    "the retired beside those in post": (
        "2022年末在职44人，其中行政15人、事业29人，退休人员18人。",
        ("事业29人", "事业27人"),
    ),
    "a budget, its two halves and the parts of one": (
        "2022年部门经费预算746.40万元，基本支出456.68万元，其中工资福利支出300.00万元、商品和服务支出100.00万元、"
        "对个人和家庭的补助56.68万元；项目支出289.72万元。",
        ("300.00", "330.00"),
    ),
    "functional items": (
        "2022年度财政拨款支出情况：\n"
        "1.教育支出（类）普通教育（款）小学教育（项）。年初预算为500.00万元，支出决算为560.00万元，完成年初预算的112.00%。\n"
        "2.住房保障支出（类）住房改革支出（款）住房公积金（项）。年初预算为80.00万元，支出决算为78.00万元，完成年初预算的97.50%。",
        ("97.50%", "95.70%"),
    ),
    "receptions and their cost": (
        "2022年支出决算1470.00万元。国内公务接待26批次、214人次（不包括陪同人员），共计支出3.00万元。",
        None,
    ),
    "grades of projects": (
        "2022年共涉及项目12个，资金860.00万元。自评结果为优的项目10个，占83.33%；良的项目2个，占16.67%。",
        None,
    ),
    "halves of what one source paid": (
        "2022年财政拨款支出1100.00万元，其中基本支出800.00万元，项目支出300.00万元。\n"
        "全年支出1470.00万元，其中基本支出执行率100.00%，项目支出执行率95.00%。年初预算1480.00万元，其中基本支出1180.00万元，"
        "项目支出300.00万元。",
        None,
    ),
    "an indicator behind another's cause and remedy": (
        "2022年指标完成情况如下。下乡巡诊次数：标准分17分，计划值至少97次，实际达到78次（监控值43次），目标完成率80.41%，"
        "赋分13.67分。差距成因：车辆不足，整改措施：增配车辆。出报告准时率：标准分6分，绩效目标值100%，年末完成值100%"
        "（监控值96%），达成率100.00%，评价得分6分。",
        ("80.41%", "84.01%"),
    ),
    "totals with what was carried over, shares of the year's own spending": (
        "2024年收入总计642.37万元，其中：一般公共预算财政拨款收入535.12万元，其他收入7.25万元，年初结转和结余100.00万元。"
        "支出总计642.37万元，其中：基本支出156.48万元，占本年支出的25.59%；项目支出455.02万元，占本年支出的74.41%；"
        "年末结转和结余30.87万元。",
        ("455.02", "450.52"),
    ),
    "the change of a total told in the paragraph before": (
        "2024年收入总计642.37万元，支出总计642.37万元。\n与2023年相比，收入总计增加142.37万元，增长28.47%，主要是项目增加。",
        ("28.47%", "24.87%"),
    ),
    "projects with their budget, spending and rate, an item a line": (
        "2024年项目支出全年预算720.00万元，全年支出705.10万元，执行率97.93%。主要项目如下：\n"
        "1.小流域治理项目320.00万元，执行318.05万元，执行率99.39%；\n2.供水巩固项目400.00万元，执行387.05万元，执行率96.76%。",
        ("387.05", "378.05"),
    ),
    "a target by its sign, what was reached behind it": (
        "一、绩效目标完成情况\n（一）产出指标\n1.质量指标：苗木成活率≥90%，实际为92.5%。\n2.成本指标：亩均补助≤650元，实际620元。",
        None,
    ),
    "full marks in brackets before the marks": (
        "自评得分93.2分，其中预算执行（20分）得18.7分，产出指标（40分）得38分，效益指标（30分）得28分，满意度指标（10分）得8.5分。",
        ("得28分", "得25分"),
    ),
    "full marks and marks without a stop between, of a project's self-evaluation": (
        "项目支出绩效自评总分为97.6分，其中预算执行率10分得9.8分，产出指标50分得48分，效益指标30分得29.8分，满意度指标10分得10分。",
        ("得48分", "得45分"),
    ),
    "marks of parts in the sentence behind the total": (
        "2024年度部门整体支出绩效得分94.5分。其中：预算配置9分，预算执行17.5分，预算管理18分，资产管理9分，职责履行21分，履职效益20分。",
        ("管理18分", "管理38分"),
    ),
    "shares of a total with what was carried over": (
        "2024年收入总计642.37万元，其中：一般公共预算财政拨款收入535.12万元，占83.30%；政府性基金预算财政拨款收入50.00万元，占7.78%；"
        "其他收入7.25万元，占1.13%；年初结转和结余50.00万元，占7.78%。",
        ("1.13%", "1.83%"),
    ),
    "done out of what was counted, of an indicator without an actual": (
        "一、绩效目标完成情况\n时效指标：工程按期完成率目标值≥95%，20个单项工程中19个按期完成，完成率95%。",
        None,
    ),
    "staff and others behind stops": (
        "学校教职工在编118人，其中专任教师112人；退休教师46人；临聘人员12人。",
        None,
    ),
    "shares told together": (
        "2024年总收入680.55万元，其中财政拨款收入415.30万元、医疗收入180.12万元、其他收入85.13万元，分别占总收入的61.02%、26.47%、12.51%。",
        ("26.47%", "24.67%"),
    ),
    "what several years spent together, and the own year's rate": (
        "截至2023年底，该项目累计支出资金1530万元，其中2022年支出680万元，2023年支出850万元；2023年预算900万元，执行率94.44%。",
        None,
    ),
    "targets of two kinds, completion of the second": (
        "年度计划培训6期600人次，实际培训7期682人次，完成率113.67%。",
        ("113.67%", "131.67%"),
    ),
    "counts of two groups of cases": (
        "信访案件受理156件，办结152件，办结率97.44%；热线工单1286件，按时办结1279件，按时办结率99.46%，群众满意率96.5%。",
        None,
    ),
    "sources with a list in brackets before their sum": (
        "上级转移支付1860万元（其中：中央1260万元，省级600万元），市级安排420万元，县级安排320万元，共计2600万元。",
        None,
    ),
    "more than was planned": (
        "重点项目年度计划投资6.2亿元，全年完成投资6.51亿元，占年度计划的105%。",
        None,
    ),
    "projects added and taken off within a year": (
        "2023年度预算批复项目20个，金额8640万元；年中新增项目4个，金额1260万元；调减项目2个，金额340万元；年末项目共22个，金额9560万元。",
        None,
    ),
    "a rate of two of three amounts": (
        "截至年末，资产总额1.28亿元，负债总额0.36亿元，净资产0.92亿元，资产负债率28.13%。",
        None,
    ),
    "what is left of the first of several amounts": (
        "累计接收捐赠资金126.80万元，其中定向捐赠86.80万元，非定向捐赠40.00万元，已使用98.40万元，结余28.40万元。",
        None,
    ),
    "some of the projects and their number": (
        "抽评项目6个，占项目总数24个的25%，抽评金额1280万元，占项目支出总额3200万元的40%。",
        ("25%", "52%"),
    ),
    "a rate named after what was counted": (
        "89个项目已完工85个，完工率95.51%；验收82个，验收率96.47%。",
        ("96.47%", "91.47%"),
    ),
    "an item about a fund told before": (
        "下达资金1280万元，分别为：耕地保护补贴680万元、农机购置补贴600万元。支付1274.88万元，支付率99.60%，结转5.12万元。\n"
        "1.耕地保护补贴。下达资金680万元，支付680万元，执行率100%。\n2.农机购置补贴。下达资金600万元，支付594.88万元，执行率99.15%。",
        None,
    ),
    "staff posts in use": ("2023年年初预算500.00万元，全年支出510.00万元。政法专项编制310名，在编率92.26%。", None),
    "full marks and marks called 自评 only": (
        "自评得分97.32分，其中项目决策满分20分，自评20分；项目过程满分20分，自评19.32分；项目产出满分30分，自评29分；项目效益满分30分，自评29分。",
        ("自评29分；", "自评25分；"),
    ),
    "rates of two groups of counts": (
        "公办养老机构18家，床位2160张，入住老人1298人，入住率60.09%；民办养老机构6家，床位860张，入住512人，入住率59.53%。",
        None,
    ),
    "rates of what was found and of what was mended": (
        "抽查120户，发现问题18户，问题率15%；整改到位17户，整改率94.44%。",
        None,
    ),
    "full marks and marks of the report": (
        "部门整体支出绩效自评总分100分，自评得分98分，扣2分，扣分原因为预算调整率偏高。",
        None,
    ),
    "levels of government in brackets behind two amounts": (
        "评价期内项目累计到位资金2680万元（中央1800万元、省级680万元、县级200万元），累计支出2412万元（中央1710万元、省级612万元、"
        "县级90万元），总体支出率90%。",
        ("1800", "1880"),
    ),
    "growth a year over several years": (
        "2021年至2023年累计投入资金1.86亿元，其中2021年5200万元、2022年6100万元、2023年7300万元，年均增长18.5%。",
        None,
    ),
    "projects summed up under numbers": (
        "2023年度支出合计3848.62万元。\n1.大气污染防治项目绩效自评综述：全年预算数为1020.00万元，执行数为986.30万元，完成预算的96.70%。\n"
        "2.监测能力建设项目绩效自评综述：全年预算数为360.00万元，执行数为352.80万元，完成预算的98.00%。",
        ("352.80", "352.08"),
    ),
}


def _doubts(text: str) -> list[Finding]:
    findings = audit(extract(read_text(text)), pack="national", settings=Settings()).findings
    return [f for f in findings if f.severity != "info"]


@pytest.mark.parametrize("name", CASES)
def test_consistent(name: str) -> None:
    assert [(f.rule, f.says) for f in _doubts(CASES[name][0])] == []


@pytest.mark.parametrize("name", [name for name, (_, slip) in CASES.items() if slip])
def test_slip_is_found(name: str) -> None:
    text, slip = CASES[name]
    assert slip is not None
    assert text.count(slip[0]) == 1
    assert _doubts(text.replace(*slip))
