"""The CSV extracts of the contract: typed rows, the newest good one per key, and counts per file.

Not here: what a row means. Reading is deliberately naive: one character after the other.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from oracle.files import LandedFile

Row = dict[str, object]

PAYER_TYPES = (
    "medicare medicare_advantage medicaid commercial workers_comp auto tricare_va self_pay"
)
APPOINTMENT_STATUS = "scheduled completed no_show cancelled late_cancelled rescheduled"
ADJUSTMENT_KINDS = "contractual bad_debt small_balance timely_filing courtesy other"

# One word per column: name:type, "*" required, "#" key. A type in brackets is a list of values.
_CONTRACT = {
    "clinics": "clinic_id:text*# clinic_name:text* organization_name:text npi:text state:text "
    "time_zone:text opened_on:date",
    "providers": "provider_id:text*# npi:text* first_name:text last_name:text "
    "credential:[PT|PTA|OT|OTA|SLP]* clinic_id:text active_from:date active_to:date",
    "payers": f"payer_id:text*# payer_name:text* payer_type:[{PAYER_TYPES.replace(' ', '|')}]* "
    "edi_payer_id:text unit_rule:[cms|ama] therapy_modifier_required:bool "
    "assistant_modifier_required:bool authorization_required:bool timely_filing_days:int "
    "appeal_days:int",
    "fee_schedules": "payer_id:text*# cpt_code:text*# modifier:text# effective_from:date*# "
    "effective_to:date allowed_amount:money*",
    "patients": "patient_id:text*# mrn:text first_name:text last_name:text birth_date:date "
    "sex:text postal_code:text phone:text email:text",
    "coverages": "coverage_id:text*# patient_id:text* payer_id:text* priority:[1|2|3]* "
    "member_id:text effective_from:date* effective_to:date",
    "authorizations": "authorization_id:text*# patient_id:text* payer_id:text* clinic_id:text "
    "provider_id:text requested_on:date* decided_on:date "
    "status:[pending|approved|partially_approved|denied|cancelled]* authorization_number:text "
    "visits_requested:int visits_approved:int effective_from:date effective_to:date "
    "denial_reason:text",
    "plans_of_care": "plan_of_care_id:text*# patient_id:text* provider_id:text "
    "start_of_care:date* sent_for_signature_on:date certified_on:date effective_to:date",
    "appointments": "appointment_id:text*# patient_id:text* clinic_id:text* provider_id:text* "
    f"scheduled_at:stamp* booked_at:stamp status:[{APPOINTMENT_STATUS.replace(' ', '|')}]* "
    "status_at:stamp kind:[evaluation|re_evaluation|treatment] delivery:[in_person|telehealth]",
    "visits": "visit_id:text*# appointment_id:text patient_id:text* clinic_id:text* "
    "provider_id:text* service_date:date* started_at:stamp ended_at:stamp "
    "delivery:[in_person|telehealth] coverage_id:text plan_of_care_id:text note_signed_at:stamp "
    "note_cosigned_at:stamp total_treatment_minutes:int",
    "charges": "charge_id:text*# visit_id:text* cpt_code:text* modifier_1:text modifier_2:text "
    "modifier_3:text modifier_4:text units:int* minutes:int assistant_minutes:int "
    "diagnosis_1:text* diagnosis_2:text diagnosis_3:text diagnosis_4:text place_of_service:text "
    "charge_amount:money* rendering_provider_id:text authorization_id:text posted_at:stamp* "
    "voided_at:stamp",
    "patient_payments": "patient_payment_id:text*# patient_id:text* visit_id:text amount:money* "
    "paid_on:date* method:text refunded_on:date",
    "adjustments": "adjustment_id:text*# charge_id:text* "
    f"kind:[{ADJUSTMENT_KINDS.replace(' ', '|')}]* amount:money* posted_on:date*",
    "interventions": "intervention_id:text*# metric:text* description:text* started_on:date* "
    "payer_id:text clinic_id:text provider_id:text",
}


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    required: bool
    key: bool


def _column(word: str) -> Column:
    name, kind = word.split(":")
    return Column(name, kind.rstrip("*#"), "*" in kind, "#" in kind)


CONTRACT = {name: [_column(word) for word in text.split()] for name, text in _CONTRACT.items()}


@dataclass
class FileCount:
    """rows_read = rows_staged + rows_superseded + rows_quarantined."""

    rows_read: int = 0
    rows_staged: int = 0
    rows_superseded: int = 0
    rows_quarantined: int = 0


@dataclass
class Extracts:
    """rows: for each extract its rows in force by key; counts: for each file its counts."""

    rows: dict[str, dict[tuple, Row]] = field(default_factory=dict)
    counts: dict[str, FileCount] = field(default_factory=dict)

    def table(self, extract: str) -> list[Row]:
        return list(self.rows.get(extract, {}).values())


def read_extracts(files: list[LandedFile]) -> Extracts:
    """Read every loaded CSV; a file without a required column becomes quarantined."""
    result = Extracts({name: {} for name in CONTRACT})
    good: dict[str, list[tuple]] = {name: [] for name in CONTRACT}
    for file in files:
        if file.kind != "csv" or file.status != "loaded":
            continue
        count = result.counts[file.path] = FileCount()
        records = _records(_decode(file.content))
        header = [name.strip() for name in next(records, None) or []]
        columns = CONTRACT[file.extract]
        if any(column.required and column.name not in header for column in columns):
            file.status = "quarantined"
            continue
        for number, record in enumerate(records):
            count.rows_read += 1
            row = _typed(columns, header, record)
            if row is None:
                count.rows_quarantined += 1
                continue
            key = tuple(row[column.name] for column in columns if column.key)
            good[file.extract].append(
                ((file.extract_date, file.order, number), key, row, file.path)
            )
    for extract, rows in good.items():
        owner: dict[tuple, str] = {}
        for _, key, row, path in sorted(rows, key=lambda item: item[0]):
            if key in owner:
                result.counts[owner[key]].rows_staged -= 1
                result.counts[owner[key]].rows_superseded += 1
            owner[key] = path
            result.counts[path].rows_staged += 1
            result.rows[extract][key] = {**row, "_file": path}
    return result


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _records(text: str):
    """Yield each record as a list of fields, or None for one that cannot be read as CSV."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        used, fields = _record(lines, at)
        yield fields
        at += used


def _record(lines: list[str], at: int) -> tuple[int, list[str] | None]:
    """The record that begins at a line: (physical lines used, fields or None)."""
    fields, current, state, used = [], "", "start", 1
    line = lines[at]
    while True:
        for char in line:
            if state == "quoted":
                if char == '"':
                    state = "quote"
                else:
                    current += char
            elif char == ",":
                fields.append(current)
                current, state = "", "start"
            elif char == '"' and state == "quote":
                current, state = current + '"', "quoted"
            elif char == '"' and state == "start":
                state = "quoted"
            elif state == "quote" or char == '"':
                return 1, None
            else:
                current, state = current + char, "plain"
        if state != "quoted":
            return used, [*fields, current]
        if at + used >= len(lines):
            return 1, None
        current += "\n"
        line = lines[at + used]
        used += 1


def _typed(columns: list[Column], header: list[str], record: list[str] | None) -> Row | None:
    if record is None or len(record) != len(header):
        return None
    texts = dict(zip(header, (value.strip() for value in record), strict=True))
    row: Row = {}
    for column in columns:
        text = texts.get(column.name, "")
        if text == "":
            if column.required:
                return None
            row[column.name] = None
            continue
        try:
            row[column.name] = _value(column.type, text)
        except ValueError:
            return None
    return row


def _value(kind: str, text: str) -> object:
    if kind == "text":
        return text
    if kind == "date":
        _form(r"\d{4}-\d{2}-\d{2}", text)
        return date.fromisoformat(text)
    if kind == "stamp":
        _form(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?", text)
        return datetime.fromisoformat(text)
    if kind == "money":
        _form(r"[+-]?(\d+(\.\d{0,2})?|\.\d{1,2})", text)
        return Decimal(text)
    if kind == "int":
        _form(r"[+-]?\d+", text)
        return int(text)
    if kind == "bool":
        _form(r"true|false|1|0|Y|N", text)
        return text in ("true", "1", "Y")
    if text not in kind.strip("[]").split("|"):
        raise ValueError("outside its list")
    return text


def _form(pattern: str, text: str) -> None:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError("wrong form")
