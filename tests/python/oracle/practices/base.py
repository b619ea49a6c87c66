"""One practice's own data: clinics, payers, fees, patients, visits, charges and hand-made money."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

CODES = ["97110", "97110", "97112", "97140", "97530", "97010", "97010", "97161", "97035"]
PAYER_TYPES = ["medicare", "medicare_advantage", "medicaid", "commercial", "workers_comp", "auto"]
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

Row = dict[str, object]


def cents(random: Random, low: int, high: int) -> Decimal:
    """A random amount between two whole numbers of dollars."""
    return Decimal(random.randint(low * 100, high * 100)) / 100


def stamp(random: Random, day: date, latest: int = 23) -> str:
    seconds = random.choice(["", ":00", ":59"])
    minute = f"{random.choice('015')}{random.randint(0, 9)}"
    return f"{day} {random.randint(0, latest):02d}:{minute}{seconds}"


@dataclass
class Practice:
    """Rows by extract, and what the claims are made of.

    number: place of the practice in its landing folder; ranges of control numbers follow from it.
    """

    random: Random
    number: int
    as_of: date
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return f"P{self.number:03d}"

    def add(self, extract: str, letter: str, /, **values) -> Row:
        """A row with the next id of its letter under the extract's own key; fees have no id."""
        rows = self.rows.setdefault(extract, [])
        if letter:
            values = {
                extract.removesuffix("s") + "_id": f"{self.prefix}{letter}{len(rows):02d}",
                **values,
            }
        rows.append(values)
        return values

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def day(self, low: int, high: int) -> date:
        """A day between low and high days after as_of."""
        return self.as_of + timedelta(days=self.random.randint(low, high))


def new_practice(random: Random, number: int, as_of: date) -> Practice:
    practice = Practice(random, number, as_of)
    _organisation(practice)
    _patients(practice)
    for _ in range(random.randint(4, 16)):
        _visit(practice)
    _appointments(practice)
    _money(practice)
    return practice


def _organisation(practice: Practice) -> None:
    random = practice.random
    for _ in range(random.randint(1, 2)):
        practice.add("clinics", "C", clinic_name="Clinic, north")
    for place in range(random.randint(1, 3)):
        npi = f"1{practice.number:03d}{place:06d}"
        credential = random.choice(["PT", "PTA", "OT", "SLP"])
        practice.add("providers", "D", npi=npi, credential=credential)
    for place in range(random.randint(2, 4)):
        shared = place if practice.chance(70) else 0
        edi = None if practice.chance(8) else f"{practice.prefix}E{shared}"
        practice.add(
            "payers",
            "Y",
            payer_name=f"Payer {place}",
            payer_type=random.choice(PAYER_TYPES),
            edi_payer_id=edi,
        )
    for payer in practice.rows["payers"]:
        for code in sorted(set(CODES)):
            for modifier in random.sample(["", "GP", "GO", "59", "KX"], random.randint(0, 4)):
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
    for _ in range(random.randint(2, 5)):
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
    on = practice.day(-330, 15)
    visit = practice.add(
        "visits",
        "S",
        patient_id=patient,
        clinic_id=random.choice(practice.rows["clinics"])["clinic_id"],
        provider_id=random.choice(practice.rows["providers"])["provider_id"],
        service_date=on,
        coverage_id=coverage,
    )
    for _ in range(random.randint(0, 4)):
        _charge(practice, visit, on)
    if practice.chance(15) and practice.rows.get("charges"):
        _twin(practice, visit)


def _charge(practice: Practice, visit: Row, on: date) -> None:
    random = practice.random
    units = random.randint(1, 3)
    posted = on + timedelta(days=random.randint(0, 3))
    modifiers = random.sample(["GP", "59", "CQ", "KX", "GO"], random.randint(0, 3))
    practice.add(
        "charges",
        "H",
        visit_id=f"{practice.prefix}SNONE" if practice.chance(1) else visit["visit_id"],
        cpt_code=random.choice(CODES),
        **{f"modifier_{place}": value for place, value in enumerate(modifiers, start=1)},
        units=units,
        minutes=units * 15,
        diagnosis_1="M54.50",
        charge_amount=cents(random, 40, 160),
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
