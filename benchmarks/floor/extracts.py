"""The CSV extracts as typed tables: the newest good row per key, the columns that are needed.

Belongs here: which columns, of which type, and which are required. Does not belong here: what they
mean (the SQL files).
"""

import gzip
from pathlib import Path

import duckdb

# name#type: # marks the key, ! a required value, a list of values is the whole list.
_EXTRACTS = {
    "clinics": "clinic_id#text! organization_name#text",
    "providers": "provider_id#text! npi#text! credential#PT|PTA|OT|OTA|SLP!",
    "payers": "payer_id#text! edi_payer_id#text unit_rule#cms|ama therapy_modifier_required#flag "
    "assistant_modifier_required#flag payer_type#medicare|medicare_advantage|medicaid|commercial|"
    "workers_comp|auto|tricare_va|self_pay!",
    "fee_schedules": "payer_id#text! cpt_code#upper! modifier#upper effective_from#day! "
    "effective_to#day allowed_amount#money!",
    "coverages": "coverage_id#text! patient_id#text! payer_id#text! priority#1|2|3! "
    "effective_from#day! effective_to#day",
    "authorizations": "authorization_id#text! payer_id#text! clinic_id#text provider_id#text "
    "requested_on#day! decided_on#day status#pending|approved|partially_approved|denied|cancelled! "
    "visits_requested#whole visits_approved#whole",
    "appointments": "appointment_id#text! patient_id#text! clinic_id#text! provider_id#text! "
    "scheduled_at#moment! "
    "status#scheduled|completed|no_show|cancelled|late_cancelled|rescheduled!",
    "visits": "visit_id#text! patient_id#text! clinic_id#text! provider_id#text! service_date#day! "
    "started_at#moment ended_at#moment delivery#in_person|telehealth coverage_id#text "
    "note_signed_at#moment",
    "charges": "charge_id#text! visit_id#text! cpt_code#upper! modifier_1#upper modifier_2#upper "
    "modifier_3#upper modifier_4#upper units#whole! minutes#whole assistant_minutes#whole "
    "diagnosis_1#icd10! diagnosis_2#icd10 diagnosis_3#icd10 diagnosis_4#icd10 "
    "place_of_service#text charge_amount#money! rendering_provider_id#text posted_at#moment! "
    "voided_at#moment",
    "patient_payments": "patient_payment_id#text! visit_id#text amount#money! paid_on#day! "
    "refunded_on#day",
    "adjustments": "adjustment_id#text! charge_id#text! posted_on#day! amount#money! "
    "kind#contractual|bad_debt|small_balance|timely_filing|courtesy|other!",
}
_KEYS = {"fee_schedules": "payer_id, cpt_code, modifier, effective_from"}

_MACROS = """
create macro as_text(x) as nullif(trim(x, E' \\t\\r\\n' || chr(160)), '');
-- The others take what as_text gives.
create macro as_upper(x) as upper(x);
create macro as_icd10(x) as upper(regexp_replace(x, '^([^.]{3})[.]', '\\1'));
create macro as_day(x) as case when x like '____-__-__' then try_cast(x as date) end;
create macro as_moment(x) as
    case when x like '____-__-__ __:__%' then try_cast(x as timestamp) end;
create macro as_whole(x) as
    case when regexp_full_match(x, '-?[0-9]+') then try_cast(x as integer) end;
create macro as_money(x) as case
    when regexp_full_match(x, '-?([0-9]+([.][0-9]{0,2})?|[.][0-9]{1,2})')
        then try_cast(x as decimal(18, 2))
end;
create macro as_flag(x) as case
    when upper(x) in ('TRUE', '1', 'Y') then true
    when upper(x) in ('FALSE', '0', 'N') then false
end;
"""


def read_extracts(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Make a temporary table of each extract."""
    connection.execute(_MACROS)
    for extract, spec in _EXTRACTS.items():
        columns = dict(column.split("#") for column in spec.split())
        _land(connection, landing, extract, columns)
        values = ", ".join(f"{_value(name, kind)} as {name}" for name, kind in columns.items())
        is_good = " and ".join(_is_good(name, kind) for name, kind in columns.items())
        key = _KEYS.get(extract, next(iter(columns)))
        connection.execute(f"""
            create temp table {extract} as
            with typed as (
                select {values}, {is_good} as is_good, filename, rowid as place
                from landed
            )
            select * exclude (is_good, filename, place)
            from typed
            where is_good
            qualify row_number() over (
                partition by {key}
                order by regexp_extract(filename, '_([0-9]{{8}})[^/]*$', 1) desc, filename desc,
                    place desc
            ) = 1
        """)
    connection.execute("drop table landed")


def _land(
    connection: duckdb.DuckDBPyConnection, landing: Path, extract: str, columns: dict[str, str]
) -> None:
    names = ", ".join(f"{name} varchar" for name in columns)
    connection.execute(f"create or replace temp table landed ({names}, filename varchar)")
    # A broken quote would mislead DuckDB's look at a file, so that it is told the columns.
    for header, files in _by_header(landing / "practice", extract).items():
        wanted = [f"as_text({name}) as {name}" for name in columns if name in header]
        connection.execute(
            f"""
            insert into landed by name
            select {", ".join(wanted)}, filename
            from read_csv(
                ?, columns = ?, auto_detect = false, delim = ',', quote = '"', escape = '"',
                header = true, filename = true, ignore_errors = true
            )
            """,
            [files, dict.fromkeys(header, "varchar")],
        )


def _by_header(folder: Path, extract: str) -> dict[tuple[str, ...], list[str]]:
    """The files of an extract by the names of their columns."""
    found: dict[tuple[str, ...], list[str]] = {}
    for path in sorted(folder.rglob(f"{extract}_[0-9]*.csv*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig") as stream:
            header = tuple(name.strip().lower() for name in stream.readline().split(","))
        found.setdefault(header, []).append(str(path))
    return found


def _value(name: str, kind: str) -> str:
    kind = kind.rstrip("!")
    return name if kind == "text" or "|" in kind else f"as_{kind}({name})"


def _is_good(name: str, kind: str) -> str:
    """A row is taken when what is required is there, and what is there is of its type."""
    value = _value(name, kind)
    if "|" in kind:
        values = kind.rstrip("!").replace("|", "', '")
        return f"coalesce({name} in ('{values}'), {'!' not in kind})"
    return f"{value} is not null" if "!" in kind else f"({name} is null or {value} is not null)"
