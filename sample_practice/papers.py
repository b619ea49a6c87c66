"""What happens, as records: appointments, visits, charges, claims, and what payers decide.

Days are ordinals, moments are (day, minute), money is whole cents. No behaviour here beyond what a
record says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sample_practice.model import Authorization, Clinic, Coverage, Episode, Patient, Payer, Provider

Moment = tuple[int, int]
Adjustment = tuple[str, str, int]
"""Group, reason and cents of one adjustment."""


@dataclass(slots=True, eq=False)
class Appointment:
    appointment_id: str
    episode: Episode
    provider: Provider
    day: int
    minute: int
    booked: Moment
    kind: str
    delivery: str
    status: str = "scheduled"
    status_at: Moment | None = None


@dataclass(slots=True, eq=False)
class Charge:
    charge_id: str
    visit: Visit
    code: str
    modifiers: tuple[str, ...]
    units: int
    minutes: int | None
    assistant_minutes: int | None
    diagnoses: tuple[str, ...]
    place: str
    amount: int
    expected: int
    rendering: Provider
    right_modifiers: tuple[str, ...] = ()
    is_unsupported: bool = False
    posted: Moment | None = None
    voided: Moment | None = None
    standing: list[Line] = field(default_factory=list)
    """Primary lines that stand, oldest first; the last is the state of the charge."""
    paid: int = 0
    contractual: int = 0
    by_hand: int = 0
    concession: int = 0
    """The part of by_hand that was contractual or a courtesy."""


@dataclass(slots=True, eq=False)
class Visit:
    visit_id: str
    appointment: Appointment
    patient: Patient
    provider: Provider
    coverage: Coverage | None
    payer: Payer
    day: int
    started: int
    minutes: int
    delivery: str
    plan_id: str
    authorization: Authorization | None
    number_of_year: int
    charges: list[Charge] = field(default_factory=list)
    signed: Moment | None = None
    cosigned: Moment | None = None
    patient_paid: int = 0
    has_statement: bool = False

    @property
    def clinic(self) -> Clinic:
        return self.appointment.provider.clinic


@dataclass(slots=True, eq=False)
class Submission:
    claim: Claim
    number: int
    frequency: str
    sequence: str
    payer: Payer
    coverage: Coverage
    claim_number: str
    charges: list[Charge]
    replaces: str = ""
    prior: Adjudication | None = None
    day: int = 0
    batch_reference: str = ""
    fault: str = ""
    outcome: str = ""

    @property
    def control_number(self) -> str:
        """The number under which the payer files this submission."""
        return f"{self.payer.payer_id[-2:]}{self.claim.claim_id[1:]}{self.number:02d}"


@dataclass(slots=True, eq=False)
class Line:
    """One service line as a payer decided it."""

    charge: Charge | None
    code: str
    modifiers: tuple[str, ...]
    charged: int
    paid: int
    units: int
    adjustments: list[Adjustment]
    outcome: str = "paid"
    """paid, denied, partial, duplicate or bundled; '' on a later payer's or a foreign line."""
    root_cause: str = ""
    is_patient_liability: bool = False
    remark: str = ""
    shown_code: str = ""
    """The code that the payer writes instead of the one it was sent."""

    @property
    def contractual(self) -> int:
        """What the first payer's contract takes off; nothing on a denied line."""
        if self.outcome in ("denied", "bundled", "duplicate", ""):
            return 0
        return sum(c for group, reason, c in self.adjustments if reason in ("45", "59", "253"))

    @property
    def patient_part(self) -> int:
        """What the payer leaves to the patient."""
        return sum(cents for group, _, cents in self.adjustments if group == "PR")


@dataclass(slots=True, eq=False)
class Adjudication:
    adjudication_id: str
    claim: Claim
    submission: Submission
    payer: Payer
    status: str
    sequence: str
    lines: list[Line]
    control_number: str
    claim_number: str
    level_adjustments: list[Adjustment] = field(default_factory=list)
    shows_lines: bool = True
    paid: int = 0
    day: int = 0
    interest: int = 0
    is_first: bool = False
    reverses: Adjudication | None = None
    is_reversed: bool = False


@dataclass(slots=True, eq=False)
class Claim:
    claim_id: str
    visit: Visit
    payer: Payer
    coverage: Coverage
    submissions: list[Submission] = field(default_factory=list)
    adjudications: list[Adjudication] = field(default_factory=list)
    first_outcome: str = ""
    first_rejected_on: int | None = None
    accepted_on: int | None = None
    payer_accepted_on: int | None = None
    first_adjudication: Adjudication | None = None
    first_paid_on: int | None = None
    first_paid: int = 0
    is_voided: bool = False
    is_worked: bool = False
