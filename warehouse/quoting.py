"""Writing names and texts into SQL."""

from __future__ import annotations

from collections.abc import Iterable


def literal(text: str) -> str:
    """Return `text` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literals(texts: Iterable[str]) -> str:
    """Return `texts` as the inside of a SQL list; of none of them, a list that nothing is in."""
    return ", ".join(literal(text) for text in texts) or "NULL"
