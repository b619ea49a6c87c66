"""The appointment book: who is in care, when they are booked, and whether they come."""

from __future__ import annotations

from sample_practice import authorizations, rates, rows, treatment
from sample_practice.clock import is_workday, iso, weekday
from sample_practice.dice import Weighted
from sample_practice.model import Episode, Provider
from sample_practice.papers import Appointment
from sample_practice.reference import GROUPS
from sample_practice.world import World

# Visits that one place on a caseload brings in a week, measured on the default practice: it turns
# the wanted number of visits into the size of the caseloads.
VISITS_PER_PLACE_A_WEEK = 1.30

_GROUPS_OF = {
    discipline: Weighted([(g, g.weight) for g in GROUPS if g.discipline == discipline])
    for discipline in ("GP", "GO")
}


def open_books(world: World) -> None:
    """Fill the caseloads on the first day with patients who are at every stage of their care."""
    leaders = [p for p in world.providers if not p.is_assistant]
    weeks = (world.end - world.start + 1) / 7
    places = world.plan.visits / (weeks * VISITS_PER_PLACE_A_WEEK)
    for place in range(max(1, round(places))):
        provider = leaders[place % len(leaders)]
        begin_episode(world, provider, world.dice.share() * 0.95)


def begin_episode(world: World, provider: Provider, share_done: float = 0.0) -> None:
    """A new patient on a caseload; with share_done, one who has been in care for a while."""
    dice, day = world.dice, world.today
    patient = world.roster.patient(day, provider.clinic.postal_code, world.end)
    group = dice.draw(_GROUPS_OF[provider.discipline])
    visits = dice.whole(*group.visits)
    done = int(visits * share_done)
    started = day - 4 * done if done else _next_day(provider, day + dice.whole(1, 4))
    diagnoses = dice.pick(group.diagnoses)
    episode = Episode(
        patient, provider, group, diagnoses, started, visits - done, world.name("K"), done
    )
    world.patients.append(patient)
    world.extracts.put("patients", patient.patient_id, rows.patient(patient))
    for coverage in patient.coverages:
        text = rows.coverage(coverage, patient.patient_id)
        world.extracts.put("coverages", coverage.coverage_id, text)
    sent = started + dice.whole(0, 3)
    certified = sent + dice.whole(2, 24)
    plan = (
        f"{episode.plan_id},{patient.patient_id},{provider.provider_id},{iso(started)},"
        f"{iso(sent) if sent <= world.end else ''},"
        f"{iso(certified) if certified <= world.end and dice.chance(0.94) else ''},"
        f"{iso(started + 89)}"
    )
    if started <= world.end:
        world.extracts.put("plans_of_care", episode.plan_id, plan)
    if patient.coverages and patient.coverages[0].payer.authorization_required:
        authorizations.ask_ahead(world, episode, day if done else started - 6)
    first = _next_day(provider, day + dice.whole(0, 3)) if done else started
    _book(world, episode, first)


def _next_day(provider: Provider, day: int) -> int:
    while weekday(day) not in provider.weekdays or not is_workday(day):
        day += 1
    return day


def _book(world: World, episode: Episode, earliest: int) -> None:
    """Book the next appointment with whoever of the team works first from a day on."""
    lead = episode.provider
    day, provider = _next_day(lead, earliest), lead
    is_first = episode.done == 0
    is_review = episode.done % 10 == 9
    if lead.assistant and not is_first and not is_review:
        helped = _next_day(lead.assistant, earliest)
        if helped < day:
            day, provider = helped, lead.assistant
    kind = "treatment"
    if is_first:
        kind = "evaluation"
    elif is_review and world.dice.chance(0.35):
        kind = "re_evaluation"
    booked = (max(world.today - (6 if is_first else 0), 1), world.dice.whole(9 * 60, 17 * 60))
    world.later(day, attend, episode, provider, booked, kind)


def attend(
    world: World, episode: Episode, provider: Provider, booked: tuple[int, int], kind: str
) -> None:
    """The appointment's day has come: the patient comes, or does not."""
    dice, day, patient = world.dice, world.today, episode.patient
    if provider.seen_on != day:
        provider.seen_on, provider.seen_today = day, 0
    minute = 8 * 60 + 50 * (provider.seen_today % 11)
    provider.seen_today += 1
    is_remote = kind == "treatment" and dice.chance(rates.TELEHEALTH)
    appointment = Appointment(
        world.name("A"), episode, provider, day, minute, booked, kind,
        "telehealth" if is_remote else "in_person",
    )  # fmt: skip
    appointment.status, appointment.status_at = _outcome(world, appointment)
    world.appointments.append(appointment)
    world.extracts.put("appointments", appointment.appointment_id, rows.appointment(appointment))
    if appointment.status == "completed":
        treatment.treat(world, appointment)
        episode.done += 1
        episode.visits_left -= 1
        pause = dice.whole(2, 4)
    elif appointment.status == "no_show" and dice.chance(0.05):
        episode.visits_left, pause = 0, 1
    else:
        pause = dice.whole(1, 4)
    if patient.coverages and patient.coverages[0].payer.authorization_required:
        authorizations.look_ahead(world, episode)
    if episode.visits_left > 0:
        _book(world, episode, day + pause)
    else:
        world.later(day + dice.whole(1, 5), begin_episode, episode.provider)


def _outcome(world: World, appointment: Appointment) -> tuple[str, tuple[int, int] | None]:
    """Status and its moment; a status that nobody entered stays `scheduled`."""
    dice, day, minute = world.dice, appointment.day, appointment.minute
    patient = appointment.episode.patient
    forgets = patient.no_show
    if appointment.provider.clinic.reminders_from <= day:
        forgets *= rates.REMINDER_EFFECT
    draw = dice.share()
    if draw < forgets:
        return "no_show", (day, minute + 20)
    draw -= forgets
    before = (max(appointment.booked[0], day - dice.whole(2, 3)), 10 * 60)
    for status, chance, moment in (
        ("cancelled", rates.CANCELLED_AHEAD, before),
        ("late_cancelled", rates.CANCELLED_LATE, (day, max(minute - 45, 0))),
        ("rescheduled", rates.RESCHEDULED, before),
        ("scheduled", rates.FORGOTTEN_STATUS, None),
    ):
        if draw < chance:
            return status, moment
        draw -= chance
    return "completed", (day, minute + 50)
