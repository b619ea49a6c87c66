-- One row per charge that its last standing primary adjudication refused: what may be won back, and
-- until when to appeal. A charge that was written off whole by hand is closed, and not listed.
with

charges as (
    select * from {{ ref('fct_charge') }}
    where
        is_denied
        and written_off_amount + hand_contractual_amount + courtesy_amount < charge_amount
),

payers as (select * from {{ ref('dim_payer') }}),

claims as (select * from {{ ref('fct_claim') }}),

-- Several lines may refuse one charge on one day: the one with the most dollars speaks for it.
denials as (
    select * from {{ ref('fct_denial') }}
    where is_denied and is_standing and payer_sequence = 'P' and charge_key is not null
    qualify row_number() over (
        partition by charge_key, denied_on order by denial_amount desc, adjudication_line_key asc
    ) = 1
)

select
    c.charge_key,
    c.charge_id,
    d.claim_key,
    d.claim_id,
    c.visit_key,
    c.visit_id,
    c.patient_key,
    c.patient_id,
    d.payer_id,
    c.clinic_id,
    c.provider_id,
    c.cpt_code,
    d.root_cause,
    d.liability,
    c.service_date,
    c.adjudicated_on as denied_on,
    case when k.last_submitted_on > c.adjudicated_on then k.last_submitted_on end as resubmitted_on,
    c.adjudicated_on + p.appeal_days as deadline_on,
    coalesce(c.expected_amount, c.charge_amount) as at_stake_amount,
    c.written_off_amount
from charges as c
left join denials as d on c.charge_key = d.charge_key and c.adjudicated_on = d.denied_on
left join claims as k on d.claim_key = k.claim_key and d.payer_sequence = k.payer_sequence
left join payers as p on d.payer_id = p.payer_id
