"""The package after an urgent call begins with what a person stated in it; no other agency reads a word of that."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from exporters import plain_csv
from exporters.stated import Stated
from exporters.wording import LANGUAGES
from pipeline.delivery.pdf import words_in
from pipeline.desk import acts, moves
from pipeline.desk.call_log import CallNote
from pipeline.desk.letterhead import letterhead_of
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.references import external_reference
from pipeline.desk.told_reasons import stated_to
from pipeline.desk.urgent import log_call, make_call, review_call
from pipeline.routes import routes
from pipeline.store.engine import reading
from tests.agencies import opened, pin_agency
from tests.desk import NOW, Desk
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.urgent_call import CallReason, Outcome

pytestmark = pytest.mark.thorough

AGENCY, OTHER = "police-rs", "police-fbih"
SPOKEN = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(minutes=20)


def _called(
    desk: Desk, case_id: int, reason: CallReason = CallReason.SUSPECT_WITH_CHILD, agency: str = AGENCY, *,
    reached: bool = True, at: datetime = NOW,
) -> int:  # fmt: skip
    call, _ = make_call(desk.app, desk.one, case_id, agency, reason, at)
    note = CallNote("Officer Canary", "canary words")
    log_call(desk.app, desk.one, case_id, call.call_id, max(at, SPOKEN), note, LATER, reached=reached)
    return call.call_id


def _package(desk: Desk, case_id: int, agency: str = AGENCY) -> dict[str, bytes]:
    pin_agency(desk.app, agency, NOW)
    desk.assess(case_id, now=LATER)
    desk.dispose(case_id, Kind.POLICE, agency, "hosted_here", now=LATER)
    acts.release(desk.app, desk.two, case_id, LATER)
    (made,) = make_packages(desk.app, Order("lea", recipient=agency), desk.two, LATER).made
    return opened(made.folder)


def _reference(desk: Desk, case_id: int, agency: str = AGENCY) -> str:
    return external_reference(desk.app.store.index_key, routes().home_country, agency, case_id)


def _stated(desk: Desk, case_id: int, agency: str = AGENCY) -> list[tuple[CallReason, str, bool | None]]:
    with reading(desk.app.store.engine) as connection:
        found = stated_to(desk.app, connection, case_id, agency)
    return [(one.reason, one.reference, one.reached) for one in found]


def test_the_cover_begins_with_the_stated_reason_and_the_call_and_the_program_comes_after(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _called(desk, case_id)
    inside, words = _package(desk, case_id), words_in("sr-Cyrl")
    lines = inside["cover.txt"].decode().splitlines()
    first = next(line for line in lines if line.startswith("1 "))
    at = words.told(SPOKEN, letterhead_of(desk.app).zone)
    told = words.said("cover", "told_by_call", at=at, number=_reference(desk, case_id))
    stated = "Осумњичена особа је уз дијете: то каже особа, не програм."
    assert first.startswith(f"1 {words.said('cover', 'urgency')}: {stated} {told}")
    assert first.index("Програм каже: ") > first.index(told)
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1 ", "2 ", "3 ", "4 ", "5 "]
    pdf = PdfReader(BytesIO(inside["0-read-first.pdf"]))
    assert "Осумњичена особа је уз дијете" in " ".join(pdf.pages[0].extract_text().split())
    assert "canary" not in " ".join(page.extract_text() for page in pdf.pages).lower()
    (case,) = json.loads(inside["case.json"])["cases"]
    (said,) = case["stated"]
    assert datetime.fromisoformat(said.pop("at")) == SPOKEN
    assert said == {"reason": "suspect_with_child", "call": _reference(desk, case_id), "reached": True}


def test_a_case_nobody_called_about_has_nothing_stated(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _called(desk, case_id, agency=OTHER)
    assert "stated" not in _package(desk, case_id)["case.json"].decode()


def _news(inside: dict[str, bytes]) -> list[str]:
    (case,) = json.loads(inside["case.json"])["cases"]
    return [one["code"] for one in case["news"]]


def test_a_supplement_after_a_call_says_that_there_was_one_and_the_next_one_does_not(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _package(desk, case_id)
    _called(desk, case_id, agency=OTHER)
    again = Order("lea", recipient=AGENCY, again=True)
    (other,) = make_packages(desk.app, again, desk.two, LATER).made
    assert _news(opened(other.folder)) == ["sent_again"]
    _called(desk, case_id)
    (after,) = make_packages(desk.app, again, desk.two, LATER).made
    assert _news(opened(after.folder)) == ["urgent_call"]
    assert words_in("sr-Cyrl").code("news", "urgent_call") in opened(after.folder)["cover.txt"].decode()
    (later,) = make_packages(desk.app, again, desk.two, LATER).made
    assert _news(opened(later.folder)) == ["sent_again"]


def test_a_stated_danger_asks_for_the_child_also_where_no_program_found_any(desk: Desk) -> None:
    case_id, words = desk.case_of("o-1"), words_in("sr-Cyrl")
    _called(desk, case_id)
    cover = _package(desk, case_id)["cover.txt"].decode()
    assert words.code("asked", "safeguard_child") in cover
    assert words.code("escalate", "none") in cover


def test_the_call_sheet_asks_for_the_child_too_but_not_for_evidence_alone(desk: Desk) -> None:
    words = words_in("sr-Cyrl")
    for reason, asked in ((CallReason.CHILD_MISSING, True), (CallReason.EVIDENCE_VANISHING, False)):
        _, sheet = make_call(desk.app, desk.one, desk.case_of("o-1"), AGENCY, reason, NOW, again=True)
        assert (words.code("asked", "safeguard_child") in " ".join(sheet.split())) is asked


def test_another_agency_reads_no_reason_and_no_time_of_it(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _called(desk, case_id)
    inside, words = _package(desk, case_id, OTHER), words_in("bs")
    said = inside["cover.txt"].decode() + " ".join(
        page.extract_text() for page in PdfReader(BytesIO(inside["0-read-first.pdf"])).pages
    )
    assert words.code("call_reason", "suspect_with_child") not in said.lower()
    assert words.said("cover", "program", found="") not in said
    assert "suspect_with_child" not in inside["custody.csv"].decode()
    assert words.recipient(AGENCY) in said  # that it was told of the case, as before


def test_custody_names_the_reason_in_codes_and_in_words(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _called(desk, case_id)
    inside, words = _package(desk, case_id), words_in("sr-Cyrl")
    rows = plain_csv.read(inside["custody.csv"])
    reasons = {row["what"]: row["reason"] for row in rows}
    assert reasons["urgent_call_made"] == "suspect_with_child"
    assert {reasons[what] for what in reasons if what != "urgent_call_made"} == {""}
    pages = " ".join(page.extract_text() for page in PdfReader(BytesIO(inside["0-read-first.pdf"])).pages)
    step = f"{words.code('custody', 'urgent_call_made')}: {words.code('call_reason', 'suspect_with_child')}"
    assert "".join(step.split()) in "".join(pages.replace("\u200b", "").split())


def test_calls_that_reached_the_agency_count_and_each_reason_once(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    _called(desk, case_id, CallReason.MEETING_SOON, reached=False)
    mine = _reference(desk, case_id)
    assert _stated(desk, case_id) == [(CallReason.MEETING_SOON, mine, False)]
    assert _stated(desk, case_id, OTHER) == []
    for minutes in (6, 7):
        _called(desk, case_id, CallReason.LIFE_AT_RISK, at=NOW + timedelta(minutes=minutes))
    _called(desk, case_id, at=NOW + timedelta(minutes=8))
    assert _stated(desk, case_id) == [
        (CallReason.SUSPECT_WITH_CHILD, mine, True), (CallReason.LIFE_AT_RISK, mine, True),
    ]  # fmt: skip


def test_a_sheet_made_by_mistake_is_told_no_more_once_another_person_said_so(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    call_id = _called(desk, case_id, reached=False)
    review_call(desk.app, desk.two, case_id, call_id, Outcome.NOT_JUSTIFIED, LATER)
    assert _stated(desk, case_id) == []
    call_id = _called(desk, case_id)
    review_call(desk.app, desk.two, case_id, call_id, Outcome.NOT_JUSTIFIED, LATER)
    assert [reached for _, _, reached in _stated(desk, case_id)] == [True]  # they heard it


def test_a_reason_that_needs_nothing_any_more_is_not_stated_and_a_call_that_was_right_is(desk: Desk) -> None:
    for report, outcome, stated in (("d-1", Outcome.NOTHING_NEEDED, 0), ("s-1", Outcome.JUSTIFIED, 1)):
        case_id = desk.case_of(report)
        call_id = _called(desk, case_id, reached=False)
        review_call(desk.app, desk.two, case_id, call_id, outcome, LATER)
        assert len(_stated(desk, case_id)) == stated


def test_a_call_without_its_log_says_so_and_nothing_of_reaching(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    make_call(desk.app, desk.one, case_id, AGENCY, CallReason.CHILD_MISSING, NOW)
    at = words_in("sr-Cyrl").time(NOW, letterhead_of(desk.app).zone)
    open_call = words_in("sr-Cyrl").said("cover", "call_open", at=at, number=_reference(desk, case_id))
    assert open_call in _package(desk, case_id)["cover.txt"].decode()


def test_after_a_joining_the_reference_is_the_one_that_was_read_out_and_the_cover_says_where_it_is_now(
    desk: Desk,
) -> None:
    one, other = desk.case_of("s-1"), desk.case_of("d-1")
    _called(desk, other)
    moves.join(desk.app, desk.one, one, other, LATER)
    assert _stated(desk, one) == [(CallReason.SUSPECT_WITH_CHILD, _reference(desk, other), True)]
    cover = _package(desk, one)["cover.txt"].decode()
    assert _reference(desk, other) in cover
    assert f"(сада у предмету {_reference(desk, one)})" in cover


def test_a_statement_carries_nothing_but_a_reason_a_reference_and_a_time() -> None:
    for wrong in (("he is here", "BA-1", NOW), (CallReason.CHILD_MISSING, "C 1", NOW),
                  (CallReason.CHILD_MISSING, "BA-1", NOW.replace(tzinfo=None))):  # fmt: skip
        with pytest.raises(RuleBroken):
            Stated(*wrong, reached=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cover_says_it_as_the_call_sheet_does_in_every_language(language: str) -> None:
    words = words_in(language)
    sheet = words.said("call", "urgency", reason="{reason}", found="{found}")
    assert sheet == f"{words.said('cover', 'stated')} {words.said('cover', 'program')}"
