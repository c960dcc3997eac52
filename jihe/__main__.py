"""``python -m jihe``."""

from jihe.cli import main

main()
