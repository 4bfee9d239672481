"""Sending to a fake ICCAM that keeps INHOPE's order: every answer survives, nothing is doubled or sent in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exporters.iccam_payloads import answers_of, source_answers_of
from pipeline.delivery.iccam.calls import Calls, Found, sent_form
from pipeline.delivery.iccam.plan import Call, Why
from pipeline.delivery.iccam.push import FAILURES_IN_A_ROW, Happened, Noted, Pushed, push
from pipeline.delivery.iccam.state import OurCase
from tests.iccam_cases import CODES, HOME, LEA, REMOVED, assigned_case, exported, line_to, loaded, our_case
from tests.iccam_certificates import Certificates, make_certificates
from tests.iccam_server import FakeIccam
from triage.assessment import (
    AgeGroup,
    Classification,
    Commerciality,
    Gender,
    IccamAnswers,
    PaymentMethod,
    SiteType,
)
from triage.errors import ServiceFailed


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("iccam"))


@pytest.fixture
def server(certificates: Certificates) -> Iterator[FakeIccam]:
    with FakeIccam(certificates) as running:
        yield running


@pytest.fixture
def calls(server: FakeIccam, tmp_path: Path, certificates: Certificates) -> Iterator[Calls]:
    with line_to(loaded(tmp_path, server.url, certificates)) as line:
        yield Calls(line)


def _push(calls: Calls, *cases: OurCase, tell: Any = lambda _: None) -> Pushed:
    return push(calls, cases, HOME, CODES, tell)


def _said(pushed: Pushed) -> list[tuple[str, str]]:
    return [(str(one.call), str(one.happened)) for one in pushed.notes]


ALL_ANSWERS = [
    IccamAnswers(
        gender=list(Gender)[n % len(Gender)], age_group=list(AgeGroup)[(n + 1) % len(AgeGroup)], virtual=bool(n & 1),
        user_generated=bool(n & 2), child_modeling=bool(n & 4), site_type=list(SiteType)[n % len(SiteType)],
        commerciality=list(Commerciality)[n % len(Commerciality)],
        payment_methods=(list(PaymentMethod)[n % len(PaymentMethod)],),
    )
    for n in range(16)
]  # fmt: skip


def test_every_answer_survives_the_round_trip(server: FakeIccam, calls: Calls) -> None:
    cases = [our_case(f"IC-{n}", answers=answers) for n, answers in enumerate([*ALL_ANSWERS, None])]
    pushed = _push(calls, *cases)
    numbers = [one.number for one in pushed.notes if one.happened is Happened.ACCEPTED]
    assert len(numbers) == len(cases)
    for number, answers in zip(numbers, [*ALL_ANSWERS, None], strict=True):
        assert number is not None
        report = calls.report(number)
        content = calls.content(report.contents[0][0])
        given = answers or IccamAnswers()
        questions = ("gender", "age_group", "virtual", "user_generated", "child_modeling")
        wanted = {name: said for name in questions if (said := getattr(given, name)) is not None}
        assert answers_of(content.assessments[-1], CODES) == {"classification": "national"} | wanted
        source = ("site_type", "commerciality", "payment_methods")
        sent = server.iccam.reports[number].body
        assert source_answers_of(sent, CODES) == {n: v for n in source if (v := getattr(given, n)) is not None}
        assert report.hotline_received == "2026-03-01T23:59:00Z"


def test_8_texts_that_look_like_numbers_arrive_as_texts(server: FakeIccam, calls: Calls) -> None:
    _push(calls, our_case("0123"))
    report = next(one for one in server.asked if one.path == "rest/reports")
    assert report.body["hotlineReference"] == "0123_202603020930"
    assert report.body["urls"][0]["hotlineReference"] == "0123_202603020930-1"
    assert report.body["memo"] is None
    assert report.body["urls"][0]["memo"] is None


def test_a_case_goes_in_three_runs_and_then_rests(server: FakeIccam, calls: Calls) -> None:
    case = our_case(items=2, actions={1: [REMOVED, LEA], 2: [LEA]})
    first = _push(calls, case)
    assert _said(first) == [("report", "sending"), ("report", "accepted")]
    server.iccam.settle()
    case = replace(case, report_id=first.notes[-1].number)
    second = _push(calls, case)
    assert [call for call, _ in _said(second)] == ["action", "action", "action"]
    kinds = [[action["actionType"] for action in one.actions] for one in server.iccam.contents.values()]
    assert kinds == [[1, 3], [1]]
    before = len(server.calls("POST", "PUT"))
    third = _push(calls, case)
    assert (third.notes, third.held, third.later, third.in_doubt) == ((), (), (), ())
    assert len(server.calls("POST", "PUT")) == before


def test_assigned_content_is_assessed_completed_and_closed_in_order(server: FakeIccam, calls: Calls) -> None:
    [number] = server.iccam.report_from_abroad(
        "2026-02-01T00:00:00Z", [("https://abroad.example/a", HOME, HOME, "2026-03-01T00:00:00Z")]
    )
    case = assigned_case(number, Classification.NOT_ILLEGAL, "age_over_national_threshold")
    assert [call for call, _ in _said(_push(calls, case))] == [
        "assessment", "site_type", "commerciality", "payment_methods",
    ]  # fmt: skip
    assert [call for call, _ in _said(_push(calls, case))] == ["action"]
    content = server.iccam.contents[number]
    assert [one["classification"] for one in content.assessments] == [4]
    assert [(one["actionType"], one["reasonId"]) for one in content.actions] == [(6, 21)]
    assert _push(calls, case).notes == ()


def test_an_answer_lost_after_iccam_accepted_doubles_nothing(server: FakeIccam, calls: Calls) -> None:
    case, told = our_case(actions={1: [LEA]}), []
    server.lose("POST rest/reports")
    first = _push(calls, case, tell=told.append)
    assert [one.happened for one in told] == [Happened.SENDING]
    assert first.later == ("IC-1",)
    with pytest.raises(ServiceFailed) as failed:
        first.check()
    assert failed.value.exit_code == 3
    assert "IC-1" not in str(failed.value)
    again = replace(case, attempted=(case.sent_as or "",))
    second = _push(calls, again)
    assert _said(second) == [("report", "found")]
    assert list(server.iccam.reports) == [second.notes[0].number]
    assert server.calls("POST", "PUT") == ["POST rest/reports"]


def test_a_report_that_never_arrived_is_sent_once_iccam_says_so(server: FakeIccam, calls: Calls) -> None:
    case = our_case()
    server.fail("POST rest/reports", status=503)
    assert _push(calls, case).later == ("IC-1",)
    second = _push(calls, replace(case, attempted=(case.sent_as or "",)))
    assert _said(second) == [("report", "sending"), ("report", "accepted")]
    assert len(server.iccam.reports) == 1


@pytest.mark.parametrize("blind", ["no", "other", "words"])
def test_where_iccam_cannot_say_nothing_is_sent_in_doubt(server: FakeIccam, calls: Calls, blind: str) -> None:
    case = our_case()
    server.lose("POST rest/reports")
    _push(calls, case)
    if blind == "no":
        server.knows_references = False
    else:
        body = b'[{"reportId": 1, "hotlineReference": "X_1"}]' if blind == "other" else b'{"total": 0}'
        server.fail("GET rest/Reports$", times=9, status=200, body=body)
    second = _push(calls, replace(case, attempted=(case.sent_as or "",)))
    assert (second.in_doubt, second.notes, second.later) == (("IC-1",), (), ())
    assert server.calls("POST") == ["POST rest/reports"]


def test_a_report_somebody_uploaded_by_hand_is_found_and_not_sent(server: FakeIccam, calls: Calls) -> None:
    case = our_case()
    number = server.iccam.take_report(sent_form(case.report or {}))
    pushed = _push(calls, case)
    assert [(str(one.happened), one.number) for one in pushed.notes] == [("found", number)]
    assert server.calls("POST") == []


def test_where_iccam_cannot_say_what_was_never_tried_goes(server: FakeIccam, calls: Calls) -> None:
    server.knows_references = False
    assert _said(_push(calls, our_case())) == [("report", "sending"), ("report", "accepted")]


def test_a_new_package_of_a_case_in_doubt_asks_for_the_old_one_too(server: FakeIccam, calls: Calls) -> None:
    old = our_case()
    server.lose("POST rest/reports")
    _push(calls, old)
    new = our_case(minutes=7, attempted=(old.sent_as, "IC-1_202603020937"))
    second = _push(calls, new)
    assert _said(second) == [("report", "found")]
    assert len(server.iccam.reports) == 1


def test_a_lost_answer_to_an_assessment_or_action_doubles_nothing_either(server: FakeIccam, calls: Calls) -> None:
    [number] = server.iccam.report_from_abroad(
        "2026-02-01T00:00:00Z", [("https://abroad.example/a", HOME, HOME, "2026-03-01T00:00:00Z")]
    )
    case = assigned_case(number, Classification.NOT_ASSESSED, "password_protected")
    for fits in ("assessment", "site-type", "commerciality", "payment-methods", "actions"):
        server.lose(fits)
    runs = [_push(calls, case) for _ in range(7)]
    assert [len(run.later) for run in runs] == [1, 1, 1, 1, 1, 0, 0]
    content = server.iccam.contents[number]
    assert len(content.assessments) == len(content.actions) == 1
    assert content.actions[0]["reasonId"] == 5
    assert runs[-1].notes == ()


def test_a_refusal_is_final_named_by_case_and_does_not_stop_the_others(server: FakeIccam, calls: Calls) -> None:
    spoiled = replace(our_case("IC-1"), report=exported("IC-1") | {"urls": []})
    pushed = _push(calls, spoiled, our_case("IC-2"))
    [refused] = [one for one in pushed.notes if one.happened is Happened.REFUSED]
    assert refused == Noted("IC-1", Call.REPORT, Happened.REFUSED, 0, None, 400, ("urls",))
    assert pushed.later == ()
    assert "secret" not in repr(pushed)
    assert len(server.iccam.reports) == 1


def test_after_a_refusal_the_rest_of_the_case_does_not_go(server: FakeIccam, calls: Calls) -> None:
    [number] = server.iccam.report_from_abroad(
        "2026-02-01T00:00:00Z", [("https://abroad.example/a", HOME, HOME, "2026-03-01T00:00:00Z")]
    )
    server.fail("PUT rest/Content", status=400, body=b'{"errors": {"classification": ["no"]}}')
    case = assigned_case(number, Classification.NOT_ILLEGAL, "images_too_small")
    assert _said(_push(calls, case)) == [("assessment", "refused")]
    assert server.calls("PUT") == [f"PUT rest/Content/{number}/assessment"]


def test_a_report_iccam_does_not_show_is_noted_and_not_sent_again(server: FakeIccam, calls: Calls) -> None:
    pushed = _push(calls, our_case(report_id=77))
    assert _said(pushed) == [("report", "refused")]
    assert server.calls("POST", "PUT") == []


def test_when_iccam_is_down_the_rest_waits(server: FakeIccam, calls: Calls) -> None:
    server.fail("rest/", times=99, status=503)
    cases = [our_case(f"IC-{n}") for n in range(6)]
    pushed = _push(calls, *cases)
    assert pushed.later == tuple(f"IC-{n}" for n in range(6))
    assert len([one for one in server.calls("GET") if one == "GET rest/Reports"]) == FAILURES_IN_A_ROW


def test_answers_about_single_cases_keep_nobody_else_waiting(server: FakeIccam, calls: Calls) -> None:
    server.fail("POST rest/reports", times=FAILURES_IN_A_ROW, status=500)
    cases = [our_case(f"IC-{n}") for n in range(FAILURES_IN_A_ROW + 1)]
    pushed = _push(calls, *cases)
    assert pushed.failed == {f"IC-{n}": "ICCAM answered 500" for n in range(FAILURES_IN_A_ROW)}
    assert (len(server.iccam.reports), pushed.down) == (1, False)


def test_a_refusal_without_a_reason_is_final_and_stops_nobody(server: FakeIccam, calls: Calls) -> None:
    server.fail("POST rest/reports", times=FAILURES_IN_A_ROW, status=400, body=b'{"title": "Bad Request"}')
    pushed = _push(calls, *[our_case(f"IC-{n}") for n in range(FAILURES_IN_A_ROW + 1)])
    assert [one.status for one in pushed.notes if one.happened is Happened.REFUSED] == [400] * FAILURES_IN_A_ROW
    assert (pushed.later, len(server.iccam.reports)) == ((), 1)


@pytest.mark.parametrize("status", [404, 413])
def test_several_noes_in_a_row_that_are_no_answers_of_iccam_refuse_nothing(
    server: FakeIccam, calls: Calls, status: int
) -> None:
    server.fail("POST rest/reports", times=99, status=status, body=b"<html>closed for maintenance</html>")
    cases = [our_case(f"IC-{n}") for n in range(FAILURES_IN_A_ROW + 2)]
    pushed = _push(calls, *cases)
    assert [one for one in pushed.notes if one.happened is Happened.REFUSED] == []
    assert (pushed.down, sorted(pushed.later)) == (True, [f"IC-{n}" for n in range(FAILURES_IN_A_ROW + 2)])
    assert pushed.failed == {f"IC-{n}": f"ICCAM answered {status}" for n in range(FAILURES_IN_A_ROW)}


def test_a_single_no_without_words_is_final_once_iccam_answers_another_case(server: FakeIccam, calls: Calls) -> None:
    server.fail("POST rest/reports", times=FAILURES_IN_A_ROW - 1, status=413, body=b"<html>too large</html>")
    pushed = _push(calls, *[our_case(f"IC-{n}") for n in range(FAILURES_IN_A_ROW)])
    assert [one.status for one in pushed.notes if one.happened is Happened.REFUSED] == [413] * (FAILURES_IN_A_ROW - 1)
    assert (pushed.down, pushed.later, len(server.iccam.reports)) == (False, (), 1)


@pytest.mark.parametrize("status", [429, 503])
def test_where_iccam_takes_nothing_now_what_was_not_asked_is_not_said_to_have_failed(
    server: FakeIccam, calls: Calls, status: int
) -> None:
    server.fail("POST rest/reports", times=9, status=status)
    pushed = _push(calls, *[our_case(f"IC-{n}") for n in range(FAILURES_IN_A_ROW + 1)])
    assert (pushed.down, len(pushed.later)) == (True, FAILURES_IN_A_ROW + 1)
    assert pushed.failed == {f"IC-{n}": f"ICCAM answered {status}" for n in range(FAILURES_IN_A_ROW)}


def test_a_token_that_ends_between_two_cases_costs_nothing(server: FakeIccam, calls: Calls) -> None:
    def forget(noted: Noted) -> None:
        if noted.happened is Happened.SENDING:
            server.forget_tokens()

    pushed = _push(calls, our_case("IC-1"), our_case("IC-2"), tell=forget)
    assert pushed.later == ()
    assert len(server.iccam.reports) == 2


def test_content_hosted_where_no_hotline_is_belongs_to_another_hotline(server: FakeIccam, calls: Calls) -> None:
    case = our_case(country="XK", actions={1: [LEA]})
    number = _push(calls, case).notes[-1].number
    server.iccam.settle()
    pushed = _push(calls, replace(case, report_id=number))
    assert [held.why for held in pushed.held] == [Why.ASSIGNED_ELSEWHERE]
    content = calls.content(calls.report(number or 0).contents[0][0])
    assert (content.hosting_country, content.assigned_country) == ("XK", "NL")
    assert content.action_types == ()


def test_an_overruled_national_becomes_baseline_and_stays(server: FakeIccam, calls: Calls) -> None:
    number = _push(calls, our_case()).notes[-1].number
    server.iccam.settle()
    graver = our_case(classification=Classification.BASELINE, minutes=5, report_id=number)
    urls = [server.iccam.contents[9000].url["urlString"]]
    assert [item.url for item in graver.items] == urls
    assert [call for call, _ in _said(_push(calls, graver))] == ["assessment"]
    lesser = _push(calls, our_case(report_id=number, minutes=9))
    assert [held.why for held in lesser.held] == [Why.BASELINE_IS_FINAL]
    assert [one["classification"] for one in server.iccam.contents[9000].assessments] == [2, 1]


def test_the_slot_for_labels_goes_only_where_labels_were_given(server: FakeIccam, calls: Calls) -> None:
    labelled = exported("IC-2")
    labelled["urls"][0]["assessment"]["universalClassification"] = {"schema_version": "1.0", "labels": ["still_image"]}
    _push(calls, our_case("IC-1"), replace(our_case("IC-2"), report=labelled))
    said = [one.assessments[0].get("universalClassification") for one in server.iccam.contents.values()]
    assert said == [None, {"schema_version": "1.0", "labels": ["still_image"]}]


def test_the_note_of_sending_is_kept_before_anything_goes(server: FakeIccam, calls: Calls) -> None:
    class DiskFull(OSError):
        pass

    def fails(_: Noted) -> None:
        raise DiskFull

    with pytest.raises(DiskFull):
        _push(calls, our_case(), tell=fails)
    assert server.calls("POST") == []


def test_an_answer_without_a_number_is_in_doubt_and_asked_for_next_time(server: FakeIccam, calls: Calls) -> None:
    server.fail("POST rest/reports", status=200, body=b'"taken"')
    assert _push(calls, our_case()).later == ("IC-1",)
    assert calls.find_report("IC-1_202603020930") is Found.NOT_THERE


def test_neither_addresses_nor_staff_nor_memos_are_in_what_push_answers(calls: Calls) -> None:
    pushed = _push(calls, our_case(), assigned_case(77, Classification.NATIONAL))
    assert "example" not in repr(pushed)
    assert "analyst" not in repr(pushed)
