"""One practice's own data: clinics, payers, fees, patients, visits, charges and hand-made money."""

from datetime import date, timedelta
from random import Random

from oracle.practices.base import Practice, Row, cents, stamp
from oracle.practices.care import CODES, authorizations, charge_care, payer_rules, visit_care

PAYER_TYPES = ["medicare", "medicare_advantage", "medicaid", "commercial", "workers_comp", "auto"]
PAYER_TYPES += ["tricare_va"]
APPOINTMENT_STATUS = [
    "completed",
    "completed",
    "completed",
    "no_show",
    "cancelled",
    "late_cancelled",
    "scheduled",
    "rescheduled",
]
ADJUSTMENT_KINDS = [
    "contractual",
    "bad_debt",
    "small_balance",
    "timely_filing",
    "courtesy",
    "other",
]
# Most practices live in the year before as_of; these end near days on which a rule changed: no
# threshold in 2018, assistants marked from 2020 and paid less from 2022.
PAST = {3: date(2022, 2, 15), 6: date(2020, 3, 1), 9: date(2019, 1, 31)}


def new_practice(random: Random, number: int, as_of: date) -> Practice:
    practice = Practice(random, number, PAST.get(number % 12, as_of))
    _organisation(practice)
    _patients(practice)
    for _ in range(random.randint(4, 16) + 6 * practice.is_heavy):
        _visit(practice)
    authorizations(practice)
    _appointments(practice)
    _money(practice)
    return practice


def _organisation(practice: Practice) -> None:
    random = practice.random
    for _ in range(random.randint(1, 2)):
        practice.add(
            "clinics",
            "C",
            clinic_name="Clinic, north",
            organization_name=f"{practice.prefix} group" if practice.chance(30) else None,
        )
    for place in range(random.randint(1, 3)):
        npi = f"1{practice.number:03d}{place:06d}"
        credential = random.choice(["PT", "PT", "PTA", "OT", "OTA", "SLP"])
        practice.add("providers", "D", npi=npi, credential=credential)
    for place in range(random.randint(2, 4)):
        shared = place if practice.chance(70) else 0
        edi = None if practice.chance(8) else f"{practice.prefix}E{shared}"
        practice.add(
            "payers",
            "Y",
            payer_name=f"Payer {place}",
            payer_type="medicare" if practice.is_heavy else random.choice(PAYER_TYPES),
            edi_payer_id=edi,
            **payer_rules(practice),
        )
    for payer in practice.rows["payers"]:
        for code in sorted(set(CODES)):
            for modifier in random.sample(["", "GP", "GO", "59", "KX", "CQ"], random.randint(0, 4)):
                _fee(practice, payer["payer_id"], code, modifier)


def _fee(practice: Practice, payer_id: str, code: str, modifier: str) -> None:
    for _ in range(practice.random.randint(1, 2)):
        start = practice.day(-500, -60)
        row = {
            "payer_id": payer_id,
            "cpt_code": code,
            "modifier": modifier,
            "effective_from": start,
            "effective_to": start + timedelta(days=practice.random.randint(0, 500))
            if practice.chance(40)
            else None,
            "allowed_amount": cents(practice.random, 15, 70),
        }
        keys = ("payer_id", "cpt_code", "modifier", "effective_from")
        known = {tuple(one[key] for key in keys) for one in practice.rows.get("fee_schedules", [])}
        if tuple(row[key] for key in keys) not in known:
            practice.add("fee_schedules", "", **row)


def _patients(practice: Practice) -> None:
    random = practice.random
    for _ in range(2 if practice.is_heavy else random.randint(2, 5)):
        patient = practice.add(
            "patients", "N", last_name="Roe, Ann" if practice.chance(9) else "Roe"
        )
        for _ in range(random.choice([0, 1, 1, 2, 2, 3])):
            start = practice.day(-500, -100)
            practice.add(
                "coverages",
                "V",
                patient_id=patient["patient_id"],
                payer_id=f"{practice.prefix}YNONE"
                if practice.chance(3)
                else random.choice(practice.rows["payers"])["payer_id"],
                priority=random.randint(1, 3),
                effective_from=start,
                effective_to=start + timedelta(days=random.randint(100, 500))
                if practice.chance(50)
                else None,
            )


def _visit(practice: Practice) -> None:
    random = practice.random
    patient = random.choice(practice.rows["patients"])["patient_id"]
    on = practice.day(-330, 15)
    if practice.chance(6):
        # The first 24 hours of the day before as_of end with as_of itself.
        on = practice.day(-1, 0)
    earlier = practice.rows.get("visits")
    if earlier and practice.chance(12):
        # Twice on one day, now and then in another clinic.
        patient, on = earlier[-1]["patient_id"], earlier[-1]["service_date"]
    own = [
        row["coverage_id"]
        for row in practice.rows.get("coverages", [])
        if row["patient_id"] == patient
    ]
    coverage = None
    if own and practice.chance(60):
        coverage = random.choice(own)
    elif practice.chance(5):
        coverage = f"{practice.prefix}VNONE"
    elif practice.chance(5) and practice.rows.get("coverages"):
        coverage = random.choice(practice.rows["coverages"])["coverage_id"]
    visit = practice.add(
        "visits",
        "S",
        patient_id=patient,
        clinic_id=random.choice(practice.rows["clinics"])["clinic_id"],
        provider_id=random.choice(practice.rows["providers"])["provider_id"],
        service_date=on,
        coverage_id=coverage,
        **visit_care(practice, on),
    )
    for _ in range(random.randint(0, 4)):
        _charge(practice, visit, on)
    if practice.chance(15) and practice.rows.get("charges"):
        _twin(practice, visit)


def _charge(practice: Practice, visit: Row, on: date) -> None:
    random = practice.random
    posted = on + timedelta(days=random.choice([-1, 0, 0, 1, 2, 3]))
    practice.add(
        "charges",
        "H",
        visit_id=f"{practice.prefix}SNONE" if practice.chance(1) else visit["visit_id"],
        **charge_care(practice, visit),
        posted_at=stamp(random, posted),
        voided_at=stamp(random, posted + timedelta(days=random.randint(0, 60)))
        if practice.chance(7)
        else None,
    )


def _twin(practice: Practice, visit: Row) -> None:
    """A second charge that differs in its id alone."""
    last = practice.rows["charges"][-1]
    if last["visit_id"] == visit["visit_id"]:
        practice.add("charges", "H", **{k: v for k, v in last.items() if k != "charge_id"})


def _appointments(practice: Practice) -> None:
    random = practice.random
    for _ in range(random.randint(2, 8)):
        practice.add(
            "appointments",
            "A",
            patient_id=random.choice(practice.rows["patients"])["patient_id"],
            clinic_id=random.choice(practice.rows["clinics"])["clinic_id"],
            provider_id=random.choice(practice.rows["providers"])["provider_id"],
            scheduled_at=stamp(random, practice.day(-200, 10)),
            status=random.choice(APPOINTMENT_STATUS),
        )


def _money(practice: Practice) -> None:
    random = practice.random
    for visit in practice.rows.get("visits", []):
        for _ in range(random.choice([0, 0, 0, 1, 2])):
            paid_on = visit["service_date"] + timedelta(days=random.randint(0, 40))
            linked = visit["visit_id"] if practice.chance(80) else None
            practice.add(
                "patient_payments",
                "Q",
                patient_id=visit["patient_id"],
                visit_id=f"{practice.prefix}SNONE" if practice.chance(3) else linked,
                amount=cents(random, 5, 60),
                paid_on=paid_on,
                refunded_on=paid_on + timedelta(days=random.randint(0, 60))
                if practice.chance(15)
                else None,
            )
    for charge in practice.rows.get("charges", []):
        if practice.chance(30):
            posted = date.fromisoformat(str(charge["posted_at"])[:10])
            practice.add(
                "adjustments",
                "J",
                charge_id=f"{practice.prefix}HNONE" if practice.chance(3) else charge["charge_id"],
                kind=random.choice(ADJUSTMENT_KINDS),
                amount=cents(random, 1, 30) * (-1 if practice.chance(8) else 1),
                posted_on=posted + timedelta(days=random.randint(0, 90)),
            )
