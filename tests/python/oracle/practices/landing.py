"""Many practices as one landing folder, with everything that may happen to files on their way."""

import csv
import gzip
import io
from datetime import date, timedelta
from pathlib import Path
from random import Random

from oracle.practices.base import Row
from oracle.practices.care import care_up_to_the_threshold
from oracle.practices.claims import claim_stories
from oracle.practices.own_data import new_practice
from oracle.practices.remittances import remittances
from oracle.practices.transmissions import transmissions

FIRST_DAY = date(2026, 1, 31)
# A changed value that keeps a row typable, and one that makes it untypable.
STALE = {"charge_amount": "1.00", "amount": "1.00", "allowed_amount": "1.00", "priority": "3"}
BROKEN = {
    "charges": {
        "charge_amount": ["12.345", "abc", "", "1,234.00"],
        "units": ["two", ""],
        "voided_at": ["2026-01-05", "yes"],
    },
    "patient_payments": {"paid_on": ["2026-02-30", "31/01/2026", ""], "refunded_on": ["x"]},
    "adjustments": {"kind": ["forgiven", ""], "posted_on": ["20260105"]},
    "appointments": {"status": ["gone", ""], "scheduled_at": ["2026-01-05 25:00"]},
    "coverages": {"priority": ["4", "first"], "effective_to": ["31.12.2026"]},
    "visits": {"service_date": ["2026-13-01", ""]},
    "fee_schedules": {"allowed_amount": ["free", "-"], "effective_to": ["never"]},
    "payers": {"payer_type": ["none"], "unit_rule": ["CMS"], "authorization_required": ["yes"]},
    "authorizations": {"status": ["maybe", ""], "decided_on": ["soon"], "visits_approved": ["x"]},
}


def write_landing(
    landing: Path, seed: int, count: int, as_of: date, self_pay_payers: int = 1
) -> None:
    """Write a landing folder of `count` practices; self_pay_payers: 0, 1 or 2 of them."""
    random = Random(seed)
    rows: dict[str, list[Row]] = {}
    texts: list[str] = []
    tests: list[str] = []
    for number in range(1, count + 1):
        practice = new_practice(random, number, as_of)
        stories = claim_stories(practice)
        care_up_to_the_threshold(practice)
        paid = remittances(practice, stories)
        production, test = transmissions(practice, stories, paid)
        texts += production
        tests += test
        for extract, some in practice.rows.items():
            if not extract.startswith("_"):
                rows.setdefault(extract, []).extend(some)
    for place in range(self_pay_payers):
        rows["payers"].append(
            {"payer_id": f"SELF{place}", "payer_name": "Self-pay", "payer_type": "self_pay"}
        )
        rows["coverages"].append(_self_pay_coverage(rows, place))
    for extract, some in rows.items():
        _write_extract(landing / "practice", random, extract, some)
    _write_odd_extracts(landing / "practice", rows)
    _write_x12(landing / "x12", random, texts, tests)


def _self_pay_coverage(rows: dict[str, list[Row]], place: int) -> Row:
    """A patient who is self-pay by coverage rather than for want of one."""
    return {
        "coverage_id": f"SELFCOV{place}",
        "patient_id": rows["patients"][place]["patient_id"],
        "payer_id": f"SELF{place}",
        "priority": 1,
        "effective_from": date(2020, 1, 1),
    }


def _write_extract(folder: Path, random: Random, extract: str, rows: list[Row]) -> None:
    """Each row in one to three files: older versions, broken ones, and the one in force."""
    header = list(dict.fromkeys(key for row in rows for key in row))
    files: list[list[list[str]]] = [[], [], [], []]
    for row in rows:
        values = [str(row.get(column) if row.get(column) is not None else "") for column in header]
        last = random.randint(0, 3)
        files[last].append(values)
        if random.random() < 0.3:
            # In an older file it is superseded, in the same one the later row wins.
            files[random.randint(0, last)].append(_stale(header, values))
        if random.random() < 0.05 and extract in BROKEN:
            files[random.randint(0, 3)].append(_broken(random, extract, header, values))
    for some in files:
        random.shuffle(some)
        if some and random.random() < 0.5:
            some[0] = [f"  {value} " if value else value for value in some[0]]
    # Files 2 and 3 are of the same day: the later name wins.
    names = ["_a", "", "_a", "_b"]
    days = [0, 10, 20, 20]
    for place, some in enumerate(files):
        day = FIRST_DAY + timedelta(days=days[place])
        text = _csv_text(header, some)
        if place == 1:
            text += "\n" + ",".join(["x"] * (len(header) + 1)) + "\n\n"
        if place == 2:
            text += '"never closed,' + "\n"
        content = text.encode("utf-8-sig" if place == 0 else "utf-8")
        name = f"{extract}_{day:%Y%m%d}{names[place]}.csv"
        if place == 3:
            name, content = name + ".gz", gzip.compress(content, mtime=0)
        target = folder / ("nested" if place == 0 else ".") / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _stale(header: list[str], values: list[str]) -> list[str]:
    return [STALE.get(column, value) for column, value in zip(header, values, strict=True)]


def _broken(random: Random, extract: str, header: list[str], values: list[str]) -> list[str]:
    column = random.choice([one for one in BROKEN[extract] if one in header])
    broken = list(values)
    broken[header.index(column)] = random.choice(BROKEN[extract][column])
    return broken


def _csv_text(header: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _write_odd_extracts(folder: Path, rows: dict[str, list[Row]]) -> None:
    # An old content under a newer name speaks of the newer day.
    first = sorted(folder.glob("appointments_*_a.csv"))[-1]
    (folder / f"appointments_{FIRST_DAY + timedelta(days=30):%Y%m%d}_again.csv").write_bytes(
        first.read_bytes()
    )
    (folder / "charges_20260401.csv").write_text("charge_id,visit_id\nX,Y\n")
    (folder / "charges.csv").write_text("charge_id\nX\n")
    (folder / "patients_20260401.csv.gz").write_bytes(b"\x1f\x8b broken")
    # CP1252, not UTF-8; the patient is nobody's.
    (folder / "patients_20260402_cp1252.csv").write_bytes(
        b"patient_id,last_name\nP000N00,M\xfcller\n"
    )


def _write_x12(folder: Path, random: Random, texts: list[str], tests: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [*texts, *tests]
    random.shuffle(pieces)
    place = 0
    written: list[str] = []
    while pieces:
        some = pieces[: random.randint(1, 12)]
        pieces = pieces[len(some) :]
        if written and random.random() < 0.15:
            # A file that is joined with others pays nothing twice.
            some = [*some, random.choice(written)]
        text = "".join(one if one.endswith("\n") else one + "\n" for one in some)
        written.extend(one for one in some if one not in tests)
        name = f"{random.choice('abcdefg')}{place:04d}.x12"
        place += 1
        content = text.encode()
        if random.random() < 0.2:
            name, content = name + ".gz", gzip.compress(content, mtime=0)
        (folder / name).write_bytes(content)
        if random.random() < 0.03:
            (folder / f"copy_{name}").write_bytes(content)
    _write_broken_x12(folder, texts)


def _write_broken_x12(folder: Path, texts: list[str]) -> None:
    """Files and sets that are quarantined: whole files, then single sets beside good ones."""
    claim = next(text for text in texts if "~" in text and "*CLP*" not in text and "CLP*" in text)
    lines = claim.replace("\r\n", "").replace("\n", "").split("~")
    (folder / "no_isa.x12").write_text("GS*HP*A*B*20260101*0800*1*X*005010X221A1~")
    (folder / "no_iea.x12").write_text("~".join(line for line in lines if line[:3] != "IEA"))
    (folder / "no_ge.x12").write_text("~".join(line for line in lines if line[:3] != "GE*"))
    broken = ["SE*1*0001" if line.startswith("SE*") else line for line in lines]
    (folder / "miscounted.x12").write_text("~".join(broken))
    broken = ["CLP*X*1*1,234.00*0**12*Z" if line.startswith("CLP*") else line for line in lines]
    (folder / "amount.x12").write_text("~".join(broken))
    eligibility = ["ST*271*0001*005010X279A1", "BHT*0022*11*X*20260101*0800", "SE*3*0001"]
    head = [lines[0], "GS*HB*A*B*20260101*0800*77*X*005010X279A1"]
    tail = ["GE*1*77", f"IEA*1*{lines[0].split('*')[13]}"]
    (folder / "eligibility.x12").write_text("~".join([*head, *eligibility, *tail]) + "~")
    (folder / "broken.x12.gz").write_bytes(b"\x1f\x8b broken")
