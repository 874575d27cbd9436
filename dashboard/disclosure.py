"""Which groups of people are large enough to be shown."""

from collections.abc import Mapping

from dashboard.context import Context


def limit(context: Context) -> int:
    """Below how many forms a group of people is hidden; 0 hides none."""
    if not context.source.holds("settings"):
        return 0
    (forms,) = context.source.read("settings", ["suppress_below_forms"])["suppress_below_forms"]
    return int(forms)


def shown_groups(sizes: Mapping[str, int], n_forms: int, below: int) -> frozenset[str]:
    """The groups that may be shown of those that `n_forms` forms fall into.

    Hidden is a group of fewer than `below` forms. Then the next smallest is hidden too, until all that is not
    shown (hidden groups and who did not say) is too many people to be worked out by subtraction.

    Args:
        sizes: forms by group.
    """
    shown = {group: size for group, size in sizes.items() if size == 0 or size >= below}
    while len(shown) < len(sizes) and n_forms - sum(shown.values()) < below:
        people = [group for group in shown if shown[group] > 0]
        if not people:
            break
        shown.pop(min(people, key=lambda group: (shown[group], group)))
    return frozenset(shown)
