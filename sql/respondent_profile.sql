-- what:   who answered: forms by a characteristic of the respondent or the interview, and their share
-- grain:  survey, geography, geo_level, geo_code, characteristic, value
-- clause: Decision 688/QĐ-BHXH, summary report, I.6 (profile of the respondents)
-- why:    the share is of the forms that state the characteristic; not stated is out of the denominator
WITH

stated AS (
    SELECT
        survey,
        province,
        coalesce(office, '') AS office,
        channel,
        characteristic,
        value,
        count(*) AS n_forms
    FROM form
    UNPIVOT (
        value FOR characteristic IN (
            sex, age_group, education, occupation, income_band, respondent_type, policy_field, mode, venue
        )
    )
    GROUP BY ALL
),

counted AS (
    SELECT
        cell_slice.survey,
        cell_slice.geography,
        cell_slice.geo_level,
        cell_slice.geo_code,
        stated.characteristic,
        stated.value,
        sum(stated.n_forms)::BIGINT AS n_forms
    FROM stated
    INNER JOIN cell_slice
        ON
            stated.survey = cell_slice.survey
            AND stated.province = cell_slice.province
            AND stated.office = cell_slice.office
            AND stated.channel = cell_slice.form_channel
            AND cell_slice.channel = 'all'
    GROUP BY ALL
)

SELECT
    counted.survey,
    survey.year,
    counted.geography,
    counted.geo_level,
    counted.geo_code,
    counted.characteristic,
    counted.value,
    counted.n_forms,
    nominal_index_pct(
        counted.n_forms,
        sum(counted.n_forms) OVER (
            PARTITION BY
                counted.survey,
                counted.geography,
                counted.geo_level,
                counted.geo_code,
                counted.characteristic
        )
    ) AS share_pct,
    survey.synthetic
FROM counted
INNER JOIN survey ON counted.survey = survey.survey
