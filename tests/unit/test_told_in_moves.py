"""Every report and address of a case is followed back to where it lay when a package was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.desk.case_moves import JOINED, SPLIT_OFF
from pipeline.desk.told_in_moves import BROUGHT, BROUGHT_ITEMS, brought, stays, told_by, told_last
from triage.report import ReportId

ONE, TWO, LATE = (ReportId(run, 0, 1).packed() for run in (1, 2, 3))
COMMITTED = {ONE: 1, TWO: 2, LATE: 15}


@dataclass(frozen=True)
class _Event:
    seq: int
    event: str
    details: Mapping[str, Any]


def _told(case_id: int, reports: Mapping[int, int], **events: list[_Event]) -> dict[int, frozenset[int]]:
    told = told_by(events, case_id, [(one, 0) for one in reports], reports, _is_sent)
    return {seq: frozenset(report for report, _ in one.links) for seq, one in told.items()}


def _is_sent(one: _Event) -> bool:
    return one.event == "exported"


def _sent(seq: int) -> _Event:
    return _Event(seq, "exported", {})


def _join(seq: int, *reports: int) -> _Event:
    return _Event(seq, JOINED, {"from": "C1", **brought(reports, ())})


def test_a_package_tells_of_what_was_in_by_then() -> None:
    assert _told(3, COMMITTED, C3=[_sent(10)]) == {10: {ONE, TWO}}
    assert _told(3, COMMITTED, C3=[_sent(10), _sent(20)]) == {10: {ONE, TWO}, 20: {ONE, TWO, LATE}}
    assert _told(3, COMMITTED, C3=[]) == {}


def test_what_a_join_brought_lay_in_the_other_case_before() -> None:
    own = [_sent(10), _join(11, TWO)]
    assert _told(3, COMMITTED, C3=own, C1=[]) == {10: {ONE}}
    assert _told(3, COMMITTED, C3=own, C1=[_sent(5)]) == {10: {ONE}, 5: {TWO}}
    assert _told(3, COMMITTED, C3=own, C1=[_sent(5), _sent(12)]) == {10: {ONE}, 5: {TWO}}, "it lay there no more"


def test_what_was_joined_in_and_split_off_again_was_never_told() -> None:
    split = [_Event(12, SPLIT_OFF, {"from": "C3"})]
    assert _told(11, {TWO: 2}, C11=split, C3=[_sent(10), _join(11, TWO)], C1=[]) == {}
    assert _told(11, {TWO: 2}, C11=split, C3=[_join(8, TWO), _sent(10)], C1=[]) == {10: {TWO}}
    assert _told(11, {TWO: 2}, C11=split, C3=[_sent(10), _sent(13)], C1=[]) == {10: {TWO}}


def test_of_a_join_that_named_nothing_what_was_in_is_taken_as_told() -> None:
    old = _Event(11, JOINED, {"from": "C1", "links": 1})
    assert _told(3, COMMITTED, C3=[_sent(10), old], C1=[]) == {10: {ONE, TWO}}
    assert _told(3, COMMITTED, C3=[old], C1=[_sent(5)]) == {5: {ONE, TWO}}


def test_an_address_is_followed_also_where_both_cases_had_the_report_that_names_it() -> None:
    here, came = (ONE, 7), (ONE, 8)
    events = {
        "C3": [_sent(9), _Event(10, JOINED, {"from": "C1", **brought((), [8])}), _sent(12)],
        "C1": [_sent(5), _Event(10, JOINED, {"into": "C3"})],
        "C4": [_Event(20, SPLIT_OFF, {"from": "C3"})],
    }
    told = told_by(events, 4, [came], COMMITTED, _is_sent)
    assert {seq: (one.case_id, one.links) for seq, one in told.items()} == {5: (1, {came}), 12: (3, {came})}
    assert (told_last(told.values(), [came], 20), told_last(told.values(), [came], 12)) == ([3], [1])
    assert [one.event.seq for one in told_by(events, 3, [here], COMMITTED, _is_sent).values()] == [9, 12]
    assert [(one.case_id, one.since, one.until) for one in stays(events, 4, [came])][1:] == [(3, 10, 20), (1, 0, 10)]


def test_a_join_names_its_reports_and_addresses_unless_they_are_very_many() -> None:
    assert brought([TWO, ONE, TWO], [9, 0, 7, 9]) == {BROUGHT: "R1.0.1 R2.0.1", BROUGHT_ITEMS: "L7 L9"}
    assert brought([], []) == {BROUGHT: "", BROUGHT_ITEMS: ""}
    assert brought(range(ONE, ONE + 1001), [7]) == {BROUGHT_ITEMS: "L7"}
    assert brought([ONE], range(1002)) == {BROUGHT: "R1.0.1"}
