"""Diagnoses: do they stand, and do they support the code."""

import re

from oracle.metric_rows import MetricRow, Tally, month_of
from oracle.metrics_visits import charges_of_visits
from oracle.reference import Reference
from oracle.visits import Practice


def code_alignment_rate(practice: Practice, reference: Reference) -> list[MetricRow]:
    tally = Tally("unsupported_lines", "invalid_diagnosis_lines")
    for visit_id, charges in charges_of_visits(practice).items():
        visit = practice.visits[visit_id]
        for charge in charges:
            prefixes = reference.support.get(charge["cpt_code"])
            if prefixes is None:
                continue
            given = [charge[f"diagnosis_{place}"] for place in (1, 2, 3, 4)]
            given = [code for code in given if code is not None]
            is_supported = any(code.replace(".", "").startswith(prefixes) for code in given)
            is_invalid = not all(_is_valid(code, visit, reference) for code in given)
            tally.add(
                month_of(visit["service_date"]),
                practice.visit_slice(visit),
                numerator=int(is_supported and not is_invalid),
                denominator=1,
                unsupported_lines=int(not is_supported),
                invalid_diagnosis_lines=int(is_invalid),
            )
    return tally.rows()


def _is_valid(code: str, visit, reference: Reference) -> bool:
    """With or without the dot, which stands after the third character or not at all."""
    if not re.fullmatch(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?", code, re.ASCII):
        return False
    return reference.is_valid_diagnosis(code.replace(".", ""), visit["service_date"])
