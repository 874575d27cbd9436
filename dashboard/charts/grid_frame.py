"""The names around the grid, as text that stands still while the cells scroll: lines at the left, provinces on top."""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby

from dashboard.charts.grid import Line, Post, Sheet
from dashboard.theme import Style


def line_names(placed: Sheet, style: Style) -> str:
    """The names of the lines, each as high as its line; at its right how many provinces meet the target."""
    return _block("grid-lines", "", *(_line(line, style) for line in placed.lines))


def _line(line: Line, style: Style) -> str:
    palette = style.palette
    grounds = {"block": palette.line, "factor": palette.panel}
    look = f"height:{line.height}px;background:{grounds.get(line.kind, palette.page)}"
    code = f'<i style="color:{palette.muted}">{escape(line.name)}</i>'
    count = "" if line.n_met is None else f"<b>{style.format.count(line.n_met)}</b>"
    text = f"<span>{code} {escape(line.label)}</span>"
    return _block(f"grid-{line.kind}", look, text, count, title=f"{line.code} {line.label}")


def province_names(
    placed: Sheet,
    links: Mapping[str, str],
    regions: Mapping[str, str],
    corner: Iterable[str],
    style: Style,
    chosen: str | None = None,
) -> str:
    """The names of the provinces, each a link, and below each how many of its cells meet the target.

    Args:
        links: address of the profile by province.
        regions: label by code where the provinces stand by region; empty otherwise.
        corner: what the counts beside the names of the lines and those below the provinces are.
        chosen: code of the province printed in bold.
    """
    palette = style.palette
    groups = []
    for region, members in groupby(placed.posts, key=lambda post: regions and post.region_code):
        posts = list(members)
        names = [_post(post, links[post.key], post.key == chosen, style) for post in posts]
        over = ""
        if regions:
            label = regions.get(str(region), "")
            wide = f"width:{sum(post.width for post in posts)}px"
            over = _block("grid-region", wide, f"<span>{escape(label)}</span>", title=label)
        groups.append(_block("grid-group", "", over, _block("grid-posts", "", *names)))
    ground = f"background:{palette.page}"
    said = (f"<span>{escape(text)}</span>" for text in corner)
    aside = _block("grid-corner", f"{ground};color:{palette.muted}", *said)
    kind = "grid-names grid-wide" if placed.is_wide else "grid-names"
    return _block(kind, ground, aside, *groups)


def _post(post: Post, link: str, is_chosen: bool, style: Style) -> str:
    look = f"color:{style.palette.ink}" + (";font-weight:700" if is_chosen else "")
    name = f'<a href="{escape(link)}" style="{look}">{escape(post.label)}</a>'
    count = f"<b>{style.format.count(post.n_met)}</b>"
    return _block("grid-post", f"width:{post.width}px", name, count)


def _block(kind: str, look: str, *content: str, title: str = "") -> str:
    named = f' title="{escape(title)}"' if title else ""
    return f'<div class="{kind}" style="{look}"{named}>{"".join(content)}</div>'
