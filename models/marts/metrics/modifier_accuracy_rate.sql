-- One row per month of service and slice: charges to which at least one modifier rule applies, and those
-- on which none found anything.
with

charges as (select * from {{ ref('fct_charge') }} where modifier_rules > 0),

findings as (
    select
        charge_id,
        {{ count_where("finding = 'missing'") }} as missing_modifiers,
        {{ count_where("finding = 'unjustified'") }} as unjustified_modifiers,
        {{ count_where("finding = 'conflicting'") }} as conflicting_modifiers
    from {{ ref('fct_modifier_finding') }}
    group by 1
),

sums as (
    select
        c.service_month as month,
        c.payer_id,
        c.clinic_id,
        c.provider_id,
        {{ count_where('f.charge_id is null') }} as numerator,
        count(*) as denominator,
        cast(coalesce(sum(f.missing_modifiers), 0) as bigint) as missing_modifiers,
        cast(coalesce(sum(f.unjustified_modifiers), 0) as bigint) as unjustified_modifiers,
        cast(coalesce(sum(f.conflicting_modifiers), 0) as bigint) as conflicting_modifiers
    from charges as c
    left join findings as f on c.charge_id = f.charge_id
    group by 1, 2, 3, 4
)

select
    month,
    payer_id,
    clinic_id,
    provider_id,
    numerator,
    denominator,
    {{ rate('numerator', 'denominator') }} as value,
    true as is_mature,
    missing_modifiers,
    unjustified_modifiers,
    conflicting_modifiers
from sums
