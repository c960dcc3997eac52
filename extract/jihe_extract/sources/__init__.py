"""Readers, one file per source format; :mod:`jihe_extract.reading` chooses among them."""
