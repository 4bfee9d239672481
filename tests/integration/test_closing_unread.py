"""A suspect, or a case that may be a child in danger, is not put away before a person read or assessed it."""

from __future__ import annotations

import pytest

from pipeline.cli.main import answer
from pipeline.desk import moves
from pipeline.desk.acts import Said
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import NOW, SUSPECT_TEXT, Desk
from triage.assessment import Classification, IllegalKind, Viewed
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.lifecycle import Status
from triage.verdict import Label

DANGER = {"id": "x-1", "location": "https://danger.example/1", "description": "A child says a neighbour hurts her now"}
PLAIN = {"id": "x-2", "location": "https://plain.example/1", "description": "A shop that sells nothing"}
SUSPECT = {"id": "x-3", "location": "https://bad.example/3", "description": SUSPECT_TEXT}
LATER = SUSPECT | {"id": "x-4", "description": "there are more such pictures of another child on this page"}
BASELINE, FRAUD = Classification.BASELINE, IllegalKind.FRAUD


def _hotline(desk: Desk, *words: str) -> int:
    return answer([*words, "--workspace", str(desk.folder / "workspace")])


@pytest.fixture(autouse=True)
def _analyst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")


@pytest.mark.parametrize(("given", "what"), [(DANGER, "may be a child in danger"), (SUSPECT, "is a suspect")])
def test_it_is_read_or_assessed_first(desk: Desk, given: dict[str, str], what: str) -> None:
    desk.bring("batch", given)
    case_id = desk.case_of(given["id"])
    with pytest.raises(RuleBroken, match=f"{what}, nobody assessed it and you have not read it: first"):
        desk.dispose(case_id, Kind.CLOSE, reason="spam")
    assert "case_disposed" not in [event for _, event in desk.events(f"C{case_id}")]
    assert _hotline(desk, "cases", "show", f"C{case_id}", "--text") == 0
    desk.dispose(case_id, Kind.CLOSE, reason="spam")
    assert "case_disposed" in [event for _, event in desk.events(f"C{case_id}")]


def test_a_row_of_a_file_closes_no_suspect_unread(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.bring("batch", SUSPECT, PLAIN)
    suspect, plain = desk.case_of("x-3"), desk.case_of("x-2")
    path = desk.folder / "di.csv"
    path.write_text(f"case;kind;recipient;reason\nC{suspect};close;;spam\nC{plain};close;;spam\n", encoding="utf-8")
    assert _hotline(desk, "dispose", "--from", str(path)) == 1
    said = capsys.readouterr()
    assert f"hotline cases show C{suspect} --text" in said.out + said.err
    assert desk.record(suspect).status != Status.CLOSED
    assert desk.record(plain).status == Status.CLOSED


def test_what_another_read_does_not_count(desk: Desk) -> None:
    desk.bring("batch", SUSPECT)
    case_id = desk.case_of("x-3")
    desk.read(case_id, desk.two)
    with pytest.raises(RuleBroken, match="you have not read it"):
        desk.dispose(case_id, Kind.CLOSE, reason="spam")
    desk.dispose(case_id, Kind.CLOSE, reason="spam", by=desk.two)


def test_what_was_read_before_the_last_report_came_does_not_count(desk: Desk) -> None:
    desk.bring("batch", SUSPECT)
    case_id = desk.case_of("x-3")
    desk.read(case_id)
    desk.bring("later", LATER)
    assert desk.case_of("x-4") == case_id
    with pytest.raises(RuleBroken, match="since its last report came"):
        desk.dispose(case_id, Kind.CLOSE, reason="spam")
    desk.read(case_id)
    desk.dispose(case_id, Kind.CLOSE, reason="spam")


def test_nor_does_a_part_of_many_reports(desk: Desk) -> None:
    desk.bring("batch", *(SUSPECT | {"id": f"y-{number}"} for number in range(13)))
    case_id = desk.case_of("y-0")
    assert _hotline(desk, "cases", "show", f"C{case_id}", "--text") == 0
    with pytest.raises(RuleBroken, match=r"not read all of its 13 reports: first .* --text --all"):
        desk.dispose(case_id, Kind.CLOSE, reason="spam")
    assert _hotline(desk, "cases", "show", f"C{case_id}", "--text", "--all") == 0
    desk.dispose(case_id, Kind.CLOSE, reason="spam")


def test_what_was_assessed_before_another_case_was_joined_does_not_count(desk: Desk) -> None:
    desk.bring("batch", SUSPECT, DANGER)
    case_id, other = desk.case_of("x-3"), desk.case_of("x-1")
    desk.assess(case_id)
    moves.join(desk.app, desk.one, case_id, other, NOW)
    with pytest.raises(RuleBroken, match="nobody assessed it since new information came"):
        desk.dispose(case_id, Kind.CLOSE, reason="not_illegal")
    desk.assess(case_id, Said(Classification.NOT_ASSESSED, reason="link_expired"))
    desk.dispose(case_id, Kind.CLOSE, reason="not_illegal")


def test_an_assessed_one_and_one_nobody_suspects_may_be_closed(desk: Desk) -> None:
    desk.bring("batch", DANGER, PLAIN)
    case_id, plain = desk.case_of("x-1"), desk.case_of("x-2")
    desk.assess(case_id, by=desk.two)
    desk.dispose(case_id, Kind.CLOSE, reason="not_illegal")
    assert desk.record(plain).label != Label.CSAM_SUSPECT
    desk.dispose(plain, Kind.CLOSE, reason="spam")


@pytest.mark.parametrize("reason", ["spam", "test", "not_illegal", "cannot_be_assessed", "no_address_given"])
def test_what_was_called_illegal_is_closed_as_nothing_only_after_a_new_word(desk: Desk, reason: str) -> None:
    desk.bring("batch", SUSPECT)
    case_id = desk.case_of("x-3")
    item = desk.item(case_id, "/3")
    desk.assess(case_id, Said(BASELINE, locator_id=item, viewed=Viewed.CONTENT))
    desk.dispose(case_id, Kind.POLICE, "police-rs", "suspect_may_be_here")
    with pytest.raises(RuleBroken, match=f"baseline, which {reason} denies: .*assess C{case_id} .*--item L{item}"):
        desk.dispose(case_id, Kind.CLOSE, reason=reason)
    desk.assess(case_id, Said(Classification.NOT_ILLEGAL, locator_id=item, reason="adult_content"))
    desk.dispose(case_id, Kind.CLOSE, reason=reason)


def test_what_was_called_illegal_may_be_closed_as_done(desk: Desk) -> None:
    desk.bring("batch", PLAIN, SUSPECT)
    for report, reason in (("x-2", "out_of_remit"), ("x-3", "with_police")):
        case_id = desk.case_of(report)
        desk.assess(case_id, Said(Classification.ILLEGAL_OTHER, kind=FRAUD, viewed=Viewed.CONTENT))
        with pytest.raises(RuleBroken, match="illegal_other, which spam denies"):
            desk.dispose(case_id, Kind.CLOSE, reason="spam")
        desk.dispose(case_id, Kind.CLOSE, reason=reason)
