"""A growing corpus on disk: new reports are compared with all earlier ones without redoing the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np

from jihe_audit.reuse.definition import OCCURRENCES
from jihe_audit.reuse.document import ReuseDocument
from jihe_audit.reuse.embedded import occurrences, run_embedded
from jihe_audit.reuse.fingerprints import clauses
from jihe_audit.reuse.join import Join, open_join
from jihe_audit.reuse.plan import Plan, make_plan
from jihe_audit.reuse.report import ReuseReport
from jihe_audit.reuse.search import judge, numbered
from jihe_audit.reuse.settings import Settings
from jihe_audit.reuse.shelf import Shelf

_BATCH = 1000
_SCOPE = f"""
INSERT INTO occ SELECT places.doc, {", ".join(f"o.{name}" for name in OCCURRENCES if name != "doc")}
FROM store.occ AS o JOIN places ON o.doc = places.place
WHERE o.h IN (SELECT h FROM store.occ WHERE doc >= {{first}})
"""


class ReuseStore:
    """Reports with their fingerprints in a folder, for one process at a time.

    The passages of a report are those it shares with reports that were there when it came. Frequencies
    are counted over everything stored, at the time of adding.
    """

    def __init__(self, folder: Path, *, settings: Settings | None = None, memory: str = "1GB") -> None:
        self.folder = folder
        self.settings = settings or Settings()
        self.memory = memory
        self.shelf = Shelf(folder / "shelf")

    def __len__(self) -> int:
        return len(self.shelf.entries)

    def add(self, documents: Iterable[ReuseDocument], *, jobs: int = 1) -> ReuseReport:
        """Store reports and return what they share with one another and with all that were stored before."""
        first = len(self.shelf.entries)
        used = [entry.id for entry in self.shelf.entries]
        for document, _ in numbered(((d, 0) for d in documents), used):
            self.shelf.add(document, clauses(document))
        self.shelf.flush()
        self._keep_fingerprints(first)
        plan = make_plan(self.shelf.entries, self.settings, fresh=range(first, len(self.shelf.entries)))
        with tempfile.TemporaryDirectory(prefix="join-", dir=self.folder) as scratch:
            fill = partial(self._scope, plan, first)
            outcome = run_embedded(self.shelf, plan, Path(scratch), memory=self.memory, jobs=jobs, fill=fill)
            return judge(self.shelf.entries, plan, outcome)

    def _keep_fingerprints(self, first: int) -> None:
        """Bring the database up to the shelf; rows of an add that was cut short are replaced."""
        with closing(self._database()) as join:
            occurrences(join)
            known = next(join.rows("SELECT coalesce(max(doc) + 1, 0) FROM occ"))[0]
            first = min(first, int(known))
            join.run("BEGIN")
            join.run("DELETE FROM occ WHERE doc >= ?", [first])
            for low in range(first, len(self.shelf.entries), _BATCH):
                rows = self.shelf.rows(range(low, min(low + _BATCH, len(self.shelf.entries))))
                if rows:
                    join.insert("occ", rows)
            join.run("COMMIT")

    def _database(self) -> Join:
        return open_join(self.folder / "fingerprints", self.memory, lasting=True)

    def _scope(self, plan: Plan, first: int, join: Join) -> None:
        """Only the clauses that the new reports hold take part."""
        join.attach(self.folder / f"fingerprints{join.suffix}", "store")
        join.run("CREATE TABLE places(doc INTEGER, place INTEGER)")
        join.insert(
            "places",
            {
                "doc": np.array([r.doc for r in plan.order], dtype=np.int32),
                "place": np.array([r.place for r in plan.order], dtype=np.int32),
            },
        )
        join.run(_SCOPE.format(first=int(first)))
        join.run("DETACH store")
