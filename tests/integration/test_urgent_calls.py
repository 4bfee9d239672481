"""An urgent call to police: one person makes the sheet, the log is sealed, another person reviews, the day names it."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from pipeline.cli.main import answer
from pipeline.desk import acts, queue
from pipeline.desk.call_log import MOST_NOTE_CHARS, CallNote
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.references import external_reference
from pipeline.desk.urgent import log_call, make_call, read_log, review_call
from pipeline.desk.urgent_calls import calls
from pipeline.routes import routes
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit
from pipeline.verify.everything import verify
from tests.agencies import pin_agency
from tests.desk import NOW, Desk, made
from triage.disposition import Kind
from triage.errors import KeyProblem, RuleBroken, UsageError
from triage.urgent_call import CallReason, Outcome

pytest_plugins = ("tests.stores",)
NOTE = CallNote("Inspector Canary Nameson", "canary words of the call")
LATER = NOW + timedelta(minutes=20)
HERE = ZoneInfo("Europe/Sarajevo")


def _make(desk: Desk, report: str = "d-1", agency: str = "police-rs") -> tuple[int, int, str]:
    """Case, call and sheet."""
    case_id = desk.case_of(report)
    call, sheet = make_call(desk.app, desk.one, case_id, agency, CallReason.MEETING_SOON, NOW)
    return case_id, call.call_id, sheet


def _log(desk: Desk, case_id: int, call_id: int, note: CallNote = NOTE, *, reached: bool = True) -> None:
    log_call(desk.app, desk.one, case_id, call_id, NOW + timedelta(minutes=5), note, LATER, reached=reached)


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def test_the_sheet_has_reference_address_and_facts_but_nothing_a_reporter_wrote(desk: Desk) -> None:
    case_id, _, sheet = _make(desk)
    reference = external_reference(desk.app.store.index_key, routes().home_country, "police-rs", case_id)
    assert reference in sheet
    assert "hxxps://third[.]example/c" in sheet
    assert "https://third" not in sheet
    assert "тачка" in sheet  # the agency's language
    for said in ("somebody threatens", "someone", "mail[.]example", r"\bd-1\b", rf"\bC{case_id}\b", "Analyst"):
        assert not re.search(said, sheet)


def test_a_user_name_without_a_platform_is_asked_for_and_not_printed(desk: Desk) -> None:
    desk.bring("named", {"id": "at-1", "description": "A man threatens my child, his name is @some_name_here"})
    _, _, sheet = _make(desk, "at-1", "police-fbih")
    assert "korisničko ime bez platforme" in " ".join(sheet.split())
    assert "some_name" not in sheet


def test_a_sheet_says_that_the_same_reports_name_addresses_of_other_cases(desk: Desk) -> None:
    said = "у другим предметима: "
    desk.bring("alone", {"id": "l-1", "location": "https://one.example/a"})
    assert said not in _make(desk, "l-1")[2]
    places = "https://two.example/a and https://three.example/b and https://four.example/c"
    desk.bring("several", {"id": "m-1", "location": places, "description": "somebody threatens her"})
    _, _, sheet = _make(desk, "m-1")
    assert f"{said}2. Питајте нас." in sheet


def test_a_sheet_made_after_a_package_names_it(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    pin_agency(desk.app, "police-rs", NOW)
    _, before = make_call(desk.app, desk.one, case_id, "police-rs", CallReason.MEETING_SOON, NOW)
    assert "package-" not in before
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    (package,) = make_packages(desk.app, Order("lea"), desk.two, NOW).made
    _, after = make_call(desk.app, desk.one, case_id, "police-rs", CallReason.MEETING_SOON, NOW, again=True)
    assert str(package.name) in after
    _, other = make_call(desk.app, desk.one, case_id, "police-fbih", CallReason.MEETING_SOON, NOW)
    assert "package-" not in other


def test_a_second_sheet_while_a_call_waits_for_its_log_needs_to_be_asked_for(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id, call_id, _ = _make(desk)
    told = rf"call {call_id} about C{case_id}, made .+ \(role: analyst\), waits for its log"
    with pytest.raises(RuleBroken, match=told):
        make_call(desk.app, desk.two, case_id, "police-rs", CallReason.LIFE_AT_RISK, LATER)
    words = ("urgent", f"C{case_id}", "--agency", "police-rs", "--reason", "meeting_soon")
    assert _run(desk, *words) == 2
    said = capsys.readouterr()
    assert f"call {call_id} about" in said.err
    assert "--again" in said.err
    assert said.out == ""
    assert len(calls(desk.app, desk.one)) == 1
    make_call(desk.app, desk.two, case_id, "police-fbih", CallReason.MEETING_SOON, NOW)
    assert _run(desk, *words, "--again") == 0
    assert [one.recipient for one in calls(desk.app, desk.one)] == ["police-rs", "police-fbih", "police-rs"]


def test_another_agency_gets_another_reference_and_its_own_language(desk: Desk) -> None:
    _, _, serbian = _make(desk)
    _, _, bosnian = _make(desk, agency="police-fbih")
    assert "Podsjetnik za hitan poziv".upper() in bosnian
    assert "ПОДСЈЕТНИК" in serbian
    assert not {word for word in serbian.split() if word.startswith("BA-")} & set(bosnian.split())


@pytest.mark.pg
def test_a_call_goes_its_way_on_both_stores(tmp_path: Path, store_url: str) -> None:
    desk = made(tmp_path, store_url)
    case_id, call_id, _ = _make(desk)
    _log(desk, case_id, call_id)
    assert read_log(desk.app, desk.two, case_id, call_id, LATER) == NOTE
    review_call(desk.app, desk.two, case_id, call_id, Outcome.JUSTIFIED, LATER)
    assert calls(desk.app, desk.one) == ()
    (done,) = calls(desk.app, desk.one, all_of_them=True)
    assert (done.outcome, done.waits_for) == (Outcome.JUSTIFIED, "")
    assert verify(desk.app, deep=True).findings == ()


def test_the_chain_says_who_did_what_and_no_word_of_the_call(desk: Desk) -> None:
    case_id, call_id, _ = _make(desk)
    _log(desk, case_id, call_id)
    review_call(desk.app, desk.two, case_id, call_id, Outcome.NOT_JUSTIFIED, LATER)
    one, two = f"person:{desk.one.person_id}", f"person:{desk.two.person_id}"
    assert desk.events(f"C{case_id}")[-3:] == [
        (one, "urgent_call_made"), (one, "urgent_call_logged"), (two, "urgent_call_reviewed"),
    ]  # fmt: skip
    with reading(desk.app.store.engine) as connection:
        told = " ".join(row.details for row in connection.execute(select(audit)))
        row = connection.execute(select(urgent_call)).one()
    for secret in ("Canary", "canary"):
        assert secret not in told
        assert secret.encode() not in bytes(row.sealed)
        assert secret not in repr(row)
    assert "Canary" not in repr(NOTE)


def test_nobody_reviews_a_call_they_made_or_wrote_the_log_of(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    own, _ = make_call(desk.app, desk.two, case_id, "police-rs", CallReason.LIFE_AT_RISK, NOW)
    _log(desk, case_id, own.call_id)
    with pytest.raises(RuleBroken, match="another person"):
        review_call(desk.app, desk.two, case_id, own.call_id, Outcome.JUSTIFIED, LATER)
    _, call_id, _ = _make(desk)
    log_call(desk.app, desk.two, case_id, call_id, LATER, NOTE, LATER, reached=True)
    with pytest.raises(RuleBroken, match="another person"):
        review_call(desk.app, desk.two, case_id, call_id, Outcome.JUSTIFIED, LATER)


def test_a_review_needs_a_log_and_both_happen_once(desk: Desk) -> None:
    case_id, call_id, _ = _make(desk)
    with pytest.raises(RuleBroken, match="no log yet"):
        review_call(desk.app, desk.two, case_id, call_id, Outcome.JUSTIFIED, LATER)
    _log(desk, case_id, call_id)
    with pytest.raises(RuleBroken, match="its log already"):
        _log(desk, case_id, call_id)
    words = ("--call", str(call_id), "--spoken-at", "2026-03-04", "--reached", "yes")
    assert _run(desk, "urgent", "log", f"C{case_id}", *words) == 2
    review_call(desk.app, desk.two, case_id, call_id, Outcome.JUSTIFIED, LATER)
    with pytest.raises(RuleBroken, match="reviewed already"):
        review_call(desk.app, desk.two, case_id, call_id, Outcome.NOT_JUSTIFIED, LATER)


@pytest.mark.parametrize("role", ["sample-auditor", "sample-operator"])
def test_who_may_not_call_police_makes_no_sheet(desk: Desk, role: str) -> None:
    with pytest.raises(RuleBroken, match="may not call police"):
        make_call(desk.app, desk.person(role), desk.case_of("d-1"), "police-rs", CallReason.MEETING_SOON, NOW)
    assert calls(desk.app, desk.one) == ()


def test_a_call_goes_to_police_only_and_about_a_case_that_stands(desk: Desk) -> None:
    for agency in ("helpline", "police-hashes"):  # who gets digests only would read "no danger, no address"
        with pytest.raises(UsageError, match="police agencies are"):
            _make(desk, agency=agency)
    desk.set(desk.case_of("o-1"), joined_into=desk.case_of("d-1"))
    with pytest.raises(RuleBroken, match="joined into"):
        _make(desk, "o-1")
    assert calls(desk.app, desk.one) == ()


def test_without_the_vault_there_is_no_sheet_and_no_call(desk: Desk) -> None:
    for path in desk.app.workspace.keys.glob("*.key"):
        if path.name != "index.key":
            path.rename(path.with_suffix(".moved"))
    with pytest.raises(KeyProblem):
        _make(desk)
    assert calls(desk.app, desk.one) == ()


@pytest.mark.parametrize("minutes", [-60, 60])
def test_the_time_of_a_call_lies_between_its_sheet_and_now(desk: Desk, minutes: int) -> None:
    case_id, call_id, _ = _make(desk)
    with pytest.raises(RuleBroken, match=r"--spoken-at is not between .*2026 .*: give the day and time you spoke"):
        log_call(desk.app, desk.one, case_id, call_id, NOW + timedelta(minutes=minutes), NOTE, LATER, reached=True)


@pytest.mark.parametrize("text", ["", "only a name", "\n\n  \n"])
def test_a_log_says_who_and_what(text: str) -> None:
    with pytest.raises(RuleBroken, match="who was spoken with"):
        CallNote.of_text(text)


def test_a_log_has_an_end() -> None:
    with pytest.raises(UsageError, match="characters"):
        CallNote.of_text("name\n" + "x" * MOST_NOTE_CHARS)


def test_a_review_is_due_after_one_working_day(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    friday = datetime(2026, 3, 6, 14, 0, tzinfo=HERE)
    call, _ = make_call(desk.app, desk.one, case_id, "police-rs", CallReason.MEETING_SOON, friday)
    assert call.due == datetime(2026, 3, 9, 14, 0, tzinfo=HERE)


def test_the_day_names_calls_until_they_are_reviewed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    case_id, call_id, _ = _make(desk)
    (waiting,) = queue.today(desk.app, desk.one, LATER).calls
    assert (waiting.case_id, waiting.waits_for) == (case_id, "log")
    assert _run(desk, "today") == 0
    assert f"urgent call {call_id} about C{case_id} waits for its log" in capsys.readouterr().out
    _log(desk, case_id, call_id)
    assert _run(desk, "today", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["urgent_calls"]
    assert (told["waits_for"], told["overdue"]) == ("review", True)  # it was made in March
    review_call(desk.app, desk.two, case_id, call_id, Outcome.JUSTIFIED, LATER)
    assert queue.today(desk.app, desk.one, LATER).calls == ()


def test_the_commands_from_sheet_to_review(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case, out, note = f"C{desk.case_of('d-1')}", tmp_path / "sheet.txt", tmp_path / "note.txt"
    assert _run(desk, "urgent", case, "--agency", "police-rs", "--reason", "meeting_soon", "--out", str(out)) == 0
    assert "this is call 1" in capsys.readouterr().out
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_text().startswith("DEMO")
    note.write_text("Inspector Canary Nameson\ncanary words\nhttps://third.example/c\n")
    at = datetime.now(UTC).isoformat()
    words = ("log", case, "--call", "1", "--spoken-at", at, "--note-file", str(note))
    assert _run(desk, "urgent", *words) == 2
    assert "--reached is missing" in capsys.readouterr().err
    assert _run(desk, "urgent", *words, "--reached", "yes") == 0
    assert "canary" not in capsys.readouterr().out.lower()
    assert _run(desk, "urgent", "list") == 0
    assert "review" in capsys.readouterr().out
    assert _run(desk, "urgent", "review", case, "--call", "1", "--outcome", "justified") == 2
    assert "may not review an urgent call" in capsys.readouterr().err
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    assert _run(desk, "urgent", "read", case, "--call", "1") == 0
    said = capsys.readouterr().out
    assert "Inspector Canary Nameson" in said
    assert "https://" not in said
    assert _run(desk, "urgent", "review", case, "--call", "1", "--outcome", "justified") == 0
    assert _run(desk, "urgent", "list", "--json", "--all") == 0
    (told,) = json.loads(capsys.readouterr().out.partition("is reviewed: justified\n")[2])["calls"]
    assert told["outcome"] == "justified"
    assert verify(desk.app, deep=True).findings == ()


def _called(desk: Desk, reached: str) -> str:
    """The first call sheet of a case, and its log read from standard input; answers the case."""
    case = f"C{desk.case_of('d-1')}"
    assert _run(desk, "urgent", case, "--agency", "police-rs", "--reason", "meeting_soon") == 0
    words = ("--call", "1", "--spoken-at", datetime.now(UTC).isoformat(), "--reached", reached)
    assert _run(desk, "urgent", "log", case, *words) == 0
    return case


def test_the_log_is_asked_for_without_a_file(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Inspector Canary\ncanary words\n"))
    case = _called(desk, "yes")
    assert "ПОДСЈЕТНИК" in capsys.readouterr().out
    assert read_log(desk.app, desk.two, int(case[1:]), 1, LATER).said == "canary words"


@pytest.mark.parametrize(
    "words",
    [("C1",), ("C1", "--agency", "police-rs"), ("C1", "--agency", "police-rs", "--reason", "canary"),
     ("canary", "--agency", "police-rs", "--reason", "meeting_soon"), ("C1", "C2", "--agency", "police-rs"),
     ("log", "C1", "--call", "1", "--spoken-at", "canary", "--reached", "no"), ("read", "C1", "--call", "9"),
     ("C99999", "--agency", "police-rs", "--reason", "meeting_soon"), ()],
)  # fmt: skip
def test_a_wrong_call_says_how_and_repeats_nothing(
    desk: Desk, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(desk, "urgent", *words) == 2
    said = capsys.readouterr()
    assert said.err.startswith("hotline: ")
    assert "canary" not in said.err + said.out
    assert calls(desk.app, desk.one) == ()


def test_a_call_that_reached_nobody_is_logged_and_told_nobody(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Duty desk\nNobody answered.\n"))
    case = _called(desk, "no")
    said = capsys.readouterr().out
    assert "--reached no" in said
    assert "IT REACHED NOBODY: police-rs was not told" in said
    assert _run(desk, "today") == 0
    assert f"urgent call 1 about {case} REACHED NOBODY and waits for its review" in capsys.readouterr().out
    assert _run(desk, "urgent", "list") == 0
    assert "NOBODY" in capsys.readouterr().out
    with reading(desk.app.store.engine) as connection:
        (said,) = connection.execute(select(audit.c.details).where(audit.c.event == "urgent_call_logged")).scalars()
    assert json.loads(said)["reached"] is False
    assert desk.facts(int(case[1:])).called == frozenset()
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    assert _run(desk, "urgent", "review", case, "--call", "1", "--outcome", "justified") == 0
    assert "call 1, which reached NOBODY, is reviewed" in capsys.readouterr().out
    assert verify(desk.app, deep=True).findings == ()


def test_verify_finds_a_changed_log_and_a_forged_review(desk: Desk) -> None:
    case_id, call_id, _ = _make(desk)
    _log(desk, case_id, call_id)
    with writing(desk.app.store.engine) as connection:
        sealed = bytes(connection.execute(select(urgent_call.c.sealed)).scalar_one())
        changed = bytes([sealed[0] ^ 1]) + sealed[1:]
        connection.execute(update(urgent_call).values(
            sealed=changed, reviewed_by=desk.one.person_id, reviewed_at=int(LATER.timestamp()), review="justified"
        ))  # fmt: skip
    found = {one.code for one in verify(desk.app, deep=True).findings}
    assert {"sealed_changed", "four_eyes", "urgent_call_reviewed"} <= found


def test_a_call_row_without_its_event_is_found(desk: Desk) -> None:
    case_id, _, _ = _make(desk)
    with writing(desk.app.store.engine) as connection:
        connection.execute(urgent_call.delete())
    assert ("urgent_call_made", f"C{case_id}") in {(one.code, one.subject) for one in verify(desk.app).findings}


def _out(desk: Desk, path: Path) -> int:
    words = ("--agency", "police-rs", "--reason", "meeting_soon", "--out", str(path))
    return _run(desk, "urgent", f"C{desk.case_of('d-1')}", *words)


def test_a_sheet_is_never_written_over_a_file_and_then_no_call_is_written_down(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    there, link = desk.folder / "there.txt", desk.folder / "link.txt"
    there.write_text("another sheet")
    link.symlink_to(desk.folder / "nowhere.txt")
    for path in (there, link):
        assert _out(desk, path) == 2
        assert "not written over" in capsys.readouterr().err
    assert there.read_text() == "another sheet"
    assert calls(desk.app, desk.one) == ()
    assert _out(desk, desk.folder / "new.txt") == 0
    assert (desk.folder / "new.txt").read_text().splitlines()[-1].startswith("___")
    assert not list(desk.folder.glob(".tmp-*"))


def test_a_full_disk_is_said_before_a_call_is_written_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr("os.posix_fallocate", full)
        assert _out(desk, desk.folder / "sheet.txt") == 3
    assert "make room" in capsys.readouterr().err
    assert not (desk.folder / "sheet.txt").exists()
    assert calls(desk.app, desk.one) == ()


def test_verify_finds_a_call_that_reached_somebody_only_in_the_store(desk: Desk) -> None:
    case_id, call_id, _ = _make(desk)
    _log(desk, case_id, call_id)
    assert verify(desk.app).findings == ()
    with writing(desk.app.store.engine) as connection:
        before = connection.execute(select(urgent_call.c.reached)).scalar_one()
        connection.execute(update(urgent_call).values(reached=not before))
    assert ("call_log", f"C{case_id}") in {(one.code, one.subject) for one in verify(desk.app).findings}
