"""Police read who looked at what a case holds, also where it was looked at before a split or a joining."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from exporters import plain_csv
from exporters.wording import LANGUAGES
from pipeline.delivery.pdf import words_in
from pipeline.desk import acts, moves
from pipeline.desk.acts import Said
from pipeline.desk.answer_withdrawn import withdraw
from pipeline.desk.call_log import CallNote
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import actor
from pipeline.desk.told_custody import custody
from pipeline.desk.told_intake import TAKEN_IN
from pipeline.desk.urgent import log_call, make_call, review_call
from pipeline.store.engine import reading, writing
from pipeline.store.schema import run
from tests.agencies import opened, pin_agency
from tests.desk import NOW, Desk
from tests.disclosed import AGENCY, OTHER, another, asked, released
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.urgent_call import CallReason, Outcome

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.disclosure_workspace",)
LATER = NOW + timedelta(minutes=10)


def _told(desk: Desk, *cases: int) -> list[tuple[str | None, str]]:
    with reading(desk.app.store.engine) as connection:
        lines = custody(connection, {case_id: f"REF-{case_id}" for case_id in cases}, "police-rs")
    return [(line.reference, line.what) for line in lines if line.what != TAKEN_IN]


def _seen(desk: Desk, case_id: int, ending: str) -> None:
    item = desk.item(case_id, ending)
    said = Said(Classification.NOT_ILLEGAL, reason="adult_content", viewed=Viewed.CONTENT, locator_id=item)
    desk.assess(case_id, said)


def test_custody_begins_with_the_taking_in_of_the_reports_by_batch_and_names_no_batch(desk: Desk) -> None:
    desk.bring("one-more", {"id": "s-9", "location": "https://bad.example/a"})
    case_id = desk.case_of("s-1")
    reports = desk.facts(case_id).reports
    with reading(desk.app.store.engine) as connection:
        lines = [one for one in custody(connection, {case_id: "REF-1"}, "police-rs") if one.what == TAKEN_IN]
        times = connection.execute(select(run.c.committed_at).order_by(run.c.run_no)).scalars().all()
    assert [one.count for one in lines] == [reports - 1, 1]
    assert [int(one.at.timestamp()) for one in lines] == times
    assert {(one.role, one.reference, one.package) for one in lines} == {(None, "REF-1", None)}


def test_a_package_is_named_to_its_own_agency_alone(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    for agency in ("police-rs", "police-fbih"):
        pin_agency(desk.app, agency, NOW)
        desk.assess(case_id)
        desk.dispose(case_id, Kind.POLICE, agency, "hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    made = {one.recipient: str(one.name) for one in make_packages(desk.app, Order("lea"), desk.two, LATER).made}
    assert len(set(made.values())) == 2
    for agency, name in made.items():
        with reading(desk.app.store.engine) as connection:
            lines = custody(connection, {case_id: "REF-1"}, agency)
        assert [(one.what, one.package) for one in lines if one.package] == [("exported", name)]


def _releases(desk: Desk, case_id: int, agency: str) -> int:
    with reading(desk.app.store.engine) as connection:
        return [one.what for one in custody(connection, {case_id: "REF-1"}, agency)].count("case_released")


def test_an_agency_is_told_of_the_releases_for_it_alone(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    desk.assess(case_id)
    counts = []
    for agencies in (("police-rs",), ("police-fbih",), ("police-rs", "police-fbih")):
        for agency in agencies:
            desk.dispose(case_id, Kind.POLICE, agency, "hosted_here")
        acts.release(desk.app, desk.two, case_id, NOW)
        counts.append((_releases(desk, case_id, "police-rs"), _releases(desk, case_id, "police-fbih")))
    assert counts == [(1, 0), (1, 1), (2, 2)]


def test_an_older_release_that_names_no_agency_is_told_where_only_one_was_decided_for(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    desk.assess(case_id)
    details = {"kind": "police", "count": 1}
    counts = []
    for agency in ("police-rs", "police-fbih"):
        desk.dispose(case_id, Kind.POLICE, agency, "hosted_here")
        with writing(desk.app.store.engine) as connection:
            desk.app.store.record(connection, NOW, actor(desk.two), "case_released", f"C{case_id}", details)
        counts.append((_releases(desk, case_id, "police-rs"), _releases(desk, case_id, "police-fbih")))
    assert counts == [(1, 0), (1, 0)]


def test_the_next_packages_papers_name_the_earlier_one(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    pin_agency(desk.app, "police-rs", NOW)
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    (first,) = make_packages(desk.app, Order("lea"), desk.two, NOW).made
    (again,) = make_packages(desk.app, Order("lea", again=True), desk.two, LATER).made
    inside = opened(again.folder)
    rows = plain_csv.read(inside["custody.csv"])
    assert [(row["what"], row["package"]) for row in rows if row["package"]] == [("exported", first.name)]
    assert [row["count"] for row in rows if row["what"] == TAKEN_IN] == ["1"]
    pages = " ".join(page.extract_text() for page in PdfReader(BytesIO(inside["0-read-first.pdf"])).pages)
    words = words_in("sr-Cyrl")
    for said in (f"{words.code('custody', 'exported')}: {first.name}", words.code("custody", TAKEN_IN)):
        assert "".join(said.split()) in "".join(pages.replace("\u200b", "").split())


def test_a_case_that_was_split_off_tells_who_looked_at_it_before(desk: Desk) -> None:
    old = desk.case_of("s-1")
    _seen(desk, old, "utm_source=x")
    _seen(desk, old, "www.bad.example/a")
    desk.dispose(old, Kind.POLICE, "police-fbih")
    item = desk.item(old, "www.bad.example/a")
    new = moves.split(desk.app, desk.one, old, (item,), (), LATER, desk.vault())
    _seen(desk, old, "utm_source=x")
    assert _told(desk, new) == [(f"REF-{new}", "case_assessed"), (f"REF-{new}", "case_split_off")]


def _note(desk: Desk, case_id: int, event: str, **details: object) -> None:
    with writing(desk.app.store.engine) as connection:
        desk.app.store.record(connection, NOW, actor(desk.one), event, f"C{case_id}", details)


def test_a_case_that_was_split_off_tells_nothing_from_before_its_report_was_in(desk: Desk) -> None:
    old = desk.case_of("s-1")
    pin_agency(desk.app, "police-rs", NOW)
    _called(desk, old, "police-rs")
    _called(desk, old, "police-rs", reached=False)
    call, _ = make_call(desk.app, desk.one, old, "police-rs", CallReason.MEETING_SOON, NOW)
    desk.assess(old)
    desk.dispose(old, Kind.POLICE, "police-rs", "hosted_here")
    acts.release(desk.app, desk.two, old, NOW)
    make_packages(desk.app, Order("lea"), desk.two, LATER)
    _note(desk, old, "text_released", recipient="police-rs", texts=1)
    desk.bring("late", {"id": "late-1", "location": "https://bad.example/a?utm_campaign=z"})
    log_call(desk.app, desk.one, old, call.call_id, NOW, CallNote("Desk", "Told."), LATER, reached=True)
    new = moves.split(desk.app, desk.one, old, (desk.item(old, "utm_campaign=z"),), (), LATER, desk.vault())
    assert _told(desk, new) == [(f"REF-{new}", "case_split_off")]
    assert len(_told(desk, old)) > 5


def test_what_a_former_case_counted_is_counted_of_the_reports_that_moved(desk: Desk) -> None:
    old = desk.case_of("s-1")
    desk.bring("late", {"id": "late-1", "location": "https://bad.example/a?utm_campaign=z"})
    _note(desk, old, "text_read", reports=3)
    _note(desk, old, "text_released", recipient="police-rs", texts=2)
    moved = [desk.item(old, ending) for ending in ("utm_campaign=z", "utm_source=x")]
    new = moves.split(desk.app, desk.one, old, moved, (), LATER, desk.vault())
    with reading(desk.app.store.engine) as connection:
        lines = {one.what: one.count for one in custody(connection, {new: "REF-1"}, "police-rs")}
    assert lines == {TAKEN_IN: 1, "text_read": 2, "text_released": 1, "case_split_off": 1}


def test_content_nobody_could_assess_is_not_told_as_assessed(desk: Desk) -> None:
    case_id = desk.case_of("o-1")
    desk.assess(case_id, Said(Classification.NOT_ASSESSED, reason="unable_to_access"))
    desk.assess(case_id, Said(Classification.NOT_ILLEGAL, reason="adult_content", viewed=Viewed.CONTENT))
    assert [code for _, code in _told(desk, case_id)] == ["case_not_assessed", "case_assessed"]
    for language in LANGUAGES:
        said = {words_in(language).code("custody", code) for code in ("case_not_assessed", "case_assessed")}
        assert len(said - {"case_not_assessed", "case_assessed"}) == 2


def test_a_case_that_took_in_another_tells_who_looked_at_that_one_before(desk: Desk) -> None:
    one, other = desk.case_of("s-1"), desk.case_of("o-1")
    desk.assess(other)
    assert _told(desk, one) == []
    moves.join(desk.app, desk.one, one, other, LATER)
    assert _told(desk, one) == [(f"REF-{one}", "case_assessed"), (f"REF-{one}", "cases_joined")]
    new = moves.split(desk.app, desk.one, one, (desk.item(one, "/b"),), (), LATER, desk.vault())
    assert _told(desk, new) == [(f"REF-{new}", "case_assessed"), (f"REF-{new}", "case_split_off")]
    assert {reference for reference, _ in _told(desk, one, new)} == {f"REF-{one}", f"REF-{new}"}


def _called(desk: Desk, case_id: int, agency: str, *, reached: bool = True,
            outcome: Outcome = Outcome.JUSTIFIED) -> None:  # fmt: skip
    call, _ = make_call(desk.app, desk.one, case_id, agency, CallReason.MEETING_SOON, NOW)
    note = CallNote("Officer on duty", "Told of it.")
    log_call(desk.app, desk.one, case_id, call.call_id, NOW, note, LATER, reached=reached)
    review_call(desk.app, desk.two, case_id, call.call_id, outcome, LATER)


def test_an_agency_is_told_of_the_urgent_calls_that_reached_it_and_that_others_were_tried(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _called(desk, case_id, "police-fbih")
    _called(desk, case_id, "police-rs", reached=False)
    with reading(desk.app.store.engine) as connection:
        (tried,) = (one for one in custody(connection, {case_id: "REF"}, "police-rs") if one.what != TAKEN_IN)
    assert (tried.what, tried.at, tried.reason) == ("urgent_call_unreached", NOW, str(CallReason.MEETING_SOON))
    assert (tried.role, tried.count) == (desk.one.role, 1)
    _called(desk, case_id, "police-rs")
    acts = ("urgent_call_logged", "urgent_call_made", "urgent_call_reviewed", "urgent_call_unreached")
    assert sorted(_told(desk, case_id)) == [(f"REF-{case_id}", what) for what in acts]


def test_a_call_told_in_minutes_stands_behind_the_sheet_it_was_made_from(desk: Desk) -> None:
    case_id, made_at = desk.case_of("d-1"), NOW.replace(second=38)
    desk.assess(case_id, now=made_at)
    call, _ = make_call(desk.app, desk.one, case_id, "police-rs", CallReason.MEETING_SOON, made_at)
    spoken_at = made_at.replace(second=0)
    note = CallNote("Nobody", "Nobody answered.")
    log_call(desk.app, desk.one, case_id, call.call_id, spoken_at, note, LATER, reached=False)
    with reading(desk.app.store.engine) as connection:
        told = [one.what for one in custody(connection, {case_id: "REF"}, "police-rs") if one.what != TAKEN_IN]
    assert told == ["case_assessed", "urgent_call_unreached"]


def test_a_sheet_made_by_mistake_was_no_call_that_was_tried(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _called(desk, case_id, "police-rs", reached=False, outcome=Outcome.NOT_JUSTIFIED)
    assert _told(desk, case_id) == []


def test_what_is_written_down_of_a_call_after_a_join_stands_in_the_joined_case(desk: Desk) -> None:
    one, other = desk.case_of("s-1"), desk.case_of("d-1")
    call, _ = make_call(desk.app, desk.one, other, "police-rs", CallReason.MEETING_SOON, NOW)
    moves.join(desk.app, desk.one, one, other, LATER)
    note = CallNote("Officer on duty", "Told of it.")
    log_call(desk.app, desk.one, other, call.call_id, NOW, note, LATER, reached=True)
    review_call(desk.app, desk.two, other, call.call_id, Outcome.JUSTIFIED, LATER)
    acts = ("urgent_call_made", "cases_joined", "urgent_call_logged", "urgent_call_reviewed")
    assert _told(desk, one) == [(f"REF-{one}", what) for what in acts]
    later, _ = make_call(desk.app, desk.one, one, "police-rs", CallReason.MEETING_SOON, LATER)
    assert later.case_id == one


def test_a_closing_is_called_so_and_no_decision_where_anything_goes(desk: Desk) -> None:
    case_id = desk.case_of("o-1")
    desk.assess(case_id)
    desk.close(case_id)
    assert _told(desk, case_id) == [(f"REF-{case_id}", "case_assessed"), (f"REF-{case_id}", "case_closed")]


def test_an_agency_is_told_that_a_contact_was_disclosed_to_it_and_never_which(telling: Desk) -> None:
    case_id = asked(telling)
    released(telling)
    with reading(telling.app.store.engine) as connection:
        lines = custody(connection, {case_id: "REF-1"}, AGENCY)
        elsewhere = custody(connection, {case_id: "REF-1"}, OTHER)
    disclosed = [line for line in lines if line.what == "disclosure_made"]
    assert disclosed
    assert {(line.count, line.reference) for line in disclosed} == {(1, "REF-1")}
    assert "disclosure_made" not in {line.what for line in elsewhere}


def test_an_agency_is_told_that_a_contact_it_could_ask_for_is_wanted_no_more_and_of_no_other(telling: Desk) -> None:
    case_id = telling.case_of("p-1")
    for name in ("p-1", "p-3"):  # the second never allowed police to make contact
        withdraw(telling.app, telling.one, telling.report_of(name), LATER)
    with reading(telling.app.store.engine) as connection:
        lines = custody(connection, {case_id: "REF-1"}, AGENCY)
    assert [line.count for line in lines if line.what == "contact_withdrawn"] == [1]


def test_a_withdrawal_goes_along_with_its_report_into_another_case(telling: Desk) -> None:
    gone, case_id = another(telling, "z-1"), telling.case_of("p-1")
    withdraw(telling.app, telling.one, telling.report_of("z-1"), NOW)
    moves.join(telling.app, telling.one, case_id, gone, LATER)
    with reading(telling.app.store.engine) as connection:
        assert "contact_withdrawn" in {line.what for line in custody(connection, {case_id: "REF-1"}, AGENCY)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_calls_and_disclosures_are_told_in_words_of_every_language(language: str) -> None:
    codes = ("case_closed", "urgent_call_made", "urgent_call_logged", "urgent_call_reviewed", "disclosure_made",
             "contact_withdrawn", TAKEN_IN)  # fmt: skip
    words = words_in(language)
    assert not {words.code("custody", code) for code in codes} & {*codes, *(code.replace("_", " ") for code in codes)}
