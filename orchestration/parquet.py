"""Parquet copies of the published tables, for tools that read no DuckDB file.

Belongs here: how a published file becomes a folder of Parquet files. Does not belong here: which
tables and columns are published, and how the folder takes the place of the last night's.

A table `core.fct_claim` becomes `core/fct_claim.parquet` with the same columns, types and order of
rows. Parquet has no comments: the table's stands in the file's metadata under `comment`, those of
its columns under `column_comments` as a JSON object.
"""

import json
from pathlib import Path

import duckdb

from orchestration.quoting import quoted_name, quoted_text

_TABLES = """
    select
        schema_name, table_name, coalesce(any_value(tables.comment), ''),
        list(column_name order by column_index),
        list(coalesce(columns.comment, '') order by column_index)
    from duckdb_tables() as tables
    inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
    where database_name = current_database()
    group by all
    order by all
"""
# Measured on a practice of 100,000 visits: level 1 takes a quarter less time than the default, 3,
# and the files are no larger. With dictionaries of a tenth of the default size, which keys that
# hardly repeat soon leave, it takes another tenth less, and the files are 4 % smaller.
_COPY = """
    copy {table} to {file}
    (
        format parquet, compression zstd, compression_level 1,
        string_dictionary_page_size_limit 100_000,
        kv_metadata {{comment: {comment}, column_comments: {columns}}}
    )
"""


def write_parquet(published: Path, folder: Path) -> None:
    """Write each table of a published file to `folder`/<schema>/<table>.parquet.

    Raises:
        duckdb.Error: the file cannot be read, or the folder not be written.
        OSError: the folder cannot be made.
    """
    with duckdb.connect(str(published), read_only=True) as reader:
        reader.execute("set enable_progress_bar = false")
        for schema, table, comment, names, comments in reader.sql(_TABLES).fetchall():
            file = folder / schema / f"{table}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            columns = json.dumps(dict(zip(names, comments, strict=True)), ensure_ascii=False)
            reader.execute(
                _COPY.format(
                    table=f"{quoted_name(schema)}.{quoted_name(table)}",
                    file=quoted_text(file),
                    comment=quoted_text(comment),
                    columns=quoted_text(columns),
                )
            )
