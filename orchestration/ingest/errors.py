"""What ends a load, and what only keeps a file out of it."""


class LoadError(Exception):
    """A load that cannot go on. The message is for the terminal: it names files, never values."""


class UnreadableFileError(Exception):
    """The whole file goes to quarantine. The message is the reason, one sentence without values."""
