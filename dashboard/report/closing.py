"""What every report ends with, and what it is bound in: notes on the figures, cover, the line on every page."""

from dashboard.context import Context
from dashboard.report.asking import Origin
from dashboard.report.document import Column, Document, Draft, Row, Words

DIGITS_OF_A_HASH = 16
STATUSES = {
    "final": "releases.final",
    "provisional": "releases.provisional",
    "withdrawn": "releases.withdrawn",
}


def notes(draft: Draft, context: Context, origin: Origin) -> None:
    """Where the figures are from, how they are rounded, what is hidden: the last page."""
    texts, form, survey = context.texts, context.format, context.survey
    draft.unnumbered(texts("report.notes"))
    kind = texts("report.mark_explained" if survey.synthetic else "report.real_data")
    if context.after_synthetic:
        kind = f"{kind} {texts('report.after_synthetic')}"
    hidden = (
        texts("report.hidden_below", n=form.count(origin.suppress_below))
        if origin.suppress_below
        else texts("report.nothing_hidden")
    )
    draft.list(
        [
            kind,
            texts(
                "report.note_snapshot",
                snapshot=context.source.snapshot.id,
                catalogue=origin.catalogue_hash[:DIGITS_OF_A_HASH],
                code=origin.code_version,
            ),
            texts("report.note_rounding"),
            texts("report.note_ours"),
            hidden,
            texts("report.note_comments"),
        ]
    )
    columns = [
        Column(texts("report.file"), 2.4),
        Column("SHA-256", 4.2),
        Column(texts("report.rows"), 0.9, "right"),
    ]
    listed = [
        # A hash breaks into two halves: it is longer than its column.
        Row((file, f"{digest[:32]} {digest[32:]}", form.count(n)))
        for file, digest, n in origin.files
    ]
    draft.table(texts("report.files_caption", survey=survey.survey), columns, listed)


def bound(draft: Draft, context: Context, stem: str) -> Document:
    """The report with its cover and the line on every page."""
    texts, survey, place = context.texts, context.survey, context.place
    snapshot = context.source.snapshot
    of_province = place.geo_level == "province"
    title = (
        texts("report.title_province", place=place.label)
        if of_province
        else texts("report.title_country")
    )
    mark = texts("report.mark") if survey.synthetic else ""
    return Document(
        language=context.source.language,
        stem=stem,
        series=texts("report.series"),
        title=title,
        subtitle=texts("report.subtitle", year=survey.year),
        mark=mark,
        mark_explained=texts("report.mark_explained") if mark else "",
        running=texts(
            "report.running",
            title=place.label if of_province else texts("report.running_country"),
            survey=survey.survey,
            snapshot=snapshot.id + _release(context),
        ),
        particulars=_particulars(context),
        blocks=tuple(draft.blocks),
        words=Words(
            contents=texts("report.contents"),
            table=texts("report.table"),
            figure=texts("report.figure"),
            page=texts("report.page"),
            of_pages=texts("report.of_pages"),
        ),
        made_at=snapshot.built_at and snapshot.built_at.replace(microsecond=0),
    )


def _release(context: Context) -> str:
    """The release that the snapshot is opened as, and how it stands; empty where it is opened as none."""
    texts, release = context.texts, context.source.snapshot.release
    if release is None:
        return ""
    status = "withdrawn" if release.withdrawn_at else release.status
    return texts("report.release", release=release.release, status=texts(STATUSES[status]))


def _particulars(context: Context) -> tuple[tuple[str, str], ...]:
    """The lines on the cover."""
    texts, form, survey = context.texts, context.format, context.survey
    snapshot = context.source.snapshot
    lines = [(texts("report.survey"), f"{survey.title} ({survey.survey})")]
    if survey.fieldwork_from and survey.fieldwork_to:
        days = f"{form.date(survey.fieldwork_from)} – {form.date(survey.fieldwork_to)}"
        lines.append((texts("report.fieldwork"), days))
    lines.append((texts("report.forms_whole"), form.count(survey.n_forms)))
    lines.append((texts("report.scope_of"), context.place.label))
    built = f" ({form.date(snapshot.built_at.date())})" if snapshot.built_at else ""
    lines.append((texts("report.snapshot"), f"{snapshot.id}{built}{_release(context)}"))
    return tuple(lines)
