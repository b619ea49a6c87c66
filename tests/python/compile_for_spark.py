"""`python compile_for_spark.py`: dbt compile, with the macros that Spark takes instead of DuckDB's.

For an environment without dbt-spark. The target stays DuckDB's, so that nothing but these two
differs from the SQL of a night: which variant of a dispatched macro is taken, and how names of
tables are quoted. Its environment is that of dbt_project.environment.
"""

from dbt.adapters.duckdb.relation import DuckDBRelation
from dbt.cli.main import dbtRunner
from dbt.context.providers import BaseDatabaseWrapper

_COMPILED = ("resource_type:model", "resource_type:test")


def main() -> None:
    """Compile the project."""
    # dbt-duckdb's own stand behind: what dbt asks the catalog while it compiles is asked of DuckDB.
    BaseDatabaseWrapper._get_adapter_macro_prefixes = lambda self: ["spark", "duckdb", "default"]
    DuckDBRelation.quoted = lambda self, identifier: f"`{identifier}`"
    result = dbtRunner().invoke(["--quiet", "compile", "--select", *_COMPILED])
    raise SystemExit(0 if result.success else f"{result.exception}")


if __name__ == "__main__":
    main()
