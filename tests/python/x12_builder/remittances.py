"""835."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from x12_builder.envelope import closed
from x12_builder.values import Adjustment, Date, Money, compact, joined, money, total


@dataclass(frozen=True)
class ServiceLine:
    """2110. `adjustments` are (group, reason, amount); `charge_id` is REF*6R, `submitted_code` the
    code of SVC06, `units` SVC05 (None: empty), `remarks` LQ*HE codes."""

    code: str
    charged: Money
    paid: Money
    adjustments: Sequence[Adjustment] = ()
    charge_id: str | None = None
    date: Date | None = "2026-01-05"
    modifiers: Sequence[str] = ()
    units: Money | None = 1
    submitted_code: str | None = None
    remarks: Sequence[str] = ()


@dataclass(frozen=True)
class ClaimPayment:
    """2100. status is CLP02 (1 primary, 2 secondary, 4 denied, 22 reversal …).

    Worked out when None: charged (CLP03: Σ SVC02), paid (CLP04: charged - Σ of all CAS), patient
    (CLP05: Σ PR). `control_number` is CLP07, `interest` AMT*I, `date` DTM*232.
    """

    claim_id: str
    lines: Sequence[ServiceLine] = ()
    status: str = "1"
    charged: Money | None = None
    paid: Money | None = None
    patient: Money | None = None
    adjustments: Sequence[Adjustment] = ()
    control_number: str | None = None
    date: Date | None = "2026-01-05"
    interest: Money | None = None


def transaction_835(
    claims: Sequence[ClaimPayment],
    trace: str = "TRACE1",
    payer_id: str | None = "PAYER1",
    date: Date | None = "2026-01-20",
    plb: Sequence[tuple[str, str, Money]] = (),
    amount: Money | None = None,
    production_date: Date | None = None,
    n1_payer_id: str | None = None,
    control_number: str = "0001",
) -> list[str]:
    """An 835 of one payer: trace is TRN02, date BPR16, payer_id REF*2U, n1_payer_id N104.

    plb are (reason, reference, amount); a positive amount lowers the payment. amount (BPR02) is
    worked out as Σ CLP04 - Σ PLB. production_date is DTM*405 (None: left out).
    """
    paid = total(_paid(claim) for claim in claims)
    net = paid - total(one for _, _, one in plb) if amount is None else amount
    day = "" if date is None else compact(date)
    segments = [
        f"BPR*I*{money(net)}*C*CHK************{day}",
        f"TRN*1*{trace}*1123456789",
        None if production_date is None else f"DTM*405*{compact(production_date)}",
        joined("N1", "PR", "PAYER", n1_payer_id and "XV", n1_payer_id),
        "N3*1 MAIN ST",
        "N4*BOSTON*MA*02108",
        payer_id and f"REF*2U*{payer_id}",
        "PER*BL*SERVICE*TE*5550199",
        "N1*PE*PRACTICE*XX*1234567893",
        "LX*1" if claims else None,
    ]
    segments = [segment for segment in segments if segment is not None]
    for claim in claims:
        segments += _claim_payment(claim)
    for start in range(0, len(plb), 6):
        pairs = "*".join(
            f"{reason}:{reference}*{money(value)}"
            for reason, reference, value in plb[start : start + 6]
        )
        segments.append(f"PLB*1234567893*20261231*{pairs}")
    return closed("835", segments, control_number)


def _claim_payment(claim: ClaimPayment) -> list[str]:
    every = [*claim.adjustments, *(one for line in claim.lines for one in line.adjustments)]
    owed = total(amount for code, _, amount in every if code == "PR")
    patient = claim.patient if claim.patient is not None else owed or None
    segments = [
        joined(
            "CLP",
            claim.claim_id,
            claim.status,
            money(_charged(claim)),
            money(_paid(claim)),
            None if patient is None else money(patient),
            "12",
            claim.control_number,
            "11",
            "1",
        ),
        *_cas(claim.adjustments),
        "NM1*QC*1*DOE*JANE****MI*M1",
    ]
    if claim.date is not None:
        segments.append(f"DTM*232*{compact(claim.date)}")
    if claim.interest is not None:
        segments.append(f"AMT*I*{money(claim.interest)}")
    for line in claim.lines:
        segments += _service_line(line)
    return segments


def _service_line(line: ServiceLine) -> list[str]:
    procedure = ":".join(("HC", line.code, *line.modifiers))
    submitted = None if line.submitted_code is None else f"HC:{line.submitted_code}"
    units = None if line.units is None else str(line.units)
    segments = [
        joined("SVC", procedure, money(line.charged), money(line.paid), None, units, submitted)
    ]
    if line.date is not None:
        segments.append(f"DTM*472*{compact(line.date)}")
    segments += _cas(line.adjustments)
    if line.charge_id is not None:
        segments.append(f"REF*6R*{line.charge_id}")
    return segments + [f"LQ*HE*{code}" for code in line.remarks]


def _cas(adjustments: Sequence[Adjustment]) -> list[str]:
    """One CAS for each run of a group, six triplets at most; quantities are left empty."""
    runs: list[tuple[str, list[str]]] = []
    for code, reason, amount in adjustments:
        if not runs or runs[-1][0] != code or len(runs[-1][1]) == 6:
            runs.append((code, []))
        runs[-1][1].append(f"{reason}*{money(amount)}")
    return [f"CAS*{code}*" + "**".join(triplets) for code, triplets in runs]


def _charged(claim: ClaimPayment) -> Decimal:
    if claim.charged is not None:
        return Decimal(claim.charged)
    return total(line.charged for line in claim.lines)


def _paid(claim: ClaimPayment) -> Decimal:
    if claim.paid is not None:
        return Decimal(claim.paid)
    every = [*claim.adjustments, *(one for line in claim.lines for one in line.adjustments)]
    return _charged(claim) - total(amount for _, _, amount in every)
