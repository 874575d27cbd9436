"""Building a candidate: a new database file from the forms of the current snapshot and the deliveries at hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from warehouse import candidate, reference, relations
from warehouse.catalogue import Catalogue, Instrument
from warehouse.errors import DeliveryRefused
from warehouse.intake import Intake, Reception
from warehouse.origin import Origin
from warehouse.plan import TEXT_COLUMNS, DeliveryPlan
from warehouse.quoting import identifier, literal, literals
from warehouse.recording import record
from warehouse.rules import column_type, form_column

SHIPPED_INSTRUMENT = "vss-1111"
# What DuckDB raises where a page of a Parquet file is damaged; by the place of the damage it is a bare Error too.
_DAMAGED = (
    duckdb.Error,
    duckdb.IOException,
    duckdb.InvalidInputException,
    duckdb.SerializationException,
)
Progress = Callable[[str, int], None]

_TABLES = """
    CREATE TABLE survey (
        survey VARCHAR, year INTEGER, instrument VARCHAR, geography VARCHAR, synthetic BOOLEAN,
        title_vi VARCHAR, title_en VARCHAR, fieldwork_from DATE, fieldwork_to DATE,
        transactions_from DATE, transactions_to DATE, n_forms BIGINT
    );
    CREATE TABLE quarantine (
        survey VARCHAR, delivery VARCHAR, file VARCHAR, row BIGINT, form_id VARCHAR, province VARCHAR,
        channel VARCHAR, reasons VARCHAR[]
    );
    CREATE TABLE issued (
        survey VARCHAR, province VARCHAR, channel VARCHAR, date DATE, planned BIGINT, reserve BIGINT, issued BIGINT
    );
    CREATE TABLE indicator (
        survey VARCHAR, province VARCHAR, item VARCHAR, breakdown VARCHAR, unit VARCHAR, reference_year INTEGER,
        value DOUBLE
    );
    CREATE TABLE source_file (
        survey VARCHAR, position INTEGER, delivery VARCHAR, file VARCHAR, sha256 VARCHAR, n_rows BIGINT, read_by VARCHAR
    );
    CREATE TABLE snapshot_info (snapshot VARCHAR, catalogue_hash VARCHAR, code_version VARCHAR);
    CREATE TABLE data_check (
        snapshot VARCHAR, "check" VARCHAR, severity VARCHAR, outcome VARCHAR, n_rows BIGINT, n_failed BIGINT,
        detail VARCHAR, suite VARCHAR, label_vi VARCHAR, label_en VARCHAR
    );
    CREATE TABLE failed_row (
        snapshot VARCHAR, "check" VARCHAR, survey VARCHAR, file VARCHAR, row BIGINT, form_id VARCHAR, key VARCHAR
    );
"""
_CARRIED = ("survey", "quarantine", "issued", "indicator", "source_file")


@dataclass
class Built:
    """What a build did: one intake for each delivery, and the valid forms of every survey."""

    intakes: list[Intake] = field(default_factory=list)
    surveys: dict[str, int] = field(default_factory=dict)


def build(
    path: Path,
    current: Path | None,
    plans: Sequence[DeliveryPlan],
    catalogue: Catalogue,
    origin: Origin,
    progress: Progress,
    anew: Collection[str] = (),
) -> Built:
    """Write the candidate at `path` and close it.

    Args:
        path: a file that does not exist yet.
        current: the database file of the current snapshot, whose forms are carried over; None for the first load.
        plans: the deliveries, in the order in which a later one corrects an earlier one.
        catalogue: the catalogue to compute with.
        origin: the identity to record.
        progress: called with a word on what was done and the rows it did.
        anew: surveys of which nothing is carried over, since all their deliveries are among the plans.

    Raises:
        DeliveryRefused: a delivery is unacceptable as a whole; the message lists the faults of all of them.
    """
    built = Built()
    with candidate.connect(path, catalogue) as con:
        # One transaction from the last delivery on: every table is compressed and written once, at its end.
        con.execute("BEGIN")
        _prepare(con, catalogue, plans, current, anew)
        faults: list[str] = []
        for plan in plans:
            built.intakes.append(_take_in(con, plan, catalogue, origin.reader, progress, faults))
        if faults:
            raise DeliveryRefused("Nothing was loaded", faults)
        con.execute(
            "UPDATE survey SET n_forms = (SELECT count(*) FROM form WHERE form.survey = survey.survey)"
        )
        con.execute("INSERT INTO snapshot_info VALUES (?, ?, ?)", list(asdict(origin).values()))
        candidate.spare_threads(con)
        _derive(con, progress)
        con.execute("COMMIT")
        built.surveys = dict(
            con.execute("SELECT survey, n_forms FROM survey ORDER BY year, survey").fetchall()
        )
    return built


def faults_within(path: Path, plans: Sequence[DeliveryPlan], catalogue: Catalogue) -> list[str]:
    """Return what makes deliveries unacceptable by the values of their forms: for those that are refused already.

    Args:
        path: a file that does not exist yet; what is left of it is of no use.
    """
    faults: list[str] = []
    if not plans:
        return faults
    with candidate.connect(path, catalogue) as con:
        con.execute("BEGIN")
        _prepare(con, catalogue, plans, None, ())
        for plan in plans:
            try:
                _take_in(con, plan, catalogue, "", lambda step, rows: None, faults)
            except DeliveryRefused as refused:
                faults += refused.faults
                break
    return faults


def _prepare(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    plans: Sequence[DeliveryPlan],
    current: Path | None,
    anew: Collection[str],
) -> None:
    """Create the tables of a candidate, filled with the catalogue and what is carried over."""
    con.execute(_TABLES)
    reference.create(con, catalogue)
    _create_form(con, catalogue, plans, current, anew)


def _take_in(
    con: duckdb.DuckDBPyConnection,
    plan: DeliveryPlan,
    catalogue: Catalogue,
    reader: str,
    progress: Progress,
    faults: list[str],
) -> Intake:
    reception = Reception(con, plan)
    try:
        intake = reception.receive()
        progress(plan.folder.name, intake.returned)
    except duckdb.Error as wrong:
        if type(wrong) not in _DAMAGED:
            raise
        # What DuckDB says may quote a value.
        raise DeliveryRefused(
            "Nothing was loaded",
            [f"{plan.folder.name}: a Parquet file of its forms is damaged within; export it again"],
        ) from wrong
    faults += [
        f"{plan.folder.name}: {fault}"
        for fault in reception.faults(catalogue.settings.refuse_above_bad_share)
    ]
    record(con, plan, reader)
    return intake


def _instruments(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    plans: Sequence[DeliveryPlan],
    carried: bool,
) -> list[Instrument]:
    """Return the instruments in use. The shipped one is always there, so that the SQL finds columns of each kind."""
    names = {SHIPPED_INSTRUMENT} | {plan.instrument.name for plan in plans}
    if carried:
        names |= {
            name
            for (name,) in con.execute("SELECT DISTINCT instrument FROM current.survey").fetchall()
        }
    return [
        instrument for name, instrument in sorted(catalogue.instruments.items()) if name in names
    ]


def _create_form(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    plans: Sequence[DeliveryPlan],
    current: Path | None,
    anew: Collection[str],
) -> None:
    """Create the table of forms, and carry over what the snapshot of `current` holds but the surveys `anew`.

    Raises:
        DeliveryRefused: forms to be carried over hold answers to items that the catalogue does not have.
    """
    if current is not None:
        con.execute(f"ATTACH {literal(str(current))} AS current (READ_ONLY)")
    answers = [
        f"{identifier(form_column(instrument.name, item))} {column_type(item)}"
        for instrument in _instruments(con, catalogue, plans, current is not None)
        for item in instrument.answered
    ]
    texts = [f"{name} VARCHAR" for name in TEXT_COLUMNS]
    con.execute(f"""
        CREATE TABLE form (
            survey VARCHAR, form_id VARCHAR, delivery VARCHAR, file VARCHAR, row BIGINT,
            channel VARCHAR, province VARCHAR, {", ".join(texts)}, collected_on DATE, weight DOUBLE,
            {", ".join(answers)}
        )
    """)
    if current is None:
        return
    kept = {name for name, *_ in con.execute("DESCRIBE form").fetchall()}
    had = [name for name, *_ in con.execute("DESCRIBE current.form").fetchall()]
    _refuse_lost_answers(con, [name for name in had if name not in kept], anew)
    shared = ", ".join(identifier(name) for name in had if name in kept)
    carried = f"survey NOT IN ({literals(anew)})" if anew else "true"
    con.execute(f"INSERT INTO form BY NAME SELECT {shared} FROM current.form WHERE {carried}")
    for table in _CARRIED:
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM current.{table} WHERE {carried}")


def _refuse_lost_answers(
    con: duckdb.DuckDBPyConnection, columns: Sequence[str], anew: Collection[str]
) -> None:
    """Refuse to drop columns of answers that forms to be carried over have."""
    faults = []
    for column in columns:
        for survey, n_forms in con.execute(
            f"SELECT survey, count(*) FROM current.form WHERE {identifier(column)} IS NOT NULL"
            " GROUP BY survey ORDER BY survey"
        ).fetchall():
            if survey not in anew:
                instrument, _, item = column.partition("/")
                faults.append(
                    f"{survey}: {n_forms} loaded forms answer the item {item.split('[')[0]!r}, which the instrument"
                    f" {instrument!r} of this catalogue has not (or on another scale); name the catalogue they were"
                    " loaded with under --catalogue, or give all deliveries of the survey again"
                )
    if faults:
        raise DeliveryRefused("Nothing was loaded", faults)


def _derive(con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    precision = candidate.precision()
    for macro in relations.macros():
        con.execute(macro)
    for name, statement in relations.statements():
        if name == "satisfaction_index":
            precision.create_error_table(con, "index_error")
        if name == "weighted_index":
            weighed = precision.Domain("weight IS NOT NULL")
            precision.create_error_table(con, "weighted_error", weighed, weighted=True)
        if name == "province_difference":
            _create_range_critical(con)
        con.execute(statement)
        progress(name, 0)
    for step in relations.STEPS:
        con.execute(f"DROP TABLE {step}")
    candidate.comment(con, [view for view in relations.PUBLISHED if view not in relations.ASSESSED])


def _create_range_critical(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table of critical values for all pairs of as many provinces as are ranked anywhere."""
    from warehouse.simultaneous import range_critical

    con.execute("CREATE TABLE range_critical (n_ranked BIGINT, critical DOUBLE)")
    for (n_ranked,) in con.execute("""
        SELECT DISTINCT count(*) FROM satisfaction_index
        WHERE geo_level = 'province' AND channel = 'all' AND item_level = 'overall'
        GROUP BY survey, geography HAVING count(*) > 1
    """).fetchall():
        con.execute(
            "INSERT INTO range_critical VALUES (?, ?)", [n_ranked, range_critical(n_ranked)]
        )
