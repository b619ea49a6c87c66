"""Would anyone believe the numbers: rules on the metrics and the scorecard, before publication.

That slices add up is dbt's test; here stands what a reader would notice: shares outside 0 to 1,
metrics and months that are missing, a volume that fell by half.
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
    between,
    no_row,
    not_empty,
    nothing,
    present,
    rules_of,
)

# Of these a numerator counts part of what the denominator counts.
SHARES = (
    "authorization_approval_rate",
    "authorization_coverage_rate",
    "cancellation_rate",
    "clean_claim_rate",
    "code_alignment_rate",
    "denial_rate",
    "denial_trend",
    "documentation_timeliness",
    "first_pass_payment_rate",
    "modifier_accuracy_rate",
    "no_show_rate",
    "underpayment_rate",
    "unit_accuracy_rate",
    "visits_billed_rate",
)
# denial_trend is by root cause, and not on the scorecard.
ON_SCORECARD = (
    *(metric for metric in SHARES if metric != "denial_trend"),
    "charge_lag",
    "days_in_ar",
    "days_to_payment",
    "net_collection_rate",
    "reimbursement_per_visit",
    "reimbursement_rate",
    "units_per_visit",
)

# Counted when they happen, so that the last whole month is complete; the others wait for answers.
_COMPLETE_AT_MONTH_END = "('cancellation_rate', 'no_show_rate', 'denial_rate', 'days_to_payment')"

# A month without a single decision, covered visit or paid line is nothing strange in these.
_MAY_SKIP_A_MONTH = (
    "('authorization_approval_rate', 'authorization_coverage_rate', 'underpayment_rate')"
)


def rules() -> list[Rule]:
    """Every rule of the suite."""
    values = [*shares(), *days_to_payment(), *days_in_ar(), *net_collection_rate()]
    judged = [*catalog(), *scorecard(), *interventions()]
    return [*values, *judged, *reconciliation(), *report_reconciliation()]


def shares() -> list[Rule]:
    """The metrics that are a share."""
    return [
        rules_of("metrics", f"metrics.{metric}")(
            f"{metric}_is_a_share",
            CRITICAL,
            DATA_ENGINEER,
            f"A value of {metric} is below 0 or above 1, so that its model counts something in the "
            "numerator that is not in the denominator: the data engineer finds the rows.",
            between("value", 0, 1),
        )
        for metric in SHARES
    ]


def days_to_payment() -> list[Rule]:
    """Days from service to payment."""
    rule = rules_of("metrics", "metrics.days_to_payment")
    return [
        rule(
            "days_to_payment_are_plausible",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the slices are paid before the service, or after two years on "
            "average: the billing lead looks for claims with wrong dates.",
            between("value", 0, 730, share=0.01),
        )
    ]


def days_in_ar() -> list[Rule]:
    """Days that charges stay open."""
    rule = rules_of("metrics", "metrics.days_in_ar")
    return [
        rule(
            "days_in_ar_are_plausible",
            WARNING,
            BILLING_LEAD,
            "More than 10 % of the mature slices owe less than nothing, or more than two years of "
            "charges: the billing lead looks for money that is posted twice or not at all.",
            no_row(
                "value not between 0 and 730",
                share=0.1,
                of="select * from metrics.days_in_ar where is_mature",
            ),
        )
    ]


def net_collection_rate() -> list[Rule]:
    """What was collected of what may be collected."""
    rule = rules_of("metrics", "metrics.net_collection_rate")
    return [
        rule(
            "net_collection_is_plausible",
            WARNING,
            BILLING_LEAD,
            "More than 5 % of the slices collected less than nothing or more than 130 % of what is "
            "allowed: the billing lead checks fee schedules and double postings.",
            between("value", 0, 1.3, share=0.05),
        )
    ]


def catalog() -> list[Rule]:
    """The descriptions of the metrics."""
    rule = rules_of("metrics", "metrics.catalog")
    known = " union all ".join(f"select '{one}' as metric_id" for one in (*ON_SCORECARD, *SHARES))
    return [
        rule(
            "the_catalog_describes_every_metric",
            CRITICAL,
            DATA_ENGINEER,
            "A metric is missing in the catalog, and readers could not tell what it counts: the "
            "data engineer completes the model's YAML.",
            nothing(
                f"select distinct 1, metric_id from ({known}) "
                "where metric_id not in (select metric_id from {batch})"
            ),
        ),
        rule(
            "every_metric_is_defined",
            WARNING,
            DATA_ENGINEER,
            "A metric has no definition in words: the data engineer completes the model's YAML.",
            no_row("coalesce(trim(definition), '') = ''"),
        ),
    ]


def scorecard() -> list[Rule]:
    """The scorecard."""
    rule = rules_of("metrics", "metrics.scorecard")
    measured = " union all ".join(
        f"select '{one}' as metric_id where exists (select 1 from metrics.{one})"
        for one in ON_SCORECARD
    )
    nothing_to_count = (
        "not exists (select 1 from core.fct_appointment) "
        "and not exists (select 1 from core.fct_claim)"
    )
    practice = "select * from {batch} where scope = 'practice'"
    return [
        rule(
            "the_scorecard_has_rows",
            CRITICAL,
            DATA_ENGINEER,
            "There are appointments or claims and the scorecard is empty: the data engineer "
            "checks as_of and the dates of the extracts.",
            not_empty(unless=nothing_to_count),
        ),
        rule(
            "the_scorecard_has_every_metric",
            CRITICAL,
            DATA_ENGINEER,
            "A metric has rows of its own and none on the scorecard: the data engineer adds it to "
            "the scorecard's list and the catalog.",
            nothing(
                f"select 1 from ({measured}) "
                "where metric_id not in (select metric_id from {batch} where scope = 'practice')"
            ),
        ),
        rule(
            "months_are_contiguous",
            WARNING,
            PRACTICE_MANAGER,
            "A metric of the whole practice skips a month: the practice manager says whether the "
            "practice was closed or a month's files are missing.",
            nothing(
                f"select 1 from (select number - lag(number) over (partition by metric_id "
                "order by number) as step from (select metric_id, 12 * year(month) + month(month) "
                f"as number from ({practice} and metric_id not in {_MAY_SKIP_A_MONTH}))) "
                "where step > 1"
            ),
        ),
        rule(
            "no_metric_has_lost_half_its_volume",
            WARNING,
            PRACTICE_MANAGER,
            "The last whole month has less than half the appointments, answers or payments of the "
            f"month before (of at least {TOO_FEW}): the practice manager says whether files are "
            "missing.",
            nothing(
                "select 1 from (select month, denominator, lag(denominator) over "
                f"(partition by metric_id order by month) as before from ({practice} and "
                f"metric_id in {_COMPLETE_AT_MONTH_END} and last_day(month) <= {AS_OF}) "
                "qualify month = max(month) over ()) "
                f"where before >= {TOO_FEW} and denominator < before / 2"
            ),
        ),
        rule(
            "scorecard_values_are_present",
            WARNING,
            DATA_ENGINEER,
            "More than half of the scorecard's rows have no value, since their denominators are 0: "
            "the data engineer checks which event never comes.",
            present("value", share=0.5),
        ),
    ]


def interventions() -> list[Rule]:
    """What the practice changed to move a metric."""
    rule = rules_of("metrics", "metrics.intervention_effects")
    return [
        rule(
            "interventions_can_be_measured",
            WARNING,
            PRACTICE_MANAGER,
            "An intervention names a metric that does not exist or has no effect to measure, or a "
            "payer, clinic or provider that nobody knows: the practice manager corrects the "
            "interventions extract.",
            no_row(
                "verdict in ('unknown_metric', 'not_measurable') "
                "or payer_id not in (select payer_id from core.dim_payer) "
                "or clinic_id not in (select clinic_id from core.dim_clinic) "
                "or provider_id not in (select provider_id from core.dim_provider)"
            ),
        )
    ]


def reconciliation() -> list[Rule]:
    """Where the money of the remittances went."""
    rule = rules_of("metrics", "quality.reconciliation")
    return [
        rule(
            "remittances_are_in_balance",
            WARNING,
            BILLING_LEAD,
            "A remittance pays another amount than its claims and provider adjustments add up to: "
            "the billing lead asks the payer.",
            no_row("reason = 'out_of_balance'"),
        ),
        rule(
            "little_money_is_for_unknown_claims",
            WARNING,
            BILLING_LEAD,
            "More than 1 % of the money that payers sent is for claims that no 837 file has "
            "brought: the billing lead finds out whose claims they are.",
            nothing(
                "select 1 from {batch} having "
                "sum(case when reason = 'unknown_claim' then abs(amount) end) "
                "> 0.01 * sum(case when is_in_payment then abs(amount) end)"
            ),
        ),
    ]


def report_reconciliation() -> list[Rule]:
    """Reports of the practice's own system, held against the warehouse."""
    rule = rules_of("metrics", "quality.report_reconciliation")
    unknown = (
        "metric_id not in (select metric_id from metrics.catalog) "
        "and metric_id not in (select metric_id from staging.stg_reference__report_causes)"
    )
    return [
        rule(
            "reported_metrics_are_known",
            WARNING,
            DATA_ENGINEER,
            "A report shows a metric_id that is neither a metric nor a plain total, and nothing is "
            "held against it: the data engineer corrects the id in the reported_totals extract.",
            no_row(unknown),
        ),
        rule(
            "reported_totals_can_be_compared",
            WARNING,
            DATA_ENGINEER,
            "A report shows a known metric for a month or scope that the warehouse has nothing of: "
            "the data engineer corrects month, scope and scope_id in the reported_totals extract.",
            no_row(f"status = 'not_comparable' and not ({unknown})"),
        ),
    ]
