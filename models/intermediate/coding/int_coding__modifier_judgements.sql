-- One row per charge, modifier rule that applies to it, and finding; a rule that finds nothing has one
-- row without a finding. Only M-DISTINCT may find several kinds on one charge.
{% for rule in ['discipline', 'assistant', 'telehealth', 'kx', 'distinct', 'liability'] -%}
select charge_id, rule_id, finding, billed, expected, is_lower_bound
from {{ ref('int_coding__' ~ rule ~ '_modifiers') }}
{% if not loop.last -%} union all {% endif -%}
{% endfor %}
