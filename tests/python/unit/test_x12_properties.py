"""Properties of the envelope reader: any handwriting, any division into files, any bytes."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from test_x12 import GS, ISA, SEGMENTS, edited, file_of, read
from x12_builder import Style, written

from orchestration.ingest.x12 import read_envelopes, rows_of
from orchestration.ingest.x12_rows import Envelopes, TransactionSet, UnreadableX12Error

# Properties: the same content in any handwriting gives the same rows.

VALUE = st.text(st.sampled_from("AZ09 .-/é"), max_size=6).map(str.strip)
SEGMENT = st.builds(
    lambda name, values: "*".join((name, *values)),
    st.sampled_from(["BPR", "CLP", "N1", "SVC", "HL", "STC", "NM1", "SEX", "I"]),
    st.lists(VALUE | st.lists(VALUE, min_size=2, max_size=3).map(":".join), max_size=5),
)
SETS_OF_SEGMENTS = st.lists(st.lists(SEGMENT, max_size=6), max_size=4)


@st.composite
def styles(draw: st.DrawFn) -> Style:
    marks = draw(st.permutations("*:^~|>!+'\x1d\x1f\\\u00a6").map(lambda some: some[:4]))
    terminator = draw(st.sampled_from([marks[3], "\n", "\r"]))
    if terminator in "\r\n":
        return Style(*marks[:3], terminator, draw(st.sampled_from(["", "\r\n"])))
    line_break = draw(st.sampled_from(["", "\n", "\r\n", "\r", "\n\n", "\n    "]))
    wrap = draw(st.none() | st.integers(1, 130)) if line_break in ("\n", "\r\n", "\r") else None
    return Style(*marks[:3], terminator, line_break, wrap)


def segments_of(sets: list[list[str]], control_number: int = 1) -> list[str]:
    """The segments of one interchange with one group of these sets."""
    inner: list[str] = []
    for number, body in enumerate(sets, start=1):
        inner += [f"ST*835*{number:04d}", *body, f"SE*{len(body) + 2}*{number:04d}"]
    isa, gs = SEGMENTS[ISA].replace("000000001", f"{control_number:09d}"), SEGMENTS[GS]
    return [isa, gs, *inner, f"GE*{len(sets)}*7", f"IEA*1*{control_number:09d}"]


def content(result: Envelopes) -> list[tuple]:
    """What the sets of a file say, whatever the handwriting and the place in the file."""
    assert result.quarantine_reason is None
    return [
        (
            (one.isa06, one.isa08, one.isa09, one.isa13, one.isa15),
            (one.gs01, one.gs02, one.gs03, one.gs04, one.gs06, one.gs08),
            (one.st01, one.st02, one.st03, one.segment_count, one.frame_error),
            one.body_sha256,
            [
                [element.split("\x1f") for element in segment.split("\x1d")[:-1]]
                for segment in one.body.split("\x1c")[1:]
            ],
        )
        for one in result.transaction_sets
    ]


@examples(max_examples=150)
@given(SETS_OF_SEGMENTS, styles())
def test_the_segments_come_back_in_any_handwriting(sets: list[list[str]], style: Style) -> None:
    segments = segments_of(sets)

    rows = content(read(written(segments, style)))

    assert [row[-1] for row in rows] == [
        [
            [element.split(":") for element in segment.split("*")]
            for segment in [f"ST*835*{number:04d}", *body, f"SE*{len(body) + 2}*{number:04d}"]
        ]
        for number, body in enumerate(sets, start=1)
    ]
    assert rows == content(read(written(segments)))


@examples(max_examples=60)
@given(SETS_OF_SEGMENTS, SETS_OF_SEGMENTS, styles(), styles())
def test_a_joined_file_gives_the_rows_of_its_parts(
    one: list[list[str]], other: list[list[str]], style: Style, other_style: Style
) -> None:
    first = written(segments_of(one, 1), style)
    second = written(segments_of(other, 2), other_style)

    joined = read(first + "\n" + second)

    assert content(joined) == content(read(first)) + content(read(second))
    assert len(joined.interchanges) == 2


@examples(max_examples=60)
@given(SETS_OF_SEGMENTS, st.integers(0, 4), st.integers(1, 130))
def test_an_interchange_split_in_two_gives_the_same_rows(
    sets: list[list[str]], count: int, wrap: int
) -> None:
    isa, gs, *inner = segments_of(sets)[:-2]
    starts = [index for index, segment in enumerate(inner) if segment.startswith("ST*")]
    at = starts[count] if count < len(starts) else len(inner)
    count = min(count, len(sets))
    halves = [
        *(isa, gs, *inner[:at], f"GE*{count}*7", "IEA*1*000000001"),
        *(isa, gs, *inner[at:], f"GE*{len(sets) - count}*7", "IEA*1*000000001"),
    ]

    # Wrapped, so that the second ISA begins anywhere in a line.
    halved = read(written(halves, Style(line_break="\r\n", wrap=wrap)))

    assert content(halved) == content(read(written(segments_of(sets))))
    assert len(halved.interchanges) == 2


def broken(edits: list[tuple[int, int, str]]) -> bytes:
    text = file_of(SEGMENTS) + file_of(SEGMENTS)
    for start, length, insertion in edits:
        text = text[:start] + insertion + text[start + length :]
    return text.encode()


EDIT = st.tuples(
    st.integers(0, 700),
    st.integers(0, 30),
    st.text(max_size=3) | st.sampled_from([*SEGMENTS, "~", "*", "~SE", "~ISA*", "\n", "IEA"]),
)


@examples(max_examples=300)
@given(st.binary(max_size=300) | st.lists(EDIT, max_size=3).map(broken))
def test_no_content_raises_or_loses_a_set_in_silence(content: bytes) -> None:
    result = read_envelopes(content)

    sets = result.transaction_sets
    if result.quarantine_reason is not None:
        assert not sets and not result.interchanges
        assert result.quarantine_reason.endswith(".")
    else:
        assert [one.set_number for one in sets] == list(range(1, len(sets) + 1))
        for one in sets:
            assert one.body.count("\x1c") == one.segment_count
            is_framed = one.body.startswith("\x1cST") and "SE" in one.body
            assert one.frame_error is not None or is_framed


@pytest.mark.parametrize(
    "text",
    [
        edited("GE*2", "\n" * 300_000 + "GE*2").replace("~", "\n"),
        edited("~GE*2", "~" + " \n" * 300_000 + "GE*2"),
        edited("IEA*1", "IEA*1" + " " * 300_000 + "x"),
        edited("IEA*1", "IE\n" * 100_000 + "IEA*1"),
        "ISA*" * 300_000,
        file_of(SEGMENTS) * 2_000,
    ],
    ids=["empty lines", "blank lines", "blanks", "wrapped", "ISA", "interchanges"],
)
def test_no_file_takes_quadratic_time(text: str) -> None:
    started = time.monotonic()

    read(text)

    # Linear reading takes a tenth of a second, quadratic reading minutes.
    assert time.monotonic() - started < 10


# Properties: a file larger than what is in view at once gives the same rows.


def in_portions(text: str, characters: int) -> Envelopes:
    """The envelopes of a text of which so many characters are read at once."""
    result = Envelopes()
    try:
        for row in rows_of(io.StringIO(text, newline=""), result, characters):
            is_set = isinstance(row, TransactionSet)
            (result.transaction_sets if is_set else result.interchanges).append(row)
    except UnreadableX12Error as problem:
        return Envelopes(quarantine_reason=str(problem))
    return result


TEXTS_BETWEEN = ["", "", "", "\n", "some text\n", "I", "IS\nA", "\0" * 30, "SE*2*1~", "GS*", "ISA"]


@st.composite
def whole_and_damaged_files(draw: st.DrawFn) -> str:
    text = ""
    for number in range(draw(st.integers(1, 3))):
        # Longer than an ISA may be, which is always in view as a whole.
        repeats = draw(st.integers(1, 40))
        sets = [body * repeats for body in draw(SETS_OF_SEGMENTS)]
        segments = segments_of(sets, number + 1)
        if draw(st.booleans()):
            place = draw(st.integers(0, len(segments) - 1))
            damage = draw(st.sampled_from(["gone", "twice", "stray", "TA1", "empty"]))
            changed = {"gone": [], "twice": segments[place : place + 1] * 2}.get(damage)
            if changed is None:
                added = {"stray": "REF*1*2", "TA1": "TA1*1*260105*0800*A*000", "empty": " "}[damage]
                changed = [segments[place], added]
            segments[place : place + 1] = changed
        written_out = written(segments, draw(styles()))
        if draw(st.integers(0, 5)) == 0:
            written_out = written_out.rstrip("\r\n")[:-1]
        text += written_out + draw(st.sampled_from(TEXTS_BETWEEN))
    return text


@examples(max_examples=300)
@given(whole_and_damaged_files(), st.integers(1, 400))
def test_a_file_read_in_portions_gives_the_same_rows(text: str, characters: int) -> None:
    whole, portions = in_portions(text, 1 << 24), in_portions(text, characters)

    # Of several problems a reader in portions may meet another one first.
    assert (portions.quarantine_reason is None) == (whole.quarantine_reason is None)
    if whole.quarantine_reason is None:
        assert portions == whole


@pytest.mark.parametrize("before", ["A", "1", "", "\n"])
@pytest.mark.parametrize("characters", [1, 2, 5])
def test_what_stands_before_an_isa_is_seen_in_any_portion(before: str, characters: int) -> None:
    text = before + written(segments_of([]), Style())

    assert in_portions(text, characters) == in_portions(text, 1 << 24)
