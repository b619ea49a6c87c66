"""Metrics of visits, money and appointments: net collection, days in A/R, no-shows."""

from datetime import date, timedelta
from decimal import Decimal

from oracle.adjudications import ZERO, Adjudication, Line
from oracle.ledger import ChargeState, Event, allowed
from oracle.metric_rows import MetricRow, Tally, matures, month_end, month_of, next_month
from oracle.visits import Practice, Slice

WRITE_OFFS = {"bad_debt", "small_balance", "timely_filing", "other"}


def net_collection_rate(
    practice: Practice,
    lines: dict[str, list[tuple[Adjudication, Line]]],
    states: dict[str, ChargeState],
) -> list[MetricRow]:
    tally = Tally("contractual", "denied_allowed", "written_off")
    visits = set()
    for charge_id, charge in practice.charges.items():
        visit = practice.visits.get(charge["visit_id"])
        if visit is None or practice.is_voided(charge):
            continue
        state = states.get(charge_id)
        if state is None and not practice.is_self_pay(visit):
            continue
        visits.add(charge["visit_id"])
        every = lines.get(charge_id, [])
        may_be_collected = allowed(practice, charge, state)
        is_denied = state is not None and state.is_denied
        # Of the state, as in allowed: allowed + contractual (+ courtesy) is the charge.
        contractual = ZERO if state is None or is_denied else state.contractual
        tally.add(
            month_of(visit["service_date"]),
            practice.visit_slice(visit),
            numerator=sum((line.paid for _, line in every), ZERO),
            denominator=may_be_collected,
            contractual=contractual + practice.adjusted_by_hand(charge_id, {"contractual"}),
            denied_allowed=may_be_collected if is_denied else ZERO,
            written_off=practice.adjusted_by_hand(charge_id, WRITE_OFFS),
        )
    for visit_id in visits:
        visit = practice.visits[visit_id]
        tally.add(
            month_of(visit["service_date"]),
            practice.visit_slice(visit),
            numerator=practice.net_patient_payments(visit_id),
        )
    return tally.rows(matures(120, practice.as_of))


def days_in_ar(practice: Practice, events: list[Event]) -> list[MetricRow]:
    if not events:
        return []
    first = month_of(min(event.day for event in events))
    tally = Tally()
    month = first
    while month_end(month) <= practice.as_of:
        end = month_end(month)
        for event in events:
            if event.day <= end:
                tally.add(month, event.slice, numerator=event.amount)
        for charge in practice.charges.values():
            posted = charge["posted_at"].date()
            if end - timedelta(days=90) < posted <= end and not practice.is_voided(charge):
                slice_ = practice.visit_slice(practice.visits.get(charge["visit_id"]))
                tally.add(month, slice_, denominator=charge["charge_amount"])
        month = next_month(month)
    for sums in tally.sums.values():
        sums["denominator"] = sums["denominator"] / Decimal(90)
    return tally.rows(lambda month: month >= next_month(first, 3))


def no_show_rate(practice: Practice) -> list[MetricRow]:
    tally = Tally("unresolved", "rescheduled")
    for month, slice_, status in _appointments(practice):
        tally.add(
            month,
            slice_,
            numerator=int(status == "no_show"),
            denominator=int(status in ("completed", "no_show", "cancelled", "late_cancelled")),
            unresolved=int(status == "scheduled"),
            rescheduled=int(status == "rescheduled"),
        )
    return tally.rows()


def cancellation_rate(practice: Practice) -> list[MetricRow]:
    tally = Tally("late_cancelled")
    for month, slice_, status in _appointments(practice):
        tally.add(
            month,
            slice_,
            numerator=int(status in ("cancelled", "late_cancelled")),
            denominator=int(status in ("completed", "no_show", "cancelled", "late_cancelled")),
            late_cancelled=int(status == "late_cancelled"),
        )
    return tally.rows()


def _appointments(practice: Practice):
    for row in practice.appointments:
        on: date = row["scheduled_at"].date()
        payer = practice.covering_payer(row["patient_id"], on)
        yield month_of(on), Slice(payer, row["clinic_id"], row["provider_id"]), row["status"]
