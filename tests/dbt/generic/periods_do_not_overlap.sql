{#- Pairs of rows of one key that are in force on the same day; both ends are included, an open
    beginning or end is forever. The owner of the seed mends it. -#}
{% test periods_do_not_overlap(model, from_column, to_column, keys=[]) %}
select 1 as broken
from {{ model }} as a
inner join {{ model }} as b
    on
        coalesce(a.{{ from_column }}, date '0001-01-01') < b.{{ from_column }}
        and (a.{{ to_column }} is null or a.{{ to_column }} >= b.{{ from_column }})
        {%- for key in keys %} and a.{{ key }} = b.{{ key }}{% endfor %}
{% endtest %}
