{#- True once `days` days have passed since the month's end: what can still arrive has arrived. -#}
{% macro is_mature_after(month, days) -%}
    {{ days_from(month_end(month), 'run.as_of') }} >= {{ days }}
{%- endmacro %}

{#- Counts rows that meet a condition; 0, never null. -#}
{% macro count_where(condition) -%}
    cast(sum(case when {{ condition }} then 1 else 0 end) as bigint)
{%- endmacro %}

{#- Sums an amount over rows that meet a condition, as money; 0, never null. -#}
{% macro amount_where(amount, condition='true') -%}
    cast(coalesce(sum(case when {{ condition }} then {{ amount }} end), 0) as decimal(18, 2))
{%- endmacro %}

{#- A query of a metric's documentation, which is written for the published file, as the engine takes it. -#}
{% macro documented_query(query) -%} {{ return(adapter.dispatch('documented_query')(query)) }} {%- endmacro %}
{% macro default__documented_query(query) -%} {{ return(query) }} {%- endmacro %}
{% macro spark__documented_query(query) -%}
    {{ return(modules.re.sub("date_diff\\('day', ([\\w.]+), ([\\w.]+)\\)", 'datediff(\\2, \\1)', query)) }}
{%- endmacro %}
