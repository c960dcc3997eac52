from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jihe_audit.export.mask import Mask
from jihe_extract.reading import read_text


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("联系电话：13812345678。", "联系电话：138****5678。"),
        ("电话138 1234 5678转", "电话138******5678转"),
        ("身份证号431002199003071234，", "身份证号431************234，"),
        ("办公电话0731-84123456。", "办公电话0731-*****456。"),
        ("账号：6222021234567890123", "账号：622************0123"),
        ("重点信访对象王小明已进入审判阶段", "重点信访对象王**已进入审判阶段"),
        ("、赵大力信访积案等", "、赵**信访积案等"),
        ("上访人李明反映", "上访人李*反映"),
        ("邮箱zhangsan@example.com。", "邮箱zh**************.com。"),
        ("手机138-1234-5678、138.1234.5678", "手机138******5678、138******5678"),
        ("电话：１３８１２３４５６７８", "电话：１３８****５６７８"),
        ("+8613812345678。", "+86*******5678。"),
        ("联系电话：(0730)8221234。", "联系电话：(0730*****234。"),
        ("电话0730-8221234转801。", "电话0730-********801。"),
        ("传真：8812345。", "传真：8****45。"),
        ("联系人及电话：王五 8221234", "联系人及电话：王* 8****34"),
        ("身份证号码 431002 19900307 1234。", "身份证号码 431**************234。"),
        ("43100219900307123X", "431************23X"),
        ("身份证号：431002800307123。", "身份证号：431*********123。"),
        ("账号为：43001510062050001234", "账号为：430*************1234"),
        ("帐号 1901 0201 0902 4800 123", "帐号 190**************** 123"),
        ("微信号：zhang_san99", "微信号：zh*******99"),
        ("信访人阿依木·买买提反映", "信访人阿******反映"),
        ("填表人：凌小晶  填报日期：", "填表人：凌**  填报日期："),
        ("单位负责人（签字）：        吴  鹏", "单位负责人（签字）：        吴***"),
        ("负责人：张三联系电话：8221234", "负责人：张*联系电话：8****34"),
        ("项目负责人\t赵六\t联系电话\t138 1234 5678", "项目负责人\t赵*\t联系电话\t138******5678"),
        ("负责人：阿不都·买买提（签章）", "负责人：阿******（签章）"),
        ("组长：钱一一 成员：孙二二、李三三、周 四", "组长：钱** 成员：孙**、李**、周**"),
        ("审核：周大  制表：马小燕  复核：欧阳建国", "审核：周*  制表：马**  复核：欧***"),
        ("填报人：李建国。后由李建国同志汇报。", "填报人：李**。后由李**同志汇报。"),
    ],
)
def test_personal_data_is_covered_at_the_same_length(text: str, covered: str) -> None:
    mask = Mask(text)
    assert mask.text == covered
    assert len(mask.text) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "全年支出13812345678元。",
        "资产13812345678.50元",
        "金额13,812,345,678.00元",
        "受理信访问题21件，化解信访案件93件，重点信访案件5件",
        "12345热线、0.8716、1234567890",
        "低保户金额3万元，患者高度满意，信访人全年无越级上访",
        "编号20231234567890",
        "〔2023〕13号",
        "联系人：办公室    负责人：高新区管委会",
        "负责人：农业科　单位负责人 高度重视绩效工作",
        "主要负责人高度重视，责任人\t完成时限\t责任科室",
        "姓名\t性别\t单位\t联系方式",
        "成员：财政局、教育局、农业农村局，编制单位：水利局",
        "联系电话：12345，服务电话：12333",
        "绩效自评得分95分，复核：95分；审核人：    填表日期：2024年3月",
        "合同编号：2023-1234-5678-9012，专户账户 123456789012元",
        "电话回访8221234次",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert Mask(text).text == text


def test_sentences_made_from_the_text_are_covered_too() -> None:
    mask = Mask("信访人周大年来电13812345678。")
    assert mask.of("“周大年”的号码13812345678公开") == "“周**”的号码138****5678公开"
    assert mask.of("另一号码13987654321") == "另一号码139****4321"


def test_lone_surrogates_can_be_written() -> None:
    mask = Mask("甲\ud800乙")
    assert mask.text == "甲\ufffd乙" and mask.of("\udfff") == "\ufffd"


def test_names_and_numbers_below_a_label_of_a_table_are_covered() -> None:
    rows = "序号\t姓名\t联系方式\t身份证号\t金额\n1\t王小虎\t8221234\t431002800307123\t500.00\n2\t李 四\t\t\t300.00\n"
    document = read_text("名单\n" + rows + "\n合计800.00元。\n", "a.txt")
    covered = Mask.of_document(document).text
    assert "王**\t8*****4\t431*********123\t500.00" in covered and "李**\t" in covered
    assert len(covered) == len(document.text)


def test_a_column_that_names_offices_stays() -> None:
    document = read_text("分工\n责任人\t任务\n办公室\t采购\n水利科\t管护\n", "a.txt")
    assert Mask.of_document(document).text == document.text


@given(st.text(alphabet="0123456789Xx 信访人王小明电话：-，。@a.负责·\t", max_size=200))
def test_length_and_idempotence(text: str) -> None:
    once = Mask(text).text
    assert len(once) == len(text)
    assert Mask(once).text.count("*") >= once.count("*")


@pytest.mark.parametrize(
    "piece", ["1", "1 3-", "信访人", "a@", "王", "负责人：", "负责人王 ", "电话 ", "王·", "账号1 "]
)
def test_hostile_runs_take_linear_time(piece: str) -> None:
    def seconds(n: int) -> int:
        started = time.perf_counter_ns()
        Mask(piece * n)
        return time.perf_counter_ns() - started

    seconds(1000)
    small, large = seconds(20_000), seconds(200_000)
    assert large < small * 60 + 10**9
