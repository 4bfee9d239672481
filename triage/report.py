"""What one member of the public sent: the fields of an input row and how a report is numbered.

The field list is the contract of every channel (DESIGN §4, "Input row"). A report is immutable; what a machine or a
person thinks of it lives elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

OPEN_FIELDS = (
    "id", "source", "channel", "received_at", "category", "language", "reporter_group", "contact_is_safe",
    "police_may_contact_me", "area", "concerns_own_child", "attachments",
    "victim_sex", "victim_age_band", "relationship", "violence_kind",
)  # fmt: skip
"""Fields with closed or technical values; the last four are the closed lists of Article 11, Istanbul Convention."""
TEXT_FIELDS = ("location", "description")
"""What the reporter wrote; sealed, and readable for later stages only under the batch's working key."""
CONTACT_FIELDS = ("contact_name", "contact_email", "contact_phone", "best_time", "name_to_use")
"""Who the reporter is; sealed at the door and never written anywhere else."""
FIELDS = OPEN_FIELDS + TEXT_FIELDS + CONTACT_FIELDS

REPORTER_GROUPS = ("child", "teen", "parent", "teacher", "professional", "other")
LANGUAGES = ("bs", "hr", "sr-Latn", "sr-Cyrl", "en", "sq", "de")
"""Languages an answer may be asked for; `sr` is read as `sr-Latn`."""


class Fact(IntFlag):
    """Yes-or-no facts about a report, kept as one number: enough for queues and statistics, nothing of the contact."""

    HAS_CONTACT = 1
    CONTACT_IS_SAFE = 2
    POLICE_MAY_CONTACT = 4
    OWN_CHILD = 8
    TIME_ASSUMED = 16
    HAS_ATTACHMENT = 32
    ALERT = 64
    ASSIGNED = 128
    HAS_TEXT = 256
    UNHEARD = 1024
    """Words under a heading or in a place no field is for: sealed, and unread by any rule."""
    NO_EMAIL = 512
    """A contact without one mail address that can be used: a telephone at best, so nobody can write. Unset in stores
    made before this fact."""


_ROW_BITS = 26
_UNIT_BITS = 14
MAX_ROWS_PER_UNIT = 1 << _ROW_BITS
MAX_UNITS_PER_RUN = 1 << _UNIT_BITS


@dataclass(frozen=True, slots=True)
class ReportId:
    """A report's number: run, ingest unit within the run, row within the unit (all counted, none meaningful).

    Packed into 63 bits so that a run's reports are one key range and inserts append; shown as `R3.0.17`.
    """

    run_no: int
    unit: int
    row: int

    def packed(self) -> int:
        """The integer kept in the store."""
        return (self.run_no << (_UNIT_BITS + _ROW_BITS)) | (self.unit << _ROW_BITS) | self.row

    @classmethod
    def unpack(cls, number: int) -> ReportId:
        """The reverse of `packed`."""
        return cls(
            number >> (_UNIT_BITS + _ROW_BITS), (number >> _ROW_BITS) % MAX_UNITS_PER_RUN, number % MAX_ROWS_PER_UNIT
        )

    @classmethod
    def parse(cls, shown: str) -> ReportId:
        """Read `R3.0.17`; raises ValueError on anything else."""
        if not shown.startswith("R"):
            raise ValueError("a report number looks like R3.0.17")
        run_no, unit, row = (int(part) for part in shown[1:].split("."))
        return cls(run_no, unit, row)

    def __str__(self) -> str:
        return f"R{self.run_no}.{self.unit}.{self.row}"


def run_range(run_no: int) -> tuple[int, int]:
    """First packed id of a run and the first one after it."""
    return ReportId(run_no, 0, 0).packed(), ReportId(run_no + 1, 0, 0).packed()
