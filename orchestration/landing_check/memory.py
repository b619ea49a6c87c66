"""A warehouse in memory: a landing folder loaded by the loader, models run as dbt compiled them.

Belongs here: the connection, seeds and models. Does not belong here: what is asked of them.
Nothing of it is written to disk, also not where memory runs out: it holds PHI.
"""

import csv
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import duckdb

from orchestration.ingest.diagnoses import put_diagnosis_codes
from orchestration.ingest.errors import LoadError
from orchestration.ingest.load import Inputs, load_inputs
from orchestration.landing_check.compiled import Project
from orchestration.settings import PROJECT_ROOT, Settings

# Of a warehouse that nobody publishes from.
_NO_KEY = "0" * 64


class Memory:
    """A warehouse in memory with what was landed; models are made by `run`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, project: Project) -> None:
        self.connection = connection
        self.project = project

    def rows(self, sql: str, parameters: Collection[object] = ()) -> list[tuple]:
        """The rows of a query."""
        return self.connection.execute(sql, list(parameters)).fetchall()

    def run(self, nodes: Collection[str]) -> None:
        """Make models anew, in order."""
        for node in self.project.order:
            if node in nodes:
                properties = self.project.nodes[node]
                kind, sql = properties["config"]["materialized"], self.project.compiled[node]
                if kind == "concerned":  # all rows, as on a night that builds all facts
                    whole = self.project.model(properties["config"]["meta"]["rows_of"])
                    sql = f"select * from {self.project.nodes[whole]['relation_name']}"
                is_view = kind in ("view", "concerned")
                self.connection.execute(
                    f"create or replace {'view' if is_view else 'table'} "
                    f"{properties['relation_name']} as {sql}"
                )

    def put_seeds(self) -> None:
        """Fill the tables of the rules: seeds, and the diagnosis codes."""
        for node in self.project.nodes.values():
            if node["resource_type"] == "seed":
                file = PROJECT_ROOT / node["original_file_path"]
                with file.open(encoding="utf-8", newline="") as stream:
                    header = next(csv.reader(stream))
                types = {name: node["config"]["column_types"][name] for name in header}
                self.connection.execute(
                    f"create table {node['relation_name']} as select * from "
                    "read_csv(?, header = true, columns = ?, quote = '\"')",
                    [str(file), types],
                )
        put_diagnosis_codes(self.connection)


@contextmanager
def loaded(settings: Settings, inputs: Inputs, project: Project) -> Iterator[Memory]:
    """Load what was read into a warehouse in memory, which goes with the block.

    Raises:
        LoadError: a file cannot be read, or there is not enough memory.
    """
    options: dict[str, object] = {"threads": settings.threads, "temp_directory": ""}
    if settings.memory_limit is not None:
        options["memory_limit"] = settings.memory_limit
    connection = duckdb.connect(config=options)
    try:
        connection.execute(f"attach if not exists ':memory:' as \"{project.catalog}\"")
        connection.execute(f'use "{project.catalog}"')
        schemas = {node["schema"] for node in project.nodes.values()}
        for schema in sorted(schemas):
            connection.execute(f'create schema if not exists "{schema}"')
        load_inputs(connection, settings, _NO_KEY, inputs, report=lambda _: None)
        yield Memory(connection, project)
    except duckdb.OutOfMemoryException:
        raise LoadError(
            "The landing folder does not fit into memory, and a check writes nothing to disk: "
            "check a part of it, or raise BILLING_MEMORY_LIMIT."
        ) from None
    finally:
        connection.close()
