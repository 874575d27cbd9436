"""A sample delivery as its own test reads it: from the files alone, by array, with the formulas written out."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from numpy.typing import NDArray

from warehouse.catalogue import AmbiguousProvince, Catalogue, Geography, UnknownProvince

TOP = {"likert5": 5, "interval4": 4}
Flags = NDArray[np.bool_]


class Delivered:
    """A delivery read by the contract: its forms under the contract's names, and which of them are good."""

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self.path = path
        self.manifest: dict[str, Any] = yaml.safe_load((path / "survey.yaml").read_text("utf-8"))
        self.instrument = catalogue.instruments[self.manifest["instrument"]]
        self.geography = catalogue.geographies[self.manifest["geography"]]
        self.files = sorted(path.glob("*.parquet"))
        table = pa.concat_tables([pq.read_table(file) for file in self.files])
        mapping = self.manifest.get("columns", {})
        self.table = table.rename_columns([mapping.get(name, name) for name in table.column_names])
        self.by_channel = {channel.channel: channel for channel in self.instrument.channels}
        self.criteria = [item for item in self.instrument.items if item.level == "criterion"]

    def text(self, column: str) -> NDArray[np.object_]:
        """A text column with the manifest's values translated; None where it is empty."""
        values = self.manifest.get("values", {}).get(column, {})
        found = np.array(self.table[column].to_pylist(), dtype=object)
        return np.array([values.get(text, text) for text in found], dtype=object)

    @cached_property
    def scores(self) -> dict[str, NDArray[np.int64]]:
        """Answers by item, -1 where there is none."""
        missing = self.manifest.get("missing_codes", [])
        found = {}
        for item in self.instrument.answered:
            if item.scale != "nominal_multi":
                column = self.table[item.item].fill_null(-1).to_numpy().astype(np.int64)
                found[item.item] = np.where(np.isin(column, missing), -1, column)
        return found

    @cached_property
    def channel(self) -> NDArray[np.object_]:
        return self.text("channel")

    @cached_property
    def province(self) -> NDArray[np.object_]:
        """Province codes; None where there is none, `unknown` where nobody can tell which."""
        written = self.text("province")
        known = {text: resolved(self.geography, text) for text in set(written) - {None}}
        return np.array([known.get(text) for text in written], dtype=object)

    @cached_property
    def local(self) -> Flags:
        named = [channel for channel, row in self.by_channel.items() if row.is_local]
        return np.isin(self.channel, named)

    @cached_property
    def reasons(self) -> list[set[str]]:
        """Why each form is bad, by the rules of the contract."""
        found: list[set[str]] = [set() for _ in range(self.table.num_rows)]

        def blame(reason: str, guilty: Flags) -> None:
            for row in np.flatnonzero(guilty):
                found[row].add(reason)

        empty_channel = self.channel == None  # noqa: E711 - element by element
        known = np.isin(self.channel, list(self.by_channel))
        blame("missing_channel", empty_channel)
        blame("unknown_channel", ~known & ~empty_channel)
        blame("unknown_province", self.province == "unknown")
        blame("missing_province", self.local & (self.province == None))  # noqa: E711
        options = Counter(option.item for option in self.instrument.options)
        for item in self.instrument.answered:
            if item.scale == "nominal_multi":
                continue
            score = self.scores[item.item]
            top = TOP.get(str(item.scale)) or options[item.item]
            blame("score_out_of_scale", (score != -1) & ((score < 1) | (score > top)))
            asking = [c for c, row in self.by_channel.items() if self.instrument.asks(row, item)]
            blame("not_asked", (score != -1) & known & ~np.isin(self.channel, asking))
        ids = self.table["form_id"].to_pylist()
        rows_of: dict[str | None, list[int]] = {}
        for row, form_id in enumerate(ids):
            rows_of.setdefault(form_id, []).append(row)
        for row in rows_of.pop(None, []):
            found[row].add("no_form_id")
        for rows in rows_of.values():
            if len(rows) > 1:
                first, *others = self.table.take(rows).to_pylist()
                same = all(other == first for other in others)
                for row in rows[1:] if same else rows:
                    found[row].add("duplicate_form" if same else "conflicting_form")
        return found

    @cached_property
    def valid(self) -> Flags:
        return np.array([not reasons for reasons in self.reasons])

    def criterion_indices(self, forms: Flags) -> dict[str, float]:
        """Index of each criterion that somebody among `forms` answered: sum of scores / (5 n) x 100."""
        indices = {}
        for item in self.criteria:
            score = self.scores[item.item][forms]
            n_level = [int((score == level).sum()) for level in (1, 2, 3, 4, 5)]
            if sum(n_level):
                total = sum(level * n for level, n in enumerate(n_level, start=1))
                indices[item.item] = 100 * total / (5 * sum(n_level))
        return indices

    def overall(self, forms: Flags) -> float:
        """The mean of the criterion indices."""
        indices = self.criterion_indices(forms)
        return sum(indices.values()) / len(indices)

    @cached_property
    def nation(self) -> float:
        return self.overall(self.valid)

    @cached_property
    def provinces(self) -> dict[str, float]:
        """Overall index of each province over its local channels."""
        counted = self.valid & self.local
        codes = [province.province_code for province in self.geography.provinces]
        return {code: self.overall(counted & (self.province == code)) for code in codes}

    @cached_property
    def issued(self) -> list[dict[str, Any]]:
        files = sorted((self.path / "issued").glob("*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]


def resolved(geography: Geography, text: str) -> str:
    try:
        return geography.resolve(text)
    except (UnknownProvince, AmbiguousProvince):
        return "unknown"


def shown(value: float) -> str:
    """Two decimals, half up."""
    return str(Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
