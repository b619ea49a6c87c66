"""The state of each charge, and the receivable as a ledger of signed events."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle.adjudications import ZERO, Adjudication, Line
from oracle.csv_extracts import Row
from oracle.visits import Practice, Slice


@dataclass
class Event:
    """One money movement; it names the charge, else the visit, else only the patient."""

    day: date
    kind: str
    amount: Decimal
    charge_id: str | None
    visit_id: str | None
    patient_id: str | None
    slice: Slice
    source_file: str


@dataclass
class ChargeState:
    """The lines of the charge on its last standing primary adjudication."""

    lines: list[Line]

    @property
    def is_denied(self) -> bool:
        return all(line.is_denied for line in self.lines)

    @property
    def contractual(self) -> Decimal:
        return sum((line.contractual for line in self.lines), ZERO)


def charge_lines(adjudications: list[Adjudication]) -> dict[str, list[tuple[Adjudication, Line]]]:
    """Every adjudicated line of each charge, of every sequence, in order."""
    result: dict[str, list[tuple[Adjudication, Line]]] = {}
    for one in adjudications:
        for line in one.lines:
            if one.claim is not None and line.charge_id is not None:
                result.setdefault(line.charge_id, []).append((one, line))
    return result


def charge_states(lines: dict[str, list[tuple[Adjudication, Line]]]) -> dict[str, ChargeState]:
    """Charges that are primary adjudicated, and how."""
    states = {}
    for charge_id, every in lines.items():
        standing = [
            one
            for one, _ in every
            if one.is_standing and one.sequence == "P" and not one.never_changes_the_state
        ]
        if standing:
            states[charge_id] = ChargeState([line for one, line in every if one is standing[-1]])
    return states


def allowed(practice: Practice, charge: Row, state: ChargeState | None) -> Decimal:
    by_hand = practice.adjusted_by_hand(charge["charge_id"], {"contractual", "courtesy"})
    if state is not None and not state.is_denied:
        return charge["charge_amount"] - state.contractual - by_hand
    expected = practice.expected(charge)
    return charge["charge_amount"] - by_hand if expected is None else expected


def receivable_events(
    practice: Practice, lines: dict[str, list[tuple[Adjudication, Line]]]
) -> list[Event]:
    events = []
    for charge_id, charge in practice.charges.items():
        amount, file = charge["charge_amount"], charge["_file"]
        events.append(
            _of_charge(practice, charge_id, charge["posted_at"].date(), "charge", amount, file)
        )
        if practice.is_voided(charge):
            events.append(
                _of_charge(practice, charge_id, charge["voided_at"].date(), "void", -amount, file)
            )
    for charge_id, every in lines.items():
        for one, line in every:
            parts = {"payer_payment": -line.paid, "contractual": -line.contractual}
            for kind, amount in parts.items():
                if amount != 0:
                    kind = "reversal" if one.is_reversal else kind
                    day, file = one.clp.paid_on, one.clp.path
                    events.append(_of_charge(practice, charge_id, day, kind, amount, file))
    for row in practice.adjustments:
        events.append(
            _of_charge(
                practice,
                row["charge_id"],
                row["posted_on"],
                "adjustment",
                -row["amount"],
                row["_file"],
            )
        )
    for row in practice.patient_payments:
        events.append(_of_patient(practice, row, row["paid_on"], "patient_payment", -row["amount"]))
        if practice.is_refunded(row):
            events.append(_of_patient(practice, row, row["refunded_on"], "refund", row["amount"]))
    return [event for event in events if event.amount != 0]


def _of_charge(
    practice: Practice, charge_id: str, day: date, kind: str, amount: Decimal, file: str
) -> Event:
    visit = practice.visit_of_charge(charge_id)
    return Event(day, kind, amount, charge_id, None, None, practice.visit_slice(visit), file)


def _of_patient(practice: Practice, row: Row, day: date, kind: str, amount: Decimal) -> Event:
    visit = practice.visits.get(row["visit_id"])
    patient = None if row["visit_id"] else row["patient_id"]
    slice_ = practice.visit_slice(visit)
    return Event(day, kind, amount, None, row["visit_id"], patient, slice_, row["_file"])
