{#- One row per `key` of the CTE `rows` that the CTE fee_schedules has a fee for: the payer's price of one
    unit on the service date, ends included. The row of the first modifier that has one wins, else the
    row without: the position decides, then the latest first day. -#}
{% macro fees_by_schedule(rows, key) -%}
    select
        c.{{ key }},
        f.allowed_amount
    from {{ rows }} as c
    inner join fee_schedules as f
        on
            c.payer_id = f.payer_id
            and c.cpt_code = f.cpt_code
            and c.service_date between f.effective_from and coalesce(f.effective_to, c.service_date)
            and f.modifier in ('', c.modifier_1, c.modifier_2, c.modifier_3, c.modifier_4)
    qualify row_number() over (
        partition by c.{{ key }}
        order by
            case f.modifier when '' then 5 when c.modifier_1 then 1 when c.modifier_2 then 2
                when c.modifier_3 then 3 else 4 end,
            f.effective_from desc
    ) = 1
{%- endmacro %}
