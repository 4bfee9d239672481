"""The same decision entered several times at once, or again by hand, is written once; after anything else it may be."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from pipeline.cli.main import answer
from pipeline.desk import acts
from pipeline.desk.acts import Said
from pipeline.store.engine import reading
from pipeline.store.schema import assessment, disposition
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, made
from tests.factories import BOTH_STORES
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores",)
AT_ONCE = 3
LATER = NOW + timedelta(minutes=5)


def rows(desk: Desk) -> tuple[int, int]:
    """How many assessments and decisions stand there."""
    with reading(desk.app.store.engine) as connection:
        counts = [connection.execute(select(func.count()).select_from(one)).scalar_one()
                  for one in (assessment, disposition)]  # fmt: skip
    return counts[0], counts[1]


def at_once(act: Callable[[], object]) -> list[str]:
    """What each of several, each with its own connection, was told: "" if done."""
    start = Barrier(AT_ONCE)

    def one(_: int) -> str:
        start.wait()
        try:
            act()
        except RuleBroken as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(one, range(AT_ONCE)))


@BOTH_STORES
def test_of_three_at_once_one_is_written_and_two_are_told(tmp_path: Path, store_url: str) -> None:
    desk = made(tmp_path, store_url)
    case_id = desk.case_of("o-1")
    for act, says in (
        (lambda: desk.assess(case_id), f"C{case_id} was assessed just so by you already: nothing was written again"),
        (lambda: desk.dispose(case_id, Kind.POLICE, "police-rs"),
         f"C{case_id} was decided just so by you already: nothing was written again"),
    ):  # fmt: skip
        assert at_once(act) == ["", says, says]
    assert rows(desk) == (1, 1)
    assert [event for _, event in desk.events(f"C{case_id}")] == ["case_assessed", "case_disposed"]
    assert verify(desk.app).findings == ()


def test_the_same_command_again_is_wrong_use_and_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
    words = ["--workspace", str(desk.app.workspace.root), "dispose", f"C{desk.case_of('q-1')}", "answer", "--reason",
             "protocol"]  # fmt: skip
    assert answer(words) == 0
    assert answer(words) == UsageError.exit_code
    assert "decided just so by you already" in capsys.readouterr().err
    assert rows(desk) == (0, 1)


def test_decisions_entered_in_turns_are_each_written_once(desk: Desk) -> None:
    case_id = desk.case_of("o-1")
    desk.assess(case_id)
    wished = [(Kind.POLICE, "police-rs"), (Kind.ANSWER, None)]
    for kind, recipient in wished:
        desk.dispose(case_id, kind, recipient)
    for kind, recipient in wished:
        with pytest.raises(RuleBroken, match="just so"):
            desk.dispose(case_id, kind, recipient, now=LATER)
    assert rows(desk) == (1, 2)


def test_another_word_another_person_and_another_item_are_no_repeat(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    said = [
        Said(Classification.NOT_ILLEGAL, None, Viewed.CONTENT, "adult_content"),
        Said(Classification.NOT_ILLEGAL, None, Viewed.ADDRESS_ONLY, "adult_content"),
        Said(Classification.NOT_ILLEGAL, desk.item(case_id, "/c"), Viewed.ADDRESS_ONLY, "adult_content"),
    ]
    for one in said:
        desk.assess(case_id, one)
    desk.assess(case_id, said[2], by=desk.two)
    for reason in ("protocol", "hosted_here"):
        desk.dispose(case_id, Kind.POLICE, "police-rs", reason=reason)
    desk.dispose(case_id, Kind.POLICE, "police-rs", by=desk.two)
    assert rows(desk) == (4, 3)


def test_after_a_release_or_new_information_the_same_may_be_decided_again(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-rs")
    acts.release(desk.app, desk.two, case_id, NOW)
    desk.dispose(case_id, Kind.POLICE, "police-rs", now=LATER)
    desk.bring("more", {"id": "m-1", "location": "https://bad.example/a", "contact_email": "someone@mail.example"})
    desk.assess(case_id, now=LATER)
    desk.dispose(case_id, Kind.POLICE, "police-rs", now=LATER)
    assert rows(desk) == (2, 3)
