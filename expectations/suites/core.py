"""Did the sources find each other: rules on the facts, where files of several kinds have met.

Identities of the models are dbt's tests; here stand the shares that tell a missing or changed
source from the few odd cases of any month.
"""

from expectations.rule import (
    AS_OF,
    BILLING_LEAD,
    CRITICAL,
    DATA_ENGINEER,
    PRACTICE_MANAGER,
    TOO_FEW,
    WARNING,
    Rule,
    holds,
    no_row,
    nothing,
    present,
    rules_of,
)
from expectations.suites import core_reference

# Claims that were sent or answered, without the charges that wait to be sent.
SENT = "select * from core.fct_claim where claim_id is not null"


def rules() -> list[Rule]:
    """Every rule of the suite."""
    work = [*visits(), *charges(), *claims(), *claim_submissions()]
    work += [*adjudication_lines(), *denials(), *receivable_events()]
    return [*work, *core_reference.coverage()]


def visits() -> list[Rule]:
    """The visits."""
    rule = rules_of("core", "core.fct_visit")
    window = (
        "count(*) filter (where service_date between {last} - {first_day} and {last} - {last_day})"
    )
    last = "(select max(service_date) from core.fct_visit)"
    this_month = window.format(last=last, first_day=27, last_day=0)
    month_before = window.format(last=last, first_day=55, last_day=28)
    return [
        rule(
            "visits_have_not_collapsed",
            WARNING,
            PRACTICE_MANAGER,
            "The last four weeks have less than half the visits of the four weeks before: the "
            "practice manager says whether the practice was closed or the export is incomplete.",
            holds(f"{month_before} < {TOO_FEW} or {this_month} * 2 >= {month_before}"),
        ),
        rule(
            "few_visits_lack_a_payer",
            WARNING,
            BILLING_LEAD,
            "More than 5 % of the visits have no payer at all, not even self-pay: the billing lead "
            "checks the coverages export and the self-pay payer.",
            present("payer_id", share=0.05),
        ),
        rule(
            "past_visits_have_charges",
            WARNING,
            BILLING_LEAD,
            "More than 10 % of the visits of two weeks ago or longer have no charge: the billing "
            "lead checks the charges export, then worklists.unbilled_visits.",
            no_row(
                "visit_id not in (select visit_id from core.fct_charge)",
                share=0.1,
                fewest=TOO_FEW,
                of=f"select * from core.fct_visit where service_date <= {AS_OF} - 14",
            ),
        ),
    ]


def charges() -> list[Rule]:
    """The charges."""
    rule = rules_of("core", "core.fct_charge")
    return [
        rule(
            "most_charges_find_their_visit",
            CRITICAL,
            DATA_ENGINEER,
            f"More than a fifth of the charges (and at least {TOO_FEW}) belong to no visit that "
            "came, and are missing in every metric by service date: the data engineer compares "
            "the two exports.",
            no_row("service_date is null", share=0.2, fewest=TOO_FEW),
        ),
        rule(
            "few_charges_lack_their_visit",
            WARNING,
            DATA_ENGINEER,
            "More than 1 % of the charges belong to no visit that came: the data engineer compares "
            "the dates of the two exports.",
            present("service_date", share=0.01),
        ),
        rule(
            "few_charges_are_paid_above_their_amount",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the paid charges brought more than was charged, by payment twice or "
            "by too low a charge: the billing lead looks them up.",
            no_row(
                "payer_paid_amount > charge_amount",
                share=0.01,
                of="select * from core.fct_charge where payer_paid_amount <> 0",
            ),
        ),
        rule(
            "few_charges_have_a_negative_balance",
            WARNING,
            BILLING_LEAD,
            "More than 2 % of the charges are overpaid or adjusted twice, so that the practice "
            "owes the difference: the billing lead looks for what was posted by hand and by 835.",
            no_row(
                "charge_id in (select charge_id from core.fct_receivable_event "
                "group by charge_id having sum(amount) < 0)",
                share=0.02,
            ),
        ),
    ]


def claims() -> list[Rule]:
    """The claims."""
    rule = rules_of("core", "core.fct_claim")
    return [
        rule(
            "few_claims_lack_their_visit",
            WARNING,
            DATA_ENGINEER,
            "More than 1 % of the claims lead to no visit that came, and belong to no clinic: the "
            "data engineer compares the dates of the exports.",
            no_row("visit_id is null", share=0.01, of=SENT),
        ),
        rule(
            "few_claims_lack_their_payer",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the claims went to a payer that the payers' list does not name: the "
            "billing lead enters its edi_payer_id.",
            no_row("payer_id is null", share=0.01, of=SENT),
        ),
        rule(
            "few_claims_are_paid_before_they_are_sent",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the claims were paid before they were sent: the billing lead checks "
            "whether claim numbers are used again.",
            no_row("first_paid_on < first_submitted_on", share=0.01, of=SENT),
        ),
        rule(
            "few_old_claims_have_no_word",
            WARNING,
            BILLING_LEAD,
            "More than 10 % of the claims sent a month ago or longer were neither accepted nor "
            "rejected: the billing lead asks the clearinghouse for the missing files.",
            no_row(
                "first_submission_outcome = 'pending'",
                share=0.1,
                fewest=TOO_FEW,
                of=f"select * from core.fct_claim where first_submitted_on <= {AS_OF} - 30",
            ),
        ),
        rule(
            "few_old_claims_are_unanswered",
            WARNING,
            BILLING_LEAD,
            "More than 20 % of the accepted claims of three months ago or longer have no "
            "remittance: the billing lead asks the payers, or the clearinghouse for the files.",
            no_row(
                "first_adjudicated_on is null",
                share=0.2,
                fewest=TOO_FEW,
                of="select * from core.fct_claim where payer_sequence = 'P' "
                f"and first_submission_outcome = 'accepted' and first_submitted_on <= {AS_OF} - 90",
            ),
        ),
    ]


def claim_submissions() -> list[Rule]:
    """The submissions."""
    rule = rules_of("core", "core.fct_claim_submission")
    return [
        rule(
            "rejections_have_not_soared",
            WARNING,
            BILLING_LEAD,
            "More than 30 % of the last four weeks' submissions were rejected, which is one cause "
            "rather than many: the billing lead reads their rejection codes.",
            no_row(
                "outcome = 'rejected'",
                share=0.3,
                fewest=TOO_FEW,
                of=f"select * from core.fct_claim_submission where submitted_on > {AS_OF} - 28",
            ),
        )
    ]


def adjudication_lines() -> list[Rule]:
    """The lines that payers answered."""
    rule = rules_of("core", "core.fct_adjudication_line")
    unmatched = (
        "select 1 from (select charge_id, paid_amount, sum(abs(paid_amount)) over () as paid, "
        "sum(case when charge_id is null then abs(paid_amount) end) over () as unmatched "
        "from {{batch}}) where charge_id is null and paid_amount <> 0 "
        "and unmatched > {share} * paid"
    )
    return [
        rule(
            "most_money_finds_its_charge",
            CRITICAL,
            BILLING_LEAD,
            f"More than a fifth of the money that payers sent (on at least {TOO_FEW} lines) finds "
            "no charge and is missing in every collection metric: the billing lead looks through "
            "worklists.unmatched_remittances.",
            nothing(unmatched.format(share=0.2), fewest=TOO_FEW),
        ),
        rule(
            "little_money_is_unmatched",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the money that payers sent finds no charge: the billing lead looks "
            "through worklists.unmatched_remittances.",
            nothing(unmatched.format(share=0.01)),
        ),
        rule(
            "most_lines_match_by_their_charge_id",
            WARNING,
            BILLING_LEAD,
            "More than half of the matched lines were matched by procedure and date, since payers "
            "do not return the charge id: the billing lead has it sent as the line's number.",
            no_row(
                "match_tier > 1",
                share=0.5,
                fewest=TOO_FEW,
                of="select * from core.fct_adjudication_line where match_tier is not null",
            ),
        ),
    ]


def denials() -> list[Rule]:
    """The refused lines."""
    rule = rules_of("core", "core.fct_denial")
    return [
        rule(
            "denials_have_a_root_cause",
            WARNING,
            BILLING_LEAD,
            "A refused line has no root cause, or one that the table adjustment_reasons does not "
            "map: the billing lead says what the payer's reason means.",
            no_row("root_cause is null or root_cause = 'unmapped'"),
        )
    ]


def receivable_events() -> list[Rule]:
    """The movements of the receivable."""
    rule = rules_of("core", "core.fct_receivable_event")
    return [
        rule(
            "events_are_on_plausible_days",
            WARNING,
            DATA_ENGINEER,
            "Money moved before 2000, and every month since counts it: the data engineer has the "
            "date corrected at the source.",
            no_row("event_date < date '2000-01-01'"),
        ),
        rule(
            "no_single_event_dominates",
            WARNING,
            BILLING_LEAD,
            "One movement is above 20,000 dollars, more than any therapy line brings: the billing "
            "lead looks it up before the month is reported.",
            no_row("abs(amount) > 20000"),
        ),
    ]
