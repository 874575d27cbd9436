"""Make the synthetic surveys one after the other and put each into a folder of its name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from ingest.sample import calibration, opinions, people
from ingest.sample.delivery import (
    FILES,
    INDICATOR_FILE,
    INSTRUMENT,
    ISSUED_FILE,
    MANIFEST,
    Survey,
    survey_title,
    write_forms,
    write_manifest,
    write_parquet,
)
from ingest.sample.faults import break_forms
from ingest.sample.figures import PLANS, SurveyPlan
from ingest.sample.forms import NOT_ASKED, Floats, Forms, Generator
from ingest.sample.indicators import indicator_table
from ingest.sample.issued import issued_table
from ingest.sample.opinions import Block, Items
from ingest.sample.places import MAX_OFFICES, Places, draw_places
from ingest.sample.remarks import write_comments
from ingest.sample.spelling import CONTRACT, OLDER_SYSTEM
from warehouse.catalogue import Catalogue, Instrument
from warehouse.errors import HailongError

DEFAULT_SEED = 1111
_OLDER_SYSTEM_UNTIL = 2024
_LOCAL_OFFICES_SINCE = 2025
_PROGRESS, _PROGRESS_SPREAD = 0.035, 0.05  # latent units from one year to the next


class SampleRefused(HailongError):
    """The synthetic deliveries cannot be written: their folder is in use or shut, or the seed is none."""


class Level(NamedTuple):
    """How high the opinions of a survey lie, in latent units: by province, and of the support channels."""

    places: Floats
    support: float


def write_samples(
    folder: Path,
    catalogue: Catalogue,
    seed: int = DEFAULT_SEED,
    progress: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write one delivery folder a synthetic survey into `folder`, named by the survey.

    The same seed and catalogue give the same bytes. Deliveries of an earlier run are replaced.

    Args:
        progress: is told the name of each survey when it has been written.

    Returns:
        The delivery folders, by year.

    Raises:
        SampleRefused: a folder of that name holds anything but such a sample (nothing is written then),
            cannot be written, or the seed is below 0.
    """
    if seed < 0:
        raise SampleRefused(f"seed {seed} cannot be used; take 0 or a larger whole number")
    targets = [folder / plan.survey for plan in PLANS]
    for target, plan in zip(targets, PLANS, strict=True):
        _refuse_foreign(target, plan)
    instrument = catalogue.instruments[INSTRUMENT]
    items = opinions.read_items(instrument, seed)
    before: Level | None = None
    for target, plan in zip(targets, PLANS, strict=True):
        unfinished = folder / f".{plan.survey}-unfinished"
        try:
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            before = _write_survey(unfinished, plan, catalogue, items, seed, before)
            shutil.rmtree(target, ignore_errors=True)
            unfinished.rename(target)
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise SampleRefused(
                f"{target} cannot be written ({error.strerror}); name another folder"
            ) from error
        if progress is not None:
            progress(plan.survey)
    return targets


def _refuse_foreign(target: Path, plan: SurveyPlan) -> None:
    """Refuse to write where anything but an earlier sample of the same survey lies."""
    try:
        if not target.exists():
            return
        inside = {
            path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()
        }
        if target.is_dir() and (
            not inside or (inside <= FILES and _is_sample(target / MANIFEST, plan))
        ):
            return
    except OSError as error:
        raise SampleRefused(
            f"{target} cannot be read ({error.strerror}); name another folder"
        ) from error
    raise SampleRefused(
        f"{target} holds something else than a synthetic {plan.survey}; name another folder"
    )


def _is_sample(manifest: Path, plan: SurveyPlan) -> bool:
    """Tell whether a manifest is of a synthetic delivery that was written here."""
    try:
        written = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return False
    return (
        isinstance(written, dict)
        and written.get("survey") == plan.survey
        and written.get("synthetic") is True
        and written.get("title") == survey_title(plan.year)
    )


def _write_survey(
    folder: Path,
    plan: SurveyPlan,
    catalogue: Catalogue,
    items: Items,
    seed: int,
    before: Level | None,
) -> Level:
    """Make a survey and write its delivery; return how high its opinions lie."""
    rng = np.random.default_rng([seed, plan.year])
    instrument = catalogue.instruments[INSTRUMENT]
    places = draw_places(catalogue, plan.geography, items.factors, seed)
    forms = _draw_forms(rng, plan, places, instrument, items)
    leaning = opinions.people_effect(forms.codes, places, instrument)
    blocks = opinions.draw_blocks(rng, items, forms.codes, leaning, forms.mood, places)
    level = _answer(rng, plan, forms, blocks, items, instrument, before)
    _answer_assessments(rng, forms, instrument, places)
    if plan.year > _OLDER_SYSTEM_UNTIL:
        write_comments(rng, forms, instrument)
    delivered = break_forms(rng, forms, items, plan.faults)
    spelling = CONTRACT if plan.year > _OLDER_SYSTEM_UNTIL else OLDER_SYSTEM
    survey = Survey(plan, instrument, places, items, forms, delivered)
    write_forms(rng, folder, survey, spelling)
    issued = issued_table(rng, plan, forms, delivered, places, instrument)
    write_parquet(issued, folder / ISSUED_FILE)
    write_parquet(indicator_table(catalogue, places, seed, plan.year), folder / INDICATOR_FILE)
    write_manifest(folder, survey, spelling)
    return level


def _draw_forms(
    rng: Generator, plan: SurveyPlan, places: Places, instrument: Instrument, items: Items
) -> Forms:
    """Return the forms with everything but their answers."""
    channels = [channel.channel for channel in instrument.channels]
    sample = people.draw_sample(rng, plan, places, instrument)
    n_forms = len(sample["channel"])
    offices = people.draw_offices(rng, sample, places, channels.index("one_stop"))
    persons = people.draw_people(rng, sample, instrument)
    day = people.draw_days(rng, plan, persons["mode"] == people.MODE.index("online"))
    number = np.empty(n_forms, dtype=np.int64)
    number[np.argsort(day, kind="stable")] = np.arange(1, n_forms + 1)
    is_local = np.array([channel.is_local for channel in instrument.channels])
    valid = np.ones(n_forms, dtype=np.bool_)
    valid[
        rng.choice(
            np.flatnonzero(is_local[sample["channel"]]), n_forms - plan.n_valid, replace=False
        )
    ] = False
    return Forms(
        words={
            **{name: list(values) for name, values in people.WORDS.items()},
            "channel": channels,
            "province": places.codes,
            "office": _office_names(plan.year),
        },
        codes={**sample, **offices, **persons},
        number=number,
        day=day,
        items=items.codes,
        scores=np.full((n_forms, len(items.codes)), NOT_ASKED, dtype=np.int8, order="F"),
        choices={},
        valid=valid,
        mood=rng.standard_normal(n_forms),
    )


def _office_names(year: int) -> list[str]:
    """Names of the offices of a province by position; the districts gave way to local offices in 2025."""
    local = "BHXH cơ sở" if year >= _LOCAL_OFFICES_SINCE else "BHXH cấp huyện"
    return [
        "Trụ sở BHXH tỉnh, thành phố",
        "Trung tâm Phục vụ hành chính công",
        *(f"{local} {n:02d}" for n in range(1, MAX_OFFICES - 1)),
    ]


def _answer(
    rng: Generator,
    plan: SurveyPlan,
    forms: Forms,
    blocks: list[Block],
    items: Items,
    instrument: Instrument,
    before: Level | None,
) -> Level:
    """Fill in the answers on ordinal scales: fitted to the plan's figures, or a little above the survey before."""
    is_local = np.array([channel.is_local for channel in instrument.channels])[
        forms.codes["channel"]
    ]
    place = forms.codes["province"]
    criteria = [block for block in blocks if block.columns[0] < items.n_criteria]
    scores = forms.scores[:, : items.n_criteria]
    if plan.province_pct is not None and plan.nation_pct is not None:
        target = np.array([plan.province_pct[code] for code in forms.words["province"]])
        counted = is_local & forms.valid
        lift = calibration.fit_places(rng, scores, criteria, place, counted, target)
        support = calibration.fit_nation(
            rng, scores, criteria, counted, forms.valid, plan.nation_pct
        )
        level = Level(lift, support)
    elif before is not None:
        n_places = len(before.places)
        level = Level(
            before.places + rng.normal(_PROGRESS, _PROGRESS_SPREAD, n_places),
            before.support + _PROGRESS,
        )
        lift = np.where(is_local, np.append(level.places, 0.0)[place], level.support)
        for block in criteria:
            calibration.fill(scores, block, lift)
    else:
        raise ValueError(f"{plan.survey} has neither figures of its own nor a survey before it")
    for block in blocks:
        if block.columns[0] >= items.n_criteria:
            calibration.fill(forms.scores, block, np.zeros(len(forms)))
    return level


def _answer_assessments(
    rng: Generator, forms: Forms, instrument: Instrument, places: Places
) -> None:
    """Fill in the answers to nominal items, which everybody is asked."""
    n_options: Mapping[str, int] = {
        item.item: sum(option.item == item.item for option in instrument.options)
        for item in instrument.answered
    }
    uneasiness = np.append(places.uneasiness, 0.0)[forms.codes["province"]]
    young = forms.codes["age_group"] == opinions.YOUNG
    for item in instrument.answered:
        if item.scale == "nominal":
            forms.scores[:, forms.items.index(item.item)] = opinions.draw_nominal(
                rng, item.item, n_options[item.item], item.adverse, forms.mood, uneasiness
            )
        elif item.scale == "nominal_multi":
            forms.choices[item.item] = opinions.draw_several(rng, n_options[item.item], young)
