"""A linear one-vs-rest classifier over feature strings: trained with scikit-learn, used with numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jihe_models.matrix import Rows

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Linear:
    """Weights (features by labels), kept in half precision as they are stored."""

    labels: tuple[str, ...]
    names: tuple[str, ...]
    weights: npt.NDArray[np.float16]
    bias: npt.NDArray[np.float16]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)
    _wide: npt.NDArray[np.float32] = field(init=False, repr=False, compare=False)
    _start: npt.NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.weights.shape != (len(self.names), len(self.labels)) or self.bias.shape != (len(self.labels),):
            raise ValueError("the weights do not fit the labels and features")
        object.__setattr__(self, "_index", {name: i for i, name in enumerate(self.names)})
        object.__setattr__(self, "_wide", self.weights.astype(np.float32))
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
) -> Linear:
    """A classifier fitted to feature rows, the same for the same input, to the last bit.

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
    model = LinearSVC(C=c, random_state=seed, dual=True, tol=tol, max_iter=4000)
    model.fit(rows.csr(columns), target, sample_weight=None if weights is None else np.array(weights))
    coefficients, bias = np.asarray(model.coef_).T, np.asarray(model.intercept_)
    if len(labels) == 2:
        coefficients, bias = np.hstack([-coefficients, coefficients]), np.hstack([-bias, bias])
    keep = _heaviest(coefficients, cap)
    return Linear(
        labels,
        tuple(rows.names[columns[i]] for i in keep),
        np.ascontiguousarray(coefficients[keep]).astype(np.float16),
        bias.astype(np.float16),
    )


def _heaviest(coefficients: npt.NDArray[np.float64], cap: int) -> list[int]:
    """Rows of the largest weights, in their own order; rounded, so that the last bits decide nothing."""
    size = np.round(np.abs(coefficients).max(axis=1), 4)
    order = sorted(range(len(size)), key=lambda i: (-size[i], i))[:cap]
    return sorted(order)
