"""Modifiers: which rule applies to which charge, and what it finds."""

from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

from oracle.adjudications import ZERO
from oracle.csv_extracts import Row
from oracle.ledger import ChargeState, allowed
from oracle.metric_rows import MetricRow, Tally, month_of
from oracle.metrics_visits import charges_of_visits
from oracle.reference import Edit, Reference
from oracle.visits import Practice

DISCIPLINES = {"PT": "GP", "PTA": "GP", "OT": "GO", "OTA": "GO", "SLP": "GN"}
ASSISTANT_PAYERS = {"medicare", "medicare_advantage", "tricare_va"}
ASSISTANTS_MARKED_FROM = date(2020, 1, 1)
DISTINCT = {"59", "XE", "XP", "XS", "XU"}
TELEHEALTH = {"95", "93", "GT", "GQ"}
TELEHEALTH_PLACES = {"02", "10"}


@dataclass
class Judged:
    """A charge with all that the rules ask of it; applied and findings grow rule by rule."""

    charge: Row
    visit: Row
    payer: Row
    modifiers: set[str]
    credential: str | None
    applied: set[str] = field(default_factory=set)
    findings: set[tuple[str, str]] = field(default_factory=set)

    @property
    def on(self) -> date:
        return self.visit["service_date"]

    @property
    def code(self) -> str:
        return self.charge["cpt_code"]

    @property
    def is_medicare(self) -> bool:
        return self.payer.get("payer_type") == "medicare"

    def judge(self, rule: str, *kinds: str) -> None:
        self.applied.add(rule)
        self.findings |= {(rule, kind) for kind in kinds}


def modifier_accuracy_rate(
    practice: Practice, reference: Reference, states: dict[str, ChargeState]
) -> list[MetricRow]:
    tally = Tally("missing_modifiers", "unjustified_modifiers", "conflicting_modifiers")
    for one in judged_charges(practice, reference, states):
        kinds = [kind for _, kind in one.findings]
        if one.applied:
            tally.add(
                month_of(one.on),
                practice.visit_slice(one.visit),
                numerator=int(not kinds),
                denominator=1,
                missing_modifiers=kinds.count("missing"),
                unjustified_modifiers=kinds.count("unjustified"),
                conflicting_modifiers=kinds.count("conflicting"),
            )
    return tally.rows()


def judged_charges(
    practice: Practice, reference: Reference, states: dict[str, ChargeState]
) -> list[Judged]:
    credentials = {row["provider_id"]: row["credential"] for row in practice.providers}
    every = [
        _judged(practice, charge, credentials)
        for charges in charges_of_visits(practice).values()
        for charge in charges
    ]
    for one in every:
        _discipline(one, reference)
        _telehealth(one)
        _liability(one)
    _assistant(every, reference)
    _kx(every, practice, reference, states)
    _distinct(every, practice, reference)
    return every


def _judged(practice: Practice, charge: Row, credentials: dict[str, str]) -> Judged:
    visit = practice.visits[charge["visit_id"]]
    provider = charge["rendering_provider_id"] or visit["provider_id"]
    return Judged(
        charge,
        visit,
        practice.payers.get(practice.visit_payer(visit), {}),
        practice.modifiers(charge),
        credentials.get(provider),
    )


def _discipline(one: Judged, reference: Reference) -> None:
    required = one.payer.get("therapy_modifier_required")
    if not reference.is_always_therapy(one.code) or required is False or one.credential is None:
        return
    carried = one.modifiers & {"GP", "GO", "GN"}
    if len(carried) > 1:
        one.judge("M-DISCIPLINE", "conflicting")
    elif not carried:
        one.judge("M-DISCIPLINE", "missing")
    elif carried != {DISCIPLINES[one.credential]}:
        one.judge("M-DISCIPLINE", "unjustified")
    else:
        one.judge("M-DISCIPLINE")


def _telehealth(one: Judged) -> None:
    is_telehealth = one.visit["delivery"] == "telehealth"
    carried = one.modifiers & TELEHEALTH
    is_placed = one.charge["place_of_service"] in TELEHEALTH_PLACES
    if is_telehealth:
        is_marked = one.is_medicare or bool(carried & {"95", "93"})
        one.judge("M-TELEHEALTH", *([] if is_placed and is_marked else ["missing"]))
    elif carried or is_placed:
        one.judge("M-TELEHEALTH", "unjustified")


def _liability(one: Judged) -> None:
    carried = one.modifiers
    if carried & {"GA", "GZ", "GX", "GY"}:
        pairs = ({"GA", "GZ"}, {"KX", "GA"}, {"KX", "GZ"}, {"GX", "GA"})
        is_conflicting = any(pair <= carried for pair in pairs)
        one.judge("M-LIABILITY", *(["conflicting"] if is_conflicting else []))


def _assistant(every: list[Judged], reference: Reference) -> None:
    groups: dict[tuple, list[Judged]] = {}
    for one in every:
        required = one.payer.get("assistant_modifier_required")
        if required is None:
            required = one.payer.get("payer_type") in ASSISTANT_PAYERS
        if required and one.on >= ASSISTANTS_MARKED_FROM:
            groups.setdefault((one.charge["visit_id"], one.code), []).append(one)
    for (_, code), group in groups.items():
        if not any(
            one.charge["assistant_minutes"] is not None
            or one.modifiers & {"CQ", "CO"}
            or one.credential in ("PTA", "OTA")
            for one in group
        ):
            continue
        expected = _assistant_units(code, group, reference)
        if expected is None:
            continue
        group.sort(key=lambda one: one.charge["charge_id"])
        marked = [one for one in group if one.modifiers & {"CQ", "CO"}]
        carried = sum(one.charge["units"] for one in marked)
        for one in group:
            one.judge("M-ASSISTANT")
        if carried < expected:
            next(one for one in group if one not in marked).judge("M-ASSISTANT", "missing")
        elif carried > expected:
            marked[0].judge("M-ASSISTANT", "unjustified")


def _assistant_units(code: str, group: list[Judged], reference: Reference) -> int | None:
    """Units of a visit and code that must be marked; None: not judged."""
    if reference.is_evaluation(code, "evaluation", "re_evaluation"):
        return 0
    if any(one.charge["minutes"] is None for one in group):
        return None
    units = sum(one.charge["units"] for one in group)
    n = sum(one.charge["minutes"] for one in group)
    a = 0
    for one in group:
        alone = one.charge["assistant_minutes"]
        if alone is None and one.credential in ("PTA", "OTA"):
            alone = one.charge["minutes"]
        a += alone or 0
    if reference.timing(code) != "timed":
        return units if 10 * a > n else 0
    full_p, rest_p = divmod(n - a, 15)
    full_a, rest_a = divmod(a, 15)
    rest = units - full_p - full_a
    # rest_a > 0.1 x (rest_a + rest_p)
    expected = full_a
    if rest == 1 and rest_p < 8 and 10 * rest_a > rest_a + rest_p:
        expected += 1
    if rest >= 2 and rest_a >= 9:
        expected += 1
    return min(expected, units)


def _kx(
    every: list[Judged],
    practice: Practice,
    reference: Reference,
    states: dict[str, ChargeState],
) -> None:
    medicare = [one for one in every if one.is_medicare and one.credential is not None]
    accruals: dict[tuple, list[tuple[date, object]]] = {}
    for one in medicare:
        state = states.get(one.charge["charge_id"])
        is_denied = state is not None and state.is_denied
        if reference.is_always_therapy(one.code) and not is_denied:
            amount = ZERO if one.modifiers & {"GY", "GZ"} else allowed(practice, one.charge, state)
            accruals.setdefault(_kx_key(one), []).append((one.on, amount))
    for one in medicare:
        threshold = reference.thresholds.get(one.on.year)
        if threshold is None:
            continue
        before = [amount for on, amount in accruals.get(_kx_key(one), []) if on < one.on]
        is_above = sum(before, ZERO) > threshold
        if is_above and reference.is_always_therapy(one.code):
            one.judge("M-KX", *([] if "KX" in one.modifiers else ["missing"]))
        elif "KX" in one.modifiers:
            one.judge("M-KX", *([] if is_above else ["unjustified"]))


def _kx_key(one: Judged) -> tuple:
    is_occupational = one.credential in ("OT", "OTA")
    return (one.visit["patient_id"], one.on.year, is_occupational)


def _distinct(every: list[Judged], practice: Practice, reference: Reference) -> None:
    edits: dict[tuple[str, str], list[Edit]] = {}
    for edit in reference.edits:
        edits.setdefault((edit.column_1, edit.column_2), []).append(edit)
    groups: dict[tuple, list[Judged]] = {}
    for one in every:
        clinic = practice.clinics.get(one.visit["clinic_id"], {})
        key = (one.visit["patient_id"], one.on, clinic.get("organization_name"))
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        may_be_marked = set()
        for first, second in permutations(group, 2):
            for edit in edits.get((first.code, second.code), []):
                if edit.deleted_on is not None and first.on >= edit.deleted_on:
                    continue
                first.judge("M-DISTINCT")
                second.judge("M-DISTINCT")
                if edit.indicator == "0":
                    second.judge("M-DISTINCT", "conflicting")
                elif edit.indicator == "1":
                    may_be_marked |= {first.charge["charge_id"], second.charge["charge_id"]}
                    if not (first.modifiers | second.modifiers) & DISTINCT:
                        second.judge("M-DISTINCT", "missing")
        for one in group:
            if one.modifiers & DISTINCT and one.charge["charge_id"] not in may_be_marked:
                one.judge("M-DISTINCT", "unjustified")
