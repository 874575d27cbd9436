-- what:   why the figures of a survey differ between two snapshots, the old one and the new one
-- grain:  survey, reason; n is the number of forms where the reason is forms
-- clause: ours; Decision 681/QĐ-BHXH, article 8 (what was reported can be accounted for)
-- why:    a snapshot is made from deliveries, catalogue and code alone, and records all three: what differs among
--         them is every reason there can be
WITH

form_pair AS (
    SELECT
        coalesce(new_form.survey, old_form.survey) AS survey,
        old_form.form_id IS NULL AS is_new,
        new_form.form_id IS NULL AS is_removed,
        coalesce(old_form.answers <> new_form.answers, false) AS is_corrected
    FROM new_form
    FULL JOIN old_form ON new_form.survey = old_form.survey AND new_form.form_id = old_form.form_id
),

form_change AS (
    SELECT
        survey,
        count_if(is_new) AS n_new,
        count_if(is_removed) AS n_removed,
        count_if(is_corrected) AS n_corrected
    FROM form_pair
    GROUP BY survey
),

only_here AS (
    SELECT survey, delivery, file, sha256 FROM new_source_file
    EXCEPT
    SELECT survey, delivery, file, sha256 FROM old_source_file
),

only_there AS (
    SELECT survey, delivery, file, sha256 FROM old_source_file
    EXCEPT
    SELECT survey, delivery, file, sha256 FROM new_source_file
),

-- Surveys of which some file is in one snapshot alone.
file_change AS (
    SELECT survey FROM only_here
    UNION
    SELECT survey FROM only_there
),

made AS (
    SELECT
        old_snapshot_info.catalogue_hash <> new_snapshot_info.catalogue_hash AS other_catalogue,
        old_snapshot_info.code_version <> new_snapshot_info.code_version AS other_code
    FROM old_snapshot_info
    CROSS JOIN new_snapshot_info
),

told AS (
    SELECT survey, 1 AS position, 'new_forms' AS reason, n_new AS n FROM form_change
    WHERE n_new > 0
    UNION ALL
    SELECT survey, 2 AS position, 'corrected_forms' AS reason, n_corrected AS n FROM form_change
    WHERE n_corrected > 0
    UNION ALL
    SELECT survey, 3 AS position, 'removed_forms' AS reason, n_removed AS n FROM form_change
    WHERE n_removed > 0
    UNION ALL
    SELECT file_change.survey, 4 AS position, 'other_files' AS reason, NULL AS n
    FROM file_change
    LEFT JOIN form_change ON file_change.survey = form_change.survey
    WHERE coalesce(form_change.n_new + form_change.n_corrected + form_change.n_removed, 0) = 0
    UNION ALL
    SELECT form_change.survey, 5 AS position, 'catalogue' AS reason, NULL AS n FROM form_change CROSS JOIN made
    WHERE made.other_catalogue
    UNION ALL
    SELECT form_change.survey, 6 AS position, 'code' AS reason, NULL AS n FROM form_change CROSS JOIN made
    WHERE made.other_code
)

SELECT survey, position, reason, n FROM told
