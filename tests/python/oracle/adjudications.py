"""Remittance claims as adjudications: matched to charges, spread to lines, reversed or standing."""

from collections.abc import Container
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from oracle.claims import ClaimKey, Claims
from oracle.reference import DUPLICATES, Reference
from oracle.x12_claims import SubmittedLine
from oracle.x12_remittances import Cas, Clp

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass
class Line:
    """One line of an adjudication, or of the submission that a CLP without SVC stands for.

    paid is spread; adjustments are the line's own, shares its parts of the claim level.
    """

    code: str
    charge: Decimal
    paid: Decimal
    charge_id: str | None
    tier: int | None
    adjustments: list[Cas]
    shares: list[Cas]
    denial_amounts: list[Cas] = field(default_factory=list)
    is_denied: bool = False
    is_partially_denied: bool = False
    is_duplicate_denial: bool = False
    root_cause: str | None = None
    is_patient_liability: bool = False
    contractual: Decimal = ZERO


@dataclass
class Adjudication:
    """One CLP. claim is None for a number that nobody submitted."""

    clp: Clp
    claim: ClaimKey | None
    sequence: str
    lines: list[Line]
    cancels: "Adjudication | None" = None
    is_standing: bool = False

    @property
    def is_reversal(self) -> bool:
        return self.clp.status == "22"

    @property
    def key(self) -> tuple:
        return (self.clp.paid_on, self.clp.order)

    @property
    def never_changes_the_state(self) -> bool:
        return bool(self.lines) and all(line.is_duplicate_denial for line in self.lines)


def adjudicate(
    payments: list[Clp], claims: Claims, reference: Reference, charges: Container[str]
) -> list[Adjudication]:
    """Every CLP in order of payment date and file, with its lines judged.

    charges: the ids that the practice's extract knows; a line that names another has no charge.
    """
    result = []
    for clp in sorted(payments, key=lambda one: (one.paid_on, one.order)):
        number = claims.numbers.get(clp.number)
        sequence = "P" if number is None else claims.sequence(clp.status, number, clp.payer)
        claim = None if number is None else (number, sequence)
        lines = _lines(clp, claim, claims, charges)
        for line in lines:
            _judge(line, clp, reference)
        result.append(Adjudication(clp, claim, sequence, lines))
    _cancel(result)
    for one in result:
        _take_contractual(one, reference)
    return result


def _lines(clp: Clp, claim: ClaimKey | None, claims: Claims, charges: Container[str]) -> list[Line]:
    submissions = []
    if claim is not None:
        submissions = claims.submissions.get(claim) or claims.of_number(claim[0])
    if clp.lines:
        matches = _matches(
            clp,
            [line for one in submissions for line in one.lines if line.charge_id in charges],
        )
        lines = [
            Line(svc.paid_code, svc.charge, svc.paid, *matches[place], svc.adjustments, [])
            for place, svc in enumerate(clp.lines)
        ]
        weights = [svc.paid for svc in clp.lines]
        if sum(weights) == 0:
            weights = [svc.charge for svc in clp.lines]
    else:
        sent = [one for one in submissions if one.day <= clp.paid_on]
        if not sent and claim is not None:
            # A payer that was handed the claim by the first one stands for what that one got.
            sent = [one for one in claims.of_number(claim[0]) if one.day <= clp.paid_on]
        lines = [
            Line(
                line.code,
                line.charge,
                ZERO,
                line.charge_id if line.charge_id in charges else None,
                1,
                [],
                [],
            )
            for line in (sent[-1].lines if sent else [])
        ]
        weights = [line.charge for line in lines]
    if not lines:
        return []
    rest = clp.paid - sum(line.paid for line in lines)
    for line, share in zip(lines, _spread(rest, weights), strict=True):
        line.paid += share
    for cas in clp.adjustments:
        for line, share in zip(lines, _spread(cas.amount, weights), strict=True):
            line.shares.append(Cas(cas.group, cas.carc, share))
    return lines


def _spread(total: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """Parts of a total to the cent, half up; the last line with a weight takes the rest."""
    whole = sum(weights)
    weighted = [place for place, weight in enumerate(weights) if weight != 0]
    parts = [ZERO] * len(weights)
    if not weighted or whole == 0:
        parts[-1] = total
        return parts
    for place in weighted[:-1]:
        parts[place] = (total * weights[place] / whole).quantize(CENT, ROUND_HALF_UP)
    parts[weighted[-1]] = total - sum(parts)
    return parts


def _matches(clp: Clp, submitted: list[SubmittedLine]) -> list[tuple[str | None, int | None]]:
    """(charge_id, tier) for each SVC of a CLP: one tier after the other, in line order."""
    known = {line.charge_id for line in submitted}
    found: list[tuple[str | None, int | None]] = [(None, None)] * len(clp.lines)
    used = set()
    for place, svc in enumerate(clp.lines):
        if svc.charge_id in known:
            found[place] = (svc.charge_id, 1)
            used.add(svc.charge_id)
    for tier in (2, 3):
        for place, svc in enumerate(clp.lines):
            if found[place][1] is not None:
                continue
            for line in submitted:
                if line.charge_id in used:
                    continue
                if (svc.code, svc.day, abs(svc.charge)) != (line.code, line.day, abs(line.charge)):
                    continue
                if tier == 3 or svc.modifiers == line.modifiers:
                    found[place] = (line.charge_id, tier)
                    used.add(line.charge_id)
                    break
    return found


def _judge(line: Line, clp: Clp, reference: Reference) -> None:
    """Denied, partially denied or a duplicate; a reversal by its amounts turned round."""
    sign = -1 if clp.status == "22" else 1
    amounts = list(line.adjustments)
    if clp.status == "4" or not clp.lines:
        amounts += line.shares
    denials = [
        Cas(cas.group, cas.carc, sign * cas.amount)
        for cas in amounts
        if sign * cas.amount > 0 and reference.is_denial(cas.carc)
    ]
    carcs = {cas.carc for cas in denials}
    is_bundled = carcs == {"97"} and line.code in reference.bundled
    owed_by_patient = any(
        cas.group == "PR"
        and cas.amount != 0
        and reference.category(cas.carc) == "patient_responsibility"
        for cas in [*line.adjustments, *line.shares]
    )
    # abs: a line that a CLP without SVC stands for has the charge of the submission.
    charge = line.charge if not clp.lines else sign * line.charge
    is_refused = charge > 0 and line.paid == 0 and not owed_by_patient and bool(denials)
    line.is_duplicate_denial = is_refused and carcs <= DUPLICATES
    line.is_denied = is_refused and not carcs <= DUPLICATES and not is_bundled
    line.denial_amounts = denials
    line.is_partially_denied = (
        not line.is_denied and bool(carcs) and not carcs <= DUPLICATES and not is_bundled
    )
    if line.is_denied:
        totals: dict[str, Decimal] = {}
        for cas in denials:
            category = reference.category(cas.carc)
            totals[category] = totals.get(category, ZERO) + cas.amount
        line.root_cause = min(totals, key=lambda category: (-totals[category], category))
        by_patient = sum(
            cas.amount
            for cas in denials
            if cas.group == "PR" and reference.category(cas.carc) == line.root_cause
        )
        line.is_patient_liability = by_patient * 2 >= totals[line.root_cause]


def _cancel(adjudications: list[Adjudication]) -> None:
    standing: dict[ClaimKey, list[Adjudication]] = {}
    for one in adjudications:
        if one.claim is None:
            continue
        mine = standing.setdefault(one.claim, [])
        if one.is_reversal:
            same = [
                other
                for other in mine
                if one.clp.control_number is not None
                and other.clp.control_number == one.clp.control_number
            ]
            if same or mine:
                one.cancels = (same or mine)[-1]
                mine.remove(one.cancels)
                one.cancels.is_standing = False
                _deny_as_cancelled(one)
        elif one.clp.status not in ("23", "25"):
            mine.append(one)
            one.is_standing = True
    for one in adjudications:
        if one.is_reversal and one.cancels is None:
            _deny_as_cancelled(one)


def _deny_as_cancelled(reversal: Adjudication) -> None:
    """A reversal's line with a charge is denied where the line that it takes back is."""
    cancelled = reversal.cancels.lines if reversal.cancels is not None else []
    for line in reversal.lines:
        if line.charge_id is not None:
            taken_back = [other for other in cancelled if other.charge_id == line.charge_id]
            line.is_denied = bool(taken_back) and all(other.is_denied for other in taken_back)


def _take_contractual(one: Adjudication, reference: Reference) -> None:
    for line in one.lines:
        if one.sequence == "P" and not line.is_denied:
            line.contractual = sum(
                (
                    cas.amount
                    for cas in [*line.adjustments, *line.shares]
                    if _is_contractual(cas, reference)
                ),
                ZERO,
            )


def _is_contractual(cas: Cas, reference: Reference) -> bool:
    category = reference.category(cas.carc)
    if category == "patient_responsibility":
        return cas.group == "CO"
    return cas.group != "PR" and category in {
        "contractual",
        "sequestration",
        "multiple_procedure_reduction",
        "capitation",
    }
