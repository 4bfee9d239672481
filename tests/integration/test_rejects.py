"""Rejects: seen without values, opened on the record, mended into reports, or closed."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.keys import private_key
from pipeline.mending.listing import listed, number
from pipeline.mending.mend import close, mend
from pipeline.mending.opening import opened
from pipeline.sealing import Envelope, Opener
from pipeline.small_run import LOCK_NAME
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, contact, envelope, reject, report, run
from pipeline.verify import verify
from tests.factories import NOW, new_workspace, take_in, write_csv
from triage.consent import without_consent
from triage.errors import KeyProblem, RuleBroken, UsageError
from triage.people import Person, PersonStatus, Role

ROW = {"id": "a1", "received_at": "2026-10-01T10:00:00+02:00", "location": "https://one.example/x",
       "description": "illegal pictures of a child on this page", "contact_email": "first@mail.example"}  # fmt: skip
ANALYST = Person(1, "Analyst", Role.ANALYST, PersonStatus.ACTIVE, "analyst")
AUDITOR = Person(1, "Auditor", Role.AUDITOR, PersonStatus.ACTIVE, "auditor")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """J1 has a bad time, J2 says nothing, J3 has another report's id; each row brought a contact."""
    folder = tmp_path_factory.mktemp("rejects")
    made = new_workspace(folder / "workspace")
    rows = [
        ROW,
        ROW | {"id": "a2", "received_at": "yesterday", "contact_email": "second@mail.example"},
        {"id": "a3", "received_at": "", "location": "", "description": "", "contact_email": "third@mail.example"},
        ROW | {"location": "https://two.example/", "contact_email": "fourth@mail.example"},
    ]
    take_in(made, "monday", write_csv(folder / "in" / "reports.csv", rows))
    return made.workspace.root


@pytest.fixture
def app(template: Path, tmp_path: Path) -> App:
    """A copy to work on."""
    return App.at(shutil.copytree(template, tmp_path / "workspace"))


def events(app: App) -> list[tuple[str, str, str, dict[str, object]]]:
    with reading(app.store.engine) as connection:
        rows = connection.execute(select(audit).order_by(audit.c.seq)).all()
    return [(row.actor, row.event, row.subject, json.loads(row.details)) for row in rows]


def contact_of(app: App, external_id: str) -> dict[str, str]:
    with reading(app.store.engine) as connection:
        one = connection.execute(select(report).where(report.c.external_id == external_id)).one()
        kept = connection.execute(select(contact).where(contact.c.report_id == one.report_id)).one()
        wrapped = connection.execute(select(envelope).where(envelope.c.envelope_id == kept.envelope_id)).one()
    opener = Opener(private_key(app.workspace, wrapped.key_id), Envelope(wrapped.key_id, bytes(wrapped.wrapped)))
    return without_consent(json.loads(opener.open(one.report_id, bytes(one.salt), "contact", bytes(kept.sealed))))


def test_the_list_names_file_row_field_and_reason_but_no_value(app: App) -> None:
    found = listed(app, "open")

    assert [(one.reject, one.row, one.field, one.reason) for one in found] == [
        ("J1", 2, "received_at", "bad_time"), ("J2", 3, "", "nothing_said"), ("J3", found[2].row, "id", "id_conflict"),
    ]  # fmt: skip
    assert found[0].file == "reports.csv"
    assert "example" not in str(found)


def test_opening_a_reject_shows_its_values_and_is_written_down(app: App) -> None:
    values = opened(app, ANALYST, [1], NOW, why="shown")[1]

    assert (values["received_at"], values["contact_email"]) == ("yesterday", "second@mail.example")
    assert events(app)[-1] == ("person:1", "reject_opened", "J1", {"why": "shown"})


def test_a_conflict_opens_with_its_contact_though_that_was_sealed_apart(app: App) -> None:
    values = opened(app, ANALYST, [3], NOW, why="shown")[3]

    assert values["contact_email"] == "fourth@mail.example"
    assert values["location"] == "https://two.example/"
    assert datetime.fromisoformat(values["received_at"]) == datetime.fromisoformat(ROW["received_at"])


def test_who_may_not_mend_may_not_look(app: App) -> None:
    for act in (
        lambda: opened(app, AUDITOR, [1], NOW, why="shown"), lambda: mend(app, AUDITOR, {1: {}}, NOW),
        lambda: close(app, AUDITOR, 1, "spam", NOW),
    ):  # fmt: skip
        with pytest.raises(RuleBroken, match="may not"):
            act()
    assert "reject_opened" not in {event for _, event, _, _ in events(app)}


def test_without_the_private_key_nothing_opens(app: App) -> None:
    for key in app.workspace.keys.glob("*.key"):
        if key.name != "index.key":
            key.unlink()

    with pytest.raises(KeyProblem, match="needs the vault opened"):
        opened(app, ANALYST, [1], NOW, why="shown")


def test_a_mended_row_becomes_a_report_with_its_contact(app: App) -> None:
    done = mend(app, ANALYST, {1: {"received_at": "2026-10-02T08:00:00+02:00"}}, NOW)

    assert (done.mended, done.still_rejected) == (("J1",), ())
    assert contact_of(app, "a2") == {"contact_email": "second@mail.example"}
    assert listed(app, "mended")[0].reject == "J1"
    assert ("person:1", "reject_mended", "J1", {"run": done.run}) in events(app)
    assert verify(app, deep=True).findings == ()


def test_a_mended_conflict_keeps_channel_and_contact_under_its_new_id(app: App) -> None:
    mend(app, ANALYST, {3: {"id": "a1-second"}}, NOW)

    assert contact_of(app, "a1-second") == {"contact_email": "fourth@mail.example"}
    with reading(app.store.engine) as connection:
        numbers = connection.execute(select(report.c.source_no).where(report.c.external_id.in_(["a1", "a1-second"])))
        assert len(set(numbers.scalars())) == 1


def test_several_are_mended_in_one_run(app: App) -> None:
    done = mend(app, ANALYST, {1: {"received_at": ""}, 2: {"description": "a question about the rules"}}, NOW)

    assert done.mended == ("J1", "J2")
    assert [one.reject for one in listed(app, "open")] == ["J3"]


def test_a_conflict_that_conflicts_again_stays_open(app: App) -> None:
    done = mend(app, ANALYST, {3: {"id": "a1"}, 2: {"description": "a question"}}, NOW)

    assert (done.mended, done.still_rejected) == (("J2",), ("J3",))
    assert [one.reject for one in listed(app, "open")] == ["J1", "J3"]
    assert verify(app).findings == ()


def test_mending_leaves_no_row_lying_open(app: App) -> None:
    mend(app, ANALYST, {1: {"received_at": ""}}, NOW)

    assert [path.name for path in (app.workspace.root / "incoming").iterdir()] == [LOCK_NAME]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({1: {"received_at": "tomorrow, perhaps"}}, "received_at: bad time"),
        ({2: {"category": "csam"}}, "nothing said"),
        ({1: {"colour": "blue"}}, "no fields"),
        ({3: {"location": "https://three.example/"}}, "id of its own"),
        ({99: {"id": "x"}}, "no reject J99"),
        ({}, "between 1 and"),
    ],
)
def test_what_cannot_be_mended_says_why_and_stores_nothing(
    app: App, changes: dict[int, dict[str, str]], says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        mend(app, ANALYST, changes, NOW)

    assert not any(value in str(refused.value) for change in changes.values() for value in change.values())
    assert [one.status for one in listed(app, None)] == ["open"] * 3


def test_a_closed_reject_is_neither_mended_nor_closed_again(app: App) -> None:
    close(app, ANALYST, 1, "spam", NOW)

    assert events(app)[-1] == ("person:1", "reject_closed", "J1", {"reason": "spam"})
    with pytest.raises(UsageError, match="closed already"):
        mend(app, ANALYST, {1: {"received_at": ""}}, NOW)
    with pytest.raises(UsageError, match="closed already"):
        close(app, ANALYST, 1, "spam", NOW)
    with reading(app.store.engine) as connection:
        assert connection.execute(select(reject.c.closed_by).where(reject.c.reject_id == 1)).scalar_one() == 1


@pytest.mark.parametrize("given", ["", "J", "x1", "-1", "1;2"])
def test_what_is_no_number_of_a_reject_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="J12"):
        number(given)


def test_verify_finds_a_mended_reject_of_which_no_report_came(app: App) -> None:
    done = mend(app, ANALYST, {1: {"received_at": ""}}, NOW)
    assert verify(app).findings == ()
    with writing(app.store.engine) as connection:
        connection.execute(update(run).where(run.c.run_id == done.run).values(accepted=0, rejected=1))
    assert "mended_without_report" in {one.code for one in verify(app).findings}


def test_a_file_run_again_says_how_many_of_its_bad_rows_are_dealt_with(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [ROW | {"id": "b1", "received_at": "yesterday"}, ROW | {"id": "b2", "received_at": "x"}]
    file = str(write_csv(tmp_path / "again.csv", rows))
    command = ["--workspace", str(app.workspace.root), "run", file, "--after-ingest", "keep"]
    assert answer(command) == 0
    assert "2 rows could not be read: see `hotline rejects`\n" in capsys.readouterr().err
    first, second = (number(one.reject) for one in listed(app, "open")[-2:])
    close(app, ANALYST, first, "spam", NOW)
    assert answer(command) == 0
    said = capsys.readouterr().err
    assert "2 rows could not be read, 1 of them mended or closed already: see `hotline rejects`\n" in said
    mend(app, ANALYST, {second: {"received_at": ROW["received_at"]}}, NOW)
    assert answer(command) == 0
    assert "2 rows could not be read, 2 of them mended or closed already\n" in capsys.readouterr().err


def test_a_file_in_which_nothing_stands_is_named(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"head.csv": [], "bad.csv": [ROW | {"id": "c1", "received_at": "x"}], "good.csv": [ROW | {"id": "c2"}]}
    folder = tmp_path / "in"
    for name, rows in files.items():
        write_csv(folder / name, rows or [ROW])
    (folder / "head.csv").write_text("id,location,description\n", encoding="utf-8")
    for _ in range(2):
        assert answer(["--workspace", str(app.workspace.root), "run", str(folder), "--after-ingest", "keep"]) == 0
        said = capsys.readouterr().err
        assert "head.csv held no report: nothing but headings or blank lines\n" in said
        assert said.count("held no report") == 1


def test_the_list_says_how_rows_are_counted(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["--workspace", str(app.workspace.root), "rejects"]) == 0
    said = capsys.readouterr().out
    assert "reports.csv row 2, received_at" in said
    assert "from 1; a table's heading and blank lines are not counted\n" in said
