"""The folder ``.jihe`` inside an output folder: one whole record per report, so that work can resume."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

from jihe_audit.export.contract import whole
from jihe_audit.export.records import FindingRecord, ReportRecord, Summary, decode, encode

STATE = "set.json"


class _Key(msgspec.Struct):
    key: str = ""


class _State(msgspec.Struct):
    order: list[str]
    across: dict[str, list[FindingRecord]]
    previous: list[str] | None


@dataclass
class Store:
    """The records of one output folder."""

    out: Path
    order: list[str] = field(default_factory=list)
    """Reports of this run that were read, in input order."""
    across: Mapping[str, list[FindingRecord]] = field(default_factory=dict)
    """Findings of the set, by report."""
    previous: frozenset[str] | None = None
    """Fingerprints of the last run; None when there was none."""

    @property
    def folder(self) -> Path:
        """Where everything that is not a deliverable lives."""
        return self.out / ".jihe"

    def path(self, report: str) -> Path:
        """The file of one report's record."""
        return self.folder / "records" / f"{hashlib.sha256(report.encode()).hexdigest()[:24]}.json"

    def has(self, report: str, key: str) -> bool:
        """Whether a whole record of exactly this input and these settings is there."""
        try:
            return msgspec.json.decode(self.path(report).read_bytes(), type=_Key).key == key
        except (OSError, msgspec.DecodeError):
            return False

    def load(self, report: str) -> ReportRecord:
        """One record as it is to be shown: with the findings of the set and the status of each finding."""
        record = decode(self.path(report).read_bytes(), ReportRecord)
        findings = record.findings + tuple(self.across.get(report, ()))
        if self.previous is not None:
            findings = tuple(
                msgspec.structs.replace(f, status="unchanged" if f.fingerprint in self.previous else "new")
                for f in findings
            )
        return msgspec.structs.replace(record, findings=findings, summary=recount(record.summary, findings))

    def records(self) -> Iterator[ReportRecord]:
        """All records of this run in input order, one in memory at a time."""
        return (self.load(report) for report in self.order)

    def save(self) -> None:
        """Keep what a worker needs to write out single reports."""
        state = _State(self.order, dict(self.across), None if self.previous is None else sorted(self.previous))
        with whole(self.folder / STATE) as sink:
            sink.write(encode(state))

    def forget_others(self) -> None:
        """Remove records of reports that are no longer among the inputs."""
        keep = {self.path(report).stem for report in self.order}
        for path in (self.folder / "records").glob("*.*"):
            if path.stem not in keep:
                path.unlink(missing_ok=True)


def recount(summary: Summary, findings: tuple[FindingRecord, ...]) -> Summary:
    """The summary with the counts of these findings."""
    open_ = [f for f in findings if not f.accepted]
    return msgspec.structs.replace(
        summary,
        errors=sum(f.severity == "error" for f in open_),
        warnings=sum(f.severity == "warning" for f in open_),
        infos=sum(f.severity == "info" for f in open_),
        accepted=len(findings) - len(open_),
    )


@lru_cache(maxsize=1)
def reopen(out: str) -> Store:
    """The store that another process saved."""
    store = Store(Path(out))
    state = decode((store.folder / STATE).read_bytes(), _State)
    previous = None if state.previous is None else frozenset(state.previous)
    return Store(Path(out), state.order, state.across, previous)


class _Print(msgspec.Struct):
    fingerprint: str


def fingerprints(path: Path) -> frozenset[str] | None:
    """Fingerprints of an earlier ``findings.jsonl``; None when there is none that can be read."""
    decoder = msgspec.json.Decoder(_Print)
    try:
        with path.open("rb") as source:
            return frozenset(decoder.decode(line).fingerprint for line in source if line.strip())
    except (OSError, msgspec.DecodeError):
        return None
