"""A reporter's contact reaches police only where the reporter allowed it, through two people, sealed, once, audited."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from exporters.passphrase import unlocked
from exporters.tarball import untarred
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.delivery.own_key import make_own_key
from pipeline.desk import disclosing, moves
from pipeline.desk.call_log import CallNote
from pipeline.desk.disclosures import Wish, ask, waiting, withdraw
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.recipients import pin_own
from pipeline.desk.references import external_reference
from pipeline.desk.urgent import log_call, make_call
from pipeline.routes import routes
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, report
from pipeline.verify import verify
from tests.agencies import opened
from tests.desk import NOW, Desk
from tests.disclosed import (
    AGENCY,
    LATER,
    OTHER,
    PLACE,
    WHY,
    another,
    asked,
    contacts,
    decided_again,
    decided_case,
    released,
    states,
    told,
)
from tests.factories import all_bytes
from triage.disposition import Kind
from triage.errors import Damage, KeyProblem, RuleBroken, UsageError
from triage.report import Fact
from triage.urgent_call import CallReason

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores", "tests.disclosure_workspace")


def _sheet_made(telling: Desk, case_id: int, agency: str) -> int:
    call, _ = make_call(telling.app, telling.one, case_id, agency, CallReason.MEETING_SOON, NOW, again=True)
    return call.call_id


def _called(telling: Desk, case_id: int, agency: str, *, reached: bool = True) -> None:
    number, note = _sheet_made(telling, case_id, agency), CallNote("Officer on duty", "Told of it.")
    log_call(telling.app, telling.one, case_id, number, NOW, note, NOW, reached=reached)


@pytest.mark.pg
def test_a_contact_goes_its_way_on_both_stores(tmp_path: Path, store_url: str) -> None:
    desk = decided_case(tmp_path, store_url)
    case_id = asked(desk)
    inside = opened(released(desk))
    assert sorted(name for name in inside if name.startswith("contact")) == ["contact.json", "contact.txt"]
    assert b"canary@mail.example" in inside["contact.txt"]
    assert states(desk) == ["made", "made"]
    assert told(desk) == [*["disclosure_asked"] * 2, *["contact_opened"] * 2, *["disclosure_made"] * 2]
    assert waiting(desk.app, desk.one) == ()
    assert {one.case_id for one in waiting(desk.app, desk.one, all_of_them=True)} == {case_id}
    assert verify(desk.app, deep=True).findings == ()


def test_only_reporters_who_left_a_contact_and_allowed_it_are_in_the_file(telling: Desk) -> None:
    asked(telling)
    first, second = contacts(released(telling))
    assert first == {
        "report": None,
        "package": None,
        "received_at": "2026-03-03T09:00:00+00:00",
        "contact": {"contact_name": "Canary Nameson", "contact_email": "canary@mail.example", "best_time": "evening",
                    "contact_phone": "+387 61 000 111"},
        "contact_is_safe": True, "police_may_contact": True,
    }  # fmt: skip
    assert second["contact"] == {"contact_email": "canary2@mail.example"}
    assert second["contact_is_safe"] is False


@pytest.mark.parametrize(("external_id", "fact"), [("p-3", Fact.POLICE_MAY_CONTACT), ("p-2", Fact.CONTACT_IS_SAFE)])
def test_what_the_store_says_a_reporter_allowed_and_their_sealed_contact_does_not_goes_to_nobody(
    telling: Desk, external_id: str, fact: Fact
) -> None:
    mine = report.c.report_id == telling.report_of(external_id)
    with writing(telling.app.store.engine) as connection:
        connection.execute(report.update().where(mine).values(facts=report.c.facts + int(fact)))
    asked(telling)
    with pytest.raises(Damage, match="allowed more than they did"):
        released(telling)
    assert "made" not in states(telling)
    assert {one.code for one in verify(telling.app, deep=True).findings} == {"consent", "report_changed"}
    with writing(telling.app.store.engine) as connection:
        connection.execute(report.update().where(mine).values(facts=report.c.facts - int(fact)))


def test_the_text_is_in_the_agencys_language_and_says_whether_the_contact_is_safe(telling: Desk) -> None:
    case_id = asked(telling)
    text = opened(released(telling))["contact.txt"].decode()
    reference = external_reference(telling.app.store.index_key, routes().home_country, AGENCY, case_id)
    assert "КОНТАКТ ОСОБЕ КОЈА ПРИЈАВЉУЈЕ" in text
    assert reference in text
    assert text.count("НИЈЕ навела") == 1
    assert re.search(rf"\bC{case_id}\b", text) is None  # a reference may hold such a piece by chance
    assert "Analyst" not in text


def test_no_readable_byte_of_a_contact_lies_anywhere(telling: Desk) -> None:
    asked(telling)
    released(telling)
    bodies = dict(all_bytes(telling.folder / "workspace"))
    assert [path for path, body in bodies.items() if b"anary" in body or b"61 000 111" in body] == []


def test_who_asked_cannot_release_and_who_may_not_release_cannot_either(telling: Desk) -> None:
    case_id = asked(telling)
    with pytest.raises(RuleBroken, match="may not release who a reporter is"):
        disclosing.release(telling.app, telling.one, case_id, AGENCY, LATER)
    withdraw(telling.app, telling.one, case_id, AGENCY, NOW)
    ask(telling.app, telling.two, Wish(case_id, AGENCY, WHY), NOW)
    with pytest.raises(RuleBroken, match="who asked"):
        disclosing.release(telling.app, telling.two, case_id, AGENCY, LATER)
    assert "contact_opened" not in told(telling)
    for role in ("sample-auditor", "sample-operator"):
        with pytest.raises(RuleBroken, match="may not ask disclosure"):
            ask(telling.app, telling.person(role), Wish(case_id, AGENCY, WHY), NOW)


def test_nobody_is_asked_for_who_did_not_allow_it(telling: Desk) -> None:
    case_id = telling.case_of("p-1")
    for silent in ("p-3", "p-4"):
        with pytest.raises(RuleBroken, match="allowed police"):
            ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY, telling.report_of(silent)), NOW)
    with pytest.raises(RuleBroken, match="does not belong"):
        ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY, telling.report_of("s-1")), NOW)
    assert states(telling) == []


def test_a_contact_goes_only_where_the_case_goes(telling: Desk) -> None:
    case_id = telling.case_of("p-1")
    with pytest.raises(RuleBroken, match="neither went"):
        ask(telling.app, telling.one, Wish(case_id, OTHER, WHY), NOW)
    telling.dispose(case_id, Kind.POLICE, OTHER)
    with pytest.raises(RuleBroken, match="neither went"):
        ask(telling.app, telling.one, Wish(case_id, OTHER, WHY), NOW)
    for code in ("helpline", "police-hashes", "nobody"):
        with pytest.raises(UsageError, match="police agencies are"):
            ask(telling.app, telling.one, Wish(case_id, code, WHY), NOW)
    _sheet_made(telling, case_id, OTHER)
    with pytest.raises(RuleBroken, match="neither went"):
        ask(telling.app, telling.one, Wish(case_id, OTHER, WHY), NOW)
    _called(telling, case_id, OTHER, reached=False)
    with pytest.raises(RuleBroken, match="neither went"):
        ask(telling.app, telling.one, Wish(case_id, OTHER, WHY), NOW)
    _called(telling, case_id, OTHER)
    assert len(ask(telling.app, telling.one, Wish(case_id, OTHER, WHY), NOW)) == 2


def test_a_reporter_goes_to_an_agency_once_unless_somebody_asks_anew(telling: Desk) -> None:
    case_id = asked(telling)
    with pytest.raises(RuleBroken, match="waits already"):
        asked(telling)
    released(telling)
    with pytest.raises(RuleBroken, match="nothing waits"):
        released(telling, again=True)
    with pytest.raises(RuleBroken, match="--again"):
        asked(telling)
    asked(telling, again=True, report_id=telling.report_of("p-2"))
    assert len(contacts(released(telling))) == 1
    assert states(telling) == ["made"] * 3
    assert verify(telling.app).findings == ()
    assert case_id


def test_what_was_withdrawn_is_released_no_more(telling: Desk) -> None:
    case_id = asked(telling)
    assert withdraw(telling.app, telling.one, case_id, AGENCY, NOW) == 2
    with pytest.raises(RuleBroken, match="nothing waits"):
        released(telling)
    with pytest.raises(RuleBroken, match="waits for its release"):
        withdraw(telling.app, telling.one, case_id, AGENCY, NOW)
    assert verify(telling.app).findings == ()


def test_an_erased_report_and_one_that_moved_away_are_not_released(telling: Desk) -> None:
    asked(telling)
    with writing(telling.app.store.engine) as connection:
        connection.execute(report.update().where(report.c.report_id == telling.report_of("p-2")).values(salt=None))
    with pytest.raises(RuleBroken, match="erased"):
        released(telling)
    assert states(telling) == ["asked", "asked"]


def test_after_a_join_the_agency_is_told_every_reference_it_knows(telling: Desk) -> None:
    make_packages(telling.app, Order("lea"), telling.two, LATER)
    old, new = telling.case_of("p-1"), telling.case_of("o-1")
    moves.join(telling.app, telling.one, new, old, LATER)
    with pytest.raises(RuleBroken, match="after a join"):
        ask(telling.app, telling.one, Wish(new, AGENCY, WHY), LATER)
    decided_again(telling, new)
    ask(telling.app, telling.one, Wish(new, AGENCY, WHY), LATER)
    made_here = disclosing.release(telling.app, telling.two, new, AGENCY, LATER)
    known = external_reference(telling.app.store.index_key, routes().home_country, AGENCY, old)
    assert json.loads(opened(made_here.folder)["contact.json"])["references"] == [known]
    assert verify(telling.app).findings == ()


@pytest.mark.parametrize("told_by", ["release", "package", "call"])
def test_a_report_that_was_joined_in_later_does_not_reach_the_agency(telling: Desk, told_by: str) -> None:
    case_id, other = telling.case_of("p-1"), another(telling, "z-1")
    mine = telling.report_of("z-1")
    with pytest.raises(RuleBroken, match="neither went"):
        ask(telling.app, telling.one, Wish(other, AGENCY, WHY), NOW)
    if told_by == "package":
        make_packages(telling.app, Order("lea"), telling.two, NOW)
    if told_by == "call":
        _called(telling, case_id, AGENCY)
    moves.join(telling.app, telling.one, case_id, other, LATER)
    for chosen in (mine, None):
        with pytest.raises(RuleBroken, match="neither went"):
            ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY, chosen), LATER)
    telling.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent", now=LATER)
    with pytest.raises(RuleBroken, match="neither went"):
        ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY, mine), LATER)
    decided_again(telling, case_id)
    assert len(ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY, mine), LATER)) == 1


@pytest.mark.parametrize("again", [False, True])
def test_a_release_from_before_a_joining_takes_no_joined_report_to_police(telling: Desk, again: bool) -> None:
    case_id, other = telling.case_of("p-1"), another(telling, "z-1")
    if again:
        make_packages(telling.app, Order("lea"), telling.two, NOW)
    moves.join(telling.app, telling.one, case_id, other, LATER)
    telling.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent", now=LATER)
    with pytest.raises(RuleBroken, match="after its release"):
        make_packages(telling.app, Order("lea", case_id=case_id, again=again), telling.two, LATER)
    decided_again(telling, case_id)
    assert len(make_packages(telling.app, Order("lea", case_id=case_id), telling.two, LATER).made) == 1


def test_a_case_joined_after_somebody_asked_is_not_released(telling: Desk) -> None:
    case_id, other = asked(telling), another(telling, "z-1")
    moves.join(telling.app, telling.one, case_id, other, LATER)
    with pytest.raises(RuleBroken, match="neither went"):
        released(telling)
    assert (states(telling), verify(telling.app).findings) == (["asked", "asked"], ())


def test_a_report_that_came_after_the_package_does_not_reach_the_agency_until_it_is_told_of_it(telling: Desk) -> None:
    make_packages(telling.app, Order("lea"), telling.two, NOW)
    case_id = another(telling, "p-9", location=PLACE)
    assert case_id == telling.case_of("p-1")
    mine = telling.report_of("p-9")
    with pytest.raises(RuleBroken, match="with new reports"):
        ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY, mine), NOW)
    assert mine not in {one.report_id for one in ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY), NOW)}
    decided_again(telling, case_id)
    assert len(ask(telling.app, telling.one, Wish(case_id, AGENCY, WHY, mine), LATER)) == 1


def test_an_agency_without_openpgp_hears_a_passphrase_and_nobody_without_a_key_gets_anything(telling: Desk) -> None:
    case_id = telling.case_of("p-1")
    _called(telling, case_id, OTHER)
    ask(telling.app, telling.one, Wish(case_id, OTHER, WHY), NOW)
    with pytest.raises(KeyProblem, match="sealed or not at all"):
        disclosing.release(telling.app, telling.two, case_id, OTHER, LATER)
    pin_own(telling.app, "machine", 0, make_own_key(telling.app.workspace, "Hotline").certificate, NOW)
    settings = telling.app.workspace.settings_file
    settings.write_text(settings.read_text() + f'passphrase_for = ["{OTHER}"]\n')
    app = App.at(telling.app.workspace.root)
    with pytest.raises(RuleBroken, match="somebody who hears it"):
        disclosing.release(app, telling.two, case_id, OTHER, LATER)
    heard: list[str] = []
    made_here = disclosing.release(app, telling.two, case_id, OTHER, LATER, tell=lambda _, said: heard.append(said))
    (container,) = made_here.folder.glob("*.zip")
    tar, _ = unlocked(container.read_bytes(), heard[0]) or (b"", b"")
    assert b"canary@mail.example" in dict(untarred(tar).files)["data/contact.txt"]


def test_the_chain_and_the_store_hold_numbers_and_codes_only(telling: Desk) -> None:
    case_id = asked(telling)
    released(telling)
    with reading(telling.app.store.engine) as connection:
        events = connection.execute(select(audit).where(audit.c.event.like("%disclosure%"))).all()
    assert {row.subject for row in events} == {f"C{case_id}"}
    assert all("anary" not in row.details and "@" not in row.details for row in events)
    assert {json.loads(row.details)["recipient"] for row in events} == {AGENCY}


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("disclosure", "UPDATE disclosure SET state = 'asked'"),
        ("disclosure", "UPDATE disclosure SET recipient = 'police-fbih'"),
        ("disclosure", "UPDATE disclosure SET released_by = released_by + 1"),
        ("disclosure", "UPDATE disclosure SET asked_by = released_by"),
        ("disclosure", "UPDATE disclosure SET reason = 'reporter_asked'"),
        ("disclosure", "UPDATE disclosure SET package_id = NULL"),
        ("disclosure", "DELETE FROM disclosure WHERE disclosure_id = 1"),
        ("disclosure", "INSERT INTO disclosure SELECT 99, report_id, case_id, recipient, reason, asked_by, asked_at,"
                       " state, released_by, released_at, package_id FROM disclosure LIMIT 1"),
        ("disclosure_not_allowed", "UPDATE report SET facts = facts & ~4"),
        ("package_missing", "DELETE FROM package WHERE kind = 'contact'"),
    ],
)  # fmt: skip
def test_a_changed_disclosure_is_found(telling: Desk, code: str, statement: str) -> None:
    asked(telling)
    released(telling)
    with closing(sqlite3.connect(telling.app.workspace.database_file, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount > 0
    assert code in {one.code for one in verify(telling.app).findings}


def _run(telling: Desk, *words: str) -> int:
    return answer(["--workspace", str(telling.folder / "workspace"), *words])


def test_the_commands_ask_show_release_and_never_say_a_contact(
    telling: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = f"C{telling.case_of('p-1')}"
    there = [case, "--recipient", AGENCY]
    assert _run(telling, "cases", "show", case) == 0
    assert "2 reporters allow police to make contact: `hotline disclose ask`" in capsys.readouterr().out
    assert _run(telling, "disclose", "ask", *there, "--reason", "police_asked") == 0
    assert _run(telling, "today") == 0
    assert f"contacts of 2 reporters about {case} for {AGENCY}: waits" in capsys.readouterr().out
    assert _run(telling, "disclose", "release", *there) == 2
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    assert _run(telling, "disclose", "list", "--json") == 0
    capsys.readouterr()
    assert _run(telling, "disclose", "release", *there, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert Path(said["folder"]).is_dir()
    assert _run(telling, "disclose", "withdraw", *there) == 2
    for words in (["disclose", "list", "--all"], ["cases", "show", case], ["today", "--json"]):
        assert _run(telling, *words) == 0
        shown = capsys.readouterr().out
        assert "anary" not in shown
        assert "61 000" not in shown
        assert "disclose ask" not in shown


def test_the_police_package_says_that_a_reporter_agreed_and_no_other_package_does(telling: Desk) -> None:
    case_id = telling.case_of("p-1")
    telling.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent")
    (police,) = make_packages(telling.app, Order("lea"), telling.two, LATER).made
    (helpline,) = make_packages(telling.app, Order("referral"), telling.two, LATER).made
    inside = opened(police.folder)
    assert "Питајте нас" in inside["cover.txt"].decode()
    assert json.loads(inside["case.json"])["cases"][0]["facts"]["reporter_can_be_asked"] is True
    assert b"contact" not in b"".join(path.read_bytes() for path in helpline.folder.iterdir())
    assert b"can_be_asked" not in b"".join(path.read_bytes() for path in helpline.folder.iterdir())
    _, sheet = make_call(telling.app, telling.one, case_id, AGENCY, CallReason.MEETING_SOON, LATER)
    assert "Питајте нас" in sheet
    assert "canary" not in sheet
