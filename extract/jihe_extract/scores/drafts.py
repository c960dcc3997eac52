"""A row of an indicator statement while it is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from jihe_extract.scores.cueplaces import Filled


@dataclass(slots=True)
class Draft:
    """A row being put together; offsets are folded ones."""

    zone: int
    anchored: bool
    after: int = 0
    """Where the row before it ends."""
    filled: dict[str, Filled] = field(default_factory=dict)
    texts: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: dict[str, tuple[int, int]] = field(default_factory=dict)
    first_cue: int = -1
    end: int = 0

    def note(self, start: int, end: int) -> None:
        """Remember how far the row reaches."""
        self.first_cue = start if self.first_cue < 0 else self.first_cue
        self.end = max(self.end, end)

    def settle_given(self) -> None:
        """赋分 is the weight when a score is stated beside it, else the score."""
        given = self.filled.pop("given", None)
        if given is None:
            return
        role = "weight" if "score" in self.filled and "weight" not in self.filled else "score"
        self.filled.setdefault(role, given)

    def bounds_only(self) -> bool:
        """Whether what looks like a result is another bound, in another unit: ``不少于300次；满意度达到90%以上``."""
        target, actual = self.filled.get("target"), self.filled.get("actual")
        if target is None or actual is None:
            return False
        bound = actual.item.quantity.relation in ("ge", "le", "gt", "lt")
        return bound and actual.item.quantity.unit != target.item.quantity.unit
