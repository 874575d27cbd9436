"""What every report begins with: part I, the overview of the survey (Decision 681/QĐ-BHXH, article 8, step 4)."""

import polars as pl

from dashboard import assessments, fieldwork
from dashboard.context import Context
from dashboard.indices import Standing
from dashboard.report import asking
from dashboard.report.asking import Origin
from dashboard.report.document import Column, Draft, Row
from dashboard.report.phrases import count, names
from dashboard.verdicts import MARKS, WORDS


def overview(draft: Draft, context: Context, standing: Standing | None, origin: Origin) -> None:
    """Part I: aim, what is asked of whom, sampling, collection, processing."""
    texts = context.texts
    draft.part(texts("report.part_overview"))
    _aim(draft, context, standing, origin)
    _scope(draft, context)
    _sampling(draft, context)
    _collection(draft, context)
    _processing(draft, context, origin)


def _aim(draft: Draft, context: Context, standing: Standing | None, origin: Origin) -> None:
    texts, form = context.texts, context.format
    draft.section(texts("report.aim"))
    draft.say(texts("report.aim_text"))
    if standing is not None:
        force = ""
        if standing.milestone_in_force_pct not in (None, standing.goal_pct):
            force = texts(
                "report.milestone_in_force",
                milestone=form.milestone(standing.milestone_in_force_pct),
                year=standing.milestone_in_force_year,
            )
        goal = form.milestone(standing.goal_pct)
        draft.say(force, texts("report.goal_text", goal=goal, year=standing.goal_year))
    if origin.document:
        draft.say(texts("report.basis", document=origin.document))


def _scope(draft: Draft, context: Context) -> None:
    texts, form, survey = context.texts, context.format, context.survey
    draft.section(texts("report.scope"))
    draft.say(texts("report.people_text"))
    held = []
    if survey.fieldwork_from and survey.fieldwork_to:
        days = {"from_": form.date(survey.fieldwork_from), "to": form.date(survey.fieldwork_to)}
        held.append(texts("report.fieldwork_days", **days))
    row = context.source.read("survey", survey=survey.survey).row(0, named=True)
    if row["transactions_from"] and row["transactions_to"]:
        days = {
            "from_": form.date(row["transactions_from"]),
            "to": form.date(row["transactions_to"]),
        }
        held.append(texts("report.transaction_days", **days))
    draft.say(*held)
    _criteria(draft, context)


def _criteria(draft: Draft, context: Context) -> None:
    """The set of criteria: how many of each content and group the plan has, and how many this survey measured."""
    texts, form = context.texts, context.format
    items = asking.structure(context)
    nation = context.reference.nation(context.survey)
    measured = context.source.read(
        "satisfaction_index",
        ["item"],
        item_level="criterion",
        **asking.keys(context, "all"),
        **nation.key,
    )["item"].to_list()
    labels = asking.labels_of(context)
    groups: dict[str, list[tuple[str, str]]] = {}
    for item, parent, group in items.select("item", "parent", "service_group").iter_rows():
        whole_of = group or (parent or "").rpartition(".")[0] or parent or item
        groups.setdefault(whole_of, []).append((item, parent or ""))
    rows = [
        Row(
            (
                f"{code} {labels.get(code, '')}".strip(),
                form.count(len({parent for _, parent in members})),
                form.count(len(members)),
                form.count(sum(item in measured for item, _ in members)),
            )
        )
        for code, members in groups.items()
    ]
    whole = sum(item in measured for item in items["item"])
    factors = form.count(items["parent"].n_unique())
    total = (texts("report.total"), factors, form.count(items.height), form.count(whole))
    columns = [
        Column(texts("report.content"), 4),
        Column(texts("report.n_factors"), 1, "right"),
        Column(texts("report.n_criteria"), 1, "right"),
        Column(texts("report.n_measured"), 1.6, "right"),
    ]
    draft.table(
        texts("report.criteria_caption"),
        columns,
        [*rows, Row(total, "total")],
        texts("report.criteria_note"),
    )


def _sampling(draft: Draft, context: Context) -> None:
    texts, form, survey = context.texts, context.format, context.survey
    draft.section(texts("report.sampling"))
    nation = fieldwork.progress(context, context.reference.nation(survey))
    provinces = context.reference.places(survey, "province")
    draft.say(texts("report.sampling_text", provinces=form.count(len(provinces))))
    size = []
    if nation and nation.issued is not None:
        size.append(texts("report.issued_text", n=form.count(nation.issued)))
    size.append(texts("report.valid_text", n=form.count(survey.n_forms)))
    draft.say(*size, texts("report.unweighted"))


def _collection(draft: Draft, context: Context) -> None:
    texts, form = context.texts, context.format
    draft.section(texts("report.collection"))
    nation = context.reference.nation(context.survey)
    rows = fieldwork.channels(context, nation)
    labels = rows.filter(pl.col("valid") > 0)["label"].to_list()
    draft.say(
        texts(
            "report.channels_text", n=form.count(len(labels)), channels=names(context, labels, 12)
        )
    )
    people = assessments.respondents(context, nation)
    modes = people.filter(characteristic="mode") if people.height else people
    listed = [
        Row((row["label"], count(context, row["n_forms"]), form.share(row["share_pct"])))
        for row in modes.iter_rows(named=True)
    ]
    columns = [
        Column(texts("report.mode"), 4),
        Column(texts("report.forms"), 1, "right"),
        Column(texts("report.share"), 1, "right"),
    ]
    draft.table(texts("report.mode_caption"), columns, listed)
    if not listed:
        draft.say(texts("report.mode_unknown"))


def _processing(draft: Draft, context: Context, origin: Origin) -> None:
    texts = context.texts
    draft.section(texts("report.processing"))
    draft.list(
        [
            texts("report.processing_checks"),
            texts("report.processing_formula"),
            texts("report.processing_mean"),
            texts("report.processing_interval"),
            texts(
                "report.processing_verdicts",
                met=f"{MARKS['met']} {texts(WORDS['met'])}",
                untold=f"{MARKS['undetermined']} {texts(WORDS['undetermined'])}",
                missed=f"{MARKS['not_met']} {texts(WORDS['not_met'])}",
            ),
            _suppression(context, origin),
        ]
    )


def _suppression(context: Context, origin: Origin) -> str:
    if not origin.suppress_below:
        return context.texts("report.nothing_hidden")
    return context.texts("report.processing_hidden", n=context.format.count(origin.suppress_below))
