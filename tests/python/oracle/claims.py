"""Claims, their submissions, and what the acknowledgments say of each submission.

A claim is (number, payer sequence). A number that only replacements and voids carry belongs to the
number whose payer control number their REF*F8 names.
"""

from dataclasses import dataclass, field

from oracle.x12_claims import Submission
from oracle.x12_files import X12

REJECTING_SET_CODES = {"R", "M", "W", "X"}
REJECTING_CATEGORIES = {"A3", "A4", "A6", "A7", "A8"}
ACCEPTING_CATEGORIES = {"A1", "A2"}
SEQUENCE_OF_STATUS = {"1": "P", "19": "P", "2": "S", "20": "S", "3": "T", "21": "T"}

ClaimKey = tuple[str, str]


@dataclass
class Outcome:
    """What is known of one submission."""

    is_rejected: bool = False
    categories: set[str] = field(default_factory=set)
    is_accepted_by_835: bool = False

    @property
    def is_accepted(self) -> bool:
        spoken = bool(self.categories & ACCEPTING_CATEGORIES)
        return not self.is_rejected and (spoken or self.is_accepted_by_835)

    @property
    def is_accepted_by_payer(self) -> bool:
        return self.is_accepted and ("A2" in self.categories or self.is_accepted_by_835)


@dataclass
class Claims:
    """submissions: by claim, in order; numbers: each CLM01 to the number of its claim."""

    submissions: dict[ClaimKey, list[Submission]]
    outcomes: dict[tuple, Outcome]
    numbers: dict[str, str]

    def outcome(self, submission: Submission) -> Outcome:
        return self.outcomes[submission.order]

    def of_number(self, number: str) -> list[Submission]:
        """Submissions of every sequence of a claim number, in order."""
        every = [
            one for (root, _), list_ in self.submissions.items() if root == number for one in list_
        ]
        return sorted(every, key=lambda one: one.key)

    def sequence(self, status: str, number: str, payer: str) -> str:
        """The payer sequence of an adjudication of a claim number."""
        if status in SEQUENCE_OF_STATUS:
            return SEQUENCE_OF_STATUS[status]
        for one in self.of_number(number):
            if payer and one.payer_edi_id == payer:
                return one.sequence
        return "P"


def read_claims(x12: X12) -> Claims:
    numbers = _numbers(x12)
    by_claim: dict[ClaimKey, list[Submission]] = {}
    for one in sorted(x12.submissions, key=lambda one: one.key):
        by_claim.setdefault((numbers[one.number], one.sequence), []).append(one)
    claims = Claims(by_claim, {one.order: Outcome() for one in x12.submissions}, numbers)
    _apply_ta1s(x12, claims)
    _apply_999s(x12, claims)
    _apply_277s(x12, claims)
    _apply_835s(x12, claims)
    return claims


def _numbers(x12: X12) -> dict[str, str]:
    own = {one.number for one in x12.submissions if one.frequency not in ("7", "8")}
    named: dict[str, set[str]] = {}
    for number, control_number in [
        *((one.number, one.control_number) for one in x12.payments if one.control_number),
        *x12.control_numbers,
    ]:
        named.setdefault(control_number, set()).add(number)
    parent: dict[str, str] = {}
    for one in sorted(x12.submissions, key=lambda one: one.key):
        if one.number in own or one.number in parent or one.names_control_number is None:
            continue
        others = named.get(one.names_control_number, set()) - {one.number}
        if others:
            parent[one.number] = min(others)
    result = {}
    for number in {one.number for one in x12.submissions}:
        root, seen = number, {number}
        while root in parent and parent[root] not in seen:
            root = parent[root]
            seen.add(root)
        result[number] = root
    return result


def _apply_ta1s(x12: X12, claims: Claims) -> None:
    for ta1 in x12.ta1s:
        about = {
            one.set.interchange.order: one.set.interchange
            for one in x12.submissions
            if one.set.interchange.number == ta1.about and one.set.interchange.day <= ta1.day
        }
        if not about or ta1.code != "R":
            continue
        latest = max(about.values(), key=lambda one: (one.day, one.time, one.order))
        for one in x12.submissions:
            if one.set.interchange.order == latest.order:
                claims.outcome(one).is_rejected = True


def _apply_999s(x12: X12, claims: Claims) -> None:
    for ack in x12.acks_999:
        candidates = [
            one
            for one in x12.submissions
            if one.set.group_number == ack.group_number and one.group_day <= ack.day
        ]
        if not candidates:
            continue
        latest = max(candidates, key=lambda one: (one.group_day, one.set.order))
        for one in candidates:
            is_of_group = (
                one.set.interchange.order == latest.set.interchange.order
                and one.group_day == latest.group_day
            )
            if is_of_group and (
                ack.group_code in REJECTING_SET_CODES
                or ack.sets.get(one.set.number) in REJECTING_SET_CODES
            ):
                claims.outcome(one).is_rejected = True


def _apply_277s(x12: X12, claims: Claims) -> None:
    for word in x12.acks_277:
        before = [one for one in x12.submissions if one.day <= word.day]
        if word.claim is None:
            sets = [one for one in before if one.batch == word.batch]
            if not sets:
                continue
            latest = max(sets, key=lambda one: one.key).set.order
            about = [one for one in sets if one.set.order == latest]
        else:
            of_claim = [one for one in before if one.number == word.claim]
            of_batch = [one for one in of_claim if one.batch == word.batch]
            about = sorted(of_batch or of_claim, key=lambda one: one.key)[-1:]
        for one in about:
            outcome = claims.outcome(one)
            outcome.categories.add(word.category)
            if word.category in REJECTING_CATEGORIES:
                outcome.is_rejected = True


def _apply_835s(x12: X12, claims: Claims) -> None:
    for payment in x12.payments:
        number = claims.numbers.get(payment.number)
        if number is None:
            continue
        sequence = claims.sequence(payment.status, number, payment.payer)
        sent = [
            one
            for one in claims.submissions.get((number, sequence), [])
            if one.day <= payment.paid_on and not claims.outcome(one).is_rejected
        ]
        if sent:
            claims.outcome(sent[-1]).is_accepted_by_835 = True
