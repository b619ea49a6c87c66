"""Small practices for tests of the checks: a healthy one, and some that are odd and legitimate.

The healthy one has 216 visits; others have just begun, have not begun, or send no claim.
"""

from datetime import date, timedelta
from pathlib import Path

from landing_builder import write_csv, write_file, write_x12
from pipeline import build
from x12_builder import (
    Claim,
    ClaimPayment,
    Line,
    ServiceLine,
    Status,
    group,
    interchange,
    transaction_277,
    transaction_835,
    transaction_837,
)

from orchestration.ingest.contract import read_contract

AS_OF = date(2026, 6, 30)
NPI = "1234567893"


def write_registers(landing: Path) -> None:
    """Everything that stands before the first visit."""
    tables = {
        "clinics": [{"clinic_id": "CL1", "clinic_name": "Main Street", "npi": NPI}],
        "providers": [{"provider_id": "PR1", "npi": NPI, "credential": "PT"}],
        "payers": [
            {"payer_id": "PY1", "payer_name": "Insurer", "payer_type": "commercial"}
            | {"edi_payer_id": "PAYER1", "authorization_required": True},
            {"payer_id": "SELF", "payer_name": "Patient", "payer_type": "self_pay"},
        ],
        "fee_schedules": [
            {"payer_id": "PY1", "cpt_code": "97110", "effective_from": "2025-01-01"}
            | {"modifier": "", "allowed_amount": "30.00"}
        ],
        "patients": [
            {"patient_id": f"P{i}", "last_name": f"Patient {i}", "birth_date": "1960-02-03"}
            for i in range(20)
        ],
        "coverages": [
            {"coverage_id": f"CV{i}", "patient_id": f"P{i}", "payer_id": "PY1", "priority": 1}
            | {"effective_from": "2025-01-01"}
            for i in range(20)
        ],
    }
    for extract, rows in tables.items():
        write_csv(landing, extract, AS_OF, rows)


def write_odds_and_ends(landing: Path) -> None:
    """A row of each extract that a practice can do without."""
    tables = {
        "authorizations": {"authorization_id": "AU1", "patient_id": "P1", "payer_id": "PY1"}
        | {"requested_on": "2026-01-02", "decided_on": "2026-01-03", "status": "approved"}
        | {"visits_approved": 12},
        "plans_of_care": {"plan_of_care_id": "PC1", "patient_id": "P1"}
        | {"start_of_care": "2026-01-05"},
        "patient_payments": {"patient_payment_id": "PP1", "patient_id": "P1", "visit_id": "V1"}
        | {"amount": "10.00", "paid_on": "2026-03-01"},
        "adjustments": {"adjustment_id": "AD1", "charge_id": "CH1", "kind": "courtesy"}
        | {"amount": "1.00", "posted_on": "2026-03-01"},
        "interventions": {"intervention_id": "I1", "metric": "denial_rate"}
        | {"description": "Authorizations are checked at booking", "started_on": "2026-03-01"},
        "reported_totals": {"report": "Dashboard", "metric_id": "visits", "month": "2026-03-01"}
        | {"scope": "practice", "value": 40},
    }
    for extract, row in tables.items():
        write_csv(landing, extract, AS_OF, [row])


def write_visits(landing: Path, days: list[date]) -> None:
    """A visit of one charge of 100 dollars a day; every tenth appointment is missed."""
    who = {"clinic_id": "CL1", "provider_id": "PR1"}
    appointments, visits, charges = [], [], []
    for i, day in enumerate(days):
        patient = {"patient_id": f"P{i % 20}"}
        is_missed = i % 10 == 9
        status = "no_show" if is_missed else "completed"
        appointments.append(
            {"appointment_id": f"A{i}", **patient, **who, "status": status}
            | {"scheduled_at": f"{day} 09:00"}
        )
        if is_missed:
            continue
        visits.append(
            {"visit_id": f"V{i}", "appointment_id": f"A{i}", **patient, **who, "service_date": day}
            | {"started_at": f"{day} 09:00", "ended_at": f"{day} 09:45"}
            | {"note_signed_at": f"{day} 18:00", "coverage_id": f"CV{i % 20}"}
        )
        charges.append(
            {"charge_id": f"CH{i}", "visit_id": f"V{i}", "cpt_code": "97110", "modifier_1": "GP"}
            | {"units": 2, "minutes": 30, "diagnosis_1": "M54.50", "charge_amount": "100.00"}
            | {"place_of_service": "11", "posted_at": f"{day} 19:00"}
        )
    for extract, rows in (
        ("appointments", appointments),
        ("visits", visits),
        ("charges", charges),
    ):
        write_csv(landing, extract, AS_OF, rows)


def write_claims(landing: Path, days: list[date], are_answered: bool = True) -> None:
    """A claim for each visit, sent by month on the next first, answered three weeks later."""
    billed = [(i, day) for i, day in enumerate(days) if i % 10 != 9]
    for month in sorted({day.month for _, day in billed}):
        some = [(i, day) for i, day in billed if day.month == month]
        sent = min(date(2026, month + 1, 1), AS_OF)
        claims = [
            Claim(f"C{i}", [Line(f"CH{i}", "97110", "100.00", day, 2, ("GP",))]) for i, day in some
        ]
        batch = f"B{month}"
        _write_set(landing, f"claims_{month}", transaction_837(claims, batch, sent), sent, month)
        if not are_answered:
            continue
        words = [(claim.claim_id, Status("A2", sent)) for claim in claims]
        acknowledgment = transaction_277(batch, words, date=sent)
        _write_set(landing, f"status_{month}", acknowledgment, sent, 100 + month)
        paid_on = sent + timedelta(days=21)
        if paid_on > AS_OF:
            continue
        answers = [_answer(i, day) for i, day in some]
        remittance = transaction_835(answers, trace=f"T{month}", date=paid_on)
        _write_set(landing, f"paid_{month}", remittance, paid_on, 200 + month)


def _answer(i: int, day: date) -> ClaimPayment:
    is_denied = i % 9 == 0
    paid, reasons = "50.00", [("CO", "45", "40.00"), ("PR", "2", "10.00")]
    if is_denied:
        paid, reasons = "0", [("CO", "197", "100.00")]
    line = ServiceLine("97110", "100.00", paid, reasons, f"CH{i}", day, ("GP",), 2)
    return ClaimPayment(f"C{i}", [line], "4" if is_denied else "1", date=day)


def _write_set(landing: Path, name: str, segments: list[str], day: date, number: int) -> None:
    inner = group(segments, control_number=number, date=day)
    text = interchange(inner, control_number=number, date=day)
    write_x12(landing, f"{name}.x12", text)


def write_healthy_practice(landing: Path) -> None:
    """240 appointments from January to June, 216 of them visits with claims."""
    days = [date(2026, 1, 5) + timedelta(days=i * 176 // 240) for i in range(240)]
    write_registers(landing)
    write_odds_and_ends(landing)
    write_visits(landing, days)
    write_claims(landing, days)


def write_practice_that_has_just_begun(landing: Path) -> None:
    """Three visits, claims sent, no word from anybody yet."""
    days = [date(2026, 6, 26) + timedelta(days=i) for i in range(3)]
    write_registers(landing)
    write_visits(landing, days)
    write_claims(landing, days, are_answered=False)


def write_practice_of_cash_patients(landing: Path) -> None:
    """Two visits, no payer, no claim, no appointment book."""
    write_visits(landing, [date(2026, 6, 26), date(2026, 6, 29)])
    (landing / "practice" / "appointments_20260630.csv").unlink()


def write_practice_that_has_not_begun(landing: Path) -> None:
    """Every extract with its header and no row, and nothing from the clearinghouse."""
    for extract in read_contract().values():
        write_csv(landing, extract.name, AS_OF, [], columns=extract.columns)


def healthy_warehouse(folder: Path) -> Path:
    """The warehouse of a healthy practice below a folder, built where it is not there yet."""
    landing, home = folder / "landing", folder / "home"
    if not (folder / "built").exists():
        write_healthy_practice(landing)
        edit = "column_1_code,column_2_code,modifier_indicator,effective_from,deleted_on,"
        edit += "reference_quarter\n97110,97164,1,,,2026Q1\n"
        write_file(home / "reference" / "ncci_edits.csv", edit.encode())
        (folder / "built").write_text(str(build(landing, home, AS_OF)))
    return Path((folder / "built").read_text())
