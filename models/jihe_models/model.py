"""A loaded model: its parts, each read when first asked for, and who it says it is."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

from jihe_models import features, kinds, names
from jihe_models.kinds import KindModel
from jihe_models.names import NameTagger
from jihe_models.roles import RoleModel
from jihe_models.store import Manifest, ModelError, read_linear, read_manifest

DEFAULT = Path(__file__).parent / "default"
FEATURES = {"roles": features.VERSION, "names": names.VERSION, "kinds": kinds.VERSION}


class Model:
    """The parts of one model folder."""

    def __init__(self, folder: Path) -> None:
        """Read and check the manifest; raises :class:`ModelError` when the folder cannot be trusted."""
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder, FEATURES)

    @property
    def by(self) -> str:
        """How facts name this model: ``model@version``."""
        return f"model@{self.manifest.version}"

    @cached_property
    def roles(self) -> RoleModel:
        """Which measure a figure has."""
        return RoleModel(read_linear(self.folder, "roles", self.manifest))

    @cached_property
    def names(self) -> NameTagger:
        """Names of indicators and projects."""
        return NameTagger(read_linear(self.folder, "names", self.manifest))

    @cached_property
    def kinds(self) -> KindModel:
        """Types of paragraphs."""
        return KindModel(read_linear(self.folder, "kinds", self.manifest))

    def trust(self, margin: float) -> Decimal:
        """How often a guess of this margin was right on wording held out from training."""
        table = self.manifest.thresholds
        steps = sorted((float(k[1:]), v) for k, v in table.items() if k.startswith("@"))
        at = bisect_right([s for s, _ in steps], margin) - 1
        return Decimal(str(steps[at][1])) if at >= 0 else Decimal(0)


@lru_cache(maxsize=4)
def load(folder: Path = DEFAULT) -> Model:
    """The model of a folder, kept for the next caller.

    Raises:
        ModelError: see :mod:`jihe_models.store`.
    """
    return Model(folder)


def default() -> Model | None:
    """The shipped model, None when the program came without one."""
    return load(DEFAULT) if (DEFAULT / "manifest.json").is_file() else None


__all__ = ["DEFAULT", "Model", "ModelError", "default", "load"]
