"""Masking keeps offsets; what only looks different gets the same fingerprint."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.fingerprints import SHORTEST_CLAUSE, clauses
from jihe_audit.reuse.masking import LONGEST_CLAUSE, fold_name, mask, seal
from jihe_audit.reuse.naming import guess_unit, unit_names
from jihe_audit.reuse.sections import find_sections, kind_of_heading

_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("的是有工作，。；：、\n\t 0123456789.,%％０９一二（）()“”街道长河办事处𠮷"), st.characters()
    ),
    max_size=300,
)


def _hashes(text: str, *names: str) -> list[int]:
    cut = clauses(ReuseDocument("x", text, names=names))
    return [int(h) for h in cut.hash if h]


@given(_TEXT)
def test_offsets_are_ordered_and_inside_the_text(text: str) -> None:
    cut = clauses(ReuseDocument("x", text, names=("长河街道办事处", "长河")))
    previous = 0
    for start, end in zip(cut.start.tolist(), cut.end.tolist(), strict=True):
        assert previous <= start < end <= len(text)
        assert not text[start].isspace() and not text[end - 1].isspace()
        previous = end


@given(_TEXT)
def test_clauses_cover_the_symbols_once(text: str) -> None:
    cut = clauses(ReuseDocument("x", text))
    assert cut.first.tolist() == [0, *cut.last.tolist()][: len(cut)]
    assert all(0 < len(cut.word(n)) <= LONGEST_CLAUSE for n in range(len(cut)))
    assert all((len(cut.word(n)) >= SHORTEST_CLAUSE) == bool(cut.hash[n]) for n in range(len(cut)))


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=2, max_size=2))
def test_numbers_do_not_matter(numbers: list[int]) -> None:
    one, two = (f"全年共计排查安全隐患{n}处并全部整改。" for n in numbers)
    assert _hashes(one) == _hashes(two) != []


def test_widths_quotes_wraps_and_enumerators_do_not_matter() -> None:
    plain = "1.深入开展(网格化)巡查和“回头看”工作，预算执行率为95.20%。"
    other = "（一）深入开展（网格化）巡查和回头看工作，预算执行率为 ９７．６％。"
    assert _hashes(plain) == _hashes(other) != []
    long = "辖区内全部沿街商铺燃气使用情况已经完成两轮排查登记并且逐户建立台账资料备查"
    lines = "\n".join(long[i : i + 13] for i in range(0, len(long), 13))
    wrapped = "\n".join(["某某单位工作情况的说明材料如下", lines + "。", lines + "。", lines + "。"])
    assert _hashes(long)[0] in _hashes(wrapped)


def test_only_own_names_are_masked() -> None:
    own = "长河街道办事处全年开展夜间巡查"
    other = "青山街道办事处全年开展夜间巡查"
    assert _hashes(own, "长河街道办事处") == _hashes(other, "青山街道办事处")
    assert _hashes(own, "长河街道办事处") != _hashes(other, "长河街道办事处")
    assert _hashes("一二三四五六七八") != _hashes("一二三四五六八七")


def test_a_name_longer_than_its_core_is_masked_whole() -> None:
    stream = mask("东河区长河街道办事处与长河社区", ("长河", "长河街道办事处", "东河区长河街道办事处"))
    assert stream.symbols.size == len("〔〕与〔〕社区") - 2
    assert (stream.start[0], stream.end[0]) == (0, len("东河区长河街道办事处"))


def test_names_derive_from_the_unit() -> None:
    names = unit_names("某某市东河区长河街道办事处")
    assert {"长河街道办事处", "长河街道", "长河"} <= set(names)
    assert "街道办事处" not in names
    assert unit_names("某某县财政局") == ("某某县财政局", "财政局")
    assert unit_names("") == ()


def test_the_unit_is_guessed_only_when_named_again() -> None:
    assert guess_unit("2023年度长河街道办事处自评。\n长河街道办事处编制30人。") == "长河街道办事处"
    assert guess_unit("与青山街道办事处联合执法。") == ""


def test_sections_know_their_kind() -> None:
    text = "一、基本情况\n（一）主要职能\n履职。\n五、存在的主要问题\n不足。\n偏差原因：审批滞后，支付较慢。\n六、下一步改进措施\n改进。\n"
    kinds = {text[s.start : s.end].split("\n")[0]: s.kind for s in find_sections(text)}
    assert kinds["（一）主要职能"] == "functions"
    assert kinds["五、存在的主要问题"] == "problems"
    assert kinds["审批滞后，支付较慢"] == "problems"
    assert kinds["六、下一步改进措施"] == "advice"
    assert kind_of_heading("十、天气") == ""


def test_seal_ignores_layout_but_not_numbers() -> None:
    text = "全年开展巡查30次，整改隐患12处。" * 20
    assert seal(text) == seal(text.replace("，", ",\n ")) != ""
    assert seal(text) != seal(text.replace("12", "13"))
    assert seal("短") == ""
    assert fold_name("Ａ（东）区") == "a(东)区"
