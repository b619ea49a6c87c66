"""Sharing: what is told, what is held back, and that nothing held back can be worked out."""

import csv
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landing_builder import make_settings

from orchestration.share import SMALLEST_CELL, as_text, held_back, rows_of, share

PAYER_A, PAYER_B, PAYER_C = ("payer", "A"), ("payer", "B"), ("payer", "C")
PRACTICE = ("practice", None)


def of_payers(**parts: tuple[int, ...]) -> dict:
    """A table of one clinic and one provider."""
    return {(payer, "X", "1"): some for payer, some in parts.items()}


def test_nothing_is_held_back_of_a_big_table() -> None:
    assert held_back([of_payers(A=(20, 30), B=(11, 40), C=(0, 11))]) == set()


@pytest.mark.parametrize("small", [(1, 50), (10, 50), (50, 10), (5, 5)])
def test_a_small_part_takes_the_next_smallest_along(small: tuple[int, int]) -> None:
    # A alone would be the practice less B and C.
    assert held_back([of_payers(A=small, B=(90, 90), C=(60, 60))]) == {PAYER_A, PAYER_C}


def test_two_small_ones_that_together_are_few_take_a_third_along() -> None:
    # Neither is known, but both count 1 or 2 when together they count 3.
    table = of_payers(A=(1, 90), B=(2, 90), C=(50, 90))
    assert held_back([table]) == {PAYER_A, PAYER_B, PAYER_C}


def test_the_only_payer_takes_the_practice_along() -> None:
    assert held_back([of_payers(A=(3, 90))]) == {
        PAYER_A, PRACTICE, ("clinic", "X"), ("provider", "1"),
    }  # fmt: skip


def test_tables_of_the_same_things_hide_the_same() -> None:
    # The first alone would tell C and the second B: A's sum would be known from both.
    first = of_payers(A=(3, 90), B=(30, 70), C=(90, 90))
    second = of_payers(A=(40, 53), B=(5, 95), C=(90, 90))
    assert held_back([first, second]) >= {PAYER_A, PAYER_B}


names = st.sampled_from
slices = st.tuples(names("ABC"), names("XYZ"), names("123"))
parts = st.one_of(
    st.tuples(st.integers(0, 40), st.integers(0, 40)),
    st.tuples(st.integers(0, 4), st.integers(0, 90)),
    st.tuples(names([0, 0, 0, 40]), names([0, 3, 40])),
)


@settings(max_examples=300)
@given(st.dictionaries(slices, parts, min_size=1, max_size=12))
def test_no_row_held_back_is_a_combination_of_what_is_told(table: dict) -> None:
    hidden = held_back([table])
    for row, members in rows_of(table).items():
        yes, no = (sum(table[one][position] for one in members) for position in (0, 1))
        if row not in hidden:
            assert not any(0 < count < SMALLEST_CELL for count in (yes, no, yes + no))
    assert not worked_out([table], hidden)


def worked_out(tables: list[dict], hidden: set) -> set:
    """The rows held back of which the ranks of matrices say that a part can be worked out."""
    rows = rows_of(one for table in tables for one in table)
    base = sorted({one for table in tables for one in table}, key=str)
    vectors = {
        row: np.array([one in members for one in base], int) for row, members in rows.items()
    }
    found = set()
    for table in tables:
        for counted in ((0,), (1,), (0, 1)):
            count = {one: sum(table[one][position] for position in counted) for one in table}
            known = [vectors[row] for row in rows if row not in hidden]
            for row, members in rows.items():
                if row not in hidden and sum(count[one] for one in members) == 0:
                    known += [np.array([one == other for one in base], int) for other in members]
            rank = np.linalg.matrix_rank(np.array(known)) if known else 0
            for row in hidden:
                if np.linalg.matrix_rank(np.array([*known, vectors[row]])) == rank:
                    found.add(row)
    return found


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_formula_stays_text(text: str) -> None:
    assert as_text(text) == f"'{text}"
    assert (as_text("A=1"), as_text(None)) == ("A=1", "")


def test_a_folder_is_written_whole_and_anew(tmp_path: Path) -> None:
    made = make_settings(tmp_path, tmp_path / "home")
    publish_metrics(made.published)
    stale = made.home / "shared" / "2026-06-30" / "stale.csv"
    stale.parent.mkdir(parents=True)
    stale.touch()

    folder, told, hidden = share(made)

    assert sorted(file.name for file in folder.iterdir()) == [
        *("README.txt", "cancellation_rate.csv", "no_show_rate.csv")
    ]
    rows = list(csv.reader((folder / "no_show_rate.csv").open(newline="")))
    assert rows[0][:4] == ["month", "scope", "scope_id", "numerator"]
    # Of January payer B has 2 no-shows of 40: it and the smallest other payer are held back.
    assert rows[1:] == [
        ["2026-01", "practice", "", "52", "200", "0.26", "true"],
        ["2026-01", "payer", "'=A", "30", "100", "0.3", "true"],
        ["2026-01", "clinic", "X", "52", "200", "0.26", "true"],
        ["2026-01", "provider", "1", "52", "200", "0.26", "true"],
    ]
    rows = list(csv.reader((folder / "cancellation_rate.csv").open(newline="")))
    assert [row[2] for row in rows[1:]] == ["", "'=A", "X", "1"]
    assert (told, hidden) == (8, 4)
    assert "4 of 12 rows" in (folder / "README.txt").read_text()
    assert [file.name for file in folder.parent.iterdir()] == ["2026-06-30"]


def publish_metrics(file: Path) -> None:
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create schema metrics; create table metrics.catalog as select * from (values "
            "('no_show_rate', 'No-show rate', 'ratio'), ('days_in_ar', 'Days', 'days')) "
            "as t (metric_id, name, unit)"
        )
        connection.execute(
            "insert into metrics.catalog values ('cancellation_rate', 'Cancellation rate', 'ratio')"
        )
        for name, kind in (
            ("no_show_rate", "bigint"),
            ("cancellation_rate", "bigint"),
            ("days_in_ar", "decimal(18, 2)"),
        ):
            connection.execute(
                f"create table metrics.{name} (month date, payer_id varchar, clinic_id varchar, "
                f"provider_id varchar, numerator {kind}, denominator {kind}, is_mature boolean)"
            )
            for payer, numerator, denominator in (("=A", 30, 100), ("B", 2, 40), ("C", 20, 60)):
                if name == "cancellation_rate":  # none small, but of the same appointments
                    numerator = denominator // 2
                connection.execute(
                    f"insert into metrics.{name} values (?, ?, 'X', '1', ?, ?, true)",
                    [date(2026, 1, 1), payer, numerator, denominator],
                )
