"""Which metrics cannot be computed, and which are other than they should be, for want of what.

Belongs here: what is missing in a landing folder, and what its want does. Does not belong here: a
list of what a metric needs. dbt's lineage says which metrics stand below what is missing. Nearly
all stand below nearly everything, by joins that only add to them; so their models, as compiled, are
run on the generated sample practice, once whole and once without what is missing. A metric that
then has nothing left to count cannot be computed, one whose rows are others is affected.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from orchestration.ingest.contract import Extract
from orchestration.ingest.load import Inputs, read_inputs
from orchestration.landing_check.compiled import Project
from orchestration.landing_check.memory import Memory, loaded
from orchestration.settings import Settings
from sample_practice.cli import generate

# Small, and large enough that every metric has something to count (a test sees that).
SAMPLE_VISITS, SAMPLE_START, SAMPLE_END = 300, date(2026, 1, 1), date(2026, 6, 30)

Rows = dict[str, tuple[int, object]]


@dataclass(frozen=True)
class Want:
    """Something that is missing: an extract, a kind of X12 transaction, or columns of an extract.

    `node` is what lacks it in the lineage, `statement` takes it out of a warehouse in memory.
    `parts` are the same for each column. `is_blank`: the columns are there and always empty, which
    may be just so.
    """

    name: str
    node: str
    statement: str
    parts: tuple["Want", ...] = ()
    is_blank: bool = False


@dataclass(frozen=True)
class Effect:
    """What the want of something does: to metrics by their ids."""

    want: Want
    lost: tuple[str, ...]
    changed: tuple[str, ...]


def wants(memory: Memory, inputs: Inputs) -> list[Want]:
    """What a loaded landing folder, with its staging models run, does not hold."""
    extracts = [want for one in inputs.contract.values() for want in _wants_of(memory, one)]
    return extracts + _missing_kinds(memory) + _missing_charges(memory)


def _wants_of(memory: Memory, extract: Extract) -> list[Want]:
    node = memory.project.source(extract.name)
    arrived = memory.rows(
        "select count(*) from staging.stg_load__files where extract = ? and status = 'loaded'",
        [extract.name],
    )[0][0]
    counted = ", ".join(f'count("{column}")' for column in extract.columns)
    rows, good, *values = memory.rows(
        f"select count(*), count(*) filter (row_status <> 'quarantined'), {counted} "
        f"from staging.base_practice__{extract.name}"
    )[0]
    if not arrived or (rows and not good):
        return [Want(extract.name, node, f"delete from raw.{extract.name}")]
    # As delivered, a column that is not there is null, and one without a value is not.
    texts = memory.rows(f"select {counted} from raw.{extract.name}")[0]
    found = list(zip(extract.columns, values, texts, strict=True)) if rows else []
    absent = [column for column, _, text in found if not text]
    blank = [column for column, value, text in found if text and not value]
    return [
        _want_of_columns(extract.name, node, columns, is_blank)
        for columns, is_blank in ((absent, False), (blank, True))
        if columns
    ]


def _want_of_columns(extract: str, node: str, columns: Sequence[str], is_blank: bool) -> Want:
    emptied = ", ".join(f'"{column}" = null' for column in columns)
    several = columns if len(columns) > 1 else ()
    return Want(
        f"{extract}: {', '.join(columns)}",
        node,
        f"update raw.{extract} set {emptied}",
        tuple(_want_of_columns(extract, node, [one], is_blank) for one in several),
        is_blank,
    )


def _missing_kinds(memory: Memory) -> list[Want]:
    node = memory.project.model("base_x12__transaction_sets")
    came = {
        kind
        for (kind,) in memory.rows(
            "select distinct transaction_kind from staging.stg_x12__transaction_sets "
            "where set_status <> 'quarantined' and not is_test"
        )
    }
    return [
        Want(
            kind,
            node,
            "delete from raw.x12_transactions where (file_sha256, set_number) in (select "
            "(file_sha256, set_number) from staging.base_x12__transaction_sets "
            f"where transaction_kind = '{kind}')",
        )
        for kind in _used_kinds(memory.project)
        if kind not in came
    ]


def _missing_charges(memory: Memory) -> list[Want]:
    """Claims that came, and none of whose lines says which charge it is for."""
    lines, named = memory.rows(
        "select count(*), count(charge_id) from staging.base_x12_837__lines"
    )[0]
    if named or not lines:
        return []
    segment = "concat('REF', chr(29), '{}', chr(29))"
    node = memory.project.model("base_x12__transaction_sets")
    statement = (
        f"update raw.x12_transactions set body = replace(body, {segment.format('6R')}, "
        f"{segment.format('ZZ')}) where st01 = '837'"
    )
    return [Want("837P: REF*6R, the charge of a line", node, statement)]


def _used_kinds(project: Project) -> list[str]:
    """The kinds of transaction sets that are read, as the model that tells them apart has them."""
    sql = project.compiled[project.model("base_x12__transaction_sets")]
    return sorted(set(re.findall(r"when '\d+:\w+' then '(\w+)'", sql)))


def effects(settings: Settings, project: Project, missing: Sequence[Want]) -> list[Effect]:
    """Say of each want what it does alone, and last of all together what none does alone."""
    below = [one for one in missing if project.below(one.node) & set(project.metrics.values())]
    if not below:
        return []
    with sample(settings, project) as memory:
        return effects_on(memory, below)


def effects_on(memory: Memory, missing: Sequence[Want]) -> list[Effect]:
    """Do so on the sample practice."""
    whole = rows_of_metrics(memory)
    found = [effect for want in missing for effect in _effects_of(memory, whole, want)]
    if len(missing) > 1:
        alone = {metric for one in found for metric in one.lost}
        together = Want(" and ".join(one.name for one in missing), "", "")
        lost = _effect(memory, whole, missing, together).lost
        rest = tuple(metric for metric in lost if metric not in alone)
        found += [Effect(together, rest, ())] if rest else []
    return [one for one in found if one.lost or (one.changed and not one.want.is_blank)]


@contextmanager
def sample(settings: Settings, project: Project) -> Iterator[Memory]:
    """The sample practice with the models of all metrics, as a new user has it but smaller."""
    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder) / "landing"
        generate(landing, None, 1, SAMPLE_VISITS, SAMPLE_START, SAMPLE_END)
        own = replace(
            settings,
            landing=landing,
            home=Path(folder) / "home",
            reference=Path(folder) / "reference",
            as_of=SAMPLE_END,
            mapping=None,
        )
        with loaded(own, read_inputs(own), project) as memory:
            memory.put_seeds()
            memory.run(project.above(project.metrics.values()))
            yield memory


def _effects_of(memory: Memory, whole: Rows, want: Want) -> list[Effect]:
    """What a want does; of columns each by itself, where together they cost a metric."""
    effect = _effect(memory, whole, [want], want)
    if not effect.lost or not want.parts:
        return [effect]
    alone = [_effect(memory, whole, [one], one) for one in want.parts]
    return alone if any(one.lost for one in alone) else [effect]


def _effect(memory: Memory, whole: Rows, missing: Sequence[Want], want: Want) -> Effect:
    project = memory.project
    connection = memory.connection
    touched = {node for one in missing for node in project.below(one.node)}
    connection.begin()
    try:
        for one in missing:
            connection.execute(one.statement)
        memory.run(touched & project.above(project.metrics.values()))
        rows = rows_of_metrics(memory)
    finally:
        connection.rollback()
    lost = tuple(metric for metric, (count, _) in rows.items() if not count)
    changed = tuple(
        metric for metric, found in rows.items() if found != whole[metric] and metric not in lost
    )
    return Effect(want, lost, changed)


def rows_of_metrics(memory: Memory) -> Rows:
    """Of each metric how many rows have something to count, and a hash of all of them.

    A numerator that is zero everywhere is as good as no denominator: notes without a signature
    would all be late.
    """
    return {
        metric: memory.rows(
            "select count(*) filter (denominator <> 0 and numerator <> 0), bit_xor(hash(one)) from "
            f"{memory.project.nodes[node]['relation_name']} as one"
        )[0]
        for metric, node in memory.project.metrics.items()
    }
