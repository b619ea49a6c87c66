-- One row per transaction set that is read and cannot be relied on: the first thing wrong with
-- it, by segment and element, and what was expected. Values may be PHI and are not told.
{{ config(materialized='view') }}
with

errors as (
    select set_key, content_error as reason
    from {{ kept_tonight('837__batches') }}
    union all
    select set_key, concat('CLM ', claim_number, ', ', content_error) as reason
    from {{ kept_tonight('837__claims') }}
    where content_error is not null
    union all
    select
        set_key,
        concat('CLM ', claim_number, ', LX ', line_number, ', ', content_error) as reason
    from {{ kept_tonight('837__lines') }}
    where content_error is not null
    union all
    select
        set_key,
        concat(
            'HL 21 number ', receiver_number - 1,
            case when is_claim_status then concat(', HL PT number ', patient_number) else '' end,
            ', ', content_error
        ) as reason
    from {{ kept_tonight('277ca__statuses') }}
    where content_error is not null
    union all
    select set_key, content_error as reason
    from {{ kept_tonight('835__payments') }}
    union all
    select set_key, concat('PLB ', plb_number, ', ', content_error) as reason
    from {{ kept_tonight('835__provider_adjustments') }}
    where content_error is not null
    union all
    select set_key, concat('CLP ', clp_number, ', ', content_error) as reason
    from {{ kept_tonight('835__claims') }}
    where content_error is not null
    union all
    select
        set_key,
        concat('CLP ', clp_number, ', SVC ', line_number, ', ', content_error) as reason
    from {{ kept_tonight('835__lines') }}
    where content_error is not null
    union all
    select
        set_key,
        concat(
            'CLP ', clp_number,
            case when line_number is not null then concat(', SVC ', line_number) else '' end,
            ', CAS ', cas_number, ', ', content_error
        ) as reason
    from {{ kept_tonight('835__adjustments') }}
    where content_error is not null
    union all
    select set_key, concat(segment, ': expected within ', loop_name) as reason
    from {{ ref('base_x12__segment_counts') }}
    where stated_count <> found_count
)

select
    set_key,
    concat(
        min(reason),
        case when count(*) > 1 then concat(' (and ', count(*) - 1, ' more)') else '' end
    ) as content_error
from errors
where reason is not null
group by set_key
