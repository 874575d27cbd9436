-- what:   the answers to each assessment and expectation in each cell of the design: people, sums of points and squares
-- grain:  survey, province, office, channel, item, option (empty on an interval scale), in the survey's own geography
-- clause: Plan 1111/KH-BHXH, IV.2.1 and IV.2.3; strata province x channel (ours)
-- why:    a single item is a ratio of two sums, so these counts give its sampling error in any slice. The forms of a
--         stratum are those of everybody, also where only some of the people are asked for
WITH

asked AS (
    SELECT survey.survey, item.instrument, item.item, item.scale_points
    FROM survey
    INNER JOIN item ON survey.instrument = item.instrument
    WHERE item.scale IS NOT NULL AND item.item_level <> 'criterion'
),

stratum_size AS (
    SELECT survey, province, channel, sum(n_forms)::DOUBLE AS n_stratum
    FROM main.form_count
    GROUP BY ALL
),

answered AS (
    SELECT
        item_count.survey,
        item_count.province,
        item_count.office,
        item_count.channel,
        item_count.item,
        asked.instrument,
        asked.scale_points,
        sum(item_count.n_answers)::BIGINT AS n_answers,
        sum(
            1 * item_count.n1 + 2 * item_count.n2 + 3 * item_count.n3 + 4 * item_count.n4 + 5 * item_count.n5
        )::BIGINT AS points,
        sum(
            1 * item_count.n1 + 4 * item_count.n2 + 9 * item_count.n3 + 16 * item_count.n4 + 25 * item_count.n5
        )::BIGINT AS squares
    FROM item_count
    INNER JOIN asked ON item_count.survey = asked.survey AND item_count.item = asked.item
    GROUP BY ALL
),

chosen AS (
    SELECT survey, province, office, channel, item, option, sum(n_chosen)::BIGINT AS n_chosen
    FROM choice_count
    GROUP BY ALL
),

-- An option is chosen or not: a scale of the points 0 and 1.
cell AS (
    SELECT
        survey,
        province,
        office,
        channel,
        item,
        NULL::UTINYINT AS option,
        scale_points,
        n_answers,
        points,
        squares
    FROM answered
    WHERE scale_points IS NOT NULL
    UNION ALL
    SELECT
        answered.survey,
        answered.province,
        answered.office,
        answered.channel,
        answered.item,
        item_option.option,
        1 AS scale_points,
        answered.n_answers,
        coalesce(chosen.n_chosen, 0) AS points,
        coalesce(chosen.n_chosen, 0) AS squares
    FROM answered
    INNER JOIN item_option
        ON answered.instrument = item_option.instrument AND answered.item = item_option.item
    LEFT JOIN chosen
        ON
            answered.survey = chosen.survey
            AND answered.province = chosen.province
            AND answered.office = chosen.office
            AND answered.channel = chosen.channel
            AND answered.item = chosen.item
            AND item_option.option = chosen.option
    WHERE answered.scale_points IS NULL
)

SELECT cell.*, stratum_size.n_stratum
FROM cell
INNER JOIN stratum_size
    ON
        cell.survey = stratum_size.survey
        AND cell.province = stratum_size.province
        AND cell.channel = stratum_size.channel
