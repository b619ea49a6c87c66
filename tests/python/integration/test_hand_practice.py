"""The hand-made practice gives the numbers that its README works out.

Every number below was written from tests/fixtures/hand_practice/README.md, none from an output.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pipeline import build, read_table

FIXTURE = Path(__file__).parents[2] / "fixtures" / "hand_practice" / "landing"
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(FIXTURE, tmp_path_factory.mktemp("home"), date(2026, 5, 31))


def by_month(warehouse: Path, metric: str, *columns: str, where: str = "true") -> dict:
    """Sums of columns over every slice, by month."""
    sums = ", ".join(f"sum({column}) as {column}" for column in columns)
    rows = read_table(
        warehouse, f"select month, {sums} from metrics.{metric} where {where} group by month"
    )
    return {row["month"]: tuple(row[column] for column in columns) for row in rows}


def money(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def test_every_file_is_loaded(warehouse: Path) -> None:
    rows = read_table(warehouse, "select status, rows_quarantined from quality.load_log")
    assert len(rows) == 22
    assert {(row["status"], row["rows_quarantined"]) for row in rows} == {("loaded", 0)}


def test_clean_claim_rate(warehouse: Path) -> None:
    columns = ("numerator", "denominator", "pending_claims", "accepted_by_payer")
    assert by_month(warehouse, "clean_claim_rate", *columns) == {
        JANUARY: (3, 4, 0, 3),
        FEBRUARY: (1, 2, 0, 1),
        MARCH: (3, 3, 1, 2),
    }


def test_first_pass_payment_rate(warehouse: Path) -> None:
    assert by_month(warehouse, "first_pass_payment_rate", "numerator", "denominator") == {
        JANUARY: (3, 4),
        FEBRUARY: (0, 1),
        MARCH: (1, 2),
    }


def test_denial_rate(warehouse: Path) -> None:
    columns = ("numerator", "denominator", "fully_denied_claims", "partially_denied_claims")
    assert by_month(warehouse, "denial_rate", *columns) == {
        JANUARY: (0, 2, 0, 0),
        FEBRUARY: (1, 3, 1, 1),
        MARCH: (1, 1, 1, 0),
        APRIL: (0, 1, 0, 0),
    }
    columns = ("adjudicated_lines", "denied_lines", "patient_liability_denials")
    assert by_month(warehouse, "denial_rate", *columns) == {
        JANUARY: (3, 0, 0),
        FEBRUARY: (4, 1, 0),
        MARCH: (1, 1, 1),
        APRIL: (2, 0, 0),
    }
    assert by_month(warehouse, "denial_rate", "adjudicated_charges", "denied_charges") == {
        JANUARY: money("320.00", "0.00"),
        FEBRUARY: money("190.00", "50.00"),
        MARCH: money("50.00", "50.00"),
        APRIL: money("95.00", "0.00"),
    }


@pytest.mark.parametrize(
    ("root_cause", "february", "march"), [("authorization", 1, 0), ("non_covered", 0, 1)]
)
def test_denial_trend(warehouse: Path, root_cause: str, february: int, march: int) -> None:
    columns = ("numerator", "denominator", "denied_charges")
    where = f"root_cause = '{root_cause}'"
    assert by_month(warehouse, "denial_trend", *columns, where=where) == {
        JANUARY: (0, 3, 0),
        FEBRUARY: (february, 4, 50 * february),
        MARCH: (march, 1, 50 * march),
        APRIL: (0, 2, 0),
    }


def test_denial_trend_has_no_other_cause(warehouse: Path) -> None:
    rows = read_table(warehouse, "select distinct root_cause from metrics.denial_trend")
    assert {row["root_cause"] for row in rows} == {"authorization", "non_covered"}


def test_days_to_payment(warehouse: Path) -> None:
    columns = ("numerator", "denominator", "days_from_submission")
    assert by_month(warehouse, "days_to_payment", *columns) == {
        JANUARY: (34, 2, 30),
        FEBRUARY: (18, 1, 16),
        MARCH: (49, 1, 48),
        APRIL: (23, 1, 22),
    }


def test_receivable_at_month_end(warehouse: Path) -> None:
    assert by_month(warehouse, "days_in_ar", "numerator") == {
        JANUARY: money("147.00"),
        FEBRUARY: money("172.00"),
        MARCH: money("357.00"),
        APRIL: money("185.00"),
        MAY: money("185.00"),
    }
    rows = read_table(
        warehouse,
        "select payer_id, sum(amount) as amount from core.fct_receivable_event group by payer_id",
    )
    assert {row["payer_id"]: row["amount"] for row in rows} == {
        "MED": 0,
        "ACME": Decimal("170.00"),
        "CASH": Decimal("30.00"),
        None: Decimal("-15.00"),
    }


def test_events_of_the_ledger_by_kind(warehouse: Path) -> None:
    rows = read_table(
        warehouse, "select kind, sum(amount) as amount from core.fct_receivable_event group by kind"
    )
    # 415 + 395 + 240; a reversed denial moves nothing, so there is no reversal.
    assert {row["kind"]: row["amount"] for row in rows} == {
        "charge": Decimal("1050.00"),
        "void": Decimal("-50.00"),
        "payer_payment": Decimal("-310.44"),
        "contractual": Decimal("-209.56"),
        "patient_payment": Decimal("-205.00"),
        "refund": Decimal("30.00"),
        "adjustment": Decimal("-120.00"),
    }


def test_net_collection_rate(warehouse: Path) -> None:
    columns = ("numerator", "denominator", "contractual", "denied_allowed", "written_off")
    assert by_month(warehouse, "net_collection_rate", *columns) == {
        JANUARY: money("210.44", "245.44", "169.56", "0.00", "20.00"),
        FEBRUARY: money("185.00", "225.00", "20.00", "0.00", "0.00"),
        MARCH: money("75.00", "105.00", "20.00", "30.00", "50.00"),
    }
    where = "clinic_id = 'WEST' and provider_id = 'OLE' and payer_id = 'ACME'"
    columns = ("numerator", "denominator")
    assert by_month(warehouse, "net_collection_rate", *columns, where=where) == {
        JANUARY: money("25.00", "40.00")
    }


def test_no_show_and_cancellation_rate(warehouse: Path) -> None:
    columns = ("numerator", "denominator", "unresolved", "rescheduled")
    assert by_month(warehouse, "no_show_rate", *columns) == {
        JANUARY: (1, 6, 0, 0),
        FEBRUARY: (1, 5, 0, 1),
        MARCH: (0, 5, 1, 0),
    }
    columns = ("numerator", "denominator", "late_cancelled")
    assert by_month(warehouse, "cancellation_rate", *columns) == {
        JANUARY: (1, 6, 0),
        FEBRUARY: (1, 5, 1),
        MARCH: (1, 5, 0),
    }


def test_how_each_claim_stands(warehouse: Path) -> None:
    rows = read_table(
        warehouse,
        "select claim_id, payer_sequence, claim_state, state_since, open_balance_amount,"
        " expected_next, expected_by, is_overdue from core.fct_claim",
    )
    stands = {
        f"{row['claim_id']}{row['payer_sequence']}": (
            row["claim_state"],
            row["state_since"],
            str(row["open_balance_amount"]),
            row["expected_next"],
            row["expected_by"],
            row["is_overdue"],
        )
        for row in rows
    }
    assert len(rows) == 11
    april_9, march_28 = date(2026, 4, 9), date(2026, 3, 28)
    assert stands == {
        "K1P": ("paid", date(2026, 1, 21), "0.00", "none", None, False),
        "K1S": ("paid", date(2026, 2, 10), "0.00", "none", None, False),
        "K2P": ("written_off", date(2026, 4, 15), "0.00", "none", None, False),
        "K3P": ("paid", date(2026, 2, 20), "0.00", "none", None, False),
        "K4P": ("patient_balance", date(2026, 3, 10), "15.00", "patient_payment", april_9, True),
        "K5P": ("partially_paid", date(2026, 2, 20), "10.00", "appeal", None, False),
        "K6P": ("rejected", date(2026, 2, 11), "100.00", "correct_and_resubmit", None, False),
        "K7P": ("written_off", date(2026, 4, 10), "0.00", "none", None, False),
        "K8P": ("paid", date(2026, 4, 2), "0.00", "none", None, False),
        "K9P": ("reversed", date(2026, 3, 21), "0.00", "none", None, False),
        "K10P": ("submitted", date(2026, 3, 25), "45.00", "acknowledgment", march_28, True),
    }


def test_the_timeline_of_a_claim(warehouse: Path) -> None:
    rows = read_table(
        warehouse,
        "select kind, detail, state_after from core.fct_claim_event where claim_id = 'K4'"
        " order by event_order",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("charge_posted", None, "not_submitted"),
        ("submission", None, "submitted"),
        ("accepted_by_clearinghouse", "277CA A1", "accepted"),
        ("adjudicated", "denied", "denied"),
        ("reversed", "reversal", "reversed"),
        ("adjudicated", "paid", "patient_balance"),
        ("payer_payment", None, "patient_balance"),
        ("patient_share", None, "patient_balance"),
    ]


def scorecard(warehouse: Path, metric: str, month: date) -> dict:
    rows = read_table(
        warehouse,
        f"select * from metrics.scorecard where metric_id = '{metric}' and month = '{month}'"
        " and scope = 'practice'",
    )
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("month", "days", "is_mature"),
    [
        (JANUARY, "31.88", False),
        (FEBRUARY, "19.11", False),
        (MARCH, "32.13", False),
        (APRIL, "28.46", True),
        (MAY, "87.63", True),
    ],
)
def test_days_in_ar(warehouse: Path, month: date, days: str, is_mature: bool) -> None:
    row = scorecard(warehouse, "days_in_ar", month)
    assert round(row["value"], 2) == Decimal(days)
    assert row["is_mature"] == is_mature
    assert row["trailing_12_value"] is None


def test_scorecard(warehouse: Path) -> None:
    assert scorecard(warehouse, "days_to_payment", JANUARY)["median"] == 17
    assert scorecard(warehouse, "days_to_payment", JANUARY)["value"] == 17
    denials = scorecard(warehouse, "denial_rate", APRIL)
    assert float(denials["trailing_12_value"]) == pytest.approx(2 / 7)
    assert denials["previous_value"] == 1
    assert denials["status"] == "too_few"
    assert scorecard(warehouse, "clean_claim_rate", MARCH)["previous_value"] == Decimal("0.5")
    assert scorecard(warehouse, "net_collection_rate", JANUARY)["is_mature"] is True
    assert scorecard(warehouse, "net_collection_rate", FEBRUARY)["is_mature"] is False


def test_money_for_an_unknown_claim_is_listed(warehouse: Path) -> None:
    rows = read_table(
        warehouse,
        "select file, control_number, cpt_code, charge_amount, paid_amount"
        " from worklists.unmatched_remittances",
    )
    assert rows == [
        {
            "file": "x12/remittances_2026_04.x12",
            "control_number": "ICN99",
            "cpt_code": "97110",
            "charge_amount": Decimal("50.00"),
            "paid_amount": Decimal("12.34"),
        }
    ]
