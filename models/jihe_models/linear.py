"""A linear one-vs-rest classifier over feature strings: trained with scikit-learn, used with numpy alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jihe_models.matrix import Rows

Scores = npt.NDArray[np.float32]
_STEPS = 127


@dataclass(frozen=True)
class Linear:
    """Weights (features by labels), kept as they are stored: in one byte each, times the ``scale`` of a label.

    Without ``scale`` the weights are what they are, in half precision.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]
    weights: npt.NDArray[np.int8] | npt.NDArray[np.float16]
    bias: npt.NDArray[np.float16]
    scale: npt.NDArray[np.float32] | None = None
    _index: dict[str, int] = field(init=False, repr=False, compare=False)
    _wide: npt.NDArray[np.float32] = field(init=False, repr=False, compare=False)
    _start: npt.NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.weights.shape != (len(self.names), len(self.labels)) or self.bias.shape != (len(self.labels),):
            raise ValueError("the weights do not fit the labels and features")
        if self.scale is not None and self.scale.shape != self.bias.shape:
            raise ValueError("the scale does not fit the labels")
        wide = self.weights.astype(np.float32)
        object.__setattr__(self, "_index", {name: i for i, name in enumerate(self.names)})
        object.__setattr__(self, "_wide", wide if self.scale is None else wide * self.scale)
        object.__setattr__(self, "_start", self.bias.astype(np.float32))

    def scores(self, features: Iterable[str]) -> Scores:
        """One score a label: the sum of the weights of the distinct known features, and the bias."""
        index = self._index
        found = {i for f in features if (i := index.get(f)) is not None}
        if not found:
            return self._start
        total: Scores = self._wide[sorted(found)].sum(axis=0) + self._start
        return total


def fit(
    rows: Rows,
    gold: Sequence[str],
    *,
    weights: Sequence[float] | None = None,
    least: int = 2,
    cap: int = 20_000,
    c: float = 0.3,
    tol: float = 0.01,
    seed: int = 0,
    protect: Iterable[str] = (),
    admits: Callable[[str, str], bool] | None = None,
    units: Sequence[str] = (),
) -> Linear:
    """A classifier fitted to feature rows, the same for the same input, to the last bit.

    With ``admits`` (may a label have a unit?) and the ``units`` of the rows each label is fitted against the rivals
    it can meet alone: rows whose unit rules it out teach nothing about it.

    Features that occur in fewer than ``least`` rows are left out, but for those of ``protect``; of the rest the
    ``cap`` heaviest stay.

    Raises:
        ModuleNotFoundError: scikit-learn is not installed (extra ``jihe[train]``).
    """
    from sklearn.svm import LinearSVC

    labels = tuple(sorted(set(gold)))
    kept = set(protect)
    often = rows.counts >= least
    columns = np.array([i for i, name in enumerate(rows.names) if often[i] or name in kept], dtype=np.int64)
    target = np.array([labels.index(g) for g in gold])
    matrix = rows.csr(columns)
    heavy = np.ones(len(rows)) if weights is None else np.array(weights)
    known, which = np.unique(np.array(units, dtype=object), return_inverse=True)
    everywhere = np.ones(len(rows), dtype=bool)
    coefficients, bias = np.zeros((len(columns), len(labels))), np.zeros(len(labels))
    for k, label in enumerate(labels):
        among = everywhere if admits is None else np.array([admits(label, u) for u in known])[which]
        yes = (target == k)[among]
        if yes.all():
            bias[k] = 1.0
            continue
        model = LinearSVC(C=c, random_state=seed, dual=True, tol=tol, max_iter=4000)
        model.fit(matrix if among.all() else matrix[among], yes, sample_weight=heavy[among])
        coefficients[:, k], bias[k] = model.coef_[0], model.intercept_[0]
    keep = _heaviest(coefficients, cap)
    small, scale = _in_bytes(coefficients[keep])
    return Linear(labels, tuple(rows.names[columns[i]] for i in keep), small, bias.astype(np.float16), scale)


def _in_bytes(weights: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """The weights in steps of a 127th of each label's heaviest, and these steps."""
    scale = (np.abs(weights).max(axis=0, initial=1e-6) / _STEPS).astype(np.float32)
    return np.clip(np.round(weights / scale), -_STEPS, _STEPS).astype(np.int8), scale


def _heaviest(coefficients: npt.NDArray[np.float64], cap: int) -> list[int]:
    """Rows of the largest weights, in their own order; rounded, so that the last bits decide nothing."""
    size = np.round(np.abs(coefficients).max(axis=1), 4)
    order = sorted(range(len(size)), key=lambda i: (-size[i], i))[:cap]
    return sorted(order)
