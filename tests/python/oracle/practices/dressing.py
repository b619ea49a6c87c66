"""Segments that real files carry besides what the warehouse reads; they must change nothing.

Each function takes a set as x12_builder makes it and returns it with more segments, closed again.
"""

from random import Random

from x12_builder import closed

_REMITTANCE_CLAIM = ["NM1*82*1*A*B****XX*1999999999", "MOA***MA01*MA18", "REF*EA*MRN1"]
_REMITTANCE_CLAIM += ["REF*1L*GROUP", "DTM*050*20260101", "DTM*233*20260101", "QTY*CA*1"]
_REMITTANCE_LINE = ["REF*LU*11", "REF*0K*X", "REF*HPI*1999999999", "AMT*B6*12.5", "LQ*HE*N130"]
_CLAIM = ["DTP*431*D8*20250101", "PWK*OZ*BM***AC*1", "AMT*F5*10", "REF*D9*CLEAR1", "NTE*ADD*TEXT"]
_PROVIDER = ["NM1*DN*1*A*B****XX*1999999999", "NM1*77*2*SITE", "REF*G2*X1"]
_PATIENT = ["HL*99*2*23*0", "PAT*19", "NM1*QC*1*ROE*KID", "N3*1 MAIN ST", "N4*BOSTON*MA*02108"]
_OTHER_PAYER = ["DTP*573*D8*20260101", "REF*F8*OTHERICN"]
_LINE = ["NTE*ADD*TEXT", "REF*G1*AUTH1", "DTP*471*D8*20250101"]
_PAID_BEFORE = ["SVD*OTHER*10*HC:97110**1", "CAS*CO*45*10**197*1", "DTP*573*D8*20260101"]


def dressed_835(random: Random, body: list[str]) -> list[str]:
    return _dressed("835", random, body, _after_835)


def dressed_837(random: Random, body: list[str], npis: list[str]) -> list[str]:
    """Also gives some lines a rendering provider of their own (2420A), one of npis."""

    def after(random: Random, loop: str, segment: str) -> list[str]:
        more = _after_837(random, loop, segment)
        if loop == "LX" and segment.startswith("DTP*472") and random.random() < 0.15:
            more.append(f"NM1*82*1*A*B****XX*{random.choice(npis)}")
        return more

    return _dressed("837", random, body, after)


def _dressed(kind: str, random: Random, body: list[str], after) -> list[str]:
    segments: list[str] = []
    # What may follow a segment depends on the loop, which its opening segment tells.
    loop = ""
    for segment in body[1:-1]:
        name = segment.split("*")[0]
        if name in ("CLP", "SVC", "CLM", "LX", "HL", "SBR", "PLB"):
            loop = f"{loop}/{name}" if name == "SBR" and loop == "CLM" else name
        segments += [segment, *after(random, loop, segment)]
    return closed(kind, segments, body[0].split("*")[2])


def _some(random: Random, segments: list[str]) -> list[str]:
    return [one for one in segments if random.random() < 0.3]


def _after_835(random: Random, loop: str, segment: str) -> list[str]:
    if loop == "CLP" and segment.startswith("NM1*QC"):
        return _some(random, _REMITTANCE_CLAIM)
    if loop == "SVC" and segment.startswith("DTM*"):
        return []
    if loop == "SVC" and segment.startswith("CAS*"):
        return _some(random, _REMITTANCE_LINE)
    return []


def _after_837(random: Random, loop: str, segment: str) -> list[str]:
    if loop == "SBR" and segment.startswith("NM1*PR"):
        return _PATIENT if random.random() < 0.2 else []
    if loop == "CLM" and segment.startswith("CLM*"):
        return _some(random, _CLAIM)
    if loop == "CLM" and segment.startswith("HI*"):
        return _some(random, _PROVIDER)
    if loop == "CLM/SBR" and segment.startswith("NM1*PR"):
        return _some(random, _OTHER_PAYER)
    if loop == "LX" and segment.startswith("DTP*472"):
        return _some(random, _LINE)
    if loop == "LX" and segment.startswith("REF*6R") and random.random() < 0.1:
        return _PAID_BEFORE
    return []
