-- One row per transaction set that is read and cannot be relied on: the first thing wrong with
-- it, by segment and element, and what was expected. Values may be PHI and are not told.
with

errors as (
    select transaction_set_id, content_error as reason
    from {{ ref('base_x12_837__batches') }}
    union all
    select transaction_set_id, concat('CLM ', claim_number, ', ', content_error) as reason
    from {{ ref('base_x12_837__claims') }}
    where content_error is not null
    union all
    select
        transaction_set_id,
        concat('CLM ', claim_number, ', LX ', line_number, ', ', content_error) as reason
    from {{ ref('base_x12_837__lines') }}
    where content_error is not null
    union all
    select
        transaction_set_id,
        concat(
            'HL 21 number ', receiver_number - 1,
            case when is_claim_status then concat(', HL PT number ', patient_number) end,
            ', ', content_error
        ) as reason
    from {{ ref('base_x12_277ca__statuses') }}
    where content_error is not null
    union all
    select transaction_set_id, content_error as reason
    from {{ ref('base_x12_835__payments') }}
    union all
    select transaction_set_id, concat('PLB ', plb_number, ', ', content_error) as reason
    from {{ ref('base_x12_835__provider_adjustments') }}
    where content_error is not null
    union all
    select transaction_set_id, concat('CLP ', clp_number, ', ', content_error) as reason
    from {{ ref('base_x12_835__claims') }}
    where content_error is not null
    union all
    select
        transaction_set_id,
        concat('CLP ', clp_number, ', SVC ', line_number, ', ', content_error) as reason
    from {{ ref('base_x12_835__lines') }}
    where content_error is not null
    union all
    select
        transaction_set_id,
        concat(
            'CLP ', clp_number, case when line_number is not null then concat(', SVC ', line_number) end,
            ', CAS ', cas_number, ', ', content_error
        ) as reason
    from {{ ref('base_x12_835__adjustments') }}
    where content_error is not null
    union all
    select transaction_set_id, concat(segment, ': expected within ', loop_name) as reason
    from {{ ref('base_x12__segment_counts') }}
    where stated_count <> found_count
)

select
    transaction_set_id,
    concat(
        min(reason),
        case when count(*) > 1 then concat(' (and ', count(*) - 1, ' more)') end
    ) as content_error
from errors
where reason is not null
group by transaction_set_id
