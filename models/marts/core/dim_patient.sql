-- One row per patient, without any direct identifier: age band on as_of, first three digits of the
-- postal code. Bands end at 80, since a limited data set names no age above 89.
with

run as (select * from {{ ref('stg_load__run') }}),

aged as (
    select
        p.*,
        run.pseudonym_key,
        year(run.as_of) - year(p.birth_date)
        - case
            when month(run.as_of) * 100 + day(run.as_of) < month(p.birth_date) * 100 + day(p.birth_date)
                then 1
            else 0
        end as age_years
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
        when age_years >= 80 then '80 and over'
    end as age_band,
    sex,
    substr(postal_code, 1, 3) as postal_code_3
from aged
