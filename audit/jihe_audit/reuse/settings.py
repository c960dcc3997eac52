"""The measures by which reuse is judged. Lengths are in masked symbols unless said otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts as frequent, as connected, and as long.

    Frequencies count owners (units), so that a unit's reports of several years count once.
    """

    region_share: float = 0.15
    """A clause held by this share of a region's owners is the region's template …"""
    fewest_holders: int = 5
    """… if at least so many hold it,"""
    fewest_crowd: int = 4
    """In sections that others may prescribe, so many holders (and ``set_share`` of all) are enough for template, so
    many alone when the region of a report is unknown and a region's template cannot be seen as such …"""
    crowd_share: float = 0.1
    """… or one holder less and this share of the region, for two reports of one region."""
    unknown_holders: int = 8
    """So many holders are enough when the region of their reports is unknown."""
    most_holders: int = 25
    """and a clause held by so many owners of one region, or of all, is no one's own in any case."""
    most_reports: int = 100
    """The same by reports, for sets in which the owners are not known or are all one."""
    set_share: float = 0.06
    """A clause met in two regions is no one's own from this share of all owners on (and twice ``fewest_holders``)."""
    common_regions: int = 3
    """A clause that is template in so many regions is outline (statute, prescribed heading)."""
    few_owners: int = 7
    """With fewer owners in a region, four fifths of them must hold a clause before it is the region's template."""
    thin_set: int = 20
    """With fewer owners in the whole set and its background, frequencies say nothing."""
    thin_region: int = 10
    """With fewer owners in a region, they say nothing about two reports of that region."""
    gap: int = 40
    """Links of two reports no further apart than this on both sides make one island."""
    reach: int = 3
    """A clause is linked to the first report that holds it and to so many before it."""
    full_reach: int = 200
    """Sets of at most so many reports: every pair is linked, and what was set aside is listed too."""
    match: float = 65.0
    """Two clauses match from this ratio (0 to 100) on."""
    misses: int = 2
    """Growth stops after so many clauses without a match."""
    join: int = 30
    """Grown passages of two reports no further apart than this become one."""
    alike: int = 38
    """Percentage of sketch bits in common from which two neighbouring clauses resemble each other: a link that
    stands alone counts only between neighbours that do, or when it is no shorter than ``shortest``."""
    alike_many: int = 50
    """The same in sets of more than ``full_reach`` reports, where a link that stands alone counts only between such
    neighbours, or when it is no shorter than ``substantive``."""
    shortest: int = 20
    """Shorter agreement is not reported."""
    substantive: int = 40
    """From this length on a rare passage is a substantive copy; below it is a shared phrase."""
    substantive_similarity: float = 0.6
    """Below this masked similarity a passage is no substantive copy, however long."""
    substantive_mandated: int = 120
    """The same in sections whose wording others give (职能, 附件)."""

    def holders(self, owners: int) -> int:
        """From how many holders a clause is the template of a region with so many owners."""
        if owners < 4:
            return self.most_holders
        if owners < self.few_owners:
            return math.ceil(0.8 * owners)
        return min(self.most_holders, max(self.fewest_holders, math.ceil(self.region_share * owners)))

    def spread(self, owners: int) -> int:
        """From how many holders in all a clause that several regions hold is common."""
        return min(self.most_holders, max(2 * self.fewest_holders, math.ceil(self.set_share * owners)))

    def crowd(self, owners: int, owners_of_region: int) -> int:
        """From how many holders a passage outside the sections that must be a unit's own is prescribed by someone.

        ``owners_of_region`` is 0 for two reports of different regions.
        """
        everywhere = max(self.fewest_crowd, math.ceil(self.set_share * owners))
        if not owners_of_region:
            return everywhere
        return min(everywhere, max(self.fewest_crowd - 1, math.ceil(self.crowd_share * owners_of_region)))

    def stock(self, owners: int) -> int:
        """From how many holders a clause says nothing about the clause beside it."""
        return max(self.fewest_holders, math.ceil(self.set_share * owners))

    def thinness(self, owners: int, owners_of_region: int) -> int:
        """2: the whole set is too small for frequencies; 1: only the region is; 0: neither."""
        if owners < self.thin_set:
            return 2
        return 1 if owners_of_region < self.thin_region else 0
