"""Which lists are in force: the store names the version, the workspace holds its files."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.lists.checked import open_whole
from pipeline.lists.saved import SavedList, lists_folder
from pipeline.store.list_tables import hash_list
from triage.errors import UsageError


@dataclass(frozen=True, slots=True)
class InForce:
    """One list in force, opened; `previous` is the version before, kept until the next import."""

    list_no: int
    saved: SavedList
    previous: str | None


def all_opened(app: App, connection: Connection) -> list[InForce]:
    """Every list in force, by name. Raises Damage if one's files are not what was imported."""
    return [opened(app, connection, name) for name in names(connection)]


def names(connection: Connection) -> list[str]:
    """Names of all lists in force, in order."""
    return list(connection.execute(select(hash_list.c.name).order_by(hash_list.c.name)).scalars())


def opened(app: App, connection: Connection, name: str, *, unread: bool = False) -> InForce:
    """The list of a name; `unread` leaves what its files hold unchecked, for who looks at the manifest only.

    Raises UsageError if there is none, Damage if its files are not what was imported.
    """
    row = connection.execute(select(hash_list).where(hash_list.c.name == name)).one_or_none()
    if row is None:
        raise UsageError("there is no list of this name: see `hotline lists show`")
    folder = lists_folder(app.workspace) / row.name / row.version
    saved = (SavedList.open if unread else open_whole)(folder, row.manifest_digest)
    return InForce(row.list_no, saved, row.previous)
