"""What ends a load, and what only keeps a file out of it."""


class LoadError(Exception):
    """A load that cannot go on. The message is for the terminal: it names files, never values.

    `can_pass`: the same load may do a minute later.
    """

    can_pass = False


class UnreadableFileError(Exception):
    """The whole file goes to quarantine. The message is the reason, one sentence without values."""
