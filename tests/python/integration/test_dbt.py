"""The dbt project by itself: its unit tests, and what its YAML must say of every model."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from landing_builder import make_settings

from orchestration.assets.models import judged, tell_broken_constraints
from orchestration.dbt_project import DbtError, dbt_command, environment, read_manifest, target_path
from orchestration.ingest import prepare
from orchestration.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a warehouse whose tables are there and empty, as unit tests need them."""
    folder = tmp_path_factory.mktemp("dbt")
    made = make_settings(folder, folder / "home")
    prepare(made)
    for command in (["seed"], ["run", "--empty"]):
        done = dbt(made, *command)
        assert done.returncode == 0, done.stdout[-3000:]
    return made


def dbt(settings: Settings, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [dbt_command(), "--quiet", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )


def test_every_rule_gives_the_rows_that_were_worked_by_hand(settings: Settings) -> None:
    done = dbt(settings, "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout
    results = json.loads((target_path(settings) / "run_results.json").read_text())["results"]
    units = read_manifest(settings)["unit_tests"]
    assert {one["unique_id"] for one in results if one["status"] == "pass"} == set(units)


def test_half_a_manifest_of_a_killed_run_is_made_anew(settings: Settings) -> None:
    whole = read_manifest(settings)["nodes"]
    file = target_path(settings) / "manifest.json"
    os.truncate(file, file.stat().st_size // 2)
    assert read_manifest(settings)["nodes"].keys() == whole.keys()


def test_every_metric_and_every_intermediate_model_has_unit_tests(settings: Settings) -> None:
    manifest = read_manifest(settings)
    tested = {one["model"] for one in manifest["unit_tests"].values()}
    owed = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and (node["config"]["meta"].get("metric") or node["schema"] == "intermediate")
        # Rows of staging as they are, and what a night tells of itself: test_facts_by_night.
        and node["config"]["materialized"] != "concerned"
        and node["name"].removeprefix("int_scope__")
        not in ("fingerprint", "versions", "remembered")
    }
    assert sorted(owed - tested) == []


def test_every_model_seed_and_column_is_described(settings: Settings) -> None:
    manifest = read_manifest(settings)
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    silent = [
        f"{node['schema']}.{node['name']}.{column}"
        for node in nodes
        if node["resource_type"] in ("model", "seed", "source")
        for column, text in (
            ("", node["description"]),
            *((name, one["description"]) for name, one in node["columns"].items()),
        )
        if not text.strip()
    ]
    assert silent == []


def test_every_constraint_is_tested(settings: Settings) -> None:
    nodes = read_manifest(settings)["nodes"].values()
    tested = {
        node["attached_node"]
        for node in nodes
        if (node.get("test_metadata") or {}).get("name") == "constraints_hold"
    }
    constrained = {
        node["unique_id"]
        for node in nodes
        if node["resource_type"] == "model"
        and (node["constraints"] or any(one["constraints"] for one in node["columns"].values()))
    }
    assert len(constrained) > 150
    assert constrained == tested


def test_broken_constraints_are_told_by_their_names(settings: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(settings.home, home)
    copy = replace(settings, home=home)
    columns = "payer_id, payer_type, unit_rule"
    rows = "('A', 'medicare', 'cms'), ('A', null, 'none'), (null, 'medicare', null)"
    with duckdb.connect(str(copy.warehouse)) as warehouse:
        warehouse.sql(f"insert into core.dim_payer ({columns}) values {rows}")
        warehouse.sql("insert into core.dim_clinic (clinic_id) values ('A')")
    tests = ["constraints_hold_dim_payer_", "constraints_hold_dim_clinic_"]
    assert dbt(copy, "test", "--select", *tests).returncode == 1
    results = json.loads((target_path(copy) / "run_results.json").read_text())["results"]
    told = {one["unique_id"].split(".")[2]: dict(one) for one in results}
    assert {name: one["failures"] for name, one in told.items()} == {tests[0]: 5, tests[1]: 0}
    tell_broken_constraints(told.values(), target_path(copy), copy)
    with pytest.raises(DbtError) as error:
        judged("core", told.values(), 1)
    assert str(error.value).splitlines()[1:] == [
        "  test constraints_hold_dim_payer_: 5 rows are not as they must be: payer_id is not null; "
        "payer_type is not null; unit_rule in ('cms', 'ama'); unique (payer_id)"
    ]


def test_what_is_published_has_an_enforced_contract(settings: Settings) -> None:
    loose = [
        node["name"]
        for node in read_manifest(settings)["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] in ("core", "metrics", "worklists", "quality")
        and not node["config"]["contract"]["enforced"]
    ]
    assert loose == []


def test_nothing_but_core_reads_intermediate_models(settings: Settings) -> None:
    # They may hold no more than what changed since the night before; core's facts hold everything.
    nodes = read_manifest(settings)["nodes"]
    partial = _models_in(nodes, "models/intermediate/")
    allowed = partial | _models_in(nodes, "models/marts/core/")
    wrong = [
        f"{node['name']} reads {nodes[other]['name']}"
        for key, node in nodes.items()
        if key not in allowed and node.get("attached_node") not in partial
        for other in node["depends_on"].get("nodes", ())
        if other in partial
    ]
    assert len(partial) > 40
    assert wrong == []


def _models_in(nodes: Mapping[str, Any], folder: str) -> set[str]:
    return {
        key
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node["original_file_path"].startswith(folder)
    }


def test_every_worklist_says_who_why_until_when_and_how_much(settings: Settings) -> None:
    owed = {"payer_id", "patient_key", "clinic_id", "provider_id", "deadline_on", "at_stake_amount"}
    reasons = {"reason", "root_cause", "rejection_code"}
    silent = {
        node["name"]: sorted(owed - columns) + ([] if reasons & columns else ["reason"])
        for node in read_manifest(settings)["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "worklists"
        for columns in [set(node["columns"])]
    }
    assert len(silent) >= 9
    assert {name: missing for name, missing in silent.items() if missing} == {}


def test_models_are_short_and_say_their_grain_first() -> None:
    models = list((PROJECT_ROOT / "models").rglob("*.sql"))
    lengths = sorted(len(path.read_text().splitlines()) for path in models)
    assert lengths[-1] <= 200
    assert lengths[len(lengths) // 2] <= 40
    silent = [path.name for path in models if not _first_line(path).startswith("-- One row")]
    assert silent == []


def _first_line(path: Path) -> str:
    return path.read_text().splitlines()[0]
