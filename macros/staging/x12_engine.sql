{#- What reading X12 needs of an engine; Spark's variants are in macros/spark/x12.sql. Arguments are expressions. -#}

{#- A text with control characters as a literal, and as the literal of a pattern. -#}
{% macro x12_literal(text) -%} {{ return(adapter.dispatch('x12_literal')(text)) }} {%- endmacro %}
{% macro default__x12_literal(text) -%} E'{{ x12_escaped(text, '\\x') }}' {%- endmacro %}

{% macro x12_pattern(text) -%} {{ return(adapter.dispatch('x12_pattern')(text)) }} {%- endmacro %}
{% macro default__x12_pattern(text) -%} '{{ x12_escaped(text, '\\x') }}' {%- endmacro %}

{% macro x12_escaped(text, escape) -%}
    {{ return(
        text | replace('\x1c', escape ~ '1c') | replace('\x1d', escape ~ '1d')
        | replace('\x1e', escape ~ '1e') | replace('\x1f', escape ~ '1f')
    ) }}
{%- endmacro %}

{#- Elements count from 1; null where there is none. -#}
{% macro x12_item(array, number) -%} {{ return(adapter.dispatch('x12_item')(array, number)) }} {%- endmacro %}
{% macro default__x12_item(array, number) -%} {{ array }}[{{ number }}] {%- endmacro %}

{#- All but the first element. -#}
{% macro x12_rest(array) -%} {{ return(adapter.dispatch('x12_rest')(array)) }} {%- endmacro %}
{% macro default__x12_rest(array) -%} {{ array }}[2:] {%- endmacro %}

{% macro x12_pair(first, second) -%} {{ return(adapter.dispatch('x12_pair')(first, second)) }} {%- endmacro %}
{% macro default__x12_pair(first, second) -%} [{{ first }}, {{ second }}] {%- endmacro %}

{#- Of a literal, and of the character in a column. -#}
{% macro x12_split(text, mark) -%} {{ return(adapter.dispatch('x12_split')(text, mark)) }} {%- endmacro %}
{% macro default__x12_split(text, mark) -%} string_split({{ text }}, {{ mark }}) {%- endmacro %}

{% macro x12_split_by(text, column) -%} {{ return(adapter.dispatch('x12_split_by')(text, column)) }} {%- endmacro %}
{% macro default__x12_split_by(text, column) -%} string_split({{ text }}, {{ column }}) {%- endmacro %}

{% macro x12_join(array, mark) -%} {{ return(adapter.dispatch('x12_join')(array, mark)) }} {%- endmacro %}
{% macro default__x12_join(array, mark) -%} array_to_string({{ array }}, {{ mark }}) {%- endmacro %}

{#- Component of an element, and element of a segment's text, by number; empty where there is none. -#}
{% macro x12_component(element, number) -%}
    split_part({{ element }}, {{ x12_literal('\x1f') }}, {{ number }})
{%- endmacro %}
{% macro x12_element_of(text, number) -%}
    split_part({{ text }}, {{ x12_literal('\x1d') }}, {{ number }})
{%- endmacro %}

{#- Condition and value speak of each element by its name. -#}
{% macro x12_filter(array, name, condition) -%}
    {{ return(adapter.dispatch('x12_filter')(array, name, condition)) }}
{%- endmacro %}
{% macro default__x12_filter(array, name, condition) -%}
    list_filter({{ array }}, lambda {{ name }}: {{ condition }})
{%- endmacro %}

{% macro x12_transform(array, name, value) -%}
    {{ return(adapter.dispatch('x12_transform')(array, name, value)) }}
{%- endmacro %}
{% macro default__x12_transform(array, name, value) -%}
    list_transform({{ array }}, lambda {{ name }}: {{ value }})
{%- endmacro %}

{#- In a select list: a row for each element, with its number from 1. -#}
{% macro x12_rows(array, value, number) -%}
    {{ return(adapter.dispatch('x12_rows')(array, value, number)) }}
{%- endmacro %}
{% macro default__x12_rows(array, value, number) -%}
    unnest({{ array }}) as {{ value }}, generate_subscripts({{ array }}, 1) as {{ number }}
{%- endmacro %}

{#- In a select list: a row for each number from 1 to the last. -#}
{% macro x12_numbers(last, number) -%} {{ return(adapter.dispatch('x12_numbers')(last, number)) }} {%- endmacro %}
{% macro default__x12_numbers(last, number) -%}
    unnest(range(1, cast({{ last }} as bigint) + 1)) as {{ number }}
{%- endmacro %}

{#- The texts that loops (HL) of these levels begin, with what stands before the first; each begins with its level. -#}
{% macro x12_loops(text, levels) -%} {{ return(adapter.dispatch('x12_loops')(text, levels)) }} {%- endmacro %}
{% macro default__x12_loops(text, levels) -%}
    string_split(
        regexp_replace(
            {{ text }},
            {{ x12_pattern('\x1cHL\x1d[^\x1c\x1d]*\x1d[^\x1c\x1d]*\x1d *(' ~ levels ~ ') *\x1d') }},
            {{ x12_literal('\x1cLOOP\x1d\\\\1\x1d') }},
            'g'
        ),
        {{ x12_trigger('LOOP') }}
    )
{%- endmacro %}

{% macro x12_all_but(columns, of=none) -%} {{ return(adapter.dispatch('x12_all_but')(columns, of)) }} {%- endmacro %}
{% macro default__x12_all_but(columns, of=none) -%}
    {{ of ~ '.' if of }}* exclude ({{ columns | join(', ') }})
{%- endmacro %}
