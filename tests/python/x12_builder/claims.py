"""837P."""

from collections.abc import Sequence
from dataclasses import dataclass

from x12_builder.envelope import closed
from x12_builder.values import Date, Money, compact, money, total


@dataclass(frozen=True)
class Line:
    """2400. `charge_id` is REF*6R; a tuple of two days as `date` is a range (RD8)."""

    charge_id: str | None
    code: str
    amount: Money
    date: Date | tuple[Date, Date] = "2026-01-05"
    units: Money = 1
    modifiers: Sequence[str] = ()
    pointers: Sequence[int] = (1,)
    place: str | None = None


@dataclass(frozen=True)
class Claim:
    """2000B and 2300. `replaces` is REF*F8, `authorization` REF*G1, `amount` CLM02 (Σ lines).

    `primary_paid` of a secondary claim adds a 2320 with the first payer `primary_payer_id` (2330B).
    """

    claim_id: str
    lines: Sequence[Line]
    payer_id: str = "PAYER1"
    sequence: str = "P"
    frequency: str = "1"
    replaces: str | None = None
    authorization: str | None = None
    amount: Money | None = None
    member_id: str = "M1"
    last_name: str = "DOE"
    first_name: str = "JANE"
    diagnoses: Sequence[str] = ("M5450",)
    rendering_npi: str | None = "1234567893"
    place: str = "11"
    primary_paid: Money | None = None
    primary_payer_id: str = "PAYER1"


def transaction_837(
    claims: Sequence[Claim],
    batch: str = "BATCH1",
    date: Date = "2026-01-05",
    time: str = "0800",
    control_number: str = "0001",
) -> list[str]:
    """An 837P; batch, date and time are BHT03, BHT04 and BHT05."""
    segments = [
        f"BHT*0019*00*{batch}*{compact(date)}*{time}*CH",
        "NM1*41*2*PRACTICE*****46*ETIN1",
        "PER*IC*BILLING*TE*5550100",
        "NM1*40*2*CLEARING*****46*ETIN2",
        "HL*1**20*1",
        "NM1*85*2*PRACTICE*****XX*1234567893",
        "N3*1 MAIN ST",
        "N4*BOSTON*MA*021080001",
        "REF*EI*123456789",
    ]
    for number, claim in enumerate(claims, start=2):
        segments += _claim(claim, number)
    return closed("837", segments, control_number)


def _claim(claim: Claim, number: int) -> list[str]:
    charged = total(line.amount for line in claim.lines) if claim.amount is None else claim.amount
    codes = "*".join(
        f"{'ABF' if i else 'ABK'}:{code.replace('.', '')}" for i, code in enumerate(claim.diagnoses)
    )
    segments = [
        f"HL*{number}*1*22*0",
        f"SBR*{claim.sequence}*18*******CI",
        f"NM1*IL*1*{claim.last_name}*{claim.first_name}****MI*{claim.member_id}",
        "N3*1 MAIN ST",
        "N4*BOSTON*MA*02108",
        "DMG*D8*19700101*F",
        f"NM1*PR*2*PAYER*****PI*{claim.payer_id}",
        f"CLM*{claim.claim_id}*{money(charged)}***{claim.place}:B:{claim.frequency}*Y*A*Y*Y",
    ]
    if claim.authorization is not None:
        segments.append(f"REF*G1*{claim.authorization}")
    if claim.replaces is not None:
        segments.append(f"REF*F8*{claim.replaces}")
    segments.append(f"HI*{codes}")
    if claim.rendering_npi is not None:
        segments.append(f"NM1*82*1*SMITH*SAM****XX*{claim.rendering_npi}")
    if claim.primary_paid is not None:
        segments += [
            "SBR*P*18*******CI",
            f"AMT*D*{money(claim.primary_paid)}",
            "OI***Y***Y",
            f"NM1*IL*1*{claim.last_name}*{claim.first_name}****MI*{claim.member_id}",
            f"NM1*PR*2*PAYER*****PI*{claim.primary_payer_id}",
        ]
    for count, line in enumerate(claim.lines, start=1):
        procedure = ":".join(("HC", line.code, *line.modifiers))
        pointers = ":".join(str(pointer) for pointer in line.pointers)
        segments += [
            f"LX*{count}",
            f"SV1*{procedure}*{money(line.amount)}*UN*{line.units}*{line.place or ''}**{pointers}",
            _service_date(line.date),
        ]
        if line.charge_id is not None:
            segments.append(f"REF*6R*{line.charge_id}")
    return segments


def _service_date(day: Date | tuple[Date, Date]) -> str:
    if isinstance(day, tuple):
        return f"DTP*472*RD8*{compact(day[0])}-{compact(day[1])}"
    return f"DTP*472*D8*{compact(day)}"
