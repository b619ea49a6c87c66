"""All X12 of a landing folder: what counts by as_of, and how many sets of each file went where."""

from dataclasses import dataclass, field
from datetime import date

from oracle.csv_extracts import FileCount
from oracle.files import LandedFile
from oracle.x12_claims import (
    Ack277,
    Ack999,
    Submission,
    Ta1,
    read_277,
    read_837,
    read_999,
    read_ta1s,
)
from oracle.x12_envelope import Malformed, TransactionSet, is_used, mark_repeats, read_file
from oracle.x12_remittances import Clp, read_835


@dataclass
class X12:
    """Everything that counts: no tests, no repeats, nothing after as_of."""

    submissions: list[Submission] = field(default_factory=list)
    ta1s: list[Ta1] = field(default_factory=list)
    acks_999: list[Ack999] = field(default_factory=list)
    acks_277: list[Ack277] = field(default_factory=list)
    control_numbers: list[tuple[str, str]] = field(default_factory=list)
    payments: list[Clp] = field(default_factory=list)
    counts: dict[str, FileCount] = field(default_factory=dict)


def read_x12(files: list[LandedFile], as_of: date) -> X12:
    result = X12()
    sets: list[tuple[TransactionSet, object]] = []
    for file in files:
        if file.kind != "x12" or file.status == "duplicate":
            continue
        result.counts[file.path] = FileCount()
        if file.status != "loaded":
            continue
        try:
            interchanges, found = read_file(file)
        except (Malformed, IndexError, ValueError):
            file.status = "quarantined"
            continue
        sets.extend((one, _parsed(one)) for one in found)
        for interchange in interchanges:
            if not interchange.is_test:
                result.ta1s.extend(ta1 for ta1 in read_ta1s(interchange) if ta1.day <= as_of)
        if found and not any(is_used(one) for one in found):
            file.status = "not_used"
    mark_repeats([one for one, _ in sets])
    for one, content in sets:
        _count(result.counts[one.path], one)
        is_counted = one.problem is None and one.outcome == "staged"
        if is_counted and not one.interchange.is_test and content is not None:
            _take(result, content, as_of)
    return result


def _parsed(one: TransactionSet) -> object:
    """What the set says; None for a set of a kind not used or quarantined."""
    if one.problem is not None or not is_used(one):
        return None
    readers = {"837": read_837, "999": read_999, "277": read_277, "835": read_835}
    try:
        return one.kind, readers[one.kind](one)
    except (ValueError, IndexError):
        one.problem = "a value does not parse"
        return None


def _count(count: FileCount, one: TransactionSet) -> None:
    count.rows_read += 1
    if one.problem is not None:
        count.rows_quarantined += 1
    elif one.outcome == "superseded":
        count.rows_superseded += 1
    else:
        count.rows_staged += 1


def _take(result: X12, content: tuple, as_of: date) -> None:
    kind, value = content
    if kind == "837":
        result.submissions.extend(one for one in value if one.day <= as_of)
    elif kind == "999" and value is not None and value.day <= as_of:
        result.acks_999.append(value)
    elif kind == "277":
        words, control_numbers = value
        result.acks_277.extend(word for word in words if word.day <= as_of)
        # A control number counts when the answer that carries it does.
        if words and min(word.day for word in words) <= as_of:
            result.control_numbers.extend(control_numbers)
    elif kind == "835":
        result.payments.extend(one for one in value if one.paid_on <= as_of)
