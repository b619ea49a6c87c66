-- One row per charge not yet submitted and fault that the coding rules find on it, with how often this
-- practice's claims with the same fault were refused. History is that of the payer, from 5 claims on, else
-- of all payers. It judges charges as they are now: a charge mended after it was sent has lost its fault.
with

charges as (select * from {{ ref('fct_charge') }} where unbilled_reason = 'not_submitted'),

findings as (select * from {{ ref('fct_coding_finding') }}),

payers as (select * from {{ ref('dim_payer') }}),

-- A claim counts as refused when the faulty line was, wholly or in part; its other lines are another matter.
claims as (
    select
        f.rule_id,
        f.finding,
        l.payer_id,
        l.claim_key,
        max(case when l.is_denied or l.is_partially_denied then 1 else 0 end) as is_denied,
        {{ amount_where('l.charge_amount', 'l.is_denied or l.is_partially_denied') }} as denied_amount
    from findings as f
    inner join {{ ref('fct_adjudication_line') }} as l on f.charge_key = l.charge_key
    where l.is_first_adjudication and l.is_known_claim and l.charge_amount > 0
    group by 1, 2, 3, 4
),

payer_history as (
    select
        rule_id,
        finding,
        payer_id,
        count(*) as claims,
        cast(sum(is_denied) as bigint) as denied_claims,
        {{ amount_where('denied_amount') }} as denied_amount
    from claims
    group by 1, 2, 3
),

history as (
    select
        rule_id,
        finding,
        count(*) as claims,
        cast(sum(is_denied) as bigint) as denied_claims,
        {{ amount_where('denied_amount') }} as denied_amount
    from claims
    group by 1, 2
),

judged as (
    select
        f.*,
        coalesce(h.denied_claims > 0, false) as has_denial_history,
        case
            when p.claims >= 5 then 'own_payer'
            when h.claims >= 5 then 'all_payers'
            else 'none'
        end as history_basis,
        coalesce(case when p.claims >= 5 then p.claims else h.claims end, 0) as claims_with_fault,
        coalesce(case when p.claims >= 5 then p.denied_claims else h.denied_claims end, 0) as claims_denied,
        coalesce(case when p.claims >= 5 then p.denied_amount else h.denied_amount end, 0) as denied_amount
    from findings as f
    inner join charges as c on f.charge_key = c.charge_key
    left join history as h on f.rule_id = h.rule_id and f.finding = h.finding
    left join payer_history as p
        on f.rule_id = p.rule_id and f.finding = p.finding and f.payer_id = p.payer_id
)

select
    j.finding_key,
    j.charge_key,
    j.charge_id,
    j.visit_key,
    j.visit_id,
    j.patient_key,
    j.patient_id,
    j.payer_id,
    j.clinic_id,
    j.provider_id,
    j.rule_id,
    j.finding,
    j.reason,
    j.cpt_code,
    j.billed,
    j.expected,
    j.history_basis,
    j.service_date,
    j.service_date + p.timely_filing_days as deadline_on,
    j.at_stake_amount,
    -- Too few claims say nothing: no share and no loss, rather than a guess.
    case
        when j.history_basis <> 'none'
            then cast(
                {{ share_of_amount('j.at_stake_amount', 'j.claims_denied', 'j.claims_with_fault') }}
                as decimal(18, 2)
            )
    end as expected_loss_amount,
    j.claims_with_fault,
    j.claims_denied,
    case
        when j.history_basis <> 'none' then {{ rate('j.claims_denied', 'j.claims_with_fault') }}
    end as denied_share,
    cast(j.denied_amount as decimal(18, 2)) as denied_amount,
    j.has_denial_history
from judged as j
left join payers as p on j.payer_id = p.payer_id
