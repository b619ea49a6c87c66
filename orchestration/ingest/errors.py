"""The one error that ends a load. Bad content is none: it is quarantined, and loading goes on."""


class LoadError(Exception):
    """A load that cannot go on. The message is for the terminal: it names files, never values."""
