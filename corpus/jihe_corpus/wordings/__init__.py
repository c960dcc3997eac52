"""Sentences of many wordings with the measure of every figure, for learning what figures measure.

Not reports: the figures agree with nothing, so nothing can be learnt from arithmetic. ``train.toml`` is the
training pool; ``trial-*.toml`` and the provinces of ``rephrase.toml`` are for measuring only.
"""
