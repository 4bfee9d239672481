"""Make a workspace, once: folders, settings, keys, tables, and its first people.

A real workspace begins with one person: whoever set it up, as supervisor; a demo workspace with a
sample person for every role.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, inspect, select

from pipeline import keys
from pipeline.desk import people
from pipeline.durable import write_file
from pipeline.groups import group_id
from pipeline.settings import Settings, as_toml, load
from pipeline.store.audit import MACHINE
from pipeline.store.engine import database_url as store_url
from pipeline.store.engine import must_be_reachable, open_engine, reading, writing
from pipeline.store.migrate import upgrade
from pipeline.store.schema import meta, person, vault_key
from pipeline.store.store import KIND, OTHER_KIND, create
from pipeline.workspace import Workspace
from triage.errors import BadConfiguration, RuleBroken
from triage.people import MAY, Act, PersonStatus, Role

SAMPLE_PEOPLE = (
    ("Analyst One (sample)", Role.ANALYST, "sample-analyst"),
    ("Second Analyst (sample)", Role.SECOND_ANALYST, "sample-second"),
    ("Supervisor (sample)", Role.SUPERVISOR, "sample-supervisor"),
    ("Liaison (sample)", Role.LIAISON, "sample-liaison"),
    ("Operator (sample)", Role.OPERATOR, "sample-operator"),
    ("Auditor (sample)", Role.AUDITOR, "sample-auditor"),
)
"""One for every role of a demo workspace; nobody by these names works anywhere."""
OTHER_WORKSPACE = (
    "this database belongs to another workspace: give this one a database of its own, or, to bring a lost workspace"
    " back, restore its folder from your backup first"
)
DEMO_HOTLINE_NAME = "Demonstration hotline (invented reports)"


def set_up(
    workspace: Workspace, *, kind: str, database_url: str, now: datetime, os_user: str, name: str = "",
    add_people: Sequence[str] = (), group: str = "",
) -> list[str]:  # fmt: skip
    """Make what is missing; answers one line per thing made.

    `name` is the first person's (the operating-system user's if empty); `add_people` as NAME:ROLE:OSUSER; `group` is
    the operating-system group that shares the workspace. Raises BadConfiguration rather than mix two kinds,
    ServiceFailed if the database server does not answer and UsageError where the group is not usable (all leave nothing
    behind), UsageError or RuleBroken where a person cannot be added, UnicodeEncodeError where a name is no text.
    """
    "".join((name, os_user, *add_people)).encode()  # what is no text is refused before anything is made
    people.check_name(name)
    new_people = [people.parse_new(given) for given in add_people]
    shared_with = group_id(group) if group else None
    done: list[str] = []
    settings = _settings(workspace, kind, database_url)
    must_be_reachable(store_url(workspace, settings))
    _check_kind(workspace, settings)
    workspace.create(shared_with)
    if shared_with is not None:
        done.append("shared     with that group: whoever is in it can read keys and store")
    if not workspace.settings_file.exists():
        write_file(workspace.settings_file, as_toml(settings).encode())
        done.append(f"settings   {workspace.settings_file}")
    if not settings.database_url:
        workspace.database_file.touch()  # by the umask: SQLite itself never lets a group write
    engine = open_engine(store_url(workspace, settings))
    if upgrade(engine):
        done.append("store      brought up to date")
    with reading(engine) as connection:
        known_keys = connection.execute(select(func.count()).select_from(vault_key)).scalar_one()
    if not known_keys:
        key_id = keys.create_pair(workspace)
        create(workspace, settings, key_id, now)
        done.append(f"vault key  {key_id}: move keys/{key_id}.key off this machine where intake runs alone")
        done.append("store      ready")
    with writing(engine) as connection:
        index_key = keys.index_key(workspace)
        done += _first_people(connection, kind, now, name or os_user, os_user, index_key)
        done += _more_people(connection, kind, now, new_people, os_user, index_key)
    return done or ["nothing to do: this workspace is ready"]


def _check_kind(workspace: Workspace, settings: Settings) -> None:
    """Raises BadConfiguration where the store is there already and of the other kind, or another workspace's."""
    if not settings.database_url and not workspace.database_file.exists():
        return
    with reading(open_engine(store_url(workspace, settings))) as connection:
        if inspect(connection).has_table(meta.name):
            kept = connection.execute(select(meta.c.value).where(meta.c.name == KIND)).scalar_one_or_none()
            if kept not in (None, settings.kind):
                raise BadConfiguration(OTHER_KIND)
            made_here = workspace.settings_file.exists() or (workspace.keys / keys.INDEX_KEY_NAME).exists()
            if kept is not None and settings.database_url and not made_here:
                raise BadConfiguration(OTHER_WORKSPACE)


def _settings(workspace: Workspace, kind: str, database_url: str) -> Settings:
    if not workspace.settings_file.exists():
        if kind == "demo":
            return Settings(
                kind=kind, database_url=database_url, after_ingest="keep", hotline_name=DEMO_HOTLINE_NAME
            )
        return Settings(kind=kind, database_url=database_url)
    settings = load(workspace)
    if settings.kind != kind:
        raise BadConfiguration(
            f"this workspace is a {settings.kind} one: real and demo are never mixed; choose another folder"
        )
    return settings


def _first_people(
    connection: Connection, kind: str, now: datetime, name: str, os_user: str, index_key: bytes
) -> list[str]:
    if connection.execute(select(func.count()).select_from(person)).scalar_one():
        return []
    if kind == "demo":
        for sample_name, role, sample_user in SAMPLE_PEOPLE:
            people.add(connection, now, sample_name, role, sample_user, index_key)
        listed = [f"             {user:<18} {role.replace('_', ' ')}" for _, role, user in SAMPLE_PEOPLE]
        return [f"people     {len(SAMPLE_PEOPLE)} sample people: choose one with HOTLINE_DEMO_PERSON", *listed]
    people.add(connection, now, name, Role.SUPERVISOR, os_user, index_key)
    return ["people     you, as supervisor; add a second person with --add-person NAME:ROLE:OSUSER"]


def _more_people(
    connection: Connection, kind: str, now: datetime, new_people: list[tuple[str, Role, str]], os_user: str,
    index_key: bytes,
) -> list[str]:
    if not new_people:
        return []
    by = connection.execute(select(person).where(person.c.os_user == os_user)).one_or_none()
    if kind != "demo" and (
        by is None or by.status != PersonStatus.ACTIVE or Role(by.role) not in MAY[Act.MANAGE_PEOPLE]
    ):
        raise RuleBroken("only a supervisor of this workspace may add people")
    actor = MACHINE if by is None else f"person:{by.person_id}"
    numbers = [people.add(connection, now, *given, index_key, by=actor) for given in new_people]
    return [f"people     {len(numbers)} added"]
