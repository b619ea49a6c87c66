"""A landing folder with a sentinel in every field that can name a patient, and a search for them.

The hand-made practice, so that a whole night on it publishes; beside it files that are broken on
purpose. Text fields say ZZCANARY and what they are; where a field must be a date or digits, the
value is one that nothing else writes.
"""

import contextlib
import csv
import gzip
import io
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import yaml
from landing_builder import write_csv, write_file, write_x12
from x12_builder import (
    ClaimPayment,
    ServiceLine,
    compact,
    group,
    interchange,
    transaction_835,
)

from orchestration.ingest.contract import CONTRACT_FOLDER

PRACTICE = Path(__file__).parents[1] / "fixtures" / "hand_practice" / "landing"
AS_OF = "2026-05-31"

WORD = "zzcanary"
BIRTH_DATE, PHONE, POSTAL_CODE = "1931-03-17", "6175550817", "987654321"
BIRTH_DATE_X12 = compact(BIRTH_DATE)
_NEEDLES = (WORD, BIRTH_DATE, BIRTH_DATE_X12, PHONE, POSTAL_CODE)

# Ids that the practice gives to a patient or to something of one; the others name no patient.
_IDS = {
    *("patient_id", "coverage_id", "authorization_id", "plan_of_care_id", "appointment_id"),
    *("visit_id", "charge_id", "patient_payment_id", "adjustment_id"),
}
# By column: a column that the contract marks as PHI and that is missing here is a KeyError.
PHI = {
    "mrn": "ZZCANARY-MRN",
    "first_name": "ZZCANARYFIRST",
    "last_name": "O'ZZCANARYLAST",
    "birth_date": BIRTH_DATE,
    "postal_code": POSTAL_CODE,
    "phone": PHONE,
    "email": "zzcanary@example.org",
    "member_id": "ZZCANARYMEMBER",
    "authorization_number": "ZZCANARYAUTHNUMBER",
}


def phi_columns() -> set[tuple[str, str]]:
    """Extract and column of everything that the contract marks as PHI."""
    documents = [yaml.safe_load(file.read_text()) for file in CONTRACT_FOLDER.glob("_*.yml")]
    return {
        (table["name"], column["name"])
        for document in documents
        for source in document["sources"]
        for table in source["tables"]
        for column in table["columns"]
        if column.get("config", {}).get("meta", {}).get("phi", False)
    }


def write_canaries(landing: Path) -> None:
    """Write the practice with its sentinels, and the broken files."""
    for file in sorted((PRACTICE / "practice").iterdir()):
        extract = file.name.split("_20")[0]
        rows = list(csv.DictReader(io.StringIO(file.read_text())))
        write_csv(landing, extract, "2026-05-31", [_row(extract, row) for row in rows])
    _write_optional_extracts(landing)
    for file in sorted((PRACTICE / "x12").iterdir()):
        write_file(landing / "x12" / file.name, _with_canaries(file.read_text()).encode())
    _write_broken_csv(landing)
    _write_broken_x12(landing)


def _row(extract: str, row: Mapping[str, str]) -> dict[str, str]:
    named = {column: _id(text) if column in _IDS else text for column, text in row.items()}
    return named | {column: PHI[column] for name, column in phi_columns() if name == extract}


def _id(text: str) -> str:
    return text and f"ZZCANARY-{text}"


def _write_optional_extracts(landing: Path) -> None:
    patient = {"patient_id": _id("P1"), "provider_id": "PAT"}
    authorization = {"authorization_id": "A1", "payer_id": "ACME", "requested_on": "2026-01-02"}
    authorization |= {"status": "approved", "decided_on": "2026-01-03", "visits_approved": "9"}
    plan = {"plan_of_care_id": "PC1", "start_of_care": "2026-01-05"}
    write_csv(landing, "authorizations", AS_OF, [_row("authorizations", authorization) | patient])
    write_csv(landing, "plans_of_care", AS_OF, [_row("plans_of_care", plan) | patient])


def _with_canaries(text: str) -> str:
    """The X12 of the practice with sentinels, in its own segments and in further ones."""
    segments: list[str] = []
    for line in text.splitlines():
        elements = line.removesuffix("~").split("*")
        if elements[0] == "ST":
            set_start = len(segments)
        if elements[0] == "SE":
            elements[1] = str(len(segments) - set_start + 1)
        segments += _segments(elements)
    return "".join(f"{segment}~\n" for segment in segments)


def _segments(elements: list[str]) -> list[str]:
    match elements:
        case ["NM1", "IL" | "QC" as role, *_]:
            name = f"NM1*{role}*1*ZZCANARYLAST*ZZCANARYFIRST*Z***MI*ZZCANARYMEMBER"
            corrected = "NM1*74*1*ZZCANARYLAST*ZZCANARYOTHER****MI*ZZCANARYMEMBER"
            if role == "IL":
                place = f"N4*ZZCANARYTOWN*MA*{POSTAL_CODE}"
                return [name, "N3*1 ZZCANARY STREET*APT ZZCANARY", place]
            return [name, corrected, "REF*EA*ZZCANARY-MRN"]
        case ["N4", "BOSTON", "MA", "02108"] | ["DMG", *_]:
            # Of the patient in an 837, of the payer in an 835.
            birth = f"DMG*D8*{BIRTH_DATE_X12}*F"
            secrets = ["REF*SY*ZZCANARYSSN", "REF*1W*ZZCANARYMEMBER", "PER*IC*ZZCANARY*TE*" + PHONE]
            return [birth, *secrets] if elements[0] == "DMG" else ["*".join(elements)]
        case ["CLM", *_]:
            elements[1] = _id(elements[1])
        case ["CLP", *_]:
            # The payer's number of the claim (CLP07, with F8 and 1K) is published where money found
            # no charge: docs/privacy.md.
            elements[1] = _id(elements[1])
        case ["HI", *_]:
            return ["REF*EA*ZZCANARY-MRN", "NTE*ADD*ZZCANARY FELL AT HOME", "*".join(elements)]
        case ["REF", "6R" | "G1", name]:
            elements[2] = _id(name)
        case ["TRN", "2", name] if not name.startswith("B0"):  # those are batches, not claims
            elements[2] = _id(name)
        case ["PLB", *_]:
            elements[3] = elements[3].split(":")[0] + ":ZZCANARYACCOUNT"
    return ["*".join(elements)]


def _write_broken_csv(landing: Path) -> None:
    """Every way in which a file or a row of it is kept out."""
    header = "patient_id,mrn,first_name,last_name,birth_date,ZZCANARYCOLUMN"
    files = {
        "patients_20260501_a.csv": (
            f"{header}\n"
            '"ZZCANARY-U1,ZZCANARY,"ZZCANARY unclosed,,,\n'
            "ZZCANARY-U2,ZZCANARY,too,many,1931-03-17,fields,ZZCANARY\n"
            "ZZCANARY-U3,ZZCANARY-MRN,,,ZZCANARY is no date,ZZCANARYEXTRA\n"
            ",ZZCANARY-MRN,has,no id,1931-03-17,\n"
            'ZZCANARY-U4,"ZZ"CANARY-MRN,quote "ZZCANARY" inside,,,\n'
        ),
        "patients_20260502_headerless.csv": "ZZCANARY-P1,ZZCANARY,ZZCANARY,1931-03-17\n" * 2,
        "patients_20260503_twice.csv": "patient_id,ZZCANARY,patient_id\nZZCANARY-P1,,\n",
        "patients_20260504_quoted.csv": '"patient_id,ZZCANARY\nZZCANARY-P1,1931-03-17\n',
        "coverages_20260501.csv": (
            "coverage_id,patient_id,payer_id,priority,member_id,effective_from\n"
            "ZZCANARY-C9,ZZCANARY-P1,MED,ZZCANARY,ZZCANARYMEMBER,ZZCANARY\n"
            "ZZCANARY-C8,ZZCANARY-P1,MED,1931-03-17,ZZCANARYMEMBER,2026-01-01\n"
        ),
        "visits_20260501.csv": (
            "visit_id,patient_id,clinic_id,provider_id,service_date,started_at\n"
            "ZZCANARY-V90,ZZCANARY-P1,EAST,PAT,ZZCANARY,1931-03-17\n"
            "ZZCANARY-V91,ZZCANARY-P1,EAST,PAT,2026-01-05,ZZCANARY\n"
        ),
        "charges_20260501.csv": (
            "charge_id,visit_id,cpt_code,units,diagnosis_1,charge_amount,posted_at\n"
            "ZZCANARY-H90,ZZCANARY-V1,97110,ZZCANARY,M54.50,ZZCANARY,2026-01-05 18:00\n"
            "ZZCANARY-H91,ZZCANARY-V1,97110,1,M54.50,12.345ZZCANARY,2026-01-05 18:00\n"
        ),
        "patient_payments_20260501.csv": (
            "patient_payment_id,patient_id,visit_id,amount,paid_on\n"
            "ZZCANARY-PP90,ZZCANARY-P1,ZZCANARY-V1,ZZCANARY,1931-03-17 ZZCANARY\n"
        ),
    }
    for name, text in files.items():
        write_file(landing / "practice" / name, text.encode())
    other = {
        "patients_20260505.csv": f"{header}\nZZCANARY-P1,\x81,ZZCANARY,,,\n".encode("latin-1"),
        "patients_20260506.csv": f"{header}\nZZCANARY-P1,,ZZCANARY,,,\n".encode("utf-16"),
        "patients_20260507.csv.gz": gzip.compress(b"patient_id\nZZCANARY-P1\n" * 99)[:-9],
        "patients_20260508.csv.gz": b"patient_id\nZZCANARY-P1\n",
    }
    for name, content in other.items():
        write_file(landing / "practice" / name, content)


def _write_broken_x12(landing: Path) -> None:
    """Sets and files that cannot be relied on: amounts, dates, counts, envelopes, kinds."""
    line = ServiceLine("97110", "80", "50", [("CO", "45", "30")], charge_id="ZZCANARY-H2")
    good = transaction_835(
        [ClaimPayment("ZZCANARY-K2", [line], control_number="ZZCANARY-ICN90")], trace="T90"
    )
    changes = {
        "amount": ("CLP*ZZCANARY-K2*1*80*50", "CLP*ZZCANARY-K2*1*ZZCANARY*50"),
        "paid": ("SVC*HC:97110*80*50", "SVC*HC:97110*80*ZZCANARY"),
        "payment": ("BPR*I*50", "BPR*I*ZZCANARY"),
        "day": ("DTM*472*20260105", "DTM*472*ZZCANARY"),
        "adjusted": ("CAS*CO*45*30", "CAS*CO*45*ZZCANARY"),
        "miscounted": ("SE*", "SE*9"),
        "stray": ("NM1*QC*1*DOE*JANE", "ZZCANARY*QC*1*ZZCANARY"),
    }
    for number, (name, (old, new)) in enumerate(changes.items(), start=90):
        broken = [segment.replace(old, new) for segment in good]
        assert broken != good, name
        text = interchange(group(broken, control_number=number), control_number=number)
        write_x12(landing, f"broken_{name}.x12", text)
    text = interchange(group(good, control_number=80), control_number=80)
    whole = {
        "no_isa": text[text.index("GS*") :],
        "cut": text[: text.index("SE*")],
        "no_group_end": text.replace("GE*1*80~", ""),
        "other_kind": text.replace("005010X221A1", "ZZCANARYKIND").replace("ST*835", "ST*ZZCANARY"),
        "outside": text.replace("GS*HP", "NM1*QC*1*ZZCANARY~\nGS*HP"),
        "before": "ZZCANARY wrote this\n" + text.replace("*000000080", "*000000081"),
        "after": text.replace("*000000080", "*000000082") + "ZZCANARY wrote that\n",
        "senders": text.replace("PRACTICE       ", "ZZCANARYSENDER ").replace(
            "000000080", "000000083"
        ),
    }
    for name, content in whole.items():
        write_x12(landing, f"whole_{name}.x12", content)


def canaries_in(root: Path, but: Iterable[Path], *needles: str) -> list[str]:
    """Where a sentinel or one of `needles` stands below a folder: path and needle, no text.

    Files are searched as bytes, regardless of case; a SQLite or DuckDB database also cell by cell,
    since the one may break a text over pages and the other compresses, and so is what is packed
    (gzip, zip, parquet). UTF-16 is found, too.
    `but` are files and folders that are left out.
    """
    left_out = [path.resolve() for path in but]
    sought = [needle.lower() for needle in (*_NEEDLES, *needles)]
    found = []
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        if any(one == file.resolve() or one in file.resolve().parents for one in left_out):
            continue
        for text in _texts(file):
            found += [f"{file.relative_to(root)}: {one}" for one in canaries_of(text, *needles)]
        found += [f"{file.name}: {one}" for one in sought if one in file.name.lower()]
    return sorted(set(found))


def canaries_of(text: str, *needles: str) -> list[str]:
    """The sentinels, and those of `needles`, that stand in a text."""
    lower = text.lower()
    return [one for one in (*_NEEDLES, *needles) if one.lower() in lower]


def _texts(file: Path) -> Iterator[str]:
    content = file.read_bytes()
    yield content.decode("latin-1")
    yield content.replace(b"\0", b"").decode("latin-1")  # UTF-16
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield name + archive.read(name).decode("latin-1")
    if content[:4] == b"PAR1":
        yield "\n".join(map(str, duckdb.read_parquet(str(file)).fetchall()))
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content).decode("latin-1")
    if content.startswith(b"SQLite format 3\0"):
        # A copy: an open connection would keep its own view of a file that the next run changes.
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copy(file, folder))
            log = file.with_name(f"{file.name}-wal")
            if log.exists():
                shutil.copy(log, folder)
            with contextlib.closing(sqlite3.connect(copy)) as connection:
                yield "\n".join(connection.iterdump())
    if content[8:12] == b"DUCK":
        with duckdb.connect(str(file), read_only=True) as connection:
            tables = connection.sql("select schema_name, table_name from duckdb_tables()")
            for schema, name in tables.fetchall():
                rows = connection.sql(f'from "{schema}"."{name}"').fetchall()
                yield "\n".join(" ".join(map(str, row)) for row in rows)
