"""One region from the first day to the last: the order of a day, and the monthly exports."""

from __future__ import annotations

import gc
from pathlib import Path

from sample_practice import (
    cashier,
    clearinghouse,
    contracts,
    notes,
    rates,
    reported,
    rows,
    schedule,
)
from sample_practice.clock import compact, dollars, is_workday, iso, month_end, month_start, year_of
from sample_practice.model import Payer
from sample_practice.papers import Submission
from sample_practice.reference import SERVICES
from sample_practice.truth import Truth
from sample_practice.world import Plan, World


def simulate(plan: Plan, landing: Path, truth_folder: Path | None) -> int:
    """Play one region and write its files; returns the number of its visits."""
    # The records refer to each other in circles and all live until the end: nothing to collect.
    gc.disable()
    truth = Truth(truth_folder, f"_r{plan.cell:03d}" if plan.cell else "")
    world = World(plan, landing, truth)
    _introduce(world)
    schedule.open_books(world)
    for day in range(plan.start, plan.end + 1):
        world.today = day
        _play(world)
        if day == month_end(day) or day == plan.end:
            _export(world)
        elif plan.daily_from is not None and day >= plan.daily_from:
            world.extracts.write_day(compact(day))
    _tell_the_truth(world)
    truth.close()
    return len(world.visits)


def _play(world: World) -> None:
    world.do_what_is_due()
    if is_workday(world.today):
        for provider in world.providers:
            notes.write_notes(world, provider)
        for partner in world.partners:
            clearinghouse.send(world, partner)
        for payer in world.payers:
            _misdirect(world, payer)
            cashier.pay(world, payer)
    for partner in world.partners:
        clearinghouse.deliver(world, partner)


def _misdirect(world: World, payer: Payer) -> None:
    """Now and then a payer sends this practice the payment for somebody else's claim."""
    pile = payer.due.get(world.today)
    if pile and world.dice.chance(rates.FOREIGN_REMITTANCE * len(pile)):
        like: Submission = pile[0][0]
        pile.append((like, "foreign"))


def _introduce(world: World) -> None:
    """The practice's own papers: who it is, whom it bills, and at which rates."""
    put = world.extracts.put
    for clinic in world.clinics:
        put("clinics", clinic.clinic_id, rows.clinic(clinic, world.organization.name.title()))
        for what, since, metric in (
            ("text message reminders", clinic.reminders_from, "no_show_rate"),
            ("authorization checklist at the desk", clinic.checklist_from, "denial_rate"),
        ):
            if since <= world.end:
                number = world.name("I")
                row = f"{number},{metric},{what},{iso(since)},,{clinic.clinic_id},"
                world.later(since, World.put, "interventions", number, row)
    for provider in world.providers:
        put("providers", provider.provider_id, rows.provider(provider))
    for kind in ("workers_comp", "auto"):
        half = world.start + (world.end - world.start) * 11 // 20
        world.later(half, cashier.begin_audit, world.payer_of[kind])
    if world.plan.cell == 0:
        for payer in world.payers:
            put("payers", payer.payer_id, rows.payer(payer))
            _price(world, payer)


def _price(world: World, payer: Payer) -> None:
    is_yearly = payer.payer_type in ("medicare", "medicare_advantage", "tricare_va")
    years = range(year_of(world.start), year_of(world.end) + 1) if is_yearly else (2020,)
    for code in SERVICES:
        for modifier in ("", "95") if payer.payer_type == "commercial" else ("",):
            for year in years:
                amount = contracts.fee(payer, code, (modifier,), year)
                if amount is not None:
                    until = f"{year}-12-31" if is_yearly else ""
                    row = (
                        f"{payer.payer_id},{code},{modifier},{year}-01-01,{until},{dollars(amount)}"
                    )
                    key = (payer.payer_id, code, modifier, year)
                    world.extracts.put("fee_schedules", key, row)


def _export(world: World) -> None:
    """The month's extracts; master data every quarter in full; now and then spoilt lines."""
    day = world.today
    extracts = world.extracts
    if extracts.periods % 3 == 0:
        for provider in world.providers:
            extracts.put("providers", provider.provider_id, rows.provider(provider))
        if world.plan.cell == 0:
            for payer in world.payers:
                extracts.put("payers", payer.payer_id, rows.payer(payer))
    if world.plan.cell == 0 and world.visits:
        _spoil(world)
    reported.put_totals(world, month_start(day))
    extracts.write(compact(day))


def _spoil(world: World) -> None:
    """Lines that no reader can use; each repeats a key whose good row stands elsewhere."""
    extracts, visit = world.extracts, world.visits[0]
    text = rows.visit(visit)
    if extracts.periods == 3:
        extracts.add_broken("visits", text.replace(iso(visit.day), "13/45/2025", 1))
        extracts.add_broken("visits", text + ",unexpected,fields")
    elif extracts.periods == 5:
        extracts.add_broken("charges", rows.charge(visit.charges[0]).replace(",11,", ',11,"', 1))
        extracts.add_broken("charges", rows.charge(visit.charges[0])[:40])
    elif extracts.periods == 7:
        text = rows.appointment(visit.appointment)
        extracts.add_broken("appointments", text.replace(",completed,", ",arrived,"))


def _tell_the_truth(world: World) -> None:
    truth = world.truth
    for appointment in world.appointments:
        truth.row("appointments", rows.true_appointment(appointment))
    for visit in world.visits:
        truth.row("visits", rows.true_visit(visit))
        for charge in visit.charges:
            if charge.posted:
                truth.row("charges", rows.true_charge(charge))
    for claim in world.claims:
        if claim.submissions[0].day:
            truth.row("claims", rows.true_claim(claim))
        for submission in claim.submissions:
            if submission.day:
                truth.row("submissions", rows.true_submission(submission))
