{#- The metrics of the project, read from the models' YAML (config.meta.metric), in order of their ids. Empty
    while dbt parses: the graph is known only when it runs. -#}
{% macro metric_models() %}
    {% set found = [] %}
    {% if execute %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.config.meta.get('metric') %}
            {% set metric = node.config.meta.metric %}
            {% do found.append({
                'metric_id': node.name, 'name': metric.name, 'definition': node.description,
                'numerator': metric.numerator, 'denominator': metric.denominator, 'unit': metric.unit,
                'date_basis': metric.date_basis, 'higher_is_better': metric.higher_is_better,
                'target': metric.get('target'), 'target_source': metric.get('target_source'),
                'caveats': metric.get('caveats', []) | join(' ')
            }) %}
        {% endfor %}
    {% endif %}
    {{ return(found | sort(attribute='metric_id')) }}
{% endmacro %}

{#- A text as an SQL literal, null for none. -#}
{% macro sql_text(text) -%}
    {%- if text is none -%} cast(null as string)
    {%- else -%} '{{ (text | trim | replace("\n", " ") | replace("'", "''")) }}'
    {%- endif -%}
{%- endmacro %}
