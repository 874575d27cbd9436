"""Taking in one delivery: every form is read, judged by every rule, and either kept or quarantined with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb

from warehouse import reading
from warehouse.catalogue.names import AmbiguousProvince, UnknownProvince
from warehouse.catalogue.rows import Item
from warehouse.extract import FILE, ROW, masked_prose, numbered_scan, scan
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
        self.con.execute(reading.TIME_ZONE)
        files = " UNION ALL BY NAME ".join(self._read(files) for files in self._alike)
        self.con.execute(f"INSERT INTO form BY NAME {files}")
        # Forms that are in the file already are deleted from it by a mark; a transaction that deletes some of what it
        # has itself inserted writes all the others a second time.
        self.con.execute("COMMIT; BEGIN")
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

    @cached_property
    def _alike(self) -> list[list[ParquetFile]]:
        """The files of forms, those with the same columns together: one scan reads them on all cores."""
        groups: list[list[ParquetFile]] = []
        for file in self.plan.forms:
            group = next((known for known in groups if known[0].columns == file.columns), None)
            if group is None:
                groups.append([file])
            else:
                group.append(file)
        return groups

    def _text(self, file: ParquetFile, name: str) -> str:
        column = file.columns.get(name)
        return (
            reading.mapped(reading.as_text(column), self.plan.values.get(name, {}))
            if column
            else "NULL"
        )

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """Each spelling of a province in the delivery, as a code or as the mark for why it has none."""
        found = " UNION ".join(
            f"SELECT DISTINCT {self._text(files[0], 'province')}::VARCHAR"
            f" FROM {scan(*(file.path for file in files))}"
            for files in self._alike
        )
        read = self.con.execute(f"{found} ORDER BY 1").fetchall()
        return {spelling: self._resolved(spelling) for (spelling,) in read if spelling}

    def _resolved(self, spelling: str) -> str:
        try:
            return self.plan.geography.resolve(spelling)
        except UnknownProvince:
            return UNKNOWN
        except AmbiguousProvince:
            return AMBIGUOUS

    def _read(self, files: Sequence[ParquetFile]) -> str:
        """Return the query that reads files of the same columns into those of `form`, what cannot be read as its mark.

        A province is looked up in a map: a join would take the rows in on one core.
        """
        columns = files[0].columns
        read = [
            f"{literal(self.plan.survey.survey)} AS survey",
            f"{literal(self.plan.delivery)} AS delivery",
            f"parse_filename({identifier(FILE)}) AS file",
            f"{identifier(ROW)} + 1 AS row",
            f"coalesce({self._province(files[0])}, {literal(NO_PROVINCE)}) AS province",
        ]
        for name in ("form_id", "channel", *TEXT_COLUMNS):
            text = self._text(files[0], name)
            if name == "comment" and name in columns:
                text = masked_prose(text)
            read.append(f"{text}::VARCHAR AS {name}")
        day, weight = columns.get("collected_on"), columns.get("weight")
        days, weights = (self.plan.values.get(name, {}) for name in ("collected_on", "weight"))
        read.append(f"{reading.day(day, days) if day else 'NULL::DATE'} AS collected_on")
        read.append(f"{reading.weight(weight, weights) if weight else 'NULL::DOUBLE'} AS weight")
        for item, column_name in zip(self.rules.items, self.rules.columns, strict=True):
            answer = self._answer(columns.get(item.item), item)
            read.append(f"{answer} AS {identifier(column_name)}")
        rows = numbered_scan(self.con, *(file.path for file in files))
        return f"SELECT {', '.join(read)} FROM {rows}"

    def _province(self, file: ParquetFile) -> str:
        if not self._spellings:
            return "NULL"
        codes = f"MAP([{literals(self._spellings)}], [{literals(self._spellings.values())}])"
        return f"{codes}[{self._text(file, 'province')}::VARCHAR]"

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
        """Return what makes the whole delivery unacceptable: no province at all, too many bad forms."""
        found = []
        for file in self.plan.forms:
            if "province" in file.columns:
                continue
            row = self.con.execute(
                f"SELECT row, channel FROM bad WHERE file = {literal(file.name)}"
                f" AND channel IN ({literals(self.rules.local)}) ORDER BY row LIMIT 1"
            ).fetchone()
            if row:
                what = "has no value" if self._has_empty_province(file) else "is missing"
                found.append(
                    f"{file.name}: column 'province' {what}, and row {row[0]} is a form of the local channel"
                    f" {row[1]!r}; give each such form its province"
                )
        return found or self._too_many_bad(refuse_above)

    def _has_empty_province(self, file: ParquetFile) -> bool:
        """Tell whether a file whose column of provinces was left out, as it has no type, has one all the same."""
        described = self.con.execute(f"DESCRIBE SELECT * FROM {scan(file.path)}").fetchall()
        return any(name == "province" for name, *_ in described)

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
            + self._no_province()
            + self._other_vintage()
        ]

    def _no_province(self) -> str:
        """Return the files of local forms whose column of provinces has no value in any row."""
        named = self.con.execute(f"""
            SELECT file FROM (
                SELECT file, province FROM bad
                UNION ALL
                SELECT file, province FROM form WHERE delivery = {literal(self.plan.delivery)}
            )
            GROUP BY file HAVING bool_and(province = {literal(NO_PROVINCE)})
            INTERSECT SELECT file FROM bad WHERE channel IN ({literals(self.rules.local)})
            ORDER BY file
        """).fetchall()
        return "".join(f"; column 'province' has no value in {file}" for (file,) in named)

    def _other_vintage(self) -> str:
        unread = [
            spelling for spelling, code in self._spellings.items() if code in (UNKNOWN, AMBIGUOUS)
        ][:5]
        if not unread:
            return ""
        shown = ", ".join(map(repr, unread))
        return f"; provinces not in {self.plan.geography.name}: {shown} - is the declared geography right?"
