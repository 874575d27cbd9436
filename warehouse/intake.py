"""Taking in one delivery: every form is read, judged by every rule, and either kept or quarantined with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse import reading
from warehouse.catalogue.names import AmbiguousProvince, UnknownProvince
from warehouse.catalogue.rows import Item
from warehouse.extract import masked_prose, scan
from warehouse.plan import TEXT_COLUMNS, Column, DeliveryPlan, ParquetFile
from warehouse.quoting import identifier, literal, literals
from warehouse.rules import AMBIGUOUS, NO_PROVINCE, UNKNOWN, Rules, column_type


@dataclass(frozen=True)
class Intake:
    """What became of the forms of one delivery.

    Attributes:
        returned: forms in the delivery; always valid + quarantined.
        new: valid forms whose id the survey did not have.
        corrected: valid forms that replaced one with the same id and other answers.
        repeated: valid forms that were already loaded just so.
        bad_corrections: quarantined forms whose id has a valid form, which stays.
        reasons: quarantined forms by reason; a form counts under each of its reasons.
    """

    survey: str
    folder: str
    returned: int
    valid: int
    quarantined: int
    new: int
    corrected: int
    repeated: int
    bad_corrections: int
    reasons: dict[str, int]


class Reception:
    """The forms of one delivery on their way into the candidate.

    Every form goes from its file into `form` in one pass, bad values as marks that no scale, calendar or list of
    provinces has; the few that bear a mark are then moved to `quarantine` with their reasons. So a delivery is read
    once, in batches, and memory does not grow with it.

    Args:
        con: the candidate's connection, with the tables as they were before this delivery.
        plan: the delivery.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, plan: DeliveryPlan) -> None:
        self.con = con
        self.plan = plan
        self.rules = Rules(plan.instrument)
        self.returned = sum(file.n_rows for file in plan.forms)

    def receive(self) -> Intake:
        """Put the good forms into `form`, the bad ones into `quarantine` with every reason, and count both."""
        self._read_spellings()
        files = " UNION ALL BY NAME ".join(self._read_file(file) for file in self.plan.forms)
        self.con.execute(f"INSERT INTO form BY NAME {files}")
        self._judge()
        intake = self._count()
        self._settle()
        return intake

    def _judge(self) -> None:
        """Fill the temporary table `bad` with each form that broke a rule, its reasons and where it stands."""
        delivery = literal(self.plan.delivery)
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE twice AS
            SELECT form_id FROM form WHERE delivery = {delivery} AND form_id IS NOT NULL
            GROUP BY form_id HAVING count(*) > 1;
            CREATE OR REPLACE TEMP TABLE suspect AS
            SELECT rowid AS position, * FROM form
            WHERE rowid IN (
                SELECT rowid FROM form WHERE delivery = {delivery} AND ({self.rules.is_bad()})
                UNION
                SELECT rowid FROM form SEMI JOIN twice USING (form_id) WHERE delivery = {delivery}
            );
            CREATE OR REPLACE TEMP TABLE repeated AS
            WITH same_id AS (
                SELECT position, form_id, file, row, hash(*columns(* EXCLUDE (position, file, row))) AS answers
                FROM suspect SEMI JOIN twice USING (form_id)
            )
            SELECT
                position,
                min(answers) OVER one_id <> max(answers) OVER one_id AS conflicting,
                row_number() OVER (one_id ORDER BY file, row) AS occurrence
            FROM same_id
            WINDOW one_id AS (PARTITION BY form_id);
            CREATE OR REPLACE TEMP TABLE bad AS
            WITH broken AS (
                SELECT position, reason FROM ({self.rules.reasons("suspect")})
                UNION ALL
                SELECT position, CASE WHEN conflicting THEN 'conflicting_form' ELSE 'duplicate_form' END AS reason
                FROM repeated WHERE conflicting OR occurrence > 1
            ), reasoned AS (
                SELECT position, list(reason ORDER BY reason) AS reasons FROM broken GROUP BY position
            )
            SELECT position, file, row, form_id, province, channel, reasons
            FROM suspect INNER JOIN reasoned USING (position)
            ORDER BY file, row;
        """)

    def _text(self, file: ParquetFile, name: str) -> str:
        column = file.columns.get(name)
        return (
            reading.mapped(reading.as_text(column), self.plan.values.get(name, {}))
            if column
            else "NULL"
        )

    def _read_spellings(self) -> None:
        """Resolve each distinct spelling once, to a code or to the mark for why it cannot be."""
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE province_spelling (spelling VARCHAR, province VARCHAR)"
        )
        found = " UNION ".join(
            f"SELECT DISTINCT {self._text(file, 'province')}::VARCHAR FROM {scan(file.path)}"
            for file in self.plan.forms
        )
        rows = [
            (spelling, self._resolved(spelling))
            for (spelling,) in self.con.execute(found).fetchall()
            if spelling
        ]
        if rows:
            self.con.executemany("INSERT INTO province_spelling VALUES (?, ?)", rows)

    def _resolved(self, spelling: str) -> str:
        try:
            return self.plan.geography.resolve(spelling)
        except UnknownProvince:
            return UNKNOWN
        except AmbiguousProvince:
            return AMBIGUOUS

    def _read_file(self, file: ParquetFile) -> str:
        """Return the query that reads one file into the columns of `form`, what cannot be read as its mark."""
        read = [
            f"{literal(self.plan.survey.survey)} AS survey",
            f"{literal(self.plan.delivery)} AS delivery",
        ]
        for name in ("form_id", "channel", *TEXT_COLUMNS):
            text = self._text(file, name)
            if name == "comment" and name in file.columns:
                text = masked_prose(text)
            read.append(f"{text}::VARCHAR AS {name}")
        day, weight = file.columns.get("collected_on"), file.columns.get("weight")
        read.append(f"{reading.day(day) if day else 'NULL::DATE'} AS collected_on")
        read.append(f"{reading.weight(weight) if weight else 'NULL::DOUBLE'} AS weight")
        for item, column_name in zip(self.rules.items, self.rules.columns, strict=True):
            read.append(
                f"{self._answer(file.columns.get(item.item), item)} AS {identifier(column_name)}"
            )
        return f"""
            SELECT
                * EXCLUDE (spelling, province),
                CASE WHEN spelling IS NULL THEN {literal(NO_PROVINCE)} ELSE province END AS province
            FROM (
                SELECT
                    file_row_number + 1 AS row,
                    {literal(file.name)} AS file,
                    {self._text(file, "province")}::VARCHAR AS spelling,
                    {", ".join(read)}
                FROM {scan(file.path)}
            )
            LEFT JOIN province_spelling USING (spelling)
        """

    def _answer(self, column: Column | None, item: Item) -> str:
        if column is None:
            return f"NULL::{column_type(item)}"
        reader = reading.choices if item.scale == "nominal_multi" else reading.score
        return reader(column, self.plan.missing_codes, self.plan.values.get(item.item, {}))

    def _count(self) -> Intake:
        survey, delivery = literal(self.plan.survey.survey), literal(self.plan.delivery)
        quarantined = self._number("SELECT count(*) FROM bad")
        valid = self.returned - quarantined
        met = repeated = spoiled = 0
        if self._is_known():
            same = " AND ".join(
                f"new.{identifier(column)} IS NOT DISTINCT FROM old.{identifier(column)}"
                for column in (
                    "channel",
                    "province",
                    *TEXT_COLUMNS,
                    "collected_on",
                    "weight",
                    *self.rules.columns,
                )
            )
            both = (
                f"FROM form AS new INNER JOIN form AS old ON new.form_id = old.form_id AND new.survey = old.survey"
                f" WHERE new.delivery = {delivery} AND old.delivery <> {delivery} AND new.survey = {survey}"
                " AND new.rowid NOT IN (SELECT position FROM bad)"
            )
            met = self._number(f"SELECT count(*) {both}")
            repeated = self._number(f"SELECT count(*) {both} AND {same}")
            spoiled = self._number(
                f"SELECT count(*) FROM bad WHERE form_id IN"
                f" (SELECT form_id FROM form WHERE survey = {survey} AND delivery <> {delivery})"
            )
        reasons = self.con.execute(
            "SELECT code, count(*) FROM"
            " (SELECT DISTINCT position, split_part(unnest(reasons), ':', 1) AS code FROM bad)"
            " GROUP BY code ORDER BY code"
        ).fetchall()
        return Intake(
            survey=self.plan.survey.survey,
            folder=self.plan.folder.name,
            returned=self.returned,
            valid=valid,
            quarantined=quarantined,
            new=valid - met,
            corrected=met - repeated,
            repeated=repeated,
            bad_corrections=spoiled,
            reasons=dict(reasons),
        )

    def _settle(self) -> None:
        """Move the bad forms to quarantine, and remove what this delivery corrects."""
        survey, delivery = literal(self.plan.survey.survey), literal(self.plan.delivery)
        self.con.execute("DELETE FROM form WHERE rowid IN (SELECT position FROM bad)")
        if self._is_known():
            came = f"SELECT form_id FROM form WHERE survey = {survey} AND delivery = {delivery}"
            self.con.execute(
                f"DELETE FROM form WHERE survey = {survey} AND delivery <> {delivery} AND form_id IN ({came})"
            )
            self.con.execute(
                f"DELETE FROM quarantine WHERE survey = {survey}"
                f" AND (form_id IN ({came}) OR form_id IN (SELECT form_id FROM bad))"
            )
        self.con.execute(f"""
            INSERT INTO quarantine
            SELECT
                {survey}, {delivery}, file, row, form_id,
                CASE WHEN province = {literal(AMBIGUOUS)} THEN {literal(UNKNOWN)} ELSE province END,
                CASE
                    WHEN channel IS NULL THEN {literal(NO_PROVINCE)}
                    WHEN channel IN ({literals(self.rules.channels)}) THEN channel
                    ELSE {literal(UNKNOWN)}
                END,
                reasons
            FROM bad
        """)

    def _is_known(self) -> bool:
        """Tell whether an earlier delivery belongs to the same survey."""
        return (
            self._number(
                f"SELECT count(*) FROM survey WHERE survey = {literal(self.plan.survey.survey)}"
            )
            > 0
        )

    def _number(self, query: str) -> int:
        row = self.con.execute(query).fetchone()
        return int(row[0]) if row else 0

    def faults(self, refuse_above: float) -> list[str]:
        """Return what makes the whole delivery unacceptable: a province column that is missing, too many bad forms."""
        found = []
        for file in self.plan.forms:
            if "province" in file.columns:
                continue
            row = self.con.execute(
                f"SELECT row, channel FROM bad WHERE file = {literal(file.name)}"
                f" AND channel IN ({literals(self.rules.local)}) ORDER BY row LIMIT 1"
            ).fetchone()
            if row:
                found.append(
                    f"{file.name}: column 'province' is missing, and row {row[0]} is a form of the local channel"
                    f" {row[1]!r}; add the column"
                )
        return found or self._too_many_bad(refuse_above)

    def _too_many_bad(self, refuse_above: float) -> list[str]:
        bad = self._number("SELECT count(*) FROM bad")
        if bad <= refuse_above * self.returned:
            return []
        examples = self.con.execute(
            "SELECT reason, count(*), min_by(file || ' row ' || row, (file, row))"
            " FROM (SELECT file, row, split_part(unnest(reasons), ':', 1) AS reason FROM bad)"
            " GROUP BY reason ORDER BY count(*) DESC, reason"
        ).fetchall()
        listed = "; ".join(
            f"{reason} {count} (first in {where})" for reason, count, where in examples
        )
        return [
            f"{bad} of {self.returned} forms are bad ({100 * bad / self.returned:.1f} %, at most"
            f" {100 * refuse_above:g} % are quarantined): {listed}; correct the mapping in survey.yaml"
            + self._other_vintage()
        ]

    def _other_vintage(self) -> str:
        unread = self.con.execute(
            f"SELECT spelling FROM province_spelling WHERE province IN ({literals([UNKNOWN, AMBIGUOUS])})"
            " ORDER BY spelling LIMIT 5"
        ).fetchall()
        if not unread:
            return ""
        shown = ", ".join(repr(spelling) for (spelling,) in unread)
        return f"; provinces not in {self.plan.geography.name}: {shown} - is the declared geography right?"
