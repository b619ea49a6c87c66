"""The landing check in a test: the compiled project, made once, and a landing folder in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from landing_builder import make_settings
from parsed import share_parse

from orchestration.ingest.load import Inputs, read_inputs
from orchestration.landing_check import compiled
from orchestration.landing_check.findings import FileFindings, file_findings, judged_nodes
from orchestration.landing_check.memory import Memory, loaded
from orchestration.settings import PROJECT_ROOT, Settings


@cache
def project() -> compiled.Project:
    """The compiled project: a parse is shared with the other tests, a compilation kept."""
    share_parse(compiled.KEPT)
    return compiled.compiled_project(make_settings(PROJECT_ROOT, compiled.KEPT))


@contextmanager
def judged(settings: Settings) -> Iterator[tuple[Memory, Inputs, dict[str, FileFindings]]]:
    """A landing folder in memory with its staging models, and what was found by file."""
    inputs = read_inputs(settings)
    with loaded(settings, inputs, project()) as memory:
        memory.run(judged_nodes(memory))
        yield memory, inputs, {one.file: one for one in file_findings(memory, inputs)}
