"""A landing folder judged without loading it: what is found, what is told, and what is not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copy, copytree

import pytest
from checked import judged, project
from landing_builder import make_settings, write_csv, write_file, write_x12
from x12_builder import (
    Claim,
    ClaimPayment,
    Line,
    ServiceLine,
    group,
    interchange,
    transaction_835,
    transaction_837,
)

from orchestration.ingest.contract import read_contract
from orchestration.ingest.templates import FOLDER
from orchestration.landing_check import needs
from orchestration.landing_check.memory import Memory
from orchestration.settings import PROJECT_ROOT, Settings

CANARY = "ZZCANARY"


@pytest.fixture
def broken(tmp_path: Path) -> Settings:
    """The templates, and what people do to files."""
    landing = tmp_path / "landing"
    copytree(FOLDER, landing)
    practice = landing / "practice"
    charges = practice / "charges_20260131.csv"
    header, row = charges.read_text().splitlines()
    wrong = row.replace("CH1", "CH2").replace(",2,30,", f",{CANARY},30,")
    charges.write_text("\n".join([header, row, wrong, wrong, f'"{CANARY}', row, ""]))
    visits = practice / "visits_20260131.csv"
    visits.write_text(visits.read_text().replace("visit_id", "VisitID", 1))
    (practice / "patients_20260131.csv").rename(practice / "patients.csv")
    (practice / "appointments_20260131.csv").unlink()
    row = {"patient_id": "P1", "birth_date": f"{CANARY} 1", "Nickname": CANARY}
    write_csv(landing, "patients", "2026-02-01", [row], columns=[*row, "e-mail", f"{CANARY}@x"])
    write_file(practice / "payers_20260201.csv", f"{CANARY},{CANARY}2\n1,2\n".encode())
    payment = transaction_835([ClaimPayment(CANARY, [ServiceLine("97110", "80", CANARY)])])
    write_x12(landing, "era.x12", interchange(group(payment)))
    return make_settings(landing, tmp_path / "home")


def test_the_templates_hold_nothing_wrong_or_unknown(tmp_path: Path) -> None:
    with judged(make_settings(FOLDER, tmp_path / "home")) as (memory, _, found):
        assert len(found) == len(read_contract())
        for one in found.values():
            assert (one.wrong, one.notes) == ((), ()), one.file
        counted = memory.rows("select sum(rows_staged), count(*) from staging.stg_load__row_counts")
        assert counted == [(len(found), len(found))]
    assert not (tmp_path / "home").exists()


def test_each_file_is_told_what_is_missing_wrong_or_unknown(broken: Settings) -> None:
    with judged(broken) as (_, _, found):
        told = {name.split("/")[1]: (one.wrong, one.notes) for name, one in found.items()}
    assert told.pop("charges_20260131.csv") == (
        (
            "lines 3, 4: units: expected a whole number of at most six digits",
            "line 5: A quote does not close.",
        ),
        (),
    )
    assert told.pop("visits_20260131.csv") == (
        (
            "the whole file cannot be used: The required column visit_id is missing in the header.",
            "perhaps column 1 (VisitID) is meant to be visit_id",
        ),
        (),
    )
    assert told.pop("patients.csv")[0][0].startswith("the whole file cannot be used: The file name")
    (wrong,), (unknown, absent, meant) = told.pop("patients_20260201.csv")
    assert wrong == "line 2: birth_date: expected a date YYYY-MM-DD"
    assert unknown == (
        "unknown, kept and not used: column 3 (Nickname), column 4 (e-mail), column 5"
    )
    assert absent.startswith("not there, read as empty: mrn, first_name, ")
    assert meant == "perhaps column 4 (e-mail) is meant to be email"
    assert told.pop("payers_20260201.csv")[0][1].startswith("none of its 2 columns is of the")
    (wrong,), _ = told.pop("era.x12")
    assert wrong == "transaction set 1: CLP 1, SVC 1, SVC03: expected an amount"
    assert {one for wrong, notes in told.values() for one in (*wrong, *notes)} == set()
    assert len(told) == len(read_contract()) - 4


def test_what_a_person_reads_holds_no_value_and_nothing_is_written(broken: Settings) -> None:
    project()  # compiled beforehand
    for file in (PROJECT_ROOT / "tests/fixtures/hand_practice/landing/x12").iterdir():
        copy(file, broken.landing / "x12")
    before = sorted(broken.landing.rglob("*"))
    done = _run(broken.landing, broken.home)
    told = done.stdout + done.stderr
    assert done.returncode == 1, told
    assert CANARY not in told
    assert "To be repaired: 6 files and the missing visits." in done.stdout
    assert "- appointments\n    cannot be computed: cancellation_rate, no_show_rate\n" in told
    assert "- visits (needed: without it nothing is published)\n    cannot be computed: " in told
    assert sorted(broken.landing.rglob("*")) == before
    assert not broken.home.exists()


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"BILLING_LANDING": "nowhere"}, "The landing folder {}/nowhere does not exist"),
        ({"BILLING_AS_OF": "June"}, "BILLING_AS_OF must be a date"),
    ],
)
def test_a_wrong_setting_is_told_at_once(
    tmp_path: Path, variables: dict[str, str], message: str
) -> None:
    values = {name: str(tmp_path / text) for name, text in variables.items() if "LAND" in name}
    done = _run(FOLDER, tmp_path / "home", **{**variables, **values})
    assert done.returncode == 2
    assert done.stderr.startswith(message.format(tmp_path))
    assert not (tmp_path / "home").exists()


def _run(landing: Path, home: Path, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.landing_check"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "BILLING_LANDING": str(landing), "BILLING_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def sample() -> Iterator[Memory]:
    """The sample practice of the check, in memory."""
    with needs.sample(make_settings(FOLDER, FOLDER), project()) as memory:
        yield memory


@pytest.fixture(scope="module")
def effects(sample: Memory) -> dict[str, needs.Effect]:
    """What the want of some things does, by the name of the thing."""
    sources = {name: sample.project.source(name) for name in ("visits", "patients")}
    notes = [
        needs.Want(f"visits: {name}", sources["visits"], f"update raw.visits set {name} = null")
        for name in ("note_signed_at", "started_at")
    ]
    wants = [
        needs.Want(
            "835",
            sample.project.model("base_x12__transaction_sets"),
            "delete from raw.x12_transactions where st01 = '835'",
        ),
        needs.Want(
            "visits: note_signed_at, started_at",
            sources["visits"],
            "update raw.visits set note_signed_at = null, started_at = null",
            tuple(notes),
        ),
        needs.Want("patients", sources["patients"], "delete from raw.patients"),
    ]
    return {one.want.name: one for one in needs.effects_on(sample, wants)}


def test_the_sample_gives_every_metric_something_to_count(sample: Memory) -> None:
    rows = needs.rows_of_metrics(sample)
    assert len(rows) >= 21
    assert [metric for metric, (count, _) in rows.items() if not count] == []


def test_a_metric_with_nothing_to_count_cannot_be_computed(effects: dict) -> None:
    assert "denial_rate" in effects["835"].lost
    assert "days_to_payment" in effects["835"].lost
    # Charges that nobody paid are still owed, and claims are still accepted by a 277CA.
    assert {"days_in_ar", "clean_claim_rate"} <= set(effects["835"].changed)
    # No remittance is needed to see whether a patient came.
    touched = {*effects["835"].lost, *effects["835"].changed}
    assert not touched & {"no_show_rate", "unit_accuracy_rate", "documentation_timeliness"}


def test_the_column_that_costs_a_metric_is_named(effects: dict) -> None:
    # Without signatures every note would count as late: that is no rate of anything.
    assert "documentation_timeliness" in effects["visits: note_signed_at"].lost
    assert "visits: note_signed_at, started_at" not in effects
    started = effects.get("visits: started_at")
    assert started is None or started.lost == ()


def test_what_no_metric_reads_has_no_effect(effects: dict) -> None:
    assert "patients" not in effects


def test_claims_that_name_no_charge_are_missed(sample: Memory, tmp_path: Path) -> None:
    sent = transaction_837([Claim("C1", [Line(None, "97110", "80")])])
    write_x12(tmp_path, "claims.x12", interchange(group(sent)))
    with judged(make_settings(tmp_path, tmp_path / "home")) as (memory, inputs, _):
        (want,) = [one for one in needs.wants(memory, inputs) if "REF*6R" in one.name]
    (effect,) = needs.effects_on(sample, [want])
    # Money still comes for claims, and reaches no charge.
    assert {"underpayment_rate", "reimbursement_rate"} <= set(effect.lost)
    # Claims are still counted, under no clinic and provider.
    assert {"denial_rate", "clean_claim_rate"} <= set(effect.changed)
    with judged(make_settings(FOLDER, tmp_path / "home")) as (memory, inputs, _):
        assert not [one for one in needs.wants(memory, inputs) if "REF*6R" in one.name]


def test_an_extract_is_needed_where_a_night_without_it_is_stopped() -> None:
    from expectations.rule import CRITICAL
    from expectations.suites.raw import rules

    critical = {one.name for one in rules() if one.severity == CRITICAL}
    stopped = {name for name in read_contract() if f"{name}_arrived" in critical}
    assert stopped == {one.name for one in read_contract().values() if one.needed}
