"""Do the dated reference tables cover the charges that they judge: part of suite core.

Kept apart from core for its length only. A table that says nothing of a service date raises a
warning, and the rule that reads it judges nothing or says by which row it judges; never a guess.
"""

from expectations.rule import BILLING_LEAD, WARNING, Check, Rule, no_row, rules_of

_MEDICARE = """
    from core.fct_charge as c
    inner join core.dim_payer as p on c.payer_id = p.payer_id and p.payer_type = 'medicare'
"""
_IN_FORCE = """
    c.service_date between t.effective_from and coalesce(t.effective_to, c.service_date)
"""
# The public files are quarterly: one quarter past the newest is on its way, two are too old.
_PAST_THE_NEWEST = "interval 6 month"


def coverage() -> list[Rule]:
    """A rule for each dated table that can fall behind."""
    rule = rules_of("core", "core.fct_charge")
    return [
        rule(
            "kx_thresholds_cover_the_charges",
            WARNING,
            BILLING_LEAD,
            "Medicare therapy charges are of a year for which kx_thresholds has no row, and M-KX "
            "does not judge them: the billing lead adds the year to the practice's "
            "kx_thresholds.csv.",
            _covered(
                f"{_MEDICARE} inner join core.dim_procedure as r "
                "on c.cpt_code = r.cpt_code and r.is_always_therapy "
                "left join staging.stg_reference__kx_thresholds as t "
                "on t.calendar_year = year(c.service_date)",
                "t.calendar_year is not null",
            ),
        ),
        rule(
            "sequestration_covers_the_charges",
            WARNING,
            BILLING_LEAD,
            "Medicare charges are of days on which sequestration has no rate, and what Medicare "
            "should pay is not worked out: the billing lead adds the period to the practice's "
            "sequestration.csv.",
            _covered(
                f"{_MEDICARE} left join staging.stg_reference__sequestration as t on {_IN_FORCE}",
                "t.effective_from is not null",
            ),
        ),
        rule(
            "conversion_factors_cover_the_charges",
            WARNING,
            BILLING_LEAD,
            "Medicare charges are of days without a conversion factor, and what Medicare should "
            "pay is not worked out: the billing lead runs `make reference` with that year's "
            "relative value file.",
            _covered(
                f"{_MEDICARE} "
                f"left join staging.stg_reference__conversion_factors as t on {_IN_FORCE}",
                "t.effective_from is not null",
            ),
        ),
        rule(
            "relative_values_cover_the_charges",
            WARNING,
            BILLING_LEAD,
            "Medicare charges of known codes are of a year without relative values, and what "
            "Medicare should pay is not worked out: the billing lead runs `make reference` with "
            "that year's relative value file.",
            _covered(
                f"{_MEDICARE} inner join core.dim_procedure as r on c.cpt_code = r.cpt_code "
                "left join staging.stg_reference__relative_values as t "
                f"on c.cpt_code = t.cpt_code and {_IN_FORCE}",
                "t.cpt_code is not null",
            ),
        ),
        rule(
            "daily_maximums_cover_the_charges",
            WARNING,
            BILLING_LEAD,
            "Medicare charges are older than the first daily maximum of their code, or newer than "
            "the last by two quarters, and U-MUE judges them by that one: the billing lead runs "
            "`make reference` with the MUE files of those quarters.",
            _covered(
                f"{_MEDICARE} inner join (select cpt_code, min(effective_from) as first_day, "
                f"max(effective_from) + {_PAST_THE_NEWEST} as end_day "
                "from staging.stg_reference__daily_maximums group by cpt_code) as t "
                "on c.cpt_code = t.cpt_code",
                "c.service_date >= t.first_day and c.service_date < t.end_day",
            ),
        ),
        rule(
            "ncci_edits_cover_the_charges",
            WARNING,
            BILLING_LEAD,
            "Charges of codes with NCCI edits are older than the first quarter of ncci_edits, or "
            "newer than the last by two quarters, and M-DISTINCT may know too few or too many "
            "edits: the billing lead runs `make reference` with the newest NCCI files.",
            _covered(
                "from core.fct_charge as c cross join ("
                "select min(first_day) as first_day, "
                f"max(first_day) + {_PAST_THE_NEWEST} as end_day from ("
                "select make_date(cast(left(reference_quarter, 4) as integer), "
                "cast(right(reference_quarter, 1) as integer) * 3 - 2, 1) as first_day "
                "from staging.stg_reference__ncci_edits)) as t "
                "where c.cpt_code in (select column_1_code from staging.stg_reference__ncci_edits "
                "union all select column_2_code from staging.stg_reference__ncci_edits) "
                "and coalesce(c.payer_id, '') not in (select payer_id "
                "from staging.stg_reference__ncci_exempt_payers)",
                "c.service_date >= t.first_day and c.service_date < t.end_day",
            ),
        ),
    ]


def _covered(charges: str, condition: str) -> Check:
    """Each charge, not voided and of a known day, meets the condition."""
    rows = f"select {condition} as is_covered, c.is_voided, c.service_date {charges}"
    held = f"select * from ({rows}) where not is_voided and service_date is not null"
    return no_row("not is_covered", of=held)
