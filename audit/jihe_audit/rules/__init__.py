"""Coded rules, one family a file. Files are found by themselves and never import one another."""
