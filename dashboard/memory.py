"""What takes longer to make than to show is made once for all sessions that look at the same."""

from collections.abc import Callable
from typing import TypeVar

from dashboard.context import Context

Made = TypeVar("Made")


def remembered(context: Context, name: str, make: Callable[[], Made], *choices: str) -> Made:
    """What `make` made of the same snapshot, selection, language, theme and choices; it must never be changed.

    Args:
        name: of what is made; no other part of the dashboard uses it.
        choices: the page's own choices that it depends on.
    """
    key = (name, context.selection, context.style.palette.page, choices)
    return context.source.once(key, make)
