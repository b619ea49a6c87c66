-- One row per line of a claim payment that is matched to a charge: the charge, and the tier by
-- which it was found. 1: the line's own REF*6R. 2: procedure, modifiers, date and charge agree. 3:
-- the same without modifiers. Only charges that the claim submitted are candidates; by form (2, 3)
-- each is found once per claim payment, and none that a REF*6R has named.
with

lines as (select * from {{ ref('int_remittances__raw_lines') }}),

claim_payments as (select * from {{ ref('int_remittances__claims') }}),

submissions as (select * from {{ ref('int_claims__submissions') }}),

submitted_lines as (select * from {{ ref('int_scope__submitted_lines') }}),

charges as (select charge_id from {{ ref('int_scope__charges') }}),

-- A corrected claim may have sent the same charge in several forms; each form is a candidate.
candidates as (
    select
        s.claim_id,
        l.charge_id,
        l.cpt_code,
        {{ modifier_set('l') }} as modifiers,
        l.service_date,
        l.charge_amount,
        min(s.submission_order * 1000 + l.line_number) as line_order
    from submissions as s
    inner join submitted_lines as l on s.submission_id = l.submission_id
    inner join charges as c on l.charge_id = c.charge_id
    group by s.claim_id, l.charge_id, l.cpt_code, {{ modifier_set('l') }}, l.service_date, l.charge_amount
),

claim_charges as (
    select
        claim_id,
        charge_id
    from candidates
    group by claim_id, charge_id
),

remitted as (
    select
        l.remittance_line_id,
        l.remittance_claim_id,
        c.claim_id,
        l.line_number,
        l.remitted_charge_id,
        l.cpt_code,
        {{ modifier_set('l') }} as modifiers,
        l.service_date,
        abs(l.charge_amount) as charge_amount,
        l.is_stand_in
    from lines as l
    inner join claim_payments as c on l.remittance_claim_id = c.remittance_claim_id
    where c.is_known_claim
),

by_reference as (
    select
        r.remittance_line_id,
        r.remittance_claim_id,
        c.charge_id
    from remitted as r
    inner join claim_charges as c on r.claim_id = c.claim_id and r.remitted_charge_id = c.charge_id
),

{% for tier, modifiers in [(2, true), (3, false)] %}
{% set earlier = ['by_reference'] if tier == 2 else ['by_reference', 'tier_2'] %}
open_lines_{{ tier }} as (
    select
        r.*,
        row_number() over (
            partition by r.remittance_claim_id, r.cpt_code, r.service_date, r.charge_amount
                {%- if modifiers %}, r.modifiers{% endif %}
            order by r.line_number
        ) as place
    from remitted as r
    {% for taken in earlier %}
    left join {{ taken }} as t{{ loop.index }}
        on r.remittance_line_id = t{{ loop.index }}.remittance_line_id
    {% endfor %}
    -- A stand-in is a submitted line itself: its charge is its own or none.
    where
        not r.is_stand_in
        {% for taken in earlier %}
        and t{{ loop.index }}.remittance_line_id is null
        {% endfor %}
),

open_charges_{{ tier }} as (
    select
        r.remittance_claim_id,
        c.charge_id,
        c.cpt_code,
        c.service_date,
        c.charge_amount,
        {% if modifiers %}c.modifiers,{% endif %}
        row_number() over (
            partition by r.remittance_claim_id, c.cpt_code, c.service_date, c.charge_amount
                {%- if modifiers %}, c.modifiers{% endif %}
            order by min(c.line_order), c.charge_id
        ) as place
    from (select remittance_claim_id, claim_id from open_lines_{{ tier }} group by all) as r
    inner join candidates as c on r.claim_id = c.claim_id
    {% for taken in earlier %}
    left join {{ taken }} as t{{ loop.index }}
        on
            r.remittance_claim_id = t{{ loop.index }}.remittance_claim_id
            and c.charge_id = t{{ loop.index }}.charge_id
    {% endfor %}
    where
        {% for taken in earlier %}
        {{ 'and ' if not loop.first }}t{{ loop.index }}.charge_id is null
        {% endfor %}
    group by
        r.remittance_claim_id, c.charge_id, c.cpt_code, c.service_date, c.charge_amount
        {%- if modifiers %}, c.modifiers{% endif %}
),

tier_{{ tier }} as (
    select
        l.remittance_line_id,
        l.remittance_claim_id,
        c.charge_id
    from open_lines_{{ tier }} as l
    inner join open_charges_{{ tier }} as c
        on
            l.remittance_claim_id = c.remittance_claim_id
            and l.cpt_code = c.cpt_code
            and l.service_date = c.service_date
            and l.charge_amount = c.charge_amount
            {% if modifiers %}and l.modifiers = c.modifiers{% endif %}
            and l.place = c.place
    qualify row_number() over (
        partition by l.remittance_claim_id, c.charge_id order by l.line_number
    ) = 1
),
{% endfor %}

matched as (
    select remittance_line_id, charge_id, 1 as match_tier
    from by_reference
    union all
    select remittance_line_id, charge_id, 2 as match_tier
    from tier_2
    union all
    select remittance_line_id, charge_id, 3 as match_tier
    from tier_3
)

select
    remittance_line_id,
    charge_id,
    match_tier
from matched
