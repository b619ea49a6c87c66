{#- Modifiers compared as a set: sorted, without blanks and repeats, joined by commas ('' when there are none). -#}
{% macro modifier_set(alias) -%}
    {{ return(adapter.dispatch('modifier_set')(alias)) }}
{%- endmacro %}

{% macro default__modifier_set(alias) -%}
    array_to_string(list_sort(list_distinct([
        {{ alias }}.modifier_1, {{ alias }}.modifier_2, {{ alias }}.modifier_3, {{ alias }}.modifier_4
    ])), ',')
{%- endmacro %}

{% macro spark__modifier_set(alias) -%}
    concat_ws(',', array_sort(array_distinct(array_compact(array(
        {{ alias }}.modifier_1, {{ alias }}.modifier_2, {{ alias }}.modifier_3, {{ alias }}.modifier_4
    )))))
{%- endmacro %}

{#- True when a line carries at least one of the modifiers; never null. -#}
{% macro has_modifier(alias, codes) -%}
    (
    {%- for position in range(1, 5) -%}
        coalesce({{ alias }}.modifier_{{ position }} in ('{{ codes | join("', '") }}'), false)
        {%- if not loop.last %} or {% endif -%}
    {%- endfor -%}
    )
{%- endmacro %}
