"""X12 files cut into transaction sets, and handed to SQL in portions.

Belongs here: delimiters, envelopes, repeated sets. Does not belong here: what a segment means
(x12_sets.sql).
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

_ISA = re.compile(rb"ISA(?<![0-9A-Za-z]ISA)[^0-9A-Za-z\s]")
_KINDS = {
    b"837005010X222": "837",
    b"835005010X221": "835",
    b"999005010X231": "999",
    b"277005010X214": "277",
}
_SCHEMA = pa.schema(
    [(name, pa.int64()) for name in ("set_id", "isa_id", "gs_id")]
    + [
        (name, pa.string())
        for name in ("kind", "isa13", "isa09", "gs06", "gs04", "st02", "body", "ta1_code")
    ]
)
_BYTES_AT_ONCE = 64 << 20
_SETS_OF_A_THREAD = 64


def read_x12(connection: duckdb.DuckDBPyConnection, landing: Path, statements: list[str]) -> None:
    """Run the statements on portions of the sets, each as a table `sets`, in file order."""
    columns: dict[str, list] = {name: [] for name in _SCHEMA.names}
    size = 0
    for row in _sets(landing):
        for name, value in zip(_SCHEMA.names, row, strict=True):
            columns[name].append(value)
        size += len(row[9] or "")
        if size >= _BYTES_AT_ONCE:
            _run(connection, columns, statements)
            columns, size = {name: [] for name in _SCHEMA.names}, 0
    _run(connection, columns, statements)


def _run(connection: duckdb.DuckDBPyConnection, columns: dict, statements: list[str]) -> None:
    table = pa.table(columns, schema=_SCHEMA)
    # One batch is one thread's work.
    batches = table.to_batches(max_chunksize=_SETS_OF_A_THREAD)
    connection.register("sets", pa.Table.from_batches(batches, schema=_SCHEMA))
    for statement in statements:
        connection.execute(statement)
    connection.unregister("sets")


def _sets(landing: Path) -> Iterator[tuple]:
    """Yield the sets that count, and the TA1 segments as sets of their own."""
    folder = landing / "x12"
    paths = [path for path in folder.rglob("*") if path.is_file()]
    seen: set[int] = set()
    set_id = isa_id = gs_id = 0
    for path in sorted(paths, key=lambda one: str(one.relative_to(landing)).encode()):
        content = _content(path)
        starts = [match.start() for match in _ISA.finditer(content)]
        for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
            isa, text = _canonical(content[start:end])
            if isa[15] == "T":
                continue
            isa_id += 1
            head, *groups = text.split(b"\x1cGS\x1d")
            for ta1 in head.split(b"\x1cTA1\x1d")[1:]:
                elements = ta1.split(b"\x1c", 1)[0].decode("latin-1").split("\x1d")
                set_id += 1
                number, code = _number(elements[0]), elements[3].strip()
                yield set_id, isa_id, None, "TA1", number, isa[9], None, None, None, None, code
            for group in groups:
                gs_id += 1
                first, *sets = group.split(b"\x1cST\x1d")
                gs = [one.decode("latin-1").strip() for one in first.split(b"\x1d")]
                for one in sets:
                    st = one[: one.find(b"\x1c")].split(b"\x1d")
                    version = (st[2].strip() if len(st) > 2 else b"") or gs[7].encode()
                    kind = _KINDS.get(st[0] + version[:10].upper())
                    body = one[: one.rfind(b"\x1cSE\x1d")]
                    identity = hash((isa[6], isa[8], isa[13], gs[5], body))
                    if kind is None or identity in seen:
                        continue
                    seen.add(identity)
                    set_id += 1
                    yield (
                        *(set_id, isa_id, gs_id, kind, _number(isa[13]), isa[9]),
                        *(_number(gs[5]), gs[3], st[1].decode().strip()),
                        *(body.decode("utf-8", "replace"), None),
                    )


def _content(path: Path) -> bytes:
    """The file without the line breaks that end no segment: wrapping may stand anywhere."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    without_breaks = content.translate(None, b"\r\n")
    mark = without_breaks[3:4]
    terminator = without_breaks[:1000].split(mark, 16)[-1][1:2]
    return content.replace(b"\r", b"") if terminator.isalnum() else without_breaks


def _canonical(interchange: bytes) -> tuple[list[str], bytes]:
    """The elements of ISA, and the text with \\x1c before segments, \\x1d and \\x1f within."""
    mark = interchange[3:4]
    *isa, tail = interchange[:1000].split(mark, 16)
    table = bytes.maketrans(tail[1:2] + mark + tail[:1], b"\x1c\x1d\x1f")
    return [one.decode("latin-1").strip() for one in isa], interchange.translate(table)


def _number(text: str) -> str:
    return text.lstrip("0") or "0" if text.isdigit() else text
