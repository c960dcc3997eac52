"""What a figure of a table measures: column header and row label together."""
