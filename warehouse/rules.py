"""The rules of the delivery contract about a form and its answers, as SQL over the table `form`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from warehouse import reading
from warehouse.catalogue import Instrument
from warehouse.catalogue.rows import Item
from warehouse.catalogue.validation import SCALE_POINTS
from warehouse.quoting import identifier, literal, literals

NO_PROVINCE = "none"
UNKNOWN = "unknown"
AMBIGUOUS = "ambiguous"


def form_column(instrument: str, item: Item) -> str:
    """Return the column of the table `form` that holds the answers to an item."""
    mark = {"nominal": "[1]", "nominal_multi": "[]"}.get(item.scale or "", "")
    return f"{instrument}/{item.item}{mark}"


def column_type(item: Item) -> str:
    """Return the SQL type of an item's answers."""
    return "UTINYINT[]" if item.scale == "nominal_multi" else "UTINYINT"


class Rules:
    """The rules of the delivery contract for one instrument, as SQL over judged forms."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.items = instrument.answered
        self.columns = [form_column(instrument.name, item) for item in self.items]
        self.points = [self._points(item) for item in self.items]
        self.channels = [channel.channel for channel in instrument.channels]
        self.local = [channel.channel for channel in instrument.channels if channel.is_local]
        self.asked = self._asked_groups()

    def _points(self, item: Item) -> int:
        """Return the highest point of an item's scale, or its last option."""
        options = [row.option for row in self.instrument.options if row.item == item.item]
        return SCALE_POINTS[item.scale] if item.scale in SCALE_POINTS else max(options)

    def _asked_groups(self) -> list[tuple[list[str], list[str]]]:
        """Return pairs of (channels that ask, columns asked) for items not asked of everyone."""

        def askers(pair: tuple[Item, str]) -> list[str]:
            return [
                channel.channel
                for channel in self.instrument.channels
                if self.instrument.asks(channel, pair[0])
            ]

        pairs = sorted(zip(self.items, self.columns, strict=True), key=askers)
        groups = [
            (channels, [column for _, column in group])
            for channels, group in groupby(pairs, key=askers)
        ]
        return [group for group in groups if len(group[0]) < len(self.channels)]

    def about_the_form(self) -> dict[str, str]:
        """Map each reason that is not about an answer to the condition that a form meets which is broken by it."""
        return {
            "no_form_id": "form_id IS NULL",
            "missing_channel": "channel IS NULL",
            "unknown_channel": f"channel NOT IN ({literals(self.channels)})",
            "missing_province": f"province = {literal(NO_PROVINCE)} AND channel IN ({literals(self.local)})",
            "unknown_province": f"province = {literal(UNKNOWN)}",
            "ambiguous_province": f"province = {literal(AMBIGUOUS)}",
            "unreadable_value: collected_on": f"collected_on = {reading.UNREADABLE_DAY}",
            "unreadable_value: weight": "isnan(weight)",
        }

    def is_bad(self) -> str:
        """Return the condition of a WHERE that forms meet which break any rule about themselves.

        One long chain of OR, in which an answer that is not given is neither true nor false: least() and greatest()
        over all items say the same and take four times as long.
        """
        terms = list(self.about_the_form().values())
        terms += [
            f"channel NOT IN ({literals(askers)}) AND ({_any_given(columns)})"
            for askers, columns in self.asked
        ]
        for column, points in zip(self.columns, self.points, strict=True):
            name = identifier(column)
            lowest, highest = (
                (f"{name}[1]", f"{name}[-1]") if column.endswith("[]") else (name, name)
            )
            terms.append(f"{lowest} = 0 OR {highest} > {points}")
        return " OR ".join(f"({term})" for term in terms)

    def answers(self, forms: str) -> str:
        """Return the query that gives a row an answer of the table `forms`: position, channel, item, points, mark."""
        given = []
        for several in (False, True):
            names = [identifier(name) for name in self.columns if name.endswith("[]") == several]
            if names:
                value = "unnest(mark)" if several else "mark"
                given.append(
                    f"SELECT position, channel, form_column, {value} AS mark"
                    f" FROM (SELECT position, channel, {', '.join(names)} FROM {forms})"
                    f" UNPIVOT (mark FOR form_column IN (columns('/')))"
                )
        scales = ", ".join(
            f"({literal(column)}, {literal(item.item)}, {points})"
            for item, column, points in zip(self.items, self.columns, self.points, strict=True)
        )
        return (
            f"SELECT position, channel, item, points, mark FROM ({' UNION ALL '.join(given)})"
            f" INNER JOIN (VALUES {scales}) AS scale (form_column, item, points) USING (form_column)"
        )

    def reasons(self, forms: str) -> str:
        """Return the query that gives a row a broken rule of the table `forms`: position and reason."""
        instrument, known = literal(self.instrument.name), literals(self.channels)
        about_the_form = ", ".join(
            f"CASE WHEN {condition} THEN {literal(reason)} END"
            for reason, condition in self.about_the_form().items()
        )
        return f"""
            WITH judged AS (
                SELECT
                    position,
                    unnest([
                        CASE
                            WHEN mark = {reading.UNREADABLE} THEN 'unreadable_score'
                            WHEN mark = 0 OR mark > points THEN 'score_out_of_scale'
                        END,
                        CASE WHEN channel IN ({known}) AND (channel, item) NOT IN (
                            SELECT (channel, item) FROM asked WHERE instrument = {instrument}
                        ) THEN 'not_asked' END
                    ]) AS rule,
                    CASE
                        WHEN mark > points AND mark < {reading.UNREADABLE} OR mark = 0
                            THEN item || ' = ' || mark
                        ELSE item
                    END AS item
                FROM ({self.answers(forms)})
            )
            SELECT position, rule || ': ' || string_agg(DISTINCT item, ', ' ORDER BY item) AS reason
            FROM judged WHERE rule IS NOT NULL
            GROUP BY position, rule
            UNION ALL
            SELECT position, reason FROM (SELECT position, unnest([{about_the_form}]) AS reason FROM {forms})
            WHERE reason IS NOT NULL
        """


def _any_given(columns: Sequence[str]) -> str:
    return " OR ".join(f"{identifier(column)} IS NOT NULL" for column in columns)
