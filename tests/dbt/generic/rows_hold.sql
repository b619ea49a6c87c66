{#- Rows for which a condition that must hold of every row is false or unknown. -#}
{% test rows_hold(model, condition) %}
select 1 as broken
from {{ model }}
where not coalesce({{ condition }}, false)
{% endtest %}
