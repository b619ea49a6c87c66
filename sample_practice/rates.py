"""How often and how large: the tunable causes, each with the published size it was set by.

Sources are named in README.md by the labels used here. Nothing below is the rate of an outcome that
a metric reports: denial, rejection and payment rates come out of these causes.
"""

from __future__ import annotations

# Attendance. Mean no-show rate of outpatient physical therapy 10.4 % [no-show survey]; missed
# appointments altogether about a fifth [Calgary clinic].
NO_SHOW_PROPENSITY = (0.02, 0.20)
CANCELLED_AHEAD = 0.070
CANCELLED_LATE = 0.032
RESCHEDULED = 0.030
FORGOTTEN_STATUS = 0.0015
REMINDER_EFFECT = 0.72

# Treatment. About three to four billed units in a visit of 45 to 60 minutes [units per visit].
SESSION_MINUTES = (47.0, 6.5)
HOT_PACK = 0.035
UNSUPPORTED_SERVICE = 0.13
GROUP_THERAPY = 0.015
TELEHEALTH = 0.025
ASSISTANT_HELPS = 0.05
KX_FORGOTTEN = 0.12
VOIDED_CHARGE = 0.006

# Documentation: minutes at the desk; the backlog does the rest.
NOTE_MINUTES = (7, 11)
EVALUATION_NOTE_MINUTES = (16, 26)
NOTE_SET_ASIDE = 0.012
NOTE_NEVER_SIGNED = 0.0015

# Front desk. Most rejections are registration faults; clean claims 95 % [clean claims].
REGISTRATION_DEFECT = 0.16
AUTHORIZATION_DENIED = 0.03
AUTHORIZATION_PARTIAL = 0.09
COVERAGE_LAPSES = 0.06
PLAN_CHANGES_AT_NEW_YEAR = 0.06
AUTO_BENEFIT_EXHAUSTED = 0.3
WRONG_PAYER_ORDER = 0.016
PLAN_VISIT_LIMIT = 0.16

# Billing.
FORGOTTEN_REJECTION = 0.05
IMPATIENT_RESUBMISSION = 0.010
CLAIM_ENTERED_IN_ERROR = 0.0025
LINE_BILLED_IN_ERROR = 0.004
INTERCHANGE_FAULT = 0.004
SET_FAULT = 0.003
BATCH_FAULT = 0.003
APPEAL_WON = 0.45
RETROACTIVE_AUTHORIZATION = 0.40
DENIAL_NOT_WORKED = 0.22
REBILLED_TO_NEW_PLAN = 0.75

# Payers. Medicare pays electronic claims from the 14th day [payment floor], with interest from the
# 31st [payment floor].
AUDIT_TAKEBACK = 0.0018
LATE_PAYMENT_SHARE = 0.012
INTEREST_PER_YEAR = 0.10
POLICY_REVIEW = 0.60
FOREIGN_REMITTANCE = 0.0006
RECODED_LINE = 0.0006
# Faults of a payer's price tables. The Advantage plan loads the new year's schedule on this day of
# the year; the commercial payer pays one code like another from one part of the time (percent) on,
# until the biller has called.
SCHEDULE_LOADED_ON = 46
PRICED_AS = {"97530": "97110"}
WRONG_FOR = (20, 35)

# Patients.
COPAY_AT_VISIT = 0.85
STATEMENT_PAID = 0.80
STATEMENT_PAID_PARTLY = 0.08
ACCOUNT_PAYMENT = 0.004
SMALL_BALANCE_CENTS = 1500

SEQUESTRATION = (2, 100)
ASSISTANT_REDUCTION = (15, 100)
COINSURANCE = (20, 100)
KX_THRESHOLD_CENTS = {2023: 223000, 2024: 233000, 2025: 241000, 2026: 248000}
PART_B_DEDUCTIBLE_CENTS = {2023: 22600, 2024: 24000, 2025: 25700, 2026: 28300}
_CONVERSION_FACTORS = {2023: 338872, 2024: 332875, 2025: 323465, 2026: 334009}


def conversion_factor(year: int) -> int:
    """Medicare's conversion factor in hundredths of a cent; outside the table the nearest."""
    known = sorted(_CONVERSION_FACTORS)
    return _CONVERSION_FACTORS[min(max(year, known[0]), known[-1])]


def of_year(table: dict[int, int], year: int) -> int:
    """The table's amount of a year; the nearest known year's outside the table."""
    return table[min(max(year, min(table)), max(table))]
