"""The desk does the same on SQLite and on PostgreSQL, and leaves a store in which `verify` finds nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.desk import acts, holding, listing, moves, queue, rekey
from pipeline.desk.acts import Said
from pipeline.store.engine import reading
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, made
from tests.factories import BOTH_STORES
from triage.assessment import Classification, Viewed
from triage.clocks import Lane
from triage.disposition import Kind
from triage.errors import CaseTaken
from triage.lifecycle import Status

pytest_plugins = ("tests.stores",)


@pytest.fixture
def either(tmp_path: Path, store_url: str) -> Desk:
    """A workspace on one of the two engines."""
    return made(tmp_path, store_url)


@BOTH_STORES
def test_a_day_at_the_desk_leaves_a_sound_store(either: Desk) -> None:
    app, suspect, other = either.app, either.case_of("s-1"), either.case_of("o-1")
    taken = queue.take_next(app, either.one, NOW, Lane.SUSPECTS)
    assert taken is not None
    assert taken.case_id == suspect
    with pytest.raises(CaseTaken):
        holding.take(app, either.two, suspect, NOW)
    item = either.item(suspect, "www.bad.example/a")
    either.assess(suspect, Said(Classification.BASELINE, item, Viewed.CONTENT))
    either.dispose(suspect, Kind.POLICE, "police-rs", reason="hosted_here")
    assert queue.today(app, either.two, NOW).outstanding.to_release == 1
    acts.release(app, either.two, suspect, NOW)
    new = moves.split(app, either.one, suspect, {item}, (), NOW, either.vault())
    moves.join(app, either.one, new, other, NOW)
    assert _findings(either) == []
    either.bring(
        "later", {"id": "x-1", "location": "https://other.example/b"}, {"id": "x-2", "location": "bad.example/a"}
    )
    assert either.case_of("x-1") == new
    assert either.case_of("x-2") == suspect
    assert either.record(new).reports == 3
    assert either.record(suspect).status == Status.DECIDED
    assert _findings(either) == []


def test_new_rules_ask_people_and_leave_a_sound_store(either: Desk) -> None:
    either.bring("photos", {"id": "x-1", "location": "https://photos.other.example/b"})
    rules = either.app.url_rules
    rules = replace(rules, version="next", host_prefixes={**rules.host_prefixes, "photos": "photo_host"})
    done = rekey.rekey(either.app, either.one, NOW, either.vault(), rules, lambda _done, _total: None)
    assert done.suggested == 1
    with reading(either.app.store.engine) as connection:
        pair = listing.open_suggestions(connection)[0]
    moves.join(either.app, either.one, pair.first, pair.second, NOW)
    with reading(either.app.store.engine) as connection:
        assert listing.open_suggestions(connection) == []
        assert [one.event for one in listing.history(connection, pair.first)] == ["cases_joined"]
    assert _findings(either) == []


def _findings(desk: Desk) -> list[object]:
    """What `verify` finds, with every sealed thing opened."""
    return list(verify(desk.app, deep=True).findings)
