"""The card of a model: written from its manifest, so that it cannot say anything else."""

from __future__ import annotations

from jihe_models.store import Manifest


def card(manifest: Manifest) -> str:
    """``CARD.md``: purpose, limits, data, measures, how to load."""
    lines = [
        f"# 模型 {manifest.name} · {manifest.version}",
        "",
        "用途：判断绩效自评报告正文中每个数量所指的事项（年初预算数、执行数、目标值……），并找出指标名、项目名。",
        "只看词句和结构，不看数值：所有数字都已遮盖，算术关系不参与训练，也不参与判断。",
        "",
        "限制：只凭模型绑定的事实可信度低于 0.8，审核不会据此报“确定矛盾”。对从未见过的写法，准确率会下降；",
        "应先查看待标注队列（`jihe corpus queue`），订正后重新训练。",
        "",
        f"训练：{_pairs(manifest.trainer)}",
        f"特征版本：{_pairs(manifest.features)}",
        f"上一版本：{manifest.parent or '无'}",
        "",
        "## 训练数据",
        "",
        "| 名称 | 性质 | 文档 | 数量 | 权重 | 许可 | SHA-256 |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {d.name} | {d.kind} | {d.documents} | {d.spans} | {d.weight:g} | {d.licence} | {d.sha256[:12]}… |"
        for d in manifest.data
    ]
    lines += ["", "全部为本项目自拟文本；`correction` 为使用者的订正。不含任何真实报告的句子。"]
    lines += ["", "## 各切片指标", ""]
    lines += ["| 切片 | 数量 | 准确率 | 严格准确率 | 宏平均 F1 |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {m['n']} | {m['accuracy']:.4f} | {m['strict']:.4f} | {m['macro_f1']:.4f} |"
        for name, m in manifest.metrics.items()
    ]
    lines += [
        "",
        "准确率把措辞无法区分的事项视为相同（预算数与全年预算数、执行率与完成预算比、总分与得分、执行数与到位数）。",
        "known 为训练方言的留出文本，unseen、trial、blind 为从未用于训练的方言。",
        "",
        "## 阈值",
        "",
        _pairs(manifest.thresholds),
        "",
        "## 加载",
        "",
        "`jihe screen …` 自动使用；`--no-model` 只用规则。",
        "Python：`jihe_models.model.load(Path)`。只需 numpy，不含 pickle。",
        "",
    ]
    return "\n".join(lines)


def _pairs(values: dict[str, object] | dict[str, str] | dict[str, float]) -> str:
    return "，".join(f"{k}={v}" for k, v in values.items())
