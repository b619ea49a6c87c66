"""What the practice's own system says of a month, as its dashboard would on the export's day.

A dashboard is not wrong, it counts otherwise: voided charges stay in, a visit waits for its note,
whatever left counts as submitted, and what comes after the day is not there yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sample_practice.clock import dollars, iso
from sample_practice.papers import Charge, Visit
from sample_practice.world import World

REPORT = "Monthly dashboard"
_IN_DOLLARS = ("charges", "receivable")
_SLIP = 9_000_00


def put_totals(world: World, first_day: int) -> None:
    """The totals of the month that began on first_day, for each clinic and for the practice."""
    totals: dict[str, Counter[str]] = {clinic.clinic_id: Counter() for clinic in world.clinics}
    for clinic_id, metric, value in _shown(world, first_day):
        totals.setdefault(clinic_id, Counter())[metric] += value
    whole: Counter[str] = Counter()
    for found in totals.values():
        whole.update(found)
    totals.pop("", None)
    for clinic_id, found in totals.items():
        if (world.extracts.periods, clinic_id) == (5, world.clinics[1].clinic_id):
            # Typed off by hand, and mistyped: nothing that happened explains it.
            found["charges"] += _SLIP
            world.incident("report_mistyped", f"{REPORT} {iso(first_day)} {clinic_id} charges")
        for metric in whole:
            _put(world, first_day, metric, f"clinic,{clinic_id}", found[metric])
    # A region of a larger practice does not know the others.
    if world.plan.is_whole:
        for metric, value in whole.items():
            _put(world, first_day, metric, "practice,", value)
        _put_no_show_rate(world, first_day)


def _put(world: World, first_day: int, metric: str, where: str, value: int) -> None:
    text = dollars(value) if metric in _IN_DOLLARS else str(value)
    _put_text(world, first_day, metric, where, text)


def _put_text(world: World, first_day: int, metric: str, where: str, text: str) -> None:
    row = f"{REPORT},{metric},{iso(first_day)},{where},{text}"
    world.extracts.put("reported_totals", (metric, where), row)


def _shown(world: World, first_day: int) -> Iterator[tuple[str, str, int]]:
    """Clinic, total and what each thing adds to it; clinic '' for what belongs to none."""
    for clinic_id, cents in world.owed.items():
        yield clinic_id, "receivable", cents
    for visit in world.visits:
        where = visit.clinic.clinic_id
        shown, hidden = _by_note(visit)
        for charge in shown:
            if charge.voided:
                yield where, "receivable", charge.amount
        for charge in hidden:
            if not charge.voided:
                yield where, "receivable", -charge.amount
        if first_day <= visit.day <= world.today and visit.signed:
            yield where, "visits", 1
            for charge in shown:
                yield where, "charges", charge.amount
                yield where, "units", charge.units
    for claim in world.claims:
        for submission in claim.submissions:
            if first_day <= submission.day <= world.today:
                yield claim.visit.clinic.clinic_id, "claims_submitted", 1


def _by_note(visit: Visit) -> tuple[list[Charge], list[Charge]]:
    """The posted charges that the dashboard shows, and those that wait for the note."""
    posted = [charge for charge in visit.charges if charge.posted]
    return (posted, []) if visit.signed else ([], posted)


def _put_no_show_rate(world: World, first_day: int) -> None:
    """A rate needs no explanation: the dashboard counts as everybody does."""
    statuses = Counter(
        one.status for one in world.appointments if first_day <= one.day <= world.today
    )
    due = sum(statuses[kind] for kind in ("completed", "no_show", "cancelled", "late_cancelled"))
    if due:
        text = f"{statuses['no_show'] / due:.3f}"
        _put_text(world, first_day, "no_show_rate", "practice,", text)
