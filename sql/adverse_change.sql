-- what:   change of the share of an adverse answer since the previous survey: below zero is better
-- grain:  survey, geography, geo_level, geo_code, channel, item
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.1
-- why:    as published, whatever channels both surveys had. Each survey draws its own people, so the errors add up
WITH

paired AS (
    SELECT
        previous_survey.survey,
        previous_survey.previous_survey,
        share.geography,
        share.geo_level,
        share.geo_code,
        share.channel,
        share.item,
        any_value(share.share_pct) FILTER (share.survey = previous_survey.survey) AS share_pct,
        any_value(share.se_pct) FILTER (share.survey = previous_survey.survey) AS se_pct,
        any_value(share.share_pct) FILTER (share.survey = previous_survey.previous_survey) AS previous_share_pct,
        any_value(share.se_pct) FILTER (share.survey = previous_survey.previous_survey) AS previous_se_pct
    FROM adverse_share AS share
    INNER JOIN previous_survey
        ON
            share.geography = previous_survey.geography
            AND share.survey IN (previous_survey.survey, previous_survey.previous_survey)
    GROUP BY ALL
)

SELECT
    paired.survey,
    paired.previous_survey,
    survey.year,
    before.year AS previous_year,
    paired.geography,
    paired.geo_level,
    paired.geo_code,
    paired.channel,
    paired.item,
    paired.share_pct,
    paired.previous_share_pct,
    paired.share_pct - paired.previous_share_pct AS change_pct,
    sqrt(paired.se_pct * paired.se_pct + paired.previous_se_pct * paired.previous_se_pct) AS change_se_pct,
    normal_two_sided_p(
        (paired.share_pct - paired.previous_share_pct)
        / nullif(sqrt(paired.se_pct * paired.se_pct + paired.previous_se_pct * paired.previous_se_pct), 0)
    ) AS change_p_value,
    survey.synthetic OR before.synthetic AS synthetic
FROM paired
INNER JOIN survey ON paired.survey = survey.survey
INNER JOIN survey AS before ON paired.previous_survey = before.survey
WHERE paired.share_pct IS NOT NULL AND paired.previous_share_pct IS NOT NULL
