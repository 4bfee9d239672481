"""The store as the rest of the pipeline sees it: an engine, its keys, and numbers handed out under the write lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select, text, update
from sqlalchemy.exc import OperationalError, ProgrammingError

from pipeline import keys
from pipeline.settings import Settings
from pipeline.store import audit
from pipeline.store.engine import database_url, open_engine, reading, writing
from pipeline.store.schema import SCHEMA_VERSION, counter, meta, vault_key
from pipeline.workspace import Workspace
from triage.errors import BadConfiguration, KeyProblem

KIND = "kind"
INDEX_KEY_CHECK = "index_key_check"
OTHER_KIND = "this store is of another kind (real or demo) than the workspace: never mix the two"
SEVERAL_VERSIONS = (
    "the store says that it is of several versions of this program at once: it was edited or is damaged; take no"
    " reports in, and restore it from your backup"
)
COUNTERS = ("run", "case", "locator")


@dataclass(frozen=True, slots=True)
class Store:
    """An opened store whose keys were checked."""

    engine: Engine
    index_key: bytes

    def active_key(self) -> str:
        """Id of the vault key new things are sealed to. Raises KeyProblem if there is none."""
        with reading(self.engine) as connection:
            found = connection.execute(
                select(vault_key.c.key_id).where(vault_key.c.retired_at.is_(None)).order_by(vault_key.c.created_at.desc())
            ).scalars().first()  # fmt: skip
        if found is None:
            raise KeyProblem("the store knows no vault key: run `hotline init`")
        return str(found)

    def take_numbers(self, connection: Connection, name: str, count: int) -> int:
        """The first of `count` fresh numbers; the caller holds the write lock."""
        following = connection.execute(
            update(counter).where(counter.c.name == name).values(next_value=counter.c.next_value + count)
            .returning(counter.c.next_value)
        ).scalar_one()  # fmt: skip
        return int(following) - count

    def record(
        self, connection: Connection, now: datetime, actor: str, event: str, subject: str, details: Mapping[str, object]
    ) -> None:
        """Append to the audit chain."""
        audit.append(connection, now, actor, event, subject, details)


def create(workspace: Workspace, settings: Settings, key_id: str, now: datetime) -> None:
    """Write down, once, what kind of store this is and which keys belong to it. The schema must exist."""
    with writing(open_engine(database_url(workspace, settings))) as connection:
        if connection.execute(select(meta.c.value).where(meta.c.name == KIND)).scalar_one_or_none() is None:
            check = keys.index_key_check(keys.index_key(workspace))
            connection.execute(
                meta.insert(), [{"name": KIND, "value": settings.kind}, {"name": INDEX_KEY_CHECK, "value": check}]
            )
            connection.execute(counter.insert(), [{"name": name, "next_value": 1} for name in COUNTERS])
            audit.append(connection, now, audit.MACHINE, "store_created", settings.kind, {})
        connection.execute(vault_key.insert().values(key_id=key_id, created_at=int(now.timestamp())))
        audit.append(connection, now, audit.MACHINE, "vault_key_added", key_id, {})


def open_store(workspace: Workspace, settings: Settings, *, keep: bool = False) -> Store:
    """Open and check: schema there, kind of workspace and index key those of this store.

    Raises BadConfiguration or KeyProblem saying what to restore; nothing has been read by then.
    """
    engine = open_engine(database_url(workspace, settings), keep=keep)
    if not settings.database_url and not workspace.database_file.exists():
        raise BadConfiguration("the store is missing: run `hotline init`, or restore it from your backup")
    try:
        with reading(engine) as connection:
            facts = {row.name: row.value for row in connection.execute(select(meta))}
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except (OperationalError, ProgrammingError):
        raise BadConfiguration("the store has no tables yet or is damaged: run `hotline doctor`") from None
    if len(found) > 1:
        raise BadConfiguration(SEVERAL_VERSIONS)
    if found != [SCHEMA_VERSION]:
        raise BadConfiguration(
            "the store was made by another version of this program: back it up, then run `hotline init`, which brings"
            " an older one up to date and loses nothing"
        )
    if facts.get(KIND) != settings.kind:
        raise BadConfiguration(OTHER_KIND)
    index_key = keys.index_key(workspace)
    if facts.get(INDEX_KEY_CHECK) != keys.index_key_check(index_key):
        raise KeyProblem("keys/index.key is not the key this store was set up with: restore the right one")
    return Store(engine, index_key)
