{#- What staging writes otherwise for Spark. -#}
{% macro spark__sql_type(data_type) -%} {{ return(data_type | replace('varchar', 'string')) }} {%- endmacro %}

{#- To the very end: $ would leave a line feed there. -#}
{% macro spark__full_match(text, pattern) -%} {{ text }} rlike '^(?:{{ pattern }})\\z' {%- endmacro %}

{% macro spark__trimmed_text(column, form=none) -%}
    {%- set text = "btrim(" ~ column ~ ", concat(' \\t\\r\\n', chr(160)))" -%}
    {%- if form == 'upper' -%} {%- set text = 'upper(' ~ text ~ ')' -%} {%- endif -%}
    {%- if form == 'icd10' -%}
        {%- set text = "upper(regexp_replace(" ~ text ~ ", '^([^.]{3})[.]', '$1'))" -%}
    {%- endif -%}
    nullif({{ text }}, '')
{%- endmacro %}

{% macro spark__counted_files(extract) -%}
releases as (
    select
        sha256,
        array_sort(collect_set(number)) as numbers
    from {{ ref('stg_load__releases') }}
    where level = 'row' and extract = '{{ extract }}'
    group by sha256
),

files as (
    select
        files.sha256,
        files.file,
        row_number() over (order by files.extract_date, files.file) as file_rank,
        coalesce(releases.numbers, cast(array() as array<int>)) as released_rows,
        xxhash64(files.sha256, files.file, files.extract_date, releases.numbers) as source_version
    from {{ ref('stg_load__files') }} as files
    left join releases on files.sha256 = releases.sha256
    where files.kind = 'csv' and files.extract = '{{ extract }}' and files.status = 'loaded'
)
{%- endmacro %}

{% macro spark__x12_control_number(value) -%}
    regexp_replace(nullif(trim({{ value }}), ''), '^0+([0-9]+)\\z', '$1')
{%- endmacro %}
