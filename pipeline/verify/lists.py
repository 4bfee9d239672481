"""Hash lists: the version in force and every word on an entry stand in the audit chain so, and the files are there.

The last event on an entry says all its row holds. What was said of an entry in an older version of its list may have
been said again of a newer one, which moves the row; so missing rows are looked for in the version in force.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.lists.saved import SavedList, lists_folder
from pipeline.store.list_tables import hash_entry, hash_list
from pipeline.store.schema import audit
from pipeline.verify.finding import Findings
from pipeline.workspace import Workspace
from triage.errors import Damage

_IMPORTED, _QUARANTINED = "list_imported", "list_entry_quarantined"
_SAID = {"list_entry_confirmed": "confirmed", "list_entry_disputed": "disputed"}
_Entry = tuple[str, str, int]
"""List, version, number."""
_Word = tuple[str | None, str | None, int | None, int | None, int | None]
"""Said, reason, person, when; when quarantined."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the chain tells: version in force by list, and the last word by entry."""

    versions: Mapping[str, str]
    words: Mapping[_Entry, _Word]


def check_lists(connection: Connection, workspace: Workspace, findings: Findings) -> None:
    """Hold lists in force and what was said of entries against the chain, and read all files of the lists."""
    told = _told(connection)
    rows = {row.list_no: row for row in connection.execute(select(hash_list).order_by(hash_list.c.name))}
    for row in rows.values():
        if told.versions.get(row.name) != row.version:
            findings.add("hash_list", f"list:{row.name}", "the audit chain tells of another version in force")
        try:
            saved = SavedList.open(lists_folder(workspace) / row.name / row.version, row.manifest_digest)
        except Damage as damage:
            findings.add("hash_list_files", f"list:{row.name}", str(damage))
            continue
        if changed := saved.changed_files():
            said = f"{', '.join(changed)} no longer hold what was imported: import it again, which mends it"
            findings.add("hash_list_files", f"list:{row.name}", said)
    for name in sorted(set(told.versions) - {row.name for row in rows.values()}):
        findings.add("hash_list", f"list:{name}", "the audit chain tells of this list, which is not there")
    _check_entries(connection, rows, told, findings)


def _check_entries(connection: Connection, rows: Mapping[int, Row[Any]], told: _Told, findings: Findings) -> None:
    there: set[_Entry] = set()
    for row in connection.execute(select(hash_entry)):
        of_list = rows.get(row.list_no)
        entry = ("" if of_list is None else str(of_list.name), row.version, row.entry)
        there.add(entry)
        if told.words.get(entry) != (row.said, row.reason, row.person_id, row.said_at, row.quarantined_at):
            findings.add("hash_entry", _shown(entry), "the audit chain does not tell of this entry so")
    for entry in sorted(set(told.words) - there):
        if told.versions.get(entry[0]) == entry[1]:
            findings.add("hash_entry", _shown(entry), "the audit chain tells of this entry, which is not there")


def _told(connection: Connection) -> _Told:
    versions: dict[str, str] = {}
    words: dict[_Entry, _Word] = {}
    for name, event, at, actor, details in _events(connection):
        version = str(details.get("version"))
        if event == _IMPORTED:
            versions[name] = version
            continue
        number = details.get("entry")
        entry = (name, version, number if isinstance(number, int) else -1)
        if event == _QUARANTINED:
            words[entry] = (None, None, None, None, at)
        else:
            person = actor.rpartition(":")[2]
            words[entry] = (_SAID[event], details.get("reason"), int(person) if person.isdigit() else -1, at, None)
    return _Told(versions, words)


def _events(connection: Connection) -> Iterator[tuple[str, str, int, str, dict[str, Any]]]:
    """List, event, when (seconds since 1970), actor and details, in the chain's order."""
    names = (_IMPORTED, _QUARANTINED, *_SAID)
    for row in connection.execute(select(audit).where(audit.c.event.in_(names)).order_by(audit.c.seq)):
        try:
            at, details = int(datetime.fromisoformat(row.at).timestamp()), json.loads(row.details)
        except ValueError:
            at, details = -1, {}
        said = details if isinstance(details, dict) else {}
        yield row.subject.removeprefix("list:"), row.event, at, row.actor, said


def _shown(entry: _Entry) -> str:
    name, version, number = entry
    return f"list:{name} version {version} entry {number}"
