-- what:   each officially announced figure beside what the warehouse computes of the same thing, difference and reason
-- grain:  result, survey (empty where no survey of that year and instrument is loaded)
-- clause: Decision 688/QĐ-BHXH (2020); announcement of 16 February 2026 (2025); what is compared with what is ours
-- why:    a difference counts at the precision that was printed: a document prints all figures of one measure to as
--         many decimals as the longest of them. Figures of a share satisfied are compared with shares, never with the
--         Likert mean; needs asked as a several-choice question are compared with nothing
WITH

announced AS (
    SELECT
        *,
        coalesce(value_pct, value) AS published_value,
        CASE
            WHEN value_pct IS NULL THEN 0
            ELSE
                max(length(rtrim(split_part(value_pct::VARCHAR, '.', 2), '0'))) OVER (
                    PARTITION BY document, measure
                )
        END AS decimals,
        -- Of places that are not named, the document gives both ends of the range.
        geo_code IS NULL AND value_pct = min(value_pct) OVER unnamed AND count(*) OVER unnamed > 1 AS is_lowest
    FROM published_result
    WINDOW unnamed AS (PARTITION BY year, document, geo_level, geo_code IS NULL, item_level, item, measure)
),

held AS (
    SELECT announced.*, survey.survey, survey.synthetic
    FROM announced
    INNER JOIN survey
        ON
            announced.year = survey.year
            AND announced.geography = survey.geography
            AND coalesce(announced.instrument, survey.instrument) = survey.instrument
),

funnel AS (
    SELECT
        survey,
        sum(planned) AS planned,
        sum(issued) AS issued,
        sum(returned) AS returned,
        sum(valid) AS valid,
        count(DISTINCT province) FILTER (valid > 0 AND province NOT IN ('none', 'unknown')) AS provinces
    FROM response_funnel
    GROUP BY survey
),

of_funnel AS (
    SELECT
        held.result,
        held.survey,
        CASE
            WHEN held.measure = 'share' AND held.item = 'valid'
                THEN
                    nominal_index_pct(
                        funnel.valid,
                        CASE
                            WHEN printed.result IS NULL THEN funnel.issued
                            ELSE funnel.returned
                        END
                    )
            WHEN held.item = 'planned' THEN funnel.planned
            WHEN held.item = 'issued' THEN funnel.issued
            WHEN held.item = 'returned' THEN funnel.returned
            WHEN held.item = 'valid' THEN funnel.valid
            WHEN held.item = 'provinces' THEN funnel.provinces
        END AS computed_value
    FROM held
    INNER JOIN funnel ON held.survey = funnel.survey
    -- The share of valid forms is of those returned where the document prints how many came back, else of those issued.
    LEFT JOIN announced AS printed
        ON
            held.document = printed.document
            AND held.year = printed.year
            AND printed.item_level = 'response_funnel'
            AND printed.item = 'returned'
    WHERE held.item_level IN ('response_funnel', 'survey_design')
),

of_place AS (
    SELECT
        held.result,
        held.survey,
        CASE held.method
            WHEN 'satisfied_share' THEN satisfaction_index.satisfied_pct
            ELSE satisfaction_index.index_pct
        END AS computed_value
    FROM held
    INNER JOIN satisfaction_index
        ON
            held.survey = satisfaction_index.survey
            AND held.geography = satisfaction_index.geography
            AND held.geo_level = satisfaction_index.geo_level
            AND held.geo_code = satisfaction_index.geo_code
            AND held.channel = satisfaction_index.channel
            AND held.item_level = satisfaction_index.item_level
            AND held.item = satisfaction_index.item
    WHERE held.measure = 'index'
),

of_change AS (
    SELECT held.result, held.survey, index_change.change_pct AS computed_value
    FROM held
    INNER JOIN index_change
        ON
            held.survey = index_change.survey
            AND held.geography = index_change.geography
            AND held.geo_level = index_change.geo_level
            AND held.geo_code = index_change.geo_code
            AND held.channel = index_change.channel
            AND held.item_level = index_change.item_level
            AND held.item = index_change.item
    WHERE held.measure = 'change'
),

of_ranking AS (
    SELECT
        held.result,
        held.survey,
        CASE
            WHEN held.measure = 'rank'
                THEN any_value(province_ranking.rank) FILTER (province_ranking.province = held.geo_code)
            WHEN held.measure = 'count'
                THEN
                    count(*) FILTER (
                        display_pct(province_ranking.index_pct) > survey_target.milestone_in_force_pct
                    )
            WHEN held.is_lowest THEN min(province_ranking.index_pct)
            ELSE max(province_ranking.index_pct)
        END AS computed_value
    FROM held
    INNER JOIN survey_target ON held.survey = survey_target.survey
    INNER JOIN province_ranking
        ON held.survey = province_ranking.survey AND held.geography = province_ranking.geography
    WHERE
        held.item_level = 'overall'
        AND (
            held.measure IN ('rank', 'count')
            OR held.measure = 'index' AND held.geo_level = 'province' AND held.geo_code IS NULL
        )
    GROUP BY held.result, held.survey, held.measure, held.is_lowest
),

of_people AS (
    SELECT held.result, held.survey, respondent_profile.share_pct AS computed_value
    FROM held
    INNER JOIN respondent_profile
        ON
            held.survey = respondent_profile.survey
            AND held.geography = respondent_profile.geography
            AND held.geo_level = respondent_profile.geo_level
            AND held.geo_code = respondent_profile.geo_code
            AND held.item = respondent_profile.characteristic || '=' || respondent_profile.value
    WHERE held.item_level = 'characteristic'
),

computed AS (
    SELECT result, survey, computed_value::DOUBLE AS computed_value, 'survey' AS computed_from
    FROM (
        SELECT * FROM of_funnel
        UNION ALL
        SELECT * FROM of_place
        UNION ALL
        SELECT * FROM of_change
        UNION ALL
        SELECT * FROM of_ranking
        UNION ALL
        SELECT * FROM of_people
    ) AS of_survey
    WHERE computed_value IS NOT NULL
),

compared AS (
    SELECT
        announced.*,
        held.survey,
        held.synthetic,
        coalesce(computed.computed_value, announced.recomputed_pct) AS computed_value,
        coalesce(computed.computed_from, CASE WHEN announced.recomputed_pct IS NOT NULL THEN 'printed' END)
            AS computed_from
    FROM announced
    LEFT JOIN held ON announced.result = held.result
    LEFT JOIN computed ON announced.result = computed.result AND held.survey = computed.survey
),

differing AS (
    SELECT
        *,
        printed_value(computed_value, decimals) AS printed_value,
        printed_value(printed_value(computed_value, decimals) - published_value, decimals) AS difference
    FROM compared
)

SELECT
    result,
    survey,
    year,
    geography,
    geo_level,
    geo_code,
    item_level,
    item,
    measure,
    unit,
    decimals,
    published_value,
    computed_from,
    computed_value,
    printed_value,
    difference,
    CASE
        WHEN computed_from = 'survey' AND difference = 0 THEN if(synthetic, 'calibrated', 'agrees')
        WHEN computed_from = 'survey' THEN if(synthetic, 'synthetic_differs', 'differs')
        WHEN computed_from = 'printed' AND difference = 0 THEN 'printed_agrees'
        WHEN computed_from = 'printed' THEN 'printed_differs'
        WHEN item_level = 'expectation' THEN 'several_choice'
        WHEN survey IS NOT NULL THEN 'not_computed'
        WHEN method = 'satisfied_share' THEN 'other_instrument'
        ELSE 'not_loaded'
    END AS reason_code,
    synthetic
FROM differing
