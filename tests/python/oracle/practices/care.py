"""What happens in a visit and is asked of a payer: notes, minutes, modifiers, authorizations."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from oracle.practices.base import Practice, Row, cents

# 97545 is timed_first, 97546 timed_additional; nobody knows 00000.
TIMED_CODES = ["97110", "97110", "97110", "97112", "97140", "97140", "97530", "97750"]
UNTIMED_CODES = ["97010", "97010", "97161", "97164", "97035", "97150", "G0283", "95851", "97012"]
OTHER_CODES = ["97545", "97546", "00000"]
CODES = [*TIMED_CODES, *TIMED_CODES, *UNTIMED_CODES, *OTHER_CODES]
# Supporting ones of several codes, headers, unknown and malformed ones, and one that ended in 2021.
DIAGNOSES = ["M54.50"] * 5 + ["M5450", "M5416", "M25.561", "S83.511A", "G81.91", "R26.89", "Z47.1"]
DIAGNOSES += ["M54.5", "M54", "M51.36", "M51360", "Q99", "XYZ", "M54.50X", "123", "M54..50"]
MODIFIERS = ["GP"] * 12 + ["GO", "GO", "GN", "59", "59", "XS", "CQ", "CQ", "CO", "KX", "KX"]
MODIFIERS += ["95", "93", "GT", "GA", "GZ", "GX", "GY"]

# (units, minutes, assistant minutes) about the edges of M-ASSISTANT: 8 or 9 minutes of an assistant
# beside a unit that nobody has alone, and whole units of an assistant beyond those billed.
ASSISTED = [(2, 22, 8), (2, 23, 9), (1, 15, 8), (1, 15, 7), (1, 32, 31), (0, 15, 15), (1, 20, 2)]
THRESHOLDS = {2026: Decimal(2480), 2020: Decimal(2080)}


def visit_care(practice: Practice, on: date) -> Row:
    """The columns of a visit that say when and how: clock, signature, delivery."""
    random = practice.random
    start = datetime.combine(on, datetime.min.time()) + timedelta(minutes=random.randint(0, 1439))
    end = start + timedelta(minutes=random.randint(10, 90))
    started = start if practice.chance(80) else None
    ended = end if practice.chance(60) else None
    clock = ended or started or datetime.combine(on + timedelta(days=1), datetime.min.time())
    signed = None
    if practice.chance(85):
        hours = random.choice([24, 24, 48, 72, *(random.randint(-2, 100) for _ in range(4))])
        slip = random.choice([0, 0, -1, 1, 60, random.randint(-4000, 4000)])
        signed = clock + timedelta(hours=hours, seconds=slip)
    return {
        "started_at": started,
        "ended_at": ended,
        "note_signed_at": signed,
        "note_cosigned_at": clock + timedelta(days=9) if practice.chance(10) else None,
        "delivery": random.choice(["telehealth", "in_person", "in_person", None, None, None]),
    }


def charge_care(practice: Practice, visit: Row) -> Row:
    """The columns of a charge that the coding rules judge."""
    random = practice.random
    code = random.choice(CODES)
    units = random.choice([0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4])
    minutes = max(0, units * 15 + random.randint(-9, 9))
    if practice.chance(10):
        minutes = None
    alone = None
    if practice.chance(35) and minutes is not None:
        # A tenth of the minutes is not more than a tenth.
        alone = random.choice([0, minutes // 10, minutes, *_some(random, minutes)])
    if practice.chance(14):
        units, minutes, alone = random.choice(ASSISTED)
    modifiers = random.sample(MODIFIERS, random.choice([0, 1, 1, 1, 1, 2, 2, 3, 4]))
    place = random.choice(["11", "11", "11", "11", "12", None, "02", "10"])
    if visit["delivery"] == "telehealth" and practice.chance(50):
        place, modifiers = "10", [*modifiers[:2], "95"]
    rendering = None
    if practice.chance(30):
        rendering = random.choice(practice.rows["providers"])["provider_id"]
    elif practice.chance(3):
        rendering = f"{practice.prefix}DNONE"
    diagnoses = random.sample(DIAGNOSES, random.choice([1, 1, 1, 2, 4]))
    return {
        "cpt_code": code,
        **{f"modifier_{place_}": value for place_, value in enumerate(modifiers, start=1)},
        "units": units,
        "minutes": minutes,
        "assistant_minutes": alone,
        **{f"diagnosis_{place_}": value for place_, value in enumerate(diagnoses, start=1)},
        "place_of_service": place,
        "rendering_provider_id": rendering,
        "charge_amount": _amount(practice, code, units, modifiers),
    }


def _some(random: Random, minutes: int) -> list[int]:
    return [random.randint(0, minutes) for _ in range(3)]


def _amount(practice: Practice, code: str, units: int, modifiers: list[str]) -> Decimal:
    """Now and then what a fee schedule asks, to the cent or just beside; rarely a fortune."""
    random = practice.random
    fees = [row for row in practice.rows.get("fee_schedules", []) if row["cpt_code"] == code]
    if fees and units and practice.chance(30):
        fee = random.choice(fees)["allowed_amount"] * units
        if "CQ" in modifiers and practice.chance(60):
            fee = (fee * Decimal("0.88")).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return fee - Decimal(random.choice(["0", "0.01", "0.02"]))
    if practice.chance(35 if practice.is_heavy else 4):
        return cents(random, 700, 2700)
    return cents(random, 40, 160)


def payer_rules(practice: Practice) -> Row:
    """The columns of a payer that change a rule; empty ones take the default of its type."""
    random = practice.random
    return {
        "unit_rule": random.choice([None, None, "cms", "ama"]),
        "therapy_modifier_required": random.choice([None, None, "true", "N"]),
        "assistant_modifier_required": random.choice([None, None, "1", "false"]),
        "authorization_required": random.choice([None, "0", "Y", "true", "1"]),
    }


def authorizations(practice: Practice) -> None:
    """Requests of every status around the visits, with and without days and limits."""
    random = practice.random
    payers = [row["payer_id"] for row in practice.rows["payers"]]
    for patient in practice.rows["patients"]:
        own = [
            row["payer_id"]
            for row in practice.rows.get("coverages", [])
            if row["patient_id"] == patient["patient_id"]
        ]
        days = [
            row["service_date"]
            for row in practice.rows["visits"]
            if row["patient_id"] == patient["patient_id"]
        ]
        for _ in range(random.choice([0, 1, 2, 3, 4])):
            requested = practice.day(-340, 5)
            decided = requested + timedelta(days=random.randint(-1, 30))
            start = requested + timedelta(days=random.randint(-40, 10))
            if days and practice.chance(50):
                # The first and the last day are covered.
                start = random.choice(days)
            end = start + timedelta(days=random.choice([0, 30, 90, 200]))
            if days and practice.chance(25):
                end = max(start, random.choice(days))
            asked = random.randint(1, 12)
            status = random.choice(
                ["approved"] * 5 + ["partially_approved"] * 3 + ["denied", "pending", "cancelled"]
            )
            is_granted = status in ("approved", "partially_approved")
            practice.add(
                "authorizations",
                "Z",
                patient_id=patient["patient_id"],
                payer_id=random.choice(own if own and practice.chance(85) else payers),
                clinic_id=random.choice(
                    [None, random.choice(practice.rows["clinics"])["clinic_id"]]
                ),
                provider_id=random.choice(
                    [None, random.choice(practice.rows["providers"])["provider_id"]]
                ),
                requested_on=requested,
                decided_on=decided if practice.chance(88) else None,
                status=status,
                visits_requested=asked if practice.chance(80) else None,
                visits_approved=random.choice([None, 0, 1, 1, 2, 3, asked]) if is_granted else None,
                effective_from=start if practice.chance(85) else None,
                effective_to=end if practice.chance(75) else None,
            )


def care_up_to_the_threshold(practice: Practice) -> None:
    """A patient whose first visit comes to just the threshold of the year; no fee, no claim."""
    if not practice.is_heavy:
        return
    patient = practice.add("patients", "N", last_name="Roe")["patient_id"]
    year = practice.as_of.year
    practice.add(
        "coverages",
        "V",
        patient_id=patient,
        payer_id=practice.rows["payers"][0]["payer_id"],
        priority=1,
        effective_from=date(year, 1, 1),
    )
    for on, amount in (
        (date(year, 1, 5), THRESHOLDS[year]),
        (date(year, 2, 3), Decimal("0.01")),
        (date(year, 2, 20), Decimal(50)),
    ):
        visit = practice.add(
            "visits",
            "S",
            patient_id=patient,
            clinic_id=practice.rows["clinics"][0]["clinic_id"],
            provider_id=practice.rows["providers"][0]["provider_id"],
            service_date=on,
        )
        practice.add(
            "charges",
            "H",
            visit_id=visit["visit_id"],
            cpt_code="97016",
            modifier_1=practice.random.choice(["KX", None]),
            units=1,
            diagnosis_1="M54.50",
            charge_amount=amount,
            posted_at=f"{on} 12:00",
        )
