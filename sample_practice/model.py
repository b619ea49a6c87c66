"""What the simulation keeps in mind: the people, papers and money of the practice, as plain records.

Days are ordinals, moments are (day, minute), money is whole cents. No behaviour here.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

Moment = tuple[int, int]


@dataclass(slots=True)
class Clinic:
    clinic_id: str
    name: str
    npi: str
    state: str
    city: str
    postal_code: str
    time_zone: str
    opened_on: int
    diligence: float
    reminders_from: int = 10**9
    checklist_from: int = 10**9


@dataclass(slots=True)
class Provider:
    provider_id: str
    npi: str
    first_name: str
    last_name: str
    credential: str
    clinic: Clinic
    active_from: int
    active_to: int | None = None
    supervisor: Provider | None = None
    assistant: Provider | None = None
    stale_diagnosis_until: int = 0
    no_discipline_until: int = 0
    wrong_discipline_until: int = 0
    forgets_assistant_modifier: float = 0.0
    forgets_distinct_modifier: float = 0.1
    rounds_every_code: float = 0.0
    enrolled_from: int = 0
    pace: float = 1.3
    caseload: int = 0
    notes: deque = field(default_factory=deque)
    seen_today: int = 0

    @property
    def discipline(self) -> str:
        return "GO" if self.credential in ("OT", "OTA") else "GP"

    @property
    def is_assistant(self) -> bool:
        return self.credential in ("PTA", "OTA")


@dataclass(slots=True)
class Style:
    """The writing habit of a trading partner: delimiters and line breaks ('', 'segment', 'eighty')."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    breaks: str = "segment"


@dataclass(slots=True)
class Partner:
    """A clearinghouse or gateway that takes claims and hands back acknowledgments."""

    partner_id: str
    name: str
    etin: str
    weekdays: tuple[int, ...]
    style: Style
    compressed: bool = False
    queue: list = field(default_factory=list)
    due: dict = field(default_factory=dict)


@dataclass(slots=True)
class Payer:
    payer_id: str
    name: str
    payer_type: str
    edi_id: str
    unit_rule: str
    therapy_modifier: bool
    assistant_modifier: bool
    authorization_required: bool
    timely_days: int | None
    appeal_days: int | None
    filing_code: str
    claim_code: str
    partner: Partner | None
    pay_weekdays: tuple[int, ...]
    lag: tuple[int, int]
    fee_share: int
    style: Style
    acknowledges: bool = True
    checks_modifiers: bool = False
    checks_policy: bool = False
    drops_reference: bool = False
    drops_modifiers: bool = False
    denies_whole_claim: bool = False
    offsets_at_once: bool = True
    reverses_before_correction: bool = True
    new_number_for_correction: bool = False
    payment_method: str = "ACH"
    due: dict = field(default_factory=dict)
    takebacks: list = field(default_factory=list)
    carried_cents: int = 0
    trace: int = 0


@dataclass(slots=True)
class Coverage:
    coverage_id: str
    payer: Payer
    priority: int
    member_id: str
    effective_from: int
    effective_to: int | None = None
    lapsed_on: int | None = None
    copay: int = 0
    coinsurance: bool = False
    deductible: dict = field(default_factory=dict)
    yearly_deductible: int = 0
    visit_limit: int | None = None
    visits: dict = field(default_factory=dict)
    is_behind_another: bool = False


@dataclass(slots=True)
class Authorization:
    authorization_id: str
    patient_id: str
    payer: Payer
    clinic: Clinic
    provider: Provider
    requested_on: int
    decided_on: int | None
    status: str
    number: str
    visits_requested: int
    visits_approved: int | None
    effective_from: int | None
    effective_to: int | None
    used: int = 0


@dataclass(slots=True)
class Patient:
    patient_id: str
    mrn: str
    first_name: str
    last_name: str
    born_on: int
    sex: str
    postal_code: str
    phone: str
    email: str
    coverages: list[Coverage]
    no_show: float
    defect: str = ""
    defect_fixed_on: int | None = None
    accrued: dict = field(default_factory=dict)
    history: list = field(default_factory=list)


@dataclass(slots=True)
class Episode:
    patient: Patient
    provider: Provider
    group: Any
    diagnoses: tuple[str, ...]
    start_of_care: int
    visits_left: int
    done: int
    plan_id: str
    plan_sent: int
    authorizations: list[Authorization] = field(default_factory=list)
    last_booked: int = 0
    open_bookings: int = 0
    is_closed: bool = False


@dataclass(slots=True)
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


@dataclass(slots=True)
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
    rendering: Provider
    authorization_id: str
    posted: Moment | None = None
    voided: Moment | None = None
    expected: int = 0
    right_modifiers: tuple[str, ...] = ()
    is_unsupported: bool = False
    adjusted: int = 0


@dataclass(slots=True)
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
    charges: list[Charge]
    authorization: Authorization | None
    number_of_year: int
    signed: Moment | None = None
    cosigned: Moment | None = None
    note_minutes: int = 0

    @property
    def clinic(self) -> Clinic:
        return self.appointment.provider.clinic


@dataclass(slots=True)
class Submission:
    claim: Claim
    frequency: str
    sequence: str
    payer: Payer
    coverage: Coverage
    claim_number: str
    day: int = 0
    batch_reference: str = ""
    fault: str = ""
    charges: list[Charge] = field(default_factory=list)
    outcome: str = ""
    prior: Adjudication | None = None


@dataclass(slots=True)
class Line:
    """One service line as a payer decided it. Adjustments are (group, reason, cents)."""

    charge: Charge | None
    code: str
    modifiers: tuple[str, ...]
    charged: int
    paid: int
    units: int
    adjustments: list[tuple[str, str, int]]
    remark: str = ""
    shown_code: str = ""
    verdict: Any = None


@dataclass(slots=True)
class Adjudication:
    adjudication_id: str
    claim: Claim
    submission: Submission
    payer: Payer
    status: str
    sequence: str
    lines: list[Line]
    control_number: str
    level_adjustments: list[tuple[str, str, int]] = field(default_factory=list)
    paid: int = 0
    day: int = 0
    interest: int = 0
    is_first: bool = False
    shows_lines: bool = True
    reverses: Adjudication | None = None
    reversed_on: int | None = None
    claim_number: str = ""


@dataclass(slots=True)
class Claim:
    claim_id: str
    visit: Visit
    payer: Payer
    coverage: Coverage
    charges: list[Charge]
    submissions: list[Submission] = field(default_factory=list)
    adjudications: list[Adjudication] = field(default_factory=list)
    first_submitted: int = 0
    first_service: int = 0
    rejected_on: int | None = None
    accepted_on: int | None = None
    payer_accepted_on: int | None = None
    first_adjudicated: int | None = None
    first_paid_on: int | None = None
    first_paid: int = 0
    is_reported: bool = False
    appeals: int = 0
    copay: int = 0
    is_closed: bool = False
