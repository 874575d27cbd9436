"""Below how many forms a group of people is hidden; the views of the snapshot hide it themselves."""

from dashboard.context import Context


def limit(context: Context) -> int:
    """Below how many forms a group of people is hidden; 0 hides none."""
    return context.source.snapshot.disclosure.below
