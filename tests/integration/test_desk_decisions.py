"""What people decide: assessing, disposing, releasing, and the rules that refuse them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk import acts, decision_file, holding
from pipeline.desk.acts import Said
from pipeline.desk.numbers import shown_report
from pipeline.desk.words import Desk as Acting
from pipeline.desk.words import apply
from pipeline.routes import routes
from pipeline.store.engine import reading
from pipeline.store.schema import assessment, disposition
from tests.desk import NOW, Desk
from triage.assessment import Classification, IccamAnswers, Viewed
from triage.clocks import Lane
from triage.disposition import Kind
from triage.errors import CaseTaken, RuleBroken, UnusableInput, UsageError
from triage.lifecycle import Status

BASELINE = Classification.BASELINE


def _acting(desk: Desk) -> Acting:
    return Acting(desk.app, desk.one, NOW, routes())


def _grave(desk: Desk, case_id: int, **more: Any) -> None:
    item = desk.facts(case_id).locators[0].locator_id
    desk.assess(case_id, Said(BASELINE, item, Viewed.CONTENT), **more)


def test_an_assessed_case_still_waits_for_a_decision(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    holding.take(desk.app, desk.one, suspect, NOW)
    assert desk.assess(suspect).status is Status.ASSESSED
    after = desk.facts(suspect)
    assert after.lane is Lane.SUSPECTS
    assert after.held_by == desk.one.person_id
    assert [one.by for one in after.assessments] == [desk.one.person_id]


def test_a_decided_case_leaves_the_queue_and_is_held_by_nobody(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    holding.take(desk.app, desk.one, suspect, NOW)
    assert desk.dispose(suspect, Kind.HELPLINE).status is Status.DECIDED
    after = desk.record(suspect)
    assert (after.lane, after.held_by, after.held_until) == (None, None, None)
    assert [event for _, event in desk.events(f"C{suspect}")] == ["case_taken", "case_disposed"]


def test_several_decisions_may_stand_on_one_case(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.HELPLINE, reason="worried_parent")
    desk.dispose(case_id, Kind.POLICE, "police-rs", reason="victim_may_be_here")
    assert [one.made.kind for one in desk.facts(case_id).dispositions] == [Kind.HELPLINE, Kind.POLICE]


def test_baseline_without_viewed_content_is_refused(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    item = desk.facts(suspect).locators[0].locator_id
    for viewed in (Viewed.NO, Viewed.ADDRESS_ONLY):
        with pytest.raises(RuleBroken, match="viewed = content"):
            desk.assess(suspect, Said(BASELINE, item, viewed))
    with pytest.raises(RuleBroken, match="name the locator"):
        desk.assess(suspect, Said(BASELINE, None, Viewed.CONTENT))
    assert desk.facts(suspect).assessments == ()
    assert desk.record(suspect).version == 0


def test_an_item_of_another_case_cannot_be_assessed_here(desk: Desk) -> None:
    other = desk.facts(desk.case_of("o-1")).locators[0].locator_id
    with pytest.raises(RuleBroken, match="does not belong"):
        desk.assess(desk.case_of("s-1"), Said(BASELINE, other, Viewed.CONTENT))


def test_what_was_not_answered_stays_unset(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    with pytest.raises(RuleBroken, match="unset is no assessment"):
        desk.assess(suspect, Said(Classification.UNSET))
    item = desk.facts(suspect).locators[0].locator_id
    desk.assess(suspect, Said(BASELINE, item, Viewed.CONTENT, iccam=IccamAnswers(virtual=False)))
    with reading(desk.app.store.engine) as connection:
        row = connection.execute(select(assessment)).one()
    assert json.loads(row.iccam) == {"virtual": False}
    assert (row.hosting_country, row.reason, row.kind) == (None, None, None)
    said = desk.facts(suspect).assessments[0]
    assert said.iccam == IccamAnswers(virtual=False)
    assert said.iccam.gender is None


def test_a_hosting_country_nobody_speaks_of_stays_what_it_was_for_that_item(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    first, second = (one.locator_id for one in desk.facts(case_id).locators)
    hosted = Said(BASELINE, first, Viewed.CONTENT, hosting_country="NL", hosting_source="whois")
    assert desk.assess(case_id, hosted).hosting_kept is None
    again = [Said(BASELINE, item, Viewed.CONTENT, iccam=IccamAnswers(virtual=False)) for item in (first, second)]
    kept = [desk.assess(case_id, said, now=NOW + timedelta(minutes=1)).hosting_kept for said in again]
    assert kept == ["NL", None]
    assert [(one.hosting_country, one.hosting_source) for one in desk.facts(case_id).assessments] == [
        ("NL", "whois"), ("NL", "whois"), (None, None),
    ]  # fmt: skip
    gone = Said(BASELINE, first, Viewed.CONTENT, hosting_country=acts.UNKNOWN_COUNTRY)
    assert desk.assess(case_id, gone, now=NOW + timedelta(minutes=2)).hosting_kept is None
    assert desk.facts(case_id).assessments[-1].hosting_country is None


def test_the_screen_says_that_a_hosting_country_was_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
    command = ["--workspace", str(desk.app.workspace.root), "assess", f"C{desk.case_of('o-1')}", "not_illegal",
               "--reason", "adult_content"]  # fmt: skip
    assert answer([*command, "--hosting-country", "DE", "--hosting-source", "whois"]) == 0
    assert "hosting country" not in capsys.readouterr().out
    assert answer([*command, "--viewed", "content"]) == 0
    assert "hosting country as before: DE" in capsys.readouterr().out
    assert answer([*command, "--hosting-country", "none", "--json"]) == 0
    assert "hosting_kept" not in capsys.readouterr().out


def test_police_needs_an_assessment_and_iccam_a_grave_one(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    with pytest.raises(RuleBroken, match="needs an assessment"):
        desk.dispose(suspect, Kind.POLICE, "police-rs", reason="hosted_here")
    desk.assess(suspect)
    with pytest.raises(RuleBroken, match="baseline, national"):
        desk.dispose(suspect, Kind.ICCAM)
    _grave(desk, suspect)
    assert desk.dispose(suspect, Kind.ICCAM).status is Status.DECIDED
    assert desk.facts(suspect).dispositions[0].made.recipient == "iccam"


def test_a_recipient_must_take_such_cases(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    _grave(desk, suspect)
    for kind, recipient in ((Kind.POLICE, "helpline"), (Kind.POLICE, None), (Kind.NOTICE, None)):
        with pytest.raises(RuleBroken, match="goes to one of"):
            desk.dispose(suspect, kind, recipient, reason="hosted_here")


def test_who_assessed_a_case_cannot_release_it(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    _grave(desk, suspect, by=desk.two)
    desk.dispose(suspect, Kind.POLICE, "police-rs", reason="hosted_here")
    with pytest.raises(RuleBroken, match="who assessed a case cannot release it"):
        acts.release(desk.app, desk.two, suspect, NOW)
    with pytest.raises(RuleBroken, match="may not release"):
        acts.release(desk.app, desk.one, suspect, NOW)
    assert desk.facts(suspect).dispositions[0].released_by is None


def test_a_second_person_releases_what_the_first_assessed(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    _grave(desk, suspect)
    desk.dispose(suspect, Kind.POLICE, "police-rs", reason="hosted_here")
    acts.release(desk.app, desk.two, suspect, NOW + timedelta(minutes=5))
    stored = desk.facts(suspect).dispositions[0]
    assert (stored.released_by, stored.released_at) == (desk.two.person_id, NOW + timedelta(minutes=5))
    with pytest.raises(RuleBroken, match="nothing on"):
        acts.release(desk.app, desk.two, suspect, NOW)
    assert desk.events(f"C{suspect}")[-1] == (f"person:{desk.two.person_id}", "case_released")


def test_an_assessment_after_the_release_makes_it_void(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    desk.assess(suspect)
    desk.dispose(suspect, Kind.POLICE, "police-rs", reason="hosted_here")
    acts.release(desk.app, desk.two, suspect, NOW + timedelta(minutes=5))
    _grave(desk, suspect)
    assert desk.facts(suspect).dispositions[0].released_by is None
    acts.release(desk.app, desk.two, suspect, NOW + timedelta(minutes=9))
    assert desk.facts(suspect).dispositions[0].released_by == desk.two.person_id


def test_who_looked_at_an_older_state_must_look_again(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    seen = desk.record(suspect).version
    assert desk.assess(suspect, version=seen).version == seen + 1
    with pytest.raises(RuleBroken, match="changed since you looked"):
        desk.dispose(suspect, Kind.HELPLINE, version=seen)
    assert desk.facts(suspect).dispositions == ()


def test_a_closed_case_takes_no_further_decision(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    desk.close(suspect)
    with pytest.raises(RuleBroken, match="that is closed cannot be disposed"):
        desk.dispose(suspect, Kind.HELPLINE)


def test_assessing_a_decided_case_again_queues_it_from_now_on(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    desk.dispose(suspect, Kind.HELPLINE)
    later = NOW + timedelta(days=40)
    desk.assess(suspect, now=later)
    after = desk.facts(suspect)
    assert (after.lane, after.waiting_since) == (Lane.SUSPECTS, later)


def test_an_operator_and_an_auditor_decide_nothing(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    for os_user in ("sample-operator", "sample-auditor"):
        person = desk.person(os_user)
        with pytest.raises(RuleBroken, match="may not assess"):
            desk.assess(suspect, by=person)
        with pytest.raises(RuleBroken, match="may not dispose"):
            desk.dispose(suspect, Kind.HELPLINE, by=person)


def _file(desk: Desk, name: str, content: str) -> list[decision_file.Row]:
    path = desk.folder / name
    path.write_text(content, encoding="utf-8")
    return decision_file.read(path)


def test_in_a_file_each_row_happens_wholly_or_not_at_all(desk: Desk) -> None:
    cases = {name: f"C{desk.case_of(name)}" for name in ("s-1", "o-1", "q-1", "n-1")}
    rows = _file(desk, "decisions.csv", (
        "act;case;classification;reason;kind;recipient;viewed\n"
        f"assess;{cases['s-1']};not_illegal;adult_content;;;content\n"
        f";{cases['o-1']};not_assessed;unable_to_access;;;\n"
        f"dispose;{cases['q-1']};;question;helpline;;\n"
        f"dispose;{cases['n-1']};;because;close;;\n"
        "dispose;C999;;answered;close;;\n"
        "dispose;nonsense;;answered;close;;\n"
        f"dispose;{cases['q-1']}\n"
    ))  # fmt: skip
    outcome = decision_file.apply_file(_acting(desk), rows, "assess")
    assert [one.status for one in outcome.applied] == ["assessed", "assessed", "decided"]
    assert [one.row for one in outcome.refused] == [5, 6, 7, 8]
    assert not any(word in one.why for one in outcome.refused for word in ("nonsense", "999", "because"))
    assert desk.record(desk.case_of("n-1")).status == Status.NEW
    with reading(desk.app.store.engine) as connection:
        assert len(connection.execute(select(disposition)).all()) == 1


def test_baseline_in_bulk_is_refused_and_alone_it_is_done(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    item = desk.facts(suspect).locators[0].locator_id
    grave = json.dumps({
        "case": f"C{suspect}", "item": f"L{item}", "classification": "baseline", "viewed": "content", "virtual": False,
        "payment_methods": ["sms", "other"], "gender": None,
    })  # fmt: skip
    mild = json.dumps({"case": f"C{desk.case_of('o-1')}", "classification": "not_assessed", "reason": "link_expired"})
    both = decision_file.apply_file(_acting(desk), _file(desk, "two.jsonl", f"{grave}\n{mild}\n"), "assess")
    assert [one.row for one in both.refused] == [1]
    assert "in bulk" in both.refused[0].why
    assert desk.facts(suspect).assessments == ()
    alone = decision_file.apply_file(_acting(desk), _file(desk, "one.jsonl", f"{grave}\n"), "assess")
    assert [one.status for one in alone.applied] == ["assessed"]
    answers = desk.facts(suspect).assessments[0].iccam
    assert answers is not None
    assert (answers.virtual, answers.gender, len(answers.payment_methods or ())) == (False, None, 2)


@pytest.mark.parametrize("content", ["", "case,secret-column\nC1,x\n", "case,case\nC1,C2\n", "case\n", 'case\n"C1'])
def test_a_file_that_makes_no_sense_is_refused_as_a_whole_without_its_values(desk: Desk, content: str) -> None:
    with pytest.raises(UnusableInput) as refused:
        _file(desk, "decisions.csv", content)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("line", ["[1]", "{", '{"case": {"a": 1}}', '{"private": "value"}'])
def test_a_line_that_makes_no_sense_is_refused_alone(desk: Desk, line: str) -> None:
    good = json.dumps({"case": f"C{desk.case_of('o-1')}", "kind": "close", "reason": "spam"})
    outcome = decision_file.apply_file(_acting(desk), _file(desk, "d.jsonl", f"{line}\n{good}\n"), "dispose")
    assert (len(outcome.applied), [one.row for one in outcome.refused]) == (1, [1])
    assert "private" not in outcome.refused[0].why


def test_a_file_that_is_not_there_is_unusable_input(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput):
        decision_file.read(tmp_path / "missing.csv")


def test_a_held_case_in_a_file_is_refused_and_the_rest_is_done(desk: Desk) -> None:
    suspect, other = desk.case_of("s-1"), desk.case_of("o-1")
    holding.take(desk.app, desk.two, suspect, NOW)
    rows = _file(desk, "d.csv", f"case,kind,reason\nC{suspect},close,spam\nC{other},close,spam\n")
    outcome = decision_file.apply_file(_acting(desk), rows, "dispose")
    assert [one.case_id for one in outcome.applied] == [other]
    assert "another person holds" in outcome.refused[0].why
    with pytest.raises(CaseTaken):
        desk.close(suspect)


def test_a_case_may_be_named_by_one_of_its_reports(desk: Desk) -> None:
    number = shown_report(desk.report_of("o-1"))
    words = {"act": "dispose", "case": number, "kind": "close", "reason": "spam"}
    assert apply(_acting(desk), words).case_id == desk.case_of("o-1")
    with pytest.raises(UsageError, match="no report"):
        apply(_acting(desk), words | {"case": "R9.0.1"})


@pytest.mark.parametrize(
    "words",
    [
        {"act": "frobnicate"},
        {"act": "dispose", "classification": "national", "case": "C1", "kind": "close"},
        {"act": "release", "case": "C1", "reason": "spam"},
        {"act": "dispose", "case": "C1", "kind": "close", "reason": "spam", "version": "secret"},
        {"act": "assess", "case": "C1", "classification": "secret"},
        {"act": "assess", "case": "C1", "classification": "national", "item": "secret", "viewed": "content"},
        {"act": "assess", "case": "C1", "classification": "national", "virtual": "secret"},
        {"act": "assess", "case": "C1", "classification": "national", "gender": "secret"},
    ],
)
def test_words_that_fit_no_act_are_wrong_use_and_are_not_repeated(desk: Desk, words: dict[str, str]) -> None:
    with pytest.raises(UsageError) as refused:
        apply(_acting(desk), words)
    assert "secret" not in str(refused.value)
