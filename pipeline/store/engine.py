"""Open the store: SQLite in WAL mode in the workspace, or PostgreSQL by address; the same code path above both.

Writers take turns. On SQLite a transaction begins with BEGIN IMMEDIATE, tried every few milliseconds so that a person
gets in between two slices of a commit; on PostgreSQL the acts that must be serial take an advisory lock. Engines must
not cross a fork: every process makes its own.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.pool import NullPool, QueuePool

from pipeline.settings import Settings
from pipeline.workspace import Workspace
from triage.errors import BadConfiguration, Damage, ServiceFailed

TURN_POLL_SECONDS = 0.001
"""How often a waiting writer asks for its turn."""
TURN_DEADLINE_SECONDS = 60.0
"""When a waiting writer gives up."""
BREATH_SECONDS = 0.003
"""How long a batch leaves the lock free between two slices: longer than a waiting person's poll."""
CONNECT_SECONDS = 5
"""How long `hotline init` waits for a server."""
CACHE_KIB, BULK_CACHE_KIB = 8_192, 131_072
CHECKPOINT_PAGES, BULK_CHECKPOINT_PAGES = 1_000, 16_000
"""Pages of 4 KiB after which SQLite moves its write-ahead log into the file: rarely during a batch."""
_PRAGMAS = (
    "journal_mode=WAL", "foreign_keys=ON", "busy_timeout=60000", "secure_delete=ON", "trusted_schema=OFF",
    "temp_store=MEMORY",
)  # fmt: skip
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, "53100"})
"""How SQLite (also for its side files) and PostgreSQL (SQLSTATE, class 53) say that a disk is full."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NO_TEXT = "Could not decode to UTF-8"
"""How Python says, without a code, that a stored text is none."""
_RESTORE = "the store is damaged: take no reports in, keep a copy of the workspace, and restore it from your backup"
_NO_ROOM = "the disk of the store is full: make room and try again; nothing of this step was written"
_NOT_THERE = "the store's file cannot be opened: it, its folder and its disk must be there, for you to read and write"
_NO_SERVER = "the store cannot be opened: check that its server runs and that the database exists"
_WRITE_LOCK = 7_466_001
"""Any fixed number: the advisory lock that serialises audit appends and case decisions on PostgreSQL."""


def database_url(workspace: Workspace, settings: Settings) -> str:
    """Where the store is."""
    return settings.database_url or f"sqlite:///{workspace.database_file}"


def open_engine(url: str, *, keep: bool = False) -> Engine:
    """An engine that prints no values in errors. Raises BadConfiguration if the address makes no sense.

    `keep` holds connections open between transactions: for a task that makes hundreds of them in a process of its own.
    """
    try:
        engine = create_engine(url, poolclass=QueuePool if keep else NullPool, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise BadConfiguration(
            "setting database_url is not usable: leave it empty or write postgresql+psycopg://…"
        ) from None
    except ModuleNotFoundError:
        raise BadConfiguration(
            "setting database_url needs the extra `pg` (pip install '.[pg]') and begins with postgresql+psycopg://"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _no_implicit_begin)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for queries: one snapshot, no lock taken. Raises ServiceFailed if the store cannot be reached."""
    with _whole(), _connected(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN DEFERRED")
        yield connection
        connection.rollback()


@contextmanager
def writing(engine: Engine, *, bulk: bool = False) -> Iterator[Connection]:
    """One transaction holding the write lock, committed if the block ends well. Raises ServiceFailed on a full disk.

    `bulk` is for slices of a batch: they are redone after a power cut (their marker is in the same transaction), so
    they need not wait for the disk; the transaction that ends the batch is not bulk and makes all of them durable.
    """
    with _whole(), _connected(engine) as connection, _on_disk():
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if bulk else 'FULL'}")
            connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_CACHE_KIB if bulk else CACHE_KIB}")
            connection.exec_driver_sql(
                f"PRAGMA wal_autocheckpoint={BULK_CHECKPOINT_PAGES if bulk else CHECKPOINT_PAGES}"
            )
            _take_turn(connection)
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _WRITE_LOCK})
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def must_be_reachable(url: str) -> None:
    """Connect once to a server's database. Raises ServiceFailed or BadConfiguration; SQLite needs no server."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        return
    if engine.dialect.name == "postgresql" and "connect_timeout" not in engine.url.query:
        patient = engine.url.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
        engine = open_engine(patient.render_as_string(hide_password=False))
    try:
        with reading(engine):
            pass
    except (ProgrammingError, InterfaceError):
        raise BadConfiguration("setting database_url has options that its driver does not know") from None


def breathe() -> None:
    """Leave the write lock free for a moment, so that whoever waits gets it."""
    time.sleep(BREATH_SECONDS)


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except OperationalError as error:
        if _is_full(error):
            raise ServiceFailed(_NO_ROOM) from None
        raise ServiceFailed(_NOT_THERE if engine.dialect.name == "sqlite" else _NO_SERVER) from None
    with connection:
        yield connection


@contextmanager
def _whole() -> Iterator[None]:
    """A file that is no database, or a torn one, is damage to be told, not a bug of ours. Raises Damage."""
    try:
        yield
    except DatabaseError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED and _NO_TEXT not in str(error.orig):
            raise
        raise Damage(_RESTORE) from None


@contextmanager
def _on_disk() -> Iterator[None]:
    """A full disk under the store is an outside failure: the transaction is undone, and trying again may help."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            raise ServiceFailed(_NOT_THERE) from None
        if not _is_full(error):
            raise
        raise ServiceFailed(_NO_ROOM) from None


def _is_full(error: OperationalError) -> bool:
    codes = {getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None)}
    return bool(_FULL & codes)


def _take_turn(connection: Connection) -> None:
    deadline = time.monotonic() + TURN_DEADLINE_SECONDS
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            break
        except OperationalError:
            if time.monotonic() > deadline:
                raise ServiceFailed("another process has been writing to the store for a minute: try again") from None
            time.sleep(TURN_POLL_SECONDS)
    connection.exec_driver_sql("PRAGMA busy_timeout=60000")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except UnicodeDecodeError:  # SQLite quotes the damaged schema in its message
        damaged = sqlite3.DatabaseError("the schema is no text")
        damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damaged from None


def _no_implicit_begin(_connection: Connection) -> None:
    """SQLite transactions are begun by `reading` and `writing` themselves."""
