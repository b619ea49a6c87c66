"""837P: submissions as segments. Pure functions of the records; decides nothing."""

from __future__ import annotations

from sample_practice.clock import compact, x12_amount
from sample_practice.model import Organization, Partner, Payer
from sample_practice.papers import Adjudication, Charge, Line, Submission

_TAXONOMY = {"PT": "225100000X", "OT": "225X00000X", "SLP": "235Z00000X"}


def batch(
    organization: Organization,
    partner: Partner,
    payer: Payer,
    reference: str,
    day: int,
    minute: int,
    submissions: list[Submission],
) -> list[str]:
    """The segments between ST and SE of one 837P for one payer."""
    clock = f"{minute // 60:02d}{minute % 60:02d}"
    segments = [
        f"BHT*0019*00*{reference}*{compact(day)}*{clock}*CH",
        f"NM1*41*2*{organization.name}*****46*{organization.etin}",
        "PER*IC*BILLING OFFICE*TE*8005550100",
        f"NM1*40*2*{partner.name}*****46*{partner.etin}",
        "HL*1**20*1",
        "PRV*BI*PXC*261QP2000X",
        f"NM1*85*2*{organization.name}*****XX*{organization.npi}",
        f"N3*{organization.street}",
        f"N4*{organization.city}*{organization.state}*{organization.postal_code}",
        f"REF*EI*{organization.tax_id}",
    ]
    for number, submission in enumerate(submissions, start=2):
        segments += claim(submission, number, payer)
    return segments


def claim(submission: Submission, number: int, payer: Payer) -> list[str]:
    """HL 22 and its claim."""
    visit = submission.claim.visit
    patient = visit.patient
    coverage = submission.coverage
    charges = submission.charges
    total = sum(charge.amount for charge in charges)
    born = compact(patient.born_on)
    is_secondary = submission.sequence == "S"
    insurance_type = "12" if is_secondary and payer.payer_type == "medicare" else ""
    injury = {"workers_comp": "EM", "auto": "AA"}.get(payer.payer_type, "")
    segments = [
        f"HL*{number}*1*22*0",
        f"SBR*{submission.sequence}*18***{insurance_type}****{payer.filing_code}",
        f"NM1*IL*1*{patient.last_name}*{patient.first_name}****MI*{coverage.member_id}",
        "N3*1 MAIN ST",
        f"N4*{visit.clinic.city}*{visit.clinic.state}*{patient.postal_code}",
        f"DMG*D8*{born}*{patient.sex}",
    ]
    if injury:
        segments.append(f"REF*Y4*PC{coverage.coverage_id}")
    segments.append(f"NM1*PR*2*{payer.name}*****PI*{payer.edi_id}")
    place = charges[0].place if charges else "11"
    where = f"{place}:B:{submission.frequency}"
    head = f"CLM*{submission.claim_number}*{x12_amount(total)}***{where}*Y*A*Y*Y"
    if injury == "AA":
        segments.append(f"{head}**AA:::{visit.clinic.state}")
    elif injury:
        segments.append(f"{head}**{injury}")
    else:
        segments.append(head)
    if injury:
        segments.append(f"DTP*439*D8*{compact(visit.appointment.episode.start_of_care - 12)}")
    if visit.authorization is not None and visit.authorization.payer is payer:
        segments.append(f"REF*G1*{visit.authorization.number}")
    if submission.replaces:
        segments.append(f"REF*F8*{submission.replaces}")
    diagnoses = list(dict.fromkeys(code for charge in charges for code in charge.diagnoses))
    coded = "*".join(f"{'ABF' if i else 'ABK'}:{code}" for i, code in enumerate(diagnoses))
    segments.append(f"HI*{coded}")
    treating = visit.provider.supervisor or visit.provider
    segments.append(f"NM1*82*1*{treating.last_name}*{treating.first_name}****XX*{treating.npi}")
    segments.append(f"PRV*PE*PXC*{_TAXONOMY[treating.credential]}")
    prior = submission.prior if is_secondary else None
    if prior is not None:
        segments += other_payer(prior)
    pointers = {code: str(i) for i, code in enumerate(diagnoses, start=1)}
    by_charge = {line.charge.charge_id: line for line in prior.lines} if prior else {}
    for count, charge in enumerate(charges, start=1):
        segments += service_line(charge, count, place, pointers)
        line = by_charge.get(charge.charge_id)
        if line is not None:
            segments += line_adjudication(line, prior)
    return segments


def service_line(charge: Charge, count: int, place: str, pointers: dict[str, str]) -> list[str]:
    """LX, SV1, the date and the line's control number, which is the charge."""
    procedure = ":".join(("HC", charge.code, *charge.modifiers))
    own_place = charge.place if charge.place != place else ""
    pointer = ":".join(pointers[code] for code in charge.diagnoses[:4])
    return [
        f"LX*{count}",
        f"SV1*{procedure}*{x12_amount(charge.amount)}*UN*{charge.units}*{own_place}**{pointer}",
        f"DTP*472*D8*{compact(charge.visit.day)}",
        f"REF*6R*{charge.charge_id}",
    ]


def other_payer(prior: Adjudication) -> list[str]:
    """2320: who paid first, and how much."""
    coverage = prior.submission.coverage
    patient = prior.claim.visit.patient
    payer = prior.payer
    return [
        f"SBR*P*18*******{payer.filing_code}",
        f"AMT*D*{x12_amount(prior.paid)}",
        "OI***Y***Y",
        f"NM1*IL*1*{patient.last_name}*{patient.first_name}****MI*{coverage.member_id}",
        f"NM1*PR*2*{payer.name}*****PI*{payer.edi_id}",
    ]


def line_adjudication(line: Line, prior: Adjudication) -> list[str]:
    """2430: the first payer's decision on a line."""
    procedure = ":".join(("HC", line.code, *line.modifiers))
    segments = [f"SVD*{prior.payer.edi_id}*{x12_amount(line.paid)}*{procedure}**{line.units}"]
    segments += adjustment_segments(line.adjustments)
    segments.append(f"DTP*573*D8*{compact(prior.day)}")
    return segments


def adjustment_segments(adjustments: list[tuple[str, str, int]]) -> list[str]:
    """CAS, one per group, reasons in the order given."""
    if len(adjustments) == 1:
        group, reason, cents = adjustments[0]
        return [f"CAS*{group}*{reason}*{x12_amount(cents)}"]
    grouped: dict[str, list[str]] = {}
    for group, reason, cents in adjustments:
        grouped.setdefault(group, []).append(f"{reason}*{x12_amount(cents)}")
    return [f"CAS*{group}*" + "**".join(parts) for group, parts in grouped.items()]
