"""Texts of lists within lists and of people in several kinds: consistent ones raise no doubt, one slip in each does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jihe_audit.finding import Finding

CASES: dict[str, tuple[str, tuple[str, str] | None]] = {
    "a part with parts of its own behind a word": (
        "基本支出2862.45万元。基本支出中，人员经费2250.05万元，包括工资福利支出2105.20万元、对个人和家庭的补助144.85万元；"
        "日常公用经费612.40万元。",
        ("612.40", "212.40"),
    ),
    "the parts of that part": (
        "基本支出2862.45万元。基本支出中，人员经费2250.05万元，包括工资福利支出2105.20万元、对个人和家庭的补助144.85万元；"
        "日常公用经费612.40万元。",
        ("2105.20", "2705.20"),
    ),
    "money for projects of which some are named after an activity": (
        "2026年本单位纳入绩效目标管理的项目6个，涉及预算资金1326.50万元，其中办案业务费412.00万元、信息化建设及运维306.50万元、"
        "法庭维修改造95.00万元、业务装备购置142.00万元、聘用人员经费286.00万元、司法救助85.00万元。",
        ("6个", "8个"),
    ),
    "shares of a whole told in the paragraph before": (
        "2026年部门预算公开说明\n支出预算总额4288.95万元。其中：基本支出2862.45万元，占66.74%；项目支出1426.50万元，占33.26%。\n"
        "按功能分类，公共安全支出3512.60万元，占81.90%；社会保障和就业支出388.40万元，占9.06%；"
        "卫生健康支出171.95万元，占4.01%；住房保障支出216.00万元，占5.04%。",
        ("3512.60", "7512.60"),
    ),
    "a digit that the share beside it does not see": (
        "收入方面，全年总收入81532.10万元，其中财政拨款收入44216.70万元、教育事业收入28945.30万元、科研事业收入3612.80万元、"
        "其他收入4757.30万元，分别占54.23%、35.50%、4.43%、5.83%。",
        ("3612.80", "3612.60"),
    ),
    "what was added, item by item": (
        "年中追加6318.60万元，调整后预算82743.90万元。年中追加主要是：中央支持地方高校改革发展资金2200.00万元，"
        "学生资助补助2614.30万元，省级一流学科建设经费1504.30万元。",
        ("2614.30", "2814.30"),
    ),
    "another year's figure behind the parts of this year's": (
        "2025年“三公”经费预算152.00万元，实际支出128.60万元，完成预算的84.61%。其中，因公出国（境）费46.20万元，"
        "公务用车运行维护费51.90万元，公务接待费30.50万元。与2024年决算数141.20万元相比减少12.60万元，降低8.92%。",
        ("141.20", "141.70"),
    ),
    "judges and their staff": (
        "核定政法专项编制78名，实有在编干警71人，其中员额法官29人、法官助理18人、书记员9人、司法警察7人、行政人员8人；"
        "聘用制书记员32人。退休人员24人。",
        ("18人", "88人"),
    ),
    "teachers by title and degree": (
        "教职工1426人，其中专任教师1032人，占教职工总数的72.37%。专任教师中，正高职称148人，副高职称356人，"
        "中级及以下职称528人；具有博士学位的467人，占专任教师的45.25%。",
        ("148人", "648人"),
    ),
    "a share of the teachers": (
        "教职工1426人，其中专任教师1032人，占教职工总数的72.37%。专任教师中，正高职称148人，副高职称356人，"
        "中级及以下职称528人；具有博士学位的467人，占专任教师的45.25%。",
        ("45.25", "45.55"),
    ),
    "staff by profession and by title": (
        "在职职工321人，其中执业医师120人、注册护士151人、药剂人员20人、医技人员30人；高级职称42人、中级职称110人、初级职称150人。",
        ("151人", "251人"),
    ),
    "titles, party members, and who was promoted": (
        "院内现有在编人员160人，其中高级职称22人，中级职称58人；党员76人。新晋升高级职称3人，培训护士25人。",
        None,
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
