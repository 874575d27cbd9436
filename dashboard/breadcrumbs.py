"""Where the reader is: from the country down to the place and the criterion that a page speaks of, each a link."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.choices import read_choice
from dashboard.context import Context
from dashboard.explain import EXPLAIN
from dashboard.texts import verbatim

# Pages that speak of the region or the nation, whatever province is chosen, and those of the narrowest place.
OF_AREA = {"", "overview", "ranking"}
OF_PLACE = {"profile", "target", "factors", "needs", "fieldwork", "quality"}


def breadcrumbs(context: Context, page: StreamlitPage) -> None:
    """One line above the title: country, region, province, criterion; nothing where the page speaks of the country.

    Each part keeps the other filters and lets go of the parts below it.
    """
    parts = trail(context, page.url_path)
    if len(parts) < 2:
        return
    with st.container(horizontal=True, key="breadcrumbs", gap="xsmall"):
        for label, address in parts[:-1]:
            st.page_link(page, label=label, query_params=address)
        st.markdown(parts[-1][0], width="content")


def trail(context: Context, name: str) -> list[tuple[str, dict[str, str]]]:
    """The parts for a page of that name, from the country down: label and where it leads.

    A page that speaks of no place has none.
    """
    selection, reference = context.selection, context.reference
    if name in OF_PLACE:
        place = context.place
    elif name in OF_AREA:
        place = context.area
    else:
        return []
    wide = selection.but(region=None, province=None)
    parts = [(reference.nation(context.survey).label, wide.to_address())]
    region = place.geo_code if place.geo_level == "region" else place.region_code
    regions = reference.places(context.survey, "region")
    if region in regions:
        of_region = selection.but(region=region, province=None)
        parts.append((regions[region].label, of_region.to_address()))
    if place.geo_level == "province":
        parts.append((place.label, selection.to_address()))
    if item := read_choice(EXPLAIN):
        parts.append((_named(context, item), {}))
    return parts


def _named(context: Context, item: str) -> str:
    """Code and label of an item; the code alone, as the address has it, if the instrument does not."""
    frame = context.source.labelled(
        "item", ["item_level"], instrument=context.survey.instrument, item=item
    )
    if frame.is_empty():
        return verbatim(item)
    level, label = frame.row(0)
    return str(label) if level in ("overall", "family") else f"{item} {label}"
