"""Short ways to act at a desk with ICCAM switched on (tests/iccam_fixtures.py), and a fake ICCAM with all its lists."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import update

from pipeline.cli.main import answer
from pipeline.desk.acts import Said
from pipeline.store.delivery_tables import iccam_case
from pipeline.store.engine import writing
from tests.desk import Desk
from tests.iccam_cases import ANSWERED, HOME
from tests.iccam_rules import Iccam
from triage.assessment import Classification, Viewed
from triage.disposition import Kind


class Listing(Iccam):
    """An ICCAM that also has the two work lists that are about other hotlines' duties: they are empty."""

    def work_list(self, name: str, since: str | None, most: int) -> list[dict[str, Any]]:
        """As the real one."""
        return [] if name in ("unassigned-to-hotline", "orphaned") else super().work_list(name, since, most)


def run(desk: Desk, *words: str) -> int:
    """One command in the desk's workspace; its exit code."""
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def decide(desk: Desk, report_id: str = "s-1", ending: str = "/a", country: str = HOME) -> int:
    """A case assessed and disposed for ICCAM."""
    case_id = desk.case_of(report_id)
    said = Said(
        Classification.NATIONAL, desk.item(case_id, ending), Viewed.CONTENT, hosting_country=country,
        hosting_source="analyst", iccam=ANSWERED,
    )  # fmt: skip
    desk.assess(case_id, said)
    desk.dispose(case_id, Kind.ICCAM, "iccam", "hosted_here")
    return case_id


def exported(desk: Desk, report_id: str = "s-1", ending: str = "/a", country: str = HOME) -> int:
    """The same, exported."""
    case_id = decide(desk, report_id, ending, country)
    assert run(desk, "export", "iccam", "--case", f"C{case_id}") == 0
    return case_id


def minutes_go_by(desk: Desk, minutes: int = 6) -> None:
    """What was tried was tried so much longer ago; after six ICCAM would show it."""
    with writing(desk.app.store.engine) as connection:
        connection.execute(update(iccam_case).values(last_at=iccam_case.c.last_at - 60 * minutes))


def answered(desk: Desk, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """What one of the commands says as JSON."""
    capsys.readouterr()
    run(desk, "iccam", *words, "--json")
    return dict(json.loads(capsys.readouterr().out))
