"""From a landing folder to the tables that are compared."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from oracle import metrics_claims, metrics_payers, metrics_practice, metrics_visits
from oracle.adjudications import Adjudication, adjudicate
from oracle.claims import Claims, read_claims
from oracle.coding_diagnoses import code_alignment_rate
from oracle.coding_modifiers import modifier_accuracy_rate
from oracle.coding_units import unit_accuracy_rate
from oracle.csv_extracts import CONTRACT, FileCount, read_extracts
from oracle.files import LandedFile, landed_files
from oracle.ledger import charge_lines, charge_states, receivable_events
from oracle.reference import read_reference
from oracle.scorecard import scorecard
from oracle.visits import Practice
from oracle.x12_files import read_x12

Table = list[dict[str, object]]


@dataclass
class Tables:
    """metrics by metric_id; the other tables; and the facts behind them, for a closer look."""

    metrics: dict[str, Table]
    scorecard: Table
    events: Table
    load_log: Table
    unmatched: Table
    claims: Claims
    adjudications: list[Adjudication]
    practice: Practice


def calculate(landing: Path, seeds: Path, as_of: date) -> Tables:
    files = landed_files(landing, set(CONTRACT))
    extracts = read_extracts(files)
    x12 = read_x12(files, as_of)
    practice = Practice(extracts, as_of)
    claims = read_claims(x12)
    reference = read_reference(seeds)
    adjudications = adjudicate(x12.payments, claims, reference, practice.known_charges)
    lines = charge_lines(adjudications)
    states = charge_states(lines)
    events = receivable_events(practice, lines)
    primary = metrics_claims.primary_claims(claims, adjudications, practice)
    metrics = {
        "clean_claim_rate": metrics_claims.clean_claim_rate(claims, primary, as_of),
        "first_pass_payment_rate": metrics_claims.first_pass_payment_rate(primary),
        "denial_rate": metrics_claims.denial_rate(primary),
        "days_to_payment": metrics_claims.days_to_payment(primary),
        "days_in_ar": metrics_practice.days_in_ar(practice, events),
        "net_collection_rate": metrics_practice.net_collection_rate(practice, lines, states),
        "no_show_rate": metrics_practice.no_show_rate(practice),
        "cancellation_rate": metrics_practice.cancellation_rate(practice),
        "units_per_visit": metrics_visits.units_per_visit(practice, reference),
        "charge_lag": metrics_visits.charge_lag(practice),
        "documentation_timeliness": metrics_visits.documentation_timeliness(practice),
        "reimbursement_rate": metrics_visits.reimbursement_rate(practice, lines, states),
        "visits_billed_rate": metrics_visits.visits_billed_rate(practice, claims),
        "reimbursement_per_visit": metrics_visits.reimbursement_per_visit(practice, claims, lines),
        "authorization_approval_rate": metrics_payers.authorization_approval_rate(practice),
        "authorization_coverage_rate": metrics_payers.authorization_coverage_rate(practice),
        "underpayment_rate": metrics_payers.underpayment_rate(primary, practice, reference),
        "unit_accuracy_rate": unit_accuracy_rate(practice, reference),
        "modifier_accuracy_rate": modifier_accuracy_rate(practice, reference, states),
        "code_alignment_rate": code_alignment_rate(practice, reference),
    }
    card = scorecard(metrics, primary)
    metrics["denial_trend"] = metrics_claims.denial_trend(primary)
    return Tables(
        metrics=metrics,
        scorecard=card,
        events=[
            {
                "event_date": event.day,
                "kind": event.kind,
                "charge_id": event.charge_id,
                "visit_id": event.visit_id,
                "patient_id": event.patient_id,
                "payer_id": event.slice.payer_id,
                "clinic_id": event.slice.clinic_id,
                "provider_id": event.slice.provider_id,
                "source_file": event.source_file,
                "amount": event.amount,
            }
            for event in events
        ],
        load_log=_load_log(files, {**extracts.counts, **x12.counts}),
        unmatched=_unmatched(adjudications),
        claims=claims,
        adjudications=adjudications,
        practice=practice,
    )


def _load_log(files: list[LandedFile], counts: dict[str, FileCount]) -> Table:
    result = []
    for file in files:
        count = counts.get(file.path, FileCount())
        if file.status in ("quarantined", "duplicate"):
            count = FileCount()
        row = {"file": file.path, "kind": file.kind, "status": file.status}
        row |= {"extract": file.extract, "extract_date": file.extract_date}
        result.append({**row, **vars(count)})
    return result


def _unmatched(adjudications: list[Adjudication]) -> Table:
    """Money and lines that reach no charge, per file and payer control number."""
    sums: dict[tuple, dict[str, Decimal | int]] = {}
    for one in adjudications:
        rest = [line for line in one.lines if one.claim is None or line.charge_id is None]
        paid = [line.paid for line in rest]
        if not one.lines:
            paid = [one.clp.paid]
        if paid:
            key = (one.clp.path, one.clp.control_number)
            row = sums.setdefault(key, {"paid_amount": Decimal(0), "rows": 0})
            row["paid_amount"] += sum(paid)
            row["rows"] += len(paid)
    return [
        {"file": file, "control_number": control_number, **row}
        for (file, control_number), row in sums.items()
    ]
