"""The pages of the dashboard, for the entrypoint and for whoever opens each of them."""

PAGES = {
    "group.results": {
        "overview": "page.overview",
        "ranking": "page.ranking",
        "profile": "page.profile",
        "target": "page.target",
        "factors": "page.factors",
        "needs": "page.needs",
        "published": "page.published",
    },
    "group.data": {
        "downloads": "page.downloads",
        "fieldwork": "page.fieldwork",
        "quality": "page.quality",
        "releases": "page.releases",
    },
    "group.about": {
        "method": "page.method",
    },
}
"""Pages in their order and groups, with the key of their titles; each is a script in `views/`."""


def page_names() -> list[str]:
    """The names of the pages, in the order of the menu; the first is what an address without one opens."""
    return [name for titles in PAGES.values() for name in titles]


def title_key(name: str) -> str:
    """The key of the title of a page; of the first for the empty name, which its address has."""
    titles = {name: title for group in PAGES.values() for name, title in group.items()}
    return titles[name or page_names()[0]]
