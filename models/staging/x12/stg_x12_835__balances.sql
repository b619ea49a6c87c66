-- One row per remittance, claim payment or line whose amounts do not add up. It is loaded as it
-- is; the money that is missing or too much is named in quality.reconciliation.
{{ config(materialized='view') }}
with

balances as (select * from {{ ref('kept_x12_835__balances') }}),

sets as (select * from {{ ref('stg_x12__transaction_sets') }} where is_used)

select
    balances.level,
    sets.transaction_set_id,
    case
        when balances.clp_number is not null
            then concat_ws(':', sets.transaction_set_id, balances.clp_number)
    end as remittance_claim_id,
    balances.line_number,
    balances.expected_amount,
    balances.found_amount,
    balances.difference_amount
from balances
inner join sets on balances.set_key = sets.set_key
