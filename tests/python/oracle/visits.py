"""Visits, charges and appointments as of a day: payers, expected and the practice's own money."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle.csv_extracts import Extracts, Row


@dataclass
class Slice:
    payer_id: str | None
    clinic_id: str | None
    provider_id: str | None

    @property
    def key(self) -> tuple:
        return (self.payer_id, self.clinic_id, self.provider_id)


NO_SLICE = Slice(None, None, None)


class Practice:
    """What the CSV extracts say by as_of."""

    def __init__(self, extracts: Extracts, as_of: date):
        self.as_of = as_of
        self.payers = {row["payer_id"]: row for row in extracts.table("payers")}
        self.providers = extracts.table("providers")
        self.coverages = {row["coverage_id"]: row for row in extracts.table("coverages")}
        self.coverages_of: dict[str, list[Row]] = {}
        for row in self.coverages.values():
            self.coverages_of.setdefault(row["patient_id"], []).append(row)
        self.fees: dict[tuple, list[Row]] = {}
        for row in extracts.table("fee_schedules"):
            self.fees.setdefault((row["payer_id"], row["cpt_code"]), []).append(row)
        self.visits = {
            row["visit_id"]: row for row in extracts.table("visits") if row["service_date"] <= as_of
        }
        # A link is no event: what a claim or a payment names is looked up among all charges.
        self.known_charges = {row["charge_id"]: row for row in extracts.table("charges")}
        self.charges = {
            id_: row for id_, row in self.known_charges.items() if row["posted_at"].date() <= as_of
        }
        self.appointments = [
            row for row in extracts.table("appointments") if row["scheduled_at"].date() <= as_of
        ]
        self.patient_payments = [
            row for row in extracts.table("patient_payments") if row["paid_on"] <= as_of
        ]
        self.adjustments = [
            row for row in extracts.table("adjustments") if row["posted_on"] <= as_of
        ]
        self.authorizations = extracts.table("authorizations")
        self.clinics = {row["clinic_id"]: row for row in extracts.table("clinics")}
        self_pay = [id_ for id_, row in self.payers.items() if row["payer_type"] == "self_pay"]
        self.self_pay_payer = self_pay[0] if len(self_pay) == 1 else None

    def covering_payer(self, patient_id: str, on: date) -> str | None:
        """Payer of the patient's first coverage in force on a day, else the self-pay payer."""
        covering = [
            row
            for row in self.coverages_of.get(patient_id, [])
            if row["effective_from"] <= on
            and (row["effective_to"] is None or on <= row["effective_to"])
        ]
        if not covering:
            return self.self_pay_payer
        return min(covering, key=lambda row: (row["priority"], row["coverage_id"]))["payer_id"]

    def visit_payer(self, visit: Row) -> str | None:
        coverage = self.coverages.get(visit["coverage_id"])
        if coverage is not None:
            return coverage["payer_id"]
        return self.covering_payer(visit["patient_id"], visit["service_date"])

    def is_self_pay(self, visit: Row) -> bool:
        payer = self.visit_payer(visit)
        return payer is None or self.payers.get(payer, {}).get("payer_type") == "self_pay"

    def visit_slice(self, visit: Row | None) -> Slice:
        if visit is None:
            return NO_SLICE
        return Slice(self.visit_payer(visit), visit["clinic_id"], visit["provider_id"])

    def visit_of_charge(self, charge_id: str | None) -> Row | None:
        charge = self.known_charges.get(charge_id)
        return None if charge is None else self.visits.get(charge["visit_id"])

    def is_voided(self, charge: Row) -> bool:
        return charge["voided_at"] is not None and charge["voided_at"].date() <= self.as_of

    def expected(self, charge: Row) -> Decimal | None:
        """Fee schedule of the visit's payer x units; None when there is no fee."""
        visit = self.visits.get(charge["visit_id"])
        if visit is None:
            return None
        return self.fee(charge, self.visit_payer(visit), visit["service_date"])

    def fee(self, charge: Row, payer: str | None, on: date) -> Decimal | None:
        """Fee schedule of a payer on a day x units of the charge; None when there is no fee."""
        rows = [
            row
            for row in self.fees.get((payer, charge["cpt_code"]), [])
            if row["effective_from"] <= on
            and (row["effective_to"] is None or on <= row["effective_to"])
        ]
        modifiers = [charge[f"modifier_{place}"] for place in (1, 2, 3, 4)]
        for modifier in [*(one for one in modifiers if one), None]:
            fitting = [row for row in rows if row["modifier"] == modifier]
            if fitting:
                fee = max(fitting, key=lambda row: row["effective_from"])
                return fee["allowed_amount"] * charge["units"]
        return None

    def modifiers(self, charge: Row) -> set[str]:
        return {charge[f"modifier_{place}"] for place in (1, 2, 3, 4)} - {None}

    def adjusted_by_hand(self, charge_id: str, kinds: set[str]) -> Decimal:
        return sum(
            (
                row["amount"]
                for row in self.adjustments
                if row["charge_id"] == charge_id and row["kind"] in kinds
            ),
            Decimal(0),
        )

    def net_patient_payments(self, visit_id: str) -> Decimal:
        """Payments linked to a visit, less what was refunded."""
        return sum(
            (
                row["amount"]
                for row in self.patient_payments
                if row["visit_id"] == visit_id and not self.is_refunded(row)
            ),
            Decimal(0),
        )

    def is_refunded(self, payment: Row) -> bool:
        return payment["refunded_on"] is not None and payment["refunded_on"] <= self.as_of
