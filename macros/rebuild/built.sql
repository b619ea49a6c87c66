{#- What the facts were last built from. Tables of the warehouse, and no models, since a night reads them
    before it builds and writes them after it has built everything; see int_scope__mode. The loader makes
    them, as it makes raw.
    In one transaction with the model whose hook it is: all of it is remembered, or nothing. -#}
{% macro remember_built() -%} {{ return(adapter.dispatch('remember_built')()) }} {%- endmacro %}

{% macro default__remember_built() -%}
    create or replace table built.run as
    select run.as_of, fingerprint.fingerprint
    from {{ ref('stg_load__run') }} as run
    cross join {{ ref('int_scope__fingerprint') }} as fingerprint;
    create or replace table built.versions as select kind, version from {{ ref('int_scope__versions') }};
    create or replace table built.claim_numbers as
    select submitted_claim_id, claim_id from {{ ref('int_claims__claim_numbers') }};
    delete from built.begun;
    delete from built.begun_versions;
{%- endmacro %}

{#- What a build begins with, before it changes a fact: were it stopped, some facts would speak of this day
    and these files, and others of the last. -#}
{% macro begin_to_build() -%} {{ return(adapter.dispatch('begin_to_build')()) }} {%- endmacro %}

{% macro default__begin_to_build() -%}
    create or replace table built.begun as
    select run.as_of, extent.is_whole
    from {{ ref('stg_load__run') }} as run
    cross join {{ this }} as extent;
    create or replace table built.begun_versions as
    select kind, version from {{ ref('int_scope__versions') }};
{%- endmacro %}

{#- A number that differs when any row of a table does, whatever the order of rows. -#}
{% macro rows_fingerprint(relation, columns) -%}
    {{ return(adapter.dispatch('rows_fingerprint')(relation, columns)) }}
{%- endmacro %}

{% macro default__rows_fingerprint(relation, columns) -%}
    select cast(coalesce(sum(hash(rows_)), 0) as varchar) as fingerprint
    from (select {{ columns | join(', ') }} from {{ relation }}) as rows_
{%- endmacro %}

{% macro spark__rows_fingerprint(relation, columns) -%}
    select cast(coalesce(sum(cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0))), 0) as string)
        as fingerprint
    from {{ relation }}
{%- endmacro %}

{#- Of the project's SQL, as orchestration/dbt_project.py tells it. Where nobody tells it: never the same. -#}
{% macro code_fingerprint() -%} {{ dbt_metadata_envs.get('BILLING_CODE', '') or invocation_id }} {%- endmacro %}

{#- While dbt parses there is no graph to ask. -#}
{% macro extract_column_names(extract) -%}
    {{ return(extract_columns(extract) | map(attribute='name') | list or ['1']) }}
{%- endmacro %}
