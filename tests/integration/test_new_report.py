"""`hotline new`: one report by prompt or from stdin, sealed at once, with a receipt that is shown once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.cli.main import hotline
from pipeline.entering import Entered, enter
from pipeline.receipts import report_of
from pipeline.setup import set_up
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

    details = json.loads(row.details)
    assert (row.actor, row.subject, sorted(details)) == ("person:1", made.report, ["channel", "receipt"])
    assert (details["channel"], len(details["receipt"])) == ("phone", 16)


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

    told = json.loads(result.stdout)
    assert set(told) == {"report", "receipt", "run", "cases", "not_understood"}
    assert (told["cases"], told["not_understood"]) == (["C1"], [])


def test_a_program_is_told_which_fields_were_not_understood_without_their_words(demo: App) -> None:
    said = SAID | {"category": "canary-word", "area": "canary-word", "language": "xx"}
    result = call(demo, ["--json", "-"], json.dumps(said))
    assert sorted(json.loads(result.stdout)["not_understood"]) == ["area", "category", "language"]
    assert "canary-word" not in result.output


def test_who_has_the_caller_on_the_line_sees_the_case_the_danger_and_what_was_not_understood(demo: App) -> None:
    urgent = "a man is abusing a child right now in the flat next door"
    answers = f"canary-word\n\n{urgent}\nDonji Vakuf selo\nbs\ny\nAna\n\nno mail here\n\ny\nn\n"
    result = call(demo, [], answers)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert any(line.startswith("case     C1   ") and "a child may be in danger now" in line for line in lines)
    assert "Take it next: hotline next C1" in lines
    assert lines[lines.index("Take it next: hotline next C1") + 2 :] == [
        "  category: canary-word", "  contact email: no mail here",
    ]  # fmt: skip


def test_a_report_in_no_danger_sends_nobody_to_it(demo: App) -> None:
    result = call(demo, [], "\nhttps://one.example/\nsomething strange\n\n\nn\n")
    assert "case     C1   complete report" in result.stdout
    assert "Take it next" not in result.stdout
    assert "Not understood" not in result.stdout


@pytest.mark.parametrize("given", ["", "[]", "{", "7"])
def test_stdin_that_is_no_object_is_refused(demo: App, given: str) -> None:
    assert isinstance(call(demo, ["--json", "-"], given).exception, HotlineError)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("[" * 100_000, "nests too deeply"), ('{"description": ' * 100_000, "nests too deeply"),
        (json.dumps({"description": "a" * (4 << 20)}), "more than 4,194,304 characters"),
        ('{"description": "strange", "location": "a.example", "description": "sorry"}', "names the same field twice"),
        ('{"description": "strange", "seen": {"by": 1, "by": 2}}', "names the same field twice"),
        ('{"description": NaN}', "not one JSON object"),
    ],
    ids=["lists", "objects", "too long", "twice", "twice inside", "no number"],
)  # fmt: skip
def test_stdin_that_cannot_be_read_as_a_whole_says_why_and_stores_nothing(demo: App, given: str, why: str) -> None:
    refused = call(demo, ["--json", "-"], given).exception
    assert isinstance(refused, HotlineError)
    assert (refused.exit_code, why in str(refused)) == (2, True)
    assert not list((demo.workspace.root / "runs").iterdir())


@pytest.mark.parametrize("place", ["a file", "a link"])
def test_where_the_folder_of_incoming_rows_is_none_of_its_own_nothing_is_written(
    demo: App, tmp_path: Path, place: str
) -> None:
    folder, elsewhere = demo.workspace.root / "incoming", tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    elsewhere.chmod(0o755)
    if place == "a file":
        folder.touch()
    else:
        folder.symlink_to(elsewhere)
    refused = call(demo, ["--json", "-"], json.dumps(SAID)).exception
    assert isinstance(refused, HotlineError)
    assert (refused.exit_code, "`incoming`" in str(refused), str(tmp_path) in str(refused)) == (2, True, False)
    assert (list(elsewhere.iterdir()), elsewhere.stat().st_mode & 0o777) == ([], 0o755)


def test_words_are_never_taken_from_a_file_named_on_the_command_line(demo: App) -> None:
    assert isinstance(call(demo, ["--json", "report.json"], "").exception, UsageError)


def test_a_report_that_is_broken_off_says_that_nothing_was_stored(demo: App) -> None:
    arguments = ["--workspace", str(demo.workspace.root), "new"]
    result = CliRunner().invoke(hotline, arguments, input="csam\n", standalone_mode=False)
    assert result.return_value == 130
    assert "nothing was stored" in result.stderr
    assert "goes on" not in result.stderr
    assert not list((demo.workspace.root / "runs").iterdir())

def test_a_person_who_stops_it_half_way_is_told_whether_it_is_kept(
    demo: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Connection.commit

    def stopped(after: int) -> Callable[[Connection], None]:
        left = iter(range(after))

        def commit(self: Connection) -> None:
            whole(self)
            if next(left, None) is None:
                monkeypatch.undo()
                monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
                raise KeyboardInterrupt

        return commit

    for after, said in ((0, "nothing was stored"), (4, "do not enter it again")):
        monkeypatch.setattr(Connection, "commit", stopped(after))
        done = CliRunner().invoke(
            hotline, ["--workspace", str(demo.workspace.root), "new", "--json", "-"],
            input=json.dumps(SAID), standalone_mode=False, catch_exceptions=False,
        )  # fmt: skip
        assert (done.return_value, said in done.stderr) == (130, True), done.stderr
    with reading(demo.store.engine) as connection:
        assert len(connection.execute(select(report)).all()) == 1
    assert verify(demo, deep=True).findings == ()
