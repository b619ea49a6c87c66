-- One row per thing that counts tonight: files of the extracts (each content under its path, day and
-- releases has a version of its own), transaction sets, and X12 files for the TA1 they bring.
{% for extract in practice_extracts() -%}
select distinct
    'rows' as kind,
    cast(source_version as string) as version
from {{ ref('base_practice__' ~ extract) }}
union all
{% endfor -%}
select
    'set' as kind,
    concat_ws('|', transaction_set_id, source_file) as version
from {{ ref('stg_x12__transaction_sets') }}
where is_used
union all
select
    'file' as kind,
    file as version
from {{ ref('stg_load__files') }}
where kind = 'x12' and status in ('loaded', 'not_used')
