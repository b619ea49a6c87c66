"""A notice: what is told of one run, in the words of every channel.

Belongs here: the wording. Does not belong here: where it goes (channels).
"""

from dataclasses import asdict, dataclass
from datetime import date

from orchestration.notify.changes import Section


@dataclass(frozen=True)
class Notice:
    """What is told of one run.

    Attributes:
        is_published: whether the run published; only then are there changes.
        as_of: the day that the run spoke for.
        sections: what changed, or what failed.
        remarks: sentences that stand above the sections.
    """

    is_published: bool
    as_of: date
    sections: list[Section]
    remarks: list[str]

    @property
    def subject(self) -> str:
        """One line, at most 78 characters."""
        what = "published" if self.is_published else "FAILED, nothing was published"
        return f"Billing warehouse as of {self.as_of}: {what}"

    @property
    def text(self) -> str:
        """The notice for people: plain text, its lines ended by line feeds."""
        lines = [self.subject, *self.remarks]
        for section in self.sections:
            lines += ["", section.title, *(f"- {line}" for line in section.lines)]
        return "\n".join(lines) + "\n"

    @property
    def json(self) -> dict:
        """The notice for programs; `text` is what chat services show."""
        return {
            "status": "published" if self.is_published else "failed",
            "as_of": self.as_of.isoformat(),
            "subject": self.subject,
            "text": self.text,
            "remarks": self.remarks,
            "sections": [asdict(section) for section in self.sections],
        }
