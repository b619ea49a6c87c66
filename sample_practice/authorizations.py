"""Prior authorizations: asked for by the front desk, decided by the payer, used up by visits."""

from __future__ import annotations

from sample_practice import rates, rows
from sample_practice.model import Authorization, Episode
from sample_practice.world import World


def ask_ahead(world: World, episode: Episode, asked_on: int) -> None:
    """The first request, before care begins; care that already runs has one that runs too."""
    is_running = episode.done > 0
    day = asked_on - 20 if is_running else max(asked_on, world.today)
    authorization = _request(world, episode, day)
    decided = day + world.dice.whole(1, 5)
    if decided <= world.today:
        decide(world, episode, authorization, decided)
    else:
        world.later(decided, decide, episode, authorization)


def _request(world: World, episode: Episode, day: int) -> Authorization:
    patient = episode.patient
    authorization = Authorization(
        world.name("U"), patient.patient_id, patient.coverages[0].payer,
        episode.provider.clinic, episode.provider, day,
    )  # fmt: skip
    episode.authorizations.append(authorization)
    episode.is_asking = True
    _show(world, authorization)
    return authorization


def _show(world: World, authorization: Authorization) -> None:
    text = rows.authorization(authorization)
    world.extracts.put("authorizations", authorization.authorization_id, text)
    world.truth.row("authorizations", rows.true_authorization(authorization))


def decide(
    world: World, episode: Episode, authorization: Authorization, decided_on: int | None = None
) -> None:
    """The payer's word on a request."""
    dice = world.dice
    day = world.today if decided_on is None else decided_on
    episode.is_asking = False
    authorization.decided_on = day
    draw = dice.share()
    if draw < rates.AUTHORIZATION_DENIED:
        authorization.status = "denied"
        authorization.denial_reason = "not medically necessary"
    else:
        is_partial = draw < rates.AUTHORIZATION_DENIED + rates.AUTHORIZATION_PARTIAL
        authorization.status = "partially_approved" if is_partial else "approved"
        authorization.visits_approved = 6 if is_partial else authorization.visits_requested
        authorization.number = f"AUTH{authorization.authorization_id[1:]}"
        authorization.effective_from = max(authorization.requested_on, day - 3)
        authorization.effective_to = day + 90
        if episode.done == 0:
            authorization.effective_from = min(authorization.effective_from, episode.start_of_care)
    _show(world, authorization)


def covering(episode: Episode, day: int) -> Authorization | None:
    """The authorization that a visit of the day falls under, if one has visits left."""
    for one in episode.authorizations:
        if (
            one.visits_approved is not None
            and one.effective_from <= day <= one.effective_to
            and one.used < one.visits_approved
        ):
            return one
    return None


def look_ahead(world: World, episode: Episode) -> None:
    """After a visit the desk looks whether the authorization still carries the next ones.

    A diligent desk asks in time; another notices when it is too late, and visits fall outside.
    """
    if episode.is_asking or episode.visits_left <= 0:
        return
    day = world.today
    current = covering(episode, day)
    left = current.visits_approved - current.used if current else 0
    if left > 3 or (current and left >= episode.visits_left):
        return
    clinic = episode.provider.clinic
    diligence = 0.985 if clinic.checklist_from <= day else clinic.diligence
    # What was missed when three were left is seen again at each visit, less and less likely.
    if world.dice.chance(diligence if left else diligence * 0.5):
        authorization = _request(world, episode, day)
        world.later(day + world.dice.whole(1, 6), decide, episode, authorization)


def grant_afterwards(world: World, episode: Episode, day: int) -> Authorization:
    """A retroactive authorization for visits from a day in the past on, granted today."""
    authorization = _request(world, episode, world.today - 1)
    episode.is_asking = False
    authorization.decided_on = world.today
    authorization.status = "approved"
    authorization.visits_requested = authorization.visits_approved = 4
    authorization.number = f"AUTH{authorization.authorization_id[1:]}"
    authorization.effective_from, authorization.effective_to = day, day + 30
    _show(world, authorization)
    return authorization
