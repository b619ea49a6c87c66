"""What the commands that print many lines have in common."""

import signal


def end_with_the_reader() -> None:
    """End without a word when the reader of standard output has what he wants (`| head`)."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
