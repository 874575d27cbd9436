"""How many forms were handed out: by province and channel, and in a running survey by day with its plan."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa

from ingest.sample.figures import SurveyPlan
from ingest.sample.forms import NONE, Flags, Forms, Generator, Ints, allocate
from ingest.sample.places import Places
from warehouse.catalogue import Instrument

_RESERVE = 0.10  # spare forms, as a share of the plan
_SUPPORT_PACE = 0.48
_WAIT_DAYS = 4  # a form comes back within so many days


def issued_table(
    rng: Generator,
    plan: SurveyPlan,
    forms: Forms,
    delivered: Ints,
    places: Places,
    instrument: Instrument,
) -> pa.Table:
    """Return the forms handed out (`province`, `channel`, `issued`); a running survey adds plan and day.

    Nowhere did more forms come back than were handed out. Forms whose province or channel nobody can tell were
    handed out somewhere too, so they are among the missing ones of the places.

    Args:
        delivered: (row,) the forms that came back.
    """
    n_channels = len(instrument.channels)
    province, channel = forms.codes["province"][delivered], forms.codes["channel"][delivered]
    local = np.array([*(each.is_local for each in instrument.channels)])
    known = (channel != NONE) & (channel < n_channels) & (province < len(places.codes))
    known[known] &= (province[known] != NONE) | ~local[channel[known]]
    key = (province + 1) * n_channels + channel  # support forms without province come first
    keys, of_form = np.unique(key[known], return_inverse=True)
    returned = np.bincount(of_form, minlength=len(keys))
    tendency = rng.lognormal(0.0, 0.35, len(keys)) * returned
    n_missing = (plan.n_issued or round(returned.sum() / 0.93)) - int(returned.sum())
    issued = returned + allocate(n_missing, tendency)
    home = keys // n_channels - 1
    columns = {
        "province": pa.array(
            [None if at == NONE else places.codes[at] for at in home], pa.string()
        ),
        "channel": pa.array(
            [instrument.channels[at].channel for at in keys % n_channels], pa.string()
        ),
    }
    if not plan.is_running:
        return pa.table({**columns, "issued": pa.array(issued, pa.int32())})
    pace = np.where(home == NONE, _SUPPORT_PACE, places.pace[home])
    planned = np.ceil(issued / np.where(local[keys % n_channels], pace, _SUPPORT_PACE)).astype(
        np.int64
    )
    handed_out = _handed_out(rng, plan, forms.day[delivered][known], of_form, issued - returned)
    return _by_day(rng, plan, columns, planned, handed_out)


def _handed_out(rng: Generator, plan: SurveyPlan, day: Ints, of_form: Ints, missing: Ints) -> Ints:
    """Forms handed out (key, day): those that came back some days before they did, the others on any day."""
    n_days = (plan.fieldwork[1] - plan.fieldwork[0]).days + 1
    elapsed = (plan.until - plan.fieldwork[0]).days + 1
    counts = np.zeros((len(missing), n_days), dtype=np.int64)
    given = np.maximum(day - rng.integers(0, _WAIT_DAYS, len(day)), 0)
    np.add.at(counts, (of_form, given), 1)
    lost = np.repeat(np.arange(len(missing)), missing)
    np.add.at(counts, (lost, rng.integers(0, elapsed, len(lost))), 1)
    return counts


def _by_day(
    rng: Generator, plan: SurveyPlan, columns: dict[str, pa.Array], planned: Ints, handed_out: Ints
) -> pa.Table:
    start, n_days = plan.fieldwork[0], handed_out.shape[1]
    days = [start + timedelta(days=n) for n in range(n_days)]
    weekday = np.array([day.weekday() < 5 for day in days])
    due = _spread(rng, planned, weekday)
    reserve = _spread(rng, np.rint(planned * _RESERVE).astype(np.int64), weekday)
    at, on = np.nonzero((due > 0) | (reserve > 0) | (handed_out > 0))
    return pa.table(
        {
            **{name: column.take(pa.array(at)) for name, column in columns.items()},
            "date": pa.array([days[day] for day in on], pa.date32()),
            "planned": pa.array(due[at, on], pa.int32()),
            "reserve": pa.array(reserve[at, on], pa.int32()),
            "issued": pa.array(handed_out[at, on], pa.int32()),
        }
    )


def _spread(rng: Generator, totals: Ints, weekday: Flags) -> Ints:
    """Spread each total evenly over the weekdays, in whole numbers (key, day)."""
    part = np.cumsum(weekday) / weekday.sum()
    start = rng.random(len(totals))[:, None]  # else all small plans would fall due on the last day
    reached = np.floor(totals[:, None] * part + start).astype(np.int64)
    due: Ints = np.diff(reached, axis=1, prepend=0)
    return due
