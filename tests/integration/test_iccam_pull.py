"""Content INHOPE assigned to us: fetched as a file the channel takes in; and what ICCAM and we say differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.channels.iccam import Iccam
from pipeline.channels.registry import channel_for
from pipeline.delivery.iccam import calls as calls_module
from pipeline.delivery.iccam.assigned import SUFFIX, pull
from pipeline.delivery.iccam.calls import UNACTIONED, UNASSESSED, Calls, sent_form
from pipeline.delivery.iccam.push import push
from pipeline.delivery.iccam.reconciling import Differs, read_all, reconcile
from tests.iccam_cases import CODES, HOME, LEA, REMOVED, assigned_case, line_to, loaded, our_case
from tests.iccam_certificates import Certificates, make_certificates
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, IccamAnswers
from triage.errors import ServiceFailed

ABROAD_RECEIVED = "2026-02-01T06:00:00Z"
ASSIGNED = "2026-03-01T00:00:00Z"


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


def _assigned(server: FakeIccam, count: int, country: str = HOME, day: int = 1) -> list[int]:
    urls = [(f"https://abroad.example/{day}/{n}", "XK", country, f"2026-03-{day:02d}T00:00:{n % 60:02d}Z")
            for n in range(count)]  # fmt: skip
    return server.iccam.report_from_abroad(ABROAD_RECEIVED, urls)


def test_the_file_is_one_the_channel_takes_in_with_two_clocks_apart(
    server: FakeIccam, calls: Calls, tmp_path: Path
) -> None:
    [number] = _assigned(server, 1)
    _assigned(server, 1, country="NL")
    pulled = pull(calls, HOME)
    assert pulled.content_ids == (number,)
    path = tmp_path / f"assigned{SUFFIX}"
    path.write_bytes(pulled.document)
    channel = channel_for(path)
    assert isinstance(channel, Iccam)
    [rows] = channel.read(path)
    assert not rows.rejects
    said = {name: column[0] for name, column in (*rows.columns.items(), *rows.extra.items())}
    assert said["id"] == str(number)
    assert said["location"] == "https://abroad.example/1/0"
    assert said["received_at"] == ASSIGNED
    assert said["hotlineReceivedDate"] == ABROAD_RECEIVED
    assert (said["assigned_country"], said["hosting_country"]) == (HOME, "XK")
    assert "internalOfIccam" not in said
    assert pulled.since == ASSIGNED


def test_what_was_taken_in_before_is_not_fetched_again(server: FakeIccam, calls: Calls) -> None:
    numbers = _assigned(server, 3)
    assert pull(calls, HOME, known=numbers[:2]).content_ids == (numbers[2],)
    nothing = pull(calls, HOME, known=numbers)
    assert (nothing.document, nothing.content_ids) == (b"", ())
    later = pull(calls, HOME, since="2026-03-01T00:00:01Z")
    assert later.content_ids == tuple(numbers[1:])


def test_a_list_longer_than_a_page_is_read_to_its_end(
    server: FakeIccam, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.delivery.iccam import assigned

    for module in (calls_module, assigned):
        monkeypatch.setattr(module, "MAX_RESULTS", 4)
    numbers = [number for day in (1, 2) for number in _assigned(server, 5, day=day)]
    pulled = pull(calls, HOME)
    assert sorted(pulled.content_ids) == sorted(numbers)
    assert not pulled.crowded
    known = pull(calls, HOME, known=numbers[:5])
    assert sorted(known.content_ids) == sorted(numbers[5:])


def test_more_than_a_page_at_one_moment_is_said(
    server: FakeIccam, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.delivery.iccam import assigned

    for module in (calls_module, assigned):
        monkeypatch.setattr(module, "MAX_RESULTS", 2)
    urls = [(f"https://abroad.example/{n}", HOME, HOME, ASSIGNED) for n in range(5)]
    server.iccam.report_from_abroad(ABROAD_RECEIVED, urls)
    assert pull(calls, HOME).crowded


def test_an_item_iccam_does_not_show_is_named_by_number_and_costs_no_other(server: FakeIccam, calls: Calls) -> None:
    numbers = _assigned(server, 2)
    server.fail(f"GET rest/Content/{numbers[0]}", status=400, body=b'{"errors": {"reference": ["gone"]}}')
    pulled = pull(calls, HOME)
    assert (pulled.content_ids, pulled.unreadable) == ((numbers[1],), (numbers[0],))


def test_what_was_assigned_to_another_country_meanwhile_is_not_taken_in(server: FakeIccam, calls: Calls) -> None:
    server.iccam.home = "NL"
    _assigned(server, 2, country="NL")
    pulled = pull(calls, HOME)
    assert (pulled.document, pulled.content_ids) == (b"", ())


def test_a_line_that_breaks_takes_nothing_in(server: FakeIccam, calls: Calls) -> None:
    numbers = _assigned(server, 2)
    server.lose(f"GET rest/Content/{numbers[1]}")
    with pytest.raises(ServiceFailed):
        pull(calls, HOME)
    assert pull(calls, HOME).content_ids == tuple(numbers)


def test_our_reference_takes_an_item_off_the_list(server: FakeIccam, calls: Calls) -> None:
    [number] = _assigned(server, 1)
    calls.set_reference(number, "IC-9")
    assert server.iccam.contents[number].reference == "IC-9"
    assert calls.work_list("no-reference") == ()
    assert [one.content_id for one in calls.work_list(UNASSESSED)] == [number]


def test_what_was_pulled_prints_no_address(server: FakeIccam, calls: Calls) -> None:
    _assigned(server, 1)
    assert "abroad" not in repr(pull(calls, HOME))


def test_where_both_say_the_same_there_is_no_line(server: FakeIccam, calls: Calls) -> None:
    case = our_case(actions={1: [LEA]})
    number = push(calls, [case], HOME, CODES).notes[-1].number
    server.iccam.settle()
    case = replace(case, report_id=number)
    push(calls, [case], HOME, CODES)
    assert reconcile(read_all(calls, [case], [UNACTIONED]), [case], HOME) == ()


def test_every_kind_of_difference_is_named(server: FakeIccam, calls: Calls) -> None:
    sent = our_case("IC-1", actions={1: [REMOVED]})
    number = push(calls, [sent], HOME, CODES).notes[-1].number
    sent = replace(sent, report_id=number)
    report = server.iccam.reports[number or 0]
    content = server.iccam.contents[report.contents[0]]
    content.actions.append(LEA)
    content.url["hostingCountryCode"] = "NL"
    content.assessments[0]["genderCategorization"] = 3
    report.body["sourceUrlSiteType"] = 5
    report.body["hotlineReference"] = "other_1"
    unsent, unnoted = our_case("IC-2"), our_case("IC-3")
    server.iccam.take_report(sent_form(unnoted.report or {}))
    unnoted = replace(unnoted, attempted=(unnoted.sent_as or "",))
    missing = our_case("IC-4", report_id=999)
    ours, moved, only_there, unknown = _assigned(server, 4)
    server.iccam.contents[moved].assigned_country = "NL"
    server.iccam.contents[only_there].assessments.append({"classification": 2})
    assigned = [
        assigned_case(moved, Classification.NATIONAL, reference="IC-5"),
        replace(assigned_case(only_there, Classification.NATIONAL, reference="IC-6"), items=(
            replace(assigned_case(only_there, Classification.NATIONAL).items[0], assessment=None),)),
    ]  # fmt: skip
    cases = [sent, unsent, unnoted, missing, *assigned]
    lines = reconcile(read_all(calls, cases, [UNASSESSED]), cases, HOME)
    assert [(line.reference, line.kind, line.detail) for line in lines if line.reference] == [
        ("IC-1", Differs.REFERENCE, ()), ("IC-1", Differs.SOURCE, ("site_type",)),
        ("IC-1", Differs.ASSESSMENT, ("gender",)), ("IC-1", Differs.ACTION_MISSING, ("3",)),
        ("IC-1", Differs.ACTION_ONLY_THERE, ("1",)), ("IC-1", Differs.HOSTING_COUNTRY, ()),
        ("IC-2", Differs.NOT_IN_ICCAM, ()), ("IC-3", Differs.SENT_UNNOTED, ("report 501",)),
        ("IC-4", Differs.NOT_SHOWN, ()), ("IC-5", Differs.ASSESSMENT_MISSING, ()),
        ("IC-5", Differs.ASSIGNED_ELSEWHERE, ()), ("IC-6", Differs.ASSESSMENT_ONLY_THERE, ()),
    ]  # fmt: skip
    assert [line.content_id for line in lines if line.kind is Differs.NOT_HERE] == [ours, unknown]
    assert "example" not in "".join(map(str, lines))


def test_in_doubt_and_unknown_content_are_lines_of_their_own(server: FakeIccam, calls: Calls) -> None:
    doubtful = our_case("IC-1", attempted=("IC-1_202603020930",))
    server.knows_references = False
    sent = our_case("IC-2")
    number = push(calls, [sent], HOME, CODES).notes[-1].number
    server.iccam.contents[9000].url["urlString"] = "https://host.example/otherwise-written"
    cases = [doubtful, replace(sent, report_id=number)]
    lines = reconcile(read_all(calls, cases), cases, HOME)
    assert [str(line) for line in lines] == ["IC-1: in_doubt", "IC-2: content_unknown"]


def test_an_assessment_overruled_abroad_is_seen(server: FakeIccam, calls: Calls) -> None:
    case = our_case(country="NL", answers=IccamAnswers(virtual=False))
    number = push(calls, [case], HOME, CODES).notes[-1].number
    server.iccam.contents[9000].assessments.append({"classification": 1, "virtualContentCategorization": False})
    case = replace(case, report_id=number)
    [line] = reconcile(read_all(calls, [case]), [case], HOME)
    assert (line.kind, line.detail) == (Differs.ASSESSMENT, ("classification",))
