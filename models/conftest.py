"""Modules that need the extra ``jihe[train]`` are not collected where it is not installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("spacy") else ["jihe_models/components.py"]
