-- One row, written when every fact is built: how much of them was built again. Its hook keeps what they
-- were built from, which the next night compares; a night that ends before it is made up for by the next.
{{ config(post_hook="{{ remember_built() }}") }}
{% for fact in [
    'fct_adjudication_line', 'fct_appointment', 'fct_authorization', 'fct_charge', 'fct_claim',
    'fct_claim_event', 'fct_claim_submission', 'fct_coding_finding', 'fct_denial',
    'fct_medicare_payment', 'fct_modifier_finding', 'fct_receivable_event', 'fct_unit_finding',
    'fct_visit', 'int_claims__answer_days', 'int_claims__claim_numbers', 'int_claims__histories',
    'int_scope__fingerprint', 'int_scope__versions'
] -%}
-- depends_on: {{ ref(fact) }}
{% endfor -%}
select
    e.is_whole,
    e.reason,
    e.patients,
    e.claims,
    e.known_patients,
    run.as_of
from {{ ref('int_scope__extent') }} as e
cross join {{ ref('stg_load__run') }} as run
