"""Treatment notes: a pile on each therapist's desk, worked off in the minutes that the day leaves.

A note is late because the pile is high, not because of a draw.
"""

from __future__ import annotations

from sample_practice import billing, rates
from sample_practice.clock import workdays_after
from sample_practice.model import Provider
from sample_practice.papers import Visit
from sample_practice.world import World

PILE_THAT_COSTS_AN_EVENING = 8


def put_on_desk(world: World, visit: Visit) -> None:
    """The note of a visit waits to be written; a few are set aside, fewer never signed."""
    dice = world.dice
    if dice.chance(rates.NOTE_NEVER_SIGNED):
        return
    is_first = visit.appointment.kind != "treatment"
    usual = rates.EVALUATION_NOTE_MINUTES if is_first else rates.NOTE_MINUTES
    needed = dice.between(*usual) * visit.provider.pace
    if dice.chance(rates.NOTE_SET_ASIDE):
        world.later(workdays_after(visit.day, dice.whole(4, 15)), put_back, visit, needed)
    else:
        visit.provider.notes.append((visit, needed))


def put_back(world: World, visit: Visit, needed: float) -> None:
    """A note that waited for something comes back to the pile."""
    visit.provider.notes.append((visit, needed))


def write_notes(world: World, provider: Provider) -> None:
    """An evening at the desk: the oldest notes first, as far as the time goes.

    Notes are written between visits and after hours; a full day leaves a slow writer less time than
    its notes need. A pile that has grown too high costs an evening.
    """
    if not provider.notes:
        return
    seen = provider.seen_today if provider.seen_on == world.today else 0
    time = 42.0 + 6.5 * seen + world.dice.between(-15, 25)
    if len(provider.notes) - seen > PILE_THAT_COSTS_AN_EVENING:
        time += 60.0
    minute = 17 * 60.0
    day = world.today
    rest = []
    for visit, needed in provider.notes:
        if needed <= time:
            time -= needed
            minute += needed
            _sign(world, visit, (day, min(int(minute), 23 * 60 + 50)))
        else:
            # What was begun is finished another day.
            rest.append((visit, needed - time))
            time = 0.0
    provider.notes = rest


def _sign(world: World, visit: Visit, moment: tuple[int, int]) -> None:
    visit.signed = moment
    world.show_visit(visit)
    if visit.provider.supervisor:
        world.later(workdays_after(moment[0], world.dice.whole(1, 3)), cosign, visit)
    posted = max(moment[0], visit.day)
    world.later(workdays_after(posted, 1), billing.bill, visit)


def cosign(world: World, visit: Visit) -> None:
    """The supervising therapist signs an assistant's note."""
    visit.cosigned = (world.today, 12 * 60 + world.dice.whole(0, 50))
    world.show_visit(visit)
