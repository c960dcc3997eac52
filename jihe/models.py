"""Which learned model reads with the rules: the shipped one, the user's own, or none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jihe.errors import UsageError

if TYPE_CHECKING:
    from jihe_extract.extraction import Bind
    from jihe_models.model import Model

NONE = "none"
"""The choice of rules alone; ``""`` is the shipped model, anything else the path of a model or a registry."""


@lru_cache(maxsize=4)
def model_of(choice: str = "") -> Model | None:
    """The model of a choice; None for rules alone, or when nothing was shipped.

    Raises:
        UsageError: there is no such model, or it cannot be trusted.
    """
    if choice == NONE:
        return None
    from jihe_models.model import Model, ModelError, default
    from jihe_models.registry import Registry

    try:
        if not choice:
            return default()
        path = Path(choice)
        if (path / "manifest.json").is_file():
            return Model(path)
        if not path.is_dir():
            raise UsageError(f"没有模型文件夹 {choice}")
        return Registry(path).model()
    except ModelError as error:
        raise UsageError(str(error)) from error


def binder_of(choice: str = "", vocabulary: Sequence[str] = ()) -> Bind:
    """What binds figures under a choice: rules with a model in agreement, or rules alone.

    ``vocabulary`` are folders that add to the shipped vocabulary.
    """
    from jihe_extract.prose.words import load_words

    words = load_words(tuple(Path(v) for v in vocabulary)) if vocabulary else load_words()
    model = model_of(choice)
    if model is None:
        from jihe_extract.prose.binding import RuleBinder

        return partial(RuleBinder, words=words)
    from jihe_models.binder import binder_for

    return binder_for(model, words)


def stamp(choice: str) -> str:
    """A digest that changes when the model does, for resuming."""
    model = model_of(choice)
    if model is None:
        return NONE
    return hashlib.sha256(repr(sorted(model.manifest.files.items())).encode()).hexdigest()[:16]
