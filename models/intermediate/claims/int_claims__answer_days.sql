-- One row per submission day of a claim that was answered: the day of the first answer. What a payer
-- takes its time for is measured over all of them.
{{ config(materialized='replaced', meta={'replaced_by': 'claim_or_patient'}) }}
with

states as (select * from {{ ref('int_claims__states') }}),

claims as (select * from {{ ref('int_claims__tracked_claims') }})

select
    s.tracking_id,
    c.claim_id,
    s.payer_sequence,
    c.patient_id,
    c.payer_id,
    s.sent_on,
    min(s.event_date) as answered_on
from states as s
inner join claims as c on s.tracking_id = c.tracking_id and s.payer_sequence = c.payer_sequence
where s.kind = 'adjudicated' and s.sent_on is not null
group by 1, 2, 3, 4, 5, 6
