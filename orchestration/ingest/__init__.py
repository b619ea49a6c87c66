"""From the landing folder to schema raw: `load_landing`, and `prepare` for a run without files.

`load_diagnosis_codes` brings the list of billable diagnoses, which no practice drops.

What a practice drops is loaded as it came: text, with its file and line. What cannot be read is
quarantined with its reason. Nothing here knows what a column or a segment means.
"""

from orchestration.ingest.diagnoses import load_diagnosis_codes
from orchestration.ingest.errors import LoadError
from orchestration.ingest.load import load_landing, prepare
from orchestration.ingest.summary import KindSummary, LoadSummary

__all__ = [
    "KindSummary",
    "LoadError",
    "LoadSummary",
    "load_diagnosis_codes",
    "load_landing",
    "prepare",
]
