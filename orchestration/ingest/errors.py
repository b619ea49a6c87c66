"""The one error a load ends with. Bad content is no error: it is quarantined, and loading goes on."""


class LoadError(Exception):
    """A load that cannot go on. The message is for the terminal: it names files, never values."""
