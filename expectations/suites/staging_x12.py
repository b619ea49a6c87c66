"""Is what came plausible: rules on claims, acknowledgments and remittances, part of suite staging.

Kept apart from staging for its length only. An 835 that does not balance is loaded as it is: the
payer's arithmetic is for the billing lead to dispute, not for the warehouse to mend.
"""

from expectations.rule import (
    AS_OF,
    BILLING_LEAD,
    CRITICAL,
    DATA_ENGINEER,
    TOO_FEW,
    WARNING,
    Rule,
    between,
    no_row,
    on_plausible_day,
    one_of,
    rules_of,
)

_KNOWN_PAYERS = (
    "(select edi_payer_id from staging.stg_practice__payers where edi_payer_id is not null)"
)


def rules() -> list[Rule]:
    """Every rule on X12 in suite staging."""
    sent = [*transaction_sets(), *claims(), *claim_lines(), *claim_statuses()]
    answered = [*payments(), *remitted_claims(), *adjustments(), *balances(), *resent_payments()]
    return [*sent, *answered]


def transaction_sets() -> list[Rule]:
    """The transaction sets, whatever their kind."""
    rule = rules_of("staging", "staging.stg_x12__transaction_sets")
    in_quarantine = "set_status = 'quarantined'"
    return [
        rule(
            "most_transaction_sets_can_be_read",
            CRITICAL,
            DATA_ENGINEER,
            f"More than a fifth of the last month's transaction sets (and at least {TOO_FEW}) are "
            "in quarantine, and their money is missing: the data engineer has the clearinghouse "
            "send them again.",
            no_row(
                in_quarantine,
                share=0.2,
                fewest=TOO_FEW,
                of="select * from staging.stg_x12__transaction_sets "
                f"where interchange_date > {AS_OF} - 31",
            ),
        ),
        rule(
            "no_transaction_set_is_in_quarantine",
            WARNING,
            DATA_ENGINEER,
            "A transaction set cannot be relied on and counts in nothing: the data engineer reads "
            "the reason in quality.quarantine_summary and has it sent again.",
            no_row(in_quarantine),
        ),
    ]


def claims() -> list[Rule]:
    """The claims as submitted."""
    rule = rules_of("staging", "staging.stg_x12_837__claims")
    return [
        rule(
            "claims_name_known_payers",
            WARNING,
            BILLING_LEAD,
            "A claim went to a payer id that no payer of the practice has, and is in no payer's "
            "numbers: the billing lead enters the id in the payers' list.",
            no_row(f"edi_payer_id is null or edi_payer_id not in {_KNOWN_PAYERS}"),
        ),
        rule(
            "claim_amounts_are_plausible",
            WARNING,
            BILLING_LEAD,
            "A claim is negative or above 20,000 dollars: the billing lead looks the claim up.",
            between("claim_amount", 0, 20000),
        ),
        rule(
            "claims_are_original_replacing_or_voiding",
            WARNING,
            BILLING_LEAD,
            "A claim has a frequency other than 1, 7 or 8, which outpatient therapy does not use: "
            "the billing lead looks the claim up.",
            one_of("frequency_code", ["1", "7", "8"]),
        ),
        rule(
            "claims_are_sent_on_plausible_days",
            WARNING,
            BILLING_LEAD,
            "A claim was sent before its first service, before 2000 or a year ahead: the billing "
            "lead looks the claim up.",
            no_row(
                f"submitted_on not between date '2000-01-01' and {AS_OF} + 365 "
                "or first_service_date > submitted_on"
            ),
        ),
    ]


def claim_lines() -> list[Rule]:
    """The service lines as submitted."""
    rule = rules_of("staging", "staging.stg_x12_837__lines")
    return [
        rule(
            "claim_lines_name_their_charge",
            WARNING,
            BILLING_LEAD,
            "A claim line carries no charge id (REF*6R), so that what is paid for it reaches no "
            "charge: the billing lead has the billing system send it.",
            no_row("charge_id is null"),
        ),
        rule(
            "claim_lines_name_a_charge_that_came",
            WARNING,
            DATA_ENGINEER,
            "A claim line names a charge that no charges file has brought: the data engineer "
            "compares the dates of the two exports.",
            no_row("charge_id not in (select charge_id from staging.stg_practice__charges)"),
        ),
    ]


def claim_statuses() -> list[Rule]:
    """What clearinghouse and payers acknowledged."""
    rule = rules_of("staging", "staging.stg_x12_277ca__claim_statuses")
    return [
        rule(
            "acknowledgment_categories_are_known",
            WARNING,
            DATA_ENGINEER,
            "A 277CA has a category that the table claim_status_categories lacks, and it neither "
            "accepts nor rejects: the data engineer adds it.",
            no_row(
                "category_code not in "
                "(select category_code from staging.stg_reference__claim_status_categories)"
            ),
        ),
        rule(
            "acknowledged_claims_are_known",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the acknowledgments speak of claims that no 837 file has brought: "
            "the billing lead has the clearinghouse deliver the missing copies.",
            no_row(
                "claim_id not in (select claim_id from staging.stg_x12_837__claims "
                "where claim_id is not null)",
                share=0.01,
            ),
        ),
    ]


def payments() -> list[Rule]:
    """The remittances."""
    rule = rules_of("staging", "staging.stg_x12_835__payments")
    return [
        rule(
            "payments_are_not_negative",
            WARNING,
            BILLING_LEAD,
            "A remittance pays a negative amount, which payers carry forward instead: the billing "
            "lead asks the payer.",
            between("payment_amount", 0, None),
        ),
        rule(
            "payments_are_on_plausible_days",
            WARNING,
            BILLING_LEAD,
            "A remittance is dated before 2000 or more than a year ahead: the billing lead asks "
            "the payer.",
            on_plausible_day("payment_date"),
        ),
        rule(
            "payments_come_from_known_payers",
            WARNING,
            BILLING_LEAD,
            "A remittance names a payer id that no payer of the practice has: the billing lead "
            "enters the id in the payers' list.",
            no_row(f"edi_payer_id not in {_KNOWN_PAYERS}"),
        ),
    ]


def remitted_claims() -> list[Rule]:
    """The claims as answered."""
    rule = rules_of("staging", "staging.stg_x12_835__claims")
    return [
        rule(
            "remitted_claims_are_known",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the answers are to claims that no 837 file has brought: the billing "
            "lead looks through worklists.unmatched_remittances.",
            no_row(
                "claim_id not in (select claim_id from staging.stg_x12_837__claims "
                "where claim_id is not null)",
                share=0.01,
            ),
        )
    ]


def adjustments() -> list[Rule]:
    """The reasons that payers give for what they do not pay."""
    rule = rules_of("staging", "staging.stg_x12_835__adjustments")
    return [
        rule(
            "adjustment_reasons_are_known",
            WARNING,
            BILLING_LEAD,
            "A payer gave a reason that the table adjustment_reasons lacks, and it counts as an "
            "unmapped denial: the billing lead says what it means.",
            no_row("carc_code not in (select carc from staging.stg_reference__adjustment_reasons)"),
        ),
        rule(
            "adjustment_groups_are_known",
            WARNING,
            BILLING_LEAD,
            "An adjustment has a group other than CO, OA, PI and PR, so that nobody can say who "
            "owes it: the billing lead asks the payer.",
            one_of("group_code", ["CO", "OA", "PI", "PR"]),
        ),
    ]


def balances() -> list[Rule]:
    """Whether each remittance adds up, at its three levels."""
    rule = rules_of("staging", "staging.stg_x12_835__balances")
    sums = {
        "remittance": "its claims less its provider adjustments",
        "claim": "its charge less its adjustments",
        "line": "its charge less its adjustments",
    }
    return [
        rule(
            f"{level}s_add_up",
            WARNING,
            BILLING_LEAD,
            f"A {level} of an 835 pays another amount than {parts}: the billing lead asks the "
            "payer, with the difference from the table.",
            no_row(f"level = '{level}'"),
        )
        for level, parts in sums.items()
    ]


def resent_payments() -> list[Rule]:
    """Remittances that came again under another control number."""
    rule = rules_of("staging", "staging.stg_x12_835__resent_payments")
    return [
        rule(
            "no_payment_came_twice",
            WARNING,
            BILLING_LEAD,
            "A remittance came again under another control number, and both count: the billing "
            "lead compares both files with the bank and has the wrong one taken away.",
            no_row("true"),
        )
    ]
