"""835: a payment, its claims, lines and provider-level adjustments as segments. Pure functions."""

from __future__ import annotations

from sample_practice.clock import compact, x12_amount, year_of
from sample_practice.model import Organization, Payer
from sample_practice.papers import Adjudication, Line
from sample_practice.x12_claims import adjustment_segments


def remittance(
    organization: Organization,
    payer: Payer,
    day: int,
    trace: str,
    paid: int,
    adjudications: list[Adjudication],
    provider_adjustments: list[tuple[str, str, int]],
) -> list[str]:
    """The segments between ST and SE of one 835."""
    payer_number = f"1{payer.tax_id}"
    if paid:
        method = payer.payment_method
        if method == "ACH":
            payment = (
                f"BPR*I*{x12_amount(paid)}*C*ACH*CCP*01*021000021*DA*{payer_number[1:]}*"
                f"{payer_number}**01*031000053*DA*44000199*{compact(day)}"
            )
        else:
            payment = f"BPR*I*{x12_amount(paid)}*C*CHK************{compact(day)}"
    else:
        payment = f"BPR*H*0*C*NON************{compact(day)}"
    segments = [
        payment,
        f"TRN*1*{trace}*{payer_number}",
        f"DTM*405*{compact(day)}",
        f"N1*PR*{payer.name}",
        "N3*100 PAYER PLAZA",
        "N4*HARRISBURG*PA*17101",
        f"REF*2U*{payer.edi_id}",
        "PER*BL*PROVIDER SERVICES*TE*8005550199",
        f"N1*PE*{organization.name}*XX*{organization.npi}",
        f"REF*TJ*{organization.tax_id}",
    ]
    if adjudications:
        segments.append("LX*1")
    for adjudication in adjudications:
        segments += claim_payment(adjudication, payer)
    fiscal = f"{year_of(day)}1231"
    # Six pairs fit into one PLB.
    for start in range(0, len(provider_adjustments), 6):
        pairs = "*".join(
            f"{reason}:{reference}*{x12_amount(cents)}"
            for reason, reference, cents in provider_adjustments[start : start + 6]
        )
        segments.append(f"PLB*{organization.npi}*{fiscal}*{pairs}")
    return segments


def claim_payment(adjudication: Adjudication, payer: Payer) -> list[str]:
    """2100 and its 2110s."""
    submission = adjudication.submission
    claim = adjudication.claim
    patient = claim.visit.patient
    sign = -1 if adjudication.status == "22" else 1
    lines = adjudication.lines
    charged = sum(line.charged for line in lines)
    owed = sum(
        cents
        for adjustments in (adjudication.level_adjustments, *(line.adjustments for line in lines))
        for group, _, cents in adjustments
        if group == "PR"
    )
    # CLP05 is not used on a reversal.
    patient_part = x12_amount(owed) if owed and sign > 0 else ""
    segments = [
        f"CLP*{adjudication.claim_number}*{adjudication.status}*{x12_amount(charged)}*"
        f"{x12_amount(adjudication.paid)}*{patient_part}*{payer.claim_code}*"
        f"{adjudication.control_number}*{lines[0].charge.place if lines[0].charge else 11}*"
        f"{submission.frequency}"
    ]
    if adjudication.level_adjustments:
        segments += adjustment_segments(adjudication.level_adjustments)
    segments.append(
        f"NM1*QC*1*{patient.last_name}*{patient.first_name}****MI*{submission.coverage.member_id}"
    )
    if adjudication.status == "19":
        other = patient.coverages[1].payer
        segments.append(f"NM1*TT*2*{other.name}*****PI*{other.edi_id}")
    service = compact(claim.visit.day)
    segments.append(f"DTM*232*{service}")
    segments.append(f"DTM*050*{compact(submission.day + 1)}")
    if adjudication.interest:
        segments.append(f"AMT*I*{x12_amount(adjudication.interest)}")
    if adjudication.shows_lines:
        for line in lines:
            segments += service_payment(line, payer, service)
    return segments


def service_payment(line: Line, payer: Payer, service: str) -> list[str]:
    """2110: one line as this payer writes it; some drop modifiers or the line control number."""
    code = line.shown_code or line.code
    if line.modifiers and not payer.drops_modifiers and not line.shown_code:
        code = ":".join((code, *line.modifiers))
    segments = [
        f"SVC*HC:{code}*{x12_amount(line.charged)}*{x12_amount(line.paid)}**{line.units}",
        f"DTM*472*{service}",
    ]
    segments += adjustment_segments(line.adjustments) if line.adjustments else []
    if line.charge is not None and not payer.drops_reference and not line.shown_code:
        segments.append(f"REF*6R*{line.charge.charge_id}")
    if line.paid > 0:
        allowed = line.charged - sum(c for g, _, c in line.adjustments if g != "PR")
        segments.append(f"AMT*B6*{x12_amount(allowed)}")
    if line.remark:
        segments.append(f"LQ*HE*{line.remark}")
    return segments
