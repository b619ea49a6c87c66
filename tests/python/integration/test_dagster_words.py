"""What people read in Dagster: what every asset and check is, who acts, and how many rows."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance, Definitions
from nights import Night
from parsed import share_parse

from orchestration.assets.told import links, meaning
from orchestration.dbt_project import read_manifest
from orchestration.definitions import build
from orchestration.settings import PROJECT_ROOT, Settings

LAYERS = {"raw", "staging", "intermediate", "core", "metrics", "worklists", "quality"}
ROLES = {"data_engineer", "billing_lead", "coding_lead", "clinic_director", "practice_manager"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    share_parse(home)
    return Settings.from_environment({"BILLING_LANDING": str(home), "BILLING_HOME": str(home)})


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> Definitions:
    return build(settings)


def test_every_asset_says_its_layer_what_it_is_and_who_acts(definitions: Definitions) -> None:
    specs = [spec for one in definitions.assets for spec in one.specs]
    assert {spec.group_name for spec in specs} == LAYERS | {"seeds", "published"}
    assert [spec.key for spec in specs if len(spec.description or "") < 15] == []
    assert {owner for spec in specs for owner in spec.owners} == {f"team:{one}" for one in ROLES}
    assert [spec.key for spec in specs if len(spec.owners) != 1] == []


def test_every_check_says_what_it_means(definitions: Definitions) -> None:
    checks = [
        spec for one in (*definitions.assets, *definitions.asset_checks) for spec in one.check_specs
    ]
    assert len(checks) > 400
    assert [
        spec.name for spec in checks if not re.fullmatch(r"\w.{15,}\.", spec.description or "")
    ] == []


def test_links_lead_to_what_is_there(settings: Settings) -> None:
    nodes = read_manifest(settings)["nodes"]
    node = nodes["model.pt_billing.denial_rate"]
    found = {name: link.value for name, link in links(settings, node).items()}
    page, title = found["definition"].split("#")
    assert f"## {title}\n" in (PROJECT_ROOT / page).read_text().replace("`", "")
    assert (PROJECT_ROOT / found["source"]).is_file()
    assert found["dictionary"] == (
        f"{settings.published_dir}/docs/index.html#!/model/model.pt_billing.denial_rate"
    )
    assert "definition" not in links(settings, nodes["model.pt_billing.fct_claim"])
    served = replace(settings, docs_url="https://host/docs")
    assert links(served, node)["dictionary"].value == (
        "https://host/docs/index.html#!/model/model.pt_billing.denial_rate"
    )


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (
            {"name": "relationships", "kwargs": {"column_name": "payer_id", "field": "payer_id"}
             | {"to": "ref('dim_payer')", "model": "{{ get_where_subquery(ref('fct_charge')) }}"}},
            "Every payer_id of fct_charge is a payer_id of dim_payer.",
        ),
        (
            {"name": "accepted_values", "kwargs": {"column_name": "kind", "values": ["a", "b"]}
             | {"model": "{{ get_where_subquery(source('raw', 'files')) }}"}},
            "kind of files is one of: a, b.",
        ),
    ],
)  # fmt: skip
def test_a_generic_test_is_told_in_words(test: dict, expected: str) -> None:
    assert meaning({"test_metadata": test}) == expected


def test_a_test_of_its_own_says_what_failure_means() -> None:
    code = "-- A line is lost:\n-- the data engineer acts.\n{{ config() }}\nselect 1 -- not this\n"
    assert meaning({"raw_code": code}) == "When it fails: A line is lost: the data engineer acts."


def test_a_night_tells_the_rows_of_every_table(sample_night: Night, tmp_path: Path) -> None:
    shutil.copytree(sample_night.home / "dagster", tmp_path / "dagster")
    with DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        told = {
            tuple(key.path): event.asset_materialization.metadata["dagster/row_count"].value
            for key in instance.get_asset_keys()
            if (event := instance.get_latest_materialization_event(key))
            and "dagster/row_count" in event.asset_materialization.metadata
        }
    with duckdb.connect(str(sample_night.home / "warehouse.duckdb"), read_only=True) as warehouse:
        tables = warehouse.sql(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        held = {
            (schema, name): warehouse.sql(f'select count(*) from "{schema}"."{name}"').fetchone()[0]
            for schema, name in tables
        }
    # Not assets: what the checks write as they run, the loader's own index of contents, and what a
    # night remembers for the next.
    del held["quality", "expectation_results"], held["raw", "contents"]
    held = {name: rows for name, rows in held.items() if name[0] != "built"}
    assert {key: told.get(key) for key in held} == held
