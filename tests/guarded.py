"""Small worlds for the tests of the checks: a clean one cut out of the sample, and one with every fault that warns."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ingest import load
from tests.deliveries import write_forms
from warehouse import assessment, build
from warehouse.catalogue import Catalogue
from warehouse.origin import Origin

Form = dict[str, Any]
Delivery = list[Form]
SNAPSHOT = "0" * 12
CRITERIA = "2."


def forms_of(delivery: Path, every: int) -> tuple[Delivery, dict[str, pa.DataType]]:
    """One in `every` forms of a sample delivery under the contract's names, and the types of their columns."""
    told = yaml.safe_load((delivery / "survey.yaml").read_text("utf-8"))
    names = told.get("columns", {})
    values = told.get("values", {})
    tables = []
    for file in sorted(delivery.glob("*.parquet")):
        table = pq.read_table(file)
        tables.append(table.rename_columns([names.get(name, name) for name in table.column_names]))
    table = pa.concat_tables(tables, promote_options="permissive")
    rows = table.take(list(range(0, len(table), every))).to_pylist()
    for row in rows:
        for column, meaning in values.items():
            row[column] = meaning.get(str(row[column]), row[column])
    return rows, {field.name: field.type for field in table.schema}


def thinned(
    delivery: Path, target: Path, every: int, change: Callable[[Delivery], Delivery]
) -> Path:
    """A delivery of one form in `every`, without issued numbers, after `change`."""
    rows, types = forms_of(delivery, every)
    target.mkdir(parents=True)
    write_forms(target / "forms.parquet", change(rows), types)
    told = yaml.safe_load((delivery / "survey.yaml").read_text("utf-8"))
    told.pop("columns", None)
    told.pop("values", None)
    (target / "survey.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return target


def built(path: Path, deliveries: Iterable[Path], catalogue: Catalogue) -> Path:
    """A candidate built from deliveries and assessed, as a load leaves it before its checks."""
    plans, faults = load._plans(list(deliveries), catalogue, {}, lambda step, rows: None)
    assert not faults
    origin = Origin(SNAPSHOT, "", "")
    build.build(path, None, plans, catalogue, origin, lambda step, rows: None)
    assessment.assess(path, catalogue)
    return path


def copied(path: Path, folder: Path) -> Path:
    return Path(shutil.copy(path, folder / path.name))


def scored(form: Form) -> list[str]:
    """The criteria that a form answers."""
    return [name for name, score in form.items() if name.startswith(CRITERIA) and score is not None]


def is_uniform(form: Form) -> bool:
    return len({form[name] for name in scored(form)}) == 1


def fabricated(
    models: Delivery, n: int, tag: str, change: Callable[[Form], Form], **columns: Any
) -> Delivery:
    """`n` forms modelled on others that answer at least ten criteria in several ways, ids of their own."""
    chosen = [form for form in models if len(scored(form)) >= 10 and not is_uniform(form)]
    picked = random.Random(tag).sample(chosen, n)
    return [
        change({**form, **columns, "form_id": f"{tag}-{number:03}"})
        for number, form in enumerate(picked)
    ]


def given(score: int) -> Callable[[Form], Form]:
    """Every criterion answered alike."""
    return lambda form: form | dict.fromkeys(scored(form), score)


def lowered(form: Form) -> Form:
    """Every score two points lower, one at least."""
    return form | {name: max(1, form[name] - 2) for name in scored(form)}
