"""Write a survey as a delivery folder: manifest, forms, issued counts and administrative figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ingest.sample import people
from ingest.sample.figures import SurveyPlan
from ingest.sample.forms import NO_ANSWER, NONE, Flags, Forms, Generator, Ints, Scores
from ingest.sample.opinions import Items
from ingest.sample.places import Places
from ingest.sample.spelling import Spelling, province_spellings
from warehouse.catalogue import Instrument

INSTRUMENT = "vss-1111"
MANIFEST = "survey.yaml"
FORM_FILES = {
    "forms-interview.parquet": ("face_to_face", "phone"),
    "forms-online.parquet": ("online",),
    "forms-paper.parquet": ("paper",),
}
ISSUED_FILE = "issued/issued.parquet"
INDICATOR_FILE = "indicators/administrative.parquet"
FILES = frozenset({MANIFEST, *FORM_FILES, ISSUED_FILE, INDICATOR_FILE})

TEXT_COLUMNS = ("channel", "province", "office", "venue", "mode", *people.PROFILE, "comment")


@dataclass(frozen=True)
class Survey:
    """A survey that has been made.

    Attributes:
        delivered: (row,) the forms that came back, a repeat twice.
    """

    plan: SurveyPlan
    instrument: Instrument
    places: Places
    items: Items
    forms: Forms
    delivered: Ints

    @property
    def questions(self) -> list[str]:
        """All items that can be answered, in the order of their columns."""
        return [item.item for item in self.instrument.answered]


def write_forms(rng: Generator, folder: Path, survey: Survey, spelling: Spelling) -> None:
    """Write the files of forms, each for some modes, in the order of the days."""
    forms, mode = survey.forms, survey.forms.codes["mode"]
    by_day = survey.delivered[np.argsort(forms.day[survey.delivered], kind="stable")]
    written = replace(forms, scores=_with_missing_codes(rng, forms.scores, survey.items, spelling))
    spelled = _with_province_names(rng, written, survey.places)
    for file, modes in FORM_FILES.items():
        rows = by_day[np.isin(mode[by_day], [people.MODE.index(each) for each in modes])]
        names = spelling.province_names or "paper" in modes
        table = _form_table(survey, spelled if names else written, rows, spelling)
        write_parquet(table, folder / file)


def _form_table(survey: Survey, forms: Forms, rows: Ints, spelling: Spelling) -> pa.Table:
    """The rows `rows` of `forms` under the names of `spelling`."""
    plan = survey.plan
    columns = {spelling.column("form_id"): _form_ids(plan.year, forms.number[rows])}
    for name in TEXT_COLUMNS:
        if name in forms.codes:
            words = spelling.words(name, forms.words[name])
            columns[spelling.column(name)] = _texts(words, forms.codes[name][rows])
        if name == "mode":
            columns[spelling.column("collected_on")] = _dates(plan.fieldwork[0], forms.day[rows])
    for code in survey.questions:
        if code in forms.choices:
            columns[spelling.item(code)] = _lists(forms.choices[code][rows])
        else:
            chosen = forms.scores[rows, forms.items.index(code)]
            columns[spelling.item(code)] = pa.array(chosen, mask=chosen < 0)
    return pa.table(columns)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write `table`, zstd-compressed, into a folder that is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def write_manifest(folder: Path, survey: Survey, spelling: Spelling) -> None:
    """Write survey.yaml; a spelling of its own adds the mapping to the contract."""
    plan = survey.plan
    manifest: dict[str, Any] = {
        "survey": plan.survey,
        "year": plan.year,
        "instrument": INSTRUMENT,
        "geography": plan.geography,
        "synthetic": True,
        "title": survey_title(plan.year),
        "fieldwork": _period(plan.fieldwork),
        "transactions": _period(plan.transactions),
    }
    columns = {spelling.column(name): name for name in ("form_id", "collected_on", *TEXT_COLUMNS)}
    columns |= {spelling.item(code): code for code in survey.questions}
    renamed = {written: name for written, name in columns.items() if written != name}
    if renamed:
        manifest["columns"] = renamed
    if spelling.values:
        manifest["values"] = {
            column: {written: value for value, written in values.items()}
            for column, values in spelling.values.items()
        }
    if spelling.missing_codes:
        manifest["missing_codes"] = spelling.missing_codes
    text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False, width=110)
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def survey_title(year: int) -> dict[str, str]:
    """Title of a synthetic survey, which says that it is one."""
    return {
        "vi": f"Khảo sát mức độ hài lòng năm {year} (dữ liệu mô phỏng)",
        "en": f"Satisfaction survey {year} (synthetic data)",
    }


def _period(days: tuple[date, date]) -> dict[str, date]:
    return {"from": days[0], "to": days[1]}


def _form_ids(year: int, numbers: Ints) -> pa.Array:
    """Running numbers with letters before them, so that nobody takes them for a citizen id."""
    return pa.array(
        [None if number == NONE else f"HL{year % 100}-{number:06d}" for number in numbers.tolist()],
        pa.string(),
    )


def _texts(words: list[str], codes: Ints) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(codes, mask=codes == NONE))


def _dates(start: date, days: Ints) -> pa.Array:
    first = np.datetime64(start, "D")
    return pa.array(first + days.astype("timedelta64[D]"))


def _lists(chosen: Flags) -> pa.Array:
    """Options chosen (form, option) as lists of options from 1; none chosen is null."""
    _, options = np.nonzero(chosen)
    n_chosen = chosen.sum(axis=1)
    offsets = np.concatenate([[0], np.cumsum(n_chosen)]).astype(np.int32)
    return pa.ListArray.from_arrays(
        pa.array(offsets), pa.array((options + 1).astype(np.int8)), mask=pa.array(n_chosen == 0)
    )


def _with_missing_codes(rng: Generator, scores: Scores, items: Items, spelling: Spelling) -> Scores:
    """Write the spelling's codes where an item was asked and not answered."""
    if spelling.no_answer is None or spelling.not_applicable is None:
        return scores
    written = scores.copy(order="F")
    for column in range(scores.shape[1]):
        silent = np.flatnonzero(scores[:, column] == NO_ANSWER)
        presupposes = bool(items.conditional[column]) or items.experience[column] < 1.0
        not_applicable = rng.random(len(silent)) < (0.93 if presupposes else 0.08)
        written[silent, column] = np.where(
            not_applicable, spelling.not_applicable, spelling.no_answer
        )
    return written


def _with_province_names(rng: Generator, forms: Forms, places: Places) -> Forms:
    """Return `forms` with names in place of the codes, each form with a spelling of its own."""
    spellings = province_spellings(places.geography)
    n_ways = len(spellings[0])
    known = [name for ways in spellings for name in ways]
    unknown = forms.words["province"][len(spellings) :]
    code = forms.codes["province"]
    way = rng.integers(0, n_ways, len(code))
    position = np.where(
        code < len(spellings), code * n_ways + way, len(known) + code - len(spellings)
    )
    position[code == NONE] = NONE
    return replace(
        forms,
        words={**forms.words, "province": known + unknown},
        codes={**forms.codes, "province": position},
    )
