"""Damaged files for tests: files of real shape, each changed in a few places as its seed says.

    from mutants import write_mutants

    write_mutants(landing, seed=1, count=2_000)    # half CSV, half X12; the same everywhere

The files that are damaged are those of the adversarial practices (oracle.practices) and of the
sample practice's partners. Every second X12 mutant counts its segments anew, so that the damage
reaches staging and is not stopped at SE01.
"""

import gzip
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from oracle.practices import write_landing

CELLS = [
    *("", " ", "0", "-0", "-1", "1e3", ".5", "5.", "+5", "1,234.00", "12.345", "$5", "NaN", "inf"),
    *("9999999999999999.99", "99999999999999999.99", "9" * 30, "-" + "9" * 19, "2147483648"),
    *("0001-01-01", "9999-12-31", "0000-01-01", "2026-02-30", "2026-13-01", "26-1-1", "99999999"),
    *("00010101", "20260230", "20260101-20260131", "2026-01-05 24:00", "2026-01-05 23:59:60"),
    *("=1+1", "@x", "\t", "\u00a0", "\ufeff", "\0", "a\0b", "\u202e", "\U0001f600", "é", "'", '"'),
    *("';drop table raw.files;--", "{{ 1/0 }}", "%s", "\\", "\x1c", "\x1d", "\x1e", "\x1f"),
    "x" * 9_000,
    *("true", "Y", "yes", "null", "HC", "ER", "T", "22", "835", "1:2:3", "HC:97110:GP:::::::"),
]  # fmt: skip
_TOKENS = [
    "~",
    "*",
    ":",
    "^",
    "|",
    "\n",
    "\r",
    "\r\n",
    '"',
    '""',
    ",",
    ",,",
    "\0",
    "\x1a",
    "\ufeff",
]
_TOKENS += ["ISA", "~ISA*", "~GS*", "~ST*835*1~", "~SE*1*1~", "~GE*1*1~", "~IEA*1*1~", "~CLP*X*1~"]
_TOKENS += ["~SVC*HC:1*1*1~", "~CAS*CO*45*1~", "~PLB*1*20261231*WO*1~", "~LX*1~", "~HL*1**20~"]
_TOKENS += ["~TA1*1~", "~AK2*837*1~", "~STC*A1~", "~TRN*2*X~", "~CLM*X*1~", "~SV1*HC:1*1~", "~CLP~"]


def write_mutants(landing: Path, seed: int, count: int) -> None:
    """Write `count` mutants below practice/ and x12/, named by their number."""
    random = Random(seed)
    with TemporaryDirectory() as folder:
        write_landing(Path(folder), seed, 2, date(2026, 6, 30))
        originals = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
        csv = [(path.name, _plain(path)) for path in originals if _EXTRACT.match(path.name)]
        x12 = [_plain(path) for path in originals if path.parent.name == "x12"]
    for number in range(count):
        if number % 2:
            content = x12_mutant(random, x12)
            path = landing / "x12" / f"{number:06d}.x12"
        else:
            name, text = random.choice(csv)
            content = csv_mutant(random, text, [other for _, other in csv])
            day = date(2026, 1, 1) + timedelta(days=number % 50)
            extract = _EXTRACT.match(name)[1]
            path = landing / "practice" / f"{extract}_{day:%Y%m%d}_{number:06d}.csv"
        if random.random() < 0.05:
            content = damaged(random, gzip.compress(content, 1, mtime=0))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


_EXTRACT = re.compile(r"([a-z_]+)_\d{8}")


def _plain(path: Path) -> bytes:
    content = path.read_bytes()
    try:
        return gzip.decompress(content)
    except (OSError, EOFError):
        return content


def csv_mutant(random: Random, content: bytes, others: list[bytes]) -> bytes:
    """Change cells, rows, columns, quoting and bytes of a CSV file."""
    text = content.decode("utf-8", errors="replace")
    for _ in range(random.randint(1, 3)):
        text = random.choice(_CSV_CHANGES)(random, text)
    content = text.encode("utf-8", errors="replace")
    return _written(random, content, others)


def x12_mutant(random: Random, originals: list[bytes]) -> bytes:
    """Change elements, segments, delimiters, counts and bytes of an X12 file."""
    text = random.choice(originals).decode("utf-8", errors="replace")
    for _ in range(random.randint(1, 3)):
        text = random.choice(_X12_CHANGES)(random, text)
    if random.random() < 0.5:
        text = _counted_anew(text)
    return _written(random, text.encode("utf-8", errors="replace"), originals)


def damaged(random: Random, content: bytes) -> bytes:
    """Change a few bytes, cut a part out, repeat it, or end early."""
    start = random.randrange(len(content) + 1)
    stop = min(len(content), start + random.choice([0, 1, 1, 2, 20, 500]))
    part = content[start:stop]
    instead = random.choice([b"", part + part, random.randbytes(len(part) or 1), part[::-1]])
    instead = random.choice([instead, random.choice(_TOKENS).encode()])
    return content[:start] + instead + (b"" if random.random() < 0.1 else content[stop:])


def _written(random: Random, content: bytes, others: list[bytes]) -> bytes:
    dice = random.random()
    if dice < 0.35:
        for _ in range(random.randint(1, 3)):
            content = damaged(random, content)
    elif dice < 0.40:
        content += random.choice(others)
    elif dice < 0.42:
        text = content.decode("utf-8", errors="replace")
        content = text.encode(random.choice(["utf-16", "utf-8-sig", "utf-32", "cp1252"]), "replace")
    return content


# CSV: text in, text out.


def _with_cell(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    cells = lines[at].split(",")
    cells[random.randrange(len(cells))] = random.choice(CELLS)
    return "\n".join([*lines[:at], ",".join(cells), *lines[at + 1 :]])


def _with_quoted_cell(random: Random, text: str) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    cells = lines[at].split(",")
    value = random.choice([*CELLS, "a\nb", "a,b", "a\r\nb"]).replace('"', '""')
    cells[random.randrange(len(cells))] = f'"{value}"'
    return "\n".join([*lines[:at], ",".join(cells), *lines[at + 1 :]])


def _with_other_lines(random: Random, text: str) -> str:
    lines = text.split("\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    return "\n".join(random.choice([_doubled, _left_out, _moved])(lines, at, to))


def _with_other_column(random: Random, text: str) -> str:
    rows = [line.split(",") for line in text.split("\n")]
    at, to = random.randrange(len(rows[0])), random.randrange(len(rows[0]))
    change = random.choice([_doubled, _left_out, _moved])
    return "\n".join(",".join(change(row, at, to) if len(row) > at else row) for row in rows)


def _with_other_case(random: Random, text: str) -> str:
    header, _, rest = text.partition("\n")
    return random.choice([header.upper(), header.title(), f" {header} "]) + "\n" + rest


def _with_other_line_ends(random: Random, text: str) -> str:
    return text.replace("\n", random.choice(["\r\n", "\r", "\n\n", "\n\r", " \n"]))


_Change = Callable[[Random, str], str]
_CSV_CHANGES: list[_Change] = [_with_cell] * 6 + [_with_quoted_cell] * 4 + [_with_other_lines] * 3
_CSV_CHANGES += [_with_other_column, _with_other_case, _with_other_line_ends]


def _doubled(parts: list[str], at: int, _: int) -> list[str]:
    return [*parts[: at + 1], *parts[at:]]


def _left_out(parts: list[str], at: int, _: int) -> list[str]:
    return [*parts[:at], *parts[at + 1 :]]


def _moved(parts: list[str], at: int, to: int) -> list[str]:
    rest = _left_out(parts, at, to)
    return [*rest[:to], parts[at], *rest[to:]]


# X12: text in, text out. Where the ISA is beyond recognition, a text stays as it is.


def _marks(text: str) -> tuple[str, str] | None:
    """Element separator and segment terminator."""
    flat = text.lstrip("\ufeff\r\n ").replace("\r\n", "")
    return (flat[3], flat[105]) if len(flat) > 106 and flat.startswith("ISA") else None


def _with_element(random: Random, text: str) -> str:
    marks = _marks(text)
    if marks is None:
        return text
    segments = text.split(marks[1])
    at = random.randrange(len(segments))
    elements = segments[at].split(marks[0])
    place = random.randrange(len(elements))
    elements[place] = random.choice([*CELLS, elements[place] + "0", elements[place][:-1]])
    segments[at] = marks[0].join(elements)
    return marks[1].join(segments)


def _with_other_elements(random: Random, text: str) -> str:
    marks = _marks(text)
    if marks is None:
        return text
    segments = text.split(marks[1])
    at = random.randrange(len(segments))
    elements = segments[at].split(marks[0])
    change = random.choice([_doubled, _left_out, _moved])
    elements = change(elements, random.randrange(len(elements)), random.randrange(len(elements)))
    segments[at] = marks[0].join(elements[: random.choice([len(elements), 1, 2])])
    return marks[1].join(segments)


def _with_other_segments(random: Random, text: str) -> str:
    marks = _marks(text)
    if marks is None:
        return text
    segments = text.split(marks[1])
    at, to = random.randrange(len(segments)), random.randrange(len(segments))
    return marks[1].join(random.choice([_doubled, _left_out, _moved])(segments, at, to))


def _with_other_mark(random: Random, text: str) -> str:
    mark = random.choice("*:^~|>!+'\n")
    return text.replace(mark, random.choice("*:^~|>\n\r\x1c\x1d\x1e\x1f é5"))


def _with_other_breaks(random: Random, text: str) -> str:
    marks = _marks(text)
    mark = marks[1] if marks else "~"
    return text.replace(mark, mark + random.choice(["\n", "\r\n", "\n    ", " ", "\t", "\0"]))


_X12_CHANGES: list[_Change] = [_with_element] * 6 + [_with_other_segments] * 4
_X12_CHANGES += [_with_other_elements] * 2 + [_with_other_mark, _with_other_breaks]


def _counted_anew(text: str) -> str:
    """The text with SE01 as its segments are now."""
    marks = _marks(text)
    if marks is None:
        return text
    element, terminator = marks
    segments = text.split(terminator)
    start = 0
    for at, segment in enumerate(segments):
        name, *elements = segment.strip().split(element)
        if name == "ST":
            start = at
        elif name == "SE" and elements:
            segments[at] = element.join(["\nSE", str(at - start + 1), *elements[1:]])
    return terminator.join(segments)
