"""Make a workspace, once: folders, settings, keys, tables; in a demo workspace also two sample people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from pipeline import keys
from pipeline.durable import write_file
from pipeline.settings import Settings, as_toml, load
from pipeline.store.engine import database_url as store_url
from pipeline.store.engine import open_engine, reading, writing
from pipeline.store.migrate import upgrade
from pipeline.store.schema import person, vault_key
from pipeline.store.store import create
from pipeline.workspace import Workspace
from triage.errors import BadConfiguration
from triage.people import PersonStatus, Role

SAMPLE_PEOPLE = (("Analyst One (sample)", Role.ANALYST, "sample-analyst"), ("Second Analyst (sample)", Role.SECOND_ANALYST, "sample-second"))
"""Who decides in a demo workspace; nobody by these names works anywhere."""


def set_up(workspace: Workspace, *, kind: str, database_url: str, now: datetime, os_user: str) -> list[str]:
    """Make what is missing; answers one line per thing made. Raises BadConfiguration rather than mix two kinds."""
    done: list[str] = []
    workspace.create()
    if workspace.settings_file.exists():
        settings = load(workspace)
        if settings.kind != kind:
            raise BadConfiguration(f"this workspace is a {settings.kind} one: real and demo are never mixed; choose another folder")
    else:
        settings = Settings(kind=kind, database_url=database_url, after_ingest="keep" if kind == "demo" else "seal")
        write_file(workspace.settings_file, as_toml(settings).encode())
        done.append(f"settings   {workspace.settings_file}")
    engine = open_engine(store_url(workspace, settings))
    upgrade(engine)
    with reading(engine) as connection:
        known_keys = connection.execute(select(func.count()).select_from(vault_key)).scalar_one()
    if not known_keys:
        key_id = keys.create_pair(workspace)
        create(workspace, settings, key_id, now)
        done.append(f"vault key  {key_id}: move keys/{key_id}.key off this machine where intake runs alone")
        done.append("store      ready")
    if kind == "demo":
        done += _sample_people(workspace, settings, now)
    return done or ["nothing to do: this workspace is ready"]


def _sample_people(workspace: Workspace, settings: Settings, now: datetime) -> list[str]:
    engine = open_engine(store_url(workspace, settings))
    with writing(engine) as connection:
        if connection.execute(select(func.count()).select_from(person)).scalar_one():
            return []
        for name, role, os_user in SAMPLE_PEOPLE:
            connection.execute(
                person.insert().values(
                    name=name, role=str(role), status=str(PersonStatus.ACTIVE), os_user=os_user,
                    added_at=int(now.timestamp()),
                )
            )  # fmt: skip
    return [f"people     {len(SAMPLE_PEOPLE)} sample people: choose one with HOTLINE_DEMO_PERSON"]
