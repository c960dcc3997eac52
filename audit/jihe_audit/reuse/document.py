"""What reuse looks at: a report's text with what is known about it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jihe_audit.reuse.masking import seal
from jihe_audit.reuse.naming import guess_unit, unit_names
from jihe_audit.reuse.sections import Section, find_sections, sections_of

if TYPE_CHECKING:
    from jihe_extract.document import Document
    from jihe_extract.facts import Extraction, Profile


@dataclass(frozen=True, slots=True)
class ReuseDocument:
    """One report of a set.

    ``id`` names it in every result. ``text`` is its canonical text: all offsets are code points into it.
    ``sections`` are the stretches whose kind is known; a later one overrides an earlier one it overlaps.
    ``names`` are the report's own unit and place names, which are masked. ``region`` is the district whose
    template it may follow, ``unit`` who reports, ``year`` four digits; each ``""`` when unknown.
    ``wrapped=False`` says that every line of the text is a whole block; None leaves that to be found out.
    """

    id: str
    text: str
    sections: tuple[Section, ...] = ()
    names: tuple[str, ...] = ()
    region: str = ""
    year: str = ""
    unit: str = ""
    wrapped: bool | None = None

    @property
    def owner(self) -> str:
        """Who counts as the author when frequencies are counted: the unit, else the report itself."""
        return self.unit or f"\x00{self.id}"

    @property
    def seal(self) -> str:
        """Equal for texts that are the same but for white space, widths and punctuation; see ``masking.seal``."""
        return seal(self.text)

    @property
    def opening(self) -> str:
        """The beginning of the text, to its first 60 characters that are not blank."""
        start = len(self.text) - len(self.text.lstrip())
        return self.text[: start + 60].rstrip()

    @classmethod
    def from_text(
        cls,
        id: str,
        text: str,
        *,
        unit: str = "",
        region: str = "",
        year: str = "",
        names: tuple[str, ...] = (),
    ) -> ReuseDocument:
        """A report from bare text: sections by their headings, names from the unit's name or the text."""
        unit = unit or guess_unit(text)
        return cls(
            id=id,
            text=text,
            sections=find_sections(text),
            names=tuple(sorted({*names, *unit_names(unit)})),
            region=region,
            year=year,
            unit=unit,
        )

    @classmethod
    def from_document(cls, document: Document, profile: Profile | None = None) -> ReuseDocument:
        """A report as read: its blocks give the sections, its profile the names."""
        guessed = guess_unit(document.text)
        unit = (profile.unit if profile else "") or guessed
        aliases = profile.aliases if profile else ()
        names = {name for known in (unit, guessed, *aliases) for name in unit_names(known)}
        return cls(
            id=document.name,
            text=document.text,
            sections=sections_of(document),
            names=tuple(sorted(names)),
            region=profile.region if profile else "",
            year=profile.year if profile else "",
            unit=unit,
            wrapped=False if document.blocks else None,
        )

    @classmethod
    def from_extraction(cls, extraction: Extraction) -> ReuseDocument:
        """A report as extracted."""
        return cls.from_document(extraction.document, extraction.profile)
