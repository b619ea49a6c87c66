"""Units against minutes: every right allocation is tried, the nearest one judges the visit."""

from itertools import combinations

from oracle.csv_extracts import Row
from oracle.metric_rows import MetricRow, Tally, month_of
from oracle.metrics_visits import charges_of_visits
from oracle.reference import Reference
from oracle.visits import Practice

CMS_TYPES = {"medicare", "medicare_advantage", "medicaid", "tricare_va", "self_pay"}


def unit_rule(practice: Practice, visit: Row) -> str:
    payer = practice.payers.get(practice.visit_payer(visit))
    if payer is None or practice.is_self_pay(visit):
        return "cms"
    return payer["unit_rule"] or ("cms" if payer["payer_type"] in CMS_TYPES else "ama")


def cms_allocations(minutes: dict[str, int]) -> list[dict[str, int]]:
    """Every allocation by U-CMS: whole quarter hours, the rest by largest remainder, ties open."""
    whole = {code: number // 15 for code, number in minutes.items()}
    rest = (sum(minutes.values()) + 7) // 15 - sum(whole.values())
    result = []
    for lucky in combinations(sorted(minutes), rest):
        left = [minutes[code] % 15 for code in minutes if code not in lucky]
        if all(minutes[code] % 15 >= max(left, default=0) for code in lucky):
            result.append({code: whole[code] + (code in lucky) for code in minutes})
    return result


def ama_allocation(minutes: dict[str, int]) -> dict[str, int]:
    return {code: (number + 7) // 15 for code, number in minutes.items()}


def unit_accuracy_rate(practice: Practice, reference: Reference) -> list[MetricRow]:
    tally = Tally(
        "overbilled_units",
        "underbilled_units",
        "untimed_errors",
        "missing_minutes_lines",
        "units_if_cms",
        "units_if_ama",
    )
    for visit_id, charges in charges_of_visits(practice).items():
        visit = practice.visits[visit_id]
        timed = [row for row in charges if reference.timing(row["cpt_code"]) == "timed"]
        missing = sum(row["minutes"] is None for row in timed)
        has_timed_part = bool(timed) and not missing
        counted = [
            row
            for row in charges
            if reference.timing(row["cpt_code"]) in ("untimed", "timed_first")
        ]
        errors = sum(
            units > 1 or (units != 1 and reference.timing(code) == "untimed")
            for code, units in _summed(counted, "units").items()
        )
        over = under = if_cms = if_ama = 0
        if has_timed_part:
            minutes, billed = _summed(timed, "minutes"), _summed(timed, "units")
            by_cms, by_ama = cms_allocations(minutes), ama_allocation(minutes)
            right = by_cms if unit_rule(practice, visit) == "cms" else [by_ama]
            over, under = min((_errors(billed, one) for one in right), key=sum)
            if_cms, if_ama = sum(by_cms[0].values()), sum(by_ama.values())
        is_judged = has_timed_part or bool(counted)
        tally.add(
            month_of(visit["service_date"]),
            practice.visit_slice(visit),
            numerator=int(is_judged and not over and not under and not errors),
            denominator=int(is_judged),
            overbilled_units=over,
            underbilled_units=under,
            untimed_errors=errors,
            missing_minutes_lines=missing,
            units_if_cms=if_cms,
            units_if_ama=if_ama,
        )
    return tally.rows()


def _summed(charges: list[Row], column: str) -> dict[str, int]:
    result: dict[str, int] = {}
    for row in charges:
        result[row["cpt_code"]] = result.get(row["cpt_code"], 0) + row[column]
    return result


def _errors(billed: dict[str, int], right: dict[str, int]) -> tuple[int, int]:
    """(units too many, units too few)."""
    return (
        sum(max(0, billed[code] - right[code]) for code in billed),
        sum(max(0, right[code] - billed[code]) for code in billed),
    )
