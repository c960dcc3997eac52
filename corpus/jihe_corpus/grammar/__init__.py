"""The randomised grammar of reports: figures that agree, words that vary, layouts that differ.

``figures`` invents a unit's year, consistent to the last shown digit; ``expand`` turns patterns of the
dialects (``dialects/*.toml``) into marked sentences; ``sheets`` draws tables; ``report`` puts a report
together. The result is compiled by :mod:`jihe_corpus.markup`, which recomputes every claim.
"""
