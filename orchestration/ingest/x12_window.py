"""The part of a text that is in view: what is behind is forgotten, more is read when needed.

Belongs here: reading in portions, so that a file may be larger than memory. Does not belong here:
what stands in the text (x12, x12_interchange).
"""

from typing import TextIO

_CHARACTERS_AT_ONCE = 1 << 22


class Window:
    """A text from `position` on, and one character before it, which patterns look back at.

    Attributes:
        text: what is in view.
        position: up to where the text is read.
        is_end: nothing follows what is in view.
    """

    def __init__(self, stream: TextIO, characters_at_once: int | None = None) -> None:
        self._stream = stream
        self._at_once = characters_at_once or _CHARACTERS_AT_ONCE
        self.text = ""
        self.position = 0
        self.is_end = False
        self.more()

    def more(self) -> bool:
        """Take more of the text into view, and say whether there was any."""
        if self.is_end:
            return False
        text = self._stream.read(self._at_once)
        self.is_end = len(text) < self._at_once
        self.text += text
        return bool(text)

    def fill(self, end: int) -> None:
        """Have the characters before `end` in view, as far as there are any."""
        while len(self.text) < end and self.more():
            pass

    def pass_over(self, end: int) -> None:
        """Go on to a position in view, and forget what is behind it."""
        forgotten = max(0, end - 1)
        self.text = self.text[forgotten:]
        self.position = end - forgotten
