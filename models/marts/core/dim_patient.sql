-- One row per patient, without any direct identifier: age band on as_of, first three digits of the postal code.
with

run as (select * from {{ ref('stg_load__run') }}),

aged as (
    select
        p.*,
        run.pseudonym_key,
        floor(datediff('month', p.birth_date, run.as_of) / 12) as age_years
    from {{ ref('stg_practice__patients') }} as p
    cross join run
)

select
    {{ pseudonym('patient', 'patient_id') }} as patient_key,
    patient_id,
    case
        when age_years < 18 then 'under 18'
        when age_years < 40 then '18-39'
        when age_years < 65 then '40-64'
        when age_years < 80 then '65-79'
        else '80 and over'
    end as age_band,
    sex,
    substr(postal_code, 1, 3) as postal_code_3
from aged
