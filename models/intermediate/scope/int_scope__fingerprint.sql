-- One row: what decides on every row alike, as a number. The project's SQL, the practice's payers,
-- providers, clinics and fees, and the reference tables. Where it differs, everything is built anew.
{% set extracts = ['payers', 'providers', 'clinics', 'fee_schedules'] -%}
{% set tables = [
    'adjustment_reasons', 'claim_status_categories', 'conversion_factors', 'daily_maximums',
    'diagnosis_changes', 'diagnosis_support', 'icd10_codes', 'kx_thresholds', 'medicare_localities',
    'ncci_edits', 'ncci_exempt_payers', 'procedures', 'relative_values', 'sequestration'
] -%}
with

run as (select * from {{ ref('stg_load__run') }}),

{% for extract in extracts -%}
{{ extract }}_rows as (
    {{ rows_fingerprint(ref('stg_practice__' ~ extract), extract_column_names(extract)) }}
),

{% endfor -%}
{% for table in tables -%}
{{ table }}_rows as (
    {{ rows_fingerprint(ref('stg_reference__' ~ table), ['*']) }}
),

{% endfor -%}
parts as (
    select concat_ws(
        '|',
        '{{ code_fingerprint() }}',
        run.pseudonym_key
        {%- for name in extracts + tables %},
        {{ name }}_rows.fingerprint
        {%- endfor %}
    ) as text
    from run
    {%- for name in extracts + tables %}
    cross join {{ name }}_rows
    {%- endfor %}
)

select {{ sha256_hex('text') }} as fingerprint
from parts
