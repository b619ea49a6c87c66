"""Exports of a vendor's system in its own words, read as extracts of the contract.

Belongs here: `mappings/<system>.yml`, which files, columns, values and dates of a system stand for
which of the contract, and the SQL beside it where an extract is spread over several tables. Does
not belong here: what a value means; what is mapped is text, and staging judges it as ever.
docs/mapping.md is the guide, docs/decisions/0006 says why it is so.
"""

from orchestration.ingest.mapping.sources import Mapped, MappedSource, with_mapping
from orchestration.ingest.mapping.spec import Mapping, read_mapping

__all__ = ["Mapped", "MappedSource", "Mapping", "read_mapping", "with_mapping"]
