"""Files read by the letter of the contract, naively: nothing of the project takes part.

Belongs here: what CSV rows and X12 segments stand in a text, and whether a value is of its form.
Does not belong here: what the values mean (oracle).
"""

import re
from datetime import date, datetime
from decimal import Decimal

from oracle.csv_extracts import CONTRACT, Column

BLANKS = " \t\r\n\u00a0"
_BODY = {"SE", "TA1"}  # where these stand says nothing about whose data are whose
_ENVELOPE = {"ISA", "GS", "GE", "IEA"}
_FORMS = {
    "date": r"\d{4}-\d{2}-\d{2}",
    "stamp": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?",
    "int": r"-?\d+",
    "money": r"-?(\d+(\.\d{0,2})?|\.\d{1,2})",
    "bool": r"(?i)true|false|1|0|Y|N",
}


def csv_rows(
    text: str, width: int | None = None
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """Return rows, and rejected texts, with their lines; width None is that of the first record."""
    rows, broken = [], []
    lines = re.findall("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
    index = 0
    while index < len(lines):
        rest = "".join(lines[index:])
        fields, length = [""], 0
        state = "start"  # of a field; then plain, quoted, closed
        while length < len(rest):
            character = rest[length]
            if state == "quoted":
                if character == '"':
                    state = "closed"
                else:
                    fields[-1] += character
            elif character in "\r\n":
                break
            elif character == ",":
                fields.append("")
                state = "start"
            elif character == '"' and state == "start":
                state = "quoted"
            elif character == '"' and state == "closed":
                fields[-1] += '"'
                state = "quoted"
            elif character != '"' and state in ("start", "plain"):
                fields[-1] += character
                state = "plain"
            else:
                state = "broken"
                break
            length += 1
        line = index + 1
        if state in ("broken", "quoted"):
            broken.append((line, lines[index].rstrip("\r\n")))
            index += 1
            continue
        record = rest[:length]
        width = len(fields) if width is None and record else width
        if record and len(fields) == width:
            rows.append((line, fields))
        elif record:
            broken.append((line, record))
        index += 1 + len(re.findall("\r\n|\r|\n", record))
    return rows, broken


def typed_row(extract: str, texts: dict[str, str | None]) -> dict[str, object] | None:
    """Return a row of an extract as values, or None where the contract keeps it out."""
    row: dict[str, object] = {}
    for column in CONTRACT[extract]:
        text = (texts.get(column.name) or "").strip(BLANKS)
        try:
            row[column.name] = _value(column, text) if text else None
        except ValueError:
            return None
        if column.required and not text:
            return None
    return row


def _value(column: Column, text: str) -> object:
    kind = column.type
    if kind in _FORMS and not re.fullmatch(_FORMS[kind], text, re.ASCII):
        raise ValueError
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "stamp":
        return datetime.fromisoformat(text)
    if kind == "int":
        if abs(int(text)) >= 10**6:
            raise ValueError
        return int(text)
    if kind == "money":
        if abs(Decimal(text)) >= 10**9:
            raise ValueError
        return Decimal(text)
    if kind == "bool":
        return text.upper() in ("TRUE", "1", "Y")
    if kind != "text" and text not in kind.strip("[]").split("|"):
        raise ValueError
    return text


def x12_segments(text: str, element: str, terminator: str) -> list[list[str]]:
    """Return the segments of every interchange of a text, ISA to IEA, as elements.

    The text has one pair of delimiters. Of what stands around the interchanges nothing is returned.
    """
    e = re.escape(element)
    ended_by = re.search(rf"ISA(?:{e}[^{e}]*){{15}}{e}[^{e}\r\n]*([\r\n])", text)
    if terminator == "\n" and ended_by and ended_by[1] == "\r":
        # Ended by carriage returns, which are kept as line feeds.
        text = text.replace("\n", "").replace("\r", "\n")
    for line_break in "\r\n".replace(terminator, ""):
        text = text.replace(line_break, "")
    # An ISA may hold the very character that ends segments, ISA11 above all. ISA01 has two.
    isa = rf"(?<![0-9A-Za-z{e}])ISA{e}[^{e}]{{2}}{e}(?:[^{e}]*{e}){{14}}"
    text = re.sub(isa, lambda match: match[0].replace(terminator, ""), text)
    segments, is_inside = [], False
    for piece in text.split(terminator):
        before, isa, rest = piece.rpartition(f"ISA{element}")
        # As the end of another name, or as the value of an element, it begins nothing.
        if rest.count(element) >= 14 and isa and not re.search(rf"[0-9A-Za-z{e}]$", before):
            is_inside = True
            piece = isa + rest
        elements = [one.strip(" \t\v\f\r\n") for one in piece.split(element)]
        if is_inside and elements != [""]:
            segments.append(elements)
        if elements[0] == "IEA":
            is_inside = False
    return segments


def lost_or_invented(segments: list[list[str]], bodies: list[list[list[str]]]) -> list[list[str]]:
    """Return the segments of a file that are not in the bodies of its sets, or only there."""
    stated = [one for one in segments if one[0] not in _BODY | _ENVELOPE]
    kept = [one for body in bodies for one in body if one[0] not in _BODY]
    if stated == kept:
        return []
    apart = [one for one in stated if one not in kept]
    apart += [one for one in kept if one not in stated]
    return apart or [["segments in another order or number"]]


def envelope_faults(segments: list[list[str]]) -> list[str]:
    """Return what is wrong with counts and control numbers of interchanges and groups."""
    faults, isa, gs, groups, sets = [], None, None, 0, 0
    for elements in segments:
        segment = [*elements, "", ""]
        name = segment[0]
        if name == "ISA":
            isa, groups = segment, 0
        elif name == "GS":
            gs, groups, sets = segment, groups + 1, 0
        elif name == "ST":
            sets += 1
        elif name == "GE" and gs is not None:
            if not (_same(segment[1], sets) and _same(segment[2], gs[6])):
                faults.append("GE")
            gs = None
        elif name == "IEA" and not (_same(segment[1], groups) and _same(segment[2], isa[13])):
            faults.append("IEA")
    return faults


def _same(one: str, other: object) -> bool:
    return one.lstrip("0") == str(other).lstrip("0")
