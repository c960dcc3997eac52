"""The definition of reuse as SQL: classes by frequency, links, islands.

The statements are plain SQL that DuckDB and Spark SQL run unchanged; an engine runs them in order and
keeps each result under its name. A clause alone may be frequent by chance, as there are only so many ways to
say a short thing; it is template when it is frequent together with a neighbour. They read

- ``docs(doc, region, owner, side, fresh, thin)``: reports numbered in order of year and id; ``side`` is 1 for
  the reports compared against, ``fresh`` 1 for those whose passages are wanted;
- ``occ`` (see ``OCCURRENCES``): clause ``n`` of a report with its bounds ``s``, ``e`` in masked symbols, its width
  ``w`` in code points, its fingerprint ``h``, the kind of its section, the sketches ``p`` and ``q`` of the
  clauses before and after it and their fingerprints ``ph`` and ``qh``; ``g`` is the fingerprint of the pair it makes
  with the next clause ``m``, which ends at ``t`` and is followed by one of sketch ``u`` and fingerprint ``uh``, and
  ``f`` that of the pair it ends; 0 where there is none; ``c`` is 1 for the first clause of its fingerprint in the
  report and ``d`` 1 for the first pair of its, so that what a report says twice counts once;
- ``bg(h, region, owners)``: how many owners of a background corpus hold a clause or pair;
- ``regions(region, need)``: from how many holders a clause is a region's template;
- ``steps(k)``: 1, 2, … up to the reach of links.
"""

from __future__ import annotations

from jihe_audit.reuse.settings import Settings

Statement = tuple[str, str]

OCCURRENCES = {
    **dict.fromkeys(("doc", "n", "s", "e", "w"), "INT"),
    "h": "BIGINT",
    "k": "SMALLINT",
    **dict.fromkeys(("p", "q", "ph", "qh", "g", "f"), "BIGINT"),
    **dict.fromkeys(("m", "t"), "INT"),
    **dict.fromkeys(("u", "uh"), "BIGINT"),
    **dict.fromkeys(("c", "d"), "SMALLINT"),
}
"""Columns of ``occ`` with their types, in order."""
OCCURRENCE_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in OCCURRENCES.items())

_HELD = """
SELECT h FROM (SELECT h, doc FROM occ UNION ALL SELECT h, -1 AS doc FROM bg) AS every_holder
GROUP BY h HAVING min(doc) < max(doc)
"""

_FIRSTS = """
SELECT o.h, o.doc, o.n, o.n AS m, o.s, o.e, o.p, o.q, o.ph, o.qh
FROM occ AS o JOIN held ON o.h = held.h WHERE o.c = 1
"""

# Two neighbouring clauses of which the first is frequent: template when the pair is frequent too, else two
# stock phrases that met by chance, or were copied together.
_PAIRS = """
SELECT o.g AS h, o.doc, o.n, o.m, o.s, o.t AS e, o.p, o.u AS q, o.ph, o.uh AS qh
FROM occ AS o JOIN often ON o.h = often.h WHERE o.d = 1
"""

_HELD_PAIRS = """
SELECT h FROM (SELECT h, doc FROM pairs UNION ALL SELECT h, -1 AS doc FROM bg) AS every_holder
GROUP BY h HAVING min(doc) < max(doc)
"""

_FIRST_PAIRS = """
SELECT o.h, o.doc, o.n, o.m, o.s, o.e, o.p, o.q, o.ph, o.qh
FROM pairs AS o JOIN held_pairs ON o.h = held_pairs.h
"""

_FREQUENT = """
SELECT h, CASE WHEN template_regions >= {common_regions} THEN 2
               WHEN template_regions = 0 AND (regions >= {common_regions} OR settled > 1) THEN 2
               ELSE 1 END AS grade, owners
FROM (
  SELECT f.h, sum(CASE WHEN f.owners >= r.need THEN 1 ELSE 0 END) AS template_regions,
         sum(CASE WHEN f.owners >= {fewest_holders} THEN 1 ELSE 0 END) AS settled,
         count(*) AS regions, sum(f.owners) AS owners, sum(f.reports) AS reports
  FROM (
    SELECT h, region, sum(owners) AS owners, sum(reports) AS reports FROM (
      SELECT o.h, d.region, count(DISTINCT d.owner) AS owners, count(*) AS reports
      FROM {firsts} AS o JOIN docs AS d ON o.doc = d.doc GROUP BY o.h, d.region
      UNION ALL
      SELECT h, region, owners, owners AS reports FROM bg
    ) AS counted GROUP BY h, region
  ) AS f JOIN regions AS r ON f.region = r.region GROUP BY f.h
) AS summed
WHERE template_regions > 0 OR owners >= {most_holders} OR reports >= {most_reports}
   OR (regions > 1 AND owners >= {spread})
"""

# A neighbour that a good part of all owners have is no evidence: its sketch is dropped.
_RANKED = """
SELECT f.h, f.doc, f.n, f.m, f.s, f.e, d.side, d.fresh,
       CASE WHEN left_one.h IS NULL THEN f.p ELSE 0 END AS p, CASE WHEN right_one.h IS NULL THEN f.q ELSE 0 END AS q,
       row_number() OVER (PARTITION BY f.h ORDER BY f.doc) AS r,
       count(*) OVER (PARTITION BY f.h) AS holders
FROM (
  SELECT x.* FROM firsts AS x LEFT JOIN often ON x.h = often.h WHERE often.h IS NULL
  UNION ALL
  SELECT x.* FROM first_pairs AS x LEFT JOIN frequent ON x.h = frequent.h WHERE frequent.h IS NULL
) AS f JOIN docs AS d ON f.doc = d.doc
     LEFT JOIN often AS left_one ON f.ph = left_one.h AND left_one.owners >= {stock}
     LEFT JOIN often AS right_one ON f.qh = right_one.h AND right_one.owners >= {stock}
"""

_ASIDE = """
SELECT f.h, f.doc, f.n, f.m, f.s, f.e, f.p, f.q, d.side, d.fresh,
       row_number() OVER (PARTITION BY f.h ORDER BY f.doc) AS r,
       q.owners AS holders
FROM first_pairs AS f JOIN docs AS d ON f.doc = d.doc JOIN frequent AS q ON f.h = q.h
"""

# Two clauses count as having like neighbours when one neighbour of the one resembles one of the other. In large
# sets any clause is met again by chance somewhere: there a link that stands alone says something only with such a
# neighbour, or when it is long enough to be a copy by itself. Without this, chance links outgrow the set.
_ALIKE = " OR ".join(
    f"CAST(bit_count(x.{i} & y.{j}) AS INTEGER) * 100 > CAST(bit_count(x.{i} | y.{j}) AS INTEGER) * {{alike}}"
    for i in "pq"
    for j in "pq"
)

_COLUMNS = f"""x.doc AS a, y.doc AS b,
       x.n AS na, y.n AS nb, x.m AS ma, y.m AS mb, x.s AS sa, x.e AS ea, y.s AS sb, y.e AS eb,
       y.holders,
       CASE WHEN {{alone}} OR {_ALIKE} THEN 1 ELSE 0 END AS sound"""

_LINKS = """
SELECT {columns}
FROM {ranked} AS y JOIN {ranked} AS x ON x.h = y.h AND x.r = 1
WHERE y.r > {star} AND (x.fresh = 1 OR y.fresh = 1) AND (x.side = 0 OR y.side = 0)
UNION ALL
SELECT {columns}
FROM (SELECT z.h, z.doc, z.n, z.m, z.s, z.e, z.p, z.q, z.side, z.fresh, z.holders, z.r - steps.k AS back
      FROM {ranked} AS z CROSS JOIN steps WHERE z.r > steps.k) AS y
JOIN {ranked} AS x ON x.h = y.h AND x.r = y.back
WHERE (x.fresh = 1 OR y.fresh = 1) AND (x.side = 0 OR y.side = 0)
"""

_ISLANDS = """
SELECT t.a, t.b, t.island, CASE WHEN da.thin = 2 OR (da.thin = 1 AND da.region = db.region) THEN 1 ELSE 0 END AS thin,
       CASE WHEN da.region = db.region THEN 1 ELSE 0 END AS near,
       t.a0, t.a1, t.b0, t.b1, t.held, t.links
FROM (
  SELECT a, b, island, min(na) AS a0, max(ma) AS a1, min(nb) AS b0, max(mb) AS b1,
         sum(holders) AS held, count(*) AS links
  FROM (
    SELECT a, b, na, nb, ma, mb, holders, sound, sum(opens) OVER (PARTITION BY a, b ORDER BY nb, na) AS island
    FROM (
      SELECT a, b, na, nb, ma, mb, holders, sound,
             CASE WHEN sb - lag(eb) OVER (PARTITION BY a, b ORDER BY nb, na) <= {gap}
                   AND sa - lag(ea) OVER (PARTITION BY a, b ORDER BY nb, na) <= {gap}
                   AND lag(sa) OVER (PARTITION BY a, b ORDER BY nb, na) - ea <= {gap}
                  THEN 0 ELSE 1 END AS opens
      FROM {links}
    ) AS flagged
  ) AS numbered
  GROUP BY a, b, island HAVING count(*) > 1 OR max(sound) = 1
) AS t JOIN docs AS da ON t.a = da.doc JOIN docs AS db ON t.b = db.doc
"""

_COVERED = """
SELECT o.doc, o.k, often.grade, sum(o.w) AS width
FROM occ AS o JOIN often ON o.h = often.h JOIN docs AS d ON o.doc = d.doc
     LEFT JOIN frequent AS x ON o.g = x.h LEFT JOIN frequent AS y ON o.f = y.h
WHERE d.fresh = 1 AND (x.h IS NOT NULL OR y.h IS NOT NULL OR (o.g = 0 AND o.f = 0))
GROUP BY o.doc, o.k, often.grade
"""


def statements(settings: Settings, *, owners: int, every_pair: bool, aside: bool) -> list[Statement]:
    """The statements in order, each with the name of its result.

    ``owners`` is how many there are in the set and its background.
    ``every_pair`` says that ``steps`` reaches all holders, so that no link to the first is needed besides.
    ``aside`` adds the islands of what is set aside (template, outline), linked to the first holder only.
    """
    if every_pair:
        columns = _COLUMNS.format(alike=settings.alike, alone=f"y.m > y.n OR y.e - y.s >= {settings.shortest}")
    else:
        columns = _COLUMNS.format(alike=settings.alike_many, alone=f"y.e - y.s >= {settings.substantive}")
    star = 1 << 30 if every_pair else settings.reach + 1
    measures = {
        "common_regions": settings.common_regions,
        "fewest_holders": settings.fewest_holders,
        "most_holders": settings.most_holders,
        "most_reports": settings.most_reports,
        "spread": settings.spread(owners),
    }
    found = [
        ("held", _HELD),
        ("firsts", _FIRSTS),
        ("often", _FREQUENT.format(firsts="firsts", **measures)),
        ("pairs", _PAIRS),
        ("held_pairs", _HELD_PAIRS),
        ("first_pairs", _FIRST_PAIRS),
        ("frequent", _FREQUENT.format(firsts="first_pairs", **measures)),
        ("ranked", _RANKED.format(stock=settings.stock(owners))),
        ("links", _LINKS.format(ranked="ranked", star=star, columns=columns)),
        ("islands", _ISLANDS.format(links="links", gap=settings.gap)),
        ("covered", _COVERED),
    ]
    if aside:
        first_only = _LINKS.format(ranked="ranked_aside", star=1, columns=columns).split("UNION ALL")[0]
        found += [
            ("ranked_aside", _ASIDE),
            ("links_aside", first_only),
            ("islands_aside", _ISLANDS.format(links="links_aside", gap=settings.gap)),
        ]
    return found
