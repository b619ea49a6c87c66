{#- The constraints of a model and of its columns, all in one row that says which are broken, since a test
    costs its start whatever it asks: columns that are not_null, each scanned once; check, which holds or is
    unknown; unique, of a column (nulls do not count) or of several (nulls compare as equal). The database
    is not told of them: a night that breaks one ends with the number of rows.
    With `read_in` only rows of the transaction sets in that table are looked at: those of earlier nights
    were. -#}
{% test constraints_hold(model, read_in=none) %}
{{ config(fail_calc='coalesce(sum(broken_rows), 0)') }}
{%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ model.identifier] if execute else {} -%}
{%- set conditions, keys = [], [] -%}
{%- for column in (node.columns or {}).values() -%}
    {%- for constraint in column.constraints -%}
        {%- if constraint.type == 'not_null' -%}
            {%- do conditions.append((column.name ~ ' is not null', column.name ~ ' is null')) -%}
        {%- elif constraint.type == 'check' -%}
            {%- do conditions.append((constraint.expression, 'not (' ~ constraint.expression ~ ')')) -%}
        {%- elif constraint.type == 'unique' -%}
            {%- do keys.append(([column.name], 'where ' ~ column.name ~ ' is not null')) -%}
        {%- else -%}
            {%- do exceptions.raise_compiler_error(column.name ~ ': no test of ' ~ constraint.type) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}
{%- for constraint in node.constraints -%}
    {%- if constraint.type != 'unique' -%}
        {%- do exceptions.raise_compiler_error(model.identifier ~ ': no test of ' ~ constraint.type) -%}
    {%- endif -%}
    {%- do keys.append((constraint.columns, '')) -%}
{%- endfor -%}
{%- set rows_tested -%}
    {%- if read_in -%}
        (select * from {{ model }} where set_key in (select set_key from {{ read_in }})) as tested
    {%- else -%}
        {{ model }}
    {%- endif -%}
{%- endset -%}
with

broken as (
    select
        1 as one_row
        {%- for _, is_broken in conditions %},
        coalesce(sum(case when {{ is_broken }} then 1 else 0 end), 0) as condition_{{ loop.index }}
        {%- endfor %}
    from {{ rows_tested }}
)

{%- for columns, counted in keys %},

copies_{{ loop.index }} as (
    select coalesce(sum(copies), 0) as key_{{ loop.index }}
    from (
        select count(*) as copies
        from {{ rows_tested }} {{ counted }}
        group by {{ columns | join(', ') }}
        having count(*) > 1
    ) as copied
)
{%- endfor %},

counted as (
    select *
    from broken
    {%- for _ in keys %}
    cross join copies_{{ loop.index }}
    {%- endfor %}
)

select
    concat_ws(
        '; '
        {%- for condition, _ in conditions %},
        case
            when condition_{{ loop.index }} > 0
                then {{ dbt.string_literal(dbt.escape_single_quotes(condition)) }}
        end
        {%- endfor %}
        {%- for columns, _ in keys %},
        case when key_{{ loop.index }} > 0 then 'unique ({{ columns | join(', ') }})' end
        {%- endfor %}
    ) as broken_constraints,
    0
    {%- for _ in conditions %} + condition_{{ loop.index }}{% endfor %}
    {%- for _ in keys %} + key_{{ loop.index }}{% endfor %} as broken_rows
from counted
{% endtest %}
