"""The state of one region of the practice, its diary of things to come, and its output files.

A region is a self-contained billing group of a few clinics. A large practice is many regions, each
simulated alone in bounded memory; they share the payers' terms and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sample_practice import payer_terms, people, rows
from sample_practice.clock import iso
from sample_practice.csv_writer import Extracts, gzip_bytes
from sample_practice.dice import Dice
from sample_practice.model import Patient
from sample_practice.papers import Appointment, Charge, Claim, Visit
from sample_practice.truth import Truth


@dataclass(frozen=True)
class Plan:
    """What to simulate: days are ordinals, end included; clinics and visits are the region's."""

    cell: int
    seed: int
    start: int
    end: int
    clinics: int
    visits: int
    is_whole: bool = True
    """Whether this region is all of the practice."""
    daily_from: int | None = None
    """Day from which on every day has extracts; None: months only."""


class World:
    """Everything that a region knows today. Modules of the simulation act on it day by day."""

    def __init__(self, plan: Plan, landing: Path, truth: Truth) -> None:
        self.plan = plan
        self.start, self.end, self.today = plan.start, plan.end, plan.start
        self.dice = Dice(plan.seed * 1009 + plan.cell)
        self.suffix = f"_r{plan.cell:03d}" if plan.cell else ""
        self.base = plan.cell * 1_000_000
        self.organization = people.organization(plan.cell)
        self.payers = payer_terms.payers()
        self.payer_of = {payer.payer_type: payer for payer in self.payers}
        self.partners = list(dict.fromkeys(p.partner for p in self.payers if p.partner))
        self.clinics = people.clinics(plan.cell, plan.clinics, plan.start, plan.end)
        self.providers = people.providers(plan.cell, self.clinics, self.dice, plan.start)
        self.roster = people.Registry(plan.cell, self.payer_of, self.dice)
        self.extracts = Extracts(landing / "practice", self.suffix, plan.cell == 0)
        self.truth = truth
        self.x12 = landing / "x12"
        self.counts: Counter[str] = Counter()
        self.owed: Counter[str] = Counter()
        """The receivable in cents by clinic; '' for money that no visit is named for."""
        self.diary: dict[int, list[tuple[Callable, tuple]]] = {}
        self.patients: list[Patient] = []
        self.appointments: list[Appointment] = []
        self.visits: list[Visit] = []
        self.claims: list[Claim] = []

    def later(self, day: int, act: Callable, *about: object) -> None:
        """Note in the diary that something happens; what would happen after the end never does."""
        if day <= self.end:
            self.diary.setdefault(day, []).append((act, about))

    def do_what_is_due(self) -> None:
        """Do what the diary holds for today; an act may add to today's page."""
        for act, about in self.diary.get(self.today, ()):
            act(self, *about)
        self.diary.pop(self.today, None)

    def number(self, kind: str) -> int:
        """The next number of a kind, unique over all regions, below 10^9."""
        self.counts[kind] += 1
        return self.base + self.counts[kind]

    def name(self, prefix: str) -> str:
        """The next id with a prefix."""
        return f"{prefix}{self.number(prefix):08d}"

    def save_x12(self, kind: str, name: str, text: str, *, compressed: bool = False) -> None:
        """Write one X12 file below landing/x12/<kind>/."""
        folder = self.x12 / kind
        folder.mkdir(parents=True, exist_ok=True)
        content = text.encode("ascii")
        name = f"{name}{self.suffix}.x12"
        if compressed:
            name, content = name + ".gz", gzip_bytes(content)
        (folder / name).write_bytes(content)

    # What the practice's systems would export, and the ledger as it really was.

    def put(self, extract: str, key: object, row: str) -> None:
        self.extracts.put(extract, key, row)

    def show_visit(self, visit: Visit) -> None:
        self.extracts.put("visits", visit.visit_id, rows.visit(visit))

    def show_charge(self, charge: Charge) -> None:
        self.extracts.put("charges", charge.charge_id, rows.charge(charge))

    def book(
        self, kind: str, cents: int, visit: Visit | None, charge: Charge | None, who: str
    ) -> None:
        """One signed movement of the receivable; positive raises what is owed."""
        if cents:
            self.owed[visit.clinic.clinic_id if visit else ""] += cents
            self.truth.row("ledger", rows.ledger(self.today, kind, cents, visit, charge, who))

    def incident(self, kind: str, detail: str) -> None:
        """Something out of the ordinary, for whoever reads the truth."""
        self.truth.row("incidents", f"{iso(self.today)},{kind},{detail}")
