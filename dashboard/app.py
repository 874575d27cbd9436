"""Entrypoint: the router, the shared filters and, where nothing is loaded, the page that says so."""

import json
from pathlib import Path

import streamlit as st
from polars.exceptions import PolarsError
from streamlit.navigation.page import StreamlitPage

from dashboard.address import current, keep_address, keep_selection, read_address
from dashboard.breadcrumbs import breadcrumbs
from dashboard.context import Context
from dashboard.ledger import banner
from dashboard.menu import PAGES, title_key
from dashboard.notices import empty_warehouse
from dashboard.provenance import picture_note
from dashboard.sidebar import language_switch, sidebar
from dashboard.texts import texts_in
from warehouse import HailongError, NoSnapshot
from warehouse.errors import OlderSnapshot, WarehouseUnusable

HERE = Path(__file__).parent
# Where the work of the day is looked at, a wave under way is what the page opens on.
OF_TODAY = {"fieldwork"}
SCRIPTS = ("picture.js", "links.js", "scheme.js")
AS_OLDER = (OlderSnapshot, PolarsError, KeyError, TypeError)


def _show(page: StreamlitPage, context: Context) -> Exception | None:
    """Run the page; the fault that is not the reader's to mend, if it has one."""
    try:
        page.run()
    except WarehouseUnusable as fault:
        st.error(str(fault))
    except Exception as fault:  # noqa: BLE001 - raised when the reader has been given the way out
        # What another version built may lack a column that the page takes for granted.
        if not (isinstance(fault, AS_OLDER) and context.source.snapshot.is_older):
            return fault
        st.info(context.texts("releases.older", snapshot=context.source.snapshot.id))
    return None


texts = texts_in(read_address().lang)
pages = {
    texts(group): [
        st.Page(f"views/{name}.py", title=texts(title), url_path=name, default=name == "overview")
        for name, title in titles.items()
    ]
    for group, titles in PAGES.items()
}
page = st.navigation(pages, position="hidden")
st.set_page_config(
    page_title=f"{texts(title_key(page.url_path))} · {texts('app.name')}",
    page_icon=str(HERE / "static" / "icon.png"),
    layout="wide",
    initial_sidebar_state=290,
)
st.html(HERE / "static" / "page.css")
st.html(HERE / "static" / "print.css")
if st.context.theme.type == "dark":
    st.html("<style>@media print { body { filter: invert(1) hue-rotate(180deg); } }</style>")
keep_address(page.url_path)
note = ""
try:
    context = current(latest=page.url_path in OF_TODAY)
except NoSnapshot:
    language_switch(texts)
    empty_warehouse(texts)
except HailongError as fault:
    st.error(str(fault))
    if read_address().release:
        st.page_link(page, label=texts("releases.back"), query_params={"lang": texts.language})
else:
    keep_selection(context.selection)
    breadcrumbs(context, page)
    note = picture_note(context)
    banner(context)
    failed = _show(page, context)
    # The browser draws first what it is sent first: the figures, then what leads on from them.
    sidebar(context, pages, page)
    if failed:
        raise failed
# Streamlit's page always calls itself English: a screen reader would read the Vietnamese so. Charts are drawn for the
# width of the screen: on paper they scale.
st.html(
    f"""<script>
document.documentElement.lang = '{texts.language}';
window.onbeforeprint = () => document.querySelectorAll(".main-svg").forEach((drawn) =>
  drawn.setAttribute("viewBox", `0 0 ${{drawn.getAttribute("width")}} ${{drawn.getAttribute("height")}}`));
window.onafterprint = () => document.querySelectorAll(".main-svg").forEach((drawn) =>
  drawn.removeAttribute("viewBox"));
window.pictureNote = {json.dumps(note).replace("<", chr(92) + "u003c")};
{"".join((HERE / "static" / name).read_text(encoding="utf-8") for name in SCRIPTS)}
</script>""",
    unsafe_allow_javascript=True,
)
