-- what:   every instrument as a codebook: items and headings, and the codes that an answer to them can have
-- grain:  instrument, item, code (null for headings, administrative figures and pooled indices, which have no answer)
-- clause: Plan 1111/KH-BHXH, Appendix I and IV.2; each row names its own
-- why:    the code of an item is the column name in an extract, the code of an answer the value in it
WITH

answer AS (
    SELECT
        item.instrument,
        item.item,
        scale_point.point AS code,
        scale_point.label_vi,
        scale_point.label_en,
        -- Of another document than the one that has these words they are an assumption.
        if(starts_with(item.clause, split_part(scale_point.clause, ',', 1)), item.status, 'assumption')
            AS status,
        scale_point.clause
    FROM item
    INNER JOIN scale_point ON item.scale = scale_point.scale
    UNION ALL
    SELECT instrument, item, option AS code, label_vi, label_en, status, clause
    FROM item_option
),

asking AS (
    SELECT
        asked.instrument,
        asked.item,
        string_agg(asked.channel, ' ' ORDER BY channel.sort, asked.channel) AS channels_asked
    FROM asked
    INNER JOIN channel ON asked.instrument = channel.instrument AND asked.channel = channel.channel
    GROUP BY asked.instrument, asked.item
)

SELECT
    item.instrument,
    item.sort,
    item.item,
    answer.code,
    item.item_level,
    item.parent,
    item.factor,
    item.service_group,
    item.content,
    item.family,
    item.label_vi,
    item.label_en,
    item.scale,
    item.scale_points,
    answer.label_vi AS code_label_vi,
    answer.label_en AS code_label_en,
    asking.channels_asked,
    item.conditional,
    item.experience,
    item.adverse,
    item.status,
    item.clause,
    answer.status AS code_status,
    answer.clause AS code_clause
FROM item
LEFT JOIN answer ON item.instrument = answer.instrument AND item.item = answer.item
LEFT JOIN asking ON item.instrument = asking.instrument AND item.item = asking.item
