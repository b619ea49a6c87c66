{#- Body of a base model: every row of the extract's counted files, typed, with what became of it. Built as
    extract_rows (macros/staging/extract_rows.sql): of later nights only what changed is typed. -#}
{% macro typed_extract(extract) -%}
{%- if extract not in practice_extracts() -%}
    {{ exceptions.raise_compiler_error(extract ~ ' is missing in practice_extracts()') }}
{%- endif -%}
{%- set columns = extract_columns(extract) -%}
with

{{ typed_rows(extract) }}

select
{%- for column in columns %}
    {{ column.name }},
{%- endfor %}
    case
        when rejection_reason is not null then 'quarantined'
        when {{ is_newest_of_key(columns) }} then 'staged'
        else 'superseded'
    end as row_status,
    rejection_reason,
    source_file,
    source_row_number,
    source_version
from typed
{%- endmacro %}

{#- The files of an extract that count. Rows typed under one source_version stay as they are: whatever else
    decides on them than the contract and their text is in it. -#}
{% macro counted_files(extract) -%}
releases as (
    select
        sha256,
        {{ distinct_sorted('number') }} as numbers
    from {{ ref('stg_load__releases') }}
    where level = 'row' and extract = '{{ extract }}'
    group by sha256
),

files as (
    select
        files.sha256,
        files.file,
        -- One number for "newest extract date, then last file in file order".
        row_number() over (order by files.extract_date, files.file) as file_rank,
        coalesce(releases.numbers, {{ no_numbers() }}) as released_rows,
        {{ version_number(['files.sha256', 'files.file', 'files.extract_date', 'releases.numbers']) }}
            as source_version
    from {{ ref('stg_load__files') }} as files
    left join releases on files.sha256 = releases.sha256
    where files.kind = 'csv' and files.extract = '{{ extract }}' and files.status = 'loaded'
)
{%- endmacro %}

{#- The typed rows of an extract's counted files, as CTEs up to `typed`; without those of the versions that a
    table holds. -#}
{% macro typed_rows(extract, held=none) -%}
{%- set columns = extract_columns(extract) -%}
{{ counted_files(extract) }},

trimmed as (
    select
{%- for column in columns %}
        {{ trimmed_text('source.' ~ column.name, column.config.meta.form) }} as {{ text_name(column) }},
{%- endfor %}
        files.file as source_file,
        source.row_number as source_row_number,
        files.source_version,
        files.file_rank,
        {{ array_has('files.released_rows', 'source.row_number') }} as is_released
    from {{ source('raw', extract) }} as source
    inner join files on source.file_sha256 = files.sha256
{%- if held %}
    where files.source_version not in (select source_version from {{ held }})
{%- endif %}
),

typed as (
    select
{%- for column in columns %}
        {%- if column.data_type == 'varchar' and is_optional_list(column) | trim == 'true' %}
        -- Of a released row, a value outside its list is as empty as one that cannot be typed.
        case
            when not is_released or {{ is_in_list(column) }} then {{ column.name }}
        end as {{ column.name }},
        {%- elif column.data_type == 'varchar' %}
        {{ column.name }},
        {%- else %}
        {{ typed_value(text_name(column), column.data_type) }} as {{ column.name }},
        {%- endif %}
{%- endfor %}
        source_file,
        source_row_number,
        source_version,
        file_rank,
        {{ rejection_reason(columns) | trim }} as rejection_reason
    from trimmed
)
{%- endmacro %}

{#- A value before it is typed goes by another name, so that the typed one can be asked about. -#}
{% macro text_name(column) -%}
    {{ return(column.name if column.data_type == 'varchar' else column.name ~ '_text') }}
{%- endmacro %}

{#- A column whose value may be empty, and else is one of a list. -#}
{% macro is_optional_list(column) -%}
    {{ 'true' if column.config.meta.accepted_values and not column.config.meta.required }}
{%- endmacro %}

{% macro is_in_list(column) -%}
    {{ text_name(column) }} in ('{{ column.config.meta.accepted_values | join("', '") }}')
{%- endmacro %}

{#- The first column that is wrong and what it should hold; never the value, which may be PHI. Of a row that a
    person released only the required columns are asked: what cannot be read in the others is empty. -#}
{% macro rejection_reason(columns) -%}
        case
    {%- for column in columns %}
        {%- set text = text_name(column) -%}
        {%- set unless_released = '' if column.config.meta.required else 'not is_released and ' -%}
        {%- if column.config.meta.required %}
            when {{ text }} is null then '{{ column.name }}: required, and empty'
        {%- endif %}
        {%- if column.data_type != 'varchar' %}
            when {{ unless_released }}{{ text }} is not null and {{ column.name }} is null
                then '{{ column.name }}: expected {{ expected_form(column.data_type) }}'
        {%- endif %}
        {%- if column.config.meta.accepted_values %}
            when {{ unless_released }}not {{ is_in_list(column) }}
                then '{{ column.name }}: expected one of {{ column.config.meta.accepted_values | join(", ") }}'
        {%- endif %}
    {%- endfor %}
        end
{%- endmacro %}

{#- The newest good row of each key is staged, older good rows are superseded. A rejected row takes no
    part: the newest good one stands. -#}
{% macro is_newest_of_key(columns) -%}
{%- set keys = columns | selectattr('config.meta.key') | map(attribute='name') | join(', ') -%}
row_number() over (
            partition by {{ keys or 'null' }}, rejection_reason is null
            order by file_rank desc, source_row_number desc
        ) = 1
{%- endmacro %}

{#- Body of a staged model: the newest good row per key, with the defaults of the contract. -#}
{% macro staged_extract(extract, defaults={}) -%}
select
{%- for column in extract_columns(extract) %}
    {%- if column.name in defaults %}
    coalesce({{ column.name }}, {{ defaults[column.name] }}) as {{ column.name }},
    {%- else %}
    {{ column.name }},
    {%- endif %}
{%- endfor %}
    source_file,
    source_row_number
from {{ ref('base_practice__' ~ extract) }}
where row_status = 'staged'
{%- endmacro %}
