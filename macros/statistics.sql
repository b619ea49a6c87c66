{#- What a test of a difference needs and SQL has not, in the functions that every engine has. The limits are
    those of 95 %. Accuracy, held by tests/python/integration/test_interventions.py: p within 0.000001, the limits
    of Student's t within 0.000001 from 19 degrees of freedom on. -#}
{% macro normal_limit() -%} 1.959963984540054 {%- endmacro %}

{#- Chance of a normal value at least this far from 0 (Abramowitz and Stegun, 26.2.17). -#}
{% macro two_sided_p(z) -%}
    {%- set t = '(1 / (1 + 0.2316419 * abs(' ~ z ~ ')))' -%}
    (2 * exp(-power({{ z }}, 2) / 2) / 2.5066282746310002 * {{ t }} * (
        0.319381530 + {{ t }} * (-0.356563782 + {{ t }} * (
            1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429)
        ))
    ))
{%- endmacro %}

{#- The limit of Student's t (Cornish and Fisher's expansion around the normal limit). -#}
{% macro student_limit(df) -%}
    ({{ normal_limit() }} + (2.3722712303 + (2.8224986157 + (2.5558496795 + 1.5895340534 / {{ df }})
        / {{ df }}) / {{ df }}) / {{ df }})
{%- endmacro %}

{#- The normal value as far out as this value of Student's t (Hill, 1970); its sign is lost. -#}
{% macro student_as_normal(t, df) -%}
    {%- set a = '(' ~ df ~ ' - 0.5)' -%}
    {%- set z = 'sqrt(' ~ a ~ ' * ln(1 + power(' ~ t ~ ', 2) / ' ~ df ~ '))' -%}
    {%- set b = '(48 * power(' ~ a ~ ', 2))' -%}
    ({{ z }} + (power({{ z }}, 3) + 3 * {{ z }}) / {{ b }}
        - (4 * power({{ z }}, 7) + 33 * power({{ z }}, 5) + 240 * power({{ z }}, 3) + 855 * {{ z }})
        / (10 * {{ b }} * ({{ b }} + 0.8 * power({{ z }}, 4) + 100)))
{%- endmacro %}

{#- A limit of a share out of n (Wilson's score interval); sign is + or -. -#}
{% macro share_limit(share, n, sign) -%}
    {%- set zz = '(' ~ normal_limit() ~ ' * ' ~ normal_limit() ~ ' / ' ~ n ~ ')' -%}
    (({{ share }} + {{ zz }} / 2 {{ sign }} sqrt({{ zz }} * ({{ share }} * (1 - {{ share }}) + {{ zz }} / 4)))
        / (1 + {{ zz }}))
{%- endmacro %}

{#- Variance of a ratio of sums over n things, from the sums of squares and products: with a denominator of 1
    for each it is the variance of a mean. Rounding must not make it negative. -#}
{% macro ratio_variance(value, n, denominator, yy, xy, xx) -%}
    greatest(0, {{ yy }} - 2 * {{ value }} * {{ xy }} + power({{ value }}, 2) * {{ xx }})
    * {{ n }} / (nullif({{ n }} - 1, 0) * nullif(power({{ denominator }}, 2), 0))
{%- endmacro %}

{#- The last value that is not null, of the rows of a window up to this one. -#}
{% macro last_known(expression) -%}
    {{ return(adapter.dispatch('last_known')(expression)) }}
{%- endmacro %}

{% macro default__last_known(expression) -%} last_value({{ expression }} ignore nulls) {%- endmacro %}

{% macro spark__last_known(expression) -%} last_value({{ expression }}, true) {%- endmacro %}
