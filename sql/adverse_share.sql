-- what:   people who say that something adverse happened, harassment or payments beyond the rules: more is worse
-- grain:  survey, geography, geo_level, geo_code, channel, item
-- clause: ours, on Plan 1111/KH-BHXH, IV.2.1 (a / b x 100) and Appendix I, 1 (criteria 5 and 6)
-- why:    the first option of an adverse item with one choice says that it does not happen; whoever chose any other
--         says that it does, so the share and its interval are those of the first option turned round
SELECT
    answer_interval.survey,
    answer_interval.year,
    survey.instrument,
    answer_interval.geography,
    answer_interval.geo_level,
    answer_interval.geo_code,
    answer_interval.channel,
    answer_interval.item,
    answer_interval.n_answers,
    100 - answer_interval.index_pct AS share_pct,
    answer_interval.se_pct,
    100 - answer_interval.ci_high_pct AS ci_low_pct,
    100 - answer_interval.ci_low_pct AS ci_high_pct,
    answer_interval.synthetic
FROM answer_interval
INNER JOIN survey ON answer_interval.survey = survey.survey
INNER JOIN item
    ON
        survey.instrument = item.instrument
        AND answer_interval.item = item.item
        AND item.adverse
        AND item.scale = 'nominal'
WHERE answer_interval.option = 1
