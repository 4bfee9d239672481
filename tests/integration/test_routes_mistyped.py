"""A mistake in the files of data/routes ends every command that reads them with one sentence, never a traceback."""

from __future__ import annotations

import io

import pytest

from pipeline import routes
from pipeline.cli.main import answer
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.resources import texts
from tests.desk import Desk
from tests.factories import write_csv

SENTENCE = (
    "data/routes/recipients.toml: recipient iccam: redacted_as: does not fit; it is one of: police, police_hashes,"
    " iccam, clearing_house, host, helpline, partner"
)
ANALYST = (
    "today", "next", "cases show C1", "new --json -", "run IN", "dispose C1 helpline helpline --reason question",
    "urgent C1 --agency police-rs --reason meeting_soon", "feedback overdue",
    "disclose ask C1 --recipient police-rs --reason child_to_find", "notices list", "alerts list", "alerts partners",
    "alerts tick", "alerts drill", "recipients list",
)
SUPERVISOR = (
    *(f"export {kind}" for kind in ("lea", "iccam", "referral", "vics", "cybertip")),
    "feedback sheet --recipient police-rs --month 2026-03 --out OUT",
    "recipients add-key police-rs IN --fingerprint 0", "recipients retire-key police-rs",
)  # fmt: skip


@pytest.fixture
def mistyped(monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter of one word of the routes is missing."""
    shipped = texts("routes")
    wrong = shipped["recipients.toml"].replace('redacted_as = "iccam"', 'redacted_as = "icam"', 1)
    assert wrong != shipped["recipients.toml"]
    monkeypatch.setattr(routes, "texts", lambda _: shipped | {"recipients.toml": wrong})


@pytest.mark.usefixtures("mistyped")
@pytest.mark.parametrize(
    ("person", "command"),
    [*(("sample-analyst", each) for each in ANALYST), *(("sample-supervisor", each) for each in SUPERVISOR)],
)
def test_every_command_says_where_the_mistake_stands(
    desk: Desk, person: str, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, person)
    monkeypatch.setattr("sys.stdin", io.StringIO('{"description": "a question"}'))
    given = desk.folder / "given.csv"
    write_csv(given, [{"id": "x-1", "location": "https://new.example/1", "area": "Tuzla"}])
    words = command.replace("IN", str(given)).replace("OUT", str(desk.folder / "out.csv")).split()
    runs_before = len(list((desk.app.workspace.root / "runs").iterdir()))
    code = answer(["--workspace", str(desk.app.workspace.root), *words])
    told = capsys.readouterr().err
    assert (code, SENTENCE in told) == (2, True), told
    assert not list(desk.app.workspace.exports.iterdir())
    assert len(list((desk.app.workspace.root / "runs").iterdir())) == runs_before, "found before anything is taken in"


@pytest.mark.usefixtures("mistyped")
def test_doctor_names_it_too(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["--workspace", str(desk.app.workspace.root), "doctor"]) == 1
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.split()[:2] == ["missing", "routes"]]
    assert SENTENCE in line
