"""The published views: what each one holds and what a row of it is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """A published relation: one row per `key`, by which its rows are ordered wherever they are read."""

    name: str
    key: tuple[str, ...]
    comment: str


PUBLISHED = {
    view.name: view
    for view in (
        View(
            "satisfaction_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Satisfaction indices at every level of the hierarchy, place and channel"
            " (Plan 1111/KH-BHXH, IV.2.2); a level above criterion is the mean of its criterion indices.",
        ),
        View(
            "index_formula",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "What each satisfaction index is made of: its numerator and denominator, and what its interval rests on.",
        ),
        View(
            "assessment_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item", "option"),
            "Indices of people's assessments (Plan 1111/KH-BHXH, IV.2.1); nominal items have a row an option.",
        ),
        View(
            "expectation_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item", "option"),
            "Indices of needs and expectations (Plan 1111/KH-BHXH, IV.2.3).",
        ),
        View(
            "answer_interval",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item", "option"),
            "Indices of assessments, needs and expectations with their standard error and 95 % interval.",
        ),
        View(
            "answer_distribution",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item", "point"),
            "People at each point of the interval scale of assessments, needs and expectations, and their share.",
        ),
        View(
            "adverse_share",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item"),
            "Share of the people who say that something adverse happened (harassment, extra payments): more is worse.",
        ),
        View(
            "adverse_comparison",
            ("survey", "geography", "province", "channel", "item"),
            "Provinces against the nation over the same channels on what is adverse, all provinces at once.",
        ),
        View(
            "adverse_change",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item"),
            "Change of the share of an adverse answer since the previous survey: below zero is better.",
        ),
        View(
            "province_ranking",
            ("survey", "geography", "province"),
            "Provinces by overall index, beside the index on the criteria that every ranked province measured.",
        ),
        View(
            "target_gap",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Target minus index for the milestone in force, the one ahead and the goal (Resolution 28-NQ/TW).",
        ),
        View(
            "province_difference",
            ("survey", "geography", "province", "other_province"),
            "Differences of the overall indices of two provinces, and whether the sample tells them apart.",
        ),
        View(
            "similar_province",
            ("survey", "geography", "province", "other_province"),
            "Provinces with half to twice the forms, which came through most nearly the same channels: at most five.",
        ),
        View(
            "index_change",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Change since the previous survey: as published, like for like, and its exact parts scope, mix and real.",
        ),
        View(
            "pace",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Pace towards the goal, seen and needed, where two years measured the same; and when it would be reached.",
        ),
        View(
            "predecessor",
            ("survey", "geography", "province", "predecessor", "item_level", "item"),
            "Indices of the provinces that were merged into one, beside that of their pooled respondents.",
        ),
        View(
            "weighted_index",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item_level", "item"),
            "Indices in which people count by their sampling weight, for surveys that deliver weights; not official.",
        ),
        View(
            "place_comparison",
            ("survey", "geography", "province", "channel", "item_level", "item", "reference_level"),
            "Provinces against their region and the nation over the same channels, with standard error and p-value.",
        ),
        View(
            "province_funnel",
            ("survey", "geography", "province", "channel", "item_level", "item"),
            "Provinces by number of forms, with the limits that chance alone would keep them within.",
        ),
        View(
            "target_cell",
            ("survey", "geography", "geo_level", "geo_code", "target_year"),
            "Cells (criterion x province) that surely meet a target, surely miss it, or cannot be told.",
        ),
        View(
            "shortfall",
            ("survey", "geography", "geo_level", "geo_code", "item", "channel"),
            "What each criterion carries of the distance to the goal at each channel, and what it takes.",
        ),
        View(
            "shortfall_criterion",
            ("survey", "geography", "geo_level", "geo_code", "item"),
            "What each criterion carries of the distance to the goal, its local channels together.",
        ),
        View(
            "shortfall_channel",
            ("survey", "geography", "geo_level", "geo_code", "channel"),
            "What each local channel carries of the distance to the goal, its criteria together.",
        ),
        View(
            "factor_importance",
            ("survey", "geography", "geo_level", "geo_code", "channel", "item"),
            "How closely a person's answers to a factor go with the same person's answers to everything else:"
            " an association, no cause.",
        ),
        View(
            "better_peer",
            ("survey", "geography", "province", "item", "other_province"),
            "Provinces that are surely better than a province on the same criterion.",
        ),
        View(
            "comparability",
            ("survey", "other_survey", "geography"),
            "Which surveys can be compared, on what, and why not.",
        ),
        View(
            "response_funnel",
            ("survey", "province", "channel"),
            "Forms planned, issued, returned, valid, quarantined and missing, in the survey's own geography.",
        ),
        View(
            "quarantine_reason",
            ("survey", "province", "channel", "reason"),
            "Quarantined forms by the rule they broke; a form counts under each of its reasons.",
        ),
        View(
            "quarantined_form",
            ("survey", "delivery", "file", "row"),
            "Every quarantined form: where it stands in its delivery, and every reason.",
        ),
        View(
            "fieldwork_day",
            ("survey", "province", "channel", "office", "date"),
            "Forms planned, issued, returned and valid by day, in the survey's own geography"
            " (Decision 681/QĐ-BHXH, article 8).",
        ),
        View(
            "fieldwork_curve",
            ("survey", "geography", "geo_level", "geo_code", "channel", "date"),
            "Forms planned, issued and valid on each day and up to it, in every place and channel.",
        ),
        View(
            "fieldwork_progress",
            ("survey", "geography", "geo_level", "geo_code", "channel"),
            "How far the fieldwork of each place and channel is, what is left to do and at what pace.",
        ),
        View(
            "respondent_profile",
            ("survey", "geography", "geo_level", "geo_code", "characteristic", "value"),
            "Who answered: valid forms by characteristic, and their share of the forms that state it.",
        ),
        View(
            "administrative_figure",
            ("survey", "province", "item", "breakdown", "reference_year"),
            "Administrative figures (Plan 1111/KH-BHXH, Appendix I, 2.1.d), never averaged into an index.",
        ),
        View(
            "published_result",
            ("result",),
            "Officially announced figures as printed, beside the mean of the printed criteria below each.",
        ),
        View(
            "published_comparison",
            ("result", "survey"),
            "Officially announced figures beside what the warehouse computes of the same thing; difference and reason.",
        ),
        View("data_check", ("snapshot", "check"), "Outcome of every check of this snapshot."),
        View(
            "failed_row",
            ("snapshot", "check", "survey", "file", "row", "form_id", "key"),
            "Every row that broke a rule of data_check, with its place in the delivery where it is a form.",
        ),
        View(
            "fieldwork_credibility",
            ("survey", "province", "office", "channel", "indicator", "subject"),
            "Signs that forms were not filled in by the people asked; they warn and drop nobody.",
        ),
        View(
            "credibility_form",
            ("survey", "indicator", "delivery", "file", "row"),
            "The forms behind every sign in fieldwork_credibility; they stay in all figures.",
        ),
        View("survey", ("survey",), "The loaded surveys."),
        View(
            "place",
            ("geography", "geo_level", "geo_code"),
            "Places of every geography, with labels.",
        ),
        View(
            "item",
            ("instrument", "item_level", "item"),
            "Items and headings of every instrument, with labels.",
        ),
        View(
            "item_option",
            ("instrument", "item", "option"),
            "Options of nominal items, with labels.",
        ),
        View(
            "codebook",
            ("instrument", "sort", "item", "code"),
            "The instruments as a codebook: each item with the codes of its answers, labels, channels, clauses, flags.",
        ),
        View(
            "channel", ("instrument", "channel"), "Channels and pooled channel slices, with labels."
        ),
        View("milestone", ("year",), "Targets for the satisfaction index (Resolution 28-NQ/TW)."),
        View(
            "characteristic",
            ("characteristic", "value"),
            "Values of respondents' characteristics, with labels.",
        ),
        View(
            "calendar",
            ("instrument", "year", "channel", "venue"),
            "What the plan surveys in which year.",
        ),
        View("instrument", ("instrument",), "The instruments, with their documents."),
        View(
            "geography",
            ("geography",),
            "The lists of provinces, with the period in which each is in force.",
        ),
        View(
            "source_file",
            ("survey", "delivery", "file"),
            "The files that this snapshot was made from.",
        ),
        View(
            "settings",
            ("suppress_below_forms",),
            "The limits of the catalogue by which this snapshot was judged: one row.",
        ),
        View(
            "snapshot_info",
            ("snapshot",),
            "Identity of this snapshot: catalogue and code that made it.",
        ),
    )
}
