"""How the survey went: forms by channel, what was set aside, what the checks found, who answered."""

import polars as pl

from dashboard import assessments, checks, fieldwork
from dashboard.context import Context
from dashboard.reference import NATION, Place
from dashboard.report import asking
from dashboard.report.document import Column, Draft, Row
from dashboard.report.phrases import count

REASONS = {
    "no_form_id": "reason.no_form_id",
    "unknown_province": "reason.unknown_province",
    "ambiguous_province": "reason.ambiguous_province",
    "missing_province": "reason.missing_province",
    "unknown_channel": "reason.unknown_channel",
    "missing_channel": "reason.missing_channel",
    "score_out_of_scale": "reason.score_out_of_scale",
    "unreadable_score": "reason.unreadable_score",
    "not_asked": "reason.not_asked",
    "unreadable_value": "reason.unreadable_value",
    "duplicate_form": "reason.duplicate_form",
    "conflicting_form": "reason.conflicting_form",
}
TRAITS = {
    "respondent_type": "characteristic.respondent_type",
    "sex": "characteristic.sex",
    "age_group": "characteristic.age_group",
    "education": "characteristic.education",
    "occupation": "characteristic.occupation",
    "income_band": "characteristic.income_band",
    "policy_field": "characteristic.policy_field",
}


def course(draft: Draft, context: Context, place: Place) -> None:
    """Forms issued, returned and valid at a place by channel, and what the checks found."""
    texts, form = context.texts, context.format
    whole = fieldwork.progress(context, place)
    rows = fieldwork.channels(context, place)
    if whole is None or rows.is_empty():
        draft.say(texts("report.no_forms_here", place=place.label))
        return
    said = {"place": _named(context, place), "valid": form.count(whole.valid)}
    if whole.issued is not None and whole.returned is not None:
        draft.lead(
            texts(
                "report.course_issued",
                issued=form.count(whole.issued),
                returned=form.count(whole.returned),
                **said,
            )
        )
    else:
        draft.lead(texts("report.course_valid", **said))
    shown = rows.filter(pl.any_horizontal(pl.col("valid", "returned", "issued") > 0))
    _forms_table(draft, context, place, shown, whole)
    _found(draft, context, place)


def _named(context: Context, place: Place) -> str:
    return context.texts("finding.nation") if place.geo_code == NATION else place.label


def _forms_table(
    draft: Draft,
    context: Context,
    place: Place,
    rows: pl.DataFrame,
    whole: fieldwork.Progress,
) -> None:
    texts = context.texts
    names = ["planned", "issued", "returned", "quarantined", "valid"]
    heads = {
        "planned": texts("report.planned"),
        "issued": texts("funnel.issued"),
        "returned": texts("funnel.returned"),
        "quarantined": texts("funnel.quarantined"),
        "valid": texts("funnel.valid"),
    }
    known = [name for name in names if rows[name].is_not_null().any()]
    listed = [
        Row((row["label"], *(_forms(context, row[name]) for name in known)))
        for row in rows.iter_rows(named=True)
    ]
    total = (texts("report.total"), *(_forms(context, getattr(whole, name)) for name in known))
    columns = [
        Column(texts("report.channel"), 3.4),
        *(Column(heads[name], 1, "right") for name in known),
    ]
    remarks = [] if "issued" in known else [texts("report.issue_unknown")]
    if place.geo_code == NATION:
        remarks.append(texts("report.central_included"))
    draft.table(
        texts("report.forms_caption", place=_named(context, place)),
        columns,
        [*listed, Row(total, "total")],
        " ".join(remarks),
    )


def _forms(context: Context, value: int | None) -> str:
    return context.texts("report.unknown") if value is None else context.format.count(value)


def _found(draft: Draft, context: Context, place: Place) -> None:
    """Why forms were set aside (in the whole survey), and what the checks of the snapshot found."""
    texts, form = context.texts, context.format
    said = []
    reasons = asking.quarantined(context) if place.geo_code == NATION else []
    if reasons:
        listed = ", ".join(
            f"{texts(REASONS[reason]) if reason in REASONS else reason} ({form.count(n)})"
            for reason, n in reasons
        )
        said.append(texts("funnel.reasons", reasons=listed))
    found = checks.verdict(context.source)
    counts = {"n": form.count(found.n_checks), "warned": form.count(found.n_warn)}
    if found.outcome == "pass":
        said.append(texts("report.checks_passed", n=counts["n"]))
    elif found.outcome == "warn":
        said.append(texts("report.checks_warned", **counts))
    elif found.outcome == "fail":
        said.append(texts("report.checks_failed", n=counts["n"], failed=form.count(found.n_fail)))
    draft.say(*said)


def people(draft: Draft, context: Context, place: Place) -> None:
    """Who answered, beside the nation where the place is not the nation."""
    texts, form = context.texts, context.format
    rows = assessments.respondents(context, place)
    beside = place.geo_code != NATION
    listed: list[Row] = []
    for trait, key in TRAITS.items():
        own = rows.filter(characteristic=trait) if rows.height else rows
        own = own.filter(pl.col("n_forms").is_not_null() | pl.col("is_hidden"))
        if own.is_empty():
            continue
        listed.append(Row((texts(key),), "group"))
        for row in own.iter_rows(named=True):
            hidden = texts("report.hidden_short")
            shown = hidden if row["is_hidden"] else form.share(row["share_pct"])
            forms = hidden if row["n_forms"] is None else count(context, row["n_forms"])
            cells = [row["label"], forms, shown]
            listed.append(Row((*cells, *([form.share(row["nation_share_pct"])] if beside else []))))
    columns = [
        Column(texts("report.trait"), 4),
        Column(texts("report.forms"), 1.1, "right"),
        Column(texts("report.share"), 1.1, "right"),
        *([Column(texts("finding.nation"), 1.1, "right")] if beside else []),
    ]
    if not listed:
        draft.say(texts("report.nothing_stated"))
        return
    caption = texts("report.people_caption", place=_named(context, place))
    draft.table(caption, columns, listed, texts("report.people_note"))
