"""Split a case, join two: what people know about which reports belong together outranks every key.

Everything that says "case" is rewritten in one transaction: where the locators belong, the keys only they have, the
reports' links, the counts. A move waits until no batch is half committed, since a batch fixes its cases at its start.
Either can be undone by the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, func, insert, literal, select, update

from pipeline.bootstrap import App
from pipeline.desk import link_rows
from pipeline.desk.caseview import record_of
from pipeline.desk.holding import check_free, check_here, check_seen
from pipeline.desk.links import Ints, all_links, links_of
from pipeline.desk.people import actor
from pipeline.desk.told_in_moves import brought
from pipeline.desk.vaultroom import Vaultroom
from pipeline.identity import text_digests
from pipeline.store import bulk
from pipeline.store.engine import reading, writing
from pipeline.store.schema import assessment, case_fact, case_key, case_record, disposition, locator, run, run_step
from pipeline.store.schema import suggestion as suggestions
from pipeline.store.text_tables import text_release
from triage.errors import RuleBroken, ServiceFailed
from triage.grouping import NewFact
from triage.lifecycle import Event, Status, move
from triage.people import Act, Person, require
from triage.rekeying import key_of

APART, JOINED = "apart", "join"
_Mask = npt.NDArray[np.bool_]


def split(
    app: App, by: Person, case_id: int, items: Collection[int], reports: Collection[int], now: datetime,
    vault: Vaultroom, version: int | None = None,
) -> int:  # fmt: skip
    """Move locators (`items`), and reports that name none (`reports`), to a new case; answers its number.

    Raises RuleBroken if they are not this case's or nothing would stay, CaseTaken, ServiceFailed during a commit.
    """
    require(by, Act.SPLIT_OR_JOIN)
    keys = _keys(app, vault, case_id)
    with writing(app.store.engine) as connection:
        row = _movable(connection, by, case_id, now, version)
        links = links_of(connection, case_id)
        chosen = {run_no: _chosen(given, items, reports) for run_no, given in links.items()}
        _check_choice(case_id, links, chosen, items, reports)
        new = app.store.take_numbers(connection, "case", 1)
        moved = {run_no: given[chosen[run_no]] for run_no, given in links.items()}
        kept = {run_no: given[~chosen[run_no]] for run_no, given in links.items()}
        _move_keys(connection, keys, items, case_id, new)
        _move_item_words(connection, items, new)
        link_rows.repoint(connection, all_links(moved), new)
        link_rows.write(connection, case_id, kept)
        link_rows.write(connection, new, moved)
        copied = select(literal(new), case_fact.c.digest, case_fact.c.run_no).where(case_fact.c.case_id == case_id)
        connection.execute(insert(case_fact).from_select(["case_id", "digest", "run_no"], copied))
        _recount(connection, row, all_links(kept))
        _open(connection, new, row, moved, now)
        _answer(connection, case_id, new, APART, by, now, app.url_rules.version)
        details = {"into": f"C{new}", "items": len(items), "links": len(all_links(moved))}
        app.store.record(connection, now, actor(by), "case_split", f"C{case_id}", details)
        app.store.record(connection, now, actor(by), "case_split_off", f"C{new}", details | {"from": f"C{case_id}"})
    return new


def join(app: App, by: Person, into: int, other: int, now: datetime, version: int | None = None) -> None:
    """Everything of case `other` becomes part of case `into`, which people look at again if they had decided it.

    Raises RuleBroken if either was joined before or both are one, CaseTaken, ServiceFailed during a commit.
    """
    require(by, Act.SPLIT_OR_JOIN)
    if into == other:
        raise RuleBroken("a case cannot be joined into itself")
    with writing(app.store.engine) as connection:
        row, gone = _movable(connection, by, into, now, version), _movable(connection, by, other, now, None)
        links, more = links_of(connection, into), links_of(connection, other)
        moved = all_links(more)
        for table in (locator, case_key, assessment, disposition, text_release):
            connection.execute(update(table).where(table.c.case_id == other).values(case_id=into))
        _join_texts(connection, into, other)
        link_rows.repoint(connection, moved, into)
        both = {run_no: _together(links.get(run_no), more.get(run_no)) for run_no in links | more}
        link_rows.write(connection, into, both)
        link_rows.write(connection, other, {run_no: given[:0] for run_no, given in more.items()})
        _recount(connection, row, all_links(both), **_after_join(row, gone, now))
        connection.execute(
            update(case_record).where(case_record.c.case_id == other).values(
                joined_into=into, status=str(Status.CLOSED), status_before=str(Status.CLOSED), lane=None, reports=0,
                held_by=None, held_until=None, new_facts=0, version=gone.version + 1,
            )
        )  # fmt: skip
        _answer(connection, into, other, JOINED, by, now, app.url_rules.version)
        new = set(moved[:, 0].tolist()) - set(all_links(links)[:, 0].tolist())
        came = {"from": f"C{other}"} | brought(new, moved[:, 1].tolist())
        for subject, details in ((into, came), (other, {"into": f"C{into}"})):
            app.store.record(connection, now, actor(by), "cases_joined", f"C{subject}", details | {"links": len(moved)})


def apart(app: App, by: Person, one: int, other: int, now: datetime) -> None:
    """Write down that two cases are not the same, so that nobody is asked again. Raises RuleBroken, UsageError."""
    require(by, Act.SPLIT_OR_JOIN)
    with writing(app.store.engine) as connection:
        record_of(connection, one)
        record_of(connection, other)
        _answer(connection, one, other, APART, by, now, app.url_rules.version)
        app.store.record(connection, now, actor(by), "cases_kept_apart", f"C{one}", {"other": f"C{other}"})


def _together(some: Ints | None, others: Ints | None) -> Ints:
    return all_links({number: given for number, given in enumerate((some, others)) if given is not None})


def _movable(connection: Connection, by: Person, case_id: int, now: datetime, version: int | None) -> Row[Any]:
    half = select(run.c.run_no).join(run_step, run_step.c.run_no == run.c.run_no).where(run.c.committed_at.is_(None))
    if connection.execute(half.limit(1)).first() is not None:
        raise ServiceFailed("a batch is being committed: split and join when `hotline status` says it is done")
    row = record_of(connection, case_id)
    check_here(row)
    check_free(row, by, now)
    check_seen(row, by, now, version)
    return row


def _chosen(links: Ints, items: Collection[int], reports: Collection[int]) -> _Mask:
    named: _Mask = np.isin(links[:, 1], list(items))
    alone: _Mask = (links[:, 1] == 0) & np.isin(links[:, 0], list(reports))
    return np.logical_or(named, alone)


def _check_choice(
    case_id: int, links: dict[int, Ints], chosen: dict[int, Any], items: Collection[int], reports: Collection[int]
) -> None:
    together, picked = all_links(links), np.concatenate([np.empty(0, dtype=bool), *chosen.values()])
    if 0 in items or not set(items) <= set(together[:, 1].tolist()):
        raise RuleBroken("an item does not belong to this case: see `hotline cases show`")
    if not set(reports) <= set(together[together[:, 1] == 0][:, 0].tolist()):
        raise RuleBroken("only reports of this case that name no address can be moved by number; move items otherwise")
    if not picked.any():
        raise RuleBroken("say what to move: --item L7, or --report R1.0.5 for a report without an address")
    if picked.all():
        raise RuleBroken(
            "something must stay in the case: choose fewer items. If none of them is an address to act on (the"
            f" reporter's own number or profile), do not release it: `hotline dispose C{case_id} answer --reason"
            f" needs_address` asks for one, `hotline dispose C{case_id} close --reason no_address_given` ends it"
        )


def _keys(app: App, vault: Vaultroom, case_id: int) -> dict[int, tuple[bytes, bytes | None]]:
    """Digest and current key digest of every locator of a case, read before the write lock is taken."""
    with reading(app.store.engine) as connection:
        ids = {number for number in all_links(links_of(connection, case_id))[:, 1].tolist() if number}
        places = vault.locators_in(connection, ids)
    found: dict[int, tuple[bytes, bytes | None]] = {}
    for number, place in places.items():
        key = key_of(place.kind, place.canonical, app.url_rules)
        digest = text_digests([f"{place.kind}:{place.canonical}"], app.store.index_key)[0]
        found[number] = digest, None if key is None else text_digests([key], app.store.index_key)[0]
    return found


def _move_keys(
    connection: Connection, keys: dict[int, tuple[bytes, bytes | None]], items: Collection[int], old: int, new: int
) -> None:
    """Locators go to the new case, and so do the keys nobody who stays has."""
    if not set(items) <= set(keys):
        raise RuleBroken("the case changed since you looked: see `hotline cases show` and try again")
    staying = {key for number, (_, key) in keys.items() if number not in items}
    going = {key for number in items if (key := keys[number][1]) is not None} - staying
    bulk.update(connection, "UPDATE locator SET case_id = ? WHERE digest = ?", [(new, keys[one][0]) for one in items])
    statement = "UPDATE case_key SET case_id = ? WHERE key = ? AND case_id = ?"
    bulk.update(connection, statement, [(new, key, old) for key in sorted(going)])


def _move_item_words(connection: Connection, items: Iterable[int], new: int) -> None:
    """What people said about one item goes with it; what they said about the whole case stays."""
    bulk.update(connection, "UPDATE assessment SET case_id = ? WHERE locator_id = ?", [(new, item) for item in items])


def _join_texts(connection: Connection, into: int, other: int) -> None:
    rows = connection.execute(select(case_fact.c.digest, case_fact.c.run_no).where(case_fact.c.case_id == other)).all()
    bulk.insert(
        connection, case_fact, ("case_id", "digest", "run_no"), [(into, row.digest, row.run_no) for row in rows]
    )
    connection.execute(case_fact.delete().where(case_fact.c.case_id == other))


def _recount(connection: Connection, row: Row[Any], links: Ints, **changed: Any) -> None:
    counted = link_rows.counted(connection, links)
    status = Status(changed.get("status", row.status))
    before = Status(changed.get("status_before", row.status_before))
    if not _is_new(row):
        counted["waiting_since"] = row.waiting_since
    values = {**counted, **changed, "version": row.version + 1, "lane": link_rows.lane_number(status, before, counted)}
    connection.execute(update(case_record).where(case_record.c.case_id == row.case_id).values(values))


def _open(connection: Connection, case_id: int, old: Row[Any], moved: dict[int, Ints], now: datetime) -> None:
    """The new case waits like the one it came from, or from now on if that one waited for nobody."""
    counted = link_rows.counted(connection, all_links(moved))
    if not _is_new(old):
        wait = old.lane is not None and old.waiting_since is not None
        counted["waiting_since"] = old.waiting_since if wait else int(now.timestamp())
    connection.execute(case_record.insert().values(
        **counted, case_id=case_id, status=str(Status.NEW), status_before=str(Status.NEW),
        lane=link_rows.lane_number(Status.NEW, Status.NEW, counted), new_facts=0,
        opened_run=min(run_no for run_no, links in moved.items() if len(links)), version=0,
    ))  # fmt: skip


def _after_join(row: Row[Any], gone: Row[Any], now: datetime) -> dict[str, Any]:
    """A case people had worked on comes back to them; a new one stays new."""
    waits = [one.waiting_since for one in (row, gone) if one.lane is not None and one.waiting_since is not None]
    changed: dict[str, Any] = {
        "new_facts": row.new_facts | gone.new_facts | int(NewFact.JOINED), "held_by": None, "held_until": None,
    }  # fmt: skip
    if not (_is_new(row) and _is_new(gone)):
        changed["waiting_since"] = min(waits, default=int(now.timestamp()))
    status = Status(row.status_before if row.status == Status.TAKEN else row.status)
    if status is not Status.NEW:
        status = move(status, Event.NEW_INFORMATION)
    return changed | {"status": str(status), "status_before": str(status)}


def _is_new(row: Row[Any]) -> bool:
    """Whether nobody decided or assessed the case: then it waits since its reports say, see `link_rows.counted`."""
    return Status(row.status_before if row.status == Status.TAKEN else row.status) is Status.NEW


def _answer(connection: Connection, one: int, other: int, answer: str, by: Person, now: datetime, version: str) -> None:
    """Write a person's answer on two cases, whether or not anybody had asked."""
    first, second = sorted((one, other))
    pair = (suggestions.c.case_a == first) & (suggestions.c.case_b == second)
    values = {"answer": answer, "answered_by": by.person_id, "answered_at": int(now.timestamp())}
    known = connection.execute(select(func.count()).select_from(suggestions).where(pair)).scalar_one()
    if known:
        connection.execute(update(suggestions).where(pair).values(values))
        return
    made = {"case_a": first, "case_b": second, "rule_version": version, "made_at": int(now.timestamp())}
    connection.execute(suggestions.insert().values(**made, **values))
