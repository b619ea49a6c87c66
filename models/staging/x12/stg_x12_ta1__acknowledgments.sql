-- One row per TA1: what a receiver says of a whole interchange, dated by the interchange it comes
-- in.
{{ config(materialized='view') }}
with

files as (
    select
        sha256,
        file
    from {{ ref('stg_load__files') }}
    where kind = 'x12' and status in ('loaded', 'not_used')
),

interchanges as (select * from {{ source('raw', 'x12_interchanges') }}),

segments as (
    select
        files.file as source_file,
        interchanges.interchange_number,
        interchanges.element_separator,
        {{ x12_date("concat('20', interchanges.isa09)") }} as acknowledged_on,
        {{ x12_rows('interchanges.ta1', 'segment', 'acknowledgment_number') }}
    from interchanges
    inner join files on interchanges.file_sha256 = files.sha256
    where upper(trim(interchanges.isa15)) <> 'T'
),

acknowledgments as (
    select
        *,
        {{ x12_split_by('segment', 'element_separator') }} as ta1
    from segments
)

select
    source_file,
    interchange_number,
    acknowledgment_number,
    {{ x12_control_number(x12_item('ta1', 2)) }} as isa13_acknowledged,
    {{ x12_code(x12_item('ta1', 5)) }} as acknowledgment_code,
    acknowledged_on
from acknowledgments
