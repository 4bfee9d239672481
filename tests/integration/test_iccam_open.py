"""A person is told what a case decided for ICCAM leaves open, before a push holds it back, and never refused for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import answer
from pipeline.desk.acts import Said
from pipeline.desk.iccam_open import NO_MEMBER, UNKNOWN, hosting_notes, left_open
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.store.engine import reading
from tests.desk import Desk, copied, made
from triage.assessment import Classification, Commerciality, IccamAnswers, PaymentMethod, SiteType, Viewed
from triage.disposition import Kind

ALL = ("site_type", "commerciality", "payment_methods")
ANSWERS = IccamAnswers(
    site_type=SiteType.WEBSITE, commerciality=Commerciality.COMMERCIAL, payment_methods=(next(iter(PaymentMethod)),)
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace nobody decided anything in."""
    return made(tmp_path_factory.mktemp("open"))


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    """A copy of it."""
    return copied(template, tmp_path)


def _assess(desk: Desk, country: str | None, answers: IccamAnswers | None = None) -> int:
    case_id = desk.case_of("s-1")
    source = "analyst" if country else None
    desk.assess(case_id, Said(
        Classification.NATIONAL, desk.facts(case_id).locators[0].locator_id, Viewed.CONTENT, hosting_country=country,
        hosting_source=source, iccam=answers,
    ))  # fmt: skip
    return case_id


def _notes(desk: Desk, case_id: int) -> tuple[str, ...]:
    with reading(desk.app.store.engine) as connection:
        return hosting_notes(connection, [case_id]).get(case_id, ())


@pytest.mark.parametrize(
    ("country", "reason", "said"),
    [
        (None, "hosted_abroad", (UNKNOWN,)), ("CN", "hosted_abroad", (NO_MEMBER.format("CN"),)),
        ("CN", "other", (NO_MEMBER.format("CN"),)), ("NL", "hosted_abroad", ()), (None, "protocol", ()),
    ],
)  # fmt: skip
def test_where_nobody_may_be_told_is_said_and_nothing_is_refused(
    desk: Desk, country: str | None, reason: str, said: tuple[str, ...]
) -> None:
    case_id = _assess(desk, country)
    assert _notes(desk, case_id) == ()
    desk.dispose(case_id, Kind.ICCAM, "iccam", reason)
    assert _notes(desk, case_id) == said
    assert left_open(desk.facts(case_id))[1] == said


@pytest.mark.parametrize(("answers", "left"), [(None, ALL), (IccamAnswers(site_type=SiteType.WEBSITE), ALL[1:]),
                                               (ANSWERS, ())])  # fmt: skip
def test_questions_nobody_answered_are_named_once_the_case_is_decided(
    desk: Desk, answers: IccamAnswers | None, left: tuple[str, ...]
) -> None:
    case_id = _assess(desk, "NL", answers)
    assert left_open(desk.facts(case_id)) == ((), ())
    desk.dispose(case_id, Kind.ICCAM, "iccam", "hosted_abroad")
    assert left_open(desk.facts(case_id)) == (left, ())
    desk.set(case_id, status="closed")
    assert left_open(desk.facts(case_id)) == ((), ())


def test_the_commands_name_it(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    case = f"C{_assess(desk, 'CN')}"

    def told(*words: str) -> str:
        assert answer(["--workspace", str(desk.folder / "workspace"), *words]) == 0
        return capsys.readouterr().out

    note = NO_MEMBER.format("CN")
    assert f"{case}: {note}" in told("dispose", case, "iccam", "--reason", "hosted_abroad")
    said = told("cases", "show", case)
    assert note in said
    assert f"not answered: {', '.join(ALL)}" in said
    shown: dict[str, Any] = json.loads(told("cases", "show", case, "--json"))
    assert (shown["unanswered_for_iccam"], shown["iccam_notes"]) == (list(ALL), [note])
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    assert f"{case}: {note}" in told("export", "iccam")
