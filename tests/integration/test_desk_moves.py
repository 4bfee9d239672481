"""Split, join and new keys: what people say about which reports belong together outranks every key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import func, select, update

from pipeline.desk import listing, moves, rekey
from pipeline.desk.acts import Said, release
from pipeline.desk.links import all_links, links_of
from pipeline.store.engine import reading, writing
from pipeline.store.schema import case_key, case_record, further_link, locator, report, run, suggestion
from tests.desk import NOW, SUSPECT_TEXT, Desk
from triage.assessment import Classification, Viewed
from triage.clocks import Lane
from triage.disposition import Kind
from triage.errors import RuleBroken, ServiceFailed, UsageError
from triage.grouping import NewFact
from triage.lifecycle import Status
from triage.url_rules import UrlRules


def _split(desk: Desk, case_id: int, *items: int, reports: tuple[int, ...] = ()) -> int:
    return moves.split(desk.app, desk.one, case_id, items, reports, NOW, desk.vault())


def _join(desk: Desk, into: int, other: int) -> None:
    moves.join(desk.app, desk.one, into, other, NOW)


def _check_links_agree(desk: Desk) -> None:
    """Packed links, the reports' own rows and the counts say the same of every case."""
    with reading(desk.app.store.engine) as connection:
        packed = set[tuple[int, int, int]]()
        for row in connection.execute(select(case_record)).all():
            links = all_links(links_of(connection, row.case_id))
            assert row.reports == len(links)
            packed |= {(row.case_id, int(one[0]), int(one[2])) for one in links}
        primary = {(row.case_id, row.report_id, 0) for row in connection.execute(select(report))}
        further = {(row.case_id, row.report_id, row.seq) for row in connection.execute(select(further_link))}
        assert packed == primary | further
        homes = {row.locator_id: row.case_id for row in connection.execute(select(locator))}
        for row in connection.execute(select(report)):
            assert row.locator_id is None or homes[row.locator_id] == row.case_id


def test_a_split_moves_the_chosen_address_with_its_reports_and_counts_both_cases_again(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    new = _split(desk, suspect, desk.item(suspect, "www.bad.example/a"))
    assert desk.case_of("s-1") == suspect
    assert desk.case_of("s-2") == new
    old, moved = desk.facts(suspect), desk.facts(new)
    assert (old.reports, moved.reports) == (1, 1)
    assert [one.canonical for one in moved.locators] == ["https://www.bad.example/a"]
    assert moved.status is Status.NEW
    assert (old.lane, moved.lane) == (Lane.SUSPECTS, Lane.OTHER_REPORTS)
    assert moved.waiting_since == moved.first_received
    _check_links_agree(desk)
    assert ("case_split_off") in [event for _, event in desk.events(f"C{new}")]


def test_after_a_split_a_new_report_of_the_same_address_goes_where_the_person_put_it(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    new = _split(desk, suspect, desk.item(suspect, "www.bad.example/a"))
    desk.bring(
        "later",
        {"id": "x-1", "location": "https://www.bad.example/a"},
        {"id": "x-2", "location": "https://bad.example/a?utm_source=x"},
        {"id": "x-3", "location": "https://bad.example/a?utm_source=never-seen"},
    )
    assert desk.case_of("x-1") == new
    assert desk.case_of("x-2") == suspect
    assert desk.case_of("x-3") == suspect
    _check_links_agree(desk)


def test_a_further_address_of_a_report_moves_without_its_report(desk: Desk) -> None:
    first = desk.case_of("d-1")
    with reading(desk.app.store.engine) as connection:
        second = connection.execute(select(further_link.c.case_id)).scalar_one()
    _join(desk, first, second)
    _check_links_agree(desk)
    item = desk.item(first, "fourth.example/d")
    again = _split(desk, first, item)
    assert desk.case_of("d-1") == first
    assert [one.locator_id for one in desk.facts(again).locators] == [item]
    _check_links_agree(desk)


def test_something_must_stay_and_only_the_cases_own_things_move(desk: Desk) -> None:
    suspect, other = desk.case_of("s-1"), desk.case_of("o-1")
    items = [one.locator_id for one in desk.facts(suspect).locators]
    with pytest.raises(RuleBroken, match=f"must stay .* `hotline dispose C{suspect} close --reason no_address_given`"):
        _split(desk, suspect, *items)
    with pytest.raises(RuleBroken, match="does not belong"):
        _split(desk, suspect, desk.facts(other).locators[0].locator_id)
    with pytest.raises(RuleBroken, match="say what to move"):
        _split(desk, suspect)
    with pytest.raises(RuleBroken, match="name no address"):
        _split(desk, suspect, reports=(desk.report_of("s-1"),))
    _check_links_agree(desk)


def test_a_join_brings_everything_together_and_a_new_report_follows(desk: Desk) -> None:
    suspect, other = desk.case_of("s-1"), desk.case_of("o-1")
    _join(desk, suspect, other)
    after = desk.facts(suspect)
    assert after.reports == 3
    assert len(after.locators) == 3
    gone = desk.record(other)
    assert (gone.joined_into, gone.lane, gone.reports) == (suspect, None, 0)
    desk.bring(
        "later",
        {"id": "x-1", "location": "https://other.example/b"},
        {"id": "x-2", "location": "https://other.example/b?utm_source=never-seen"},
    )
    assert desk.case_of("x-1") == suspect
    assert desk.case_of("x-2") == suspect
    assert desk.record(suspect).reports == 5
    _check_links_agree(desk)


def test_nothing_is_decided_on_a_case_that_was_joined(desk: Desk) -> None:
    suspect, other = desk.case_of("s-1"), desk.case_of("o-1")
    _join(desk, suspect, other)
    with pytest.raises(RuleBroken, match="decide there"):
        desk.close(other)
    with pytest.raises(RuleBroken, match="decide there"):
        _join(desk, desk.case_of("q-1"), other)
    with pytest.raises(RuleBroken, match="into itself"):
        _join(desk, suspect, suspect)
    with pytest.raises(UsageError, match="no case"):
        _join(desk, suspect, 999)


def test_a_join_can_be_undone_by_a_split_and_keys_go_home(desk: Desk) -> None:
    suspect, other = desk.case_of("s-1"), desk.case_of("o-1")
    _join(desk, suspect, other)
    back = _split(desk, suspect, desk.item(suspect, "other.example/b"))
    desk.bring("later", {"id": "x-1", "location": "https://other.example/b?utm_source=never-seen"})
    assert desk.case_of("o-1") == back
    assert desk.case_of("x-1") == back
    assert desk.record(suspect).reports == 2
    _check_links_agree(desk)


def test_a_report_without_an_address_can_be_joined_and_split_off_again(desk: Desk) -> None:
    suspect, question = desk.case_of("s-1"), desk.case_of("q-1")
    _join(desk, suspect, question)
    assert desk.case_of("q-1") == suspect
    back = _split(desk, suspect, reports=(desk.report_of("q-1"),))
    assert desk.case_of("q-1") == back
    assert desk.facts(back).lane is Lane.QUESTIONS
    _check_links_agree(desk)


def test_a_decided_case_comes_back_when_another_is_joined_into_it(desk: Desk) -> None:
    suspect, other = desk.case_of("s-1"), desk.case_of("o-1")
    desk.close(suspect)
    _join(desk, suspect, other)
    after = desk.facts(suspect)
    assert (after.status, after.lane) == (Status.RETURNED, Lane.NEW_FACTS)
    assert NewFact.JOINED in after.new_facts


def test_a_police_package_decided_before_a_join_is_not_released_after_it(desk: Desk) -> None:
    suspect, other = desk.case_of("s-1"), desk.case_of("o-1")
    desk.assess(other)
    desk.dispose(other, Kind.POLICE, "police-rs", reason="hosted_here")
    _join(desk, suspect, other)
    with pytest.raises(RuleBroken, match="was joined with another case"):
        release(desk.app, desk.two, suspect, NOW)


def test_what_was_said_of_an_item_goes_with_it(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    item = desk.item(suspect, "www.bad.example/a")
    desk.assess(suspect, Said(Classification.BASELINE, item, Viewed.CONTENT))
    desk.assess(suspect)
    new = _split(desk, suspect, item)
    assert [one.classification for one in desk.facts(new).assessments] == [Classification.BASELINE]
    assert [one.classification for one in desk.facts(suspect).assessments] == [Classification.NOT_ILLEGAL]


def test_a_text_both_halves_know_is_no_new_fact_in_either(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    new = _split(desk, suspect, desk.item(suspect, "www.bad.example/a"))
    for case_id in (suspect, new):
        desk.close(case_id)
    with writing(desk.app.store.engine) as connection:
        connection.execute(update(case_record).where(case_record.c.case_id == new).values(label=2))
    desk.bring("repeat", {"id": "x-1", "location": "https://www.bad.example/a", "description": SUSPECT_TEXT})
    assert desk.record(new).status == Status.CLOSED


def test_nobody_moves_anything_while_a_batch_is_half_committed(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    item = desk.item(suspect, "www.bad.example/a")
    with writing(desk.app.store.engine) as connection:
        connection.execute(update(run).values(committed_at=None))
    with pytest.raises(ServiceFailed, match="being committed"):
        _split(desk, suspect, item)
    with pytest.raises(ServiceFailed, match="being committed"):
        _join(desk, suspect, desk.case_of("o-1"))


def test_who_looked_at_an_older_state_cannot_split(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    item = desk.item(suspect, "www.bad.example/a")
    desk.assess(suspect)
    with pytest.raises(RuleBroken, match="changed since you looked"):
        moves.split(desk.app, desk.one, suspect, {item}, (), NOW, desk.vault(), 0)


def _rules_that_join(rules: UrlRules) -> UrlRules:
    """Rules by which `other.example/b` and `www.other.example` pages change: a new harmless host prefix."""
    return replace(rules, version="next", host_prefixes={**rules.host_prefixes, "photos": "photo_host"})


def _rekey(desk: Desk) -> rekey.Rekeyed:
    rules = _rules_that_join(desk.app.url_rules)
    return rekey.rekey(desk.app, desk.one, NOW, desk.vault(), rules, lambda _done, _total: None)


def _keys(desk: Desk) -> dict[tuple[bytes, str], int]:
    with reading(desk.app.store.engine) as connection:
        return {(bytes(row.key), row.rule_version): row.case_id for row in connection.execute(select(case_key))}


def test_new_rules_add_keys_beside_the_old_ones_and_move_nothing(desk: Desk) -> None:
    before = _keys(desk)
    done = _rekey(desk)
    after = _keys(desk)
    assert done.keys_added == len(after) - len(before) == len(before)
    assert (done.suggested, done.unreadable) == (0, 0)
    assert before.items() <= after.items()
    assert {key: case for (key, version), case in after.items() if version == "next"} == {
        key: case for (key, _), case in before.items()
    }
    assert _rekey(desk).keys_added == 0
    assert _keys(desk) == after


def test_two_cases_that_meet_in_a_new_key_are_suggested_and_a_person_answers(desk: Desk) -> None:
    desk.bring("photos", {"id": "x-1", "location": "https://photos.other.example/b"})
    other, photos = desk.case_of("o-1"), desk.case_of("x-1")
    assert other != photos
    assert _rekey(desk).suggested == 1
    with reading(desk.app.store.engine) as connection:
        pairs = listing.open_suggestions(connection)
    assert [(one.first, one.second) for one in pairs] == [tuple(sorted((other, photos)))]
    assert desk.case_of("x-1") == photos
    _join(desk, other, photos)
    with reading(desk.app.store.engine) as connection:
        assert listing.open_suggestions(connection) == []
        answer = connection.execute(select(suggestion.c.answer, suggestion.c.answered_by)).one()
    assert tuple(answer) == ("join", desk.one.person_id)


def test_what_a_person_kept_apart_is_not_suggested_again(desk: Desk) -> None:
    desk.bring("photos", {"id": "x-1", "location": "https://photos.other.example/b"})
    moves.apart(desk.app, desk.one, desk.case_of("o-1"), desk.case_of("x-1"), NOW)
    assert _rekey(desk).suggested == 0


def test_what_a_person_split_is_not_suggested_again(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    _split(desk, suspect, desk.item(suspect, "www.bad.example/a"))
    assert _rekey(desk).suggested == 0
    with reading(desk.app.store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(suggestion)).scalar_one() == 1


def test_an_auditor_moves_nothing(desk: Desk) -> None:
    auditor = desk.person("sample-auditor")
    with pytest.raises(RuleBroken, match="may not split or join"):
        moves.join(desk.app, auditor, 1, 2, NOW)
    with pytest.raises(RuleBroken, match="may not split or join"):
        moves.apart(desk.app, auditor, 1, 2, NOW)


def test_links_keep_the_order_a_commit_gives_them(desk: Desk) -> None:
    suspect, other = desk.case_of("o-1"), desk.case_of("s-1")
    _join(desk, suspect, other)
    with reading(desk.app.store.engine) as connection:
        links = all_links(links_of(connection, suspect))
    assert np.array_equal(links, links[np.lexsort((links[:, 2], links[:, 0]))])
