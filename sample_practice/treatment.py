"""A visit: what was done, minute by minute, and the charges that the therapist enters for it."""

from __future__ import annotations

from sample_practice import authorizations, contracts, notes, patient_money, rates
from sample_practice.clock import workdays_after, year_of
from sample_practice.dice import Weighted
from sample_practice.model import Provider
from sample_practice.papers import Appointment, Charge, Visit
from sample_practice.reference import (
    DISTINCT_PAIRS,
    EVALUATIONS,
    GROUPS,
    OLD_BACK_PAIN_CODE,
    SERVICES,
)
from sample_practice.world import World

_SERVICES_OF = {group.name: Weighted(group.services) for group in GROUPS}


def treat(world: World, appointment: Appointment) -> None:
    """The patient is treated: a visit with its charges, note and money at the desk."""
    dice, day, episode = world.dice, world.today, appointment.episode
    patient, provider = episode.patient, appointment.provider
    coverage = patient.coverages[0] if patient.coverages else None
    payer = coverage.payer if coverage else world.payer_of["self_pay"]
    year = year_of(day)
    number = 0
    if coverage:
        number = coverage.visits[year] = coverage.visits.get(year, 0) + 1
    authorization = None
    if payer.authorization_required:
        authorization = authorizations.covering(episode, day)
        if authorization:
            authorization.used += 1
    minutes = max(24, round(dice.bell(*rates.SESSION_MINUTES)))
    visit = Visit(
        world.name("S"), appointment, patient, provider, coverage, payer, day,
        appointment.minute + dice.whole(-2, 6), minutes, appointment.delivery, episode.plan_id,
        authorization, number,
    )  # fmt: skip
    world.visits.append(visit)
    _charge(world, visit)
    world.show_visit(visit)
    notes.put_on_desk(world, visit)
    posted = day if dice.chance(0.8) else workdays_after(day, 1)
    world.later(posted, post_charges, visit, (18 if posted == day else 9) * 60)
    if coverage is None or coverage.copay:
        patient_money.pay_at_the_desk(world, visit)


def post_charges(world: World, visit: Visit, minute: int) -> None:
    """The day's charges enter the receivable; one entered twice is voided the next morning."""
    for charge in list(visit.charges):
        charge.posted = (world.today, minute)
        world.show_charge(charge)
        world.book("charge", charge.amount, visit, charge, "")
        if world.dice.chance(rates.VOIDED_CHARGE):
            twin = Charge(
                world.name("H"), visit, charge.code, charge.modifiers, charge.units, charge.minutes,
                charge.assistant_minutes, charge.diagnoses, charge.place, charge.amount,
                charge.expected, charge.rendering, charge.right_modifiers, charge.is_unsupported,
                charge.posted,
            )  # fmt: skip
            world.book("charge", twin.amount, visit, twin, "")
            void(world, twin)
            visit.charges.append(twin)
    if visit.coverage is None:
        patient_money.discount(world, visit)


def void(world: World, charge: Charge) -> None:
    """Take a charge out of the books."""
    charge.voided = (world.today, 20 * 60)
    world.show_charge(charge)
    world.book("void", -charge.amount, charge.visit, charge, "")


def _charge(world: World, visit: Visit) -> None:
    """Enter what was done: codes, units, modifiers, diagnoses."""
    dice, provider, payer = world.dice, visit.provider, visit.payer
    group = visit.appointment.episode.group
    codes, unsupported = _services(world, visit)
    timed = [code for code in codes if SERVICES[code].timed]
    shares = _minutes(world, visit.minutes - (22 if codes[0] in EVALUATIONS else 0), len(timed))
    minutes = dict(zip(timed, shares, strict=True))
    rule = payer.unit_rule
    if rule == "cms" and dice.chance(provider.rounds_every_code):
        rule = "ama"
    units = right_units(rule, minutes)
    helped = ""
    if not provider.is_assistant and len(timed) > 1 and dice.chance(rates.ASSISTANT_HELPS):
        helped = timed[-1]
    diagnoses = visit.appointment.episode.diagnoses
    if group.name == "low_back" and visit.day < provider.stale_diagnosis_until:
        diagnoses = (OLD_BACK_PAIN_CODE, *diagnoses[1:])
    present = set(codes)
    needs_distinct = {second for first, second in DISTINCT_PAIRS if {first, second} <= present}
    is_remote = visit.delivery == "telehealth"
    forgets = _Forgotten(world, visit, provider)
    year = year_of(visit.day)
    for code in codes:
        count = units.get(code, 1)
        if count == 0:
            continue
        assisted = provider.is_assistant or code == helped
        needed = [provider.discipline]
        if assisted and payer.assistant_modifier and code not in EVALUATIONS:
            needed.append("CQ")
        if forgets.needs_threshold:
            needed.append("KX")
        if code in needs_distinct:
            needed.append("59")
        if is_remote and payer.payer_type != "medicare":
            needed.append("95")
        right = tuple(needed)
        written = tuple(m for m in needed if not forgets.one(m))
        spent = minutes.get(code)
        price = contracts.fee(payer, code, written, year)
        visit.charges.append(
            Charge(
                world.name("H"),
                visit,
                code,
                written,
                count,
                spent,
                (spent if assisted else 0)
                if spent is not None and (helped or provider.is_assistant)
                else None,
                diagnoses,
                "10" if is_remote else "11",
                SERVICES[code].price * count,
                None if price is None else price * count,
                provider,
                right,
                code == unsupported,
            )
        )
    if payer.payer_type == "medicare":
        key = (year, provider.discipline)
        total = sum(charge.expected or 0 for charge in visit.charges)
        visit.patient.accrued[key] = visit.patient.accrued.get(key, 0) + total


class _Forgotten:
    """Which modifiers the therapist leaves out of this visit, and whether KX is due."""

    def __init__(self, world: World, visit: Visit, provider: Provider) -> None:
        dice = world.dice
        key = (year_of(visit.day), provider.discipline)
        limit = rates.of_year(rates.KX_THRESHOLD_CENTS, key[0])
        self.needs_threshold = (
            visit.payer.payer_type == "medicare" and visit.patient.accrued.get(key, 0) > limit
        )
        self.missing = set()
        if visit.day < provider.no_discipline_until:
            self.missing.add(provider.discipline)
        if self.needs_threshold and dice.chance(rates.KX_FORGOTTEN):
            self.missing.add("KX")
        if dice.chance(provider.forgets_distinct_modifier):
            self.missing.add("59")
        if dice.chance(provider.forgets_assistant_modifier):
            self.missing.add("CQ")

    def one(self, modifier: str) -> bool:
        return modifier in self.missing


def _services(world: World, visit: Visit) -> tuple[list[str], str]:
    """The codes of a visit in order, and the one that the diagnosis does not support."""
    dice, appointment = world.dice, visit.appointment
    group = appointment.episode.group
    codes: list[str] = []
    wanted = 2 if dice.chance(0.42) else 3
    if appointment.kind == "evaluation":
        codes.append(dice.pick(group.evaluations))
        wanted = 1
    elif appointment.kind == "re_evaluation":
        codes.append("97168" if visit.provider.discipline == "GO" else "97164")
        wanted = 2
    choice = _SERVICES_OF[group.name]
    while wanted:
        code = dice.draw(choice)
        if code == "G0283" and visit.payer.payer_type not in ("medicare", "medicare_advantage"):
            code = "97014"
        if code not in codes:
            codes.append(code)
            # An unattended modality takes nobody's hands: it comes on top.
            wanted -= SERVICES[code].timed
    unsupported = ""
    is_free = group.unsupported and group.unsupported not in codes
    if is_free and dice.chance(rates.UNSUPPORTED_SERVICE):
        unsupported = group.unsupported
        codes.append(unsupported)
    if appointment.kind == "treatment" and visit.delivery == "in_person":
        if dice.chance(rates.HOT_PACK):
            codes.append("97010")
        elif dice.chance(rates.GROUP_THERAPY):
            codes.append("97150")
    return codes, unsupported


def _minutes(world: World, total: int, parts: int) -> list[int]:
    """The session's minutes over its timed services, each at least eight."""
    if parts == 0:
        return []
    weights = [world.dice.between(0.6, 1.4) for _ in range(parts)]
    scale = total / sum(weights)
    return [max(8, round(weight * scale)) for weight in weights]


def right_units(rule: str, minutes: dict[str, int]) -> dict[str, int]:
    """Units of each timed code by the payer's rule (cms pools the minutes, ama does not)."""
    if rule == "ama":
        return {code: (spent + 7) // 15 for code, spent in minutes.items()}
    units = {code: spent // 15 for code, spent in minutes.items()}
    total = (sum(minutes.values()) + 7) // 15
    by_rest = sorted(minutes, key=lambda code: -(minutes[code] % 15))
    for code in by_rest[: max(0, total - sum(units.values()))]:
        units[code] += 1
    return units
