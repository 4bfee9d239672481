"""How cases, items and reports are named on screens and in files: `C12`, `L7`, `R1.0.5`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from pipeline.store.engine import reading
from pipeline.store.schema import report
from triage.errors import UsageError
from triage.report import ReportId

if TYPE_CHECKING:
    from pipeline.bootstrap import App

MAX_DIGITS = 18
_CASE = re.compile(rf"[Cc]?([0-9]{{1,{MAX_DIGITS}}})")
_ITEM = re.compile(rf"[Ll]?([0-9]{{1,{MAX_DIGITS}}})")
_REPORT = re.compile(r"[Rr]([0-9]{1,9})\.([0-9]{1,5})\.([0-9]{1,9})")


def case_number(connection: Connection, given: str) -> int:
    """The case a person means: `C12`, `12`, or a report's number, which stands for the report's case.

    Raises UsageError without repeating what was given.
    """
    given = given.strip()
    match = _CASE.fullmatch(given)
    if match:
        return int(match[1])
    if _REPORT.fullmatch(given):
        found = connection.execute(
            select(report.c.case_id).where(report.c.report_id == report_number(given))
        ).scalar_one_or_none()
        if found is None:
            raise UsageError("there is no report with this number")
        return int(found)
    raise UsageError("a case is given as C12, or by one of its reports as R1.0.5")


def case_given(app: App, given: str) -> int:
    """`case_number` in a reading transaction of its own, for commands that only need to know which case is meant."""
    with reading(app.store.engine) as connection:
        return case_number(connection, given)


def item_number(given: str) -> int:
    """The locator a person means by `L7`. Raises UsageError."""
    match = _ITEM.fullmatch(given.strip())
    if match is None:
        raise UsageError("an item is given as L7: see `hotline cases show`")
    return int(match[1])


def report_number(given: str) -> int:
    """The packed id of `R1.0.5`. Raises UsageError."""
    match = _REPORT.fullmatch(given.strip())
    if match is None:
        raise UsageError("a report is given as R1.0.5: see `hotline cases show`")
    return ReportId(*(int(part) for part in match.groups())).packed()


def shown_report(report_id: int) -> str:
    """A report's number as people see it."""
    return str(ReportId.unpack(report_id))
