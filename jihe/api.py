"""The public functions: ``read``, ``extract``, ``audit``, ``screen`` and ``quantities``.

Offsets are code points into :attr:`Document.text`, half-open; amounts are yuan and rates fractions, exact
Decimals throughout.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from jihe.batch import Screening, screen
from jihe.settings import Settings
from jihe_audit.finding import Finding
from jihe_extract.document import Document
from jihe_extract.facts import Extraction
from jihe_extract.numbers.quantity import Quantity

__all__ = ["Document", "Extraction", "Finding", "Quantity", "Screening", "audit", "extract", "quantities"]
__all__ += ["read", "screen"]


def read(path: str | os.PathLike[str]) -> Document:
    """The report in a file, as canonical text with blocks, tables and places.

    Raises:
        jihe_extract.errors.ReadError: when the file cannot be read; the message is one line of Chinese.
    """
    from jihe.pipeline import read_document

    path = Path(path)
    return read_document(path, path.name)


def extract(report: Document | str, *, model: str = "") -> Extraction:
    """Everything that a report asserts; a string is taken as the report's text.

    ``model`` is ``""`` for the shipped model, ``"none"`` for rules alone, or the path of a model.
    """
    from jihe.models import binder_of
    from jihe_extract.extraction import extract as extract_document
    from jihe_extract.reading import read_text

    document = read_text(report) if isinstance(report, str) else report
    return extract_document(document, binder=binder_of(model))


def audit(
    reports: Extraction | Sequence[Extraction], *, pack: str | None = None, settings: Settings | None = None
) -> list[Finding]:
    """What does not hold in one report, or in each report of a set and between them.

    ``pack`` names the region's rules; by default they are chosen by the report's region.

    Raises:
        jihe_audit.packs.UnknownPackError: when there is no such pack.
    """
    from jihe.pipeline import judge_set

    wanted = settings or Settings()
    if pack:
        import msgspec

        wanted = msgspec.structs.replace(wanted, pack=pack)
    return judge_set([reports] if isinstance(reports, Extraction) else list(reports), wanted)


def quantities(text: str) -> list[Quantity]:
    """Every quantity of a text in order: ``start``, ``end``, ``text``, ``value``, ``unit``, ``relation``."""
    from jihe_extract.numbers.spotting import quantities as spot

    return spot(text)
