"""Did the data arrive, and can it be read: rules on schema raw, before anything is typed.

Critical is what leaves the layers above with nothing right to say; what merely looks unusual, or
takes only some numbers away, is a warning.
"""

from expectations.rule import (
    AS_OF,
    BILLING_LEAD,
    CRITICAL,
    DATA_ENGINEER,
    NUMBERS,
    PRACTICE_MANAGER,
    TOO_FEW,
    WARNING,
    Rule,
    day_of,
    days_from,
    digits_of,
    holds,
    is_of_pattern,
    no_row,
    not_empty,
    nothing,
    rules_of,
)

# Extracts that no metric breaks without, and what is lost when they do not come.
_LOST_WITHOUT = {
    "clinics": "clinics have no names and no billing groups",
    "providers": "providers have no discipline, and claims without a visit no provider",
    "fee_schedules": "nothing says what a charge should bring, and allowed amounts are charges",
    "patients": "analysts see no age bands and areas",
    "coverages": "visits whose coverage is not named count as self-pay",
    "appointments": "no-shows and cancellations cannot be counted",
}
# Extracts of an export that repeats itself, and what a single file of one says of the next: days
# after which it is missed, none where only a second file tells. Interventions are written down when
# there are some.
RHYTHMS = {
    "adjustments": None,
    "appointments": 7,
    "authorizations": None,
    "charges": 7,
    "clinics": None,
    "coverages": None,
    "fee_schedules": None,
    "patient_payments": None,
    "patients": None,
    "payers": None,
    "plans_of_care": None,
    "providers": None,
    "reported_totals": None,
    "visits": 7,
}
X12_RHYTHMS = {
    "claims": ("('837')", None),
    "acknowledgments": ("('999', '277')", None),
    "remittances": ("('835')", 21),
}
_LATE = (
    "The newest {} older than a week and than three times the usual gap between {} (the rows that "
    "fail are its age in days): "
)
_NEED_PAYERS = "select 1 from raw.files where kind = 'x12' and status = 'loaded'"
_RECENT_DAYS = 31
_DAYS_OF_RHYTHM = 13


def rules() -> list[Rule]:
    """Every rule of the suite."""
    return [*run_settings(), *files(), *visits(), *charges(), *x12_transactions()]


def run_settings() -> list[Rule]:
    """The day that the run speaks for."""
    rule = rules_of("raw", "raw.run_settings")
    return [
        rule(
            "the_run_speaks_for_one_day",
            CRITICAL,
            DATA_ENGINEER,
            "There is no as_of, or more than one, so that every model would come out empty or "
            "twice: the data engineer runs the load again and finds who else writes to raw.",
            holds("count(*) = 1 and count(as_of) = 1"),
        )
    ]


def files() -> list[Rule]:
    """Which files came, and whether they can be read."""
    rule = rules_of("raw", "raw.files")
    return [
        rule(
            "files_were_loaded",
            CRITICAL,
            DATA_ENGINEER,
            "Not one file could be loaded: the data engineer checks BILLING_LANDING and the "
            "transfer from the practice's systems.",
            holds("count(*) filter (where status = 'loaded') > 0"),
        ),
        *_arrivals(rule),
        rule(
            "some_x12_files_can_be_read",
            CRITICAL,
            DATA_ENGINEER,
            "X12 files came and every one is in quarantine, so that no claim has an answer: the "
            "data engineer reads the reasons in quality.load_log and asks the clearinghouse.",
            holds(
                "count(*) filter (where kind = 'x12') = 0 "
                "or count(*) filter (where kind = 'x12' and status = 'loaded') > 0"
            ),
        ),
        rule(
            "contents_are_identified",
            CRITICAL,
            DATA_ENGINEER,
            "A loaded file lacks the hash by which a second copy is known, and would count twice: "
            "the data engineer looks for a change of the loader.",
            no_row(
                "status = 'loaded' "
                f"and not coalesce({is_of_pattern('sha256', '[0-9a-f]{64}')}, false)"
            ),
        ),
        rule(
            "visits_and_charges_can_be_read_as_csv",
            CRITICAL,
            DATA_ENGINEER,
            f"More than a fifth of the lines of recent visits or charges files cannot be read as "
            f"CSV (and at least {TOO_FEW}): the data engineer has the export mended and sent "
            "again.",
            nothing(_unreadable("('visits', 'charges')", 0.2, TOO_FEW)),
        ),
        rule(
            "few_lines_cannot_be_read_as_csv",
            WARNING,
            PRACTICE_MANAGER,
            "More than 1 % of the lines of an extract's recent files cannot be read as CSV: the "
            "practice manager has the rows in quality.quarantine_summary mended at the source.",
            nothing(_unreadable("(select extract from raw.files)", 0.01, 1)),
        ),
        rule(
            "no_file_is_in_quarantine",
            WARNING,
            DATA_ENGINEER,
            "A file could not be used at all: the data engineer reads the reason in "
            "quality.load_log and asks for the file again.",
            no_row("status = 'quarantined'"),
        ),
        rule(
            "the_newest_files_are_loaded",
            WARNING,
            DATA_ENGINEER,
            "All files of an extract's newest day are in quarantine, so that older ones stand: the "
            "data engineer reads the reason in quality.load_log and asks for the file again.",
            nothing(
                "select 1 from (select extract, status, "
                "extract_date = max(extract_date) over (partition by extract) as is_newest "
                "from {batch} where kind = 'csv' and extract is not null) where is_newest "
                "group by extract having count(*) filter (where status = 'loaded') = 0"
            ),
        ),
        *_extracts_keep_coming(rule),
    ]


def _extracts_keep_coming(rule) -> list[Rule]:
    return [
        rule(
            f"{extract}_keep_coming",
            WARNING,
            PRACTICE_MANAGER,
            _LATE.format(f"{extract} file is", "them")
            + "the practice manager checks whether the export still runs.",
            nothing(_overdue("extract_date", f"extract = '{extract}' and status = 'loaded'", days)),
        )
        for extract, days in RHYTHMS.items()
    ]


def _transaction_sets_keep_coming(rule) -> list[Rule]:
    day = day_of("gs04")
    return [
        rule(
            f"{kind}_keep_coming",
            WARNING,
            BILLING_LEAD,
            _LATE.format(f"{kind} are", "days with some")
            + "the billing lead asks the clearinghouse.",
            nothing(_overdue(day, f"st01 in {sets}", days)),
        )
        for kind, (sets, days) in X12_RHYTHMS.items()
    ]


def _overdue(day: str, condition: str, days_without_rhythm: int | None) -> str:
    """Find a row for each day of the age of what has stopped coming by its own, recent rhythm.

    What is dated after the day that the run speaks for has not come yet.
    """
    alone = days_without_rhythm or "null"
    gap = days_from("lag(came_on) over (order by came_on)", "came_on")
    return f"""
        select 1
        from (
            select {days_from("max(came_on)", AS_OF)} as age, median(gap) as gap
            from (
                select came_on, {gap} as gap
                from (
                    select distinct {day} as came_on
                    from {{batch}}
                    where {condition} and {day} <= {AS_OF}
                    order by came_on desc
                    limit {_DAYS_OF_RHYTHM}
                ) as days
            ) as gaps
        ) as rhythm
        cross join ({NUMBERS}) as numbers
        where
            age > case when gap is null then {alone} else greatest(3 * gap, 7) end
            and number < age
    """


def _arrivals(rule) -> list[Rule]:
    arrived = "count(*) filter (where extract = '{}' and status = 'loaded') > 0"
    return [
        rule(
            "visits_arrived",
            CRITICAL,
            PRACTICE_MANAGER,
            "No visits file has ever been loaded, and nothing can be dated or belongs to a "
            "clinic: the practice manager switches the export on.",
            holds(arrived.format("visits")),
        ),
        rule(
            "charges_arrived",
            CRITICAL,
            PRACTICE_MANAGER,
            "No charges file has ever been loaded, and payments find nothing to belong to: the "
            "practice manager switches the export on.",
            holds(arrived.format("charges")),
        ),
        rule(
            "payers_arrived",
            CRITICAL,
            PRACTICE_MANAGER,
            "Claims or remittances came but no payers file, and insured visits would count as "
            "self-pay: the practice manager switches the export on.",
            holds(f"{arrived.format('payers')} or not exists ({_NEED_PAYERS})"),
        ),
        *(
            rule(
                f"{extract}_arrived",
                WARNING,
                PRACTICE_MANAGER,
                f"No {extract} file has ever been loaded, and {loss}: the practice manager "
                "switches the export on.",
                holds(arrived.format(extract)),
            )
            for extract, loss in _LOST_WITHOUT.items()
        ),
    ]


def _unreadable(extracts: str, share: float, fewest: int) -> str:
    """Find the extracts whose recent files have too many lines that are no CSV.

    Recent is judged within each extract; what was wrong long ago is known, and cannot be mended.
    """
    return f"""
        select 1
        from (
            select
                extract, sha256, rows_read, extract_date,
                max(extract_date) over (partition by extract) as newest_date
            from {{batch}}
            where kind = 'csv' and status = 'loaded' and extract in {extracts}
            qualify row_number() over (
                partition by extract, sha256 order by extract_date desc, file
            ) = 1
        ) as files
        left join (
            select extract, file_sha256 as sha256, count(*) as unreadable_lines
            from raw.quarantined_rows
            group by all
        ) as unreadable using (extract, sha256)
        where extract_date > newest_date - {_RECENT_DAYS}
        group by extract
        having
            sum(unreadable_lines) >= {fewest}
            and sum(unreadable_lines) > {share} * sum(rows_read)
    """


def visits() -> list[Rule]:
    """The visits as they came."""
    rule = rules_of("raw", "raw.visits")
    return [
        rule(
            "charges_come_with_visits",
            CRITICAL,
            PRACTICE_MANAGER,
            "There are charges and not one visit that they could be for: the practice manager "
            "checks why the visits export is empty.",
            not_empty(unless="not exists (select 1 from raw.charges)"),
        )
    ]


def charges() -> list[Rule]:
    """The charges as they came."""
    rule = rules_of("raw", "raw.charges")
    return [
        rule(
            "visits_come_with_charges",
            CRITICAL,
            PRACTICE_MANAGER,
            "There are visits or claims and not one charge: the practice manager checks why the "
            "charges export is empty.",
            not_empty(
                unless="not exists (select 1 from raw.visits) "
                "and not exists (select 1 from raw.x12_transactions)"
            ),
        )
    ]


def x12_transactions() -> list[Rule]:
    """Claims, acknowledgments and remittances as they came."""
    rule = rules_of("raw", "raw.x12_transactions")
    kinds = {"claims": "st01 = '837'", "remittances": "st01 = '835'"}
    answers = "st01 in ('999', '277')"
    first_sent = f"min(case when {kinds['claims']} then gs04 end)"
    return [
        rule(
            "transaction_sets_are_whole",
            CRITICAL,
            DATA_ENGINEER,
            f"More than a fifth of the last month's transaction sets are cut off or miscounted "
            f"(and at least {TOO_FEW}): the data engineer has the clearinghouse send them again.",
            no_row(
                "frame_error is not null",
                share=0.2,
                fewest=TOO_FEW,
                of=f"select * from raw.x12_transactions where {day_of('gs04')} > {AS_OF} - 31",
            ),
        ),
        rule(
            "no_test_files_in_production",
            WARNING,
            BILLING_LEAD,
            "A file marked as a test came and counts in nothing: the billing lead makes sure that "
            "claims are not sent in test mode.",
            no_row("upper(trim(isa15)) = 'T'"),
        ),
        rule(
            "groups_are_dated_plausibly",
            WARNING,
            DATA_ENGINEER,
            "A group is dated before 2010 or a week after the day the run speaks for: the data "
            "engineer asks the sender about its clock.",
            no_row(f"gs04 not between '20100101' and {digits_of(f'{AS_OF} + 7')}"),
        ),
        rule(
            "claims_are_acknowledged",
            WARNING,
            BILLING_LEAD,
            "Claims were sent more than two weeks ago and no acknowledgment ever came: the billing "
            "lead has the clearinghouse deliver 999 and 277CA files.",
            holds(
                f"count(*) filter (where {answers}) > 0 "
                f"or coalesce({first_sent} >= {digits_of(f'{AS_OF} - 14')}, true)"
            ),
        ),
        rule(
            "claims_are_answered_by_remittances",
            WARNING,
            BILLING_LEAD,
            "Claims were sent more than two months ago and no remittance ever came: the billing "
            "lead checks the enrolment for electronic remittances.",
            holds(
                f"count(*) filter (where {kinds['remittances']}) > 0 "
                f"or coalesce({first_sent} >= {digits_of(f'{AS_OF} - 60')}, true)"
            ),
        ),
        rule(
            "remittances_come_with_claims",
            WARNING,
            BILLING_LEAD,
            "Remittances came and not one claim, so that their money belongs to nothing: the "
            "billing lead has the clearinghouse deliver copies of the 837 files.",
            holds(
                f"count(*) filter (where {kinds['remittances']}) = 0 "
                f"or count(*) filter (where {kinds['claims']}) > 0"
            ),
        ),
        *_transaction_sets_keep_coming(rule),
    ]
