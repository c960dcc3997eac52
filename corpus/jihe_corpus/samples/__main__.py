"""Compile the marked samples: ``python -m jihe_corpus.samples``."""

from jihe_corpus.samples import build

for path in build():
    print(path.name)
