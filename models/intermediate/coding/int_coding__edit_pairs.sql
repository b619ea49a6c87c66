-- One row per two charges of a patient, service date and billing group that an NCCI edit in force
-- names together, and what it allows (an edit may stand twice in the list). Payers that a practice
-- exempts (ncci_exempt_payers) have no pairs.
with

charges as (
    select
        c.*,
        {{ has_modifier('c', ['59', 'XE', 'XP', 'XS', 'XU']) }} as has_distinct_modifier
    from {{ ref('int_coding__judged_charges') }} as c
    where c.is_under_ncci_edits
),

edits as (select * from {{ ref('stg_reference__ncci_edits') }})

select
    paid.charge_id as column_1_charge_id,
    bundled.charge_id as column_2_charge_id,
    e.column_1_code,
    e.column_2_code,
    e.modifier_indicator,
    bool_or(paid.has_distinct_modifier or bundled.has_distinct_modifier) as has_distinct_modifier
from charges as paid
inner join edits as e on paid.cpt_code = e.column_1_code
inner join charges as bundled
    on
        e.column_2_code = bundled.cpt_code
        and paid.patient_id = bundled.patient_id
        and paid.service_date = bundled.service_date
        and paid.billing_group = bundled.billing_group
        and paid.charge_id <> bundled.charge_id
where
    paid.service_date >= coalesce(e.effective_from, paid.service_date)
    and (e.deleted_on is null or paid.service_date < e.deleted_on)
group by 1, 2, 3, 4, 5
