"""The check from a terminal: what a person reads, and the exit code.

Exits 0 when nothing has to be repaired, 1 when something has, 2 on a wrong setting.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from orchestration.dbt_project import DbtError
from orchestration.engine import DUCKDB
from orchestration.ingest import LoadError
from orchestration.ingest.load import Inputs, read_inputs
from orchestration.landing_check.compiled import compiled_project
from orchestration.landing_check.findings import FileFindings, file_findings, judged_nodes
from orchestration.landing_check.memory import loaded
from orchestration.landing_check.needs import Effect, Want, effects, wants
from orchestration.settings import Settings, SettingsError
from orchestration.terminal import end_with_the_reader


def main() -> int:
    """Judge the landing folder and return the exit code."""
    try:
        # In memory, whatever engine the night has.
        settings = replace(Settings.from_environment(), engine=DUCKDB)
        if not settings.landing.is_dir():
            raise SettingsError(
                f"The landing folder {settings.landing} does not exist (BILLING_LANDING)."
            )
        return _check(settings)
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    except (LoadError, DbtError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
        return 1


def _check(settings: Settings) -> int:
    inputs = read_inputs(settings)
    print(f"{settings.landing}: reading {len(inputs.files):,} files, loading nothing", flush=True)
    project = compiled_project(settings)
    with loaded(settings, inputs, project) as memory:
        memory.run(judged_nodes(memory))
        found = file_findings(memory, inputs)
        missing = wants(memory, inputs)
    is_x12 = any(one.kind == "x12" for one in inputs.files)
    print("\n".join(_files_told(found)), flush=True)
    absent = _needed_and_absent(missing, inputs, is_x12)
    found_effects = effects(settings, project, missing)
    print("\n".join(_wants_told(missing, found_effects, absent)))
    broken = sum(bool(one.wrong) for one in found)
    return _verdict(broken, absent)


def _files_told(found: Sequence[FileFindings]) -> Iterator[str]:
    """A paragraph for each file of which something is to be said; the others are counted."""
    fine = 0
    for one in found:
        if not one.wrong and not one.notes:
            fine += 1
            continue
        yield f"\n{one.file}: {one.what}"
        yield from (f"  repair: {text}" for text in one.wrong)
        yield from (f"  note: {text}" for text in one.notes)
    yield f"\n{fine:,} of {len(found):,} files: nothing to say"


def _needed_and_absent(missing: Sequence[Want], inputs: Inputs, is_x12: bool) -> list[str]:
    names = {one.name for one in missing}
    return [
        extract.name
        for extract in inputs.contract.values()
        if extract.name in names
        and (extract.needed == "always" or (extract.needed == "with_x12" and is_x12))
    ]


def _wants_told(
    missing: Sequence[Want], found: Sequence[Effect], absent: Sequence[str]
) -> Iterator[str]:
    """What did not come, with what that does; then the metrics that nothing is left of."""
    told = {one.want.name for one in found}
    told |= {one.name for one in missing if any(part.name in told for part in one.parts)}
    yield "\nWhat did not come, and what that does to the metrics:"
    for one in found:
        needed = " (needed: without it nothing is published)" if one.want.name in absent else ""
        empty = " (there, and always empty)" if one.want.is_blank else ""
        yield f"- {one.want.name}{needed}{empty}"
        if one.lost:
            yield f"    cannot be computed: {', '.join(one.lost)}"
        if one.changed and not one.want.is_blank:
            yield f"    partly affected: {', '.join(one.changed)}"
    rest = [one.name for one in missing if one.name not in told and not one.is_blank]
    if rest:
        yield f"- no metric changes for want of {'; '.join(rest)}"
    lost = sorted({metric for one in found for metric in one.lost})
    if lost:
        yield f"\nMetrics that cannot be computed ({len(lost)}): {', '.join(lost)}"
    else:
        yield "\nEvery metric can be computed."


def _verdict(broken: int, absent: Sequence[str]) -> int:
    problems = [f"{broken:,} files"] if broken else []
    problems += [f"the missing {', '.join(absent)}"] if absent else []
    if problems:
        print(f"\nTo be repaired: {' and '.join(problems)}.")
        return 1
    print("\nNothing has to be repaired.")
    return 0


if __name__ == "__main__":
    end_with_the_reader()
    raise SystemExit(main())
