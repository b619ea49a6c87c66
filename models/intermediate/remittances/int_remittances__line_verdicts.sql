-- One row per line of a claim payment, judged by its own amounts: denied, partially denied,
-- duplicate denial, with root cause and liability. A reversal is judged with its signs turned
-- round; whether it reverses a denial is decided in int_remittances__adjudicated_lines.
with

lines as (select * from {{ ref('int_remittances__raw_lines') }}),

weights as (select * from {{ ref('int_remittances__line_weights') }}),

claim_payments as (select * from {{ ref('int_remittances__claims') }}),

adjustments as (select * from {{ ref('int_remittances__line_adjustments') }}),

procedures as (select * from {{ ref('stg_reference__procedures') }}),

signed as (
    select
        a.remittance_line_id,
        a.group_code,
        a.carc_code,
        a.category,
        a.is_denial,
        a.amount,
        case when c.is_reversal then -a.amount else a.amount end as judged_amount,
        -- At the claim level a refusal reason speaks of a line only where the whole claim was refused.
        not a.is_claim_level or c.status_code = '4' or c.line_count = 0 as is_judged
    from adjustments as a
    inner join claim_payments as c on a.remittance_claim_id = c.remittance_claim_id
),

denials as (
    select
        s.remittance_line_id,
        s.category,
        sum(s.judged_amount) as denied_amount,
        sum(case when s.group_code = 'PR' then s.judged_amount else 0 end) as patient_amount,
        bool_or(s.category <> 'duplicate') as has_other_than_duplicate,
        bool_or(s.carc_code <> '97') as has_other_than_97
    from signed as s
    where s.is_denial and s.is_judged and s.judged_amount > 0
    group by s.remittance_line_id, s.category
),

causes as (
    select
        *,
        bool_or(has_other_than_duplicate) over (partition by remittance_line_id) as is_more_than_duplicate,
        bool_or(has_other_than_97) over (partition by remittance_line_id) as is_more_than_bundled
    from denials
    qualify row_number() over (
        partition by remittance_line_id order by denied_amount desc, category asc nulls last
    ) = 1
),

sums as (
    select
        remittance_line_id,
        sum(case when group_code = 'PR' then amount else 0 end) as patient_responsibility_amount,
        sum(
            case
                when
                    group_code <> 'PR' and category in (
                        'contractual', 'sequestration', 'multiple_procedure_reduction', 'capitation'
                    )
                    then amount
                when group_code = 'CO' and category = 'patient_responsibility' then amount
                else 0
            end
        ) as contractual_amount,
        sum(case when category in ('contractual', 'capitation') then amount else 0 end)
            as fee_reduction_amount,
        bool_or(group_code = 'PR' and category = 'patient_responsibility') as has_patient_share
    from signed
    group by remittance_line_id
),

judged as (
    select
        l.remittance_line_id,
        case when cp.is_reversal then -l.charge_amount else l.charge_amount end > 0
        and w.paid_amount = 0
        and not coalesce(s.has_patient_share, false)
        and c.remittance_line_id is not null as is_refused,
        c.remittance_line_id is not null as has_denial_reason,
        coalesce(c.is_more_than_duplicate, false) as is_more_than_duplicate,
        -- A bundled code that Medicare never pays apart is priced into another line, not refused.
        coalesce(not c.is_more_than_bundled and p.medicare_status = 'B', false) as is_bundled_only,
        c.category as root_cause,
        c.denied_amount,
        case when 2 * c.patient_amount >= c.denied_amount then 'patient' else 'payer' end as liability,
        w.paid_amount,
        coalesce(s.patient_responsibility_amount, 0) as patient_responsibility_amount,
        coalesce(s.contractual_amount, 0) as contractual_amount,
        coalesce(s.fee_reduction_amount, 0) as fee_reduction_amount
    from lines as l
    inner join weights as w on l.remittance_line_id = w.remittance_line_id
    inner join claim_payments as cp on l.remittance_claim_id = cp.remittance_claim_id
    left join causes as c on l.remittance_line_id = c.remittance_line_id
    left join sums as s on l.remittance_line_id = s.remittance_line_id
    left join procedures as p on l.cpt_code = p.cpt_code
)

select
    remittance_line_id,
    is_refused and is_more_than_duplicate and not is_bundled_only as is_denied,
    not is_refused and has_denial_reason and is_more_than_duplicate and not is_bundled_only
        as is_partially_denied,
    is_refused and not is_more_than_duplicate as is_duplicate_denial,
    case when is_more_than_duplicate and not is_bundled_only then root_cause end as root_cause,
    case when is_more_than_duplicate and not is_bundled_only then liability end as liability,
    case when is_more_than_duplicate and not is_bundled_only then cast(denied_amount as decimal(18, 2)) end
        as denial_amount,
    cast(paid_amount as decimal(18, 2)) as paid_amount,
    cast(patient_responsibility_amount as decimal(18, 2)) as patient_responsibility_amount,
    cast(contractual_amount as decimal(18, 2)) as contractual_amount,
    cast(fee_reduction_amount as decimal(18, 2)) as fee_reduction_amount
from judged
