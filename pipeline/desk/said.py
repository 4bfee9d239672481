"""What one report says, as a person reads it: its two texts, and what it says besides of area, category and the like.

Words no closed list knows ("Donji Vakuf, kod mosta"), columns no field is for and an organisation's name are sealed at
the door beside the texts and are opened with them: whoever calls this wrote down before that texts are opened. Never a
contact: a column that may hold one is named without its value, and a mail as it came is not opened at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.channels.contact_columns import may_hold_contact
from pipeline.desk.numbers import shown_report
from pipeline.desk.vaultroom import Vaultroom
from pipeline.store.engine import reading
from pipeline.store.schema import report, source

NOT_SHOWN = "(not shown: it may be a contact)"
_OF_THE_MACHINE = frozenset({"attachments", "charset_problem"})
"""Columns nobody said; the case tells of attachments itself."""


@dataclass(frozen=True, slots=True)
class ReportSaid:
    """`texts` is location and description, `beside` everything else by column; each only where something was said."""

    report_id: int
    texts: dict[str, str]
    beside: dict[str, str]

    def as_object(self) -> dict[str, object]:
        """The same for a program."""
        return {"report": shown_report(self.report_id)} | self.texts | {"beside": self.beside}


def said_in(app: App, vault: Vaultroom, report_id: int) -> ReportSaid:
    """Open one report; empty if it was erased. Raises KeyProblem, Damage."""
    with reading(app.store.engine) as connection:
        row = connection.execute(
            select(report.c.category, report.c.area, report.c.salt, source.c.source)
            .join(source, source.c.source_no == report.c.source_no).where(report.c.report_id == report_id)
        ).one_or_none()  # fmt: skip
    if row is None or row.salt is None:
        return ReportSaid(report_id, {}, {})
    named = "" if row.source.startswith(("file:", "~")) else row.source
    codes = {"category": row.category or "", "area": row.area or "", "source": named}
    beside = {name: value for name, value in codes.items() if value}
    for name, value in vault.beside(report_id).items():
        if name not in _OF_THE_MACHINE:
            beside[name] = NOT_SHOWN if may_hold_contact(name, value) else value
    return ReportSaid(report_id, vault.texts(report_id), beside)
