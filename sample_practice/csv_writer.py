"""Extracts as CSV files: which rows go into which file, in which encoding. Knows no domain.

A period's rows are held by key and written when the period ends, so that a file carries each row as
it stood at its extract date, and a later file supersedes it. Memory is one period's rows.
"""

from __future__ import annotations

import zlib
from pathlib import Path

HEADERS = {
    "clinics": "clinic_id,clinic_name,organization_name,npi,state,time_zone,opened_on",
    "providers": "provider_id,npi,first_name,last_name,credential,clinic_id,active_from,active_to",
    "payers": "payer_id,payer_name,payer_type,edi_payer_id,unit_rule,therapy_modifier_required,"
    "assistant_modifier_required,authorization_required,timely_filing_days,appeal_days",
    "fee_schedules": "payer_id,cpt_code,modifier,effective_from,effective_to,allowed_amount",
    "patients": "patient_id,mrn,first_name,last_name,birth_date,sex,postal_code,phone,email",
    "coverages": "coverage_id,patient_id,payer_id,priority,member_id,effective_from,effective_to",
    "authorizations": "authorization_id,patient_id,payer_id,clinic_id,provider_id,requested_on,"
    "decided_on,status,authorization_number,visits_requested,visits_approved,effective_from,"
    "effective_to,denial_reason",
    "plans_of_care": "plan_of_care_id,patient_id,provider_id,start_of_care,sent_for_signature_on,"
    "certified_on,effective_to",
    "appointments": "appointment_id,patient_id,clinic_id,provider_id,scheduled_at,booked_at,status,"
    "status_at,kind,delivery",
    "visits": "visit_id,appointment_id,patient_id,clinic_id,provider_id,service_date,started_at,"
    "ended_at,delivery,coverage_id,plan_of_care_id,note_signed_at,note_cosigned_at,"
    "total_treatment_minutes",
    "charges": "charge_id,visit_id,cpt_code,modifier_1,modifier_2,modifier_3,modifier_4,units,"
    "minutes,assistant_minutes,diagnosis_1,diagnosis_2,diagnosis_3,diagnosis_4,place_of_service,"
    "charge_amount,rendering_provider_id,authorization_id,posted_at,voided_at",
    "patient_payments": "patient_payment_id,patient_id,visit_id,amount,paid_on,method,refunded_on",
    "adjustments": "adjustment_id,charge_id,kind,amount,posted_on",
    "interventions": "intervention_id,metric,description,started_on,payer_id,clinic_id,provider_id",
    "reported_totals": "report,metric_id,month,scope,scope_id,value",
}


def quoted(text: str) -> str:
    """The value as a CSV field."""
    if "," in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def gzip_bytes(content: bytes) -> bytes:
    """A gzip file without name and time, so that the same content is always the same file."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(content) + packer.flush()
    trailer = zlib.crc32(content).to_bytes(4, "little")
    trailer += (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + body + trailer


class Extracts:
    """The practice's CSV files under one folder."""

    def __init__(self, folder: Path, suffix: str = "", has_habits: bool = True) -> None:
        self.folder = folder
        self.suffix = suffix
        self.has_habits = has_habits
        self.rows: dict[str, dict[object, str]] = {name: {} for name in HEADERS}
        self.files_of: dict[str, int] = dict.fromkeys(HEADERS, 0)
        self.broken: dict[str, list[str]] = {}
        self.periods = 0
        """Number of periods written so far."""
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, extract: str, key: object, row: str) -> None:
        """The row of a key as it stands now; replaces what this period held for the key."""
        self.rows[extract][key] = row

    def add_broken(self, extract: str, text: str) -> None:
        """A line that no reader can type or parse, for the period's file, after its good rows."""
        self.broken.setdefault(extract, []).append(text)

    def write(self, extract_date: str) -> None:
        """Write each extract that has rows, and forget them: the period is over.

        extract_date is YYYYMMDD; the files are named <extract>_<date><suffix>.csv[.gz].
        """
        self.periods += 1
        self.write_day(extract_date)

    def write_day(self, extract_date: str) -> None:
        """Write what has gathered so far in the period, which goes on."""
        for extract, rows in self.rows.items():
            broken = self.broken.pop(extract, [])
            if not rows and not broken:
                continue
            number = self.files_of[extract] = self.files_of[extract] + 1
            number = number if self.has_habits else 0
            lines = [HEADERS[extract], *rows.values(), *broken, ""]
            # Habits of exporting systems: Windows line ends, a BOM, an old code page, compression.
            newline = "\r\n" if extract in ("patients", "patient_payments") else "\n"
            text = newline.join(lines)
            name = f"{extract}_{extract_date}{self.suffix}.csv"
            if extract == "patients" and number == 2:
                content = text.encode("cp1252")
            elif extract == "visits" and number == 2:
                content = b"\xef\xbb\xbf" + text.encode()
            else:
                content = text.encode()
            if extract == "charges" and number == 2:
                name, content = name + ".gz", gzip_bytes(content)
            (self.folder / name).write_bytes(content)
            rows.clear()
