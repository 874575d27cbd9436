-- what:   what each satisfaction index is made of: points over the most possible, or the sum of its criterion indices
-- grain:  survey, geography, geo_level, geo_code, channel, item_level, item
-- clause: Plan 1111/KH-BHXH, IV.1.2 and IV.2.2
-- why:    whoever explains a printed figure needs the numbers between the counts and the result, and those that its
--         interval rests on. A criterion is sum_points / most_points x 100, every level above it sum_pct / n_criteria
WITH

criterion AS (
    SELECT
        satisfaction_index.*,
        survey.instrument,
        item.scale_points
    FROM satisfaction_index
    INNER JOIN survey ON satisfaction_index.survey = survey.survey
    INNER JOIN item ON survey.instrument = item.instrument AND satisfaction_index.item = item.item
    WHERE satisfaction_index.item_level = 'criterion' AND item.item_level = 'criterion'
),

summed AS (
    SELECT
        criterion.survey,
        criterion.geography,
        criterion.geo_level,
        criterion.geo_code,
        criterion.channel,
        item_ancestor.item_level,
        item_ancestor.item,
        sum(criterion.index_pct ORDER BY criterion.item) AS sum_pct,
        avg(100.0::DOUBLE / criterion.scale_points ORDER BY criterion.item) AS lowest_pct,
        min(CASE WHEN item_ancestor.item_level = 'criterion' THEN criterion.scale_points END) AS scale_points,
        sum(
            CASE
                WHEN item_ancestor.item_level = 'criterion'
                    THEN
                        1 * criterion.n1 + 2 * criterion.n2 + 3 * criterion.n3 + 4 * criterion.n4
                        + 5 * coalesce(criterion.n5, 0)
            END
        )::BIGINT AS sum_points
    FROM criterion
    INNER JOIN item_ancestor
        ON criterion.instrument = item_ancestor.instrument AND criterion.item = item_ancestor.criterion
    GROUP BY ALL
)

SELECT
    satisfaction_index.survey,
    satisfaction_index.year,
    satisfaction_index.geography,
    satisfaction_index.geo_level,
    satisfaction_index.geo_code,
    satisfaction_index.channel,
    satisfaction_index.item_level,
    satisfaction_index.item,
    summed.scale_points,
    summed.sum_points,
    summed.scale_points * satisfaction_index.n_answers AS most_points,
    CASE WHEN satisfaction_index.item_level <> 'criterion' THEN summed.sum_pct END AS sum_pct,
    satisfaction_index.n_criteria,
    satisfaction_index.index_pct,
    summed.lowest_pct,
    effective_people(
        satisfaction_index.index_pct,
        summed.lowest_pct,
        satisfaction_index.se_pct,
        CASE
            WHEN satisfaction_index.item_level = 'criterion' THEN satisfaction_index.n_answers
            ELSE satisfaction_index.n_forms
        END
    ) AS n_effective,
    satisfaction_index.synthetic
FROM satisfaction_index
INNER JOIN summed
    ON
        satisfaction_index.survey = summed.survey
        AND satisfaction_index.geography = summed.geography
        AND satisfaction_index.geo_level = summed.geo_level
        AND satisfaction_index.geo_code = summed.geo_code
        AND satisfaction_index.channel = summed.channel
        AND satisfaction_index.item_level = summed.item_level
        AND satisfaction_index.item = summed.item
