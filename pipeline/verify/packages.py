"""Packages: rows, events and folders agree. A folder that is gone was handed over; one that is there is untouched."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import Connection, select

from exporters.manifest import MANIFEST, verify
from pipeline.store.schema import disposition, package
from pipeline.verify.chained import EXPORTED, MADE, Acted, Chained
from pipeline.verify.finding import Findings
from pipeline.verify.package_folders import named
from pipeline.verify.world import World
from pipeline.workspace import Workspace
from triage.disposition import Kind, needs_release


def check_packages(
    connection: Connection, workspace: Workspace, world: World, chained: Chained, findings: Findings
) -> None:
    """Hold rows against events both ways, the dispositions packages took, and every folder that is still here."""
    rows = {
        row.package_id: (
            row.person_id, row.made_at, row.kind, row.recipient, row.manifest_digest, row.name or "",
            row.bag_digest or "",
        )
        for row in connection.execute(select(package))
    }  # fmt: skip
    told = {one.number: one for one in chained.of(MADE)}
    for number in sorted(told.keys() - rows.keys()):
        findings.add("package_missing", f"package:{number}", "the audit chain says it was made, but it is not there")
    for number in sorted(rows.keys() - told.keys()):
        findings.add("package_untold", f"package:{number}", "the audit chain does not tell of this package")
    for number in sorted(rows.keys() & told.keys()):
        if rows[number] != _as_row(told[number]):
            findings.add("package_changed", f"package:{number}", "is not as the audit chain wrote it down")
    _check_taken(connection, world, chained, findings)
    for name, one in named(chained):
        _check_folder(workspace.exports / name, one, findings)


def _as_row(one: Acted) -> tuple[int, int, str, str, str, str, str]:
    words = ("kind", "recipient", "manifest", "name", "bag")
    kind, recipient, manifest, name, bag = map(one.word, words)
    return one.person, one.at, kind, recipient, manifest, name, bag


def _check_taken(connection: Connection, world: World, chained: Chained, findings: Findings) -> None:
    """What a package took stays taken: else the same case would go out twice, or never."""
    exported: set[tuple[int, int, str]] = set()
    sent: set[tuple[int, str]] = set()
    for one in chained.of(EXPORTED):
        number = one.details.get("package")
        case_id, recipient = world.end_of(one.number), one.word("recipient")
        exported.add((case_id, number if isinstance(number, int) else -1, recipient))
        sent.add((case_id, recipient))
    for row in connection.execute(select(disposition).where(disposition.c.package_id.is_not(None))):
        case_id = world.end_of(row.case_id)
        sent.discard((case_id, row.recipient or ""))
        if (case_id, row.package_id, row.recipient or "") not in exported:
            findings.add("export_untold", f"C{row.case_id}", "the audit chain does not tell of its export")
        if needs_release(Kind(row.kind)) and row.released_by is None:
            findings.add("export_unreleased", f"C{row.case_id}", "was exported without a second person's release")
    for case_id, _ in sorted(sent):
        findings.add("export_forgotten", f"C{case_id}", "the audit chain tells of an export no decision knows")


def _check_folder(folder: Path, made: Acted, findings: Findings) -> None:
    if not folder.is_dir():
        return
    subject = f"package:{made.number}"
    try:
        there = sorted(folder.iterdir())
        files = {path.name: path.read_bytes() for path in there}
    except OSError:
        findings.add("package_folder", subject, "a file in its folder cannot be read")
        return
    if any(path.is_symlink() for path in (folder, *there)):
        findings.add("package_folder", subject, "a link stands for its folder or a file in it: make it anew")
    if MANIFEST in files and hashlib.sha256(files[MANIFEST]).hexdigest() != made.word("manifest"):
        findings.add("package_folder", subject, "its manifest was changed after the package was made")
    for says in verify(files):
        findings.add("package_folder", subject, says)
