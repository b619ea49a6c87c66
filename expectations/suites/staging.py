"""Is what came plausible: rules on schema staging, where every value has its type.

Keys, references and accepted values are dbt's tests; here stand the shares of rows that could not
be typed, and ranges outside of which a value is more likely a mistake of the export. This module
has the extracts as a whole and the practice's registers; what happened with patients is in
staging_work, and what went to and came from payers in staging_x12.
"""

from expectations.rule import (
    AS_OF,
    BILLING_LEAD,
    CRITICAL,
    DATA_ENGINEER,
    PRACTICE_MANAGER,
    TOO_FEW,
    WARNING,
    Check,
    Rule,
    between,
    is_of_pattern,
    no_row,
    not_empty,
    rules_of,
)
from expectations.suites import staging_work, staging_x12

_EXTRACTS = (
    *("clinics", "providers", "payers", "fee_schedules", "patients", "coverages"),
    *("authorizations", "plans_of_care", "appointments", "visits", "charges"),
    *("patient_payments", "adjustments", "interventions", "reported_totals"),
)


def rules() -> list[Rule]:
    """Every rule of the suite."""
    extracts = [one for extract in _EXTRACTS for one in typed(extract)]
    registers = [*clinics(), *providers(), *payers(), *fee_schedules(), *patients()]
    return [*extracts, *registers, *staging_work.rules(), *staging_x12.rules()]


def typed(extract: str) -> list[Rule]:
    """The rows of an extract's recent files: how many could not be typed.

    What was wrong long ago is known and stays in raw; it must not keep tonight's gate shut.
    """
    rule = rules_of("staging", f"staging.base_practice__{extract}")
    files = f"staging.stg_load__files where kind = 'csv' and extract = '{extract}'"
    recent = (
        f"select * from staging.base_practice__{extract} where source_file in (select file from "
        f"{files} and extract_date > (select max(extract_date) - 31 from {files}))"
    )
    found = [
        rule(
            f"few_{extract}_are_in_quarantine",
            WARNING,
            PRACTICE_MANAGER,
            f"More than 1 % of the recent rows of {extract} hold a value of the wrong form: the "
            "practice manager has them mended, by quality.quarantine_summary.",
            no_row("row_status = 'quarantined'", share=0.01, of=recent),
        )
    ]
    if extract in ("visits", "charges"):
        found.append(
            rule(
                f"most_{extract}_can_be_typed",
                CRITICAL,
                DATA_ENGINEER,
                f"More than a fifth of the recent rows of {extract} hold a value of the wrong form "
                f"(and at least {TOO_FEW}): the data engineer finds what changed in the export.",
                no_row("row_status = 'quarantined'", share=0.2, fewest=TOO_FEW, of=recent),
            )
        )
        found.append(
            rules_of("staging", f"staging.stg_practice__{extract}")(
                f"{extract}_are_staged",
                CRITICAL,
                DATA_ENGINEER,
                f"Rows of {extract} came and not one could be typed: the data engineer finds what "
                "changed in the export.",
                not_empty(unless=f"not exists (select 1 from raw.{extract})"),
            )
        )
    return found


def _valid_npi(column: str) -> Check:
    """Ten digits of which the last is the check digit (Luhn, over the prefix 80840 and the NPI)."""
    digits = [f"try_cast(substr({column}, {place}, 1) as integer)" for place in range(1, 11)]
    # Twice a digit, and of two digits their sum.
    doubled = [f"2 * {digit} - case when {digit} > 4 then 9 else 0 end" for digit in digits[0::2]]
    total = " + ".join(["24", *doubled, *digits[1::2]])
    return no_row(f"not {is_of_pattern(column, '[12][0-9]{9}')} or ({total}) % 10 <> 0")


def clinics() -> list[Rule]:
    """The clinics."""
    rule = rules_of("staging", "staging.stg_practice__clinics")
    return [
        rule(
            "clinic_npis_are_valid",
            WARNING,
            PRACTICE_MANAGER,
            "A clinic's NPI has a typing mistake, and payers would refuse its claims: the practice "
            "manager corrects it.",
            _valid_npi("npi"),
        )
    ]


def providers() -> list[Rule]:
    """The people who treat."""
    rule = rules_of("staging", "staging.stg_practice__providers")
    return [
        rule(
            "provider_npis_are_valid",
            WARNING,
            PRACTICE_MANAGER,
            "A provider's NPI has a typing mistake, and payers would refuse the claims: the "
            "practice manager corrects it.",
            _valid_npi("npi"),
        )
    ]


def payers() -> list[Rule]:
    """The payers."""
    rule = rules_of("staging", "staging.stg_practice__payers")
    return [
        rule(
            "insurers_have_an_electronic_id",
            WARNING,
            BILLING_LEAD,
            "An insurer has no edi_payer_id, so that no claim can be given to it: the billing lead "
            "enters the id that its claims carry.",
            no_row("payer_type <> 'self_pay' and edi_payer_id is null"),
        ),
        rule(
            "insurers_have_a_fee_schedule",
            WARNING,
            BILLING_LEAD,
            "An insurer has no fee schedule, so that nothing says what its charges should bring: "
            "the billing lead enters the contract's rates.",
            no_row(
                "payer_type <> 'self_pay' "
                "and payer_id not in (select payer_id from staging.stg_practice__fee_schedules)"
            ),
        ),
    ]


def fee_schedules() -> list[Rule]:
    """The contracted prices."""
    rule = rules_of("staging", "staging.stg_practice__fee_schedules")
    return [
        rule(
            "fees_are_plausible",
            WARNING,
            BILLING_LEAD,
            "A contracted price is below a cent or above 1,000 dollars a unit: the billing lead "
            "compares it with the contract.",
            between("allowed_amount", 0.01, 1000),
        )
    ]


def patients() -> list[Rule]:
    """The patients."""
    rule = rules_of("staging", "staging.stg_practice__patients")
    return [
        rule(
            "birth_dates_are_plausible",
            WARNING,
            PRACTICE_MANAGER,
            "A patient was born before 1900 or after today, which payers refuse as an unknown "
            "patient: the practice manager has the registration corrected.",
            no_row(f"birth_date not between date '1900-01-01' and {AS_OF}"),
        )
    ]
