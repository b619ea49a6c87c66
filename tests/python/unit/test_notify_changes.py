"""What a notice says of two published files, worked by hand; nothing delivered is quoted."""

from pathlib import Path

import duckdb
import pytest

from orchestration.notify.changes import Section, changes

TABLES = """
create schema core; create schema metrics; create schema quality; create schema worklists;
create table core.fct_denial (
    adjudication_line_key varchar, payer_id varchar, root_cause varchar, denial_amount decimal(18,2)
);
create table metrics.denial_trend_chart (
    payer_id varchar, month date, root_cause varchar, signal varchar
);
create table metrics.catalog (metric_id varchar, name varchar, unit varchar);
insert into metrics.catalog values
    ('denial_rate', 'Denial rate', 'ratio'), ('days_in_ar', 'Days in A/R', 'days');
create table metrics.scorecard (
    metric_id varchar, month date, scope varchar, value double, target double, status varchar,
    is_mature boolean
);
create table quality.expectation_results (
    suite varchar, table_name varchar, expectation varchar, owner varchar, is_met boolean,
    rows_failing bigint
);
create table quality.load_log (
    file varchar, sha256 varchar, kind varchar, extract varchar, status varchar,
    rows_quarantined bigint
);
create table worklists.open_denials (charge_key varchar, at_stake_amount decimal(18,2));
create table worklists.unsigned_notes (visit_key varchar, at_stake_amount decimal(18,2));
"""

EARLIER = """
insert into core.fct_denial values ('ZZCANARY1', 'ZZCANARY', 'authorization', 100);
insert into metrics.denial_trend_chart values
    ('ZZCANARY', '2026-05-01', 'authorization', 'above'),
    ('ZZCANARY', '2026-06-01', 'authorization', 'none');
insert into metrics.scorecard values
    ('denial_rate', '2026-05-01', 'practice', 0.09, 0.10, 'met', true),
    ('days_in_ar', '2026-05-01', 'practice', 45, 40, 'missed', true);
insert into quality.expectation_results values
    ('raw', 'raw.files', 'known_before', 'data_engineer', false, 3),
    ('raw', 'raw.files', 'now_broken', 'practice_manager', true, 0);
insert into quality.load_log values
    ('practice/ZZCANARY.csv', 'a', 'csv', 'visits', 'loaded', 2),
    ('x12/ZZCANARY.835', 'b', 'x12', null, 'quarantined', 0);
insert into worklists.open_denials values ('ZZCANARY', 100), ('ZZCANARY2', 50.50);
insert into worklists.unsigned_notes values ('ZZCANARY', 10);
"""

# Two new denials for 80.00 and 20.25, one month of two payers above its limits, a newer month that
# missed, a known, a new failing and an overdue expectation, a file and five rows more in
# quarantine, and one
# item of 50.50 less on a worklist.
NOW = """
insert into core.fct_denial values
    ('ZZCANARY1', 'ZZCANARY', 'authorization', 100), ('ZZCANARY2', 'ZZCANARY', 'eligibility', 80),
    ('ZZCANARY3', 'ZZCANARY', 'authorization', 20.25), ('ZZCANARY4', 'ZZCANARY', 'bundling', 0);
insert into metrics.denial_trend_chart values
    ('ZZCANARY', '2026-05-01', 'authorization', 'above'),
    ('ZZCANARY', '2026-06-01', 'authorization', 'above'),
    ('ZZCANARY2', '2026-06-01', 'authorization', 'above'),
    ('ZZCANARY', '2026-06-01', 'eligibility', 'none');
insert into metrics.scorecard values
    ('denial_rate', '2026-05-01', 'practice', 0.09, 0.10, 'met', true),
    ('denial_rate', '2026-06-01', 'practice', 0.125, 0.10, 'missed', true),
    ('denial_rate', '2026-07-01', 'practice', 0.01, 0.10, 'met', false),
    ('denial_rate', '2026-08-01', 'payer', 0.99, 0.10, 'missed', true),
    ('days_in_ar', '2026-05-01', 'practice', 46, 40, 'missed', true);
insert into quality.expectation_results values
    ('raw', 'raw.files', 'known_before', 'data_engineer', false, 4),
    ('raw', 'raw.files', 'now_broken', 'practice_manager', false, 1200),
    ('raw', 'raw.files', 'visits_keep_coming', 'practice_manager', false, 23),
    ('core', 'core.fct_claim', 'not_judged', 'data_engineer', false, null);
insert into quality.load_log values
    ('practice/ZZCANARY.csv', 'a', 'csv', 'visits', 'loaded', 3),
    ('practice/ZZCANARY_2.csv', 'c', 'csv', 'visits', 'loaded', 4),
    ('practice/ZZCANARY.txt', 'd', 'csv', null, 'quarantined', 0),
    ('x12/ZZCANARY.835', 'b', 'x12', null, 'quarantined', 0);
insert into worklists.open_denials values ('ZZCANARY', 100);
insert into worklists.unsigned_notes values ('ZZCANARY', 10);
"""


def file(folder: Path, name: str, rows: str, tables: str = TABLES) -> Path:
    path = folder / f"{name}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(tables + rows)
    return path


def found(before: Path, now: Path) -> dict[str, list[str]]:
    return {section.title: section.lines for section in changes(before, now)}


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    return file(tmp_path, "it's earlier", EARLIER)


def test_every_kind_of_change_is_told(tmp_path: Path, earlier: Path) -> None:
    assert found(earlier, file(tmp_path, "now", NOW)) == {
        "New denials": [
            "2 lines, $100.25",
            "eligibility: 1 line, $80.00",
            "authorization: 1 line, $20.25",
        ],
        "Left their control limits": [
            "denials for authorization in 2026-06: above the limits at 2 payers"
        ],
        "From met to missed": ["Denial rate: 12.5% in 2026-06, target 10.0%"],
        "Expectations no longer met": [
            "not_judged of core.fct_claim: not judged (data engineer)",
            "now_broken of raw.files: 1,200 failing (practice manager)",
            "visits_keep_coming of raw.files: the newest is 23 days old (practice manager)",
        ],
        "Newly quarantined": ["unknown extracts: 1 file, 0 rows", "visits: 0 files, 5 rows"],
        "Worklists that moved": ["open_denials: 1 item (-1), $100.00 (-$50.50)"],
        "Still not met": ["1 expectation"],
    }


def test_the_same_file_has_no_change_but_what_stays_unmet(tmp_path: Path, earlier: Path) -> None:
    same = file(tmp_path, "same", EARLIER)
    assert changes(earlier, same) == [Section("Still not met", ["1 expectation"], is_change=False)]


def test_nothing_that_was_delivered_is_told(tmp_path: Path, earlier: Path) -> None:
    assert "ZZCANARY" not in repr(changes(earlier, file(tmp_path, "now", NOW)))


def test_an_older_release_lacks_a_table_and_the_rest_is_compared(
    tmp_path: Path, earlier: Path
) -> None:
    with duckdb.connect(str(earlier)) as connection:
        connection.execute("drop table quality.load_log; drop table worklists.open_denials")
    told = found(earlier, file(tmp_path, "now", NOW))
    assert told["Newly quarantined"] == [
        "cannot be compared with the earlier file, which another release wrote"
    ]
    assert told["Worklists that moved"] == ["open_denials: 1 item (+1), $100.00 (+$100.00)"]
    assert len(told) == 7
