"""The published file as tools open it: SQLAlchemy, the dashboard's charts, the Python of the docs.

SQLAlchemy is how Superset and most of its kind speak to a database.
"""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
import yaml
from nights import Night

from orchestration.parquet import write_parquet
from orchestration.settings import PROJECT_ROOT
from orchestration.superset import BUNDLE, pack

PAGE = PROJECT_ROOT / "docs" / "bi.md"
CHARTS = sorted((BUNDLE / "charts").glob("*.yaml"))
GRAINS = {"P1M": "month"}
SCHEMAS = ("core", "metrics", "worklists", "quality")


@pytest.fixture(scope="module")
def published(sample_night: Night) -> Path:
    return sample_night.home / "published" / "billing_marts.duckdb"


@pytest.fixture(scope="module")
def engine(published: Path) -> Iterator[sa.Engine]:
    # No pool: within a process DuckDB opens a file in one configuration at a time.
    made = sa.create_engine(
        f"duckdb:///{published}", connect_args={"read_only": True}, poolclass=sa.NullPool
    )
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def catalog(published: Path) -> dict[tuple[str, str], dict[str, tuple[str, str]]]:
    """Type and comment of every column by table, as DuckDB itself says."""
    found: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    with duckdb.connect(str(published), read_only=True) as reader:
        for schema, table, column, kind, comment in reader.sql(
            "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() "
            "where not internal and database_name = current_database() order by all"
        ).fetchall():
            found.setdefault((schema, table), {})[column] = (kind, comment)
    return found


def test_schemas_tables_columns_and_comments_are_reflected(engine, catalog, published) -> None:
    inspector = sa.inspect(engine)
    schemas = {name.rpartition(".")[2].strip('"') for name in inspector.get_schema_names()}
    assert schemas >= set(SCHEMAS)
    with duckdb.connect(str(published), read_only=True) as reader:
        comments = dict(reader.sql("select table_name, comment from duckdb_tables()").fetchall())
    assert len(catalog) > 60
    tables = {(schema, name) for schema in SCHEMAS for name in inspector.get_table_names(schema)}
    assert tables == set(catalog)
    for (schema, table), columns in catalog.items():
        found = {one["name"]: one for one in inspector.get_columns(table, schema)}
        assert found.keys() == columns.keys()
        assert {name: one["comment"] for name, one in found.items()} == {
            name: comment for name, (_, comment) in columns.items()
        }
        assert inspector.get_table_comment(table, schema)["text"] == comments[table]


def test_money_is_decimal_and_days_are_days(engine: sa.Engine) -> None:
    columns = {c["name"]: c["type"] for c in sa.inspect(engine).get_columns("fct_charge", "core")}
    amount, day = columns["charge_amount"], columns["service_date"]
    assert isinstance(amount, sa.Numeric) and (amount.precision, amount.scale) == (18, 2)
    assert isinstance(day, sa.Date)
    table = sa.Table("fct_charge", sa.MetaData(), schema="core", autoload_with=engine)
    with engine.connect() as connection:
        row = connection.execute(sa.select(sa.func.sum(table.c.charge_amount))).scalar_one()
    assert str(row) == str(row.quantize(row.__class__("0.01"))) and row > 0


def test_nobody_writes_to_the_published_file(engine: sa.Engine) -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.SQLAlchemyError, match="read-only"):
        connection.execute(sa.text("delete from metrics.scorecard"))


# The dashboard


def bundle(folder: str) -> dict[str, dict[str, Any]]:
    """The parts of a kind by their uuid."""
    parts = [yaml.safe_load(file.read_text()) for file in (BUNDLE / folder).rglob("*.yaml")]
    return {part["uuid"]: part for part in parts}


def test_the_dashboard_is_whole() -> None:
    charts, datasets, databases = bundle("charts"), bundle("datasets"), bundle("databases")
    assert {chart["dataset_uuid"] for chart in charts.values()} == datasets.keys()
    assert {dataset["database_uuid"] for dataset in datasets.values()} == databases.keys()
    (dashboard,) = bundle("dashboards").values()
    parts = [part for part in dashboard["position"].values() if isinstance(part, dict)]
    shown = [part["meta"]["uuid"] for part in parts if part["type"] == "CHART"]
    assert sorted(shown) == sorted(charts)


def test_datasets_have_columns_of_the_file(catalog) -> None:
    for dataset in bundle("datasets").values():
        columns = catalog[dataset["schema"], dataset["table_name"]]
        told = {one["column_name"]: _duckdb_type(one["type"]) for one in dataset["columns"]}
        assert told == {name: kind for name, (kind, _) in columns.items()}


def _duckdb_type(name: str) -> str:
    """What SQLAlchemy, and so Superset, calls by another name."""
    name = name.replace("NUMERIC", "DECIMAL").replace(", ", ",")
    return "DOUBLE" if name == "FLOAT" else name


@pytest.mark.parametrize("file", CHARTS, ids=lambda file: file.stem)
def test_a_chart_has_what_it_shows(engine: sa.Engine, file: Path) -> None:
    """The query that Superset makes of a chart: grouped, with the dataset's own metrics."""
    chart = yaml.safe_load(file.read_text())
    dataset, asked = bundle("datasets")[chart["dataset_uuid"]], chart["params"]
    formulas = {one["metric_name"]: one["expression"] for one in dataset["metrics"]}
    table = sa.Table(
        dataset["table_name"], sa.MetaData(), schema=dataset["schema"], autoload_with=engine
    )
    slices = [table.c[name] for name in asked["groupby"]]
    if "time_grain_sqla" in asked:
        slices.append(
            sa.func.date_trunc(GRAINS[asked["time_grain_sqla"]], table.c[asked["x_axis"]])
        )
    elif "x_axis" in asked:
        slices.append(table.c[asked["x_axis"]])
    numbers = [sa.literal_column(formulas[name]).label(name) for name in asked["metrics"]]
    query = sa.select(*slices, *numbers).group_by(*slices)
    for one in asked["adhoc_filters"]:
        if one["expressionType"] == "SQL":
            query = query.where(sa.text(one["sqlExpression"]))
        else:
            assert one["operator"] == "=="
            query = query.where(table.c[one["subject"]] == one["comparator"])
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    assert len(rows) >= 5
    assert all(row[-1] is not None for row in rows)


def test_a_dashboard_is_packed_the_same_each_time_with_the_address_of_the_file(tmp_path) -> None:
    for name in ("one.zip", "two.zip"):
        pack(tmp_path / name, Path("/srv/billing/home/published/billing_marts.duckdb"))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert len(packed.namelist()) == len(list(BUNDLE.rglob("*.yaml")))
        database = yaml.safe_load(packed.read("billing/databases/billing_marts.yaml"))
    assert database["sqlalchemy_uri"] == (
        "duckdb:////srv/billing/home/published/billing_marts.duckdb"
    )
    assert database["extra"]["engine_params"]["connect_args"] == {"read_only": True}


# Parquet, and what the page shows


def test_parquet_copies_hold_what_the_file_holds(published: Path, catalog, tmp_path: Path) -> None:
    write_parquet(published, tmp_path)
    assert {(p.parent.name, p.stem) for p in tmp_path.rglob("*.parquet")} == set(catalog)
    with duckdb.connect(str(published), read_only=True) as reader:
        for schema, table in catalog:
            copy = f"read_parquet('{tmp_path / schema / table}.parquet')"
            (types,) = reader.sql(
                f"select (select list(column_type) from (describe {schema}.{table})) = "
                f"(select list(column_type) from (describe select * from {copy}))"
            ).fetchone()
            assert types, table
            (different,) = reader.sql(
                f"select (select count(*) from (from {schema}.{table} except all from {copy})) + "
                f"(select count(*) from (from {copy} except all from {schema}.{table}))"
            ).fetchone()
            assert different == 0, table


def test_the_python_of_the_page_runs_and_says_what_the_page_says(
    published: Path, tmp_path: Path
) -> None:
    blocks = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```\n", PAGE.read_text(), re.DOTALL)
    assert len(blocks) == PAGE.read_text().count("```python") >= 5
    write_parquet(published, tmp_path / "parquet")
    for code, printed in blocks:
        here = code.replace("data/published/billing_marts.duckdb", str(published))
        here = here.replace("data/published/parquet", str(tmp_path / "parquet"))
        done = subprocess.run(
            [sys.executable, "-c", here], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.rstrip() == printed.rstrip(), code
