{#- Materialization of the base models of extracts. The first night, and where its SQL differs from what made
    the table (its comment tells), a table is made anew. Else the rows of files that changed what they count
    as go, those of new ones are typed, and the keys that either of them touched are ranked again. All in
    one transaction; the result is what a table made anew would hold. -#}
{% materialization extract_rows, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set made_by = local_md5(sql) -%}
    {%- set is_held = existing is not none and existing.is_table and not should_full_refresh()
        and table_comment(target) == made_by -%}
    {%- if existing is not none and not existing.is_table -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {%- if is_held -%}
            {{ changed_extract_rows(target, target.identifier | replace('base_practice__', '')) }}
        {%- else -%}
            create or replace table {{ target }} as {{ sql }};
            comment on table {{ target }} is '{{ made_by }}';
        {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro table_comment(relation) -%}
    {%- set found = run_query(
        "select comment from duckdb_tables() where database_name = '" ~ relation.database
        ~ "' and schema_name = '" ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ) -%}
    {{ return(found.rows[0][0] if found.rows else none) }}
{%- endmacro %}

{#- The statements of a later night. -#}
{% macro changed_extract_rows(target, extract) -%}
{%- set columns = extract_columns(extract) -%}
{%- set keys = columns | selectattr('config.meta.key') | map(attribute='name') | list -%}
create or replace temp table held_versions as select distinct source_version from {{ target }};

create or replace temp table gone_versions as
with {{ counted_files(extract) }}
select source_version from held_versions where source_version not in (select source_version from files);

create or replace temp table new_rows as
with {{ typed_rows(extract, held='held_versions') }}
select * from typed;

create or replace temp table touched_keys as
select {{ keys | join(', ') }} from new_rows where rejection_reason is null
union
select {{ keys | join(', ') }} from {{ target }}
where rejection_reason is null and source_version in (select source_version from gone_versions);

delete from {{ target }} where source_version in (select source_version from gone_versions);

insert into {{ target }} by name
select
    * exclude (file_rank),
    case when rejection_reason is null then 'staged' else 'quarantined' end as row_status
from new_rows;

update {{ target }} set row_status = ranked.row_status
from (
    with

    {{ counted_files(extract) }},

    good_rows as (
        select
            rows.*,
            rows.rowid as row_id,
            files.file_rank
        from {{ target }} as rows
        inner join files on rows.source_version = files.source_version
        semi join touched_keys
            on {% for key in keys -%}
                rows.{{ key }} is not distinct from touched_keys.{{ key }}{{ ' and ' if not loop.last }}
            {%- endfor %}
        where rows.rejection_reason is null
    )

    select
        row_id,
        case when {{ is_newest_of_key(columns) }} then 'staged' else 'superseded' end as row_status
    from good_rows
) as ranked
where {{ target }}.rowid = ranked.row_id and {{ target }}.row_status <> ranked.row_status;

drop table new_rows;
drop table touched_keys;
drop table held_versions;
drop table gone_versions;
{%- endmacro %}
