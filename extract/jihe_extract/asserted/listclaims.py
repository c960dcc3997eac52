"""Lists that add up: which whole the parts told in running text belong to."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from jihe_extract.document import Span
from jihe_extract.facts import UNBOUND, Claim, Fact
from jihe_extract.prose.listheads import PARTS_OF, PartsList, beside_whole, match_heads, named_owner, owner_of
from jihe_extract.prose.listopeners import SIDE, ListOpeners
from jihe_extract.prose.listwords import is_total, total_behind
from jihe_extract.prose.mentions import Mention
from jihe_extract.prose.paragraphstate import BUSINESS, COUNT
from jihe_extract.prose.words import load_words

NEVER_HEADS = frozenset({UNBOUND, BUSINESS, COUNT, "增减额", "占比", "变动率", "标准"})
"""Measures of figures that no list divides."""
LOOSE = Decimal("0.7")
"""Trust in a list whose parts or whole are not surely meant."""


class ListReader(ListOpeners):
    """Reads the lists of one block from left to right."""

    def step(self, i: int, mention: Mention, fact: Fact) -> None:
        """Take the next figure: a head, a part, or the end of a list."""
        between = mention.opening
        opener, bracket, number = self.opening(i, mention, fact, between)
        if self.open and not opener and self._over(mention, fact, self.open, between):
            self._close()
            resumed, self.outer = self.outer, None
            if resumed is not None and not self._over(mention, fact, resumed, between):
                self.open = resumed
        if opener:
            inner = self.open is not None and bracket is not None and bracket != self.open.bracket
            part = self.part_with_parts(i, mention, fact)
            outer = self.open if inner or part else None
            heads = (
                part or self._adjacent(i, mention) or [h for h, s in self.heads if s >= mention.sentence - 2 or s < 0]
            )
            nested = list(self.open.parts) if self.open else self.last_parts
            if outer is None:
                self._close()
            self.outer = outer
            if heads:
                where, owner = heads[0].quote.start, owner_of(between, opener[0])
                owner = owner or named_owner(between, opener[0], [*heads, *nested])
                self.open = PartsList(
                    heads,
                    nested,
                    opener[0],
                    opener[1],
                    mention.sentence,
                    where,
                    bracket,
                    owner,
                    SIDE.search(between) is not None,
                    number,
                )
        self.group = mention.group
        if self.open and mention.sentence == self.open.sentence:
            self.open.groups[fact.quantity.span] = mention.group
        if self.open:
            if mention.bracket is None or mention.bracket == self.open.bracket or fact.subject:
                self.open.parts.append(fact)
        elif mention.bracket is None and fact.measure not in NEVER_HEADS:
            self.heads = [(h, s) for h, s in self.heads if h.key != fact.key][-12:]
            self.heads.append((fact, mention.sentence))

    def _over(self, mention: Mention, fact: Fact, listed: PartsList, between: str) -> bool:
        """Whether the list has ended before this figure."""
        if mention.sentence != listed.sentence or load_words().list_finder("beside_list").find(between):
            return True
        if listed.bracket is not None and mention.bracket != listed.bracket:
            return True
        last = listed.heads[-1]
        if last.measure == "收支总计" and fact.measure in PARTS_OF[last.measure]:
            return False
        if mention.group != self.group and (not (fact.scope or fact.subject) or beside_whole(fact, listed)):
            return True
        whole = (fact.subject, fact.scope) in {(h.subject, h.scope) for h in listed.heads}
        return whole and bool(listed.parts) and fact.measure not in NEVER_HEADS

    def _close(self) -> None:
        """Turn the list that ends here into claims, one for each head that its parts can add up to."""
        listed, self.open = self.open, None
        if listed is None:
            return
        self.last_parts = listed.parts
        matched = list(match_heads(listed))
        taken = {p.quantity.span for _, parts in matched for p in parts}
        for head, parts in matched:
            if listed.opener.startswith("按") and len(parts) < 2:
                continue  # 按级次分：…… divides what a sentence before it told, which one part alone does not show
            if _within_each_other(parts) or _one_of_several(head, parts, listed.parts):
                continue
            span = Span(min(head.quote.start, listed.start), parts[-1].quantity.span.end)
            trust = min([head.trust, *(p.trust for p in parts)])
            if any(p.measure != head.measure for p in parts) and head.measure != "收支总计":
                trust = min(trust, LOOSE)
            self.claims.append(
                Claim(
                    "sum",
                    span,
                    stated=head,
                    operands=tuple(parts),
                    open=not (listed.closed and listed.complete(head, parts, taken)),
                    word=listed.opener,
                    subject=head.subject,
                    scope=head.scope,
                    trust=trust,
                )
            )

    def finish(self) -> None:
        """Close what is open, read wholes behind their parts, and join lists that were broken off.

        A list of named entries that the paragraph breaks off in mid-sentence may go on elsewhere.
        """
        last = self.document.quote(self.block.span).rstrip(" \n\u3000”’）)")[-1:]
        if self.open and any(p.subject for p in self.open.parts) and last not in tuple("。；;！？…"):
            self.open.closed = False
        self._close()
        self.open = self.outer
        self._close()
        self._wholes()
        self._entries_together()
        self._rejoin()

    def _rejoin(self) -> None:
        """A list that a list within it broke off goes on behind: both parts of one whole, along one axis."""
        scopes = load_words().scopes
        first: dict[tuple[Span, str], int] = {}
        out: list[Claim] = []
        for claim in self.claims:
            axes = {scopes[o.scope].axis if o.scope in scopes else "" for o in claim.operands}
            if claim.kind != "sum" or claim.stated is None or len(axes) != 1 or "" in axes:
                out.append(claim)
                continue
            key = claim.stated.quantity.span, axes.pop()
            known = first.get(key)
            if known is None:
                first[key] = len(out)
                out.append(claim)
                continue
            before = out[known]
            spans = {o.quantity.span for o in before.operands}
            more = tuple(o for o in claim.operands if o.quantity.span not in spans)
            out[known] = replace(
                before,
                span=before.span.cover(claim.span),
                operands=(*before.operands, *more),
                open=before.open or claim.open,
                trust=min(before.trust, claim.trust),
            )
        self.claims = out

    def _wholes(self) -> None:
        """Lists whose whole stands behind its parts."""
        found = [m for m, _ in self.found]
        text = self.document.quote(self.block.span)
        groups: dict[int, list[Fact]] = {}
        for part, whole in total_behind(text, self.block.span.start, found).items():
            groups.setdefault(whole, []).append(self.found[part][1])
        for whole, listed in groups.items():
            stated = self.found[whole][1]
            parts = sorted((p for p in listed if p.measure == stated.measure), key=lambda p: p.quantity.span.start)
            if len(parts) < max(2, len(listed)) or stated.measure in NEVER_HEADS:
                continue
            self.claims.append(
                Claim(
                    "sum",
                    Span(parts[0].quote.start, stated.quantity.span.end),
                    stated=stated,
                    operands=tuple(parts),
                    word="合计",
                    subject=stated.subject,
                    scope=stated.scope,
                    trust=min([stated.trust, *(p.trust for p in parts)]),
                )
            )

    def _entries_together(self) -> None:
        """``甲预算60万元，……；乙预算30万元，……。两个项目预算合计90万元``: as many entries as are counted add up."""
        stated = {c.stated.quantity.span for c in self.claims if c.stated is not None and c.kind == "sum"}
        for i, (mention, fact) in enumerate(self.found):
            named = fact.subject or fact.measure in NEVER_HEADS or fact.quantity.unit != "CNY"
            if named or fact.quantity.span in stated or not is_total(self.document.quote(mention.label)):
                continue
            told = [(m, f) for m, f in self.found[:i] if f.quantity.exact]
            counts = [f for m, f in told if m.sentence == mention.sentence and (f.measure, f.scope) == (COUNT, "项目")]
            parts = [f for m, f in told if m.sentence < mention.sentence and f.measure == fact.measure and f.subject]
            alone = len({p.subject for p in parts}) == len(parts) > 1 and not any(p.period for p in parts)
            if len(counts) == 1 and counts[0].quantity.value == len(parts) and alone:
                trust = min([LOOSE, fact.trust, *(p.trust for p in parts)])
                span = Span(parts[0].quote.start, fact.quantity.span.end)
                self.claims.append(
                    Claim("sum", span, stated=fact, operands=tuple(parts), word="合计", scope=fact.scope, trust=trust)
                )

    def carry(self) -> list[Fact]:
        """Heads that a list in the next block may belong to."""
        return [h for h, _ in self.heads]


def _one_of_several(head: Fact, parts: list[Fact], listed: list[Fact]) -> bool:
    """Whether but one of the parts of an amount that nothing names is like it: the others were taken for something."""
    return head.measure in (UNBOUND, BUSINESS) and len(parts) < 2 <= len(listed)


def _within_each_other(parts: list[Fact]) -> bool:
    """Whether one part holds another (基本支出 beside 人员经费): no list of one whole."""
    scopes = load_words().scopes
    told = {p.scope for p in parts if not p.subject}
    return any(scopes[s].within in told for s in told if s in scopes and scopes[s].within)
