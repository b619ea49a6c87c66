"""Who there is: the billing group, its clinics and staff, and the patients who come.

Every name and number is invented. Here stand the habits that later cause things: who is slow at the
desk, which clinic forgets authorizations, who is new and not yet enrolled.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sample_practice import rates
from sample_practice.clock import year_of
from sample_practice.dice import Dice, Weighted
from sample_practice.model import Clinic, Coverage, Organization, Patient, Payer, Provider

FIRST_NAMES = (
    "Maria", "James", "Linda", "Robert", "Patricia", "David", "Susan", "Carlos", "Karen", "Daniel",
    "Nancy", "Anthony", "Lisa", "Mark", "Sandra", "Steven", "Ashley", "Andrew", "Kim", "Joshua",
    "Donna", "Kevin", "Emily", "Brian", "Renée", "George", "Michelle", "Edward", "Carol", "Zoë",
    "Amanda", "Ronald", "Melissa", "Timothy", "Deborah", "José", "Stephanie", "Jeffrey", "Rosa",
)  # fmt: skip
LAST_NAMES = (
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez",
    "Martinez", "Hernandez", "Lopez", "Gonzalez", "Wilson", "Anderson", "Thomas", "Taylor", "Moore",
    "Jackson", "Martin", "Lee", "Perez", "Thompson", "White", "Harris", "Sanchez", "Clark",
    "Ramirez", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright", "Scott", "Torres",
    "Nguyen", "Hill", "Flores", "Green", "Adams", "Nelson", "Baker", "Hall", "Rivera", "Campbell",
    "Mitchell", "Carter", "Muñoz", "Peña", "Núñez", "O'Brien", "Kowalski", "Okafor", "Haddad",
)  # fmt: skip
_PLAIN = str.maketrans("éëñúÉËÑÚ", "eenuEENU")
TOWNS = (
    ("Lakeside", "Erie", "PA", "16501"), ("Riverside", "Pittsburgh", "PA", "15222"),
    ("Hilltop", "Altoona", "PA", "16601"), ("Harbor", "Scranton", "PA", "18503"),
    ("Meadow", "Lancaster", "PA", "17602"), ("Orchard", "York", "PA", "17401"),
)  # fmt: skip
REGIONS = ("Lakes", "Valley", "Summit", "Coast", "Prairie", "Forest", "Canyon", "Delta")


def spelled_plainly(name: str) -> str:
    """The name as X12 files write it: upper case, without accents."""
    return name.translate(_PLAIN).upper()


def npi(number: int) -> str:
    """A well-formed National Provider Identifier (Luhn over 80840 + nine digits); number < 10^8."""
    stem = f"1{number:08d}"
    total = 24
    for position, digit in enumerate(reversed(stem)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return stem + str(-total % 10)


def organization(cell: int) -> Organization:
    """The billing group of a region."""
    region = REGIONS[cell % len(REGIONS)]
    name = f"{region.upper()} PHYSICAL THERAPY" + (f" {cell + 1}" if cell else "")
    return Organization(
        name=name,
        npi=npi(90000000 + cell),
        tax_id=f"{250000000 + cell:09d}",
        etin=f"PT{cell:04d}",
        street="200 COMMERCE DR",
        city="ERIE",
        state="PA",
        postal_code="165010001",
    )


# Credentials of the four at a clinic; the second clinic has no OT but a third PT.
_STAFF = (("PT", "PT", "PTA", "OT"), ("PT", "PT", "PTA", "PT"), ("PT", "PT", "PTA", "PT"))
_WEEKDAYS = ((0, 2, 4), (1, 3), (1, 3, 4), (0, 2, 3))


def clinics(cell: int, count: int, start: int, end: int) -> list[Clinic]:
    """The clinics of a region. Half-way one starts reminders, another a checklist at the desk."""
    half = start + (end - start) // 2
    found = []
    for index in range(count):
        label, city, state, postal_code = TOWNS[index % len(TOWNS)]
        number = cell * 100 + index + 1
        clinic = Clinic(
            clinic_id=f"C{number:02d}",
            name=f"{label} Clinic" + (f" {number}" if index >= len(TOWNS) or cell else ""),
            npi=npi(80000000 + number),
            state=state,
            city=city.upper(),
            postal_code=postal_code,
            time_zone="America/New_York",
            opened_on=start - 2000 + 37 * index,
            diligence=(0.88, 0.52, 0.80)[index % 3],
        )
        if index % 3 == 0:
            clinic.reminders_from = half
        if index % 3 == 1:
            clinic.checklist_from = half
        found.append(clinic)
    return found


def providers(cell: int, places: list[Clinic], dice: Dice, start: int) -> list[Provider]:
    """Four to a clinic; each assistant works with the clinic's second PT."""
    found: list[Provider] = []
    for index, clinic in enumerate(places):
        team = []
        for seat, credential in enumerate(_STAFF[index % 3]):
            number = cell * 400 + index * 4 + seat + 1
            first, last = dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)
            provider = Provider(
                f"T{number:03d}", npi(number * 31 + 1000), first.upper(), last.upper(), credential,
                clinic, start - 400 - 90 * seat, _WEEKDAYS[(seat + index) % 4],
                pace=dice.between(0.8, 1.15),
            )  # fmt: skip
            provider.first_name = spelled_plainly(first)
            provider.last_name = spelled_plainly(last)
            team.append(provider)
        team[2].supervisor = team[1]
        team[1].assistant = team[2]
        _give_habits(index, team, start)
        found += team
    return found


def _give_habits(index: int, team: list[Provider], start: int) -> None:
    """What is wrong where: the causes of late notes, missing modifiers and rejections."""
    if index % 3 == 0:
        # Documents at home, slowly.
        team[0].pace = 1.9
        team[2].forgets_assistant_modifier = 0.15
    elif index % 3 == 1:
        # An old favourites list, and a template without the therapy modifier until it is repaired.
        team[0].stale_diagnosis_until = start + 75
        team[1].no_discipline_until = start + 100
        team[3].rounds_every_code = 0.5
    else:
        # New on the team; the insurers enrol slowly.
        team[3].active_from = start - 20
        team[3].enrolled_from = start + 55
        team[1].pace = 1.8
        team[0].forgets_distinct_modifier = 0.4


_PAYER_MIX = Weighted((
    ("medicare", 29), ("medicare_advantage", 15), ("medicaid", 10), ("commercial", 28),
    ("workers_comp", 6), ("auto", 3), ("tricare_va", 4), ("self_pay", 5),
))  # fmt: skip
_DEFECTS = Weighted((
    ("member_id", 45), ("name_mismatch", 25), ("birth_date", 20), ("referring_provider", 10),
))  # fmt: skip


class Registry:
    """The front desk: registers patients with their coverages and, now and then, a mistake."""

    def __init__(self, cell: int, payers_by_type: dict[str, Payer], dice: Dice) -> None:
        self.base = cell * 1_000_000
        self.count = 0
        self.coverage_count = 0
        self.payer_of = payers_by_type
        self.dice = dice

    def patient(self, day: int, state_postal: str, end: int) -> Patient:
        """A new patient as of a day."""
        dice = self.dice
        self.count += 1
        number = self.base + self.count
        first, last = dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)
        payer_type = dice.draw(_PAYER_MIX)
        age = {"medicare": (66, 88), "medicare_advantage": (65, 86)}.get(payer_type, (19, 63))
        patient = Patient(
            patient_id=f"P{number:07d}",
            mrn=f"MRN{number:08d}",
            first_name=spelled_plainly(first),
            last_name=spelled_plainly(last),
            display_name=f"{first},{last}",
            born_on=day - int(dice.between(*age) * 365.25),
            sex="F" if dice.chance(0.58) else "M",
            postal_code=f"{int(state_postal) + dice.whole(0, 40):05d}",
            coverages=[],
            no_show=dice.between(*rates.NO_SHOW_PROPENSITY),
        )
        if payer_type != "self_pay":
            self._insure(patient, payer_type, day, end)
            if dice.chance(rates.REGISTRATION_DEFECT):
                patient.defect = dice.draw(_DEFECTS)
        return patient

    def _insure(self, patient: Patient, payer_type: str, day: int, end: int) -> None:
        dice = self.dice
        first = self._cover(patient, payer_type, 1, day)
        if payer_type == "medicare":
            first.coinsurance = True
            first.yearly_deductible = -1
            draw = dice.share()
            if draw < 0.45:
                self._cover(patient, "commercial", 2, day)
            elif draw < 0.60:
                self._cover(patient, "medicaid", 2, day)
            elif draw < 0.60 + rates.WRONG_PAYER_ORDER * 2:
                # Still employed: the employer's plan is first, and nobody asked.
                first.is_behind_another = True
                self._cover(patient, "commercial", 2, day)
        elif payer_type == "medicare_advantage":
            first.copay = dice.pick((2000, 3000, 4000))
        elif payer_type == "commercial":
            if dice.chance(0.55):
                first.copay = dice.pick((2500, 3000, 4000))
            else:
                first.coinsurance = True
            first.yearly_deductible = dice.pick((0, 50000, 100000))
            if dice.chance(rates.PLAN_VISIT_LIMIT):
                first.visit_limit = 20
        elif payer_type == "tricare_va":
            first.copay = dice.pick((0, 0, 2800))
        if payer_type in ("medicaid", "commercial") and dice.chance(rates.COVERAGE_LAPSES):
            first.lapsed_on = day + dice.whole(10, 60)
        elif payer_type != "medicare" and dice.chance(rates.PLAN_CHANGES_AT_NEW_YEAR):
            first.lapsed_on = date(year_of(day) + 1, 1, 1).toordinal()
        if payer_type == "auto" and dice.chance(rates.AUTO_BENEFIT_EXHAUSTED):
            first.visit_limit = 8
        # Most of the year's deductible is met when a patient comes to therapy.
        if first.yearly_deductible > 0:
            met = int(first.yearly_deductible * min(1.0, dice.between(0.2, 1.6)))
            first.deductible = _Years(met)
        elif first.yearly_deductible < 0:
            first.deductible = _Years(10**9 if dice.chance(0.6) else 0)

    def renew(self, patient: Patient, day: int) -> None:
        """The first coverage has ended: the same payer's new contract takes its place."""
        old = patient.coverages[0]
        old.effective_to = old.lapsed_on - 1
        self.coverage_count += 1
        number = self.base + self.coverage_count
        patient.coverages[0] = replace(
            old, coverage_id=f"V{number:07d}", member_id=f"{old.member_id[0]}{number * 7:09d}",
            effective_from=old.lapsed_on, effective_to=None, lapsed_on=None,
        )  # fmt: skip

    def _cover(self, patient: Patient, payer_type: str, priority: int, day: int) -> Coverage:
        self.coverage_count += 1
        number = self.base + self.coverage_count
        coverage = Coverage(
            coverage_id=f"V{number:07d}",
            payer=self.payer_of[payer_type],
            priority=priority,
            member_id=f"{payer_type[0].upper()}{number * 7 % 10**9:09d}",
            effective_from=day - 30 - self.dice.whole(0, 700),
        )
        patient.coverages.append(coverage)
        return coverage


class _Years(dict):
    """Cents by year; the year in which it is first asked starts with what was met elsewhere."""

    def __init__(self, met: int) -> None:
        super().__init__()
        self.met = met

    def __missing__(self, year: int) -> int:
        value, self.met = self.met, 0
        return self.setdefault(year, value)
