"""The audit chain finds every change, gap and move."""

from __future__ import annotations

from dataclasses import replace

from triage.custody import GENESIS, Event, broken_links

Link = tuple[Event, str, str]


def _chain(count: int) -> list[Link]:
    links: list[Link] = []
    previous = GENESIS
    for seq in range(1, count + 1):
        event = Event(seq, "2026-01-01T00:00:00+00:00", "machine", "tested", f"C{seq}", {"count": seq})
        digest = event.digest(previous)
        links.append((event, previous, digest))
        previous = digest
    return links


def test_a_whole_chain_has_no_findings() -> None:
    assert broken_links(_chain(5)) == []
    assert broken_links([]) == []


def test_a_changed_event_is_found_at_every_place() -> None:
    for index in range(5):
        links = _chain(5)
        event, previous, digest = links[index]
        links[index] = (replace(event, details={"count": 99}), previous, digest)
        assert broken_links(links) == [f"audit event {index + 1} was changed after it was written"]


def test_a_dropped_event_is_found() -> None:
    links = _chain(5)
    del links[2]
    assert "audit event 3 is missing (found 4)" in broken_links(links)


def test_two_events_changed_over_are_found() -> None:
    links = _chain(5)
    links[1], links[2] = links[2], links[1]
    assert broken_links(links)


def test_an_event_rewritten_with_its_own_digest_breaks_the_next() -> None:
    links = _chain(5)
    event, previous, _ = links[1]
    forged = replace(event, actor="person:9")
    links[1] = (forged, previous, forged.digest(previous))
    assert broken_links(links) == ["audit event 3 does not follow the event before it"]
