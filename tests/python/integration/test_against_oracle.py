"""The tables are those of an independent calculation, row for row, on hostile practices.

More and other practices: ORACLE_SEEDS="11,12,13" ORACLE_PRACTICES=300 pytest -k oracle. A seed
makes the same landing folder everywhere; ids begin with the number of their practice.
"""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from oracle import calculate
from oracle.against import all_differences, metrics_of
from oracle.coding_modifiers import judged_charges
from oracle.coding_units import cms_allocations, unit_rule
from oracle.ledger import charge_lines, charge_states
from oracle.metrics_visits import DAY, charges_of_visits, note_clock
from oracle.practices import write_landing
from oracle.reference import read_reference
from pipeline import build, hold, load

from orchestration.settings import PROJECT_ROOT

SEEDS = [int(seed) for seed in os.environ.get("ORACLE_SEEDS", "1,2").split(",")]
PRACTICES = int(os.environ.get("ORACLE_PRACTICES", "60"))
LAST_DAY = date(2026, 6, 30)
# Three of four speak of a day in the past: what came later must not count. To the very day, April
# is then mature for clean_claim_rate and visits_billed_rate (15 days), February for the
# reimbursement metrics (90 days) and January for net_collection_rate (120 days).
AS_OF = (date(2026, 5, 31), LAST_DAY, date(2026, 5, 15), date(2026, 5, 29))
SHOWN = 40
# Metrics of the contract that the warehouse has not got yet: none.
NOT_YET: set[str] = set()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_table_is_that_of_the_independent_calculation(seed: int, tmp_path: Path) -> None:
    landing, home = tmp_path / "landing", tmp_path / "home"
    write_landing(landing, seed, PRACTICES, LAST_DAY, self_pay_payers=seed % 3)
    as_of = AS_OF[seed % 4]
    oracle = calculate(landing, PROJECT_ROOT / "seeds", as_of)
    if seed % 2 == 0:
        _load_some_files_a_night_earlier(landing, home, as_of, Random(seed))
    warehouse = build(landing, home, as_of)
    # Every metric is compared: none is missing here or there.
    assert metrics_of(warehouse) == set(oracle.metrics) - NOT_YET
    assert [metric_id for metric_id, rows in oracle.metrics.items() if not rows] == []
    found = all_differences(warehouse, oracle)
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:SHOWN])
    hold(landing, home, as_of)


def _load_some_files_a_night_earlier(
    landing: Path, home: Path, as_of: date, random: Random
) -> None:
    """Arrival in any order and on any night changes no result."""
    waiting = landing.with_name("waiting")
    late = [path for path in landing.rglob("*") if path.is_file() and random.random() < 0.5]
    for path in late:
        (waiting / path.relative_to(landing)).parent.mkdir(parents=True, exist_ok=True)
        path.rename(waiting / path.relative_to(landing))
    load(landing, home, as_of)
    for path in late:
        (waiting / path.relative_to(landing)).rename(path)


def test_the_practices_play_out_what_the_contract_speaks_of(tmp_path: Path) -> None:
    # A comparison says nothing of a case that no practice has.
    write_landing(tmp_path, 1, 60, LAST_DAY)
    oracle = calculate(tmp_path, PROJECT_ROOT / "seeds", LAST_DAY)
    adjudications = oracle.adjudications
    lines = [line for one in adjudications for line in one.lines]
    claims = oracle.claims
    statuses = {one.clp.status for one in adjudications}
    assert statuses == {"1", "2", "3", "4", "13", "19", "20", "21", "22", "23", "25"}
    assert {line.tier for line in lines} == {1, 2, 3, None}
    assert {row["kind"] for row in oracle.events} == {
        "charge",
        "void",
        "payer_payment",
        "contractual",
        "reversal",
        "patient_payment",
        "refund",
        "adjustment",
    }
    assert {row["status"] for row in oracle.load_log} == {
        "loaded",
        "duplicate",
        "quarantined",
        "not_used",
    }
    seen = {
        "a number of a replacement that belongs to another": any(
            number != root for number, root in claims.numbers.items()
        ),
        "a rejected submission": any(one.is_rejected for one in claims.outcomes.values()),
        "accepted by an 835 alone": any(
            one.is_accepted and not one.categories & {"A1", "A2"}
            for one in claims.outcomes.values()
        ),
        "a reversal by control number that is not the latest": any(
            one.cancels is not None
            and any(
                other.claim == one.claim and one.cancels.key < other.key < one.key
                for other in adjudications
            )
            for one in adjudications
        ),
        "a reversal that cancels nothing": any(
            one.is_reversal and one.cancels is None and one.claim for one in adjudications
        ),
        "an answer of duplicates alone": any(one.never_changes_the_state for one in adjudications),
        "a claim without lines": any(not one.clp.lines and one.lines for one in adjudications),
        "a claim-level adjustment beside lines": any(
            one.clp.lines and one.clp.adjustments for one in adjudications
        ),
        "a payment that is not the sum of its lines": any(
            one.clp.lines and one.clp.paid != sum(line.paid for line in one.clp.lines)
            for one in adjudications
        ),
        "a denial by the patient's fault": any(line.is_patient_liability for line in lines),
        "an unmapped reason": any(line.root_cause == "unmapped" for line in lines),
        "a partial denial": any(line.is_partially_denied for line in lines),
        "an unknown claim": any(one.claim is None for one in adjudications),
        "a repeated set": any(
            row["kind"] == "x12" and row["rows_superseded"] for row in oracle.load_log
        ),
        "a quarantined set": any(
            row["kind"] == "x12" and row["rows_quarantined"] for row in oracle.load_log
        ),
    }
    assert [case for case, is_seen in seen.items() if not is_seen] == []


def test_the_practices_care_for_patients_in_every_way_that_the_rules_speak_of(
    tmp_path: Path,
) -> None:
    write_landing(tmp_path, 1, 60, LAST_DAY)
    reference = read_reference(PROJECT_ROOT / "seeds")
    oracle = calculate(tmp_path, PROJECT_ROOT / "seeds", LAST_DAY)
    practice = oracle.practice
    states = charge_states(charge_lines(oracle.adjudications))
    judged = judged_charges(practice, reference, states)
    assert {finding for one in judged for finding in one.findings} == {
        ("M-DISCIPLINE", "missing"),
        ("M-DISCIPLINE", "unjustified"),
        ("M-DISCIPLINE", "conflicting"),
        ("M-ASSISTANT", "missing"),
        ("M-ASSISTANT", "unjustified"),
        ("M-TELEHEALTH", "missing"),
        ("M-TELEHEALTH", "unjustified"),
        ("M-KX", "missing"),
        ("M-KX", "unjustified"),
        ("M-DISTINCT", "missing"),
        ("M-DISTINCT", "unjustified"),
        ("M-DISTINCT", "conflicting"),
        ("M-LIABILITY", "conflicting"),
    }
    for rule in ("DISCIPLINE", "ASSISTANT", "TELEHEALTH", "KX", "DISTINCT", "LIABILITY"):
        # Each rule is also kept.
        assert any(
            f"M-{rule}" in one.applied and f"M-{rule}" not in {name for name, _ in one.findings}
            for one in judged
        ), rule
    signed = [
        (visit["note_signed_at"] - note_clock(visit)).total_seconds()
        for visit in practice.visits.values()
        if visit["note_signed_at"]
    ]
    sums = {
        metric_id: {
            column: sum(row[column] or 0 for row in rows)
            for column in rows[0]
            if isinstance(rows[0][column], Decimal)
        }
        for metric_id, rows in oracle.metrics.items()
    }
    authorizations = practice.authorizations
    by_cms = [
        cms_allocations({row["cpt_code"]: row["minutes"] for row in charges if row["minutes"]})
        for charges in charges_of_visits(practice).values()
    ]
    seen = {
        "a note signed after 24 hours exactly": 24 * 3600 in signed,
        "a note signed a second later": 24 * 3600 + 1 in signed,
        "a note signed before its clock": min(signed) < 0,
        "a note signed after as_of": any(
            visit["note_signed_at"] and visit["note_signed_at"].date() > LAST_DAY
            for visit in practice.visits.values()
        ),
        "a clock that ends with as_of": any(
            visit["service_date"] == LAST_DAY - DAY
            and not visit["started_at"]
            and not visit["ended_at"]
            for visit in practice.visits.values()
        ),
        "a clock that starts with the visit": any(
            visit["started_at"] and not visit["ended_at"] for visit in practice.visits.values()
        ),
        "an authorization without a limit": any(
            row["status"] == "approved" and row["visits_approved"] is None for row in authorizations
        ),
        "an authorization without days": any(
            row["status"] == "approved" and row["effective_from"] is None for row in authorizations
        ),
        "an authorization decided on no day": any(
            row["status"] == "approved" and row["decided_on"] is None for row in authorizations
        ),
        "an authorization decided later": any(
            row["decided_on"] and row["decided_on"] > LAST_DAY for row in authorizations
        ),
        "a charge of a visit of two that share a day": len(practice.visits)
        > len({(row["patient_id"], row["service_date"]) for row in practice.visits.values()}),
        "a tie of remainders": any(len(allocations) > 1 for allocations in by_cms),
        "a payer that pools and one that does not": {"cms", "ama"}
        == {unit_rule(practice, visit) for visit in practice.visits.values()},
    }
    seen |= {
        f"{column} of {metric_id}": bool(columns[column])
        for metric_id, columns in sums.items()
        for column in columns
    }
    assert [case for case, is_seen in seen.items() if not is_seen] == []
