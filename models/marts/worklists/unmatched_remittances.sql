-- One row per remittance line that belongs to no charge: its money is in no metric and not in the
-- receivable until somebody finds out why. Zero lines are listed too: a refusal that nobody can see
-- is lost money.
with

run as (select * from {{ ref('stg_load__run') }}),

lines as (
    select * from {{ ref('int_remittances__adjudicated_lines') }} where charge_id is null
)

select
    l.source_file as file,
    {{ pseudonym('claim', 'l.claim_id') }} as claim_key,
    l.claim_id,
    l.payer_control_number as control_number,
    l.cpt_code,
    l.charge_amount,
    l.paid_amount,
    case when l.is_known_claim then 'no charge of the claim matches' else 'unknown claim' end as reason
from lines as l
cross join run
