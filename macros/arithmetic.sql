{#- Every ratio of the warehouse: null, not an error and not zero, when there is nothing to divide by. -#}
{% macro rate(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{% macro month_of(expression) -%} cast(date_trunc('month', {{ expression }}) as date) {%- endmacro %}

{#- Months counted from year 0, so that a window over calendar months is a plain integer range. -#}
{% macro month_number(expression) -%}
    (year({{ expression }}) * 12 + month({{ expression }}))
{%- endmacro %}

{#- Whole days from one day to another; negative when the other comes first. -#}
{% macro days_from(first, last) -%} {{ return(adapter.dispatch('days_from')(first, last)) }} {%- endmacro %}
{% macro default__days_from(first, last) -%} {{ dbt.datediff(first, last, 'day') }} {%- endmacro %}
{#- With a unit, Spark counts days of 24 hours. -#}
{% macro spark__days_from(first, last) -%} datediff({{ last }}, {{ first }}) {%- endmacro %}

{#- Whole seconds from one instant to another; negative when the other comes first. -#}
{% macro seconds_from(first, last) -%} {{ return(adapter.dispatch('seconds_from')(first, last)) }} {%- endmacro %}
{% macro default__seconds_from(first, last) -%} {{ dbt.datediff(first, last, 'second') }} {%- endmacro %}
{% macro spark__seconds_from(first, last) -%} timestampdiff(second, {{ first }}, {{ last }}) {%- endmacro %}

{#- The last day of the month. -#}
{% macro month_end(expression) -%} last_day({{ expression }}) {%- endmacro %}

{#- amount × weight ÷ total to the cent, half away from zero, in whole cents: a binary fraction would tip
    the ties that rounding half up is about. Null when the total is zero. -#}
{% macro share_of_amount(amount, weight, total) -%}
    {{ return(adapter.dispatch('share_of_amount')(amount, weight, total)) }}
{%- endmacro %}

{% macro default__share_of_amount(amount, weight, total) -%}
    cast(
        sign({{ amount }}) * sign({{ weight }}) * sign({{ total }}) * (
            (
                2 * cast(abs({{ amount }}) * 100 as hugeint) * cast(abs({{ weight }}) * 100 as hugeint)
                + cast(abs({{ total }}) * 100 as hugeint)
            ) // nullif(2 * cast(abs({{ total }}) * 100 as hugeint), 0)
        ) as decimal(38, 0)
    ) * cast(0.01 as decimal(3, 2))
{%- endmacro %}

{% macro spark__share_of_amount(amount, weight, total) -%}
    cast(
        cast(sign({{ amount }}) * sign({{ weight }}) * sign({{ total }}) as int) * (
            (
                2 * cast(abs({{ amount }}) * 100 as decimal(17, 0)) * cast(abs({{ weight }}) * 100 as decimal(17, 0))
                + cast(abs({{ total }}) * 100 as decimal(17, 0))
            ) div nullif(2 * cast(abs({{ total }}) * 100 as decimal(17, 0)), 0)
        ) as decimal(18, 0)
    ) * cast(0.01 as decimal(3, 2))
{%- endmacro %}

{#- One row per day (date_day) between first_date and last_date of the one-row query given. -#}
{% macro days_between(bounds) -%} {{ return(adapter.dispatch('days_between')(bounds)) }} {%- endmacro %}

{% macro default__days_between(bounds) -%}
    select cast(unnest(generate_series(first_date, last_date, interval 1 day)) as date) as date_day
    from ({{ bounds }})
{%- endmacro %}

{% macro spark__days_between(bounds) -%}
    select explode(sequence(cast(first_date as date), cast(last_date as date))) as date_day from ({{ bounds }})
{%- endmacro %}
