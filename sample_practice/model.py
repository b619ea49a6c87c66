"""Who there is, as records: organization, clinics, staff, partners, payers, patients.

What they do with each other is written down in `papers`.

Days are ordinals, moments are (day, minute), money is whole cents. No behaviour here beyond what a
record says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sample_practice.papers import Claim, Submission


@dataclass(slots=True, eq=False)
class Organization:
    """The billing group of a region: who sends the claims and gets the money."""

    name: str
    npi: str
    tax_id: str
    etin: str
    street: str
    city: str
    state: str
    postal_code: str


@dataclass(slots=True, eq=False)
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
    """Chance that the front desk sees in time that an authorization runs out."""
    reminders_from: int = 10**9
    checklist_from: int = 10**9


@dataclass(slots=True, eq=False)
class Provider:
    provider_id: str
    npi: str
    first_name: str
    last_name: str
    credential: str
    clinic: Clinic
    active_from: int
    weekdays: tuple[int, ...]
    supervisor: Provider | None = None
    assistant: Provider | None = None
    stale_diagnosis_until: int = 0
    no_discipline_until: int = 0
    enrolled_from: int = 0
    forgets_assistant_modifier: float = 0.04
    forgets_distinct_modifier: float = 0.2
    rounds_every_code: float = 0.02
    pace: float = 1.0
    """Minutes that a note takes, relative to the usual."""
    notes: list = field(default_factory=list)
    seen_today: int = 0
    seen_on: int = 0

    @property
    def discipline(self) -> str:
        return "GO" if self.credential in ("OT", "OTA") else "GP"

    @property
    def is_assistant(self) -> bool:
        return self.credential in ("PTA", "OTA")


@dataclass(slots=True, eq=False)
class Style:
    """The hand of a trading partner: delimiters and line breaks ('', 'segment', 'eighty')."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    breaks: str = "segment"


@dataclass(slots=True, eq=False)
class Partner:
    """A clearinghouse or gateway that takes claims and hands back acknowledgments."""

    partner_id: str
    name: str
    etin: str
    weekdays: tuple[int, ...]
    style: Style
    compressed: bool = False
    is_payer_gateway: bool = False
    queue: list[Submission] = field(default_factory=list)
    interchanges: dict[int, list[str]] = field(default_factory=dict)
    """Acknowledgments by the day on which the partner hands them over."""


@dataclass(slots=True, eq=False)
class Payer:
    payer_id: str
    name: str
    payer_type: str
    edi_id: str
    tax_id: str
    unit_rule: str
    therapy_modifier: bool
    assistant_modifier: bool
    authorization_required: bool
    timely_days: int | None
    appeal_days: int | None
    filing_code: str
    claim_code: str
    pay_weekdays: tuple[int, ...]
    lag: tuple[int, int]
    """Days from receipt to the decision; the payment leaves on the next pay day."""
    fee_share: int
    """Contract rate in percent of Medicare's."""
    style: Style
    partner: Partner | None = None
    acknowledges: bool = True
    checks_modifiers: bool = False
    checks_policy: bool = False
    units_paid_a_day: int = 99
    drops_reference: bool = False
    drops_modifiers: bool = False
    denies_whole_claim: bool = False
    offsets_at_once: bool = True
    new_number_for_correction: bool = False
    payment_method: str = "ACH"
    due: dict[int, list[tuple[Submission, str]]] = field(default_factory=dict)
    takebacks: list[tuple[int, str, int]] = field(default_factory=list)
    """Overpayments to be withheld later: from which day, reference, cents."""
    carried_cents: int = 0
    trace: int = 0


@dataclass(slots=True, eq=False)
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
    yearly_deductible: int = 0
    deductible: dict[int, int] = field(default_factory=dict)
    """Deductible met so far, by year."""
    visit_limit: int | None = None
    visits: dict[int, int] = field(default_factory=dict)
    is_behind_another: bool = False


@dataclass(slots=True, eq=False)
class Authorization:
    authorization_id: str
    patient_id: str
    payer: Payer
    clinic: Clinic
    provider: Provider
    requested_on: int
    status: str = "pending"
    number: str = ""
    decided_on: int | None = None
    visits_requested: int = 12
    visits_approved: int | None = None
    effective_from: int | None = None
    effective_to: int | None = None
    denial_reason: str = ""
    used: int = 0


@dataclass(slots=True, eq=False)
class Patient:
    patient_id: str
    mrn: str
    first_name: str
    last_name: str
    display_name: str
    born_on: int
    sex: str
    postal_code: str
    coverages: list[Coverage]
    no_show: float
    defect: str = ""
    claims: list[Claim] = field(default_factory=list)
    accrued: dict[tuple[int, str], int] = field(default_factory=dict)
    """Expected Medicare amounts by year and discipline, for the KX threshold."""


@dataclass(slots=True, eq=False)
class Episode:
    patient: Patient
    provider: Provider
    group: object
    diagnoses: tuple[str, ...]
    start_of_care: int
    visits_left: int
    plan_id: str
    done: int = 0
    authorizations: list[Authorization] = field(default_factory=list)
    is_asking: bool = False
