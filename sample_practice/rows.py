"""Records as rows of CSV text, for the extracts and for the truth. Pure functions.

Values never hold a comma or a quote unless passed through `quoted`.
"""

from __future__ import annotations

from sample_practice import contracts
from sample_practice.clock import at, dollars, iso
from sample_practice.csv_writer import quoted
from sample_practice.model import Authorization, Clinic, Coverage, Patient, Payer, Provider
from sample_practice.papers import (
    Adjudication,
    Appointment,
    Charge,
    Claim,
    Line,
    Moment,
    Submission,
    Visit,
)


def _day(day: int | None) -> str:
    return "" if day is None else iso(day)


def _at(moment: Moment | None) -> str:
    return "" if moment is None else at(*moment)


def _yes(value: bool) -> str:
    return "true" if value else "false"


def clinic(one: Clinic, organization: str) -> str:
    return (
        f"{one.clinic_id},{quoted(one.name)},{organization},{one.npi},{one.state},"
        f"{one.time_zone},{iso(one.opened_on)}"
    )


def provider(one: Provider) -> str:
    return (
        f"{one.provider_id},{one.npi},{one.first_name.title()},{one.last_name.title()},"
        f"{one.credential},{one.clinic.clinic_id},{iso(one.active_from)},"
    )


def payer(one: Payer) -> str:
    timely = "" if one.timely_days is None else one.timely_days
    appeal = "" if one.appeal_days is None else one.appeal_days
    return (
        f"{one.payer_id},{one.name.title()},{one.payer_type},{one.edi_id},{one.unit_rule},"
        f"{_yes(one.therapy_modifier)},{_yes(one.assistant_modifier)},"
        f"{_yes(one.authorization_required)},{timely},{appeal}"
    )


def patient(one: Patient) -> str:
    first, last = one.display_name.split(",")
    number = int(one.patient_id[1:])
    return (
        f"{one.patient_id},{one.mrn},{first},{quoted(last)},{iso(one.born_on)},{one.sex},"
        f"{one.postal_code},814-555-{number % 10000:04d},p{number}@example.org"
    )


def coverage(one: Coverage, patient_id: str) -> str:
    return (
        f"{one.coverage_id},{patient_id},{one.payer.payer_id},{one.priority},{one.member_id},"
        f"{iso(one.effective_from)},{_day(one.effective_to)}"
    )


def authorization(one: Authorization) -> str:
    approved = "" if one.visits_approved is None else one.visits_approved
    return (
        f"{one.authorization_id},{one.patient_id},{one.payer.payer_id},{one.clinic.clinic_id},"
        f"{one.provider.provider_id},{iso(one.requested_on)},{_day(one.decided_on)},{one.status},"
        f"{one.number},{one.visits_requested},{approved},{_day(one.effective_from)},"
        f"{_day(one.effective_to)},{one.denial_reason}"
    )


def appointment(one: Appointment) -> str:
    place = one.provider.clinic.clinic_id
    return (
        f"{one.appointment_id},{one.episode.patient.patient_id},{place},{one.provider.provider_id},"
        f"{at(one.day, one.minute)},{at(*one.booked)},{one.status},{_at(one.status_at)},{one.kind},"
        f"{one.delivery}"
    )


def visit(one: Visit) -> str:
    covered = one.coverage.coverage_id if one.coverage else ""
    return (
        f"{one.visit_id},{one.appointment.appointment_id},{one.patient.patient_id},"
        f"{one.clinic.clinic_id},{one.provider.provider_id},{iso(one.day)},"
        f"{at(one.day, one.started)},{at(one.day, one.started + one.minutes)},{one.delivery},"
        f"{covered},{one.plan_id},{_at(one.signed)},{_at(one.cosigned)},{one.minutes}"
    )


def charge(one: Charge) -> str:
    modifiers = ",".join((*one.modifiers, "", "", "", "")[:4])
    diagnoses = ",".join((*one.diagnoses, "", "", "", "")[:4])
    minutes = "" if one.minutes is None else one.minutes
    assisted = "" if one.assistant_minutes is None else one.assistant_minutes
    granted = one.visit.authorization
    return (
        f"{one.charge_id},{one.visit.visit_id},{one.code},{modifiers},{one.units},{minutes},"
        f"{assisted},{diagnoses},{one.place},{dollars(one.amount)},{one.rendering.provider_id},"
        f"{granted.authorization_id if granted else ''},{_at(one.posted)},{_at(one.voided)}"
    )


def ledger(
    day: int, kind: str, cents: int, where: Visit | None, what: Charge | None, who: str
) -> str:
    charge_id = what.charge_id if what else ""
    visit_id = where.visit_id if where else ""
    return f"{iso(day)},{kind},{dollars(cents)},{charge_id},{visit_id},{who}"


# The truth.


def true_appointment(one: Appointment) -> str:
    known = one.episode.patient
    payer_id = known.coverages[0].payer.payer_id if known.coverages else "PAY08"
    return (
        f"{one.appointment_id},{iso(one.day)},{one.status},{known.patient_id},{payer_id},"
        f"{one.provider.clinic.clinic_id},{one.provider.provider_id},{known.no_show:.3f}"
    )


def true_visit(one: Visit) -> str:
    granted = one.authorization.authorization_id if one.authorization else ""
    return (
        f"{one.visit_id},{iso(one.day)},{one.patient.patient_id},{one.payer.payer_id},"
        f"{_yes(one.coverage is None)},{one.clinic.clinic_id},{one.provider.provider_id},"
        f"{at(one.day, one.started + one.minutes)},{_at(one.signed)},{granted}"
    )


def true_authorization(one: Authorization) -> str:
    approved = "" if one.visits_approved is None else one.visits_approved
    return (
        f"{one.authorization_id},{one.payer.payer_id},{one.clinic.clinic_id},"
        f"{one.provider.provider_id},{iso(one.requested_on)},{_day(one.decided_on)},{one.status},"
        f"{one.visits_requested},{approved}"
    )


def true_charge(one: Charge) -> str:
    state = one.standing[-1] if one.standing else None
    is_denied = state is not None and state.outcome == "denied"
    if state is not None and not is_denied:
        allowed = one.amount - state.contractual - one.concession
    elif one.expected is not None:
        allowed = one.expected
    else:
        allowed = one.amount - one.concession
    expected = "" if one.expected is None else dollars(one.expected)
    posted = _day(one.posted[0]) if one.posted else ""
    voided = _day(one.voided[0]) if one.voided else ""
    return (
        f"{one.charge_id},{one.visit.visit_id},{one.code},{one.units},{dollars(one.amount)},"
        f"{expected},{posted},{voided},{_yes(state is not None)},{_yes(is_denied)},"
        f"{dollars(allowed)},{dollars(one.paid)}"
    )


def true_claim(one: Claim) -> str:
    first = one.first_adjudication
    where = one.visit
    return (
        f"{one.claim_id},{one.payer.payer_id},{where.clinic.clinic_id},"
        f"{where.provider.provider_id},{where.visit_id},{iso(where.day)},"
        f"{iso(one.submissions[0].day)},{one.first_outcome},{_day(one.first_rejected_on)},"
        f"{_day(one.accepted_on)},{_day(one.payer_accepted_on)},"
        f"{_day(first.day) if first else ''},{first.adjudication_id if first else ''},"
        f"{_day(one.first_paid_on)},{dollars(one.first_paid) if one.first_paid_on else ''}"
    )


def true_submission(one: Submission) -> str:
    return (
        f"{one.claim.claim_id},{one.number + 1},{one.claim_number},{one.sequence},{one.frequency},"
        f"{one.payer.payer_id},{iso(one.day)},{one.batch_reference},{one.fault},{one.outcome}"
    )


def true_adjudication(one: Adjudication) -> str:
    charged = sum(line.charged for line in one.lines)
    reverses = one.reverses.adjudication_id if one.reverses else ""
    return (
        f"{one.adjudication_id},{one.claim.claim_id},{one.payer.payer_id},{one.sequence},"
        f"{one.status},{iso(one.day)},{_yes(one.is_first)},{dollars(charged)},{dollars(one.paid)},"
        f"{dollars(one.interest)},{one.control_number},{reverses}"
    )


def true_line(one: Adjudication, number: int, line: Line) -> str:
    reasons = " ".join(f"{group}-{reason}" for group, reason, _ in line.adjustments)
    if not reasons:
        reasons = " ".join(f"{group}-{reason}" for group, reason, _ in one.level_adjustments)
    is_matched = line.charge is not None and not line.shown_code
    contractual = line.contractual if one.sequence == "P" else 0
    expected = contracts.allowed_by_contract(one.payer, line.charge) if line.charge else None
    reduced = sum(cents for _, reason, cents in line.adjustments if reason == "45")
    return (
        f"{one.adjudication_id},{number},{one.claim.claim_id},"
        f"{line.charge.charge_id if line.charge else ''},{_yes(is_matched)},{_yes(one.is_first)},"
        f"{one.status},{one.sequence},{iso(one.day)},{dollars(line.charged)},{dollars(line.paid)},"
        f"{dollars(contractual)},{dollars(line.patient_part)},{line.outcome},{line.root_cause},"
        f"{_yes(line.is_patient_liability)},{_yes(line.outcome == 'duplicate')},"
        f"{'' if expected is None else dollars(expected)},{dollars(reduced)},{reasons}"
    )
