"""Free text: off by default; shown redacted, released by who read it, exported only as it was released."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline import redacting_setup
from pipeline.desk import acts, holding, moves
from pipeline.desk.acts import Said
from pipeline.desk.outstanding import outstanding
from pipeline.desk.packages import Order, Outcome, make_packages
from pipeline.desk.text_release import TextDesk, desk_of, release_text, releases_of, show
from pipeline.resources import resource
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.store.text_tables import text_release
from tests.agencies import words_in
from tests.desk import COLUMNS, NOW, Desk, copied, made
from tests.redacting import GIVEN, SURNAME, few_names_redactor
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.errors import BadConfiguration, CaseTaken, RuleBroken, UsageError

LATER = timedelta(minutes=5)
HANDLE = "@losi_profil77"
PAGE = "https://told.example/a"
REPORTER = "061 000 123"
TEXT = (
    f"Zovem se {GIVEN} {SURNAME}, moj broj je {REPORTER}. Na stranici su nezakonite slike djeteta. "
    f"Taj čovjek koristi profil {HANDLE} i piše djeci."
)
ENGLISH = "On this page somebody shows illegal pictures of a child, and nobody takes them down."
NO_LANGUAGE = "Ez az oldal nagyon furcsa, kérem nézzék meg minél hamarabb."
SWITCHED_ON = 'free_text_for = ["police-rs", "helpline"]'


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One case of three reports (two texts, one of them in no language), another of one; nothing decided."""
    desk = made(tmp_path_factory.mktemp("told"))
    desk.bring(
        "told",
        {"id": "t-1", "location": PAGE, "description": TEXT, "contact_email": "canary@mail.example"},
        {"id": "t-2", "location": PAGE, "description": NO_LANGUAGE},
        {"id": "t-3", "location": PAGE},
        {"id": "u-1", "location": "https://untold.example/a"},
    )
    return desk


@pytest.fixture
def desk(told: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A copy for one test: texts switched on for two recipients, the case decided for both; a redactor for tests."""
    desk = copied(told, tmp_path)
    switch(desk, SWITCHED_ON)
    monkeypatch.setattr(redacting_setup, "redactor", few_names_redactor)
    case_id = desk.case_of("t-1")
    item = desk.facts(case_id).locators[0].locator_id
    desk.assess(case_id, Said(Classification.BASELINE, item, Viewed.CONTENT))
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    desk.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent")
    return desk


def switch(desk: Desk, line: str) -> None:
    """Write the setting, in place of the one that stands there."""
    path = desk.app.workspace.settings_file
    said, count = re.subn(r"^(# )?free_text_for = .*$", line, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    path.write_text(said, encoding="utf-8")


def _texts(desk: Desk) -> TextDesk:
    return desk_of(desk.app)


def _let_go(desk: Desk, recipient: str) -> None:
    """The second analyst reads and releases."""
    case_id = desk.case_of("t-1")
    code = show(_texts(desk), desk.two, case_id, recipient, NOW).redacted.code
    release_text(_texts(desk), desk.two, case_id, code, recipient, NOW + LATER)


def _export(desk: Desk, kind: str, *, again: bool = False) -> Outcome:
    return make_packages(desk.app, Order(kind, again=again), desk.two, NOW + 2 * LATER)


def _whole(outcome: Outcome) -> str:
    """Every file of the packages made, in one."""
    paths = [path for one in outcome.made for path in sorted(one.folder.iterdir())]
    return "\n".join(words_in(path) for path in paths)


def _why(outcome: Outcome) -> list[str]:
    return [one.why for one in outcome.textless]


def _no_trace(outcome: Outcome) -> bool:
    return bool(outcome.made) and not any((one.folder / "texts.txt").exists() for one in outcome.made)


def test_off_is_the_default_and_no_package_says_a_word_of_texts(desk: Desk) -> None:
    switch(desk, "# free_text_for = []")
    assert desk.app.settings.free_text_for == ()
    acts.release(desk.app, desk.two, desk.case_of("t-1"), NOW)
    for kind in ("lea", "referral"):
        outcome = _export(desk, kind)
        assert _no_trace(outcome)
        assert outcome.textless == ()
        assert HANDLE not in _whole(outcome)
    for recipient in (None, "police-rs"):
        with pytest.raises(RuleBroken, match="free_text_for"):
            show(_texts(desk), desk.two, desk.case_of("t-1"), recipient, NOW)


def test_switched_on_but_not_released_leaves_without_text_and_says_so(desk: Desk) -> None:
    acts.release(desk.app, desk.two, desk.case_of("t-1"), NOW)
    for kind in ("lea", "referral"):
        outcome = _export(desk, kind)
        assert _no_trace(outcome)
        assert ["not released" in why for why in _why(outcome)] == [True]


def test_what_is_shown_is_redacted_for_that_recipient_and_written_down_first(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    shown = {to: show(_texts(desk), desk.two, case_id, to, NOW).redacted for to in ("police-rs", "helpline")}
    for redacted in shown.values():
        (one,) = redacted.texts
        assert (one.number, one.language) == (1, "bcs")
        assert one.masked == {"name": 1, "phone": 1} | ({} if one.recipient_kind == "police" else {"handle": 1})
        assert redacted.withheld == ((2, "unknown_language"),)
        assert not any(word in one.redacted.text for word in (GIVEN, SURNAME, REPORTER, "canary"))
    assert HANDLE in shown["police-rs"].texts[0].redacted.text
    assert HANDLE not in shown["helpline"].texts[0].redacted.text
    assert re.search(r"\[HANDLE:[0-9a-f]{8}\]", shown["helpline"].texts[0].redacted.text)
    assert desk.events(f"C{case_id}")[-2:] == [(f"person:{desk.two.person_id}", "redacted_text_shown")] * 2


def test_a_released_text_reaches_police_with_the_handle_and_the_helpline_without(desk: Desk) -> None:
    _let_go(desk, "police-rs")
    _let_go(desk, "helpline")
    lea, referral = _export(desk, "lea"), _export(desk, "referral")
    for outcome, seen in ((lea, True), (referral, False)):
        whole = _whole(outcome)
        assert outcome.textless == ()
        assert "[NAME]" in whole
        assert (HANDLE in whole) is seen
        assert not any(word in whole for word in (GIVEN, SURNAME, REPORTER, "canary", NO_LANGUAGE))
    (told,) = json.loads((lea.made[0].folder / "case.json").read_text())["cases"]
    assert [(one["report"], one["language"]) for one in told["texts"]] == [(1, "bcs")]
    assert "description" in told["removed"], "one text is withheld, so the list still names what is kept back"
    assert b"masked in texts: phone 1" in (lea.made[0].folder / "redaction.csv").read_bytes()
    assert told["withheld"] == [{"why": "unknown_language", "reports": [2]}]
    cover = (lea.made[0].folder / "cover.txt").read_text(encoding="utf-8")
    assert "1 од 2 пријава" in cover
    assert "пријава бр. 2: језик није познат" in cover
    with reading(desk.app.store.engine) as connection:
        left = connection.execute(select(audit.c.details).where(audit.c.event == "exported")).scalars().all()
    assert [json.loads(one)["texts"] for one in left] == [1, 1]


def test_no_reporters_contact_is_shown_released_or_exported(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.desk.COLUMNS", (*COLUMNS, "contact_phone", "contact_name"))
    mine = {"contact_phone": "061 333 444", "contact_name": "Zorglub Kvintal", "contact_email": "z.kvintal@x.example"}
    said = f"Taj čovjek ima broj +387 61/333-444 i profil z.kvintal. Moja kćerka Zorglub ovo zna. {ENGLISH}"
    other = {"id": "w-2", "location": PAGE, "description": "Čovjek s broja 061333444 objavljuje slike djece ovdje."}
    desk.bring("own", {"id": "w-1", "location": PAGE, "description": said} | mine, other)
    whole = []
    for to in ("police-rs", "helpline"):
        whole += [
            one.redacted.text for one in show(_texts(desk), desk.two, desk.case_of("w-2"), to, NOW).redacted.texts
        ]
        _let_go(desk, to)
    whole += [_whole(_export(desk, kind)) for kind in ("lea", "referral")]
    assert len([text for text in whole if "[PHONE" in text]) == len(whole) == 8
    assert not [text for text in whole if re.search("zorglub|kvintal|333.?444", text, re.IGNORECASE)]


def test_the_store_and_the_chain_keep_a_digest_and_no_word(desk: Desk) -> None:
    _let_go(desk, "police-rs")
    with reading(desk.app.store.engine) as connection:
        (row,) = connection.execute(select(text_release)).all()
        events = connection.execute(select(audit.c.details).where(audit.c.event == "text_released")).scalars().all()
    assert re.fullmatch("[0-9a-f]{64}", row.digest)
    assert (row.recipient, row.person_id, row.texts) == ("police-rs", desk.two.person_id, 1)
    assert [json.loads(one)["digest"] for one in events] == [row.digest]
    stored = desk.app.workspace.database_file.read_bytes()
    assert not any(word.encode() in stored for word in (HANDLE, SURNAME, "nezakonite"))


def test_reading_and_releasing_is_one_command_with_the_police_package(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    with reading(desk.app.store.engine) as connection:
        before = outstanding(connection).release_cases
    code = show(_texts(desk), desk.two, case_id, "police-rs", NOW).redacted.code
    with reading(desk.app.store.engine) as connection:
        assert outstanding(connection).release_cases == before == (case_id,)
    done = release_text(_texts(desk), desk.two, case_id, code, "police-rs", NOW)
    assert (done.texts, done.packages) == (1, 1)
    assert [event for _, event in desk.events(f"C{case_id}")][-2:] == ["case_released", "text_released"]
    with reading(desk.app.store.engine) as connection:
        assert outstanding(connection).release_cases == ()


def test_only_that_recipients_package_is_released_with_the_text(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    desk.dispose(case_id, Kind.POLICE, "police-fbih", "victim_may_be_here")
    _let_go(desk, "police-rs")
    waits = {one.made.recipient: one.released_by for one in desk.facts(case_id).dispositions}
    assert waits == {"police-rs": desk.two.person_id, "police-fbih": None, "helpline": None}


def test_text_may_follow_a_package_that_was_released_before(desk: Desk) -> None:
    acts.release(desk.app, desk.two, desk.case_of("t-1"), NOW)
    assert _no_trace(_export(desk, "lea"))
    _let_go(desk, "police-rs")
    assert HANDLE in _whole(_export(desk, "lea", again=True))


def test_who_assessed_the_case_cannot_release_its_text_to_police(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    code = show(_texts(desk), desk.one, case_id, "police-rs", NOW).redacted.code
    with pytest.raises(RuleBroken, match="may not release texts to police"):
        release_text(_texts(desk), desk.one, case_id, code, "police-rs", NOW)
    desk.assess(case_id, by=desk.two)
    code = show(_texts(desk), desk.two, case_id, "police-rs", NOW).redacted.code
    with pytest.raises(RuleBroken, match="who assessed a case cannot release it"):
        release_text(_texts(desk), desk.two, case_id, code, "police-rs", NOW)
    with reading(desk.app.store.engine) as connection:
        assert connection.execute(select(text_release)).all() == []


def test_one_person_is_enough_for_the_helpline(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    code = show(_texts(desk), desk.one, case_id, "helpline", NOW).redacted.code
    release_text(_texts(desk), desk.one, case_id, code.upper(), "helpline", NOW)
    assert "[NAME]" in _whole(_export(desk, "referral"))


@pytest.mark.parametrize("os_user", ["sample-auditor", "sample-operator"])
def test_who_may_not_read_texts_is_shown_none_and_releases_none(desk: Desk, os_user: str) -> None:
    case_id, person = desk.case_of("t-1"), desk.person(os_user)
    code = show(_texts(desk), desk.two, case_id, "helpline", NOW).redacted.code
    with pytest.raises(RuleBroken, match="may not read text"):
        show(_texts(desk), person, case_id, "helpline", NOW)
    with pytest.raises(RuleBroken, match="may not read text"):
        release_text(_texts(desk), person, case_id, code, "helpline", NOW)


def test_a_wrong_code_and_one_for_another_recipient_are_refused(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    codes = {to: show(_texts(desk), desk.two, case_id, to, NOW).redacted.code for to in ("police-rs", "helpline")}
    assert codes["police-rs"] != codes["helpline"]
    for wrong in ("00000000", "", codes["police-rs"], codes["helpline"][:7]):
        with pytest.raises(RuleBroken, match="show them again"):
            release_text(_texts(desk), desk.two, case_id, wrong, "helpline", NOW)


def test_a_code_somebody_else_was_shown_is_not_enough(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    code = show(_texts(desk), desk.two, case_id, "helpline", NOW).redacted.code
    with pytest.raises(RuleBroken, match="must have read them"):
        release_text(_texts(desk), desk.one, case_id, code, "helpline", NOW)


def test_a_later_report_makes_code_and_release_outdated(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    old = show(_texts(desk), desk.two, case_id, "helpline", NOW).redacted.code
    _let_go(desk, "helpline")
    desk.bring("more", {"id": "t-9", "location": PAGE, "description": ENGLISH})
    assert desk.case_of("t-9") == case_id
    with pytest.raises(RuleBroken, match="show them again"):
        release_text(_texts(desk), desk.two, case_id, old, "helpline", NOW)
    outcome = _export(desk, "referral")
    assert _no_trace(outcome)
    assert ["it changed" in why for why in _why(outcome)] == [True]
    _let_go(desk, "helpline")
    assert "nobody takes them down" in _whole(_export(desk, "referral", again=True))


def test_a_redactor_that_answers_otherwise_makes_a_release_outdated(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _let_go(desk, "helpline")
    other = few_names_redactor()
    monkeypatch.setattr(redacting_setup, "redactor", lambda _country: replace(other, layers=()))
    outcome = _export(desk, "referral")
    assert _no_trace(outcome)
    assert ["it changed" in why for why in _why(outcome)] == [True]


def test_switching_off_again_holds_back_what_was_released(desk: Desk) -> None:
    _let_go(desk, "helpline")
    switch(desk, 'free_text_for = ["police-rs"]')
    outcome = _export(desk, "referral")
    assert _no_trace(outcome)
    assert ["switched off" in why for why in _why(outcome)] == [True]


def test_who_released_a_text_to_police_and_assessed_since_no_longer_counts(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    _let_go(desk, "police-rs")
    desk.assess(case_id, by=desk.two, now=NOW + LATER)
    desk.dispose(case_id, Kind.POLICE, "police-rs", now=NOW + LATER)
    acts.release(desk.app, desk.person("sample-supervisor"), case_id, NOW + LATER)
    outcome = _export(desk, "lea")
    assert _no_trace(outcome)
    assert ["has assessed" in why for why in _why(outcome)] == [True]


def test_a_case_that_grew_by_a_join_needs_its_texts_shown_again(desk: Desk) -> None:
    _let_go(desk, "helpline")
    case_id, other = desk.case_of("t-1"), desk.case_of("s-1")
    moves.join(desk.app, desk.one, other, case_id, NOW + LATER)
    with reading(desk.app.store.engine) as connection:
        assert [one.recipient for one in releases_of(connection, other)] == ["helpline"]
    desk.dispose(other, Kind.HELPLINE, "helpline", "worried_parent")
    outcome = _export(desk, "referral")
    assert _no_trace(outcome)
    assert ["it changed" in why for why in _why(outcome)] == [True]


def test_a_case_held_by_another_or_changed_since_is_not_released(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    code = show(_texts(desk), desk.two, case_id, "helpline", NOW).redacted.code
    with pytest.raises(RuleBroken, match="changed since you looked"):
        release_text(_texts(desk), desk.two, case_id, code, "helpline", NOW, version=99)
    desk.assess(case_id)
    holding.take(desk.app, desk.one, case_id, NOW)
    with pytest.raises(CaseTaken):
        release_text(_texts(desk), desk.two, case_id, code, "helpline", NOW)


def test_only_who_the_case_goes_to_can_get_its_text(desk: Desk) -> None:
    case_id = desk.case_of("t-1")
    switch(desk, 'free_text_for = ["police-rs", "helpline", "prevention"]')
    with pytest.raises(RuleBroken, match="nobody decided"):
        show(_texts(desk), desk.two, case_id, "prevention", NOW)
    with pytest.raises(RuleBroken, match="free_text_for"):
        show(_texts(desk), desk.two, case_id, "police-fbih", NOW)
    with pytest.raises(UsageError, match="police-rs, helpline"):
        show(_texts(desk), desk.two, case_id, None, NOW)
    with pytest.raises(UsageError, match="no such recipient"):
        show(_texts(desk), desk.two, case_id, "secretname", NOW)


def test_a_case_nobody_wrote_about_has_nothing_to_release_and_no_line(desk: Desk) -> None:
    case_id = desk.case_of("u-1")
    desk.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent")
    code = show(_texts(desk), desk.two, case_id, None, NOW).redacted.code
    with pytest.raises(RuleBroken, match="nobody wrote one"):
        release_text(_texts(desk), desk.two, case_id, code, None, NOW)
    outcome = _export(desk, "referral")
    assert case_id not in [one.case_id for one in outcome.textless]


def test_without_the_name_model_everything_is_withheld_and_nothing_can_be_released(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(redacting_setup, "_model", lambda: None)
    case_id = desk.case_of("t-1")
    redacted = show(_texts(desk), desk.two, case_id, "helpline", NOW).redacted
    assert redacted.texts == ()
    assert {why for _, why in redacted.withheld} == {"no_name_model"}
    with pytest.raises(RuleBroken, match="every text is withheld"):
        release_text(_texts(desk), desk.two, case_id, redacted.code, "helpline", NOW)
    assert _no_trace(_export(desk, "referral"))


def test_a_damaged_redactor_holds_back_texts_and_no_package(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _let_go(desk, "helpline")

    def damaged(_country: str) -> None:
        raise BadConfiguration("the name model is incomplete or changed")

    monkeypatch.setattr(redacting_setup, "redactor", damaged)
    outcome = _export(desk, "referral")
    assert _no_trace(outcome)
    assert ["incomplete" in why for why in _why(outcome)] == [True]
    with pytest.raises(BadConfiguration):
        show(_texts(desk), desk.two, desk.case_of("t-1"), "helpline", NOW)


def test_the_redactor_as_it_is_installed_lets_no_contact_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    redacted = show(_texts(desk), desk.two, desk.case_of("t-1"), "police-rs", NOW).redacted
    installed = resource("models/names/manifest.json").is_file()
    assert {why for _, why in redacted.withheld} == ({"unknown_language"} if installed else {"no_name_model"})
    assert len(redacted.texts) == int(installed)
    assert not any(word in one.redacted.text for one in redacted.texts for word in (REPORTER, GIVEN, SURNAME))
