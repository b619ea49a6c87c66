{#- What was read of a transaction set never changes, so it is read once. The base_x12 models speak of one night's
    sets: those that base_x12__new_sets finds missing in kept_x12__sets. They are views, since to store what they
    read takes longer than to read it. The kept tables gather their rows, numbered by set_key in the order of
    nights; kept_x12__sets is last, so that a night that was stopped before it does its sets again. Whether a set
    counts is decided above, by stg_x12__transaction_sets. -#}

{#- Materialization of a kept table: the night's rows are added, in the place of those that a stopped night left.
    The table is made anew by a night that reads all sets, which one does when what reads them has changed
    (its comment tells). -#}
{% materialization kept, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set version = x12_version() -%}
    {%- set sets = this.incorporate(path={'identifier': 'base_x12__new_sets'}) -%}
    {%- set first_key = run_query('select min(set_key) from ' ~ sets).rows[0][0] -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {%- if existing is none or first_key == 1 or table_comment(target) != version -%}
            create or replace table {{ target }} as {{ sql }};
            comment on table {{ target }} is '{{ version }}';
        {%- elif first_key is none -%}
            select 'no set is new';
        {%- else -%}
            delete from {{ target }} where set_key >= {{ first_key }};
            insert into {{ target }} by name {{ sql }};
        {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- Body of a kept table: the night's rows of a base model, without the texts that only a night needs. -#}
{% macro kept_rows(name, without=[]) -%}
select {{ x12_all_but(without) if without else '*' }}
from {{ ref('base_x12_' ~ name) }}
{%- endmacro %}

{#- The night's rows of a kept table: what was read once, where its base model would read it again. -#}
{% macro kept_tonight(name) -%}
(
    select * from {{ ref('kept_x12_' ~ name) }}
    where set_key in (select set_key from {{ ref('base_x12__new_sets') }})
)
{%- endmacro %}

{#- The table of the sets that were read, where all was read as it is read now; else none. Unit tests have no
    tables (this). -#}
{% macro sets_read_before() -%} {{ return(adapter.dispatch('sets_read_before')()) }} {%- endmacro %}

{% macro default__sets_read_before() -%}
    {%- if execute and this -%}
        {%- set found = namespace(sets=none, all=true) -%}
        {%- set version = x12_version() -%}
        {%- for name in kept_models() + ['kept_x12__sets'] -%}
            {%- set found.sets = adapter.get_relation(this.database, this.schema, name) -%}
            {%- if found.sets is none or table_comment(found.sets) != version -%}
                {%- set found.all = false -%}
            {%- endif -%}
        {%- endfor -%}
        {{ return(found.sets if found.all else none) }}
    {%- endif -%}
{%- endmacro %}

{#- Changes when anything that reads a set does: the base and kept models, and the macros that they call. -#}
{% macro x12_version() -%}
    {%- set texts = [] -%}
    {%- set texts_of = ('x12_', 'kept_', 'array_', 'full_match') -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') -%}
        {%- if node.resource_type == 'model' and '_x12_' in node.name and not node.name.startswith('stg_') -%}
            {%- do texts.append(node.raw_code) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in context.keys() | sort if name.removeprefix('default__').startswith(texts_of) -%}
        {%- do texts.append(context[name].macro.macro_sql) -%}
    {%- endfor -%}
    {{ return(local_md5(texts | join('\n'))) }}
{%- endmacro %}
