"""Figures of a list look at one another, and lists are told in the training grammar whatever their parts are called."""

from __future__ import annotations

import random

import numpy as np
import pytest

from jihe_corpus.wordings.parts import Parts, parts_pattern
from jihe_extract.numbers.spotting import quantities
from jihe_extract.prose.mentions import mentions
from jihe_models.linear import fit
from jihe_models.matrix import Rows
from jihe_models.siblings import siblings_of


def test_siblings_are_figures_of_one_sentence_and_kind() -> None:
    text = "甲类经费3万元、乙类经费2万元，占40%，合计5万元。另有经费1万元。"
    found = mentions(text, 0, quantities(text))
    kin = siblings_of(found, [m.quantity.unit for m in found])
    assert [(k.first, k.before, k.after, k.total) for k in kin] == [
        (-1, -1, 1, 3), (0, 0, 3, 3), (-1, -1, -1, -1), (0, 1, -1, -1), (-1, -1, -1, -1),
    ]  # fmt: skip
    assert kin[1].like == "-b" and kin[0].alike == "-b"


def test_a_figure_echoes_the_last_one_that_is_called_alike() -> None:
    text = "甲子项目拨来经费30万元，用掉20万元；乙子项目拨来经费9万元，用掉8万元。"
    found = mentions(text, 0, quantities(text))
    kin = siblings_of(found, [m.quantity.unit for m in found])
    assert [(k.echo, k.shared) for k in kin] == [(-1, ""), (-1, ""), (0, "b"), (1, "+")]


def test_parts_have_the_measure_of_their_whole() -> None:
    parts = Parts(names=("人员经费",), endings=("费",), verbs=("列支",))
    rng = random.Random(0)
    patterns = [parts_pattern("ex", "执行数", parts, rng, lambda r: r.choice("甲乙丙")) for _ in range(60)]
    assert all("<ex>" in p and p.count("{执行数}") >= 2 for p in patterns)
    assert any("分别" in p for p in patterns) and any("占比" in p for p in patterns)


def test_a_label_is_fitted_among_rows_whose_unit_admits_it() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn 未安装（jihe[train]）")
    rows = Rows.of([["a", "x"], ["b", "x"], ["c", "x"], ["c", "x"]] * 3)
    gold = ["金额", "人数", "率", "率"] * 3
    units = ["元", "元", "%", "%"] * 3
    model = fit(rows, gold, admits=lambda label, unit: (label == "率") == (unit == "%"), units=units, c=10.0)
    money, people, rate = (model.labels.index(label) for label in ("金额", "人数", "率"))
    scores = model.scores(["a", "x"])
    assert scores[money] > scores[people]
    c = model.names.index("c")
    assert not np.any(model.weights[c, [money, people]]) and model.bias[rate] == 1
