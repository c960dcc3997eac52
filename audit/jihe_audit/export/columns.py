"""The columns of the workbook, declared once, and the words to choose from."""

from __future__ import annotations

from jihe_audit.export.cells import Column

LISTS: dict[str, tuple[str, ...]] = {
    "类别": (
        *("预算编制", "预算执行", "数据口径", "绩效目标", "自评打分", "三公"),
        *("采购", "资产", "人员", "内控", "机制", "公开格式"),
    ),
    "确定性": ("确定矛盾", "疑点待核", "提示"),
    "程度": ("高", "中", "低"),
    "复核意见": ("成立", "部分成立", "不成立"),
    "整改类型": ("立行立改", "限期整改", "长期坚持"),
    "整改状态": ("未整改", "整改中", "已整改", "持续整改"),
    "复核认定": ("已整改", "持续整改", "未整改"),
}


def _columns(table: str) -> tuple[Column, ...]:
    """One column a word: title/width[/look[/choices]]; ``_`` stands for the default look."""
    made = []
    for word in table.split():
        title, width, look, choices = [*word.split("/"), "", ""][:4]
        made.append(Column(title, int(width), look.strip("_") or "text", choices))
    return tuple(made)


OVERVIEW = _columns("""
序号/5/count 单位名称/24 报告/30 年度/7/center 读取情况/10/center 影响等级或得分/9/count 影响合计或金额/9/count
其他问题/9/count 确定矛盾/8/count 疑点/8/count 提示/8/count 已接受/8/count 数字个数/8/count 已核实/8/count 不符/7/count
金额百分比核对率/10/percent 排名/6/count 说明/30
""")

ISSUES = _columns("""
序号/5/link 问题编号/9 单位名称/12 报告名称/12 问题类别/9/_/类别 问题类型/13 问题描述/42 证据原文/36
位置/13
复核计算/24 涉及金额（万元）/9/number 影响分值/6/number 确定性/6/center/确定性 严重程度/6/center/程度
定性依据/26 整改建议/34 需补充资料/15 复核人意见/8/center/复核意见 单位反馈/12 备注/8
""")

REMEDY = _columns("""
序号/5/link 问题编号/15 问题摘要/34 整改要求/34 整改类型/10/center/整改类型 整改措施/24 责任单位/14 责任科室/12
责任人/10 计划完成时间/12/date 实际完成时间/12/date 整改状态/10/center/整改状态 整改结果/18 佐证材料清单/22
复核认定/10/center/复核认定 销号日期/12/date 备注/14
""")

SCORES = _columns("""
单位名称/16 一级指标/12 二级指标/12 三级指标/22 指标性质/8/center 指标值/10/plain 单位/7/center 完成值/10/plain
报告完成率/10/percent 复核完成率/10/percent 分值/8/number 自评得分/9/number 规则重算得分/10/number 差异/8/number
差异原因/30 对应问题编号/15
""")

CHECKS = _columns("""
勾稽编号/11 单位名称/16 勾稽关系/24 报告填列/14/plain 复核计算/14/plain 单位/6/center 差额/11/plain 代入值/44
容差/10/plain 结论/8/center 取数位置/30
""")

FACTS = _columns("""
报告/16 指标/16 口径/20 年度/7/center 阶段/7/center 值/14/plain 单位/7/center 原文/18 位置/30 抽取置信度/8/plain
核对结果/9/center 未核对的原因/22 人工更正值/12/plain 采用值/14/plain
""")

ACROSS = _columns("""
序号/5/count 比对项/14 报告甲/22 甲位置/14 甲原文/44 报告乙/22 乙位置/14 乙原文/44 相似度/9/percent 说明/34
""")

COPIES = _columns("""
序号/5/count 等级/10 甲单位/16 报告甲/16 甲位置/11 甲原文/44 乙单位/16 报告乙/16 乙位置/11 乙原文/44
相似度（数字名称不计）/10/percent 相似度（全部）/9/percent 变动内容/34 可能来源/8/center 说明/34
""")

SHARES = _columns("""
序号/5/count 单位名称/24 报告/30 字数/8/count 原创/8/percent 实质雷同/8/percent 共用短句/8/percent 地区模板/8/percent
规定提纲/8/percent 各部分原创比例/60
""")

FAMILIES = _columns("序号/5/count 关系/14 报告数/7/count 报告/80 可能来源/24 相互雷同字数/10/count")

BASES = _columns("代码/9 名称文号/44 条款/14 要旨/60 把握度/8/center 适用年度/18")

DETAILS = _columns("""
问题编号/15 报告/20 确定性/9/center 问题类型/9/center 说明/50 证据原文/44 证据起点/9/count 证据终点/9/count 位置/24
算式/40 可能原因/30 连带影响/30 金额（元）/14/plain 影响分值/8/plain 建议/36 需补充资料/24 勾稽编号/11/link
规则/7/center 状态/8/center 接受理由/20 识别码/18
""")

NOTES = _columns("项目/16 内容/100")
