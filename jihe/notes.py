"""The words of the sheet 说明 and of the limits of a review, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jihe
from jihe.settings import Acceptance, Settings
from jihe_audit.export.records import Summary

if TYPE_CHECKING:
    from jihe.batch import Changes

SCOPE = "本次复核仅依据报告文本，对数字勾稽、打分和表述的一致性进行核对，不替代现场评价。"
LIMITS = (
    "未核查合同、凭证、账簿、银行流水和资产实物。",
    "未核查满意度问卷、样本和其他业务佐证材料的真实性。",
    "报告未载明的收支、指标和制度执行情况不在复核范围内。",
    "所引依据的条款请在正式行文前与现行文本核对。",
)


def batch_remarks(changes: Changes | None, unused: Sequence[Acceptance]) -> list[str]:
    """What changed against the last run, and acceptances that met nothing."""
    told = []
    if changes is not None:
        told.append(f"与上次相比：新增 {changes.new}，消失 {len(changes.gone)}，未变 {changes.unchanged}")
    return told + [f"设置中接受的问题 {a.fingerprint} 本次没有出现，可从设置中删除（理由：{a.reason}）" for a in unused]


def notes(
    settings: Settings, summaries: Sequence[Summary], across: Sequence[str] = (), told: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Name and content of every row of 说明; ``told`` are remarks on the batch."""
    rows = [
        ("范围", SCOPE),
        (
            "确定性",
            "确定矛盾：仅凭文本即可证明，任何取舍方式和口径都无法使其成立；疑点待核：需人工或补充资料核实；提示：尾差和表述问题。",
        ),
        ("容差", "金额和比率按显示位数的区间比较，四舍五入和截位都允许；仅因取舍产生的差异记为尾差，不作为问题。"),
        ("金额单位", "问题清单中的涉及金额为万元，问题明细中的金额为元；比率按百分比显示。"),
        ("人工更正", "抽取数据表可在“人工更正值”中填入更正后的数，“采用值”随之更新。"),
        ("个人信息", "手机号、证件号、银行账号，信访人、受助人以及填报、审核、签字人员的姓名已作掩码处理。"),
        *(("未检查事项", words) for words in LIMITS),
        ("依据清单", "把握度 C 表示核对过条文，可引条号；L 表示仅引标题和文号。"),
        ("地区规则", settings.pack or "按报告所在地区自动选择"),
        ("软件版本", f"绩核 jihe {jihe.__version__}"),
    ]
    rows += [("本次审核", words) for words in told]
    if settings.rules.off:
        kept = f"（其中 {'、'.join(settings.rules.on)} 保留）" if settings.rules.on else ""
        rows.append(("停用的规则", "、".join(settings.rules.off) + kept))
    rows += [("阈值", f"{name} = {value}") for name, value in settings.thresholds.items()]
    rows += [("跨报告比对", words) for words in across]
    if settings.rulebook:
        rows.append(("用户规则", "、".join(settings.rulebook)))
    unread = [f"{s.report}：{s.problem}" for s in summaries if s.status == "failed"]
    rows += [("未能读取", words) for words in unread[:200]]
    rows.append(("声明", "本清单供复核人员参考，结论以人工复核和单位反馈为准。"))
    return rows
