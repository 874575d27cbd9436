"""An attacker has every row of every view and every filter, and solves exactly; he must not get one hidden slice."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openpyxl
import polars as pl
import pytest

from ingest.load import load_deliveries
from tests.deliveries import manifest, write_delivery, write_settings
from warehouse import Snapshot, open_current
from warehouse.catalogue import read_catalogue
from warehouse.errors import UsageError
from warehouse.exchanges import exchanges
from warehouse.export import export_view, format_of
from warehouse.extraction import Extraction
from warehouse.masking import NO_ANSWERS, STORED, masked, places
from warehouse.published import PUBLISHED
from warehouse.supposition import Supposition
from warehouse.suppression import Exchange, Nest, People, Slice

PRIME = 2**31 - 1
Row = npt.NDArray[np.int64]


class Span:
    """The linear combinations of some rows of noughts and ones, exactly: over the integers modulo a large prime.

    What a whole number of rows gives it gives modulo the prime; the reverse could fail for a determinant that the
    prime divides, and then the attacker would be credited with too much, not too little.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._basis: dict[int, Row] = {}
        for row in rows:
            left, pivot = self._reduced(row)
            if pivot is not None:
                self._basis[pivot] = left * pow(int(left[pivot]), PRIME - 2, PRIME) % PRIME

    def holds(self, row: Row) -> bool:
        return self._reduced(row)[1] is None

    def _reduced(self, row: Row) -> tuple[Row, int | None]:
        left = row % PRIME
        for pivot in np.flatnonzero(left).tolist():
            if left[pivot] and pivot in self._basis:
                left = (left - self._basis[pivot] * left[pivot]) % PRIME
        # A pivot that came up on the way is looked at again.
        while (found := np.flatnonzero(left)).size and int(found[0]) in self._basis:
            left = (left - self._basis[int(found[0])] * left[found[0]]) % PRIME
        return left, int(found[0]) if found.size else None


# --- the choice of what is hidden, on thousands of made-up countries -----------------------------


def country(seed: int) -> tuple[People, list[frozenset[int]], list[frozenset[int]], int]:
    """Regions, provinces, mergers that cross the regions, channels, groups and characteristics; and a limit."""
    draw, numbers = random.Random(seed), np.random.default_rng(seed)
    regions: list[frozenset[int]] = []
    for _ in range(draw.choice([1, 2, 3])):
        begin = sum(map(len, regions))
        regions.append(frozenset(range(begin, begin + draw.choice([1, 2, 3]))))
    centre = sum(map(len, regions))
    n_local, n_support = draw.choice([1, 2, 3]), draw.choice([0, 1, 2])
    stated = [draw.choice([2, 3, 4]) for _ in range(draw.choice([0, 1, 2, 2]))]
    shape = (centre + 1, n_local + n_support, *stated)
    mean = draw.choice([2, 6, 15, 30])
    counts = numbers.poisson(numbers.gamma(0.8, mean / 0.8, size=shape)).astype(np.int64)
    for unit, channel in np.ndindex(shape[:2]):
        runs_here = (unit == centre) == (channel >= n_local) and (
            unit == centre or draw.random() < 0.8
        )
        counts[unit, channel] *= runs_here
    merged: list[frozenset[int]] = []
    left = draw.sample(range(centre), centre)
    while left:
        size = min(len(left), draw.choice([1, 2, 3]))
        merged.append(frozenset(left[:size]))
        left = left[size:]
    half = len(merged) // 2
    halves = [frozenset().union(*part) for part in (merged[:half], merged[half:]) if part]
    wide = [frozenset(range(centre))] + ([frozenset({centre})] if n_support else [])
    nests = [
        wide,
        regions,
        *([frozenset({unit}) for unit in region] for region in regions),
        halves,
        *([one for one in merged if one <= part] for part in halves),
    ]
    every = frozenset(range(shape[1]))
    groups = [every, frozenset(range(n_local)), frozenset(range(n_local, shape[1]))]
    people = People(
        counts,
        tuple(Nest(tuple(nest)) for nest in nests),
        tuple(n - 1 if draw.random() < 0.5 else None for n in stated),
        tuple(group for group in groups if group),
    )
    asked = [frozenset(range(shape[0])), *dict.fromkeys(itertools.chain(*nests))]
    channels = [*(frozenset({channel}) for channel in every), *dict.fromkeys(people.groups)]
    return people, asked, channels, draw.choice([2, 3, 5, 10])


def slices(
    people: People, asked: Sequence[frozenset[int]], channels: Sequence[frozenset[int]]
) -> Iterator[Slice]:
    """Every slice there is: place x channel or group x at most one value of each characteristic."""
    values: list[list[int | None]] = [
        [None, *(value for value in range(n) if value != absent)]
        for n, absent in zip(people.counts.shape[2:], people.not_stated, strict=True)
    ]
    for place, channel in itertools.product(asked, channels):
        for chosen in itertools.product(*values):
            named = {axis: frozenset({v}) for axis, v in enumerate(chosen, 2) if v is not None}
            yield Slice(place, channel, named)


def is_hidden(
    people: People, below: int, asked: Slice, found: dict[tuple[int, ...], list[Exchange]]
) -> bool:
    """Decide as the product does: by the people told apart by no other characteristics than those asked for."""
    axes = tuple(asked.values)
    others = tuple(axis for axis in range(2, people.counts.ndim) if axis not in axes)
    if axes not in found:
        not_stated = tuple(people.not_stated[axis - 2] for axis in axes)
        told = People(people.counts.sum(axis=others), people.nests, not_stated, people.groups)
        found[axes] = exchanges(told, below)
    renamed = {axis: asked.values[of] for axis, of in enumerate(axes, start=2)}
    one = Slice(asked.units, asked.channels, renamed)
    return any(exchange.hides(one, people.served) for exchange in found[axes])


def attacked(seed: int) -> tuple[int, list[Slice], list[Slice]]:
    """How many slices are hidden; those shown that are too small; those hidden that can be worked out."""
    people, asked, channels, below = country(seed)
    found: dict[tuple[int, ...], list[Exchange]] = {}
    # Which channels a place has is no secret; whether anybody of a kind is there is one.
    known = people.counts.reshape(*people.counts.shape[:2], -1).sum(axis=2) > 0
    atoms = [atom for atom in np.ndindex(people.counts.shape) if known[atom[:2]]]
    shown: list[Row] = []
    hidden: list[tuple[Slice, Row]] = []
    small: list[Slice] = []
    for one in slices(people, asked, channels):
        inside = [
            atom[0] in one.units
            and atom[1] in one.channels
            and all(atom[axis] in box for axis, box in one.values.items())
            for atom in atoms
        ]
        row = np.array(inside, dtype=np.int64)
        n_forms = sum(
            int(people.counts[atom]) for atom, is_in in zip(atoms, inside, strict=True) if is_in
        )
        if is_hidden(people, below, one, found):
            hidden += [(one, row)] * bool(row.any())
        else:
            shown.append(row)
            small += [one] * (0 < n_forms < below)
    span = Span(shown)
    return len(hidden), small, [one for one, row in hidden if span.holds(row)]


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_no_hidden_slice_is_a_linear_combination_of_the_shown(start: int) -> None:
    n_hidden = 0
    for seed in range(start, start + 20):
        hides, small, solved = attacked(seed)
        assert small == [], f"country {seed} shows slices of too few people"
        assert solved == [], f"country {seed} gives hidden slices away"
        n_hidden += hides
    assert n_hidden > 100


def test_the_attacker_can_solve_what_is_badly_hidden() -> None:
    """The same solver gets the one small slice when nothing but itself is hidden."""
    shown = [np.array(row) for row in ([1, 1, 1], [1, 0, 0], [0, 1, 0])]
    assert Span(shown).holds(np.array([0, 0, 1]))
    assert not Span(shown[:2]).holds(np.array([0, 0, 1]))


# --- the product: every view and filter of a loaded survey ---------------------------------------

CHANNELS = ("one_stop", "payment_agent", "health_facility", "support_zalo", "support_email")
JOBS = ("retired", "enterprise", "other", None)


def awkward(seed: int, survey: str, year: int, limit: int, folder: Path) -> Path:
    """A survey of a few provinces and offices in which many a group has fewer forms than the limit."""
    draw = random.Random(seed)
    provinces = ["01", "31", "33", "08", "24"] if year > 2024 else ["01", "35", "37", "02", "08"]
    rows: list[dict[str, Any]] = []
    for province, channel in itertools.product(provinces, CHANNELS):
        if draw.random() < 0.2:
            continue
        for _ in range(int(draw.expovariate(1 / (4 * limit)))):
            of_office = channel == "one_stop" and draw.random() < 0.9
            rows.append(
                {
                    "form_id": f"{survey}-{len(rows)}",
                    "province": province,
                    "channel": channel,
                    "office": draw.choice("AAAB") if of_office else None,
                    "sex": draw.choice(["female", "female", "male"]),
                    "occupation": draw.choice(JOBS),
                    "2.2.a.1.1" if channel in CHANNELS[:2] else "2.1.a.1": draw.randint(1, 5),
                }
            )
    # Too few whoever is counted, beside provinces of the same channel that are not.
    rows += [
        rows[0]
        | {"form_id": f"{survey}-few-{n}", "province": "04", "office": None, "channel": "one_stop"}
        for n in range(limit - 2)
    ]
    every = {name: None for row in rows for name in row}
    return write_delivery(folder, [every | row for row in rows], manifest(survey, year))


@pytest.fixture(scope="module", params=[1, 2, 3])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Two years, the earlier one in the provinces before the mergers."""
    folder = tmp_path_factory.mktemp("awkward")
    limit = 5
    catalogue = read_catalogue(write_settings(folder / "catalogue", suppress_below_forms=limit))
    deliveries = [
        awkward(request.param, "vss-2024", 2024, limit, folder / "a"),
        awkward(request.param + 10, "vss-2025", 2025, limit, folder / "b"),
    ]
    load_deliveries(deliveries, folder / "warehouse", catalogue)
    return open_current(folder / "warehouse")


SLICE = ["geography", "geo_level", "geo_code", "channel"]
Person = dict[str, Any]
FILTERS: list[dict[str, str]] = [
    {},
    *({"sex": sex} for sex in ("female", "male")),
    *({"occupation": job} for job in JOBS if job),
    *(
        {"sex": sex, "occupation": job}
        for sex, job in itertools.product(("female", "male"), JOBS)
        if job
    ),
]


def persons(snapshot: Snapshot, survey: str) -> list[Person]:
    """Every form with the slices that it counts in."""
    rows = snapshot.rows(
        """
        SELECT form.form_id, form.sex, form.occupation, form.province, form.office, form.channel,
            list((cell_slice.geography, cell_slice.geo_level, cell_slice.geo_code, cell_slice.channel)) AS slices
        FROM form
        INNER JOIN cell_slice ON form.survey = cell_slice.survey AND form.province = cell_slice.province
            AND coalesce(form.office, '') = cell_slice.office AND form.channel = cell_slice.form_channel
        WHERE form.survey = $survey GROUP BY ALL
        """,
        {"survey": survey},
    )
    names = [name for name, *_ in rows.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


@pytest.mark.parametrize("survey", ["vss-2024", "vss-2025"])
def test_all_that_is_read_together_gives_no_hidden_slice_away(
    loaded: Snapshot, survey: str
) -> None:
    limit = loaded.disclosure.below
    people = persons(loaded, survey)
    support = {unit_of(person) for person in people}
    kinds = list(itertools.product(("female", "male"), JOBS))
    atoms = {atom: i for i, atom in enumerate(itertools.product(sorted(support), kinds))}
    members = {
        unit: next(person["slices"] for person in people if unit_of(person) == unit)
        for unit in support
    }
    shown: list[Row] = []
    hidden: list[tuple[Any, Row]] = []
    for place, chosen, suppressed, n_forms in everything_read(loaded, survey):
        inside = [
            place in set(members[unit])
            and all(kind[("sex", "occupation").index(name)] == v for name, v in chosen.items())
            for unit, kind in atoms
        ]
        row = np.array(inside, dtype=np.int64)
        assert len(set(suppressed)) == 1, "a slice is hidden whole"
        if suppressed[0]:
            assert set(n_forms) == {None}
            hidden.append(((place, chosen), row))
        else:
            assert (n_forms[0] or 0) >= limit
            assert n_forms[0] == sum(
                place in set(person["slices"])
                and all(person[name] == value for name, value in chosen.items())
                for person in people
            )
            shown.append(row)
    assert hidden
    assert len(shown) > 20
    span = Span(shown)
    assert [one for one, row in hidden if span.holds(row)] == []


def everything_read(
    snapshot: Snapshot, survey: str
) -> Iterator[tuple[tuple[str, ...], dict[str, str], list[str | None], list[int | None]]]:
    """Every slice of the indices and of the respondents' profile, under every filter: reasons and numbers of forms."""
    keys = SLICE
    for chosen in FILTERS:
        for view in ("satisfaction_index", "respondent_profile"):
            of_profile = view == "respondent_profile"
            if of_profile and len(chosen) == 2:
                continue
            read = (
                snapshot.filtered(view, chosen, survey=survey)
                if chosen
                else snapshot.read(view, survey=survey)
            )
            told = ["characteristic", "value"] if of_profile else []
            if of_profile:
                read = read.filter(
                    pl.col("characteristic").is_in(["sex", "occupation"]),
                    ~pl.col("characteristic").is_in(list(chosen)),
                ).with_columns(channel=pl.lit("all"))
            else:  # items are asked of some of a slice's people: see the next test
                read = read.filter(pl.col("item_level").is_in(["overall", "content"]))
            seen = read.group_by([*keys, *told]).agg(reasons="suppressed", forms="n_forms")
            for *place, reasons, forms in seen.rows():
                also = dict([place[len(keys) :]]) if told else {}
                yield tuple(place[: len(keys)]), chosen | also, reasons, forms


@pytest.mark.parametrize("survey", ["vss-2024", "vss-2025"])
def test_no_item_is_of_a_hidden_slice_alone(loaded: Snapshot, survey: str) -> None:
    """What all channels say to an item that one service group is asked is what that group says."""
    kept = 0
    for chosen in FILTERS:
        rows = loaded.filtered("satisfaction_index", chosen, survey=survey)
        rows = rows if chosen else loaded.read("satisfaction_index", survey=survey)
        gone = rows.filter(item_level="overall", suppressed="few_forms").select(SLICE).rows()
        of_group = rows.filter(pl.col("item").str.starts_with("2.2.a"), item_level="criterion")
        for *place, channel, reason, n_answers in of_group.select(
            *SLICE, "suppressed", "n_answers"
        ).rows():
            if channel in ("all", "local") and (*place, "2.2.a") in gone:
                assert (reason, n_answers) == ("few_forms", None)
                kept += (*place, channel) not in gone
    assert kept


def unit_of(person: Mapping[str, Any]) -> tuple[str, str, str]:
    """What tells apart the smallest cells that any slice is made of: support is run from the centre."""
    if person["channel"].startswith("support"):
        return ("", "", person["channel"])
    return (person["province"], person["office"] or "", person["channel"])


def test_every_view_of_people_empties_what_is_hidden(loaded: Snapshot) -> None:
    """A hidden slice is hidden in all views: their rows stay, and nothing but what says which row it is is left."""
    key = ["survey", "geography", "geo_level", "geo_code", "channel"]
    index = loaded.read("satisfaction_index", item="overall")
    gone = set(index.filter(index["suppressed"].is_not_null()).select(key).rows())
    assert {("province", "04", "all"), ("province", "04", "one_stop")} <= {one[2:] for one in gone}
    compared = 0
    for view, described in PUBLISHED.items():
        named = {"geo_code", "province"} & set(described.key)
        if not places(view) or not named or not {"survey", "geography"} <= set(described.key):
            continue
        code = named.pop()
        for row in loaded.read(view).iter_rows(named=True):
            level, channel = row.get("geo_level", "province"), row.get("channel", "all")
            if (row["survey"], row["geography"], level, row[code], channel) not in gone:
                continue
            compared += 1
            assert row["suppressed"] == "few_forms", view
            told = {name for name, value in row.items() if value is not None}
            figures = {name for name in told if name.startswith("n_") or name.endswith("_pct")}
            assert figures <= {"target_pct"}
    assert compared > 100


def test_a_filter_on_a_figure_finds_no_hidden_row(loaded: Snapshot) -> None:
    """Asking for rows by their values must not tell which value a hidden one has."""
    every = loaded.read("satisfaction_index", ["suppressed"])
    assert every["suppressed"].null_count() < every.height
    for n_forms in range(1, 20):
        found = loaded.read("satisfaction_index", n_forms=n_forms)
        assert found["suppressed"].null_count() == found.height


def test_a_file_has_the_same_rows_hidden_and_says_why(loaded: Snapshot, tmp_path: Path) -> None:
    shown = loaded.read("satisfaction_index", survey="vss-2025")
    extraction = Extraction("satisfaction_index", {"survey": ["vss-2025"]})
    for form in ("parquet", "xlsx"):
        out = tmp_path / f"indices.{form}"
        export_view(loaded, extraction, format_of(None, out), out)
    assert pl.read_parquet(tmp_path / "indices.parquet").equals(shown)
    assert 0 < shown["suppressed"].drop_nulls().len() < shown.height
    sheets = openpyxl.load_workbook(tmp_path / "indices.xlsx")
    head, *rows = sheets["data"].iter_rows(values_only=True)
    at = {name: head.index(name) for name in ("suppressed", "index_pct", "n1", "n_forms")}
    hidden = [row for row in rows if row[at["suppressed"]] == "few_forms"]
    assert len(hidden) == shown["suppressed"].drop_nulls().len()
    assert {row[at[name]] for row in hidden for name in ("index_pct", "n1", "n_forms")} == {None}
    said = "\n".join(
        str(cell) for row in sheets["notes"].iter_rows(values_only=True) for cell in row
    )
    assert "Slices of fewer than 5 forms" in said


def test_no_filter_makes_groups_that_are_not_slices(loaded: Snapshot) -> None:
    three = {"sex": "male", "occupation": "retired", "mode": "paper"}
    for people in (three, {"sex": ["male", "female"]}, {"occupation": None}):
        with pytest.raises(UsageError, match="people are"):
            loaded.filtered("satisfaction_index", people)


def test_every_view_says_where_its_slices_stand() -> None:
    """A new view of a survey's people is hidden like the others, or says that it tells no answers."""
    for view, described in PUBLISHED.items():
        of_people = "survey" in described.key and {"channel", "province", "geo_code"} & set(
            described.key
        )
        assert not of_people or bool(places(view)) != (view in NO_ANSWERS), view


def test_a_share_does_not_tell_how_many_the_hidden_are(loaded: Snapshot) -> None:
    rows = loaded.read("respondent_profile")
    key = ["survey", "geography", "geo_level", "geo_code", "characteristic"]
    gone = rows.filter(pl.col("suppressed").is_not_null()).select(key).unique()
    beside = rows.join(gone, on=key, how="semi")
    assert beside["share_pct"].null_count() == beside.height > 0
    others = rows.join(gone, on=key, how="anti")
    assert others["share_pct"].null_count() == 0 < others.height


def test_what_would_follow_is_counted_among_the_shown(loaded: Snapshot) -> None:
    """The target and the lift are the asker's: counts with the hidden would tell where each of their indices lies."""
    where = {"survey": "vss-2025", "geography": "vn-34", "channel": "one_stop"}
    provinces = loaded.read("satisfaction_index", geo_level="province", item="overall", **where)
    n_shown = provinces["suppressed"].null_count()
    assert 0 < n_shown < provinces.height
    supposed = Supposition(
        **where,
        geo_level="nation",
        geo_code="vn",
        item="overall",
        points=1,
        people=0,
        target_pct=90,
    )
    cells = loaded.what_if(supposed)["what_if_cell"]
    hides = loaded.disclosure.hides(supposed.slice)
    assert set(cells["n_provinces"]) == (set() if hides else {n_shown})


def test_a_sign_of_fabrication_is_told_without_what_people_answered(loaded: Snapshot) -> None:
    """Neither the share nor what it could be worked out from: the count and the threshold."""
    view = "fieldwork_credibility"
    told: dict[str, Any] = {
        "survey": "vss-2025", "year": 2025, "geography": "vn-34", "province": "04", "office": "",
        "channel": "one_stop", "indicator": "all_highest", "subject": "", "n_forms": 3, "n_flagged": 2,
        "observed_pct": 66.7, "expected_pct": 10.0, "threshold_pct": 40.0, "flagged": True, "synthetic": True,
    }  # fmt: skip
    columns = {name: kind for name, kind in loaded.columns(view).items() if name != "suppressed"}
    assert told.keys() == columns.keys()
    source = f"(SELECT {', '.join(f'${name} AS {name}' for name in told)})"
    (row,) = loaded.rows(masked(view, source, columns, STORED), told).fetchall()
    found = dict(zip(columns, row, strict=False))
    emptied = {name for name in told if found[name] is None}
    assert emptied == {"n_flagged", "observed_pct", "expected_pct", "threshold_pct"}
    assert (found["flagged"], found["n_forms"]) == (True, 3)
