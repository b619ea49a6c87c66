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

{#- Money: optional minus, digits, optional point and at most two decimals that count (.5, 12. and 12.340 are
    amounts, 1,234.00 is none). Null when it is none, or not there. -#}
{% macro x12_amount(element) -%}
    case
        when regexp_full_match(trim({{ element }}), '-?([0-9]+([.][0-9]{0,2}0*)?|[.][0-9]{1,2}0*)')
            then try_cast(trim({{ element }}) as decimal(18, 2))
    end
{%- endmacro %}

{#- A quantity, which may have three decimals. -#}
{% macro x12_quantity(element) -%}
    case
        when regexp_full_match(trim({{ element }}), '-?([0-9]+([.][0-9]{0,3}0*)?|[.][0-9]{1,3}0*)')
            then try_cast(trim({{ element }}) as decimal(18, 3))
    end
{%- endmacro %}

{#- CCYYMMDD, or the first day of a range CCYYMMDD-CCYYMMDD. -#}
{% macro x12_date(element) -%}
    case
        when regexp_full_match(trim({{ element }}), '[0-9]{8}(-[0-9]{8})?')
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
