"""Each rule is met by a healthy practice and fails when the data break in the way it is about."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations import SUITES, Result, Rule, rules, run_suite
from expectations.runner import run_rules
from expectations.suites.metrics import SHARES
from expectations.suites.raw import RHYTHMS

RULES = {rule.name: rule for suite in SUITES for rule in rules(suite)}


@pytest.fixture(scope="module")
def healthy(healthy_warehouse: Path) -> dict[str, Result]:
    """What every rule finds in the healthy practice."""
    return {one.name: one for suite in SUITES for one in run_suite(healthy_warehouse, suite)}


@pytest.fixture
def broken(healthy_warehouse: Path, tmp_path: Path) -> Callable[[Rule, str], Path]:
    """Returns a copy of the warehouse, changed by a statement in which {t} is the rule's table."""

    def change(rule: Rule, statement: str) -> Path:
        copy = tmp_path / healthy_warehouse.name  # its views carry the name of the file
        shutil.copy(healthy_warehouse, copy)
        with duckdb.connect(str(copy)) as connection:
            _make_table(connection, rule.table)
            connection.execute(statement.replace("{t}", rule.table))
        return copy

    return change


def _make_table(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Put a table in the place of a view, so that its rows can be changed."""
    schema, name = relation.split(".")
    views = connection.execute(
        "select count(*) from duckdb_views() where schema_name = ? and view_name = ?",
        [schema, name],
    )
    if views.fetchone() != (0,):
        connection.execute(f"create table {schema}.held as from {relation}")
        connection.execute(f"drop view {relation}")
        connection.execute(f"alter table {schema}.held rename to {name}")


ONE = "where rowid = (select min(rowid) from {t})"
A_THIRD = "where rowid % 3 = 0"
A_TWENTIETH = "where rowid % 20 = 0"
_UNREADABLE_LINES = """
    insert into raw.quarantined_rows
    select 'charges', sha256, unnest(range(2, 2 + rows_read // {part})), 'a line', 'field count'
    from raw.files where extract = 'charges'
"""
_FROM_MEDICARE = "update core.dim_payer set payer_type = 'medicare' where payer_id = 'PY1'; "
_A_HUNDRED_MORE_SETS = "insert into {t} select t.* replace ({with}) from {t} as t, range(100)"

CRITICAL_CASES = {
    "the_run_speaks_for_one_day": "insert into {t} select as_of + 1, pseudonym_key from {t}",
    "files_were_loaded": "update {t} set status = 'quarantined'",
    "visits_arrived": "update {t} set status = 'quarantined' where extract = 'visits'",
    "charges_arrived": "update {t} set status = 'quarantined' where extract = 'charges'",
    "payers_arrived": "update {t} set status = 'quarantined' where extract = 'payers'",
    "some_x12_files_can_be_read": "update {t} set status = 'quarantined' where kind = 'x12'",
    "contents_are_identified": "update {t} set sha256 = null where extract = 'visits'",
    "visits_and_charges_can_be_read_as_csv": _UNREADABLE_LINES.replace("{part}", "4"),
    "charges_come_with_visits": "delete from {t}",
    "visits_come_with_charges": "delete from {t}",
    "transaction_sets_are_whole": _A_HUNDRED_MORE_SETS.replace(
        "{with}", "'SE is missing' as frame_error, '20260629' as gs04, '' as body"
    ),
    "most_visits_can_be_typed": "update {t} set row_status = 'quarantined' " + A_THIRD,
    "most_charges_can_be_typed": "update {t} set row_status = 'quarantined' " + A_THIRD,
    "visits_are_staged": "delete from {t}",
    "charges_are_staged": "delete from {t}",
    "most_charges_have_an_amount": "update {t} set charge_amount = 0",
    "most_transaction_sets_can_be_read": _A_HUNDRED_MORE_SETS.replace(
        "{with}", "'quarantined' as set_status, date '2026-06-29' as interchange_date"
    ),
    "most_charges_find_their_visit": "update {t} set service_date = null " + A_THIRD,
    "most_money_finds_its_charge": "update {t} set charge_id = null " + A_THIRD,
    **{f"{metric}_is_a_share": "update {t} set value = 1.01 " + ONE for metric in SHARES},
    "the_catalog_describes_every_metric": "delete from {t} where metric_id = 'denial_trend'",
    "the_scorecard_has_rows": "delete from {t}",
    "the_scorecard_has_every_metric": "delete from {t} where metric_id = 'days_in_ar'",
}

_EXTRACTS = [name.removesuffix("_arrived") for name in RULES if name.endswith("_arrived")]
_TYPED = [name for name in RULES if name.startswith("few_") and name.endswith("_in_quarantine")]
WARNING_CASES = {
    **{
        f"{extract}_arrived": f"update {{t}} set status = 'quarantined' where extract = '{extract}'"
        for extract in _EXTRACTS
        if f"{extract}_arrived" not in CRITICAL_CASES
    },
    "few_lines_cannot_be_read_as_csv": _UNREADABLE_LINES.replace("{part}", "50"),
    "no_file_is_in_quarantine": "update {t} set status = 'quarantined' " + ONE,
    "the_newest_files_are_loaded": "insert into {t} (file, kind, extract, extract_date, status) "
    "values ('practice/new.csv', 'csv', 'visits', '2026-07-01', 'quarantined')",
    **{
        f"{extract}_keep_coming": "insert into {t} by name select * replace "
        "('two' as file, date '2026-06-21' as extract_date) "
        f"from {{t}} where extract = '{extract}'; "
        "update {t} set extract_date = date '2026-06-22' where extract_date = '2026-06-30' "
        f"and extract = '{extract}'"
        for extract in RHYTHMS
    },
    "no_test_files_in_production": "update {t} set isa15 = 'T' " + ONE,
    "groups_are_dated_plausibly": "update {t} set gs04 = '20091231' " + ONE,
    "claims_are_acknowledged": "delete from {t} where st01 in ('999', '277')",
    "claims_are_answered_by_remittances": "delete from {t} where st01 = '835'",
    "remittances_come_with_claims": "delete from {t} where st01 = '837'",
    # Sent on the first of a month, answered three weeks later: the newest are of January's.
    "claims_keep_coming": "delete from {t} where st01 = '837' and gs04 > '20260301'",
    "acknowledgments_keep_coming": "delete from {t} where st01 in ('999', '277') "
    "and gs04 > '20260301'",
    "remittances_keep_coming": "delete from {t} where st01 = '835' and gs04 > '20260301'",
    **dict.fromkeys(_TYPED, "update {t} set row_status = 'quarantined' " + A_TWENTIETH),
    # The other numbers of the practice end in their check digit; this one does not.
    "clinic_npis_are_valid": "update {t} set npi = '1234567890' " + ONE,
    "provider_npis_are_valid": "update {t} set npi = '123456789' " + ONE,
    "insurers_have_an_electronic_id": "update {t} set edi_payer_id = null",
    "insurers_have_a_fee_schedule": "update {t} set payer_id = 'NEW' where edi_payer_id <> ''",
    "fees_are_plausible": "update {t} set allowed_amount = 0 " + ONE,
    "birth_dates_are_plausible": "update {t} set birth_date = '1899-12-31' " + ONE,
    "decided_authorizations_have_a_date": "update {t} set status = 'denied', decided_on = null "
    + ONE,
    "approved_visits_are_plausible": "update {t} set status = 'approved', visits_approved = 0 "
    + ONE,
    "appointment_dates_are_plausible": "update {t} set scheduled_at = '1999-12-31 09:00' " + ONE,
    "past_appointments_are_resolved": "update {t} set status = 'scheduled' " + A_THIRD,
    "visit_dates_are_plausible": "update {t} set service_date = '2027-07-01' " + ONE,
    "visits_end_after_they_start": "update {t} set started_at = '2026-01-02 10:00', "
    "ended_at = '2026-01-02 09:59' " + ONE,
    "notes_are_signed_after_the_visit_began": "update {t} set note_signed_at = service_date - 1 "
    + A_TWENTIETH,
    "charge_amounts_are_plausible": "update {t} set charge_amount = 5000.01 " + ONE,
    "units_are_plausible": "update {t} set units = 0 " + ONE,
    "minutes_are_plausible": "update {t} set minutes = 481 " + ONE,
    "assistant_minutes_are_within_the_minutes": "update {t} set minutes = 10, "
    "assistant_minutes = 11 " + ONE,
    "charges_are_posted_on_plausible_days": "update {t} set posted_at = '1999-12-31' " + ONE,
    "charges_are_posted_after_the_visit": "update {t} set posted_at = '2000-01-01' " + A_TWENTIETH,
    "procedure_codes_are_known": "update {t} set cpt_code = '00000' " + A_THIRD,
    "diagnoses_have_the_form_of_icd_10": "update {t} set diagnosis_1 = 'M5' " + A_TWENTIETH,
    "modifiers_have_two_characters": "update {t} set modifier_1 = 'GP59' " + A_TWENTIETH,
    "patient_payments_are_plausible": "update {t} set amount = 0 " + ONE,
    "patient_payments_are_on_plausible_days": "update {t} set refunded_on = paid_on - 1 " + ONE,
    "adjustments_stay_within_their_charge": "update {t} set amount = 10000 " + ONE,
    "no_transaction_set_is_in_quarantine": "update {t} set set_status = 'quarantined' " + ONE,
    "claims_name_known_payers": "update {t} set edi_payer_id = 'NOBODY' " + ONE,
    "claim_amounts_are_plausible": "update {t} set claim_amount = 20000.01 " + ONE,
    "claims_are_original_replacing_or_voiding": "update {t} set frequency_code = '6' " + ONE,
    "claims_are_sent_on_plausible_days": "update {t} set submitted_on = first_service_date - 1 "
    + ONE,
    "claim_lines_name_their_charge": "update {t} set charge_id = null " + ONE,
    "claim_lines_name_a_charge_that_came": "update {t} set charge_id = 'NONE' " + ONE,
    "acknowledgment_categories_are_known": "update {t} set category_code = 'Z9' " + ONE,
    "acknowledged_claims_are_known": "update {t} set claim_id = 'NONE' " + A_TWENTIETH,
    "payments_are_not_negative": "update {t} set payment_amount = -0.01 " + ONE,
    "payments_are_on_plausible_days": "update {t} set payment_date = '1999-12-31' " + ONE,
    "payments_come_from_known_payers": "update {t} set edi_payer_id = 'NOBODY' " + ONE,
    "remitted_claims_are_known": "update {t} set claim_id = 'NONE' " + A_TWENTIETH,
    "adjustment_reasons_are_known": "update {t} set carc_code = '9999' " + ONE,
    "adjustment_groups_are_known": "update {t} set group_code = 'XX' " + ONE,
    "remittances_add_up": "insert into {t} (level) values ('remittance')",
    "claims_add_up": "insert into {t} (level) values ('claim')",
    "lines_add_up": "insert into {t} (level) values ('line')",
    "no_payment_came_twice": "insert into {t} (trace_number) values ('T1')",
    "visits_have_not_collapsed": "delete from {t} where service_date between '2026-06-01' "
    "and (select max(service_date) - 1 from {t})",
    "few_visits_lack_a_payer": "update {t} set payer_id = null " + A_THIRD,
    "past_visits_have_charges": "update {t} set visit_id = concat(visit_id, '?') " + A_THIRD,
    "few_charges_lack_their_visit": "update {t} set service_date = null " + A_TWENTIETH,
    "few_charges_are_paid_above_their_amount": "update {t} set payer_paid_amount = "
    "charge_amount + 0.01 " + A_TWENTIETH,
    "few_charges_have_a_negative_balance": "update core.fct_receivable_event "
    "set amount = -1000 where kind = 'charge' and rowid % 20 = 0",
    "few_claims_lack_their_visit": "update {t} set visit_id = null " + A_TWENTIETH,
    "few_claims_lack_their_payer": "update {t} set payer_id = null " + A_TWENTIETH,
    "few_claims_are_paid_before_they_are_sent": "update {t} set first_paid_on = "
    "first_submitted_on - 1 " + A_TWENTIETH,
    "few_old_claims_have_no_word": "update {t} set first_submission_outcome = 'pending' " + A_THIRD,
    "few_old_claims_are_unanswered": "update {t} set first_adjudicated_on = null",
    "rejections_have_not_soared": "update {t} set outcome = 'rejected'",
    "little_money_is_unmatched": "update {t} set charge_id = null " + A_TWENTIETH,
    "most_lines_match_by_their_charge_id": "update {t} set match_tier = 2",
    "denials_have_a_root_cause": "update {t} set root_cause = 'unmapped' " + ONE,
    "events_are_on_plausible_days": "update {t} set event_date = '1999-12-31' " + ONE,
    "no_single_event_dominates": "update {t} set amount = -20000.01 " + ONE,
    "kx_thresholds_cover_the_charges": _FROM_MEDICARE
    + "delete from staging.stg_reference__kx_thresholds where calendar_year = 2026",
    "sequestration_covers_the_charges": _FROM_MEDICARE
    + "update staging.stg_reference__sequestration set effective_to = '2026-06-01' "
    "where effective_to is null",
    "conversion_factors_cover_the_charges": _FROM_MEDICARE
    + "update staging.stg_reference__conversion_factors set effective_from = '2026-06-01' "
    "where effective_from = '2026-01-01'",
    "relative_values_cover_the_charges": _FROM_MEDICARE
    + "update staging.stg_reference__relative_values set cpt_code = '?' where cpt_code = '97110'",
    "daily_maximums_cover_the_charges": _FROM_MEDICARE
    + "update staging.stg_reference__daily_maximums set effective_from = '2025-10-01' "
    "where cpt_code = '97110'",
    "ncci_edits_cover_the_charges": "update staging.stg_reference__ncci_edits "
    "set reference_quarter = '2024Q3'",
    "days_to_payment_are_plausible": "update {t} set value = -1",
    "days_in_ar_are_plausible": "update {t} set value = -1",
    "net_collection_is_plausible": "update {t} set value = 1.31",
    "every_metric_is_defined": "update {t} set definition = ' ' " + ONE,
    "months_are_contiguous": "delete from {t} where month = '2026-03-01'",
    "no_metric_has_lost_half_its_volume": "update {t} set denominator = 1 "
    "where month = '2026-06-01'",
    "scorecard_values_are_present": "update {t} set value = null",
    "interventions_can_be_measured": "update {t} set verdict = 'unknown_metric' " + ONE,
    "remittances_are_in_balance": "update {t} set reason = 'out_of_balance' " + ONE,
    "little_money_is_for_unknown_claims": "update {t} set reason = 'unknown_claim'",
    "reported_metrics_are_known": "update {t} set metric_id = 'no_shows' " + ONE,
    "reported_totals_can_be_compared": "update {t} set status = 'not_comparable' " + ONE,
}
CASES = CRITICAL_CASES | WARNING_CASES


def test_every_rule_has_a_case_that_breaks_it() -> None:
    critical = {name for name, rule in RULES.items() if rule.severity == "critical"}
    assert set(CRITICAL_CASES) == critical
    assert set(WARNING_CASES) == set(RULES) - critical


def test_a_healthy_practice_meets_every_critical_rule(healthy: dict[str, Result]) -> None:
    assert [name for name, one in healthy.items() if one.rows_checked is None] == []
    unmet = [one for one in healthy.values() if not one.is_met]
    assert [one.name for one in unmet if one.severity == "critical"] == []


@pytest.mark.parametrize("name", CASES)
def test_a_rule_fails_when_broken(name: str, broken, healthy: dict[str, Result]) -> None:
    rule = RULES[name]
    [result] = run_rules(broken(rule, CASES[name]), [rule])
    assert not result.is_met
    assert result.rows_failing is not None, "it could not run"
    assert result.rows_failing > healthy[name].rows_failing
