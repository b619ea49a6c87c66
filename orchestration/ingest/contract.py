"""The CSV contract as the loader needs it: which columns an extract has, and which it must have.

Belongs here: reading `models/staging/practice/_<extract>.yml`, the one home of the contract. Does
not belong here: types and value lists, which staging applies; the loader takes every value as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from orchestration.ingest.errors import LoadError
from orchestration.settings import PROJECT_ROOT

CONTRACT_FOLDER = PROJECT_ROOT / "models" / "staging" / "practice"


@dataclass(frozen=True)
class Extract:
    """One extract of the contract: its name, its columns in order, and the required ones.

    `examples` are values of one invented row by column; a column that is empty there has none.
    `needed`: "always", or "with_x12", where nothing is published without it.
    """

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    examples: Mapping[str, str] = field(default_factory=dict, compare=False)
    needed: str | None = None


@cache
def read_contract(folder: Path = CONTRACT_FOLDER) -> dict[str, Extract]:
    """Return the extracts by name, in the order of their files' names.

    Raises:
        LoadError: the contract cannot be read.
    """
    files = sorted(folder.glob("_*.yml"))
    if not files:
        raise LoadError(f"The contract cannot be read: {folder} holds no _<extract>.yml.")
    return {extract.name: extract for file in files for extract in _extracts(file)}


def _extracts(file: Path) -> list[Extract]:
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
        return [_extract(table) for source in document["sources"] for table in source["tables"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise LoadError(f"The contract {file} cannot be read: {error}.") from error


# The C loader reads the contract in a tenth of the time; it is not in every build of PyYAML.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _extract(table: dict) -> Extract:
    metas = {one["name"]: one.get("config", {}).get("meta", {}) for one in table["columns"]}
    return Extract(
        name=table["name"],
        columns=tuple(metas),
        required=tuple(name for name, meta in metas.items() if meta.get("required", False)),
        examples={name: meta["example"] for name, meta in metas.items() if "example" in meta},
        needed=table.get("config", {}).get("meta", {}).get("needed"),
    )
