-- One charge for each procedure of the fee sheet. A line that was deleted stays with activity 0 and is a
-- charge that was voided; when is not kept, so that it counts as voided when it was posted. The diagnoses
-- are those that justify the line, in their order.
with

lines as (
    select
        *,
        string_split(upper(modifier), ':') as modifiers,
        list_filter(
            list_transform(
                string_split(coalesce(justify, ''), ':'),
                lambda one: regexp_extract(one, '^ICD10[|](.+)$', 1)
            ),
            lambda one: one <> ''
        ) as diagnoses
    from delivered
)

select
    lines.row_number,
    lines.id as charge_id,
    lines.encounter as visit_id,
    lines.code as cpt_code,
    lines.modifiers[1] as modifier_1,
    lines.modifiers[2] as modifier_2,
    lines.modifiers[3] as modifier_3,
    lines.modifiers[4] as modifier_4,
    coalesce(lines.units, '1') as units,
    lines.diagnoses[1] as diagnosis_1,
    lines.diagnoses[2] as diagnosis_2,
    lines.diagnoses[3] as diagnosis_3,
    lines.diagnoses[4] as diagnosis_4,
    lpad(e.pos_code, 2, '0') as place_of_service,
    lines.fee as charge_amount,
    case when lines.provider_id <> '0' then lines.provider_id end as rendering_provider_id,
    lines.date as posted_at,
    case when lines.activity = '0' then lines.date end as voided_at,
    case
        when lines.code_type not in ('CPT4', 'HCPCS') then 'No procedure: a diagnosis, copay or other line.'
    end as left_out
from lines
left join (
    select
        encounter,
        any_value(pos_code) as pos_code
    from form_encounter
    group by encounter
) as e on lines.encounter = e.encounter
