"""A small OpenEMR practice, generated: its tables as they are exported, everybody in it invented.

    write_dump(landing)

Twenty appointments from 2026-01-05, one a weekday, of five patients in turn. Of every ten the
fourth is a no-show and the eighth is cancelled, so that 16 become encounters. What each holds
follows from its number, so that a metric can be worked out by hand.
"""

from datetime import date, timedelta
from pathlib import Path

from landing_builder import write_csv

DAY = date(2026, 3, 31)
APPOINTMENTS = 20
_NOTHING = "0000-00-00"
_UNSIGNED = (0, 8, 16)


def write_dump(landing: Path) -> None:
    """Write every table of the mapping as of the end of March."""
    tables = {**_people(), **_calendar(), **_billing()}
    for table, rows in tables.items():
        write_csv(landing, table, DAY, rows)


def kept() -> list[int]:
    """The numbers of the appointments that became encounters."""
    return [i for i in range(APPOINTMENTS) if i % 10 not in (3, 7)]


def day_of(i: int) -> date:
    """The day of an appointment: weekdays, one after the other."""
    return date(2026, 1, 5) + timedelta(days=i // 5 * 7 + i % 5)


def _patient(i: int) -> int:
    return 1 + i % 5


def _people() -> dict[str, list[dict]]:
    return {
        "facility": [
            {"id": 3, "name": "Riverside", "facility_npi": "1234567893", "state": "PA"}
            | {"service_location": 1, "federal_ein": "ZZ"},
            {"id": 4, "name": "Billing office", "facility_npi": "", "state": "PA"}
            | {"service_location": 0, "federal_ein": "ZZ"},
        ],
        "users": [
            {"id": 7, "fname": "Ann", "lname": "Example", "npi": "1234567893", "authorized": 1}
            | {"specialty": "PT, orthopedics", "facility_id": 3},
            {"id": 8, "fname": "Front", "lname": "Desk", "npi": "", "authorized": 0}
            | {"specialty": "", "facility_id": 0},
        ],
        "insurance_companies": [
            {"id": 20, "name": "Medicare", "cms_id": "MCARE", "ins_type_code": 2},
            {"id": 21, "name": "Acme Health", "cms_id": "ACME1", "ins_type_code": 17},
        ],
        "patient_data": [
            {"pid": p, "pubpid": f"M{p}", "fname": "Pat", "lname": f"Example {p}"}
            | {"DOB": f"19{50 + p}-02-03", "sex": "Female", "postal_code": "15201"}
            | {"phone_home": "555-0100", "phone_cell": "", "email": "", "ss": "ZZ"}
            for p in range(1, 6)
        ],
        "insurance_data": [
            {"id": 100 + p, "pid": p, "type": "primary", "provider": 20 + p % 2}
            | {"policy_number": f"N{p}", "date": "2025-01-01", "date_end": "NULL"}
            for p in range(1, 6)
        ]
        + [
            {"id": 200 + p, "pid": p, "type": "secondary", "provider": "", "policy_number": ""}
            | {"date": _NOTHING, "date_end": "NULL"}
            for p in range(1, 6)
        ],
    }


def _calendar() -> dict[str, list[dict]]:
    signs = {3: "?", 7: "x"}
    events = [
        {"pc_eid": 500 + i, "pc_pid": _patient(i), "pc_aid": 7, "pc_facility": 3}
        | {"pc_title": "Office Visit", "pc_time": f"{day_of(i) - timedelta(days=7)} 10:00:00"}
        | {"pc_eventDate": day_of(i), "pc_startTime": "09:00:00", "pc_recurrtype": 0}
        | {"pc_apptstatus": signs.get(i % 10, ">")}
        for i in range(APPOINTMENTS)
    ]
    lunch = {"pc_eid": 900, "pc_pid": "", "pc_aid": 7, "pc_facility": 3, "pc_title": "Lunch"}
    lunch |= {"pc_time": "2026-01-01 08:00:00", "pc_eventDate": "2026-01-05"}
    lunch |= {"pc_startTime": "12:00:00", "pc_recurrtype": 1, "pc_apptstatus": "-"}
    encounters = [
        {"encounter": 1000 + i, "pid": _patient(i), "date": f"{day_of(i)} 09:00:00"}
        | {"date_end": "NULL", "facility_id": 3, "provider_id": 7, "pos_code": 11}
        for i in kept()
    ]
    forms = [
        {"id": 2000 + i, "encounter": 1000 + i, "pid": _patient(i)}
        | {"formdir": "soap", "deleted": 0}
        for i in kept()
    ]
    signatures = [
        {"id": 3000 + i, "tid": 2000 + i, "table": "forms", "datetime": f"{day_of(i)} 17:00:00"}
        for i in kept()
        if i not in _UNSIGNED
    ]
    return {
        "openemr_postcalendar_events": [*events, lunch],
        "form_encounter": encounters,
        "forms": forms,
        "esign_signatures": signatures,
    }


def _billing() -> dict[str, list[dict]]:
    lines: list[dict] = []
    claims, postings = [], []
    for i in kept():
        who = {"pid": _patient(i), "encounter": 1000 + i, "provider_id": 7, "activity": 1}
        # Posted on the day, or one or two days later.
        posted = {"date": f"{day_of(i) + timedelta(days=i % 3)} 18:00:00"}
        because = {"justify": "ICD10|M54.50:ICD10|M25.511:"}
        line = {"code_type": "CPT4", **who, **posted, **because}
        lines.append({"id": 4000 + i, "code": "97110", "modifier": "GP", "units": 2} | line)
        lines[-1]["fee"] = "100.00"
        if i % 2 == 0:
            lines.append({"id": 5000 + i, "code": "97140", "modifier": "GP:59", "units": 1} | line)
            lines[-1]["fee"] = "45.00"
        diagnosis = {"id": 6000 + i, "code_type": "ICD10", "code": "M54.50", "modifier": ""}
        lines.append(diagnosis | {"units": 1, "fee": "0.00", "justify": "", **who, **posted})
        claim = {"patient_id": _patient(i), "encounter_id": 1000 + i, "version": 1}
        claims.append(claim | {"payer_id": 20 + _patient(i) % 2})
    lines.append({**lines[0], "id": 7000, "activity": 0})
    common = {"encounter": 1000, "pid": 1, "post_time": "2026-01-20 12:00:00", "session_id": 50}
    common |= {"reason_code": "NULL", "deleted": "NULL", "code": "97110", "modifier": "GP"}
    for number, change in enumerate(
        (
            {"payer_type": 0, "pay_amount": "15.00", "adj_amount": "0.00", "memo": ""},
            {"payer_type": 1, "pay_amount": "60.00", "adj_amount": "0.00", "memo": ""},
            {
                "payer_type": 1,
                "pay_amount": "0.00",
                "adj_amount": "25.00",
                "memo": "Adjust code 45",
            },
            {"payer_type": 0, "pay_amount": "0.00", "adj_amount": "5.00", "memo": "Courtesy"},
            {"payer_type": 0, "pay_amount": "9.00", "adj_amount": "0.00", "memo": ""},
        ),
        start=1,
    ):
        postings.append({**common, "sequence_no": number, **change})
    postings[-1]["deleted"] = "2026-01-21 08:00:00"
    session = {"session_id": 50, "check_date": _NOTHING, "deposit_date": "2026-01-20"}
    return {
        "billing": lines,
        "claims": claims,
        "ar_session": [session | {"payment_method": "credit_card"}],
        "ar_activity": postings,
    }
