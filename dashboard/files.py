"""Files of what a page shows: what they are called, and a table as CSV."""

import csv
import io
import re
from collections.abc import Sequence

import polars as pl

from dashboard.address import kept_selection, opened, read_address
from dashboard.selection import EVERY_CHANNEL
from warehouse.export import RUNS


def file_stem(what: str) -> str:
    """The name of a file without its ending: what is inside, what it was narrowed to, of which snapshot."""
    snapshot = opened(read_address())[0].snapshot.label
    shown = kept_selection()
    chosen = [shown.survey, shown.region, shown.province, shown.channel, shown.family]
    words = [what, *(word for word in chosen if word != EVERY_CHANNEL), snapshot]
    return "_".join(re.sub(r"[^\w.-]+", "-", word) for word in words if word)


def csv_of(heads: Sequence[str], frame: pl.DataFrame) -> bytes:
    """A table with its headings as CSV that a spreadsheet program opens: no text in it can run.

    A figure that is written with a plus sign in front loses it, being a text that has nothing to run.
    """
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow([_text(head) for head in heads])
    rows.writerows([_cell(value) for value in row] for row in frame.iter_rows())
    return written.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    return str(value).lower() if isinstance(value, bool) else value


def _text(text: str) -> str:
    if re.match(r"\+\d", text):
        return text[1:]
    return f"'{text}" if re.match(RUNS, text) else text
