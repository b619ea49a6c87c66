"""From the public quarterly files that a user downloads to the practice's own reference tables.

    python -m orchestration.reference [--effective 2026-01-01] FILE …

Belongs here: what the public files look like (layouts), which were given (public_files), and how
their rows join those of earlier quarters (tables). Does not belong here: what a table means, and
how it gets into the warehouse (ingest.reference_tables). Nothing is downloaded.
"""


class PublicFileError(Exception):
    """A file that cannot be used. The message is one sentence; nothing was written."""
