"""`make sql` and the answers of the cookbook, on a published file of two rows."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration import cookbook
from orchestration.settings import PROJECT_ROOT

PAGE = """### 1. How many?
Read it.

```sql
select visits, paid as paid_amount from core.fct order by visits;
```

| old |
| --- |

### 2. And of what kind?
Read it too.

```sql
select max(name) as name from core.fct;
```
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    file = tmp_path / "published" / "billing_marts.duckdb"
    file.parent.mkdir()
    with duckdb.connect(str(file)) as writer:
        writer.execute("create schema core")
        writer.execute(
            "create table core.fct (visits integer, paid decimal(18, 2), name varchar);"
            "insert into core.fct values (2000, 1234.5, 'a|b'), (null, -0.5, 'a');"
            "comment on table core.fct is 'One row per visit.';"
            "comment on column core.fct.paid is 'Money paid, US dollars.'"
        )
    return tmp_path


def run(module: str, home: Path, *arguments: str, typed: str = "", path: str = "") -> tuple:
    """The exit code, standard output and standard error; path is where programs are."""
    done = subprocess.run(
        [sys.executable, "-m", f"orchestration.{module}", *arguments],
        cwd=PROJECT_ROOT,
        env={"BILLING_HOME": str(home), "BILLING_LANDING": str(home / "landing"), "PATH": path},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_query_on_the_command_line_prints_its_result(home: Path) -> None:
    code, shown, errors = run("sql", home, "select sum(paid) as total from core.fct")
    assert (code, errors) == (0, "")
    assert "total" in shown and "1234.00" in shown


def test_the_prompt_answers_statements_lists_tables_and_outlives_a_mistake(home: Path) -> None:
    typed = "\\d\n\\d core.fct\nselect nothing;\nselect visits\nfrom core.fct\nwhere paid > 0;\n"
    code, shown, _ = run("sql", home, typed=typed)
    assert code == 0
    for words in ("One row per visit.", "Money paid, US dollars.", "nothing", "2000"):
        assert words in shown
    assert shown.index("nothing") < shown.index("2000")


def test_the_shell_of_duckdb_is_taken_where_there_is_one(home: Path) -> None:
    program = home / "bin" / "duckdb"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "shell: $@"\n')
    program.chmod(0o755)
    file = home / "published" / "billing_marts.duckdb"
    code, shown, _ = run("sql", home, path=str(program.parent))
    assert (code, shown) == (0, f"shell: -readonly {file}\n")
    code, shown, _ = run("sql", home, "--ui", path=str(program.parent))
    assert (code, shown) == (0, f"shell: -readonly -ui {file}\n")
    # A query is answered alike everywhere.
    assert "shell" not in run("sql", home, "select 1", path=str(program.parent))[1]


def test_without_the_shell_there_is_no_ui(home: Path) -> None:
    code, shown, errors = run("sql", home, "--ui")
    assert (code, shown) == (2, "")
    assert errors == "DuckDB's UI needs its shell: pip install duckdb-cli.\n"


def test_the_published_file_cannot_be_changed(home: Path) -> None:
    code, _, errors = run("sql", home, "delete from core.fct")
    assert code == 1 and "read-only" in errors
    assert "2000" in run("sql", home, "from core.fct")[1]


@pytest.mark.parametrize("module", ["sql", "cookbook"])
def test_a_missing_file_is_one_sentence(module: str, tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "sample.json").write_text('{"as_of": "2026-06-30"}')
    code, shown, errors = run(module, tmp_path)
    assert (code, shown) == (1, "")
    assert errors == f"Nothing is published in {tmp_path} yet: run make nightly.\n"


def test_make_hands_the_query_on(home: Path) -> None:
    # The environment is there (-o): this Python's.
    make = ["make", "-o", ".venv/.installed", f"BIN={Path(sys.executable).parent}", "sql"]
    done = subprocess.run(
        [*make, """QUERY=select 'it''s "' || max(name) as word from core.fct where paid > 0"""],
        cwd=PROJECT_ROOT,
        env={**os.environ, "BILLING_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert """it's "a|b""" in done.stdout


def test_the_answers_of_another_practice_stay_out_of_the_page(home: Path) -> None:
    before = cookbook.PAGE.read_bytes()
    code, _, errors = run("cookbook", home)
    assert code == 1 and "sample practice only" in errors
    assert cookbook.PAGE.read_bytes() == before


def test_answers_are_written_anew_below_their_queries(home: Path) -> None:
    file = home / "published" / "billing_marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as reader:
        page = cookbook.refreshed(PAGE, reader)
        assert cookbook.refreshed(page, reader) == page
    first, second = cookbook.recipes(page)
    assert first.answer.splitlines() == [
        "| visits | paid_amount |",
        "| --- | --- |",
        "| 2,000 | 1,234.50 |",
        "|  | -0.50 |",
    ]
    assert second.answer.splitlines() == ["| name |", "| --- |", "| a\\|b |"]
    assert [recipe.question for recipe in cookbook.recipes(PAGE)] == [
        "1. How many?",
        "2. And of what kind?",
    ]
