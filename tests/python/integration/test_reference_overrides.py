"""A practice's own reference tables change what is found, and taking them away takes that back.

A Medicare patient comes on January 5 and 6, each day for 2 units of 97110 and 1 of 97140, at 30
dollars a unit: before the 6th 90 dollars are used up. This project's tables find nothing there.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from landing_builder import write_csv, write_file
from pipeline import build, read_table

from orchestration.settings import PROJECT_ROOT

FINDINGS = """
    select rule_id, finding, charge_id from intermediate.int_coding__kx_modifiers
    where finding is not null
    union all
    select rule_id, finding, charge_id from intermediate.int_coding__distinct_modifiers
    where finding is not null
    union all
    select rule_id, finding, visit_id from intermediate.int_coding__unit_findings
    order by all
"""
KX = "calendar_year,pt_slp_threshold,medical_review_threshold\n"
MAXIMUMS = "cpt_code,effective_from,max_units_per_day\n"
EDITS = (
    "column_1_code,column_2_code,modifier_indicator,effective_from,deleted_on,reference_quarter\n"
)

KX_FINDINGS = [("M-KX", "missing", "V6-97110"), ("M-KX", "missing", "V6-97140")]
MAXIMUM_FINDINGS = [("U-MUE", "above_daily_maximum", "V6")]


def test_a_practices_table_changes_the_findings_until_it_is_taken_away(tmp_path: Path) -> None:
    write_practice(tmp_path / "landing")

    assert findings(tmp_path, {}) == []

    # One maximum from the 6th on, beside ours; an edit from the 6th on, and a lower threshold.
    own = {
        "kx_thresholds.csv": KX + "2026,89.99,3000\n",
        "daily_maximums.csv": MAXIMUMS + "97110,2026-01-06,1\n",
        "ncci_edits.csv": EDITS + "97110,97140,1,2026-01-06,,2026Q1\n",
    }
    assert findings(tmp_path, own) == [
        ("M-DISTINCT", "missing", "V6-97140"),
        *KX_FINDINGS,
        *MAXIMUM_FINDINGS,
    ]

    # The payer no longer follows the edits; 90 dollars are not above 90.
    own |= {
        "ncci_exempt_payers.csv": "payer_id,effective_from,effective_to\nM,,\n",
        "kx_thresholds.csv": KX + "2026,90,3000\n",
    }
    assert findings(tmp_path, own) == MAXIMUM_FINDINGS

    # Instead of ours: the only maximum is that of the 6th, and it judges the days before, too.
    own = {"daily_maximums.replace.csv": MAXIMUMS + "97110,2026-01-06,1\n"}
    assert findings(tmp_path, own) == [("U-MUE", "above_daily_maximum", "V5"), *MAXIMUM_FINDINGS]

    assert findings(tmp_path, {}) == []


def test_which_row_stands_and_on_which_days(tmp_path: Path) -> None:
    (tmp_path / "landing" / "practice").mkdir(parents=True)
    values = "cpt_code,effective_from,medicare_status,is_multiple_procedure_reduced,rvu_work,"
    values += "rvu_practice_expense,rvu_malpractice\n"
    periods = "effective_from,effective_to,"
    files = {
        "kx_thresholds.csv": KX + "2026,2500.5,3000\n2027,2600,3100\n",
        # Ours holds this pair twice: always, and withdrawn until 2020.
        "ncci_edits.csv": EDITS + "90912,97110,0,2026-01-01,,2026Q1\n",
        "sequestration.replace.csv": periods + "rate\n2026-01-01,,0.03\n",
        "conversion_factors.csv": periods + "conversion_factor\n2026-07-01,,34.5\n",
        "relative_values.csv": values
        + "97110,2024-04-01,A,true,0.46,0.43,0.02\n"
        + "97110,2026-01-01,A,true,0.47,0.44,0.03\n"
        + "97140,2024-01-01,B,false,0.2,0.3,0.04\n",
        "daily_maximums.csv": MAXIMUMS + "97110,2026-01-01,4\n99999,2026-04-01,0\n",
    }
    for name, text in files.items():
        write_file(tmp_path / "home" / "reference" / name, text.encode())

    select = ("--select", "path:seeds", "path:models/staging/reference")
    warehouse = build(tmp_path / "landing", tmp_path / "home", date(2026, 6, 30), *select)

    def rows(columns: str, table: str, condition: str = "true") -> list[tuple]:
        query = f"select {columns} from staging.stg_reference__{table} where {condition}"
        found = read_table(warehouse, f"select columns(*)::varchar from ({query} order by all)")
        return [tuple(row.values()) for row in found]

    # Ours stand where the file says nothing, with its own row and one more beside them.
    assert rows("calendar_year, pt_slp_threshold", "kx_thresholds", "calendar_year > 2024") == [
        ("2025", "2410.00"),
        ("2026", "2500.50"),
        ("2027", "2600.00"),
    ]
    # All our rows of a pair give way to those of the file, the pair in the other order does not.
    of_pair = "column_1_code = '90912' and column_2_code = '97110'"
    edit = "modifier_indicator, effective_from, deleted_on"
    assert rows(edit, "ncci_edits", of_pair) == [("0", "2026-01-01", None)]
    ours = len((PROJECT_ROOT / "seeds" / "ncci_edits.csv").read_text().splitlines()) - 1
    assert rows("count(*)", "ncci_edits") == [(str(ours - 2 + 1),)]
    # A file that replaces the table stands alone.
    assert rows("*", "sequestration") == [("2026-01-01", None, "0.0300")]
    # A period ends at the latest where the next begins; what follows a gap keeps its own end.
    assert rows("*", "conversion_factors", "effective_from >= '2025-01-01'") == [
        ("2025-01-01", "2025-12-31", "32.3465"),
        ("2026-01-01", "2026-06-30", "33.4009"),
        ("2026-07-01", None, "34.5000"),
    ]
    # Ours, of 2024Q3, speaks for 2024 and for no other year; 2025 has no values.
    fees = "effective_from, effective_to, medicare_status, rvu_work"
    assert rows(fees, "relative_values", "cpt_code = '97110'") == [
        ("2024-01-01", "2024-03-31", "A", "0.45"),
        ("2024-04-01", "2024-12-31", "A", "0.46"),
        ("2026-01-01", "2026-12-31", "A", "0.47"),
    ]
    assert rows(fees, "relative_values", "cpt_code = '97140'") == [
        ("2024-01-01", "2024-12-31", "B", "0.20")
    ]
    # A maximum holds from the first day of its quarter until the next one.
    maximum = "cpt_code, effective_from, effective_to, max_units_per_day, is_first"
    assert rows(maximum, "daily_maximums", "cpt_code in ('97110', '97140', '99999')") == [
        ("97110", "2024-07-01", "2025-12-31", "6", "true"),
        ("97110", "2026-01-01", None, "4", "false"),
        ("97140", "2024-07-01", None, "6", "true"),
        ("99999", "2026-04-01", None, "0", "true"),
    ]


def findings(folder: Path, files: Mapping[str, str]) -> list[tuple]:
    """What is found with these reference tables and no others, in one and the same warehouse."""
    reference = folder / "home" / "reference"
    for file in reference.glob("*"):
        file.unlink()
    for name, text in files.items():
        write_file(reference / name, text.encode())
    models = ["int_coding__kx_modifiers", "int_coding__distinct_modifiers"]
    models.append("int_coding__unit_findings")
    warehouse = build(
        folder / "landing",
        folder / "home",
        date(2026, 6, 30),
        *("--select", *(f"+{model}" for model in models)),
    )
    return [tuple(row.values()) for row in read_table(warehouse, FINDINGS)]


def write_practice(landing: Path) -> None:
    (landing / "x12").mkdir(parents=True)

    def write(extract: str, *rows: dict) -> None:
        write_csv(landing, extract, "2026-01-31", rows)

    write("clinics", {"clinic_id": "K", "clinic_name": "North"})
    write("providers", {"provider_id": "D", "npi": "1234567893", "credential": "PT"})
    write(
        "payers",
        {"payer_id": "M", "payer_name": "M", "payer_type": "medicare", "unit_rule": "cms"},
    )
    first = {"effective_from": "2026-01-01"}
    codes = {"97110": 2, "97140": 1}
    price = {"payer_id": "M", "modifier": "", "allowed_amount": 30, **first}
    write("fee_schedules", *({"cpt_code": code, **price} for code in codes))
    person = {"first_name": "A", "last_name": "B", "birth_date": "1950-01-01"}
    write("patients", {"patient_id": "N", "mrn": "1", **person})
    write(
        "coverages",
        {"coverage_id": "1", "patient_id": "N", "payer_id": "M", "priority": 1, **first},
    )
    visit = {"patient_id": "N", "clinic_id": "K", "provider_id": "D"}
    days = {"V5": "2026-01-05", "V6": "2026-01-06"}
    write("visits", *({"visit_id": v, "service_date": day, **visit} for v, day in days.items()))
    write(
        "charges",
        *(
            {
                "charge_id": f"{visit_id}-{code}",
                "visit_id": visit_id,
                "cpt_code": code,
                "modifier_1": "GP",
                "units": units,
                "minutes": 15 * units,
                "diagnosis_1": "M54.50",
                "charge_amount": 100,
                "posted_at": "2026-01-07 08:00",
            }
            for visit_id in days
            for code, units in codes.items()
        ),
    )
