"""Police first: what keeps a notice back, until when, and who may let it go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.assessment import Assessment, Classification, IllegalKind, Viewed
from triage.errors import BadConfiguration, RuleBroken
from triage.lea_hold import (
    HoldProtocol,
    PoliceFacts,
    Said,
    Told,
    Why,
    Word,
    WordKind,
    check_grant,
    grave_since,
    holds,
    until,
)
from triage.police_feedback import FeedbackState
from triage.verdict import Escalation

TEXT = (Path(__file__).parents[2] / "data" / "notices" / "protocol.toml").read_text(encoding="utf-8")
PROTOCOL = HoldProtocol.from_toml(TEXT)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RS, FBIH = "police-rs", "police-fbih"
NOBODY = PoliceFacts(Escalation.NONE, AT)
TOLD = replace(NOBODY, told=(Told(RS, AT, AT + HOUR),))


def _whys(facts: PoliceFacts, now: datetime = AT + 5 * HOUR) -> list[Why]:
    return [one.why for one in holds(facts, PROTOCOL, now)]


def test_what_police_have_no_part_in_is_not_held() -> None:
    assert _whys(NOBODY) == []


def test_danger_nobody_told_police_of_holds_without_a_time_out() -> None:
    facts = replace(NOBODY, escalate=Escalation.ABUSE_DESCRIBED)
    (hold,) = holds(facts, PROTOCOL, AT + timedelta(days=900))
    assert (hold.why, hold.recipient, hold.until) == (Why.POLICE_NOT_TOLD, None, None)
    only_digests = replace(facts, told=(Told("police-hashes", AT, AT),))
    assert _whys(only_digests) == [Why.POLICE_NOT_TOLD], "a list of digests tells nobody of the danger"


def test_a_package_that_has_not_gone_holds_without_a_time_out() -> None:
    facts = replace(NOBODY, told=(Told(RS, AT, None),))
    (hold,) = holds(facts, PROTOCOL, AT + timedelta(days=900))
    assert (hold.why, hold.since, hold.until) == (Why.PACKAGE_NOT_GONE, AT, None)


def test_the_time_out_runs_from_when_the_package_went() -> None:
    hours = PROTOCOL.hours(RS)
    end = AT + HOUR + timedelta(hours=hours)
    (hold,) = holds(TOLD, PROTOCOL, end - timedelta(seconds=1))
    assert (hold.why, hold.recipient, hold.until) == (Why.POLICE_HAVE_IT, RS, end)
    assert holds(TOLD, PROTOCOL, end) == ()


def test_every_unit_holds_for_itself() -> None:
    facts = replace(TOLD, told=(*TOLD.told, Told(FBIH, AT + HOUR, None)))
    assert _whys(facts) == [Why.POLICE_HAVE_IT, Why.PACKAGE_NOT_GONE]
    released = replace(facts, words=(Word(WordKind.RELEASE, AT + 2 * HOUR, RS),))
    assert _whys(released) == [Why.PACKAGE_NOT_GONE]


@pytest.mark.parametrize("state", list(FeedbackState))
def test_only_an_answer_that_ends_the_matter_lets_go(state: FeedbackState) -> None:
    facts = replace(TOLD, said=(Said(RS, state, AT + 2 * HOUR),))
    ends = state in (FeedbackState.NO_OFFENCE, FeedbackState.CLOSED)
    assert (_whys(facts) == []) == ends


def test_an_answer_of_another_unit_or_from_before_the_package_lets_nothing_go() -> None:
    for said in (Said(FBIH, FeedbackState.CLOSED, AT + 2 * HOUR), Said(RS, FeedbackState.CLOSED, AT - 24 * HOUR)):
        assert _whys(replace(TOLD, said=(said,))) == [Why.POLICE_HAVE_IT]


def test_an_answer_told_to_the_day_counts_for_that_day() -> None:
    day = AT.replace(hour=0)
    assert _whys(replace(TOLD, said=(Said(RS, FeedbackState.NO_OFFENCE, day),))) == []


def test_an_answer_frees_no_package_that_went_after_it() -> None:
    second = Told(RS, AT + 2 * HOUR, AT + 3 * HOUR)
    both = replace(TOLD, told=(*TOLD.told, second))
    early, day = Said(RS, FeedbackState.CLOSED, AT + 2 * HOUR), Said(RS, FeedbackState.CLOSED, AT.replace(hour=0))
    for said in (early, day):
        (hold,) = holds(replace(both, said=(said,)), PROTOCOL, AT + 5 * HOUR)
        assert hold.since == second.decided_at, "the same day, but before the package went, or nobody knows"
    assert _whys(replace(both, said=(replace(early, at=AT + 4 * HOUR),))) == []
    next_day = replace(day, at=day.at + timedelta(days=1))
    assert _whys(replace(both, said=(next_day,))) == []


def test_a_word_lets_go_only_what_the_unit_could_know_of() -> None:
    word = Word(WordKind.RELEASE, AT + 2 * HOUR, RS)
    waiting = replace(NOBODY, told=(Told(RS, AT, None),), words=(word,))
    assert _whys(waiting) == [Why.PACKAGE_NOT_GONE]
    assert _whys(replace(waiting, told=(Told(RS, AT, None, AT + HOUR),))) == []
    assert _whys(replace(waiting, told=(Told(RS, AT, AT + 3 * HOUR),))) == [Why.POLICE_HAVE_IT]
    asked = replace(waiting, words=(Word(WordKind.HOLD, AT + HOUR, RS), word))
    assert _whys(asked) == [Why.PACKAGE_NOT_GONE], "what they asked for ends, what they never got does not"


def test_a_release_from_before_a_new_decision_does_not_cover_it() -> None:
    facts = replace(TOLD, told=(Told(RS, AT + 3 * HOUR, None),), words=(Word(WordKind.RELEASE, AT + 2 * HOUR, RS),))
    assert _whys(facts) == [Why.PACKAGE_NOT_GONE]


def test_police_can_ask_to_wait_and_that_ends_by_their_word_or_by_time() -> None:
    asked = Word(WordKind.HOLD, AT + 2 * HOUR, RS)
    facts = replace(NOBODY, words=(asked,))
    assert _whys(facts) == [Why.POLICE_ASKED]
    assert _whys(facts, asked.at + timedelta(hours=PROTOCOL.hours(RS))) == []
    assert _whys(replace(facts, words=(asked, Word(WordKind.RELEASE, AT + 3 * HOUR, RS)))) == []
    again = replace(facts, words=(Word(WordKind.RELEASE, AT + HOUR, RS), asked))
    assert _whys(again) == [Why.POLICE_ASKED], "what was released before they asked is held again"


def _override(at: datetime, granted: bool = True, escalate: Escalation = Escalation.NONE) -> Word:
    return Word(WordKind.OVERRIDE, at, None, escalate, at + HOUR if granted else None)


def test_an_override_counts_once_another_person_granted_it() -> None:
    asked = replace(TOLD, words=(_override(AT + 2 * HOUR, granted=False),))
    assert _whys(asked) == [Why.POLICE_HAVE_IT]
    assert _whys(replace(asked, words=(_override(AT + 2 * HOUR),))) == []


def test_an_override_covers_only_what_two_people_saw() -> None:
    overridden = replace(TOLD, words=(_override(AT + 2 * HOUR),))
    later = Told(FBIH, AT + 3 * HOUR, None)
    assert _whys(replace(overridden, told=(*TOLD.told, later))) == [Why.PACKAGE_NOT_GONE]
    assert _whys(replace(overridden, last_assessed=AT + 3 * HOUR)) == [Why.POLICE_HAVE_IT]
    assert _whys(replace(overridden, escalate=Escalation.DANGER_NOW)) == [Why.POLICE_HAVE_IT]
    asked = replace(overridden, words=(*overridden.words, Word(WordKind.HOLD, AT + 3 * HOUR, RS)))
    assert _whys(asked) == [Why.POLICE_ASKED]


def test_danger_two_people_saw_can_be_overridden() -> None:
    facts = replace(NOBODY, escalate=Escalation.ABUSE_DESCRIBED)
    words = (_override(AT + HOUR, escalate=Escalation.ABUSE_DESCRIBED),)
    assert _whys(replace(facts, words=words)) == []


KNEW = Told(RS, AT, AT + HOUR, danger=Escalation.ABUSE_DESCRIBED)
GRAVER = replace(NOBODY, escalate=Escalation.DANGER_NOW, told=(KNEW,))
LATE = AT + timedelta(days=90)


def test_graver_danger_than_police_were_told_of_holds_anew_without_a_time_out() -> None:
    assert _whys(replace(GRAVER, escalate=Escalation.ABUSE_DESCRIBED), LATE) == [], "what they were told of"
    (hold,) = holds(GRAVER, PROTOCOL, LATE)
    assert (hold.why, hold.recipient, hold.since, hold.until) == (Why.GRAVER_DANGER, RS, KNEW.gone_at, None)
    released = replace(GRAVER, words=(Word(WordKind.RELEASE, AT + 2 * HOUR, RS, Escalation.ABUSE_DESCRIBED),))
    assert _whys(released) == [Why.GRAVER_DANGER], "they let go what they knew of"
    answered = replace(GRAVER, said=(Said(RS, FeedbackState.CLOSED, AT + 2 * HOUR),))
    assert _whys(answered) == [Why.GRAVER_DANGER]


def test_graver_danger_holds_until_police_know_of_it_and_then_as_any_package() -> None:
    waiting = replace(GRAVER, told=(KNEW, Told(RS, AT + 2 * HOUR, None)))
    assert _whys(waiting, LATE) == [Why.PACKAGE_NOT_GONE], "somebody saw to it: the package waits"
    sent = replace(GRAVER, told=(KNEW, Told(RS, AT + 2 * HOUR, AT + 3 * HOUR, danger=Escalation.DANGER_NOW)))
    assert _whys(sent) == [Why.POLICE_HAVE_IT]
    assert _whys(sent, LATE) == []
    word = Word(WordKind.RELEASE, AT + 2 * HOUR, RS, Escalation.DANGER_NOW)
    assert _whys(replace(GRAVER, words=(word,)), LATE) == [], "they let it go knowing the danger"
    unknown = replace(GRAVER, told=(replace(KNEW, danger=None),))
    assert _whys(unknown, LATE) == [], "nobody wrote down what an older package told of"


def test_a_unit_that_is_only_sent_digests_does_not_know_the_danger() -> None:
    digests = Told("police-hashes", AT + HOUR, AT + 2 * HOUR, danger=Escalation.DANGER_NOW)
    assert _whys(replace(GRAVER, told=(KNEW, digests)), LATE) == [Why.GRAVER_DANGER]


def test_two_people_can_override_graver_danger_they_saw() -> None:
    early = _override(AT + 2 * HOUR, escalate=Escalation.ABUSE_DESCRIBED)
    assert _whys(replace(GRAVER, words=(early,)), LATE) == [Why.GRAVER_DANGER]
    assert _whys(replace(GRAVER, words=(_override(AT + 2 * HOUR, escalate=Escalation.DANGER_NOW),)), LATE) == []


def test_nobody_grants_their_own_override() -> None:
    check_grant(1, 2)
    with pytest.raises(RuleBroken, match="another person"):
        check_grant(1, 1)


def test_several_holds_end_with_the_last_and_one_without_end_has_none() -> None:
    facts = replace(TOLD, told=(*TOLD.told, Told(FBIH, AT + HOUR, AT + 2 * HOUR)))
    found = holds(facts, PROTOCOL, AT + 3 * HOUR)
    assert until(found) == AT + 2 * HOUR + timedelta(hours=PROTOCOL.hours(FBIH))
    assert until((*found, replace(found[0], until=None))) is None


@pytest.mark.parametrize(
    ("find", "wrong"),
    [("hours = 72", 'hours = "three"'), ('"no_offence"', '"friendly"'), ("police-hashes = 0", "police-hashes = -1"),
     ("[hold]", "[holding]")],
)  # fmt: skip
def test_a_protocol_that_does_not_fit_is_refused(find: str, wrong: str) -> None:
    assert find in TEXT
    with pytest.raises(BadConfiguration, match="protocol"):
        HoldProtocol.from_toml(TEXT.replace(find, wrong, 1))


def test_a_call_before_the_decision_lets_go_only_what_it_told_of() -> None:
    word = Word(WordKind.RELEASE, AT + 4 * HOUR, RS, Escalation.DANGER_NOW)
    called = Told(RS, AT + 2 * HOUR, None, AT, Escalation.NONE)
    facts = replace(NOBODY, escalate=Escalation.DANGER_NOW, told=(called,), words=(word,))
    assert _whys(facts) == [Why.PACKAGE_NOT_GONE], "the call told of less danger"
    assert _whys(replace(facts, told=(replace(called, danger=Escalation.DANGER_NOW),))) == []
    again = replace(called, called_since=AT + 3 * HOUR)
    assert Why.PACKAGE_NOT_GONE not in _whys(replace(facts, told=(again,))), "called about what was decided"
    late = replace(called, called_since=AT + 5 * HOUR)
    assert Why.PACKAGE_NOT_GONE in _whys(replace(facts, told=(late,))), "the unit's word came before the call"
    calm = replace(NOBODY, told=(called,), words=(replace(word, escalate=Escalation.NONE),))
    assert _whys(calm) == [], "there was no danger to tell of"


HERE = Assessment(1, 7, Classification.BASELINE, 1, AT, Viewed.CONTENT, hosting_country="BA", hosting_source="whois")
ABROAD = replace(HERE, hosting_country="NL", at=AT + HOUR)
OTHER = replace(HERE, classification=Classification.ILLEGAL_OTHER, kind=IllegalKind.FRAUD, at=AT + HOUR)
WHOLE = replace(HERE, locator_no=None, classification=Classification.NOT_ILLEGAL, reason="nudism", at=AT + HOUR)


@pytest.mark.parametrize("word", [ABROAD, OTHER, WHOLE], ids=["abroad", "other", "whole case"])
def test_one_person_does_not_take_back_that_grave_content_is_hosted_here(word: Assessment) -> None:
    for by in (1, 2):
        once, twice = replace(word, by=by), replace(word, by=by, at=AT + 2 * HOUR)
        assert grave_since([HERE, once, twice], "BA") == AT, "however often one says it"
        assert grave_since([HERE, once, replace(twice, by=3)], "BA") is None
    back = replace(HERE, at=AT + 2 * HOUR)
    assert grave_since([HERE, word, back, replace(word, by=2, at=AT + 3 * HOUR)], "BA") == AT, "it is counted anew"


def test_who_adds_a_country_nobody_had_named_says_what_was_not_known() -> None:
    unknown = replace(HERE, hosting_country=None)
    assert grave_since([unknown], "BA") == AT
    assert grave_since([unknown, ABROAD], "BA") is None
    assert grave_since([unknown, OTHER], "BA") == AT
    assert grave_since([HERE, replace(unknown, at=AT + HOUR), replace(ABROAD, at=AT + 2 * HOUR)], "BA") == AT


def test_a_word_on_another_item_or_content_abroad_holds_nothing_and_takes_nothing_back() -> None:
    assert grave_since([ABROAD, OTHER, WHOLE], "BA") is None
    others = [replace(OTHER, locator_no=8, by=by) for by in (2, 3)]
    assert grave_since([HERE, *others], "BA") == AT
