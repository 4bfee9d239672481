"""The desk's commands: what a person sees, what a program reads, what is never shown, and wrong use of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.cli import plain_words
from pipeline.cli.main import answer
from pipeline.cli.screens import DEMO_LINE, harmless
from pipeline.desk.numbers import shown_report
from pipeline.desk.people import DEMO_PERSON_VARIABLE, acting, os_user
from pipeline.setup import set_up
from pipeline.store.engine import reading
from pipeline.store.schema import person
from tests.desk import NOW, SUSPECT_TEXT, Desk
from triage.disposition import Kind
from triage.errors import BadConfiguration, RuleBroken, UsageError
from triage.people import Role

Screen = pytest.CaptureFixture[str]


def _run(desk: Desk, *words: str) -> int:
    return answer([*words, "--workspace", str(desk.folder / "workspace")])


def _said(desk: Desk, screen: Screen, *words: str) -> str:
    assert _run(desk, *words) == 0, screen.readouterr().err
    return screen.readouterr().out


def _read(desk: Desk, screen: Screen, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_said(desk, screen, *words, "--json"))
    assert found["demo"] is True
    return found


def test_every_screen_of_a_demo_workspace_says_demo_first(desk: Desk, capsys: Screen) -> None:
    case_id = f"C{desk.case_of('s-1')}"
    for words in (
        ("today",), ("next",), ("cases", "list"), ("cases", "show", case_id), ("cases", "suggestions"),
        ("lists", "rekey"), ("next", "danger-now"),
        ("dispose", f"C{desk.case_of('q-1')}", "helpline", "--reason", "question"),
    ):  # fmt: skip
        assert _said(desk, capsys, *words).splitlines()[0] == DEMO_LINE


def test_today_tells_of_rows_nobody_could_read(desk: Desk, capsys: Screen, tmp_path: Path) -> None:
    assert "in no lane" not in _said(desk, capsys, "today")
    broken = tmp_path / "broken.csv"
    broken.write_text("id,received_at,description\nB-1,yesterday,somebody threatens me\n", encoding="utf-8")
    assert _run(desk, "run", str(broken)) in (0, 1)
    capsys.readouterr()
    said = _said(desk, capsys, "today")
    assert "in no lane, as nobody could read what they say: 1 reject: `hotline rejects`" in said
    assert _read(desk, capsys, "today")["unread_rows"] == 1


def test_today_shows_every_lane_and_never_a_text_or_an_address(desk: Desk, capsys: Screen) -> None:
    shown = _said(desk, capsys, "today")
    assert all(name in shown for name in plain_words.LANES.values())
    assert "example" not in shown
    assert "pictures" not in shown
    lanes = {one["lane"]: one for one in _read(desk, capsys, "today")["lanes"]}
    assert lanes["suspects"]["waiting"] == 1
    assert lanes["danger_now"]["target_minutes"] == 15


def test_next_shows_defanged_addresses_reasons_and_whom_to_ask_and_holds_the_case(desk: Desk, capsys: Screen) -> None:
    shown = _said(desk, capsys, "next", "suspects")
    assert "hxxps://bad[.]example/a" in shown
    assert "https://" not in shown
    assert SUSPECT_TEXT not in shown
    assert plain_words.REASONS["text_signal"] in shown
    assert plain_words.ROUTING_RULES["suspect_needs_assessment"] in shown
    assert "BA-RS-Banja Luka" in shown
    assert desk.record(desk.case_of("s-1")).held_by == desk.one.person_id


def test_a_case_that_cannot_be_shown_for_want_of_the_vaults_key_is_not_kept_from_others(
    desk: Desk, capsys: Screen
) -> None:
    (key,) = [path for path in (desk.folder / "workspace" / "keys").glob("*.key") if path.stem != "index"]
    kept = key.read_bytes()
    key.unlink()
    for _ in range(2):
        assert _run(desk, "next", f"C{desk.case_of('d-1')}") == 2
    assert "vault" in capsys.readouterr().err
    assert desk.record(desk.case_of("d-1")).held_by is None
    key.write_bytes(kept)
    key.chmod(0o600)
    assert _run(desk, "next", f"C{desk.case_of('d-1')}") == 0


def test_who_is_told_that_nothing_waits_is_told_what_he_holds(desk: Desk, capsys: Screen) -> None:
    _said(desk, capsys, "next", "questions")
    said = [line for line in _said(desk, capsys, "next", "questions").splitlines() if line]
    assert said[1] == "Nothing waits here."
    assert said[2].startswith(f"you hold C{desk.case_of('q-1')} until ")


def test_a_contact_is_never_shown_only_that_there_is_one(desk: Desk, capsys: Screen) -> None:
    case_id = f"C{desk.case_of('d-1')}"
    for more in ((), ("--json",)):
        shown = _said(desk, capsys, "cases", "show", case_id, "--text", "--all", *more)
        assert "someone" not in shown
        assert "nobody left a contact" not in shown
    assert "nobody left a contact" in _said(desk, capsys, "cases", "show", f"C{desk.case_of('o-1')}")


def test_reading_a_text_is_written_down_before_it_is_shown(desk: Desk, capsys: Screen) -> None:
    suspect = desk.case_of("s-1")
    assert SUSPECT_TEXT in _said(desk, capsys, "next", f"C{suspect}", "--text")
    assert [event for _, event in desk.events(f"C{suspect}")] == ["case_taken", "text_read"]
    history = _said(desk, capsys, "cases", "show", f"C{suspect}")
    assert "Analyst One (sample)" in history
    assert plain_words.EVENTS["text_read"] in history


def test_who_may_not_read_texts_takes_nothing_and_leaves_no_trace(
    desk: Desk, capsys: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-auditor")
    suspect = f"C{desk.case_of('s-1')}"
    for words in (("next", "--text"), ("cases", "show", suspect, "--text")):
        assert _run(desk, *words) == 2
        shown = capsys.readouterr()
        assert "may not read text" in shown.err
        assert shown.out == ""
    assert desk.events(suspect) == []
    seen = _said(desk, capsys, "cases", "show", suspect)
    assert "bad[.]example" not in seen
    assert "address" not in _read(desk, capsys, "cases", "show", suspect)["items"][0]


def test_show_says_why_reports_are_together(desk: Desk, capsys: Screen) -> None:
    shown = _said(desk, capsys, "cases", "show", f"C{desk.case_of('s-1')}")
    assert "same place by: www" in shown
    read = _read(desk, capsys, "cases", "show", f"C{desk.case_of('s-1')}")
    assert {tuple(one["rules"]) for one in read["items"]} == {("parameter:campaign",), ("www",)}


def test_show_says_which_report_named_which_address(desk: Desk, capsys: Screen) -> None:
    case_id, numbers = f"C{desk.case_of('s-1')}", [shown_report(desk.report_of(name)) for name in ("s-1", "s-2")]
    read = _read(desk, capsys, "cases", "show", case_id)
    assert sorted(one["reports"] for one in read["items"]) == [[number] for number in sorted(numbers)]
    shown = _said(desk, capsys, "cases", "show", case_id)
    assert all(f"named by {number}\n" in shown for number in numbers)
    assert "named by" not in _said(desk, capsys, "cases", "show", f"C{desk.case_of('o-1')}")


def test_two_people_bring_a_police_package_to_its_release(
    desk: Desk, capsys: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspect = desk.case_of("s-1")
    item = f"L{desk.facts(suspect).locators[0].locator_id}"
    case = f"C{suspect}"
    assess = ("assess", case, "baseline", "--item", item, "--viewed", "content", "--virtual", "no")
    assert _read(desk, capsys, *assess)["status"] == "assessed"
    _said(desk, capsys, "dispose", case, "police", "police-rs", "--reason", "hosted_here")
    assert "  1 police package waits for a second person, for " in _said(desk, capsys, "today")
    assert _read(desk, capsys, "today")["release_cases"] == _read(desk, capsys, "release")["waiting"] == [case]
    assert f"{case} waits for a second person\n  to police-rs: 2 addresses\n" in _said(desk, capsys, "release")
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    assert "released" in _said(desk, capsys, "release", case)
    assert "for a second person" not in _said(desk, capsys, "today")
    assert "Nothing waits for release." in _said(desk, capsys, "release")
    assert f"to be exported (`hotline export`): lea {case}\n" in _said(desk, capsys, "today")


def test_decisions_from_a_file_say_how_many_and_which_rows_were_refused(desk: Desk, capsys: Screen) -> None:
    path = desk.folder / "decisions.csv"
    path.write_text(f"case,kind,reason\nC{desk.case_of('q-1')},close,answered\nC77,close,spam\n", encoding="utf-8")
    assert _run(desk, "dispose", "--from", str(path)) == 1
    shown = capsys.readouterr()
    assert "1 done, 1 refused" in shown.out
    assert "row 3: there is no case with this number" in shown.err
    path.write_text("case,kind,reason\n" + 3 * "C77,close,spam\n" + "C1,close,\nC77,close,spam\n", encoding="utf-8")
    assert _run(desk, "dispose", "--from", str(path)) == 2
    shown = capsys.readouterr()
    assert shown.err.count("there is no case with this number") == 1, "one mistake in a whole file is one line"
    assert "rows 2-4, 6: there is no case with this number" in shown.err


@pytest.mark.parametrize(("act", "words"), [
    ("assess", "not_assessed,link_expired,"), ("dispose", ",question,helpline"), ("release", ",,"),
    ("reopen", ",closed_by_mistake,"),
])  # fmt: skip
def test_a_files_exit_code_says_whether_all_some_or_no_rows_were_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, act: str, words: str
) -> None:
    one, other = desk.case_of("s-1"), desk.case_of("o-1")
    for case_id in (one, other) if act == "release" else ():
        desk.assess(case_id)
        desk.dispose(case_id, Kind.POLICE, "police-rs")
    for case_id in (one, other) if act == "reopen" else ():
        desk.close(case_id)
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    path = desk.folder / "decisions.csv"
    for cases, code in (((one,), 0), ((other, 77), 1), ((77,), 2)):
        rows = "".join(f"C{case_id},{words}\n" for case_id in cases)
        path.write_text(f"case,classification,reason,kind\n{rows}", encoding="utf-8")
        assert _run(desk, act, "--from", str(path)) == code


def test_split_join_and_rekey_from_the_command_line(desk: Desk, capsys: Screen) -> None:
    suspect = f"C{desk.case_of('s-1')}"
    item = f"L{desk.item(desk.case_of('s-1'), 'www.bad.example/a')}"
    new = _read(desk, capsys, "cases", "split", suspect, "--item", item)["new_case"]
    assert _read(desk, capsys, "cases", "show", new)["reports"] == 1
    assert _read(desk, capsys, "cases", "join", suspect, new)["joined"] == new
    assert _read(desk, capsys, "cases", "show", new)["joined_into"] == suspect
    assert _read(desk, capsys, "lists", "rekey")["keys_added"] == 0
    assert _read(desk, capsys, "cases", "suggestions")["suggestions"] == []
    assert "joined into" in _said(desk, capsys, "cases", "list", "--status", "closed")


def test_nothing_is_missing_or_suggested_where_a_case_is_closed_or_lies_in_another(desk: Desk, capsys: Screen) -> None:
    kept, gone, closed = (desk.case_of(one) for one in ("s-1", "d-1", "o-1"))
    assert "Still missing" in _said(desk, capsys, "cases", "show", f"C{closed}")
    _said(desk, capsys, "cases", "join", f"C{kept}", f"C{gone}")
    desk.close(closed)
    for case_id in (gone, closed):
        shown = _said(desk, capsys, "cases", "show", f"C{case_id}")
        assert "Still missing" not in shown
        assert "Suggested" not in shown
        told = _read(desk, capsys, "cases", "show", f"C{case_id}")
        assert (told["missing"], told["suggested"]) == ([], [])
    shown = _said(desk, capsys, "cases", "show", f"C{kept}")
    assert "Still missing" in shown
    assert "Suggested" in shown


def test_a_joined_case_that_was_never_decided_is_not_said_to_be_back(desk: Desk, capsys: Screen) -> None:
    first, second, third = (desk.case_of(one) for one in ("s-1", "o-1", "n-1"))
    _said(desk, capsys, "cases", "join", f"C{first}", f"C{second}")
    shown = _said(desk, capsys, "cases", "show", f"C{first}")
    assert "What is new\n" in shown
    assert "Why it is back" not in shown
    desk.dispose(first, Kind.HELPLINE, "helpline")
    _said(desk, capsys, "cases", "join", f"C{first}", f"C{third}")
    assert "Why it is back\n" in _said(desk, capsys, "cases", "show", f"C{first}")


@pytest.mark.parametrize(
    ("location", "hosted"),
    [
        ("https://hosted.example/a", True), ("+38761000111", False), ("https://t.me/+AbCdEfGhIjKlMnOp", False),
        ("https://hosted.example/b +38761000111", True),
    ],
)  # fmt: skip
def test_only_a_web_address_has_a_country_it_is_hosted_in(
    desk: Desk, capsys: Screen, location: str, hosted: bool
) -> None:
    desk.bring("place", {"id": "h-1", "location": location, "description": "something strange here"})
    shown = _said(desk, capsys, "cases", "show", f"C{desk.case_of('h-1')}")
    assert ("the country it is hosted in" in shown) is hosted


def test_an_unknown_lane_is_answered_with_the_words_the_help_has(desk: Desk, capsys: Screen) -> None:
    assert _run(desk, "next", "nolane") == 2
    said = capsys.readouterr().err
    assert "danger-now, children-at-risk, suspects" in said
    assert "danger now" not in said


def test_a_rule_that_spoke_twice_of_one_address_is_named_once(desk: Desk, capsys: Screen) -> None:
    desk.bring("twice", {"id": "w-1", "location": "https://twice.example/a?utm_source=x&utm_medium=y&utm_source=z"})
    shown = _said(desk, capsys, "cases", "show", f"C{desk.case_of('w-1')}")
    (line,) = [one.partition("read by: ")[2] for one in shown.splitlines() if "read by: " in one]
    steps = line.split(", ")
    assert steps
    assert len(steps) == len(set(steps))


def test_give_back_lets_the_case_go(desk: Desk, capsys: Screen) -> None:
    case = f"C{desk.case_of('s-1')}"
    _said(desk, capsys, "next", case)
    assert "you hold" in _said(desk, capsys, "today")
    assert "new" in _said(desk, capsys, "give-back", case)
    assert "you hold" not in _said(desk, capsys, "today")


@pytest.mark.parametrize(
    "words",
    [
        ("today", "secret"), ("next", "secret"), ("next", "C1secret"), ("next", "C404"),
        ("cases", "secret"), ("cases", "list", "--lane", "secret"), ("cases", "list", "--status", "secret"),
        ("cases", "show"), ("cases", "show", "secret"), ("cases", "show", "C404"), ("cases", "show", "R1.0.404"),
        ("cases", "split", "C1"), ("cases", "split", "C1", "--item", "secret"),
        ("cases", "split", "C1", "--report", "secret"),
        ("cases", "join", "C1"), ("cases", "join", "C1", "C1"), ("cases", "suggestions", "--apart", "C1", "secret"),
        ("assess",), ("assess", "C1"), ("assess", "C1", "secret"), ("assess", "C1", "unset"),
        ("assess", "C1", "baseline"),
        ("assess", "C1", "not_illegal", "--reason", "secret"), ("assess", "C1", "not_illegal", "--gender", "secret"),
        ("assess", "C1", "baseline", "--item", "L1", "--viewed", "address_only"),
        ("assess", "C1", "--from", "secret.csv"), ("assess", "--from", "secret.csv"),
        ("dispose", "C1"), ("dispose", "C1", "secret"), ("dispose", "C1", "close", "--reason", "secret"),
        ("dispose", "C1", "police", "secret", "--reason", "hosted_here"), ("dispose", "C1", "close"),
        ("release", "secret"), ("release", "--version", "1"), ("release", "C1"), ("give-back",), ("give-back", "C1"),
        ("give-back", "C1", "--version", "secret"),
        ("lists", "secret"), ("lists", "rekey", "secret"),
    ],
)  # fmt: skip
def test_wrong_use_ends_with_two_and_repeats_nothing(desk: Desk, capsys: Screen, words: tuple[str, ...]) -> None:
    assert _run(desk, *words) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("hotline: ")
    assert "secret" not in shown.err + shown.out


def test_every_reason_a_verdict_may_carry_has_plain_words() -> None:
    from classifiers.base import KNOWN_REASONS
    from pipeline.routes import routes

    assert set(plain_words.REASONS) == set(KNOWN_REASONS)
    assert {rule.name for rule in routes()._rules} <= set(plain_words.ROUTING_RULES)


def test_a_reporters_text_cannot_move_the_cursor_or_be_clicked() -> None:
    shown = harmless("a\x1b[2Jb\u202ec\r\nsee https://bad.example/x and www.bad.example/y")
    assert shown == "a\\u001b[2Jb\\u202ec\nsee hxxps://bad[.]example/x and www[.]bad[.]example/y"


def test_a_demo_person_must_be_chosen_and_exist(desk: Desk) -> None:
    assert acting(desk.app, {DEMO_PERSON_VARIABLE: "sample-second"}).role is Role.SECOND_ANALYST
    for chosen in ({}, {DEMO_PERSON_VARIABLE: "stranger"}):
        with pytest.raises(BadConfiguration, match="sample-analyst or sample-second") as refused:
            acting(desk.app, chosen)
        assert "stranger" not in str(refused.value)


def _real(folder: Path, **more: Any) -> Desk:
    desk = Desk(folder)
    set_up(desk.app.workspace, kind="real", database_url="", now=NOW, os_user=os_user(), **more)
    return desk


def test_who_sets_up_a_real_workspace_is_its_supervisor(tmp_path: Path) -> None:
    desk = _real(tmp_path, name="Ana", add_people=["Boris:second_analyst:boris"])
    by = acting(desk.app, {})
    assert (by.name, by.role, by.os_user) == ("Ana", Role.SUPERVISOR, os_user())
    assert desk.person("boris").role is Role.SECOND_ANALYST
    assert [event for _, event in desk.events(f"P{by.person_id}")] == ["person_added"]
    with reading(desk.app.store.engine) as connection:
        assert len(connection.execute(select(person)).all()) == 2


def test_a_real_workspace_refuses_a_demo_person_and_strangers(tmp_path: Path) -> None:
    desk = _real(tmp_path)
    with pytest.raises(BadConfiguration, match="demo workspaces only"):
        acting(desk.app, {DEMO_PERSON_VARIABLE: "sample-analyst"})
    stranger = Desk(tmp_path / "other")
    set_up(stranger.app.workspace, kind="real", database_url="", now=NOW, os_user="somebody-else")
    with pytest.raises(BadConfiguration, match="not registered"):
        acting(stranger.app, {})


@pytest.mark.parametrize("given", ["Boris", "Boris:secret:boris", "Boris:analyst:", f"{'x' * 81}:analyst:x"])
def test_a_person_that_makes_no_sense_is_refused_before_anything_is_made(tmp_path: Path, given: str) -> None:
    with pytest.raises(UsageError) as refused:
        _real(tmp_path, add_people=[given])
    assert "secret" not in str(refused.value)
    assert not (tmp_path / "workspace").exists()


def test_nobody_is_registered_twice_and_only_a_supervisor_adds_people(tmp_path: Path) -> None:
    desk = _real(tmp_path)
    more: dict[str, Any] = {"kind": "real", "database_url": "", "now": NOW}
    with pytest.raises(RuleBroken, match="registered already"):
        set_up(desk.app.workspace, os_user=os_user(), add_people=[f"Second:analyst:{os_user()}"], **more)
    with pytest.raises(RuleBroken, match="only a supervisor"):
        set_up(desk.app.workspace, os_user="somebody-else", add_people=["Eve:supervisor:eve"], **more)


def test_a_lane_may_be_named_in_several_words(desk: Desk, capsys: Screen) -> None:
    assert _read(desk, capsys, "next", "children", "at", "risk")["lane"] == "children_at_risk"
    found = _read(desk, capsys, "cases", "list", "--lane", "needs an address")["cases"]
    assert [one["case"] for one in found] == [f"C{desk.case_of('n-1')}"]


def test_a_long_recipient_does_not_stick_to_the_reason(desk: Desk, capsys: Screen) -> None:
    shown = _said(desk, capsys, "cases", "show", f"C{desk.case_of('s-1')}")
    assert " because " in shown
    assert ")because" not in shown
