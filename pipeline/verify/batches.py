"""Runs: their counts add up, agree with the store and with the audit chain, and their manifests are as registered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from pipeline.identity import text_digests
from pipeline.runs import MANIFEST_NAME
from pipeline.sealing import SALT_BYTES
from pipeline.store.audit import COMMITTED, chain
from pipeline.store.beside import ITEMS
from pipeline.store.late_items import ITEMS_ATTACHED
from pipeline.store.schema import input_file, reject
from pipeline.taken import KNOWN_STEP
from pipeline.verify.chained import seconds
from pipeline.verify.finding import Findings
from pipeline.verify.reports import Seen
from pipeline.verify.stream import scalar
from pipeline.verify.world import World
from pipeline.workspace import Workspace
from triage.custody import GENESIS, Event, broken_links

COUNTED = ("read", "accepted", "rejected", "already_known", "new_cases")
Head = tuple[int, str]
Batches = dict[str, list[Mapping[str, object]]]
_AT = "committed_at"
"""Beside an event's details: when it was written, which is when the run was committed."""


def check_chain(connection: Connection, findings: Findings, noted: Head | None) -> tuple[Batches, Head]:
    """Walk the audit chain; answers what it says of each committed batch, and its head.

    `noted` is a head someone wrote down earlier: it must still be in the chain.
    """
    batches: Batches = {}
    head: Head = (0, GENESIS)
    met = noted is None

    def walk() -> Iterator[tuple[Event, str, str]]:
        nonlocal head, met
        for event, previous, digest in chain(connection):
            if event.event == COMMITTED:
                batches.setdefault(event.subject, []).append({**event.details, _AT: seconds(event.at)})
            elif event.event == ITEMS_ATTACHED and event.subject in batches:
                batches[event.subject] = [{**said, ITEMS: event.details.get(ITEMS)} for said in batches[event.subject]]
            head = (event.seq, digest)
            met = met or head == noted
            yield event, previous, digest

    for says in broken_links(walk()):
        findings.add("audit_chain", "audit", says)
    if not met:
        findings.add("audit_head", "audit", "the noted head is no longer in the chain: its end was cut or rewritten")
    return batches, head


def check_runs(
    connection: Connection, workspace: Workspace, world: World, seen: dict[int, Seen],
    batches: Batches, index_key: bytes, findings: Findings,
) -> None:  # fmt: skip
    """Hold every run's row against its reports, its audit event and its manifest."""
    for number, row in world.runs.items():
        if row.committed_at is not None:
            _counts(row, seen.get(number, Seen()), findings)
            _event(row, seen.get(number, Seen()), batches.pop(row.run_id, []), findings)
        _manifest(connection, workspace, row, index_key, findings)
    for run_id in batches:
        findings.add("run_missing", run_id, "the audit chain says it was committed, but it is not there")
    for number in sorted(set(seen) - set(world.runs)):
        findings.add("reports_without_run", f"run number {number}", f"{seen[number].count} reports belong to no run")
    _rejects(connection, world, findings)
    free = scalar(connection, "SELECT next_value FROM counter WHERE name = 'run'")
    if world.runs and max(world.runs) >= free:
        findings.add("counter", "run", "the next run's number was given before")


def _counts(row: Any, seen: Seen, findings: Findings) -> None:
    if row.read != row.accepted + row.rejected + row.already_known:
        findings.add("not_conserved", row.run_id, "rows read are not accepted + rejected + already known")
    if row.accepted != seen.count:
        findings.add("accepted_differs", row.run_id, f"says {row.accepted} accepted, the store has {seen.count}")
    if row.new_cases > row.accepted and row.accepted == 0:
        findings.add("new_cases_differ", row.run_id, "has new cases without a report")


def _event(row: Any, seen: Seen, events: list[Mapping[str, object]], findings: Findings) -> None:
    if len(events) != 1:
        findings.add("batch_event", row.run_id, f"the audit chain names its commit {len(events)} times, not once")
    for details in events:
        if any(details.get(name) != getattr(row, name) for name in COUNTED):
            findings.add("counts_changed", row.run_id, "its counts are not those the audit chain wrote down")
        if row.committed_at != details[_AT] or row.registered_at != details.get("registered", row.registered_at):
            findings.add("run_times", row.run_id, "was registered or committed at another time than the chain says")
        if details.get("ids") != seen.digest.hexdigest():
            findings.add("ids_changed", row.run_id, "its reports are not those the audit chain wrote down")


def _manifest(connection: Connection, workspace: Workspace, row: Any, index_key: bytes, findings: Findings) -> None:
    path = workspace.run(row.run_id) / MANIFEST_NAME
    said = _read(path)
    if said is None:
        if row.committed_at is not None:
            findings.add("manifest_missing", row.run_id, "its manifest cannot be read: restore runs/ from your backup")
        return
    digests = [str(one["sha256"]) for one in (*said["files"], *said["unreadable"])]
    digests += [str(one[0]) for one in said.get("taken", ())]
    columns = (input_file.c.file_no, input_file.c.sha256, input_file.c.bytes, input_file.c.path_digest)
    stored = connection.execute(
        select(*columns).where(input_file.c.run_no == row.run_no).order_by(input_file.c.file_no)
    ).all()
    paths = text_digests([str(one["path"]) for one in said["files"]], index_key)
    told = [(number, one["sha256"], one["size"], paths[number]) for number, one in enumerate(said["files"])]
    if hashlib.sha256("".join(sorted(digests)).encode()).hexdigest() != row.manifest_digest or told != [
        (*one[:3], bytes(one.path_digest)) for one in stored
    ]:
        findings.add("inputs_differ", row.run_id, "its manifest and the store name other input files")


def check_manifest_digests(
    workspace: Workspace, events: Mapping[str, list[Mapping[str, object]]], findings: Findings
) -> None:
    """Every manifest is byte for byte the one whose digest the audit chain holds."""
    for run_id, details in events.items():
        path = workspace.run(run_id) / MANIFEST_NAME
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if any(one.get("manifest") != digest for one in details):
                findings.add("manifest_changed", run_id, "its manifest was changed after the batch was committed")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(path.read_bytes())
        return said if {"files", "unreadable"} <= set(said) else None
    except (OSError, ValueError, TypeError):
        return None


def _rejects(connection: Connection, world: World, findings: Findings) -> None:
    """As many rejects as the run counted; fewer only where the same file came twice, which keeps one of each. Each has
    what opens it."""
    counted = connection.execute(select(reject.c.run_no, func.count()).group_by(reject.c.run_no))
    found: dict[int, int] = {row[0]: row[1] for row in counted}
    repeated = {
        number
        for (number,) in connection.exec_driver_sql(
            "SELECT DISTINCT run_no FROM input_file WHERE sha256 IN"
            " (SELECT sha256 FROM input_file GROUP BY sha256 HAVING COUNT(*) > 1)"
            f" UNION SELECT run_no FROM run_step WHERE step = '{KNOWN_STEP}'"
        )
    }
    for number, row in world.runs.items():
        if row.committed_at is None:
            continue
        count = found.get(number, 0)
        if count > row.rejected or (count < row.rejected and number not in repeated):
            findings.add("rejects_differ", row.run_id, f"says {row.rejected} rejected, the store has {count}")
    shut = select(reject.c.reject_id).where(func.coalesce(func.length(reject.c.salt), 0) != SALT_BYTES)
    for number in connection.execute(shut.order_by(reject.c.reject_id)).scalars():
        findings.add("reject_salt", f"J{number}", "its salt is gone or was changed: it can not be opened")
