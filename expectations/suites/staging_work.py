"""Is what came plausible: rules on appointments, visits, charges and money, part of suite staging.

Kept apart from staging for its length only.
"""

from expectations.rule import (
    AS_OF,
    BILLING_LEAD,
    CRITICAL,
    PRACTICE_MANAGER,
    TOO_FEW,
    WARNING,
    Rule,
    between,
    is_of_pattern,
    no_row,
    on_plausible_day,
    rules_of,
)


def rules() -> list[Rule]:
    """Every rule on what happened with patients."""
    work = [*authorizations(), *appointments(), *visits(), *charges()]
    return [*work, *patient_payments(), *adjustments()]


def authorizations() -> list[Rule]:
    """The authorization requests."""
    rule = rules_of("staging", "staging.stg_practice__authorizations")
    return [
        rule(
            "decided_authorizations_have_a_date",
            WARNING,
            BILLING_LEAD,
            "A decided authorization lacks its date, counts in no month and covers no visit: the "
            "billing lead enters the date of the decision.",
            no_row("status in ('approved', 'partially_approved', 'denied') and decided_on is null"),
        ),
        rule(
            "approved_visits_are_plausible",
            WARNING,
            BILLING_LEAD,
            "An authorization approves no visit, or more than 200: the billing lead compares it "
            "with the payer's letter.",
            no_row(
                "status in ('approved', 'partially_approved') "
                "and visits_approved not between 1 and 200"
            ),
        ),
    ]


def appointments() -> list[Rule]:
    """The appointments."""
    rule = rules_of("staging", "staging.stg_practice__appointments")
    return [
        rule(
            "appointment_dates_are_plausible",
            WARNING,
            PRACTICE_MANAGER,
            "An appointment is before 2000 or more than a year ahead: the practice manager has the "
            "date corrected.",
            on_plausible_day("cast(scheduled_at as date)"),
        ),
        rule(
            "past_appointments_are_resolved",
            WARNING,
            PRACTICE_MANAGER,
            "More than 5 % of the past appointments still say scheduled, and no-shows hide among "
            "them: the practice manager has the front desk close its days.",
            no_row(
                "status = 'scheduled'",
                share=0.05,
                fewest=TOO_FEW,
                of="select * from staging.stg_practice__appointments "
                f"where cast(scheduled_at as date) < {AS_OF}",
            ),
        ),
    ]


def visits() -> list[Rule]:
    """The visits."""
    rule = rules_of("staging", "staging.stg_practice__visits")
    return [
        rule(
            "visit_dates_are_plausible",
            WARNING,
            PRACTICE_MANAGER,
            "A visit is before 2000 or more than a year ahead: the practice manager has the date "
            "corrected.",
            on_plausible_day("service_date"),
        ),
        rule(
            "visits_end_after_they_start",
            WARNING,
            PRACTICE_MANAGER,
            "A visit ends before it starts or lasts more than eight hours, and the clock of its "
            "note is wrong: the practice manager has the times corrected.",
            no_row("ended_at < started_at or ended_at > started_at + interval 8 hours"),
        ),
        rule(
            "notes_are_signed_after_the_visit_began",
            WARNING,
            PRACTICE_MANAGER,
            "More than 1 % of the notes were signed before their visit's day, which no note can "
            "be: the practice manager asks the EHR's vendor what the column means.",
            no_row("cast(note_signed_at as date) < service_date", share=0.01),
        ),
    ]


def charges() -> list[Rule]:
    """The charge lines."""
    rule = rules_of("staging", "staging.stg_practice__charges")
    return [
        rule(
            "most_charges_have_an_amount",
            CRITICAL,
            BILLING_LEAD,
            f"More than half of the charges are zero or below (and at least {TOO_FEW}), so that "
            "the export has lost its amounts: the billing lead has the column mended.",
            no_row("charge_amount <= 0", share=0.5, fewest=TOO_FEW),
        ),
        rule(
            "charge_amounts_are_plausible",
            WARNING,
            BILLING_LEAD,
            "A charge line is negative or above 5,000 dollars: the billing lead has it corrected, "
            "or voided.",
            between("charge_amount", 0, 5000),
        ),
        rule(
            "units_are_plausible",
            WARNING,
            BILLING_LEAD,
            "A charge line has no unit, a negative number of them or more than 100: the billing "
            "lead has it corrected.",
            between("units", 1, 100),
        ),
        rule(
            "minutes_are_plausible",
            WARNING,
            BILLING_LEAD,
            "A service lasted a negative time or more than eight hours: the billing lead has the "
            "note looked up.",
            between("minutes", 0, 480),
        ),
        rule(
            "assistant_minutes_are_within_the_minutes",
            WARNING,
            BILLING_LEAD,
            "An assistant worked more minutes of a service than the service lasted: the billing "
            "lead has the note looked up.",
            no_row("assistant_minutes < 0 or assistant_minutes > minutes"),
        ),
        rule(
            "charges_are_posted_on_plausible_days",
            WARNING,
            BILLING_LEAD,
            "A charge was posted before 2000 or more than a year ahead: the billing lead has the "
            "date corrected.",
            on_plausible_day("cast(posted_at as date)"),
        ),
        rule(
            "charges_are_posted_after_the_visit",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the charges were posted before the day of their visit: the billing "
            "lead finds out which of the two dates the export means.",
            no_row(
                "service_date > cast(posted_at as date)",
                share=0.01,
                of="select charges.posted_at, visits.service_date "
                "from staging.stg_practice__charges as charges "
                "inner join staging.stg_practice__visits as visits using (visit_id)",
            ),
        ),
        rule(
            "procedure_codes_are_known",
            WARNING,
            BILLING_LEAD,
            "More than 5 % of the charges have a code that the table procedures lacks, and no rule "
            "of coding judges them: the billing lead adds the codes.",
            no_row(
                "cpt_code not in (select cpt_code from staging.stg_reference__procedures)",
                share=0.05,
            ),
        ),
        rule(
            "diagnoses_have_the_form_of_icd_10",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the charges have a first diagnosis that is no ICD-10-CM code: the "
            "billing lead finds out what the export puts there.",
            no_row(
                f"not {is_of_pattern('diagnosis_1', '[A-Z][0-9][0-9A-Z]([0-9A-Z]{1,4})?')}",
                share=0.01,
            ),
        ),
        rule(
            "modifiers_have_two_characters",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the charges have a first modifier that is no modifier: the billing "
            "lead finds out what the export puts there.",
            no_row(f"not {is_of_pattern('modifier_1', '[0-9A-Z]{2}')}", share=0.01),
        ),
    ]


def patient_payments() -> list[Rule]:
    """What patients paid."""
    rule = rules_of("staging", "staging.stg_practice__patient_payments")
    return [
        rule(
            "patient_payments_are_plausible",
            WARNING,
            BILLING_LEAD,
            "A patient payment is zero, negative or above 10,000 dollars, where refunds have a "
            "column of their own: the billing lead has it corrected.",
            between("amount", 0.01, 10000),
        ),
        rule(
            "patient_payments_are_on_plausible_days",
            WARNING,
            BILLING_LEAD,
            "A patient payment is before 2000, more than a year ahead, or refunded before it was "
            "made: the billing lead has the date corrected.",
            no_row(
                f"paid_on not between date '2000-01-01' and {AS_OF} + 365 or refunded_on < paid_on"
            ),
        ),
    ]


def adjustments() -> list[Rule]:
    """What was adjusted by hand."""
    rule = rules_of("staging", "staging.stg_practice__adjustments")
    return [
        rule(
            "adjustments_stay_within_their_charge",
            WARNING,
            BILLING_LEAD,
            "An adjustment by hand is larger than its charge: the billing lead has it corrected.",
            no_row(
                "abs(amount) > charge_amount",
                of="select adjustments.amount, charges.charge_amount "
                "from staging.stg_practice__adjustments as adjustments "
                "inner join staging.stg_practice__charges as charges using (charge_id)",
            ),
        )
    ]
