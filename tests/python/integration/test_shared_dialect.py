"""From intermediate upward models are written in the dialect that DuckDB and Spark share.

So are dbt's tests and the SQL of the expectations, of every layer.

Judged is what dbt compiles with Spark's variants of the dispatched macros: by sqlglot and a list of
functions everywhere, by Spark's own parser where there is one. That the two engines make the same
rows of it is not judged here.
"""

import importlib.util
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pytest
import sqlglot
from landing_builder import make_settings
from parsed import share_parse
from sqlglot import exp
from sqlglot.tokens import TokenType

from expectations import SUITES, rules
from orchestration.dbt_project import environment, target_path
from orchestration.ingest import prepare
from orchestration.settings import PROJECT_ROOT

_LAYERS = ("intermediate", "marts")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions that the models call under one name on both engines.
_SHARED = _names("""
    abs array_append array_intersect bool_and bool_or cast coalesce concat concat_ws contains count
    date_trunc day exp first_value floor greatest lag last_day last_value least left length ln
    make_date max max_by median min month nullif percentile_disc power quarter rank regexp_extract
    replace right round row_number sign split_part sqrt substr sum trim try_cast upper year
""")
# What only Spark calls so: of the variants in macros/.
_OF_SPARK = _names("""
    aggregate array array_compact array_distinct array_max array_remove array_size array_sort
    collect_list datediff explode inline sequence sha2 size slice split struct timestampdiff
    transform xxhash64
""")
# What only looks like a call.
_NO_CALLS = _names("""
    and as between by decimal else exists filter from group having in join not on or over then union
    using values when where
""")
_needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="pyspark or Java is not installed",
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The SQL of models from intermediate upward, and of tests, as Spark would get it."""
    folder = tmp_path_factory.mktemp("dialect")
    settings = make_settings(folder, folder / "home")
    prepare(settings)
    share_parse(settings.home)
    done = subprocess.run(
        [sys.executable, str(PROJECT_ROOT / "tests" / "python" / "compile_for_spark.py")],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    root = target_path(settings) / "compiled" / "pt_billing"
    return {
        str(path.relative_to(root)): path.read_text()
        for path in root.rglob("*.sql")
        if not path.is_relative_to(root / "models" / "staging") or path.parent.suffix == ".yml"
    }


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.warehouse.dir", str(folder))
        .getOrCreate()
    )
    yield session
    session.stop()


def test_every_model_and_test_is_in_the_shared_dialect(compiled: Mapping[str, str]) -> None:
    models = [path for path in compiled if ".yml/" not in path and path.startswith("models/")]
    assert len(models) == _models()
    assert len(compiled) > len(models) + 200
    wrong = {name: found for name, sql in compiled.items() if (found := _beside_the_dialect(sql))}
    assert wrong == {}


@_needs_spark
def test_spark_parses_every_model_and_test(compiled: Mapping[str, str], spark: Any) -> None:
    wrong = {name: found for name, sql in compiled.items() if (found := _refused(spark, sql))}
    assert wrong == {}


@pytest.fixture(scope="module")
def expected() -> Mapping[str, str]:
    """The SQL of every rule that has some."""
    found = {}
    for rule in (one for suite in SUITES for one in rules(suite)):
        if rule.check.of is not None:
            found[f"{rule.name}, rows"] = rule.check.of
        query = rule.check.arguments.get("unexpected_rows_query")
        if query is not None:
            found[rule.name] = str(query).format(batch="batch")
    return found


def test_every_expectation_is_in_the_shared_dialect(expected: Mapping[str, str]) -> None:
    assert len(expected) > 100
    wrong = {name: found for name, sql in expected.items() if (found := _beside_the_dialect(sql))}
    assert wrong == {}


@_needs_spark
def test_spark_parses_every_expectation(expected: Mapping[str, str], spark: Any) -> None:
    wrong = {name: found for name, sql in expected.items() if (found := _refused(spark, sql))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select * exclude (a) from t", "exclude"),
        ("select arg_max(a, b) from t", "arg_max()"),
        ("select list(a) from t", "list()"),
        ("select unnest(a) from t", "unnest()"),
        ("select strftime(a, '%Y') from t", "strftime()"),
        ("select a from t union all by name select a from u", "by name"),
        ("select a // 2 from t", "does not parse"),
        ("select E'a' as a from t", "does not parse"),
        ("select upper(a), from t", "trailing comma"),
        ("select a[1] from t", "[ ]"),
        ("select [a, b] from t", "[ ]"),
        ("select cast(a as varchar) from t", "varchar"),
        ("select cast(a as hugeint) from t", "hugeint"),
    ],
)
def test_what_only_duckdb_knows_is_caught(sql: str, told: str) -> None:
    assert told in _beside_the_dialect(sql)


@_needs_spark
def test_spark_refuses_what_only_duckdb_knows(spark: Any) -> None:
    assert _refused(spark, "select a from t") == ""
    for sql in ("select * exclude (a) from t", "select cast(a as varchar) from t"):
        assert _refused(spark, sql)


@_needs_spark
def test_spark_has_the_functions_that_are_said_to_be_shared(spark: Any) -> None:
    known = {row[0] for row in spark.sql("show functions").collect()}
    # Of Spark's grammar.
    known |= {"cast", "timestampdiff", "try_cast"}
    assert sorted((_SHARED | _OF_SPARK) - known) == []


def test_duckdb_has_the_functions_that_are_said_to_be_shared() -> None:
    known = {
        row[0] for row in duckdb.sql("select function_name from duckdb_functions()").fetchall()
    }
    # Of DuckDB's grammar.
    known |= {"cast", "coalesce", "first_value", "lag", "last_value", "nullif", "percentile_disc"}
    known |= {"rank", "row_number", "try_cast"}
    assert sorted(_SHARED - known) == []


def _models() -> int:
    return sum(len(list((PROJECT_ROOT / "models" / one).rglob("*.sql"))) for one in _LAYERS)


def _beside_the_dialect(sql: str) -> list[str]:
    """What of a query Spark would not understand, as far as sqlglot can tell."""
    try:
        tree = sqlglot.parse_one(sql, read="spark")
    except sqlglot.errors.SqlglotError:
        return ["does not parse"]
    tokens = sqlglot.tokenize(sql, read="spark")
    pairs = list(itertools.pairwise(tokens))
    # A name and columns that are given to a list of values.
    aliases = {after.start for token, after in pairs if token.token_type is TokenType.ALIAS}
    found = {
        f"{token.text.lower()}()"
        for token, after in pairs
        if after.token_type is TokenType.L_PAREN
        and token.start not in aliases
        and re.fullmatch(r"[A-Za-z_]\w*", token.text)
        and token.text.lower() not in _SHARED | _OF_SPARK | _NO_CALLS
    }
    # A plain varchar, and DuckDB's own types, of which sqlglot makes Spark's or its own.
    found |= {
        token.text.lower()
        for token, after in pairs
        if token.text.lower() in ("varchar", "hugeint", "ubigint", "exclude")
        and (after.token_type is not TokenType.L_PAREN or token.text.lower() == "exclude")
    }
    found |= {
        "trailing comma"
        for token, after in pairs
        if token.token_type is TokenType.COMMA and after.token_type is TokenType.FROM
    }
    # Spark counts elements from 0, DuckDB from 1; a literal of an array is array() there.
    found |= {"[ ]" for token in tokens if token.token_type is TokenType.L_BRACKET}
    found |= {"by name" for one in tree.find_all(exp.SetOperation) if one.args.get("by_name")}
    return sorted(found)


def _refused(spark: Any, sql: str) -> str:
    """Why Spark's parser does not take a query; empty where it does."""
    try:
        spark._jsparkSession.sessionState().sqlParser().parsePlan(sql)
    except Exception as error:
        return str(error).strip()
    return ""
