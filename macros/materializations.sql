{#- How tables and views are replaced: in one transaction, so that a run that is killed leaves the last
    night's or this one's. dbt-duckdb builds beside, renames twice and drops, and asks the catalog before
    each. Grants, indexes and keys to other tables, which it can do as well, are not used here. -#}
{% materialization table, adapter='duckdb' %}
    {%- set target = replace_relation('table', compiled_code) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target = replace_relation('view', compiled_code) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- In the transaction of whoever calls it. -#}
{% macro replace_relation(type, sql) -%}
    {%- set target = this.incorporate(type=type) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.type != type -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}
    {%- set is_checked = config.get('contract').enforced -%}
    {%- call statement('main') -%}
        {%- if is_checked -%} {{ get_assert_columns_equivalent(sql) }} {%- endif -%}
        {%- if is_checked and type == 'table' -%}
            {#- Without their constraints, which a test asks of all rows at once (constraints_hold). -#}
            create or replace table {{ target }} (
                {%- for column in model.columns.values() %}
                {{ column.name }} {{ column.data_type }}{{ ',' if not loop.last }}
                {%- endfor %}
            );
            insert into {{ target }} {{ get_column_names() }} ({{ get_select_subquery(sql) }})
        {%- else -%}
            create or replace {{ type }} {{ target }} as ({{ sql }}
            )
        {%- endif -%}
    {%- endcall -%}
    {{ return(target) }}
{%- endmacro %}
