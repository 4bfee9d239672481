"""The screen of one case: what its reporter would be asked for, by code, and only where somebody can be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.cli import plain_words
from pipeline.cli.case_screen import as_json, missing, screen
from pipeline.desk.caseview import CaseFacts, Item
from pipeline.desk.records import StoredDisposition
from pipeline.resources import texts
from triage.completeness import Part
from triage.disposition import Disposition, Kind
from triage.grouping import NewFact
from triage.lifecycle import Status
from triage.report import Fact
from triage.routing import Routes
from triage.verdict import Escalation, Label

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_ROUTES = Routes.from_toml(texts("routes"))
_TITLE = "Would be asked for"


def _case(*codes: str, flags: Fact = Fact.HAS_CONTACT | Fact.HAS_TEXT, items: tuple[Item, ...] = ()) -> CaseFacts:
    return CaseFacts(
        case_id=7, status=Status.NEW, lane=None, version=0, label=Label.INCOMPLETE, escalate=Escalation.NONE,
        question=False, assigned=False, new_facts=NewFact(0), reason_codes=codes, category=None, area="",
        channels=("webform",), reporter_groups=frozenset(), languages=frozenset(), report_flags=flags, attachments=0,
        reports=1, report_ids=(1,), first_received=_NOW, last_received=_NOW, waiting_since=None, held_by=None,
        held_until=None, joined_into=None, locators=items, primary_locator=None, assessments=(), dispositions=(),
        suggestions=(),
    )  # fmt: skip


def _lines(case: CaseFacts) -> list[str]:
    return [line.strip() for line in screen(case, _ROUTES, _NOW, addresses=True)]


@pytest.mark.parametrize(
    ("codes", "part"),
    [("no_locator", Part.ADDRESS), ("bare_platform", Part.POST_OR_PROFILE), ("unusable_locator", Part.USABLE_ADDRESS)],
)
def test_the_missing_part_is_named_in_words_and_as_a_code(codes: str, part: Part) -> None:
    lines = _lines(_case(codes))
    assert f"- {plain_words.PARTS[part]}" in lines
    assert lines[lines.index(_TITLE) + 1] == str(part)
    assert as_json(_case(codes), _NOW, addresses=True)["would_be_asked_for"] == [str(part)]


def test_a_danger_stands_before_what_is_missing() -> None:
    case = replace(_case("no_locator"), escalate=Escalation.DANGER_NOW)
    assert _lines(case)[0] == "C7   a child may be in danger now; no address to act on yet"
    assert _lines(replace(case, escalate=Escalation.NONE))[0] == "C7   nobody could act on it yet"


def test_a_reporter_to_ask_is_missed_only_where_the_public_reported() -> None:
    told = _case("locator", flags=Fact.HAS_TEXT)
    asked = "a reporter we could ask: nobody left a contact"
    assert asked in missing(told)
    assert asked not in missing(replace(told, assigned=True))


def test_nobody_is_asked_who_left_no_contact() -> None:
    assert _TITLE not in _lines(_case("no_locator", flags=Fact.HAS_TEXT))


def test_nobody_is_asked_for_a_link_who_is_answered_about_another_matter() -> None:
    case = _case("no_locator")
    other = _answered(case, "question")
    assert _TITLE not in _lines(other)
    assert as_json(other, _NOW, addresses=True)["would_be_asked_for"] == []
    assert plain_words.PARTS[Part.ADDRESS] in missing(other)
    assert _TITLE in _lines(_answered(case, "needs_address"))


def test_who_needs_help_is_asked_where_but_not_what_they_saw() -> None:
    asked = as_json(_answered(_case("no_locator", flags=Fact(0)), "asked_for_help"), _NOW, addresses=True)
    assert asked["would_be_asked_for"] == [str(Part.ADDRESS)]


@pytest.mark.parametrize("escalate", [Escalation.ABUSE_DESCRIBED, Escalation.DANGER_NOW])
def test_what_is_missing_is_asked_for_beside_danger_too(escalate: Escalation) -> None:
    case = replace(_case("no_locator"), escalate=escalate)
    assert _TITLE in _lines(case)
    assert as_json(case, _NOW, addresses=True)["would_be_asked_for"] == [str(Part.ADDRESS)]


def _answered(case: CaseFacts, reason: str) -> CaseFacts:
    made = Disposition(case.case_id, Kind.ANSWER, None, 1, _NOW, reason)
    return replace(case, dispositions=(StoredDisposition(1, made, None, None, None),))


def test_a_case_with_an_address_lacks_none() -> None:
    case = _case("locator", items=(Item(1, "url", "https://host.example/a", ""),))
    assert _TITLE not in _lines(case)
    assert not set(missing(case)) & set(plain_words.PARTS.values())


def test_a_text_nobody_reads_is_named_as_one_and_any_other_doubt_as_a_doubt() -> None:
    case = _case("no_locator", "text_doubt")
    doubt = f"- {plain_words.REASONS['text_doubt']}"
    unread = f"- {plain_words.UNREAD_TEXT}"
    assert unread in _lines(replace(case, doubts=("language@1",)))
    assert doubt not in _lines(replace(case, doubts=("language@1",)))
    assert {doubt, unread} <= set(_lines(replace(case, doubts=("language@1", "model:suspect@2"))))
    assert doubt in _lines(case)
    assert unread not in _lines(case)


def test_a_question_wants_an_answer_not_an_address() -> None:
    case = _case("no_locator", "question")
    assert as_json(case, _NOW, addresses=True)["would_be_asked_for"] == []
    assert plain_words.PARTS[Part.ADDRESS] not in missing(case)


def _item_lines(rules: str, reports: int = 1) -> list[str]:
    case = replace(_case("locator", items=(Item(1, "url", "https://host.example/a", rules),)), reports=reports)
    lines = _lines(case)
    place = next(number for number, line in enumerate(lines) if line.startswith("L1"))
    return lines[place + 1 : place + 3]


def test_what_was_done_to_one_reports_address_is_said_as_how_it_was_read() -> None:
    assert _item_lines("www tracking_parameter")[0] == "read by: www, tracking parameter"


def test_what_was_done_to_the_addresses_of_several_reports_is_said_as_why_they_are_one_place() -> None:
    assert _item_lines("www tracking_parameter", reports=2)[0] == "same place by: www, tracking parameter"


def test_an_address_as_it_was_sent_has_no_such_line() -> None:
    assert not any(line.startswith(("read by", "same place by", "CAUTION")) for line in _item_lines(""))


@pytest.mark.parametrize(("rules", "before"), [("homograph", []), ("www homograph", ["read by: www"])])
def test_a_name_in_look_alike_letters_has_a_line_of_caution_and_is_no_step(rules: str, before: list[str]) -> None:
    lines = _item_lines(rules)
    assert lines[: len(before) + 1] == [*before, "CAUTION: its name has letters that look like others"]


def test_no_other_name_has_a_line_of_caution() -> None:
    assert not any("CAUTION" in line for line in _item_lines("www not_homograph"))
