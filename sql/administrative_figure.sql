-- what:   results and impact of the policies: figures of the administration, shown beside the indices, never averaged
-- grain:  survey, province, item, breakdown, reference_year
-- clause: Plan 1111/KH-BHXH, Appendix I, 2.1.d
SELECT
    indicator.survey,
    survey.year,
    survey.geography,
    indicator.province,
    indicator.item,
    indicator.breakdown,
    indicator.unit,
    indicator.reference_year,
    indicator.value,
    survey.synthetic
FROM indicator
INNER JOIN survey ON indicator.survey = survey.survey
