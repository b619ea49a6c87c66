{#- Two ways to build a model that tonight's changes concern in part (int_scope__extent says whether all
    is built anew):
      concerned   what the models of intermediate read of staging: all rows as a view, or those of the
                  patients and claims concerned as a table
      replaced    a fact, which holds the whole practice: built anew, or the rows of the patients and
                  claims concerned taken out and put in again, in one transaction. meta.replaced_by says
                  how they are known: patient, by patient_id; claim, by claim_id; claim_or_patient, by
                  claim_id where there is one, else by patient_id. Rows without either are always built
                  again. -#}

{#- By its name, not ref(): every model built one of these ways comes after it by what it reads. -#}
{% macro scope_table(name) -%}
    {{ return(api.Relation.create(database=this.database, schema='intermediate', identifier=name)) }}
{%- endmacro %}

{% macro is_all_built() -%}
    {%- set extent = run_query('select is_whole from ' ~ scope_table('int_scope__extent')) -%}
    {#- No row: dbt run --empty, which makes the tables only. -#}
    {{ return(extent.rows | length == 0 or extent.rows[0][0]) }}
{%- endmacro %}

{#- The condition on rows of a model: what is in the tables of patients and claims, and what is in neither. -#}
{% macro concerned_rows(what, patients, claims, patient_id='patient_id') -%}
    {%- set of_patient = patient_id ~ ' is null or ' ~ patient_id
        ~ ' in (select patient_id from ' ~ patients ~ ')' -%}
    {%- set of_claim = 'claim_id in (select claim_id from ' ~ claims ~ ')' -%}
    {{ return({
        'patient': of_patient,
        'claim': 'claim_id is null or ' ~ of_claim,
        'claim_or_patient': of_claim ~ ' or (claim_id is null and (' ~ of_patient ~ '))',
    }[what]) }}
{%- endmacro %}

{% materialization concerned, adapter='duckdb' %}
    {%- if is_all_built() -%}
        {%- set all_rows = 'select * from ' ~ ref(config.get('meta')['rows_of']) -%}
        {%- set target = replace_relation('view', all_rows) -%}
    {%- else -%}
        {%- set target = replace_relation('table', compiled_code) -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization replaced, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is none or not existing.is_table or is_all_built() -%}
        {%- set target = replace_relation('table', compiled_code) -%}
    {%- else -%}
        {%- set target = this.incorporate(type='table') -%}
        {%- set concerned = concerned_rows(
            config.get('meta')['replaced_by'], scope_table('int_scope__patients'), scope_table('int_scope__claims')
        ) -%}
        {%- call statement('main') -%}
            delete from {{ target }} where {{ concerned }};
            insert into {{ target }} by name {{ compiled_code }}
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
