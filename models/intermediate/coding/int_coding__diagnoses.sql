-- One row per charge of a known visit that is not voided: whether its diagnoses were billable on the
-- service date, and whether one of them supports the procedure. Only procedures that the seed
-- diagnosis_support names are judged for support.
with

charges as (
    select * from {{ ref('int_visits__charges') }} where is_known_visit and not is_voided
),

codes as (select * from {{ ref('stg_reference__icd10_codes') }}),

changes as (select * from {{ ref('stg_reference__diagnosis_changes') }}),

supports as (select * from {{ ref('stg_reference__diagnosis_support') }}),

diagnoses as (
    {% for position in [1, 2, 3, 4] %}
    select
        charge_id,
        cpt_code,
        service_date,
        diagnosis_{{ position }} as icd10_code
    from charges
    where diagnosis_{{ position }} is not null
    {{ 'union' if not loop.last }}
    {% endfor %}
),

-- A code that changed is judged by its dates alone, of which it may have several spans: the release
-- in use knows only the newest state.
judged as (
    select
        d.charge_id,
        d.cpt_code,
        d.icd10_code,
        d.service_date,
        bool_or(
            case
                when h.icd10_code is not null
                    then
                        d.service_date >= coalesce(h.valid_from, d.service_date)
                        and d.service_date <= coalesce(h.valid_to, d.service_date)
                else c.icd10_code is not null
            end
        ) as is_valid
    from diagnoses as d
    left join changes as h on d.icd10_code = h.icd10_code
    left join codes as c on d.icd10_code = c.icd10_code
    group by d.charge_id, d.cpt_code, d.icd10_code, d.service_date
),

invalid as (
    select charge_id
    from judged
    where not is_valid
    group by charge_id
),

-- Prefixes are compared once a code and procedure, not once a charge: there are few of either.
supported_codes as (
    select
        d.cpt_code,
        d.icd10_code,
        s.effective_from,
        s.effective_to
    from (select cpt_code, icd10_code from judged group by cpt_code, icd10_code) as d
    inner join supports as s
        on
            d.cpt_code = s.cpt_code
            and substr(d.icd10_code, 1, length(s.icd10_prefix)) = s.icd10_prefix
    group by d.cpt_code, d.icd10_code, s.effective_from, s.effective_to
),

supported as (
    select j.charge_id
    from judged as j
    inner join supported_codes as s
        on
            j.cpt_code = s.cpt_code
            and j.icd10_code = s.icd10_code
            and coalesce(j.service_date >= s.effective_from, true)
            and coalesce(j.service_date <= s.effective_to, true)
    group by j.charge_id
),

-- A procedure is judged on the days on which some diagnosis is said to support it.
rules as (
    select
        cpt_code,
        effective_from,
        effective_to
    from supports
    group by cpt_code, effective_from, effective_to
),

with_rule as (
    select c.charge_id
    from charges as c
    inner join rules as s
        on
            c.cpt_code = s.cpt_code
            and coalesce(c.service_date >= s.effective_from, true)
            and coalesce(c.service_date <= s.effective_to, true)
    group by c.charge_id
)

select
    c.charge_id,
    r.charge_id is not null as is_diagnosis_support_judged,
    s.charge_id is not null as has_supporting_diagnosis,
    i.charge_id is not null as has_invalid_diagnosis
from charges as c
left join with_rule as r on c.charge_id = r.charge_id
left join supported as s on c.charge_id = s.charge_id
left join invalid as i on c.charge_id = i.charge_id
