{#- Text without the blanks around it; null when nothing is left. Codes whose case says nothing are
    brought to upper case here, so that keys compare. -#}
{% macro trimmed_text(column, form=none) -%}
    {{ return(adapter.dispatch('trimmed_text')(column, form)) }}
{%- endmacro %}

{% macro default__trimmed_text(column, form=none) -%}
    {%- set text = "trim(" ~ column ~ ", concat(E' \\t\\r\\n', chr(160)))" -%}
    {%- if form == 'upper' -%} {%- set text = 'upper(' ~ text ~ ')' -%} {%- endif -%}
    {#- A dot anywhere else stays: the code is malformed, and must not become a good one. -#}
    {%- if form == 'icd10' -%}
        {%- set text = "upper(regexp_replace(" ~ text ~ ", '^([^.]{3})[.]', '\\1'))" -%}
    {%- endif -%}
    nullif({{ text }}, '')
{%- endmacro %}

{#- Text as its type, null where it is not of the one form the contract allows. The form is asked for
    as well as the cast, which alone would take 1e3, 2026-1-5 or 24:00 and round a third decimal. -#}
{% macro typed_value(column, data_type) -%}
    {%- if data_type == 'varchar' -%}
        {{ column }}
    {%- elif data_type == 'boolean' -%}
        case
            when upper({{ column }}) in ('TRUE', '1', 'Y') then true
            when upper({{ column }}) in ('FALSE', '0', 'N') then false
        end
    {%- else -%}
        case
            when {{ full_match(column, value_pattern(data_type)) }}
                then try_cast({{ column }} as {{ sql_type(data_type) }})
        end
    {%- endif -%}
{%- endmacro %}

{#- The bounds leave room for every sum and product above: one value of sixteen digits would end each night
    with an overflow. -#}
{% macro value_pattern(data_type) -%}
    {%- set day = '(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}' -%}
    {{ return({
        'date': day,
        'timestamp': day ~ ' ([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2})?',
        'integer': '-?0*[0-9]{1,6}',
        'decimal(18,2)': '-?0*([0-9]{1,9}([.][0-9]{0,2})?|[.][0-9]{1,2})',
        'decimal(18,6)': '-?0*([0-9]{1,9}([.][0-9]{0,6})?|[.][0-9]{1,6})',
    }[data_type]) }}
{%- endmacro %}

{#- What a value of the type looks like, for people who have to mend the extract. -#}
{% macro expected_form(data_type) -%}
    {{ return({
        'date': 'a date YYYY-MM-DD',
        'timestamp': 'a timestamp YYYY-MM-DD HH:MM[:SS]',
        'integer': 'a whole number of at most six digits',
        'decimal(18,2)': 'a plain decimal below 1000000000 with at most two places',
        'decimal(18,6)': 'a plain decimal below 1000000000 with at most six places',
        'boolean': 'true, false, 1, 0, Y or N',
    }[data_type]) }}
{%- endmacro %}

{#- The values of a group, each once, in order; and none. -#}
{% macro distinct_sorted(column) -%} {{ return(adapter.dispatch('distinct_sorted')(column)) }} {%- endmacro %}
{% macro default__distinct_sorted(column) -%} list(distinct {{ column }} order by {{ column }}) {%- endmacro %}
{% macro no_numbers() -%} {{ return(adapter.dispatch('no_numbers')()) }} {%- endmacro %}
{% macro default__no_numbers() -%} [] {%- endmacro %}

{#- A number that differs when one of the values does. -#}
{% macro version_number(columns) -%} {{ return(adapter.dispatch('version_number')(columns)) }} {%- endmacro %}
{% macro default__version_number(columns) -%}
    md5_number_lower(concat_ws('|', {{ columns | join(', ') }}))
{%- endmacro %}
