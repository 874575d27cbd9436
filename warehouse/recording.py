"""What a delivery leaves beside its forms: its survey, its files, issued numbers and administrative figures."""

from __future__ import annotations

from dataclasses import asdict

import duckdb

from warehouse import reference
from warehouse.extract import scan
from warehouse.plan import DeliveryPlan, ParquetFile
from warehouse.quoting import literal


def record(con: duckdb.DuckDBPyConnection, plan: DeliveryPlan, reader: str) -> None:
    """Record the delivery of a plan in the candidate of `con`; `reader` says by what it was read.

    Its issued numbers and figures replace those of the same key.
    """
    survey = plan.survey
    row = asdict(survey)
    marked = con.execute(
        "SELECT synthetic FROM survey WHERE survey = ?", [survey.survey]
    ).fetchone()
    # One synthetic delivery makes the whole survey synthetic.
    row["synthetic"] = survey.synthetic or bool(marked and marked[0])
    con.execute("DELETE FROM survey WHERE survey = ?", [survey.survey])
    con.execute(
        f"INSERT INTO survey ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})",
        list(row.values()),
    )
    position = (
        con.execute("SELECT coalesce(max(position), 0) FROM source_file").fetchone() or (0,)
    )[0] + 1
    files: list[ParquetFile] = [*plan.forms, *plan.issued, *plan.indicators, *plan.quarantine]
    con.executemany(
        "INSERT INTO source_file VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            [survey.survey, position, plan.delivery, file.name, file.sha256, file.n_rows, reader]
            for file in files
        ],
    )
    if plan.quarantine:
        # What they held is not kept: they come back as they were recorded, and are not judged again.
        con.execute(
            f"INSERT INTO quarantine BY NAME SELECT {literal(survey.survey)} AS survey, delivery, file, row, form_id,"
            f" province, channel, reasons FROM {scan(*(file.path for file in plan.quarantine))}"
        )
    if plan.issued_rows:
        _replace_issued(con, plan)
    if plan.indicator_rows:
        _replace_indicators(con, plan)


def _replace_issued(con: duckdb.DuckDBPyConnection, plan: DeliveryPlan) -> None:
    """Put the delivery's issued numbers in place of those of the same key.

    A day's number replaces that day's; a total replaces all days of its province and channel, and days replace a
    total: the two kinds never add up.
    """
    reference.insert(con, "issued", [{"survey": "\0new"} | asdict(row) for row in plan.issued_rows])
    con.execute(
        """
        DELETE FROM issued USING (SELECT * FROM issued WHERE survey = chr(0) || 'new') AS new
        WHERE issued.survey = $survey AND issued.province = new.province AND issued.channel = new.channel
            AND (issued.date IS NULL OR new.date IS NULL OR issued.date = new.date)
        """,
        {"survey": plan.survey.survey},
    )
    con.execute(
        "UPDATE issued SET survey = $survey WHERE survey = chr(0) || 'new'",
        {"survey": plan.survey.survey},
    )


def _replace_indicators(con: duckdb.DuckDBPyConnection, plan: DeliveryPlan) -> None:
    reference.insert(
        con, "indicator", [{"survey": "\0new"} | asdict(row) for row in plan.indicator_rows]
    )
    con.execute(
        """
        DELETE FROM indicator USING (SELECT * FROM indicator WHERE survey = chr(0) || 'new') AS new
        WHERE indicator.survey = $survey AND indicator.province = new.province AND indicator.item = new.item
            AND indicator.breakdown = new.breakdown AND indicator.reference_year = new.reference_year
        """,
        {"survey": plan.survey.survey},
    )
    con.execute(
        "UPDATE indicator SET survey = $survey WHERE survey = chr(0) || 'new'",
        {"survey": plan.survey.survey},
    )
