"""Push, pull and reconcile with ICCAM over the store: who may, one at a time, and every sending in the audit chain.

The client itself (`pipeline/delivery/iccam`) knows nothing of the store. Without `iccam.toml` nothing here opens a
socket.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection, text

from pipeline.bootstrap import App, find_all
from pipeline.delivery.iccam.assigned import SUFFIX
from pipeline.delivery.iccam.assigned import pull as fetch
from pipeline.delivery.iccam.calls import NO_REFERENCE, WORK_LISTS, Calls
from pipeline.delivery.iccam.line import Denied, Line, Refused
from pipeline.delivery.iccam.push import Noted, Overtaken, Pushed, is_down, why_later
from pipeline.delivery.iccam.push import push as send
from pipeline.delivery.iccam.reconciling import Line as Difference
from pipeline.delivery.iccam.reconciling import ServerState, read_all
from pipeline.delivery.iccam.reconciling import reconcile as compare
from pipeline.delivery.iccam.settings import IccamSettings, load
from pipeline.delivery.iccam.state import OurCase
from pipeline.desk.iccam_cases import (
    Everything,
    Left,
    LeftOut,
    Ours,
    content_reference,
    everything,
    iccam_codes,
    left_meanwhile,
)
from pipeline.desk.iccam_notes import settle, tried, write_note
from pipeline.desk.iccam_past import assigned_contents
from pipeline.desk.people import actor
from pipeline.durable import write_file
from pipeline.routes import routes
from pipeline.store.engine import reading, writing
from pipeline.workspace import make_private
from triage.errors import BadConfiguration, ServiceFailed, UsageError
from triage.people import Act, Person, require

FILE_MODE = 0o600
OFF = "ICCAM is off: it stays so until the workspace has a file iccam.toml, see docs/iccam.md; nothing was sent"
_BUSY = "another push to ICCAM is under way: wait for its end, then run this again"
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_LOCK_NAME = "iccam.lock"
_LOCK_NUMBER = 7_466_002
"""Any fixed number: PostgreSQL's advisory lock for pushes."""
SHOWN_AFTER = timedelta(minutes=5)
"""How long after an attempt to send a report ICCAM's look-up is not yet believed that it is not there."""
WORKED_IN_AFTER = timedelta(days=1)
"""How long ICCAM may take to work a report in (no figure is public): what it finds too early after that is refused."""
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sent:
    """One push: what the client did, what did not go and why, and our case numbers by reference."""

    pushed: Pushed
    left: tuple[LeftOut, ...]
    cases: dict[str, int]


@dataclass(frozen=True, slots=True)
class Fetched:
    """One pull: the file to take in (None: nothing new), how many contents are in it, ids ICCAM lists and hides."""

    path: Path | None
    contents: int
    unreadable: tuple[int, ...]
    crowded: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One reconciliation: every difference, what cannot be sent, and our case numbers by reference."""

    lines: tuple[Difference, ...]
    left: tuple[LeftOut, ...]
    cases: dict[str, int]


def settings_of(app: App) -> IccamSettings:
    """The settings of the line. Raises BadConfiguration where ICCAM is off, or they do not fit.

    A demonstration may talk to a server on this machine alone: nothing invented goes to INHOPE.
    """
    settings = load(app.workspace.root)
    if settings is None:
        raise BadConfiguration(OFF)
    if app.settings.kind == "demo" and urlsplit(settings.url).hostname not in _HERE:
        raise BadConfiguration(
            "this is a demo workspace: it talks to no ICCAM but one on this machine (iccam.toml: url)"
        )
    return settings


def push_cases(app: App, by: Person, clock: Clock = lambda: datetime.now(UTC)) -> Sent:
    """One run over everything that waits for ICCAM; what got no answer is in `pushed.later`.

    Raises RuleBroken for a person who may not, BadConfiguration, ServiceFailed while another push is under way, Denied
    where ICCAM lets our account see nothing.
    """
    require(by, Act.EXPORT)
    settings = settings_of(app)
    with _alone(app):
        found = everything(app, settings, settled=False)
        longest_ago_first = sorted(found.cases, key=lambda one: one.last_at)
        going = {one.case.reference: one for one in longest_ago_first if one.left is None}

        watch = _Watch(app, by, clock, going)
        with Line(settings) as line:
            calls = Calls(line, settings.find_path)
            strange, unasked = _strange(calls, going.values())
            soon, lately = (int((clock() - ago).timestamp()) for ago in (SHOWN_AFTER, WORKED_IN_AFTER))
            sure = [replace(one.case, just_tried=one.last_at > soon, just_arrived=one.arrived_at > lately)
                    for name, one in going.items() if name not in strange | unasked.keys()]
            pushed = send(calls, sure, routes().home_country, iccam_codes(), watch.tell, watch.ready)
            failed = {**pushed.failed, **{name: why for name, why in unasked.items() if why}}
            pushed = replace(pushed, later=(*pushed.later, *sorted(unasked)), failed=failed)
            left = (*_left_out(found, strange), *watch.left)
            if not pushed.down and "" not in unasked.values():
                pushed, left = _give_references(app, by, calls, clock, pushed, left)
        tried_now = [name for name in pushed.failed if name not in pushed.early]
        tried(app, (going[name].about.case_id for name in tried_now if name in going), clock())
        settle(app, _settled(found, pushed, left), clock())
    return Sent(pushed, left, {one.case.reference: one.about.case_id for one in found.cases})


def pull_assigned(app: App, by: Person, out: Path | None, now: datetime) -> Fetched:
    """Fetch what INHOPE assigned and the store does not have yet, as one file in `out` or a new folder.

    Raises RuleBroken, BadConfiguration, UsageError if `out` cannot be written, ServiceFailed: then there is no file.
    """
    require(by, Act.EXPORT)
    settings = settings_of(app)
    with reading(app.store.engine) as connection:
        known = {one.content_id for one in assigned_contents(connection)}
    with Line(settings) as line:
        pulled = fetch(Calls(line, settings.find_path), routes().home_country, None, known)
    path = _written(app, out, pulled.document, now) if pulled.document else None
    said = {"contents": len(pulled.content_ids), "file": hashlib.sha256(pulled.document).hexdigest()}
    with writing(app.store.engine) as connection:
        app.store.record(connection, now, actor(by), "iccam_pulled", "iccam", said)
    return Fetched(path, len(pulled.content_ids), pulled.unreadable, pulled.crowded)


def compare_books(app: App, by: Person) -> Compared:
    """What ICCAM and we say differently, of every case that went there or was assigned. Sends nothing.

    Raises RuleBroken, BadConfiguration, ServiceFailed.
    """
    require(by, Act.EXPORT)
    settings = settings_of(app)
    found = everything(app, settings, settled=True)
    cases = [one.case for one in found.cases]
    with Line(settings) as line:
        server = read_all(Calls(line, settings.find_path), cases, WORK_LISTS)
    lines = compare(server, [_as_known_there(one, server) for one in found.cases], routes().home_country)
    return Compared(lines, found.unsendable, {one.case.reference: one.about.case_id for one in found.cases})


@dataclass(frozen=True, slots=True)
class _Watch:
    """Keeps the notes of a push, and keeps back what people changed while it ran: a long one reads its cases once."""

    app: App
    by: Person
    clock: Clock
    going: Mapping[str, Ours]
    left: list[LeftOut] = field(default_factory=list)

    def tell(self, noted: Noted) -> None:
        """Keep a note. Raises Overtaken, with nothing written, where sending would begin of a case that changed."""
        about = self.going[noted.reference].about
        check = partial(self._check, noted.reference)
        write_note(self.app, self.by, about, noted, self.clock(), check)

    def ready(self, reference: str) -> None:
        """Raises Overtaken if the case changed since it was read."""
        with reading(self.app.store.engine) as connection:
            self._check(reference, connection)

    def _check(self, reference: str, connection: Connection) -> None:
        about = self.going[reference].about
        why = left_meanwhile(connection, about)
        if why is not None:
            self.left.append(LeftOut(about.case_id, reference, why))
            raise Overtaken


def _strange(calls: Calls, going: Iterable[Ours]) -> tuple[set[str], dict[str, str]]:
    """Assigned content whose address in ICCAM is another than ours, and what ICCAM could not be asked about, with what
    became of it; empty where it was not asked since ICCAM is down."""
    strange, unasked, down = set[str](), dict[str, str](), False
    for one in going:
        number = one.case.items[0].content_id
        if one.place is None or number is None:
            continue
        if down:
            unasked[one.case.reference] = ""
            continue
        try:
            [found] = find_all([calls.content(number).url], whole_fields=True)
        except Refused:
            continue  # the push meets the same answer and notes it
        except Denied:
            raise
        except ServiceFailed as error:
            unasked[one.case.reference], down = why_later(error), is_down(error)
            continue
        if one.place not in {locator.canonical for locator in found}:
            strange.add(one.case.reference)
    return strange, unasked


def _give_references(
    app: App, by: Person, calls: Calls, clock: Clock, pushed: Pushed, left: tuple[LeftOut, ...]
) -> tuple[Pushed, tuple[LeftOut, ...]]:
    """Tell ICCAM our reference of assigned content the store has, which takes it off the list `no-reference`."""
    with reading(app.store.engine) as connection:
        cases = {one.content_id: one.case_id for one in assigned_contents(connection)}
    try:
        listed = [one.content_id for one in calls.work_list(NO_REFERENCE)] if cases else []
        for number in (number for number in listed if number in cases):
            case_id = cases[number]
            name = content_reference(app.store.index_key, case_id, number)
            try:
                calls.set_reference(number, name)
            except Refused:
                left = (*left, LeftOut(case_id, name, Left.REFUSED))
                continue
            said = {"call": "reference", "reference": name, "number": number}
            with writing(app.store.engine) as connection:
                app.store.record(connection, clock(), actor(by), "iccam_accepted", f"C{case_id}", said)
    except (Refused, ServiceFailed) as error:
        name = "references of assigned content"
        pushed = replace(pushed, later=(*pushed.later, name), failed={**pushed.failed, name: why_later(error)})
    return pushed, left


def _left_out(found: Everything, strange: set[str]) -> tuple[LeftOut, ...]:
    left = [
        LeftOut(one.about.case_id, one.case.reference, one.left, one.earlier)
        for one in found.cases if one.left is not None
    ]  # fmt: skip
    other = [
        LeftOut(one.about.case_id, one.case.reference, Left.OTHER_ADDRESS)
        for one in found.cases
        if one.case.reference in strange
    ]
    return (*found.unsendable, *left, *other)


def _settled(found: Everything, pushed: Pushed, left: Iterable[LeftOut]) -> list[tuple[int, str]]:
    """Cases, with what they stand on, of which nothing went, nothing is held back and nothing is left."""
    open_names = {noted.reference for noted in pushed.notes} | {held.reference for held in pushed.held}
    open_names |= {*pushed.in_doubt, *pushed.later}
    numbers = {one.case.reference: one.about.case_id for one in found.cases}
    waiting = {numbers[name] for name in open_names if name in numbers} | {one.case_id for one in left}
    states = {one.about.case_id: one.state for one in found.cases}
    return [(case_id, state) for case_id, state in states.items() if case_id not in waiting]


def _as_known_there(one: Ours, server: ServerState) -> OurCase:
    """Our case under the reference ICCAM has, if it is one we sent it under: an earlier package is no difference."""
    case, seen = one.case, server.cases.get(one.case.reference)
    if case.report is None or seen is None or seen.report is None or seen.report.reference not in case.attempted:
        return case
    return replace(case, report={**case.report, "hotlineReference": seen.report.reference})


def _written(app: App, out: Path | None, document: bytes, now: datetime) -> Path:
    """The file to take in, readable by its owner alone."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    try:
        folder = make_private(app.workspace.assigned / stamp) if out is None else out
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"assigned-{stamp}{SUFFIX}"
        write_file(path, document)
        path.chmod(FILE_MODE)
    except (OSError, ValueError):
        raise UsageError("the fetched file cannot be written: check --out; nothing is lost, ICCAM has it all") from None
    return path


@contextmanager
def _alone(app: App) -> Iterator[None]:
    """One push at a time, on all machines that share the store; a killed one lets go. Raises ServiceFailed."""
    if app.store.engine.dialect.name == "sqlite":
        with (app.workspace.database_file.parent / _LOCK_NAME).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ServiceFailed(_BUSY) from None
            yield
        return
    with app.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": _LOCK_NUMBER}).scalar_one():
            raise ServiceFailed(_BUSY)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": _LOCK_NUMBER})
