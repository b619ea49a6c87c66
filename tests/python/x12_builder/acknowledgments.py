"""TA1, 999 and 277CA."""

from collections.abc import Sequence
from dataclasses import dataclass

from x12_builder.envelope import VERSIONS, closed
from x12_builder.values import Date, compact


def ta1(
    isa13: int, code: str = "A", note: str = "000", date: Date = "2026-01-05", time: str = "0800"
) -> str:
    """TA1 about the interchange isa13: code A, E or R (TA104), note TA105."""
    return f"TA1*{isa13:09d}*{compact(date)[2:]}*{time}*{code}*{note}"


def transaction_999(
    group_control_number: int | str,
    sets: Sequence[tuple[str, str]] = (),
    group_code: str | None = None,
    group_kind: str = "HC",
    control_number: str = "0001",
) -> list[str]:
    """A 999 about one group (AK102 = its GS06): sets are (ST02, IK501), group_code is AK901.

    Its date is the GS04 of the group it stands in. Without group_code: A, R or P by the sets.
    """
    accepted = sum(code in ("A", "E") for _, code in sets)
    worked_out = "A" if accepted == len(sets) else "P" if accepted else "R"
    version = VERSIONS["837"]
    segments = [f"AK1*{group_kind}*{group_control_number}*{version}"]
    for st02, code in sets:
        segments += [f"AK2*837*{st02}*{version}", f"IK5*{code}" + ("" if code == "A" else "*5")]
    segments.append(f"AK9*{group_code or worked_out}*{len(sets)}*{len(sets)}*{accepted}")
    return closed("999", segments, control_number)


@dataclass(frozen=True)
class Status:
    """An STC: category (A1, A2, A3 …), status code, date STC02 (None leaves it empty)."""

    category: str
    date: Date | None = "2026-01-06"
    status: str = "19"
    entity: str | None = "PR"


def transaction_277(
    batch: str,
    claims: Sequence[tuple[str, Status] | tuple[str, Status, str]] = (),
    batch_status: Status | None = None,
    provider_status: Status | None = None,
    date: Date = "2026-01-06",
    control_number: str = "0001",
    source_kind: str = "AY",
) -> list[str]:
    """A 277CA about the 837 set with BHT03 = batch.

    claims are (claim id, status) or (claim id, status, payer control number of REF*1K) in 2200D;
    batch_status is the STC of 2200B, provider_status that of 2200C (only with claims). source_kind
    AY is a clearinghouse, PR a payer.
    """
    segments = [
        f"BHT*0085*08*ACK{batch}*{compact(date)}*0800*TH",
        "HL*1**20*1",
        f"NM1*{source_kind}*2*SOURCE*****46*SOURCE1",
        f"TRN*1*ACK{batch}",
        f"DTP*050*D8*{compact(date)}",
        f"DTP*009*D8*{compact(date)}",
        f"HL*2*1*21*{1 if claims else 0}",
        "NM1*41*2*PRACTICE*****46*ETIN1",
        f"TRN*2*{batch}",
    ]
    if batch_status is not None:
        segments.append(_stc(batch_status))
    if claims:
        segments += ["HL*3*2*19*1", "NM1*85*2*PRACTICE*****XX*1234567893"]
        if provider_status is not None:
            segments += ["TRN*1*0", _stc(provider_status)]
    for number, (claim_id, status, *control) in enumerate(claims, start=4):
        segments += [
            f"HL*{number}*3*PT",
            "NM1*QC*1*DOE*JANE****MI*M1",
            f"TRN*2*{claim_id}",
            _stc(status),
            *(f"REF*1K*{one}" for one in control),
            "DTP*472*D8*20260105",
        ]
    return closed("277", segments, control_number)


def _stc(status: Status) -> str:
    code = ":".join(filter(None, (status.category, status.status, status.entity)))
    day = "" if status.date is None else compact(status.date)
    return f"STC*{code}*{day}*WQ*100"
