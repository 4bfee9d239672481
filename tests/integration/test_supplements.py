"""A later police package about a case names the first one and says what is new, on cover, in report and tables."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from exporters import plain_csv
from exporters.package import New
from exporters.vics import CASES_FILE, MEDIA_FILE
from exporters.wording import LANGUAGES
from pipeline.cli.main import answer
from pipeline.delivery.own_key import own_key
from pipeline.delivery.pdf import words_in
from pipeline.desk import acts, lea_holds, moves
from pipeline.desk.call_log import CallNote
from pipeline.desk.older_packages import older_packages
from pipeline.desk.package_folder import Made
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.sent_packages import sent_to
from pipeline.desk.supplements import Past
from pipeline.desk.urgent import log_call, make_call
from pipeline.store.engine import reading
from tests.agencies import AGENCY, opened, pin_agency
from tests.desk import NOW, Desk, copied, made
from triage.disposition import Kind
from triage.lea_hold import Why, WordKind
from triage.urgent_call import CallReason

AGENCY_CODE = "police-rs"
DANGER_TEXT = "somebody threatens to publish her pictures"
HOTLINE = 'hotline_name = "Hotline of the tests"\nhotline_phone = "+387 33 000 000"\n'


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace whose agency has a key; two cases were sent to it."""
    desk = made(tmp_path_factory.mktemp("sent"))
    settings = desk.app.workspace.settings_file
    kept = [line for line in settings.read_text().splitlines() if not line.lstrip("# ").startswith("hotline_")]
    settings.write_text("\n".join([*kept, HOTLINE]))
    pin_agency(desk.app, AGENCY_CODE, NOW)
    for name in ("s-1", "d-1"):
        _decide(desk, desk.case_of(name), 0)
    _send(desk, 5)
    return desk


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    """A copy of it."""
    return copied(template, tmp_path)


def _decide(desk: Desk, case_id: int, minutes: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    desk.assess(case_id, now=at)
    desk.dispose(case_id, Kind.POLICE, AGENCY_CODE, "hosted_here", now=at)
    acts.release(desk.app, desk.two, case_id, at + timedelta(minutes=1))


def _send(desk: Desk, minutes: int, *, again: bool = False) -> tuple[Made, ...]:
    order = Order("lea", recipient=AGENCY_CODE, again=again)
    return make_packages(desk.app, order, desk.two, NOW + timedelta(minutes=minutes)).made


def _first(desk: Desk) -> str:
    with reading(desk.app.store.engine) as connection:
        return sent_to(desk.app, connection, AGENCY_CODE)[0].name


def _reference(desk: Desk, case_id: int) -> str:
    with reading(desk.app.store.engine) as connection:
        return next(one.reference for one in sent_to(desk.app, connection, AGENCY_CODE) if one.case_id == case_id)


def _older(desk: Desk, case_id: int) -> list[tuple[object, ...]]:
    with reading(desk.app.store.engine) as connection:
        found = older_packages(connection, desk.facts(case_id))
    return [(one.recipient, *one.names, one.new_reports, one.new_assessments) for one in found]


def _news(desk: Desk, case_id: int) -> tuple[New, ...] | None:
    facts = desk.facts(case_id)
    with reading(desk.app.store.engine) as connection:
        past = Past(desk.app, connection, AGENCY_CODE, "BA")
        found = past.supplement(case_id, facts.report_ids, texts=0, escalate=facts.escalate)
    return None if found is None else found.news


def test_a_supplement_marks_the_addresses_that_only_reports_since_then_name(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    desk.bring("more", {"id": "s-9", "location": "https://bad.example/a?utm_source=late"})
    assert desk.case_of("s-9") == case_id
    _decide(desk, case_id, 10)
    (supplement,) = _send(desk, 20)
    files = opened(supplement.folder)
    rows = plain_csv.read(files["reports.csv"])
    marks = {row["address_defanged"]: row["is_new"] for row in rows}
    assert marks["hxxps://bad[.]example/a?utm_source=late"] == "yes"
    assert marks["hxxps://bad[.]example/a?utm_source=x"] == "no"
    assert files["addresses-new.txt"] == b"https://bad.example/a?utm_source=late\n"
    assert files["addresses-new.txt"] in files["addresses.txt"]
    page = PdfReader(BytesIO(files["0-read-first.pdf"]))
    said = " ".join(" ".join(one.extract_text() for one in page.pages).split())
    assert said.count(words_in("sr-Cyrl").field("is_new")) == 1


def test_a_first_package_marks_nothing_and_what_was_joined_in_since_is_new(desk: Desk) -> None:
    one, other = desk.case_of("s-1"), desk.case_of("o-1")
    moves.join(desk.app, desk.one, one, other, NOW + timedelta(minutes=8))
    _decide(desk, one, 10)
    (supplement,) = _send(desk, 20)
    files = opened(supplement.folder)
    marks = {row["address_defanged"]: row["is_new"] for row in plain_csv.read(files["reports.csv"])}
    assert marks.pop("hxxps://other[.]example/b") == "yes"
    assert set(marks.values()) == {""}
    assert files["addresses-new.txt"] == b"https://other.example/b\n"
    first = next(path for path in desk.app.workspace.exports.iterdir() if path != supplement.folder)
    assert "addresses-new.txt" not in opened(first)
    assert {row["is_new"] for row in plain_csv.read(opened(first)["reports.csv"])} == {""}


def test_the_first_package_about_a_case_adds_to_nothing(desk: Desk) -> None:
    assert _news(desk, desk.case_of("o-1")) is None


def test_what_was_sent_again_says_that_nothing_is_new(desk: Desk) -> None:
    (again,) = _send(desk, 10, again=True)
    words, cover = words_in("sr-Cyrl"), opened(again.folder)["cover.txt"].decode()
    nothing = f"{_reference(desk, desk.case_of('s-1'))}: {words.code('news', 'sent_again')}."
    assert nothing in next(line for line in cover.splitlines() if line.startswith(words.said("document", "news")))


def _waits_until(desk: Desk, case_id: int, minutes: int) -> datetime | None:
    now = NOW + timedelta(minutes=minutes)
    with reading(desk.app.store.engine) as connection:
        (one,) = lea_holds.holds_in(connection, [case_id], now)[case_id]
    return one.until


def test_sending_the_same_again_does_not_make_notices_wait_anew_and_anything_new_does(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    first = _waits_until(desk, case_id, 6)
    assert first == NOW + timedelta(hours=72, minutes=5)
    for minutes in (60, 120):
        _send(desk, minutes, again=True)
        assert _waits_until(desk, case_id, minutes + 1) == first
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a?utm_source=x"})
    _send(desk, 180, again=True)
    assert _waits_until(desk, case_id, 181) == NOW + timedelta(hours=75)
    assert _waits_until(desk, desk.case_of("d-1"), 181) == first
    _send(desk, 240, again=True)
    assert _waits_until(desk, case_id, 241) == NOW + timedelta(hours=75)


def test_a_decision_made_since_waits_from_its_own_package(desk: Desk) -> None:
    case_id, at = desk.case_of("s-1"), NOW + timedelta(minutes=60)
    desk.dispose(case_id, Kind.POLICE, AGENCY_CODE, "hosted_here", now=at)
    acts.release(desk.app, desk.two, case_id, at)
    _send(desk, 70)
    assert _waits_until(desk, case_id, 71) == NOW + timedelta(hours=72, minutes=70)


def test_new_reports_and_assessments_are_counted(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a"}, {"id": "x-1", "location": "Viber"})
    desk.assess(case_id, now=NOW + timedelta(minutes=20))
    desk.assess(case_id, now=NOW + timedelta(minutes=21), by=desk.two)
    assert _news(desk, case_id) == (New("new_report", 1), New("new_assessment", 2))
    assert _news(desk, desk.case_of("d-1")) == (New("sent_again"),)


def test_a_supplement_says_what_it_adds_to_and_what_is_new_wherever_an_officer_looks(desk: Desk) -> None:
    first, case_id = _first(desk), desk.case_of("s-1")
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a"})
    _decide(desk, case_id, 20)
    (package,) = _send(desk, 30)
    assert (package.supplement, package.called) == (first, package.name)
    inside, words = opened(package.folder), words_in("sr-Cyrl")
    cover = inside["cover.txt"].decode().splitlines()
    reference = _reference(desk, case_id)
    new = f"{words.code('news', 'new_report')}: 1; {words.code('news', 'new_assessment')}: 1"
    assert cover[:4] == [
        f"{words.said('document', 'package')}: {package.name}",
        f"{words.said('document', 'hotline')}: Hotline of the tests, +387 33 000 000",
        f"{words.said('document', 'supplement')}: {first}",
        f"{words.said('document', 'news')}: {reference}: {new}.",
    ]
    assert [line.split()[0] for line in cover[4:]] == ["1", "2", "3", "4", "5"]
    page = _first_page(inside["0-read-first.pdf"])
    assert all(said in page for said in (first, str(package.name), "Hotline of the tests", new))
    told = json.loads(inside["case.json"])
    assert (told["package"], told["supplement_to"]) == (package.name, first)
    assert told["names"] == {AGENCY_CODE: words.recipient(AGENCY_CODE)}
    assert told["cases"][0]["news"] == [{"code": "new_report", "count": 1}, {"code": "new_assessment", "count": 1}]


def test_graver_danger_than_the_agency_was_told_of_is_the_first_news(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a", "description": DANGER_TEXT})
    assert _news(desk, case_id) == (New("graver_danger"), New("new_report", 1))
    _decide(desk, case_id, 20)
    (package,) = _send(desk, 30)
    inside = opened(package.folder)
    assert words_in("sr-Cyrl").code("news", "graver_danger") in inside["cover.txt"].decode()
    assert json.loads(inside["case.json"])["cases"][0]["news"][0] == {"code": "graver_danger", "count": 1}
    assert _news(desk, case_id) == (New("sent_again"),)
    desk.bring("third", {"id": "s-4", "location": "https://bad.example/a", "description": DANGER_TEXT},
               {"id": "s-5", "location": "https://bad.example/a"})  # fmt: skip
    assert _news(desk, case_id) == (New("new_danger", 1), New("new_report", 2)), "no graver, and still said first"


def test_a_demonstrations_readable_package_made_again_does_not_make_notices_wait_anew(desk: Desk) -> None:
    case_id, other, order = desk.case_of("o-1"), "police-fbih", Order("lea", "police-fbih", again=True)
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, other, "hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW + timedelta(minutes=1))
    for minutes in (5, 60, 120):
        (made_now,) = make_packages(desk.app, order, desk.two, NOW + timedelta(minutes=minutes)).made
        assert made_now.name is None
        assert _waits_until(desk, case_id, minutes + 1) == NOW + timedelta(hours=72, minutes=5)
    desk.bring("second", {"id": "o-2", "location": "https://other.example/b"})
    make_packages(desk.app, order, desk.two, NOW + timedelta(minutes=180))
    assert _waits_until(desk, case_id, 181) == NOW + timedelta(hours=75), "it told of one more report"
    pin_agency(desk.app, other, NOW)
    (sealed,) = make_packages(desk.app, order, desk.two, NOW + timedelta(minutes=240)).made
    assert (sealed.name is None, sealed.supplement) == (False, None)
    assert _waits_until(desk, case_id, 241) == NOW + timedelta(hours=76), "nobody had one they could open before"


def _holds(desk: Desk, case_id: int, minutes: int = 0) -> list[Why]:
    """What holds notices about a case long after the protocol's hours."""
    with reading(desk.app.store.engine) as connection:
        now = NOW + timedelta(days=90, minutes=minutes)
        return [one.why for one in lea_holds.holds_in(connection, [case_id], now)[case_id]]


def test_graver_danger_than_police_were_told_of_holds_notices_until_a_package_tells_them(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    assert _holds(desk, case_id) == [], "their hours are over"
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a", "description": DANGER_TEXT})
    assert _holds(desk, case_id) == [Why.GRAVER_DANGER]
    assert _holds(desk, desk.case_of("d-1")) == []
    _decide(desk, case_id, 20)
    assert _holds(desk, case_id) == [Why.PACKAGE_NOT_GONE]
    _send(desk, 30)
    assert _holds(desk, case_id) == []


def test_graver_danger_police_were_called_about_holds_no_more(desk: Desk) -> None:
    case_id, later = desk.case_of("s-1"), NOW + timedelta(days=90)
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a", "description": DANGER_TEXT})
    for reached in (False, True):
        call, _ = make_call(desk.app, desk.two, case_id, AGENCY_CODE, CallReason.LIFE_AT_RISK, later)
        assert _holds(desk, case_id) == [Why.GRAVER_DANGER], "nobody wrote down that they were spoken with"
        note = CallNote("Duty desk", "As it went.")
        log_call(desk.app, desk.two, case_id, call.call_id, later, note, later, reached=reached)
    assert _holds(desk, case_id) == []


def test_police_can_let_go_in_spite_of_graver_danger(desk: Desk) -> None:
    case_id, later = desk.case_of("s-1"), NOW + timedelta(days=90)
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a", "description": DANGER_TEXT})
    assert _holds(desk, case_id) == [Why.GRAVER_DANGER]
    lea_holds.write_word(desk.app, desk.one, case_id, WordKind.RELEASE, AGENCY_CODE, "telephone", later)
    assert _holds(desk, case_id, minutes=1) == []


def test_the_case_says_that_an_agency_has_an_older_package_until_a_newer_is_decided(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, first = desk.case_of("s-1"), _first(desk)
    assert _older(desk, case_id) == []
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a"})
    assert _older(desk, case_id) == [(AGENCY_CODE, first, 1, 0)]
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    assert answer(["cases", "show", f"C{case_id}", "--workspace", str(desk.app.workspace.root)]) == 0
    said = capsys.readouterr().out
    assert f"hotline dispose C{case_id} police {AGENCY_CODE}" in said
    assert "lacks 1 new report" in said
    _decide(desk, case_id, 20)
    assert _older(desk, case_id) == []
    _send(desk, 30)
    assert _older(desk, case_id) == []


def test_what_a_joining_brings_is_missing_from_the_older_package_as_much_as_what_came_after_it(desk: Desk) -> None:
    known, first = desk.case_of("s-1"), _first(desk)
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a"})
    _decide(desk, desk.case_of("o-1"), 1)
    moves.join(desk.app, desk.one, known, desk.case_of("o-1"), NOW + timedelta(minutes=10))
    assert _older(desk, known) == [(AGENCY_CODE, first, 2, 1)], "a decision from before the joining does not wait"
    _decide(desk, known, 20)
    assert _older(desk, known) == []
    _send(desk, 30)
    assert _older(desk, known) == []


def test_a_case_whose_package_went_before_it_was_joined_in_lacks_what_the_other_case_had(desk: Desk) -> None:
    known, into, first = desk.case_of("s-1"), desk.case_of("o-1"), _first(desk)
    moves.join(desk.app, desk.one, into, known, NOW + timedelta(minutes=10))
    assert _older(desk, into) == [(AGENCY_CODE, first, 1, 0)]


def test_two_cases_the_agency_had_lack_nothing_when_they_are_joined(desk: Desk) -> None:
    moves.join(desk.app, desk.one, desk.case_of("s-1"), desk.case_of("d-1"), NOW + timedelta(minutes=10))
    assert _older(desk, desk.case_of("s-1")) == []


def _first_page(pdf: bytes) -> str:
    return " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().replace("\u200b", "").split())


def test_a_case_joined_with_one_the_agency_had_names_that_one(desk: Desk) -> None:
    known, other = desk.case_of("s-1"), desk.case_of("o-1")
    moves.join(desk.app, desk.one, other, known, NOW + timedelta(minutes=10))
    assert _news(desk, other) == (New("new_report"), New("joined", reference=_reference(desk, known)))
    _decide(desk, other, 20)
    (package,) = _send(desk, 30)
    assert package.supplement == _first(desk)


def test_a_case_joined_with_one_the_agency_never_had_names_no_other(desk: Desk) -> None:
    known, other = desk.case_of("s-1"), desk.case_of("o-1")
    moves.join(desk.app, desk.one, known, other, NOW + timedelta(minutes=10))
    assert _news(desk, known) == (New("new_report"), New("joined"))


def test_what_was_split_off_a_case_the_agency_had_is_a_supplement_to_it(desk: Desk) -> None:
    known = desk.case_of("s-1")
    item = desk.item(known, "www.bad.example/a")
    new = moves.split(desk.app, desk.one, known, (item,), (), NOW + timedelta(minutes=10), desk.vault())
    assert _news(desk, new) == (New("split_off", reference=_reference(desk, known)),)
    assert _news(desk, known) == (New("split"),)


def test_another_agency_is_told_of_no_package_it_did_not_get(desk: Desk) -> None:
    facts = desk.facts(desk.case_of("s-1"))
    with reading(desk.app.store.engine) as connection:
        past = Past(desk.app, connection, "police-brcko", "BA")
        assert past.supplement(facts.case_id, facts.report_ids, texts=0) is None


def test_one_name_stands_on_every_screen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-liaison")
    workspace, case_id = desk.app.workspace.root, desk.case_of("s-1")
    keys = workspace.parent
    (keys / "agency.key").write_bytes(AGENCY.stored())
    assert answer(["--workspace", str(workspace), "export", "lea", "--recipient", AGENCY_CODE, "--again"]) == 0
    exported = capsys.readouterr().out
    sealed = sorted((workspace / "exports").glob(f"lea-{AGENCY_CODE}-*/*.tar.gpg"))[-1]
    name = sealed.name.removesuffix(".tar.gpg")
    assert f"{name}  lea for {AGENCY_CODE}, 2 cases" in exported
    assert answer(["--workspace", str(workspace), "cases", "show", f"C{case_id}"]) == 0
    assert f"{name} for {AGENCY_CODE}, once more" in capsys.readouterr().out
    certificate = workspace / "hotline.asc"
    certificate.write_bytes(own_key(desk.app.workspace).certificate.armoured())
    keys_given = ("--signer", str(certificate), "--key", str(keys / "agency.key"))
    assert answer(["verify-package", str(sealed), *keys_given]) == 0
    assert capsys.readouterr().out.splitlines()[0] == name
    assert answer(["verify-package", str(sealed), *keys_given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == name


def test_the_readme_says_what_every_file_is_in_the_packages_language(desk: Desk) -> None:
    (again,) = _send(desk, 10, again=True)
    inside, words = opened(again.folder), words_in("sr-Cyrl")
    said = " ".join(inside["README.txt"].decode().split())
    others = set(inside) - {"README.txt"}
    assert others == {
        "0-read-first.pdf", "addresses.txt", "case.json", "case.jsonld", "cover.txt", "custody.csv", "redaction.csv",
        "reports.csv",
    }  # fmt: skip
    for name in others:
        assert f"{name} {words.code('files', name)}" in said
    for language in LANGUAGES:
        at_times = {"texts.txt", "addresses-new.txt", MEDIA_FILE, CASES_FILE}
        assert others | at_times == set(words_in(language).tables["files"])


def test_custody_tells_each_step_in_local_time_and_in_utc(desk: Desk) -> None:
    (again,) = _send(desk, 10, again=True)
    rows = plain_csv.read(opened(again.folder)["custody.csv"])
    assessed = next(row for row in rows if row["what"] == "case_assessed")
    assert (assessed["at"], assessed["at_utc"]) == ("2026-03-04T11:00:00+01:00", "2026-03-04T10:00:00+00:00")
