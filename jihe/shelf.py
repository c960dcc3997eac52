"""Extractions kept between judging the single reports and judging the set, without pickle."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from jihe_extract.document import Block, Box, Document, Span, Table
from jihe_extract.facts import Claim, Extraction, Fact, Leftover, Profile, ScoreRow


@dataclass(frozen=True)
class BlockPages:
    """A source map that knows the page of each block, and nothing finer."""

    blocks: tuple[Block, ...]

    def page(self, offset: int) -> int | None:
        """Page of the block that holds the offset."""
        at = bisect_right([b.span.start for b in self.blocks], offset) - 1
        return self.blocks[at].page if at >= 0 else None

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """Not kept."""
        return ()

    def source(self, offset: int) -> int | None:
        """Not kept."""
        return None

    def line(self, offset: int) -> int | None:
        """Not kept."""
        return None

    def trust(self, span: Span) -> Decimal | None:
        """Not kept."""
        return None


class _Kept(msgspec.Struct):
    name: str
    format: str
    digest: str
    text: str
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    pages: int | None
    facts: tuple[Fact, ...]
    claims: tuple[Claim, ...]
    rows: tuple[ScoreRow, ...]
    leftovers: tuple[Leftover, ...]
    profile: Profile
    supposed: tuple[Claim, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Kept)


def put_away(extraction: Extraction) -> bytes:
    """The extraction as bytes."""
    d = extraction.document
    return _encoder.encode(
        _Kept(
            d.name, d.format, d.digest, d.text, d.blocks, d.tables, d.pages,
            extraction.facts, extraction.claims, extraction.rows, extraction.leftovers, extraction.profile,
            extraction.supposed,
        )
    )  # fmt: skip


def take_out(data: bytes) -> Extraction:
    """The extraction that :func:`put_away` kept.

    Raises:
        msgspec.DecodeError: when the bytes are not such a thing.
    """
    k = _decoder.decode(data)
    document = Document(
        name=k.name,
        format=k.format,
        digest=k.digest,
        text=k.text,
        blocks=k.blocks,
        tables=k.tables,
        source_map=BlockPages(k.blocks),
        pages=k.pages,
    )
    return Extraction(document, k.facts, k.claims, k.rows, k.leftovers, k.profile, k.supposed)
