-- One coverage for each policy of a patient. OpenEMR keeps a row for a level without insurance, and ends a
-- policy by the first day of the next of its level.
with

policies as (
    select
        id,
        lead(date) over (partition by pid, type order by date, id) as next_date
    from insurance_data
)

select
    d.row_number,
    d.id as coverage_id,
    d.pid as patient_id,
    d.provider as payer_id,
    case d.type when 'primary' then '1' when 'secondary' then '2' when 'tertiary' then '3' end as priority,
    d.policy_number as member_id,
    coalesce(d.date, '1900-01-01') as effective_from,
    coalesce(d.date_end, cast(try_cast(policies.next_date as date) - 1 as varchar)) as effective_to,
    case when coalesce(d.provider, '0') = '0' then 'A level without insurance.' end as left_out
from delivered as d
left join policies on d.id = policies.id
