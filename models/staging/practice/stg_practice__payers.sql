-- One row per payer, as the newest good row describes it. What a payer does not say of its rules follows
-- from its type.
{{ config(materialized='view') }}
{{ staged_extract('payers', {
    'unit_rule': "case
        when payer_type in ('medicare', 'medicare_advantage', 'medicaid', 'tricare_va', 'self_pay')
            then 'cms'
        else 'ama'
    end",
    'therapy_modifier_required': 'true',
    'assistant_modifier_required': "payer_type in ('medicare', 'medicare_advantage', 'tricare_va')",
    'authorization_required': 'false'
}) }}
