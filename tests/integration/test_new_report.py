"""`hotline new`: one report by prompt or from stdin, sealed at once, with a receipt that is shown once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.cli.main import hotline
from pipeline.entering import Entered, enter
from pipeline.receipts import report_of
from pipeline.store.engine import reading
from pipeline.store.schema import audit, contact, receipt, report, source
from pipeline.verify import verify
from tests.factories import NOW, all_bytes, new_workspace
from triage.errors import HotlineError, RuleBroken, UsageError
from triage.people import Person, PersonStatus, Role

ANALYST = Person(1, "Analyst", Role.ANALYST, PersonStatus.ACTIVE, "analyst")
AUDITOR = Person(1, "Auditor", Role.AUDITOR, PersonStatus.ACTIVE, "auditor")
SAID = {"category": "csam", "location": "https://one.example/", "description": "canary-text on this page"}


class Counted:
    """Random bytes that a test can foresee."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self, count: int) -> bytes:
        self._next += 1
        return bytes([self._next]) * count


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


def entered(app: App, said: dict[str, str] = SAID, channel: str = "phone") -> Entered:
    return enter(app, ANALYST, said, channel, NOW)


def test_a_report_is_stored_under_its_channel_and_its_receipt_finds_it(app: App) -> None:
    made = entered(app, channel="walk_in")
    with reading(app.store.engine) as connection:
        stored = connection.execute(
            select(report.c.report_id, source.c.channel).join(source, source.c.source_no == report.c.source_no)
        ).one()
        found = report_of(connection, made.receipt.lower(), app.store.index_key)

    assert (found, stored.channel) == (stored.report_id, "walk_in")
    assert verify(app, deep=True).findings == ()


def test_a_person_at_the_telephone_waits_for_no_process_of_luigi(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_process: BaseProcess) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(BaseProcess, "start", refused)
    assert entered(app).receipt
    assert verify(app, deep=True).findings == ()


def test_the_receipt_code_lies_nowhere_and_its_hash_needs_the_index_key(app: App) -> None:
    made = entered(app)
    kept = b"".join(content for _, content in all_bytes(app.workspace.root))

    assert made.receipt.encode() not in kept
    assert made.receipt.replace("-", "").encode() not in kept
    with reading(app.store.engine) as connection:
        assert report_of(connection, made.receipt, b"x" * 32) is None
        assert len(connection.execute(select(receipt.c.receipt_hash)).scalar_one()) == 32


def test_nothing_that_was_said_lies_open_afterwards(app: App) -> None:
    entered(app)

    assert [path for path, content in all_bytes(app.workspace.root) if b"canary-text" in content] == []


def test_who_entered_it_is_on_record_without_a_word_of_it(app: App) -> None:
    made = entered(app)
    with reading(app.store.engine) as connection:
        row = connection.execute(select(audit).where(audit.c.event == "report_entered")).one()

    assert (row.actor, row.subject, json.loads(row.details)) == ("person:1", made.report, {"channel": "phone"})


def test_the_same_words_from_two_callers_are_two_reports(app: App) -> None:
    first, second = entered(app), entered(app)

    assert first.report != second.report
    assert first.receipt != second.receipt


def test_the_receipt_comes_from_the_random_bits_alone(app: App) -> None:
    made = enter(app, ANALYST, SAID, "phone", NOW, random=Counted())

    assert made.receipt.replace("-", "")[:4] == "0208"


def test_a_contact_is_kept_only_with_leave(app: App) -> None:
    with pytest.raises(UsageError, match="only with leave"):
        entered(app, SAID | {"contact_phone": "000"})
    entered(app, SAID | {"contact_phone": "000", "contact_may_be_kept": "yes"})
    with reading(app.store.engine) as connection:
        assert len(connection.execute(select(contact)).all()) == 1


@pytest.mark.parametrize(
    ("said", "channel", "person", "error"),
    [
        ({"locatoin": "https://one.example/"}, "phone", ANALYST, UsageError),
        ({"id": "mine", **SAID}, "phone", ANALYST, UsageError),
        ({}, "phone", ANALYST, UsageError),
        ({"location": "  "}, "phone", ANALYST, UsageError),
        (SAID, "csv", ANALYST, UsageError),
        (SAID, "phone", AUDITOR, RuleBroken),
    ],
)
def test_wrong_use_stores_nothing(
    app: App, said: dict[str, str], channel: str, person: Person, error: type[HotlineError]
) -> None:
    with pytest.raises(error):
        enter(app, person, said, channel, NOW)
    with reading(app.store.engine) as connection:
        assert connection.execute(select(report)).all() == []


def call(app: App, arguments: Sequence[str], given: str) -> Result:
    """The command as a person calls it, in a workspace where they are registered."""
    return CliRunner().invoke(
        hotline, ["--workspace", str(app.workspace.root), "new", *arguments], input=given, obj=None
    )


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    from pipeline.setup import set_up

    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
    made = App.at(tmp_path / "demo")
    set_up(made.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    return made


def test_prompts_ask_for_no_contact_where_none_may_be_kept(demo: App) -> None:
    result = call(demo, ["--channel", "walk_in"], "csam\nhttps://one.example/\nwhat was said\n\nbs\nn\n")

    assert result.exit_code == 0
    assert "Telephone" not in result.stderr
    assert result.stdout.splitlines()[0].startswith("report   R1.0.0")


def test_prompts_ask_for_a_contact_where_one_may_be_kept(demo: App) -> None:
    answers = "\nhttps://one.example/\n\n\n\ny\nAna\n000\n\n\ny\nn\n"
    assert call(demo, [], answers).exit_code == 0
    with reading(demo.store.engine) as connection:
        assert len(connection.execute(select(contact)).all()) == 1


def test_a_program_reads_the_receipt_as_json(demo: App) -> None:
    result = call(demo, ["--json", "-"], json.dumps(SAID | {"concerns_own_child": True, "area": None}))

    assert set(json.loads(result.stdout)) == {"report", "receipt", "run"}


@pytest.mark.parametrize("given", ["", "[]", "{", "7"])
def test_stdin_that_is_no_object_is_refused(demo: App, given: str) -> None:
    assert isinstance(call(demo, ["--json", "-"], given).exception, HotlineError)


def test_words_are_never_taken_from_a_file_named_on_the_command_line(demo: App) -> None:
    assert isinstance(call(demo, ["--json", "report.json"], "").exception, UsageError)


def test_a_report_that_is_broken_off_says_that_nothing_was_stored(demo: App) -> None:
    arguments = ["--workspace", str(demo.workspace.root), "new"]
    result = CliRunner().invoke(hotline, arguments, input="csam\n", standalone_mode=False)
    assert result.return_value == 130
    assert "nothing was stored" in result.stderr
    assert "goes on" not in result.stderr
    assert not list((demo.workspace.root / "runs").iterdir())
