"""The scorecard page: `write_report` makes a folder of pages of a published file, for people.

Belongs here: what is shown of the published file, and how. Does not belong here: any number of its
own; what is not in the file (so no PHI) is not in the report either. The pages open from disk.
"""

from pathlib import Path


def write_report(published: Path, folder: Path) -> None:
    """Write the report of a published file into a folder that does not exist yet or is empty.

    Raises:
        duckdb.Error: the file is no published file.
        OSError: the folder cannot be written.
    """
    # Imported here, since the chart library takes seconds to load.
    from orchestration.report.pages import write_pages
    from orchestration.report.reading import Published

    folder.mkdir(parents=True, exist_ok=True)
    with Published(published) as opened:
        write_pages(opened, folder)
