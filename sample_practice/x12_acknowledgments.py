"""TA1, 999 and 277CA as segments. Pure functions; who rejects what is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from sample_practice.clock import compact, x12_amount
from sample_practice.papers import Submission

# What is wrong with a claim, and how a 277CA says it: category, status, entity.
CLAIM_FAULTS = {
    "member_id": ("A7", "164", "IL"),
    "birth_date": ("A7", "158", "IL"),
    "name_mismatch": ("A3", "33", "IL"),
    "referring_provider": ("A6", "562", "DN"),
    "diagnosis": ("A7", "255", ""),
    "enrollment": ("A8", "562", "82"),
    "lost_authorization": ("A6", "252", ""),
}


@dataclass(slots=True)
class SetReport:
    """What a clearinghouse or payer says about one 837 transaction set."""

    source_name: str
    source_id: str
    source_kind: str
    reference: str
    submitted_on: int
    reported_on: int
    trace: str
    verdicts: list[tuple[Submission, str]] = field(default_factory=list)
    batch_fault: str = ""


def interchange_reject(control: int, day: int, minute: int) -> list[str]:
    """TA1 for an interchange that could not be read."""
    return [f"TA1*{control:09d}*{compact(day)[2:]}*{minute // 60:02d}{minute % 60:02d}*R*006"]


def implementation_acknowledgment(group_number: int, sets: list[tuple[str, bool]]) -> list[str]:
    """The segments between ST and SE of a 999 for one group of 837Ps.

    sets holds (ST02, accepted) in order.
    """
    segments = [f"AK1*HC*{group_number}*005010X222A1"]
    accepted = 0
    for control, is_accepted in sets:
        segments.append(f"AK2*837*{control}*005010X222A1")
        if is_accepted:
            accepted += 1
            segments.append("IK5*A")
        else:
            segments += ["IK3*NM1*12*2010*8", "IK4*9*67*1", "IK5*R*5"]
    code = "A" if accepted == len(sets) else "P" if accepted else "R"
    segments.append(f"AK9*{code}*{len(sets)}*{len(sets)}*{accepted}")
    return segments


def claim_acknowledgment(report: SetReport, practice_name: str, etin: str, npi: str) -> list[str]:
    """The segments between ST and SE of a 277CA about one 837P."""
    day = compact(report.reported_on)
    total = sum(amount_of(submission) for submission, _ in report.verdicts)
    accepted = [submission for submission, fault in report.verdicts if not fault]
    good = sum(amount_of(submission) for submission in accepted)
    segments = [
        f"BHT*0085*08*{report.trace}*{day}*0700*TH",
        "HL*1**20*1",
        f"NM1*{report.source_kind}*2*{report.source_name}*****46*{report.source_id}",
        f"TRN*1*{report.trace}",
        f"DTP*050*D8*{compact(report.submitted_on)}",
        f"DTP*009*D8*{day}",
        f"HL*2*1*21*{0 if report.batch_fault else 1}",
        f"NM1*41*2*{practice_name}*****46*{etin}",
        f"TRN*2*{report.reference}",
    ]
    if report.batch_fault:
        segments.append(f"STC*{report.batch_fault}*{day}*U*{x12_amount(total)}")
        segments.append(f"QTY*AA*{len(report.verdicts)}")
        segments.append(f"AMT*YY*{x12_amount(total)}")
        return segments
    segments.append(f"STC*A1:19:PR*{day}*WQ*{x12_amount(total)}")
    if accepted:
        segments.append(f"QTY*90*{len(accepted)}")
    if len(accepted) < len(report.verdicts):
        segments.append(f"QTY*AA*{len(report.verdicts) - len(accepted)}")
    if accepted:
        segments.append(f"AMT*YU*{x12_amount(good)}")
    if len(accepted) < len(report.verdicts):
        segments.append(f"AMT*YY*{x12_amount(total - good)}")
    segments.append("HL*3*2*19*1")
    segments.append(f"NM1*85*2*{practice_name}*****XX*{npi}")
    segments.append("TRN*1*0")
    segments.append(f"STC*A1:19:PR**WQ*{x12_amount(total)}")
    is_payer = report.source_kind == "PR"
    for number, (submission, fault) in enumerate(report.verdicts, start=4):
        segments += claim_status(submission, fault, number, day, is_payer)
    return segments


def claim_status(
    submission: Submission, fault: str, number: int, day: str, is_payer: bool
) -> list[str]:
    """2000D: one claim's word."""
    patient = submission.claim.visit.patient
    amount = x12_amount(amount_of(submission))
    if fault:
        category, status, entity = CLAIM_FAULTS[fault]
        composite = f"{category}:{status}:{entity}" if entity else f"{category}:{status}"
        action = "U"
    else:
        composite, action = ("A2:20:PR", "WQ") if is_payer else ("A1:19:PR", "WQ")
    segments = [
        f"HL*{number}*3*PT",
        f"NM1*QC*1*{patient.last_name}*{patient.first_name}****MI*{submission.coverage.member_id}",
        f"TRN*2*{submission.claim_number}",
        f"STC*{composite}*{day}*{action}*{amount}",
    ]
    if is_payer and not fault:
        segments.append(f"REF*1K*{submission.control_number}")
    segments.append(f"DTP*472*D8*{compact(submission.claim.visit.day)}")
    return segments


def amount_of(submission: Submission) -> int:
    """Charges of a submission, in cents."""
    return sum(charge.amount for charge in submission.charges)
