"""The parts of the page of downloads: choosing the table, its first rows, its file, the code that gives it again."""

from functools import partial
from html import escape

import streamlit as st

from dashboard import downloads
from dashboard.choices import choose, choose_several
from dashboard.context import Context
from dashboard.downloads import MIME, Shelf, Table
from dashboard.tables import drawn
from warehouse import snippets
from warehouse.export import FORMS, Decimal, Form
from warehouse.meaning import column_meaning, view_meaning
from warehouse.published import PUBLISHED

DEFAULT_VIEW = "satisfaction_index"
DECIMALS: dict[str, Decimal] = {"point": "point", "comma": "comma"}
FOLLOWED = {
    "survey": "downloads.by_survey",
    "place": "downloads.by_place",
    "channel": "downloads.by_channel",
    "family": "downloads.by_family",
}
LEVELS = {
    "nation": "downloads.nation",
    "region": "downloads.region",
    "province": "downloads.province",
    "office": "downloads.office",
    "elsewhere": "downloads.elsewhere",
    "overall": "downloads.overall",
    "content": "downloads.content",
    "service_group": "downloads.service_group",
    "factor": "downloads.factor",
    "criterion": "downloads.criterion",
    "family": "downloads.family",
}


def table_section(context: Context) -> Table:
    """Choose a view, the rows and the columns; the table that is chosen."""
    texts = context.texts
    offered = downloads.views(context)
    view = choose(context, "view", "downloads.view", offered, DEFAULT_VIEW, kind="list")
    st.markdown(downloads.said(context, view_meaning(view)))
    st.caption(texts("downloads.grain", key=", ".join(PUBLISHED[view].key)))
    shelf = Shelf(context, view)
    followed = _followed(context, shelf)
    if "survey" not in followed:
        shelf = Shelf(context, view, every_survey=True)
    bound = {column for name in followed for column in shelf.shared.get(name, {})}
    own = {}
    names = shelf.offered(dict.fromkeys(bound))
    with st.container(key="narrowing", horizontal=True):
        for name in names:
            own[name] = _picked(context, shelf, name)
    columns = choose_several(
        context,
        "columns",
        texts("downloads.columns"),
        {name: name for name in shelf.columns},
        placeholder=texts("downloads.every_column", n=len(shelf.columns)),
    )
    return downloads.chosen(shelf, followed, own, columns)


def _followed(context: Context, shelf: Shelf) -> list[str]:
    """Which filters of the sidebar count; those that the view cannot follow are named."""
    texts, able = context.texts, shelf.shared
    options = {name: texts(key) for name, key in FOLLOWED.items() if name in able}
    followed: list[str] = []
    if options:
        label = texts("downloads.follow")
        followed = choose_several(context, "follow", label, options, tuple(options), "buttons")
    refused = [texts(FOLLOWED[name]) for name in shelf.refused()]
    if refused:
        st.info(texts("downloads.cannot_follow", filters=", ".join(refused)))
    return followed


def _picked(context: Context, shelf: Shelf, name: str) -> list[str]:
    """The values of a column that the reader picked; none are all."""
    texts, labels = context.texts, context.channel_labels
    options = {}
    for value in shelf.values[name]:
        label = texts(LEVELS[value]) if value in LEVELS else labels.get(value, value)
        options[value] = label
    called = downloads.column_title(context, name)
    with st.container(width=300):
        return choose_several(
            context,
            "channels" if name == "channel" else name,  # the sidebar has the other name
            name if called == name else f"{called} ({name})",
            options,
            shelf.default(name),
            placeholder=texts("downloads.every_value", n=len(options)),
        )


def preview_section(context: Context, chosen: Table, n_rows: int) -> None:
    """The first rows of the table, headed as in the file."""
    texts, extraction = context.texts, chosen.extraction
    rows = downloads.first_rows(context, extraction)
    shown = {"n": rows.height, "rows": context.format.count(n_rows)}
    st.caption(texts("downloads.first_rows", **shown))
    drawn(
        rows,
        downloads.preview_columns(context, extraction),
        "preview",
        texts("downloads.preview"),
        rows_shown=10,
    )


def file_section(context: Context, chosen: Table, n_rows: int) -> str:
    """Choose the format and take the file; its name."""
    texts = context.texts
    left, right = st.columns(2)
    with left:
        formats = {name: texts(key) for name, key in FORMATS.items()}
        form = FORMS[choose(context, "format", "downloads.format", formats, "csv")]
    decimal: Decimal = "point"
    with right:
        if form == "csv":
            signs = {
                "point": texts("downloads.decimal_point"),
                "comma": texts("downloads.decimal_comma"),
            }
            decimal = DECIMALS[choose(context, "decimal", "downloads.decimal", signs, "point")]
    st.caption(texts(ABOUT[form]))
    name = chosen.file_name(form)
    make = partial(downloads.made, context.source.snapshot, chosen.extraction, form, decimal)
    if n_rows > downloads.LONG[form]:
        _prepared(context, make, name, form, n_rows)
    else:
        label = texts(
            "downloads.take", format=texts(FORMATS[form]), rows=context.format.count(n_rows)
        )
        st.download_button(
            label, make, name, MIME[form], key="take", on_click="ignore", type="primary"
        )
    st.caption(texts("downloads.named", name=name))
    _code(context, chosen, name, decimal)
    return name


FORMATS = {
    "csv": "downloads.csv",
    "xlsx": "downloads.xlsx",
    "parquet": "downloads.parquet",
}
ABOUT: dict[Form, str] = {
    "csv": "downloads.about_csv",
    "xlsx": "downloads.about_xlsx",
    "parquet": "downloads.about_parquet",
}


def _prepared(context: Context, make: "partial[bytes]", name: str, form: Form, n_rows: int) -> None:
    """A long file is made first, with a bar, and then offered."""
    texts, count = context.texts, context.format.count
    label = texts("downloads.prepare", format=texts(FORMATS[form]), rows=count(n_rows))
    if not st.button(label, key="prepare"):
        return
    bar = st.progress(0.0)

    def show(written: int, rows: int) -> None:
        told = texts("downloads.written", n=count(written), rows=count(rows))
        bar.progress(written / max(rows, 1), told)

    content = make(progress=show)
    st.download_button(
        texts("downloads.save"),
        content,
        name,
        MIME[form],
        key="take",
        on_click="ignore",
        type="primary",
    )


def _code(context: Context, chosen: Table, name: str, decimal: str) -> None:
    """The same table by SQL, Python, R and the command line."""
    texts, snapshot = context.texts, context.source.snapshot
    st.subheader(texts("downloads.code"))
    st.caption(texts("downloads.code_help", file=snapshot.path.name))
    written = {
        "SQL": (snippets.sql(snapshot, chosen.extraction), "sql"),
        "Python · duckdb": (snippets.duckdb_snippet(snapshot, chosen.extraction), "python"),
        "Python · polars": (snippets.polars_snippet(snapshot, chosen.extraction), "python"),
        "R": (snippets.r_snippet(snapshot, chosen.extraction), "r"),
        "hailong": (snippets.command(snapshot, chosen.extraction, name, decimal), "bash"),
    }
    for tab, (code, language) in zip(st.tabs(list(written)), written.values(), strict=True):
        tab.code(code, language=language, wrap_lines=True)


def meaning_section(context: Context, chosen: Table) -> None:
    """What each column of the table holds."""
    texts = context.texts
    types = chosen.extraction.types(context.source.snapshot)
    rows = []
    for name, sql_type in types.items():
        meaning = column_meaning(name)
        called = downloads.column_title(context, name)
        head = "" if called == name else f"<strong>{escape(called)}</strong>: "
        told = head + escape(downloads.said(context, meaning))
        kind = f"<td>{escape(sql_type)}</td>"
        rows.append(f'<tr><th scope="row">{escape(name)}</th><td>{told}</td>{kind}</tr>')
    label = escape(texts("downloads.meanings"))
    st.html(
        f'<div class="readout" role="region" tabindex="0" aria-label="{label}">'
        f'<table aria-label="{label}"><tbody>{"".join(rows)}</tbody></table></div>'
    )
