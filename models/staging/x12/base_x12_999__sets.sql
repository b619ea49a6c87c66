-- One row per transaction set that a 999 speaks of (AK2), and one per group it speaks of (AK1;
-- set_number null), in the 999 sets that are read.
{{ config(materialized='view') }}
with

group_texts as (
    select
        set_key,
        {{ x12_rows('group_texts', 'group_text', 'group_number') }}
    from (
        select
            set_key,
            {{ x12_texts('body', 'AK1') }} as group_texts
        from {{ ref('base_x12__bodies') }}
        where transaction_kind = '999'
    )
),

groups as (
    select
        set_key,
        group_number,
        {{ x12_code(x12_item(x12_first_elements('group_text'), 1)) }} as functional_code,
        {{ x12_control_number(x12_item(x12_first_elements('group_text'), 2)) }} as gs06_acknowledged,
        {{ x12_element('group_text', 'AK9', 1) }} as group_status,
        {{ x12_texts('group_text', 'AK2') }} as set_texts
    from group_texts
),

set_texts as (
    select
        set_key,
        group_number,
        functional_code,
        gs06_acknowledged,
        {{ x12_rows('set_texts', 'set_text', 'set_number') }}
    from groups
)

select
    set_key,
    group_number,
    cast(null as bigint) as set_number,
    functional_code,
    gs06_acknowledged,
    cast(null as string) as st02_acknowledged,
    upper(group_status) as status_code
from groups
union all
select
    set_key,
    group_number,
    set_number,
    functional_code,
    gs06_acknowledged,
    nullif(trim({{ x12_item(x12_first_elements('set_text'), 2) }}), '') as st02_acknowledged,
    -- IK5, or AK5 where a 997's habits live on.
    upper(
        coalesce({{ x12_element('set_text', 'IK5', 1) }}, {{ x12_element('set_text', 'AK5', 1) }})
    ) as status_code
from set_texts
