-- One row per payer of the practice, with the rules the payer bills by.
select
    payer_id,
    payer_name,
    payer_type,
    edi_payer_id,
    unit_rule,
    therapy_modifier_required as is_therapy_modifier_required,
    assistant_modifier_required as is_assistant_modifier_required,
    authorization_required as is_authorization_required,
    timely_filing_days,
    appeal_days
from {{ ref('stg_practice__payers') }}
