"""The envelope reader: what it takes from a file, and what it does where a file is broken."""

import gzip
import hashlib

import pytest
from x12_builder import (
    ClaimPayment,
    ServiceLine,
    Style,
    group,
    interchange,
    ta1,
    transaction_835,
    transaction_999,
)

from orchestration.ingest.x12 import read_envelopes
from orchestration.ingest.x12_rows import Envelopes, TransactionSet

# Two payments in one group: short enough to count its segments by eye.
SEGMENTS = [
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*260105*0800*^*00501*000000001*0*P*:",
    "GS*HP*FROM*TO*20260106*0801*7*X*005010X221A1",
    "ST*835*0001",
    "BPR*I*10*C*CHK************20260120",
    "CLP*C1*1*10*10",
    "SE*4*0001",
    "ST*835*0002",
    "BPR*I*20*C*CHK************20260120",
    "CLP*C2*1*20*20",
    "PLB*1*20261231*WO:X*1",
    "SE*5*0002",
    "GE*2*7",
    "IEA*1*000000001",
]
ISA, GS, ST, BPR, CLP, SE, ST2, BPR2, CLP2, PLB, SE2, GE, IEA = range(13)


def file_of(segments: list[str]) -> str:
    return "".join(segment + "~" for segment in segments)


def read(text: str) -> Envelopes:
    return read_envelopes(text.encode())


def test_a_set_carries_the_values_of_its_envelopes() -> None:
    result = read(file_of(SEGMENTS))

    assert result.quarantine_reason is None
    assert result.notes == []
    first, second = result.transaction_sets
    body = "ST*835*0001~BPR*I*10*C*CHK************20260120~CLP*C1*1*10*10~SE*4*0001"
    body = "\x1c" + body.replace("*", "\x1d").replace("~", "\x1d\x1c") + "\x1d"
    assert first == TransactionSet(
        set_number=1,
        interchange_number=1,
        group_number=1,
        isa06="SENDER",
        isa08="RECEIVER",
        isa09="260105",
        isa13="000000001",
        isa15="P",
        gs01="HP",
        gs02="FROM",
        gs03="TO",
        gs04="20260106",
        gs06="7",
        gs08="005010X221A1",
        st01="835",
        st02="0001",
        st03=None,
        segment_count=4,
        body=body,
        body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        frame_error=None,
    )
    assert (second.set_number, second.st02, second.segment_count) == (2, "0002", 5)
    assert first.body_sha256 != second.body_sha256


def test_an_interchange_carries_its_ta1s_and_the_test_mark() -> None:
    text = interchange(control_number=31, usage="T", ta1s=[ta1(7, "R", "006"), ta1(8)])

    (one,) = read(text).interchanges

    assert (one.isa13, one.isa15, one.isa09, one.isa10) == ("000000031", "T", "260105", "0800")
    assert one.ta1 == ["TA1*000000007*260105*0800*R*006", "TA1*000000008*260105*0800*A*000"]


def test_each_interchange_has_its_own_delimiters() -> None:
    payment = transaction_835([ClaimPayment("C1", [ServiceLine("97110", "80", "80")])])
    receipt = transaction_999(1, [("0001", "A")])
    text = interchange(group(payment), control_number=1) + interchange(
        group(receipt), control_number=2, style=Style("|", ">", "!", "\n", "")
    )

    first, second = read(text).transaction_sets

    assert "\x1cSVC\x1dHC\x1f97110\x1d80\x1d80" in first.body
    assert second.body.startswith("\x1cST\x1d999\x1d0001\x1d005010X231A1\x1d\x1cAK1\x1dHC\x1d1\x1d")
    assert (second.interchange_number, second.group_number, second.isa13) == (2, 2, "000000002")


def test_an_isa_need_not_be_106_characters_long() -> None:
    short = "ISA*00**00**ZZ*SENDER*ZZ*RECEIVER*260105*0800*^*00501*1*0*P*:"

    result = read(file_of([short, *SEGMENTS[1:]]))

    assert [one.isa06 for one in result.transaction_sets] == ["SENDER", "SENDER"]


@pytest.mark.parametrize(
    ("isa11", "marks"), [("*^*00501*", "\x1dA\x1fB\x1eC"), ("*U*00401*", "\x1dA\x1fB^C")]
)
def test_before_00402_isa11_is_no_separator(isa11: str, marks: str) -> None:
    text = file_of(SEGMENTS).replace("*^*00501*", isa11).replace("*CHK*", "*A:B^C*")

    assert marks in read(text).transaction_sets[0].body


@pytest.mark.parametrize("element", ["*", "é"])
def test_a_mark_of_ours_that_is_no_delimiter_of_the_file_becomes_a_blank(element: str) -> None:
    """Else it would cut the value that it stands in."""
    text = file_of(SEGMENTS).replace("*CHK*", "*BLUE\x1dCROSS*").replace("*", element)

    assert "\x1dBLUE CROSS\x1d" in read(text).transaction_sets[0].body


def test_marks_of_ours_may_be_a_files_delimiters_in_other_roles() -> None:
    text = file_of(SEGMENTS).replace("*CHK*", "*A:B^C*")
    others = text.translate(str.maketrans("*:^~", "\x1f\x1c\x1e\x1d"))

    assert read(others).transaction_sets == read(text).transaction_sets


# Outcomes of broken files, each stated by hand: a reason for the whole file, or the sets with their
# frame errors (None is sound).

NO_ISA = "The file has no ISA segment."
ISA_SHORT = "The ISA segment cannot be read: it has too few elements."
ISA_UNCLEAR = "The ISA segment cannot be read: its delimiters are not clear."
OUTSIDE = "X12 segments stand outside an interchange (ISA missing)."
NO_IEA = "An interchange does not end (IEA missing)."
NO_GS = "Segments stand outside a functional group (GS missing)."
NO_GE = "A functional group does not end (GE missing)."
GROUPS = "IEA01 does not count the functional groups."
ISA13 = "ISA13 and IEA02 differ."
SETS = "GE01 does not count the transaction sets."
GS06 = "GS06 and GE02 differ."
NO_SE = "The transaction set does not end (SE missing)."
ST02 = "ST02 and SE02 differ."
COUNT = "SE01 does not count the segments."
STRAY = "The segments stand outside a transaction set (ST missing)."
SOUND = [None, None]


def without(index: int) -> str:
    return file_of(SEGMENTS[:index] + SEGMENTS[index + 1 :])


def doubled(index: int) -> str:
    return file_of(SEGMENTS[: index + 1] + SEGMENTS[index:])


def moved(index: int, to: int) -> str:
    rest = SEGMENTS[:index] + SEGMENTS[index + 1 :]
    return file_of([*rest[:to], SEGMENTS[index], *rest[to:]])


def changed(index: int, segment: str) -> str:
    return file_of([*SEGMENTS[:index], segment, *SEGMENTS[index + 1 :]])


def edited(old: str, new: str) -> str:
    text = file_of(SEGMENTS)
    assert old in text
    return text.replace(old, new)


RECIPES: dict[str, tuple[str | bytes, str | list[str | None]]] = {
    "empty": ("", NO_ISA),
    "blank": (" \r\n\t\n", NO_ISA),
    "ISA missing": (without(ISA), NO_ISA),
    "GS missing": (without(GS), NO_GS),
    "ST missing": (without(ST), SETS),
    "SE missing": (without(SE), [NO_SE, None]),
    "last SE missing": (without(SE2), [None, NO_SE]),
    "GE missing": (without(GE), NO_GE),
    "IEA missing": (without(IEA), NO_IEA),
    "ISA doubled": (doubled(ISA), NO_IEA),
    "GS doubled": (doubled(GS), NO_GE),
    "ST doubled": (doubled(ST), SETS),
    "SE doubled": (doubled(SE), SOUND),
    "GE doubled": (doubled(GE), SOUND),
    "IEA doubled": (doubled(IEA), SOUND),
    "SE before the claim": (moved(SE, CLP), [COUNT, STRAY, None]),
    "GE before the last SE": (moved(GE, SE2), [None, NO_SE]),
    "IEA before GE": (moved(IEA, GE), NO_GE),
    "ST before GS": (moved(ST, GS), NO_GS),
    "ISA after GS": (moved(ISA, 1), OUTSIDE),
    "TA1 within a group": (
        file_of([*SEGMENTS[:ST], "TA1*000000009*260105*0800*A*000", *SEGMENTS[ST:]]),
        [STRAY, None, None],
    ),
    "segment between sets": (moved(PLB, ST2), [None, STRAY, COUNT]),
    "SE01 too high": (changed(SE, "SE*5*0001"), [COUNT, None]),
    "SE01 too low": (changed(SE, "SE*3*0001"), [COUNT, None]),
    "SE01 no number": (changed(SE, "SE*4.0*0001"), [COUNT, None]),
    "SE01 empty": (changed(SE, "SE**0001"), [COUNT, None]),
    "SE01 with zeros": (changed(SE, "SE*004*0001"), SOUND),
    "SE02 differs": (changed(SE, "SE*4*0009"), [ST02, None]),
    "SE02 without zeros": (changed(SE, "SE*4*1"), [ST02, None]),
    "SE without elements": (changed(SE, "SE"), [ST02, None]),
    "ST02 empty": (changed(ST, "ST*835"), [ST02, None]),
    "GE01 miscounts": (changed(GE, "GE*1*7"), SETS),
    "GE01 empty": (changed(GE, "GE**7"), SETS),
    "GE02 differs": (changed(GE, "GE*2*8"), GS06),
    "GE02 with zeros": (changed(GE, "GE*2*0007"), SOUND),
    "IEA01 miscounts": (changed(IEA, "IEA*2*000000001"), GROUPS),
    "IEA02 differs": (changed(IEA, "IEA*1*000000002"), ISA13),
    "IEA02 empty": (changed(IEA, "IEA*1"), ISA13),
    "IEA02 without zeros": (changed(IEA, "IEA*1*1"), SOUND),
    "element separator a letter": (file_of(SEGMENTS).replace("*", "x"), NO_ISA),
    "component separator a letter": (edited("*P*:~", "*P*x~"), ISA_UNCLEAR),
    "component separator the element's": (edited("*P*:~", "*P**~"), ISA_UNCLEAR),
    "terminator the component separator": (edited("*P*:~", "*P*::"), ISA_UNCLEAR),
    # One separator lost and a segment's end gained: as many elements, and another sender.
    "terminator within an element of the ISA": (
        edited(
            "*00*          *00*          *ZZ*SENDER ", "*00|          *00*          *ZZ*P~LX*1~1 "
        ),
        ISA_UNCLEAR,
    ),
    "terminator a digit": (file_of(SEGMENTS).replace("~", "5"), ISA_UNCLEAR),
    "other delimiters after the ISA": (
        file_of(SEGMENTS[:1]) + file_of(SEGMENTS[1:]).replace("*", "|"),
        NO_IEA,
    ),
    "other terminator after the ISA": (
        file_of(SEGMENTS[:1]) + file_of(SEGMENTS[1:]).replace("~", "'"),
        NO_IEA,
    ),
    "ISA cut short": (SEGMENTS[ISA][:60], ISA_SHORT),
    "ISA with an element too few": (edited("*0800*^*", "*0800*"), ISA_UNCLEAR),
    "byte order mark": ("\ufeff" + file_of(SEGMENTS), SOUND),
    "byte order mark amid": (2 * ("\ufeff" + file_of(SEGMENTS)), 2 * SOUND),
    "CR ends segments": (file_of(SEGMENTS).replace("~", "\r"), SOUND),
    "LF ends segments": (file_of(SEGMENTS).replace("~", "\n"), SOUND),
    "CR LF ends segments": (file_of(SEGMENTS).replace("~", "\r\n"), SOUND),
    "indented": (file_of(SEGMENTS).replace("~", "~\r\n\t  "), SOUND),
    "blanks before terminators": (file_of(SEGMENTS).replace("~", "  ~"), SOUND),
    "blanks after names": (file_of(SEGMENTS).replace("SE*", "SE *").replace("P*C", "P *C"), SOUND),
    "empty segments": (file_of(SEGMENTS).replace("~", "~\n~ ~"), SOUND),
    "no last terminator": (file_of(SEGMENTS)[:-1], SOUND),
    "no last terminator, LF": (file_of(SEGMENTS)[:-1].replace("~", "\n"), SOUND),
    "no last terminator, another follows": (
        file_of(SEGMENTS)[:-1] + "\n" + file_of(SEGMENTS),
        2 * SOUND,
    ),
    "another follows on the same line": (2 * file_of(SEGMENTS), 2 * SOUND),
    "another follows cut short": (file_of(SEGMENTS) + SEGMENTS[ISA][:60], ISA_SHORT),
    "another follows without its ISA": (file_of(SEGMENTS) + file_of(SEGMENTS[1:]), OUTSIDE),
    "another follows, its separator a tab": (
        file_of(SEGMENTS) + file_of(SEGMENTS).replace("*", "\t"),
        OUTSIDE,
    ),
    "another follows, its separator a digit": (
        file_of(SEGMENTS) + file_of(SEGMENTS).replace("*", "5"),
        OUTSIDE,
    ),
    "another follows in lower case": (file_of(SEGMENTS) + file_of(SEGMENTS).lower(), OUTSIDE),
    "another stands before, its separator a CR": (
        file_of(SEGMENTS).replace("*", "\r").replace("~", "\n") + file_of(SEGMENTS),
        OUTSIDE,
    ),
    "another follows without its IEA": (file_of(SEGMENTS) + file_of(SEGMENTS[:-1]), NO_IEA),
    "UTF-16": (file_of(SEGMENTS).encode("utf-16"), NO_ISA),
    "no UTF-8": (edited("CLP*C1", "CLP*É").encode("cp1252"), SOUND),
    "no CP1252 either": (edited("CLP*C1", "CLP*É").encode("latin-1") + b"\x81", SOUND),
    "compressed": (gzip.compress(file_of(SEGMENTS).encode(), mtime=0), NO_ISA),
    "lower case": (file_of(SEGMENTS).lower(), NO_ISA),
    "lower case within": (file_of(SEGMENTS[:2]) + file_of(SEGMENTS[2:]).lower(), NO_IEA),
    "NUL in an element": (edited("CLP*C1", "CLP*C\0"), SOUND),
    "NULs after the end": (file_of(SEGMENTS) + "\0\0\0", SOUND),
    "DOS end of file": (file_of(SEGMENTS) + "\x1a", SOUND),
    "text before the ISA": ("From: somebody\n\n" + file_of(SEGMENTS), SOUND),
    "text after the IEA": (file_of(SEGMENTS) + "-- end --", SOUND),
    "segments after the IEA": (file_of(SEGMENTS) + "ST*835*0003~SE*2*0003~", OUTSIDE),
    "PLB amid the claims": (moved(PLB, CLP2), SOUND),
    "claim before BPR": (moved(CLP, BPR), SOUND),
    "amounts that are none": (edited("BPR*I*10*", "BPR*I*1,0.0x*"), SOUND),
    "version 4010": (edited("005010X221A1", "004010X091A1"), SOUND),
    "kind of no use": (edited("ST*835", "ST*834"), SOUND),
}


@pytest.mark.parametrize("name", RECIPES)
def test_a_broken_file_is_quarantined_as_far_as_it_is_broken(name: str) -> None:
    content, expected = RECIPES[name]

    result = read_envelopes(content if isinstance(content, bytes) else content.encode())

    if isinstance(expected, str):
        assert result == Envelopes(quarantine_reason=expected)
    else:
        assert result.quarantine_reason is None
        assert [one.frame_error for one in result.transaction_sets] == expected


@pytest.mark.parametrize("count", range(len(SEGMENTS)))
def test_a_file_cut_between_segments_is_quarantined(count: int) -> None:
    reason = read(file_of(SEGMENTS[:count])).quarantine_reason

    assert reason == (NO_IEA if count else NO_ISA)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("SE doubled", "A SE segment that ends nothing is ignored."),
        ("GE doubled", "A GE segment that ends nothing is ignored."),
        ("IEA doubled", "Text outside the interchanges is ignored."),
        ("text before the ISA", "Text outside the interchanges is ignored."),
        ("text after the IEA", "Text outside the interchanges is ignored."),
    ],
)
def test_what_is_ignored_is_noted(name: str, note: str) -> None:
    assert read(RECIPES[name][0]).notes == [note]


def test_a_stray_segment_is_kept_whole() -> None:
    stray = read(RECIPES["segment between sets"][0]).transaction_sets[1]

    assert stray.body == "\x1cPLB\x1d1\x1d20261231\x1dWO\x1fX\x1d1\x1d"
    assert stray.segment_count == 1
    assert (stray.st01, stray.st02, stray.gs06) == (None, None, "7")


def test_a_blank_after_a_name_is_no_part_of_it() -> None:
    spaced = edited("CLP*C1", "CLP \t*C1")

    assert read(spaced).transaction_sets == read(file_of(SEGMENTS)).transaction_sets


def test_a_repeated_set_has_the_same_hash_and_another_content_has_not() -> None:
    once, again, other = (
        read(text).transaction_sets[0].body_sha256
        for text in (
            file_of(SEGMENTS),
            file_of(SEGMENTS).replace("~", "~\n"),
            edited("CLP*C1*1*10*10", "CLP*C1*1*10*10.00"),
        )
    )

    assert once == again
    assert once != other
