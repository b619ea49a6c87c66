{#- Kind of a transaction set, from the guide version that the set (ST03) or else its group (GS08) names;
    null for kinds the warehouse does not use. -#}
{% macro x12_transaction_kind(st01, st03, gs08) -%}
    case concat({{ st01 }}, ':', left(upper(coalesce(nullif(trim({{ st03 }}), ''), {{ gs08 }})), 10))
        when '837:005010X222' then '837P'
        when '835:005010X221' then '835'
        when '999:005010X231' then '999'
        when '277:005010X214' then '277CA'
    end
{%- endmacro %}

{#- What every segment of the kind begins with in base_x12__bodies: text is split on it. Matched with its
    delimiters, so that no value is ever taken for a segment. -#}
{% macro x12_trigger(segment) -%} {{ x12_literal('\x1c' ~ segment ~ '\x1d') }} {%- endmacro %}

{#- All of a segment's text after its name, for every such segment in a text of base_x12__bodies. -#}
{% macro x12_segments(text, segment) -%}
    regexp_extract_all({{ text }}, {{ x12_pattern('\x1c' ~ segment | replace('*', '\x1d') ~ '\x1d([^\x1c]*)') }}, 1)
{%- endmacro %}

{#- The texts that begin behind each trigger of a segment; what stands before the first is left out. -#}
{% macro x12_texts(text, segment) -%} {{ x12_rest(x12_split(text, x12_trigger(segment))) }} {%- endmacro %}

{#- Elements of the segment that a text begins with, when it was split on that segment's trigger. -#}
{% macro x12_first_elements(text) -%}
    {{ x12_split(x12_item(x12_split(text, x12_literal('\x1c')), 1), x12_literal('\x1d')) }}
{%- endmacro %}

{#- An element of the first segment like 'REF*6R' in a text of base_x12__bodies that has one; null where there
    is none. Elements count from 1. -#}
{% macro x12_element(text, segment, element) -%}
    {%- set skipped = element - segment.split('*') | length -%}
    {%- set before = '(?:[^\x1c\x1d]*\x1d){' ~ skipped ~ '}' if skipped else '' -%}
    nullif(trim(regexp_extract({{ text }}, {{ x12_pattern(
        '\x1c' ~ segment | replace('*', '\x1d') ~ '\x1d' ~ before ~ '([^\x1c\x1d]+)'
    ) }}, 1)), '')
{%- endmacro %}

{#- A code as it compares: without blanks, in upper case, null when empty. -#}
{% macro x12_code(value) -%} nullif(upper(trim({{ value }})), '') {%- endmacro %}

{#- Control numbers that are numbers by type compare without leading zeros, as the loader compares them. -#}
{% macro x12_control_number(value) -%} {{ return(adapter.dispatch('x12_control_number')(value)) }} {%- endmacro %}

{% macro default__x12_control_number(value) -%}
    regexp_replace(nullif(trim({{ value }}), ''), '^0+([0-9]+)$', '\1')
{%- endmacro %}

{#- True where a value stands that its type cannot hold. -#}
{% macro x12_malformed(value, typed) -%}
    (nullif(trim({{ value }}), '') is not null and {{ typed }} is null)
{%- endmacro %}

{#- Money: optional minus, digits, optional point and at most two decimals that count (.5, 12. and 12.340 are
    amounts, 1,234.00 is none), below a thousand million, so that no sum overflows. Null when it is none, or not
    there. -#}
{% macro x12_amount(element) -%}
    case
        when {{ full_match('trim(' ~ element ~ ')', '-?0*([0-9]{1,9}([.][0-9]{0,2}0*)?|[.][0-9]{1,2}0*)') }}
            then try_cast(trim({{ element }}) as decimal(18, 2))
    end
{%- endmacro %}

{#- A quantity, which may have three decimals, below a million. -#}
{% macro x12_quantity(element) -%}
    case
        when {{ full_match('trim(' ~ element ~ ')', '-?0*([0-9]{1,6}([.][0-9]{0,3}0*)?|[.][0-9]{1,3}0*)') }}
            then try_cast(trim({{ element }}) as decimal(18, 3))
    end
{%- endmacro %}

{#- CCYYMMDD, or the first day of a range CCYYMMDD-CCYYMMDD. -#}
{% macro x12_date(element) -%}
    case
        when {{ full_match('trim(' ~ element ~ ')', '[0-9]{8}(-[0-9]{8})?') }}
            and trim({{ element }}) >= '0001'
            then try_cast(
                concat_ws(
                    '-',
                    substr(trim({{ element }}), 1, 4),
                    substr(trim({{ element }}), 5, 2),
                    substr(trim({{ element }}), 7, 2)
                ) as date
            )
    end
{%- endmacro %}

{#- The tables that gather what was read of transaction sets (macros/staging/kept.sql), but for kept_x12__sets. -#}
{% macro kept_models() -%}
    {{ return([
        'kept_x12_837__batches',
        'kept_x12_837__claims',
        'kept_x12_837__lines',
        'kept_x12_835__payments',
        'kept_x12_835__claims',
        'kept_x12_835__lines',
        'kept_x12_835__adjustments',
        'kept_x12_835__provider_adjustments',
        'kept_x12_835__balances',
        'kept_x12_277ca__statuses',
        'kept_x12_999__sets'
    ]) }}
{%- endmacro %}
