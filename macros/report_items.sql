{#- The rows of a CTE of items, summed by slice, day and cause. What every report counts as we do (it has no
    cause, and was known and signed before the first report that counts its month: CTE report_days) is summed
    by month. Of its own rows it makes the same again. -#}
{% macro items_by_slice(items, amounts=['amount']) -%}
    select
        metric_id,
        month,
        payer_id,
        clinic_id,
        provider_id,
        cause,
        case when not is_settled then known_on end as known_on,
        ended_on,
        case when not is_settled then signed_on end as signed_on,
        is_counted,
        {% for amount in amounts -%}
        cast(sum({{ amount }}) as decimal(18, 2)) as {{ amount }},
        {% endfor -%}
        cast(sum(items) as bigint) as items
    from (
        select
            i.*,
            i.cause is null
            and i.ended_on is null
            and coalesce(i.known_on <= d.first_reported_on and i.signed_on <= d.first_reported_on, false)
                as is_settled
        from {{ items }} as i
        left join report_days as d on i.month = d.month
    ) as dated
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
{%- endmacro %}
