"""What expectations say in SQL that both engines take, against values worked by hand."""

import duckdb
import pytest

from expectations.rule import NUMBERS, day_of, days_from, digits_of, is_of_pattern

LEAP_DAY = day_of("'20240229'")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (is_of_pattern("'97'", "[0-9]{2}"), True),
        (is_of_pattern("'975'", "[0-9]{2}"), False),
        (is_of_pattern("'x97'", "[0-9]{2}"), False),
        (is_of_pattern("'97' || chr(10)", "[0-9]{2}"), False),
        (is_of_pattern("'b'", "a|b"), True),
        (is_of_pattern("'ab'", "a|b"), False),
        # What does not match is an empty text, which an empty one must not pass for.
        (is_of_pattern("''", "[0-9]{2}"), False),
        (is_of_pattern("cast(null as varchar)", "[0-9]{2}"), None),
        (f"cast({LEAP_DAY} as varchar)", "2024-02-29"),
        (day_of("'20230229'"), None),
        (day_of("'2024-2-9'"), None),
        (day_of("'202402290'"), None),
        (day_of("cast(null as varchar)"), None),
        (digits_of("date '2024-02-09'"), "20240209"),
        (days_from("date '2024-02-28'", "date '2024-03-01'"), 2),
        (f"(select count(distinct number) || ' ' || max(number) from ({NUMBERS}))", "10000 9999"),
    ],
)
def test_an_expression_means_what_it_says(expression: str, expected: object) -> None:
    assert duckdb.sql(f"select {expression}").fetchone() == (expected,)
