"""Opening a page without a browser, and reading what it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
from streamlit.testing.v1 import AppTest

from dashboard.texts import LANGUAGES, texts_in
from tests.checkout import ROOT

APP = ROOT / "dashboard" / "app.py"
SECONDS = 30
Page = Callable[..., AppTest]


def open_page(name: str, **address: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    for parameter, value in address.items():
        app.query_params[parameter] = value
    app.run()
    app = app if name == "overview" else app.switch_page(f"views/{name}.py").run()
    assert [fault.message for fault in app.exception] == []
    return app


def unfolded(app: AppTest, key: str) -> AppTest:
    """The page with what is folded under a key opened."""
    app.session_state[f"open_{key}"] = True
    return app.run()


@dataclass(frozen=True)
class ShownFact:
    """A fact as the page shows it."""

    label: str
    value: str
    note: str
    line: str
    arrow: str
    meaning: str
    help: str


def shown_facts(app: AppTest) -> list[ShownFact]:
    """The facts at the top of a page, in their order."""
    drawn = [h.proto.body for h in app.get("html") if '<dl class="facts">' in h.proto.body]
    assert len(drawn) <= 1
    return [_fact(group) for body in drawn for group in ET.fromstring(body)]


def _fact(group: ET.Element) -> ShownFact:
    parts = {str(part.get("class")).split()[0]: part for part in group.iter("dd")}
    line = parts.get("line")
    return ShownFact(
        label=group.findtext("dt", ""),
        value=str(parts["value"].text),
        note=str(parts["note"].text) if "note" in parts else "",
        # The arrow stands before the line, in a span of its own.
        line="" if line is None else str(line[0].tail).replace("\u00a0", " "),
        arrow="" if line is None else str(line[0].text or "").strip(),
        meaning="" if line is None else str(line.get("class")).split()[1],
        help=group.findtext("dd/details/p", ""),
    )


def facts(app: AppTest) -> dict[str, tuple[str, str]]:
    """The facts by label: the figure and the line below it; where a line must not break is not told."""
    return {fact.label: (fact.value, fact.line) for fact in shown_facts(app)}


def chart(app: AppTest, key: str) -> dict[str, Any]:
    """The Plotly figure that was drawn under a key."""
    (found,) = [c.proto for c in app.get("plotly_chart") if c.proto.id.endswith(f"-{key}")]
    figure: dict[str, Any] = json.loads(found.spec)
    return figure


def points(figure: dict[str, Any], trace: int) -> list[str]:
    """The texts of a trace's points, as they show when pointed at."""
    return list(figure["data"][trace]["hovertext"])


def shown(app: AppTest, n: int = 0) -> pl.DataFrame:
    """The numbers of the n-th table of a page."""
    return pl.from_pandas(app.dataframe[n].value)


def written(app: AppTest, n: int = 0) -> list[list[str]]:
    """The n-th table as it is written, cell by cell, row by row."""
    cells = pl.read_ipc_stream(app.dataframe[n].proto.arrow_data.styler.display_values)
    return [[str(cell) for cell in row] for row in cells.iter_rows()]


def named(app: AppTest, text: str) -> pl.DataFrame:
    """The numbers of the table that is called by a text of the catalogue, in whatever language."""
    called = {texts_in(language)(text) for language in LANGUAGES}
    (found,) = [table for table in app.dataframe if table.proto.alt in called]
    return pl.from_pandas(found.value)


def links(app: AppTest) -> dict[str, str]:
    """The links of a page and its sidebar by label: where each leads, with its parameters."""
    own = {
        link.proto.label: f"{link.proto.page}?{link.proto.query_string}"
        for link in app.get("page_link")
    }
    return own | {
        _plain(label): unescape(to)
        for html in app.get("html")
        for to, label in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', html.proto.body)
    }


def _plain(html: str) -> str:
    """The text of HTML; what is strong as in the text of Streamlit's own links."""
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</?strong>", "**", html)))


def said(app: AppTest) -> str:
    """All that the page says in running text."""
    return "\n".join(
        str(element.value)
        for kind in (app.title, app.caption, app.markdown, app.info, app.warning, app.error)
        for element in kind
    )
