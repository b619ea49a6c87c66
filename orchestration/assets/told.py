"""What people read of a dbt model and of a dbt test in Dagster: group, owner, links, meaning.

Belongs here: the words. Does not belong here: what runs (orchestration.assets.models). A model's
description and owner come from its YAML, a test's meaning from what it is told to test.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from dagster import AssetCheckSpec, AssetSpec, MetadataValue
from dagster_dbt import DagsterDbtTranslator

from orchestration.settings import Settings

# What dbt calls constraints_hold_fct_claim_ stands at fct_claim, and is called by its meaning.
_NAMES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "constraints_hold": lambda told: "constraints_hold",
    "not_null": lambda told: f"{told['column_name']}_is_known",
    "relationships": lambda told: f"{told['column_name']}_is_in_{_referred(told['to'])}",
    "accepted_values": lambda told: f"{told['column_name']}_is_one_of_its_values",
    "ties_to_core": lambda told: "ties_to_core",
    "periods_do_not_overlap": lambda told: "periods_do_not_overlap",
}
# What a generic test finds where it passes, of one column or of the whole model.
_MEANINGS: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "constraints_hold": lambda model, told: (
        f"The rows of {model} keep the constraints of its YAML: which columns are always known, "
        "which are unique, alone or together, and which values a column may have."
    ),
    "not_null": lambda model, told: f"{told['column_name']} is known in every row of {model}.",
    "unique": lambda model, told: f"No two rows of {model} share one {told['column_name']}.",
    "relationships": lambda model, told: (
        f"Every {told['column_name']} of {model} is a {told['field']} of {_referred(told['to'])}."
    ),
    "accepted_values": lambda model, told: (
        f"{told['column_name']} of {model} is one of: {', '.join(map(str, told['values']))}."
    ),
    "rows_hold": lambda model, told: f"Of every row of {model} it is true that {told['condition']}",
    "ties_to_core": lambda model, told: (
        f"{model} counts, month by month, what its own documented query finds in core."
    ),
    "periods_do_not_overlap": lambda model, told: (
        f"No two rows of {model} of one {' + '.join(told.get('keys') or ['table'])} "
        "are in force on the same day."
    ),
}


def team(owner: str) -> str:
    """An owner of our YAML and suites, a role, as Dagster writes it."""
    return f"team:{owner}"


class Translator(DagsterDbtTranslator):
    """Says of each model and test what the project's YAML says of it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._billing = settings

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Assets are grouped by their schema, which is named for the layer."""
        return dbt_resource_props["schema"]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The YAML's, without the SQL, to which links lead."""
        return dbt_resource_props["description"]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The role that acts where the model is wrong."""
        return [team(dbt_resource_props["config"]["meta"]["owner"])]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Where to read more, beside what dagster-dbt knows itself."""
        return {
            **super().get_metadata(dbt_resource_props),
            **links(self._billing, dbt_resource_props),
        }

    def get_asset_check_spec(
        self, asset_spec: AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> AssetCheckSpec | None:
        """A test as a check, with its meaning in words."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        return spec._replace(description=meaning(manifest["nodes"][unique_id]))


def named_by_meaning(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """The manifest with other names of generic tests, for what Dagster shows alone.

    dbt is told tests by their fully qualified names, and Dagster finds them by their ids.
    """
    nodes = dict(manifest["nodes"])
    taken = set()
    for unique_id, node in nodes.items():
        generic = node.get("test_metadata") or {}
        if generic.get("name") in _NAMES:
            name = _NAMES[generic["name"]](generic["kwargs"])
            if (node["attached_node"], name) not in taken:
                taken.add((node["attached_node"], name))
                nodes[unique_id] = {**node, "name": name}
    return {**manifest, "nodes": nodes}


def links(settings: Settings, node: Mapping[str, Any]) -> dict[str, MetadataValue]:
    """The definition of a metric, the page of a model in the data dictionary, and its SQL."""
    found = {
        "dictionary": _dictionary(settings, f"#!/{node['resource_type']}/{node['unique_id']}"),
        "source": MetadataValue.path(node["original_file_path"]),
    }
    if node["config"]["meta"].get("metric"):
        found["definition"] = MetadataValue.path(f"docs/metrics.md#{node['name']}")
    return found


def _dictionary(settings: Settings, fragment: str) -> MetadataValue:
    """A page that the practice serves, or else the file that make docs writes."""
    if settings.docs_url is not None:
        return MetadataValue.url(f"{settings.docs_url}/index.html{fragment}")
    return MetadataValue.path(str(settings.published_dir / "docs" / f"index.html{fragment}"))


def meaning(test: Mapping[str, Any]) -> str:
    """What is so where a test passes; of a test in a file of its own, what failure means."""
    if test.get("description"):
        return test["description"]
    generic = test.get("test_metadata")
    if generic is None:
        comment = re.match(r"(?:--.*\n)+", test["raw_code"].lstrip())
        lines = comment[0].splitlines() if comment else []
        return "When it fails: " + " ".join(line.removeprefix("--").strip() for line in lines)
    model = _referred(generic["kwargs"]["model"])
    return _MEANINGS[generic["name"]](model, generic["kwargs"]).rstrip(".") + "."


def _referred(text: str) -> str:
    """The name in `ref('name')` or `source('schema', 'name')`."""
    return re.findall(r"'([^']+)'", text)[-1]
