"""One indicator told in prose, for the cases of rules about indicators."""

from __future__ import annotations


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
