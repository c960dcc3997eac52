"""Lists, brackets, totals and formulas as the role model sees them; names that run into their figure's words."""

from __future__ import annotations

import pytest

from jihe_extract.numbers.spotting import quantities
from jihe_models.features import contexts
from jihe_models.naming import indicator_names
from jihe_models.places import Place
from jihe_models.roles import Guess


def places(text: str) -> list[Place]:
    return [c.place for c in contexts(text, 0, quantities(text))]


def test_parts_know_their_whole_however_it_is_told() -> None:
    opened = places("全年预算数90万元，其中：人员经费60万元（占66.67%）；公用经费30万元。支出80万元。")
    assert [(p.whole, p.member, p.how) for p in opened if p.member] == [(0, 1, "opened"), (0, 2, "opened")]
    assert opened[3].broken and not opened[1].broken
    bracket = places("接待费预算9万元（外宾5万元，内宾4万元），支出8万元（外宾4万元，内宾4万元）。")
    assert [p.whole for p in bracket] == [-1, 0, 0, -1, 3, 3]
    behind = places("人员经费3万元、公用经费2万元，合计5万元。")
    assert [(p.whole, p.how) for p in behind] == [(2, "behind"), (2, "behind"), (-1, "")] and behind[2].total
    assert [p.how for p in places("人员经费与公用经费分别安排3万元、2万元。")] == ["respective", "respective"]


def test_a_list_ends_with_its_sentence() -> None:
    text = "全年预算数90万元，其中：人员经费60万元、公用经费30万元。年末结转5万元。"
    assert [p.whole for p in places(text)] == [-1, 0, 0, -1]


def test_a_formula_tells_what_it_is_of_and_which_turn_a_figure_has() -> None:
    text = "道路养护执行率=30万元÷40万元×100%=75%；其他说明12万元。"
    signs = [[f for f in c.fixed if f.startswith(("fo=", "fh="))] for c in contexts(text, 0, quantities(text))]
    assert signs[0] == ["fo==÷|0|CNY", "fh=执行率|=÷|0|CNY"] and signs[1] == ["fo=÷×|1|CNY", "fh=执行率|÷×|1|CNY"]
    assert signs[-1] == []
    other = text.replace("30万元", "1,234.5万元").replace("75%", "3%")
    assert signs == [[f for f in c.fixed if f[:3] in ("fo=", "fh=")] for c in contexts(other, 0, quantities(other))]


def named(text: str, *roles: str) -> list[str]:
    figures = quantities(text)
    assert len(figures) == len(roles)
    return [text[n.start : n.end] for n in indicator_names(text, figures, [Guess(r, 1.0) for r in roles])]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("渠道清淤长度设20公里，完成18公里，得9分。", "渠道清淤长度"),
        ("村民好感度拟定目标值为90%，完成92%，得9分。", "村民好感度"),
        ("培训人次责任数不少于20人次，完成18人次，得9分。", "培训人次"),
    ],
)
def test_a_name_ends_before_the_words_of_its_figure(text: str, name: str) -> None:
    assert named(text, "目标值", "完成值", "得分") == [name]


def test_a_figure_of_the_indicator_before_does_not_take_the_name() -> None:
    text = "样品合格率98%，渠道清淤长度设20公里，完成18公里，完成率90%。"
    assert named(text, "完成值", "目标值", "完成值", "完成率") == ["渠道清淤长度"]
    actual = "渠道清淤长度完成18公里，目标值20公里，完成率90%。"
    assert named(actual, "完成值", "目标值", "完成率") == ["渠道清淤长度"]
