"""Taking in one delivery: every form is read, judged by every rule, and either kept or quarantined with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import duckdb

from warehouse import reading
from warehouse.catalogue.rows import Item
from warehouse.catalogue.names import AmbiguousProvince, UnknownProvince
from warehouse.catalogue.validation import SCALE_POINTS
from warehouse.extract import masked_prose, scan
from warehouse.quoting import identifier, literal
from warehouse.plan import TEXT_COLUMNS, Column, DeliveryPlan, ParquetFile

NO_PROVINCE = "none"
UNKNOWN = "unknown"


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


def form_column(instrument: str, item: Item) -> str:
    """Return the column of the table `form` that holds the answers to an item."""
    mark = {"nominal": "[1]", "nominal_multi": "[]"}.get(item.scale or "", "")
    return f"{instrument}/{item.item}{mark}"


def column_type(item: Item) -> str:
    """Return the SQL type of an item's answers."""
    return "UTINYINT[]" if item.scale == "nominal_multi" else "UTINYINT"


class Staging:
    """The forms of one delivery, read into a temporary table and judged.

    Args:
        con: the candidate's connection, with the table `form` as it was before this delivery.
        plan: the delivery.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, plan: DeliveryPlan) -> None:
        self.con = con
        self.plan = plan
        self.items = plan.instrument.answered
        self.columns = [form_column(plan.instrument.name, item) for item in self.items]
        options: dict[str, int] = {}
        for option in plan.instrument.options:
            options[option.item] = max(options.get(option.item, 0), option.option)
        self.points = [SCALE_POINTS.get(item.scale or "") or options[item.item] for item in self.items]

    def read(self, progress: Callable[[str, int], None]) -> None:
        """Read every form file into the temporary table `staged`, batch by batch, and judge each form."""
        self.con.execute("DROP TABLE IF EXISTS staged; DROP TABLE IF EXISTS province_spelling")
        self._read_spellings()
        for number, file in enumerate(self.plan.forms):
            verb = "CREATE TEMP TABLE staged AS" if number == 0 else "INSERT INTO staged BY NAME"
            self.con.execute(f"{verb} {self._judged(number, file)}")
            progress(file.name, file.n_rows)
        self._mark_repeats()

    def _province_text(self, file: ParquetFile) -> str:
        column = file.columns.get("province")
        return reading.mapped(reading.as_text(column), self.plan.values.get("province", {})) if column else "NULL"

    def _read_spellings(self) -> None:
        """Resolve each distinct spelling once; the code is null and `fault` says why where it cannot be."""
        self.con.execute("CREATE TEMP TABLE province_spelling (spelling VARCHAR, code VARCHAR, fault VARCHAR)")
        found = " UNION ".join(
            f"SELECT DISTINCT {self._province_text(file)}::VARCHAR FROM {scan(file.path)}" for file in self.plan.forms
        )
        rows = []
        for (spelling,) in self.con.execute(found).fetchall():
            if spelling is None:
                continue
            try:
                rows.append((spelling, self.plan.geography.resolve(spelling), None))
            except UnknownProvince:
                rows.append((spelling, None, "unknown_province"))
            except AmbiguousProvince:
                rows.append((spelling, None, "ambiguous_province"))
        if rows:
            self.con.executemany("INSERT INTO province_spelling VALUES (?, ?, ?)", rows)

    def _judged(self, number: int, file: ParquetFile) -> str:
        """Return the query that reads one file: contract columns, answers, `fault` (provisional) and position."""
        plan = self.plan
        read = []
        for name in ("form_id", "channel", *TEXT_COLUMNS):
            column = file.columns.get(name)
            text = reading.mapped(reading.as_text(column), plan.values.get(name, {})) if column else "NULL"
            if name == "comment" and column:
                text = masked_prose(text)
            read.append(f"{text}::VARCHAR AS {name}")
        for name, reader in (("collected_on", reading.day), ("weight", reading.number)):
            column = file.columns.get(name)
            kind = "DATE" if name == "collected_on" else "DOUBLE"
            written = reading.as_text(column) if column else "NULL"
            read.append(f"({reader(column) if column else 'NULL'})::{kind} AS {name}")
            read.append(f"{written} IS NOT NULL AS {name}_given")
        for item, column_name, points in zip(self.items, self.columns, self.points, strict=True):
            read.append(f"{self._answer(file.columns.get(item.item), item, points)} AS {identifier(column_name)}")
        return f"""
            SELECT
                * EXCLUDE (spelling, code, fault, collected_on_given, weight_given),
                coalesce(code, CASE WHEN spelling IS NULL THEN {literal(NO_PROVINCE)} ELSE {literal(UNKNOWN)} END)
                    AS province,
                fault AS province_fault,
                collected_on_given AND collected_on IS NULL AS bad_day,
                weight_given AND coalesce(weight < 0 OR isinf(weight), true) AS bad_weight,
                {number} AS file_number,
                {literal(file.name)} AS file,
                {str("province" in file.columns).lower()} AS has_province
            FROM (
                SELECT {self._province_text(file)}::VARCHAR AS spelling, file_row_number + 1 AS row, {", ".join(read)}
                FROM {scan(file.path)}
            )
            LEFT JOIN province_spelling USING (spelling)
        """

    def _answer(self, column: Column | None, item: Item, points: int) -> str:
        if column is None:
            return f"NULL::{column_type(item)}"
        reader = reading.choices if item.scale == "nominal_multi" else reading.score
        return reader(column, points, self.plan.missing_codes, self.plan.values.get(item.item, {}))

    def _mark_repeats(self) -> None:
        """Find ids that stand more than once: all but the first of identical forms, or all of conflicting ones."""
        self.con.execute("""
            CREATE OR REPLACE TEMP TABLE repeated AS
            WITH twice AS (
                SELECT form_id FROM staged WHERE form_id IS NOT NULL GROUP BY form_id HAVING count(*) > 1
            ), form AS (
                SELECT form_id, file_number, row, hash(*columns(* EXCLUDE (file_number, file, row))) AS answers
                FROM staged SEMI JOIN twice USING (form_id)
            )
            SELECT
                form_id, file_number, row,
                min(answers) OVER same_id <> max(answers) OVER same_id AS conflicting,
                row_number() OVER (same_id ORDER BY file_number, row) AS occurrence
            FROM form
            WINDOW same_id AS (PARTITION BY form_id)
        """)

    def _asked_groups(self) -> list[tuple[list[str], list[str]]]:
        """Return pairs of (channels that ask, columns asked) for items not asked of everyone."""
        instrument = self.plan.instrument

        def askers(pair: tuple[Item, str]) -> list[str]:
            return [channel.channel for channel in instrument.channels if instrument.asks(channel, pair[0])]

        pairs = sorted(zip(self.items, self.columns, strict=True), key=askers)
        groups = [(channels, [column for _, column in group]) for channels, group in groupby(pairs, key=askers)]
        return [group for group in groups if len(group[0]) < len(instrument.channels)]

    def _rules(self) -> dict[str, str]:
        """Map each reason to the condition that a bad form meets."""
        channels = [channel.channel for channel in self.plan.instrument.channels]
        local = [channel.channel for channel in self.plan.instrument.channels if channel.is_local]
        known = f"channel IN ({_literals(channels)})"
        not_asked = " OR ".join(
            f"channel NOT IN ({_literals(askers)}) AND ({_any_given(columns)})"
            for askers, columns in self._asked_groups()
        )
        return {
            "no_form_id": "form_id IS NULL",
            "missing_channel": "channel IS NULL",
            "unknown_channel": f"NOT {known}",
            "missing_province": f"province = {literal(NO_PROVINCE)} AND channel IN ({_literals(local)})",
            "unknown_province": "province_fault = 'unknown_province'",
            "ambiguous_province": "province_fault = 'ambiguous_province'",
            "unreadable_score": self._any_answer(reading.UNREADABLE),
            "score_out_of_scale": self._any_answer(reading.OUT_OF_SCALE),
            "not_asked": f"{known} AND ({not_asked or 'false'})",
            "unreadable_value": "bad_day OR bad_weight",
            "duplicate_form": "coalesce(NOT conflicting AND occurrence > 1, false)",
            "conflicting_form": "coalesce(conflicting, false)",
        }

    def _any_answer(self, mark: int) -> str:
        conditions = [
            f"list_contains({identifier(column)}, {mark})" if column.endswith("[]") else f"{identifier(column)} = {mark}"
            for column in self.columns
        ]
        return " OR ".join(conditions) or "false"

    @staticmethod
    def _marked(column: str) -> str:
        name = identifier(column)
        if column.endswith("[]"):
            return f"coalesce({name}[1] = {reading.UNREADABLE} OR {name}[-1] = {reading.OUT_OF_SCALE}, false)"
        return f"coalesce({name} NOT BETWEEN {reading.UNREADABLE + 1} AND {reading.OUT_OF_SCALE - 1}, false)"

    def _named(self) -> dict[str, str]:
        """Map reasons about items to SQL for the list of items concerned."""
        asked_by = {column: askers for askers, columns in self._asked_groups() for column in columns}
        named: dict[str, list[str]] = {"unreadable_score": [], "score_out_of_scale": [], "not_asked": []}
        for item, column in zip(self.items, self.columns, strict=True):
            name = identifier(column)
            for reason, mark in (("unreadable_score", reading.UNREADABLE), ("score_out_of_scale", reading.OUT_OF_SCALE)):
                is_bad = f"list_contains({name}, {mark})" if column.endswith("[]") else f"{name} = {mark}"
                named[reason].append(f"CASE WHEN {is_bad} THEN {literal(item.item)} END")
            if column in asked_by:
                named["not_asked"].append(
                    f"CASE WHEN channel NOT IN ({_literals(asked_by[column])}) AND {name} IS NOT NULL"
                    f" THEN {literal(item.item)} END"
                )
        return {
            reason: f"array_to_string(list_filter([{', '.join(cases) or 'NULL'}], lambda x: x IS NOT NULL), ', ')"
            for reason, cases in named.items()
        } | {
            "unreadable_value": "concat_ws(', ', CASE WHEN bad_day THEN 'collected_on' END,"
            " CASE WHEN bad_weight THEN 'weight' END)"
        }

    def settle(self) -> Intake:
        """Quarantine the bad forms, put the good ones into `form`, and count both."""
        survey, con = self.plan.survey.survey, self.con
        rules, named = self._rules(), self._named()
        reasons = ", ".join(
            f"CASE WHEN {rule} THEN "
            + (f"{literal(reason + ': ')} || {named[reason]}" if reason in named else literal(reason))
            + " END"
            for reason, rule in rules.items()
        )
        # One comparison an item finds both marks of a bad score; the rules tell them apart for the few that are bad.
        by_score = {"unreadable_score", "score_out_of_scale"}
        is_bad = " OR ".join(
            [f"coalesce({rule}, false)" for reason, rule in rules.items() if reason not in by_score]
            + [self._marked(column) for column in self.columns]
        )
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE bad AS
            SELECT *, list_filter([{reasons}], lambda x: x IS NOT NULL) AS reasons
            FROM (
                SELECT staged.*, repeated.conflicting, repeated.occurrence
                FROM staged
                LEFT JOIN repeated USING (file_number, row)
            )
            WHERE {is_bad}
        """)
        known = [channel.channel for channel in self.plan.instrument.channels]
        answers = ", ".join(identifier(column) for column in self.columns)
        fixed = ", ".join(("form_id", "channel", "province", *TEXT_COLUMNS, "collected_on", "weight"))
        con.execute(f"""
            CREATE OR REPLACE TEMP VIEW good AS
            SELECT {literal(survey)} AS survey, {literal(self.plan.delivery)} AS delivery, file, row, {fixed}, {answers}
            FROM staged ANTI JOIN bad USING (file_number, row)
        """)
        intake = self._count(survey)
        con.execute(f"""
            DELETE FROM form WHERE survey = {literal(survey)} AND form_id IN (SELECT form_id FROM good);
            DELETE FROM quarantine WHERE survey = {literal(survey)}
                AND (form_id IN (SELECT form_id FROM good) OR form_id IN (SELECT form_id FROM bad));
            INSERT INTO form BY NAME SELECT * FROM good;
            INSERT INTO quarantine
            SELECT
                {literal(survey)}, {literal(self.plan.delivery)}, file, row, form_id, province,
                CASE
                    WHEN channel IS NULL THEN {literal(NO_PROVINCE)}
                    WHEN channel IN ({_literals(known)}) THEN channel
                    ELSE {literal(UNKNOWN)}
                END,
                reasons
            FROM bad
            ORDER BY file_number, row;
        """)
        return intake

    def _count(self, survey: str) -> Intake:
        con = self.con
        same = " AND ".join(
            f"good.{identifier(column)} IS NOT DISTINCT FROM form.{identifier(column)}"
            for column in ("channel", "province", *TEXT_COLUMNS, "collected_on", "weight", *self.columns)
        )
        returned, = con.execute("SELECT count(*) FROM staged").fetchone() or (0,)
        quarantined, = con.execute("SELECT count(*) FROM bad").fetchone() or (0,)
        met, repeated = con.execute(
            f"SELECT count(*), coalesce(count_if({same}), 0) FROM good INNER JOIN form"
            f" ON good.form_id = form.form_id AND form.survey = {literal(survey)}"
        ).fetchone() or (0, 0)
        spoiled, = con.execute(
            f"SELECT count(*) FROM bad SEMI JOIN form"
            f" ON bad.form_id = form.form_id AND form.survey = {literal(survey)}"
        ).fetchone() or (0,)
        reasons = con.execute(
            "SELECT split_part(reason, ':', 1) AS code, count(*) FROM (SELECT unnest(reasons) AS reason FROM bad)"
            " GROUP BY code ORDER BY code"
        ).fetchall()
        valid = returned - quarantined
        return Intake(
            survey=survey,
            folder=self.plan.folder.name,
            returned=returned,
            valid=valid,
            quarantined=quarantined,
            new=valid - met,
            corrected=met - repeated,
            repeated=repeated,
            bad_corrections=spoiled,
            reasons=dict(reasons),
        )

    def faults(self, refuse_above: float) -> list[str]:
        """Return what makes the whole delivery unacceptable: a province column that is missing, too many bad forms."""
        local = [channel.channel for channel in self.plan.instrument.channels if channel.is_local]
        found = [
            f"{file}: column 'province' is missing, and row {row} is a form of the local channel {channel!r}; add it"
            for file, row, channel in self.con.execute(
                f"SELECT file, min(row), min_by(channel, row) FROM staged"
                f" WHERE NOT has_province AND channel IN ({_literals(local)}) GROUP BY file ORDER BY file"
            ).fetchall()
        ]
        return found if found else self._too_many_bad(refuse_above)

    def _too_many_bad(self, refuse_above: float) -> list[str]:
        returned, = self.con.execute("SELECT count(*) FROM staged").fetchone() or (0,)
        bad, = self.con.execute("SELECT count(*) FROM bad").fetchone() or (0,)
        if bad <= refuse_above * returned:
            return []
        example = self.con.execute(
            "SELECT reason, count(*), min_by(file || ' row ' || row, (file_number, row))"
            " FROM (SELECT file, file_number, row, split_part(unnest(reasons), ':', 1) AS reason FROM bad)"
            " GROUP BY reason ORDER BY count(*) DESC, reason"
        ).fetchall()
        listed = "; ".join(f"{reason} {count} (first in {where})" for reason, count, where in example)
        sentence = (
            f"{bad} of {returned} forms are bad ({100 * bad / returned:.1f} %, at most {100 * refuse_above:g} % are"
            f" quarantined): {listed}; correct the mapping in survey.yaml"
        )
        return [sentence + self._other_vintage()]

    def _other_vintage(self) -> str:
        unread = self.con.execute(
            "SELECT DISTINCT spelling FROM province_spelling WHERE code IS NULL ORDER BY spelling LIMIT 5"
        ).fetchall()
        if not unread:
            return ""
        shown = ", ".join(repr(spelling) for (spelling,) in unread)
        return f"; provinces not in {self.plan.geography.name}: {shown} - is the declared geography right?"


def _literals(texts: Sequence[str]) -> str:
    return ", ".join(literal(text) for text in texts) or "NULL"


def _any_given(columns: Sequence[str]) -> str:
    return " OR ".join(f"{identifier(column)} IS NOT NULL" for column in columns)
