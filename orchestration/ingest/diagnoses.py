"""The billable ICD-10-CM codes, from a maintained package into a table, once per release of it.

Belongs here: which codes a release knows as billable. Does not belong here: whether a code was
valid on a day or supports a service, which models judge.
"""

from importlib.metadata import version

import duckdb
import pyarrow as pa

from orchestration.ingest import store
from orchestration.ingest.errors import LoadError
from orchestration.settings import Settings

PACKAGE = "simple-icd-10-cm"


def load_diagnosis_codes(settings: Settings) -> int:
    """Fill raw.icd10_codes where it does not hold the installed release; return the codes in it.

    Run after `prepare`. The table changes in one transaction.

    Raises:
        LoadError: the warehouse cannot be opened or written.
    """
    with store.open_warehouse(settings) as connection:
        return put_diagnosis_codes(connection)


def put_diagnosis_codes(connection: duckdb.DuckDBPyConnection) -> int:
    """Do so on a connection."""
    release = version(PACKAGE)
    held = connection.sql(
        "select count(*), min(release), max(release) from raw.icd10_codes"
    ).fetchone()
    if held[0] and held[1] == held[2] == release:
        return held[0]
    codes = _billable_codes()
    try:
        connection.begin()
        connection.execute("delete from raw.icd10_codes")
        connection.register("incoming_codes", pa.table({"icd10_code": codes}))
        connection.execute(
            "insert into raw.icd10_codes select icd10_code, ? from incoming_codes", [release]
        )
        connection.commit()
    except duckdb.Error as error:
        raise LoadError(f"The diagnosis codes cannot be stored: {error}") from None
    return len(codes)


def _billable_codes() -> list[str]:
    # Takes seconds to import, so only where the table has to be filled.
    import simple_icd_10_cm as icd10

    # The package lists blocks, too: a range (C00-C75), or a single code's name a second time.
    codes = {code for code in icd10.get_all_codes(with_dots=False) if "-" not in code}
    return sorted(code for code in codes if icd10.is_leaf(code))
