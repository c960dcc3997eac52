"""绩核 jihe: proves what does not add up in Chinese budget-performance reports.

>>> import jihe
>>> [q.text for q in jihe.quantities("年初预算1,234.50万元，执行率87.16%。")]
['1,234.50万元', '87.16%']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from jihe.api import audit, extract, quantities, read, screen

__all__ = ["__version__", "audit", "extract", "quantities", "read", "screen"]


def __getattr__(name: str) -> Any:
    """Load the public functions when they are first asked for, so that starting costs nothing."""
    if name in __all__:
        import jihe.api

        return getattr(jihe.api, name)
    raise AttributeError(f"module 'jihe' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
