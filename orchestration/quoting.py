"""Names and texts in SQL that Python writes."""


def quoted_name(name: str) -> str:
    """A name of a table or column as SQL has it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: object) -> str:
    """A text, or the path of a file, as SQL has it."""
    return "'" + str(text).replace("'", "''") + "'"
