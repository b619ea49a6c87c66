"""The CSV reader: rows as RFC 4180 has them, and what it does where a file departs from it."""

import csv
import io
import re
import time

import pytest
from by_the_letter import csv_rows
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from orchestration.ingest import csv_reader
from orchestration.ingest.contract import Extract
from orchestration.ingest.csv_reader import Batch, CsvReader, UnreadableFileError

THINGS = Extract("things", columns=("id", "name", "note"), required=("id", "name"))
HEADER = "id,name,note\n"


def reader_of(text: str, extract: Extract = THINGS) -> CsvReader:
    stream = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    return CsvReader(stream, extract)


def read(text: str) -> Batch:
    """The whole file as one batch."""
    whole = Batch()
    for batch in reader_of(text).batches():
        whole.rows += [list(row) for row in batch.rows]
        whole.row_numbers += batch.row_numbers
        whole.rejected += batch.rejected
    return whole


def rejected(text: str) -> list[tuple[int, str, str]]:
    return [(one.row_number, one.text, one.reason) for one in read(text).rejected]


# Rows


def test_rows_come_with_the_line_they_begin_on() -> None:
    batch = read(HEADER + "1,a,x\n2,b,y\n")

    assert batch.rows == [["1", "a", "x"], ["2", "b", "y"]]
    assert batch.row_numbers == [2, 3]
    assert batch.rejected == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_ends_a_row_and_none_is_needed_at_the_end(line_end: str) -> None:
    batch = read(f"id,name,note{line_end}1,a,x{line_end}2,b,y")

    assert batch.rows == [["1", "a", "x"], ["2", "b", "y"]]
    assert batch.row_numbers == [2, 3]


def test_quoted_fields_hold_commas_quotes_and_line_ends_as_they_are() -> None:
    batch = read(HEADER + '1,"a, ""b""","x\r\n\ny"\n2,"",z\n')

    assert batch.rows == [["1", 'a, "b"', "x\r\n\ny"], ["2", "", "z"]]
    assert batch.row_numbers == [2, 5]


def test_values_keep_their_blanks_for_raw() -> None:
    assert read(HEADER + " 1 ,\ta,x \n").rows == [[" 1 ", "\ta", "x "]]


def test_completely_empty_lines_are_no_rows_but_count_as_lines() -> None:
    batch = read("\n\r\n" + HEADER + "\n1,a,x\n\n\n,,\n")

    assert batch.rows == [["1", "a", "x"], ["", "", ""]]
    assert batch.row_numbers == [5, 8]


def test_completely_empty_lines_are_no_rows_in_a_file_of_one_column_either() -> None:
    # The quote that does not close has the lines after it read a second time.
    one_column = Extract("things", columns=("id",), required=("id",))
    reader = reader_of('id\n\n1\n\n"2\n\n""\n3', one_column)

    (batch,) = reader.batches()

    assert [list(row) for row in batch.rows] == [["1"], [""], ["3"]]
    assert batch.row_numbers == [3, 7, 8]
    assert [one.row_number for one in batch.rejected] == [5]


def test_characters_that_only_look_like_line_ends_end_no_row() -> None:
    assert read(HEADER + "1,a\x0b\x0c\x85\u2028b,x\0y\n").rows == [
        ["1", "a\x0b\x0c\x85\u2028b", "x\0y"]
    ]


def test_a_line_end_across_two_buffers_is_one() -> None:
    # TextIOWrapper decodes 8192 bytes at once: the CR is the last of them.
    filler = "x" * (8192 - len(HEADER) - len("1,a,") - 1)

    assert read(HEADER + f"1,a,{filler}\r\n2,b,y\r\n").row_numbers == [2, 3]


@pytest.mark.parametrize("row_count", [1, 2, 3, 50])
def test_batches_end_at_their_size_and_lose_nothing(row_count: int) -> None:
    text = HEADER + '1,a,x\nbroken\n2,"b\n",y\n"\n3,c,z\n'

    batches = list(reader_of(text).batches(row_count))

    assert [row for batch in batches for row in batch.row_numbers] == [2, 4, 7]
    assert [one.row_number for batch in batches for one in batch.rejected] == [3, 6]
    # A quote that does not close reads ahead: what it read comes in the same batch.
    assert all(len(batch.rows) + len(batch.rejected) <= row_count + 1 for batch in batches)


# Rows that are none


def test_a_wrong_number_of_fields_is_rejected_with_its_text() -> None:
    assert rejected(HEADER + '1,a\n2,b,y\n3,c,"z\n",4\n') == [
        (2, "1,a", "The row has 2 fields and the header 3."),
        (4, '3,c,"z\n",4', "The row has 4 fields and the header 3."),
    ]


def test_a_quote_that_does_not_close_costs_the_line_it_begins_on() -> None:
    text = HEADER + '1,a,x\n2,"b,y\n3,c,z\n\n4,"d\ne",w\n'

    batch = read(text)

    assert batch.rows == [["1", "a", "x"], ["3", "c", "z"], ["4", "d\ne", "w"]]
    assert batch.row_numbers == [2, 4, 6]
    assert [(one.row_number, one.text) for one in batch.rejected] == [(3, '2,"b,y')]


def test_a_quote_that_does_not_close_before_the_end_says_so() -> None:
    assert rejected(HEADER + '1,"a,x\n') == [(2, '1,"a,x', "A quote does not close.")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('1,5" band,x', "A quote stands inside a field that does not begin with one."),
        ('1,a "b" c,x', "A quote stands inside a field that does not begin with one."),
        ('1, "a",x', "A quote stands inside a field that does not begin with one."),
        ('1,"a" ,x', "A character follows a closing quote."),
        ('1,"a"b,x', "A character follows a closing quote."),
    ],
)
def test_broken_quoting_is_rejected_and_reading_goes_on(line: str, reason: str) -> None:
    batch = read(f"{HEADER}{line}\r\n2,b,y\r\n")

    assert [(one.row_number, one.text, one.reason) for one in batch.rejected] == [(2, line, reason)]
    assert batch.rows == [["2", "b", "y"]]


def test_a_stray_quote_pulls_no_more_than_a_bounded_text_into_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_reader, "_LONGEST_RECORD", 100)
    # The quote of line 2 would close on line 42, far behind the bound.
    text = HEADER + '1,"a,x\n' + "2,b,y\n" * 40 + '3,c",z\n'

    batch = read(text)

    assert batch.row_numbers == list(range(3, 43))
    assert [one.row_number for one in batch.rejected] == [2, 43]


# Header


def reason_for(text: str) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        reader_of(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file is empty."),
        ("\n\r\n", "The file is empty."),
        ("id,note\n", "The required column name is missing in the header."),
        ("note\n", "The required columns id and name are missing in the header."),
        ("1,JANE ZZCANARY,x\n", "The required columns id and name are missing in the header."),
        ("id,name,Name\n", "The column name is in the header twice."),
        ("id,name,id\n", "The column id is in the header twice."),
        ('id,"name,note\n1,a,x\n', "The quoting of the header row is broken."),
    ],
)
def test_a_header_that_cannot_be_used_says_which_column(text: str, reason: str) -> None:
    assert reason_for(text) == reason


def test_three_missing_columns_are_listed() -> None:
    extract = Extract("things", columns=("a", "b", "c"), required=("a", "b", "c"))

    with pytest.raises(UnreadableFileError, match="columns a, b, c are missing"):
        reader_of("x,y\n", extract)


def test_a_header_may_be_quoted_in_other_case_with_blanks_and_in_any_order() -> None:
    reader = reader_of('" Note ", NAME,"Id"\r\nx,a,1\r\n')

    assert reader.contract_columns == {"note": 0, "name": 1, "id": 2}


def test_an_optional_column_may_be_missing() -> None:
    assert reader_of("id,name\n").contract_columns == {"id": 0, "name": 1}
    assert not reader_of("id,name\n").has_extra_columns


def test_columns_outside_the_contract_are_kept_under_names_of_their_own() -> None:
    reader = reader_of("id,Color,name,,color,Color,,\n")

    assert reader.contract_columns == {"id": 0, "name": 2}
    assert reader.extra_columns(["1", "red", "a", "b", "c", "d", "", "é"]) == (
        '{"Color": "red", "column_4": "b", "color": "c", "Color_6": "d", '
        '"column_7": "", "column_8": "é"}'
    )


# Properties


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """A file as csv.writer writes it in some style, and its rows."""
    line_end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    # csv.writer leaves a CR or LF bare that is not in its own line end.
    excluded = set("\r\n") - set(line_end) if quoting == csv.QUOTE_MINIMAL else set()
    characters = st.characters(exclude_categories=["Cs"], exclude_characters=excluded)
    value = st.text(characters | st.sampled_from('",x' + line_end), max_size=5)
    rows = draw(st.lists(st.lists(value, min_size=3, max_size=3), max_size=8))
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator=line_end)
    writer.writerow(["id", "name", "note"])
    writer.writerows(rows)
    return text.getvalue(), rows


@examples(max_examples=200)
@given(files())
def test_what_a_csv_writer_writes_comes_back(file: tuple[str, list[list[str]]]) -> None:
    text, rows = file

    batch = read(text)

    assert batch.rows == rows
    assert batch.rejected == []
    # A row begins behind the line ends of the header, of the rows before it, and within these.
    line_ends = re.compile("\r\n|\r|\n")
    line = 2
    for row, row_number in zip(rows, batch.row_numbers, strict=True):
        assert row_number == line
        line += 1 + sum(len(line_ends.findall(value)) for value in row)


@examples(max_examples=400)
@given(st.text(st.sampled_from('"",,a1\n\n\r '), max_size=60))
def test_any_text_is_read_by_the_letter_of_the_contract(text: str) -> None:
    batch = read(HEADER + text)

    rows, broken = csv_rows(HEADER + text)
    assert list(zip(batch.row_numbers, batch.rows, strict=True)) == rows[1:]
    assert [(one.row_number, one.text) for one in batch.rejected] == broken


@examples(max_examples=150)
@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_crash_the_reader(content: bytes, has_header: bool) -> None:
    header = HEADER.encode() if has_header else b""
    stream = io.TextIOWrapper(io.BytesIO(header + content), encoding="latin-1", newline="")

    try:
        batches = list(CsvReader(stream, THINGS).batches())
    except UnreadableFileError:
        assert not has_header
        return

    numbers = [number for batch in batches for number in batch.row_numbers]
    numbers += [one.row_number for batch in batches for one in batch.rejected]
    lines = re.findall(b"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", header + content)
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= set(range(2, len(lines) + 1))


@pytest.mark.parametrize(
    "text",
    [
        '1,"a,x\n' * 50_000,
        '1,5" a,x\n' * 50_000,
        '1,"a,x\n' + '2,"b","c"\n' * 50_000,
        '1,"a,x\n' + '2,""b,x\n' * 50_000,
        '"' * 300_001,
        '"",' * 100_000,
    ],
    ids=["open", "inside", "open once", "broken within", "quotes", "wide"],
)
def test_no_file_takes_quadratic_time(text: str) -> None:
    started = time.monotonic()

    read(HEADER + text)

    # Linear reading takes half a second, quadratic reading minutes.
    assert time.monotonic() - started < 10
