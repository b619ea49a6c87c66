"""Which engine builds the models: DuckDB in one file, or Apache Spark (docs/spark.md).

Belongs here: the two settings of it, and whether this machine has what they need. Does not belong
here: what either engine does.
"""

import importlib.metadata
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

DUCKDB, SPARK = "duckdb", "spark"
_MASTER = re.compile(
    r"local(\[(\d+|\*)(,\d+)?\])?|local-cluster\[\d+,\d+,\d+\]|(spark|k8s)://\S+|yarn"
)


def problem(values: Mapping[str, str]) -> str | None:
    """Why the engine that the variables name cannot build, in one sentence, or None.

    `values` are those that are set, by their names.
    """
    name, master = values.get("BILLING_ENGINE", DUCKDB), values.get("BILLING_SPARK_MASTER", "local")
    if name not in (DUCKDB, SPARK):
        return f"BILLING_ENGINE must be duckdb or spark, and is {name!r}."
    if not _MASTER.fullmatch(master):
        return (
            "BILLING_SPARK_MASTER must be a master of Spark like local[2], local-cluster[2,1,1024] "
            f"or spark://host:7077, and is {master!r}."
        )
    if name == DUCKDB:
        return None
    if not all(map(_is_installed, ("pyspark", "dbt-spark"))):
        return "BILLING_ENGINE=spark needs PySpark and dbt-spark: pip install '.[spark]'."
    if not _has_java():
        return "BILLING_ENGINE=spark needs Java 17: install it, or set JAVA_HOME."
    if "BILLING_ENCRYPTION_KEY_FILE" in values:
        return (
            "BILLING_ENCRYPTION_KEY_FILE encrypts a warehouse of DuckDB, not the files of Spark: "
            "unset it, and keep BILLING_HOME on an encrypted disk."
        )
    return None


def _is_installed(package: str) -> bool:
    return any(True for _ in importlib.metadata.distributions(name=package))


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME", "").strip()
    return shutil.which(str(Path(home) / "bin" / "java") if home else "java") is not None
