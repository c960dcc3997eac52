"""Prose of self-evaluations, budgets and settlements that is right as it stands, and what a slip in it must raise.

As in ``test_consistent``: nothing in a case may be doubted; with its slip, the changed text must be.
"""

from __future__ import annotations

import pytest

from jihe_audit.engine import Settings, audit
from jihe_audit.finding import Finding
from jihe_extract.extraction import extract
from jihe_extract.reading import read_text

CASES: dict[str, tuple[str, tuple[str, str] | None]] = {
    "money by level that nothing names": (
        "2022年共到专款1812.47万元，其中：部里251.32万元、厅里680.15万元、州里881.00万元。",
        ("680.15", "690.15"),
    ),
    "money in brackets behind its sum, no word between": (
        "2022年预拨款3508.20万元（部里2755.10万元、厅里753.10万元）已分到各卫生院。",
        ("2755.10", "2775.10"),
    ),
    "received, used, left, and the rate": (
        "2022年到专款36850.00万元，实际使用33178.00万元，结转3672.00万元，使用率90.04%。",
        ("3672.00", "3872.00"),
    ),
    "a rate right behind two amounts of which one has no name": (
        "2022年县里给专款3200.00万元，实际支付2880.00万元，使用率90%，全部用于设备。",
        ("2880.00", "2480.00"),
    ),
    "what is added to revenue, and the sum": (
        "2022年某区收入预算数16.20亿元，实际完成16.52亿元，比上年决算数15.73亿元增长5.0%，加上上级补助收入12.31亿元、"
        "债券转贷收入1.05亿元、调入资金0.06亿元、上年结余0.71亿元，收入合计30.65亿元。",
        ("12.31亿元", "12.81亿元"),
    ),
    "shares told together of amounts told together": (
        "2022年全区采购规模为3306.00万元。\n一、货物、工程、服务规模分别为860.00万元、1500.00万元和946.00万元，"
        "占全区采购规模的26.0%、45.4%和28.6%。",
        ("45.4%", "54.4%"),
    ),
    "share of what the words name": (
        "2022年签给中小企业的合同金额为2451.00万元。签给小微企业的合同金额为1192.00万元，占签给中小企业的合同金额的48.6%。",
        ("48.6%", "46.8%"),
    ),
    "the change behind its rate": (
        "截至4月底，某市财政总收入完成181340万元，较上年同期增长12.25%，增收19790万元。",
        ("19790", "18790"),
    ),
    "spending, budget and difference of each part": (
        "2022年会议培训支出2.05万元，年初预算为2.95万元，差值为0.90万元。其中：会议费支出0万元，年初预算为0.95万元，"
        "差值为0.95万元；培训费支出2.05万元，年初预算为2.00万元，差值为0.05万元。",
        ("差值为0.05", "差值为0.35"),
    ),
    "retired staff behind the list of those in office": (
        "核定编制71人，实际正式教职工62人，其中副高级职称4人，中级职称35人，初级职称23人，退休职工28人。",
        None,
    ),
    "figures named together in a sentence of their own": (
        "2022年全年支出700.00万元。会议费和培训费支出分别为3.00万元、2.00万元。",
        None,
    ),
    "averages are no parts": (
        "2022年医疗救助支出266.10亿元，惠及3517.10万人次，住院和门诊人均救助水平分别为1498.40元和153.20元。",
        None,
    ),
    "an average of an amount over heads": (
        "2022年发放临时救助107.70万元，救助970人次，人均补助1110.3元。",
        ("1110.3", "1130.3"),
    ),
    "items of a budget that never speaks of spending": (
        "2022年单位预算说明\n一、支出预算情况说明\n（一）教育支出类科目580.61万元，占支出总预算84.05%，同比增加352.08万元，"
        "增长154.06%。\n（二）住房保障支出类科目110.18万元，占支出总预算15.95%，同比增加28.90万元，增长35.56%。\n"
        "支出总预算690.79万元。",
        ("84.05%", "82.05%"),
    ),
    "both sides of a budget": (
        "2022年收支总预算705.75万元。收入包括：一般公共预算拨款703.44万元、上年结转结余2.31万元；支出包括：教育支出580.61万元、"
        "卫生健康支出27.54万元、住房保障支出97.60万元。",
        ("580.61", "580.91"),
    ),
    "numbered paragraphs that divide what announces them": (
        "2022年彩票公益金额度为9348.00万元。现将安排使用情况公告如下：\n"
        "一、用于教育事业的支出5100.00万元，主要建设少年宫。\n二、用于社会福利的支出2135.00万元，主要补助养老机构。\n"
        "三、用于体育事业的支出2113.00万元，主要维修场馆。",
        ("2135.00", "2185.00"),
    ),
    "a change of levels told elsewhere": (
        "2023年会议费预算21.80万元。\n2022年会议费支出20.12万元。\n2023年会议费预算较2022年增加1.68万元。",
        ("1.68", "1.98"),
    ),
    "shares of projects counted in the sentence before": (
        "2022年选取8个项目开展评价。经评审，等级为优的项目有6个，占75.00%，等级为良的项目有2个，占25.00%。",
        ("75.00%", "57.00%"),
    ),
    "projects by grade": (
        "2022年重点评价的16个项目，评价结果等级为“优”的5个、“良”的8个、“中”的3个。",
        ("的8个", "的7个"),
    ),
    "some projects by grade, others not evaluated": (
        "2022年选取16个项目开展评价，其中12个已出具报告：优5个、良7个。",
        None,
    ),
    "a half year's rate needs no reason": ("上半年支出600.00万元，为预算的60.00%。", None),
    "a numbered heading that begins with a year": (
        "一、2022年公益金筹集情况\n全年筹集160.00万元。\n二、分配和使用情况\n全部用于养老。",
        None,
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
