-- what:   sampling error and 95 % interval of every assessment and expectation index, by option where it is nominal
-- grain:  survey, geography, geo_level, geo_code, channel, item, option (empty on an interval scale)
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.1 and IV.2.3; linearised over respondents, strata province x channel
-- why:    a single item is a ratio of two counts, so its linearised variance follows from the counts of each stratum
--         alone: sum over strata of m / (m - 1) x (sum of z squared - (sum of z) squared / m), with m all forms of the
--         stratum and z = answer - mean of those who answered, 0 of those who did not. A stratum of one form adds zero
WITH

stratum AS (
    SELECT
        cell_slice.survey,
        cell_slice.geography,
        cell_slice.geo_level,
        cell_slice.geo_code,
        cell_slice.channel,
        answer_cell.item,
        answer_cell.option,
        answer_cell.scale_points,
        answer_cell.n_stratum,
        answer_cell.n_stratum / nullif(answer_cell.n_stratum - 1, 0) AS correction,
        sum(answer_cell.n_answers)::DOUBLE AS n,
        sum(answer_cell.points)::DOUBLE AS points,
        sum(answer_cell.squares)::DOUBLE AS squares
    FROM answer_cell
    INNER JOIN cell_slice
        ON
            answer_cell.survey = cell_slice.survey
            AND answer_cell.province = cell_slice.province
            AND answer_cell.office = cell_slice.office
            AND answer_cell.channel = cell_slice.form_channel
    GROUP BY
        cell_slice.survey,
        cell_slice.geography,
        cell_slice.geo_level,
        cell_slice.geo_code,
        cell_slice.channel,
        answer_cell.item,
        answer_cell.option,
        answer_cell.scale_points,
        answer_cell.province,
        answer_cell.channel,
        answer_cell.n_stratum
),

moments AS (
    SELECT
        survey,
        geography,
        geo_level,
        geo_code,
        channel,
        item,
        option,
        scale_points,
        sum(n) AS n,
        sum(points) AS points,
        sum(points) / sum(n) AS mean,
        sum(correction * (squares - points * points / n_stratum)) AS within_points,
        sum(correction * (points - points * n / n_stratum)) AS within_both,
        sum(correction * (n - n * n / n_stratum)) AS within_answers
    FROM stratum
    GROUP BY ALL
),

measured AS (
    SELECT
        *,
        nominal_index_pct(points, scale_points * n) AS index_pct,
        CASE WHEN option IS NULL THEN 100.0::DOUBLE / scale_points ELSE 0 END AS lowest_pct,
        (100.0::DOUBLE / (scale_points * n)) ** 2
        * coalesce(within_points - 2 * mean * within_both + mean * mean * within_answers, 0) AS variance
    FROM moments
),

settled AS (
    SELECT
        *,
        -- Where every answer agrees, terms cancel to about 1e-14.
        CASE WHEN variance < 1e-12 THEN 0 ELSE sqrt(variance) END AS se_pct
    FROM measured
)

SELECT
    settled.survey,
    survey.year,
    settled.geography,
    settled.geo_level,
    settled.geo_code,
    settled.channel,
    item.item_level,
    settled.item,
    settled.option,
    settled.n::BIGINT AS n_answers,
    settled.index_pct,
    settled.se_pct,
    score_interval_pct(
        settled.index_pct,
        settled.lowest_pct,
        effective_people(settled.index_pct, settled.lowest_pct, settled.se_pct, settled.n),
        -normal_95()
    ) AS ci_low_pct,
    score_interval_pct(
        settled.index_pct,
        settled.lowest_pct,
        effective_people(settled.index_pct, settled.lowest_pct, settled.se_pct, settled.n),
        normal_95()
    ) AS ci_high_pct,
    survey.synthetic
FROM settled
INNER JOIN survey ON settled.survey = survey.survey
INNER JOIN item ON survey.instrument = item.instrument AND settled.item = item.item
