"""All checks in order, over one snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, NoResultFound

from pipeline.after_ingest import unsettled_in
from pipeline.bootstrap import App
from pipeline.store.engine import reading
from pipeline.verify.alerts import check_alerts
from pipeline.verify.answers import check_answers
from pipeline.verify.batches import Head, check_chain, check_manifest_digests, check_runs
from pipeline.verify.beside import check_beside
from pipeline.verify.cases import (
    Gravest,
    check_cases,
    check_joined,
    check_people,
    check_reopened,
)
from pipeline.verify.chained import Chained, read_acts
from pipeline.verify.decisions import check_closed_rejects, check_decisions
from pipeline.verify.deep import open_everything
from pipeline.verify.deep_leads import Leads
from pipeline.verify.disclosures import check_disclosures
from pipeline.verify.envelopes import check_envelopes
from pipeline.verify.files import check_files
from pipeline.verify.finding import Finding, Findings
from pipeline.verify.floods import check_floods
from pipeline.verify.iccam import check_iccam
from pipeline.verify.imprints import check_imprints
from pipeline.verify.keys import check_keys, check_vault_keys
from pipeline.verify.leads import check_leads
from pipeline.verify.links import check_links
from pipeline.verify.lists import check_lists
from pipeline.verify.mended import check_mended
from pipeline.verify.models import check_models
from pipeline.verify.new_facts import check_new_facts
from pipeline.verify.notices import check_notices
from pipeline.verify.orphans import check_pointers
from pipeline.verify.package_folders import check_folders, folders_in
from pipeline.verify.packages import check_packages
from pipeline.verify.police import check_calls, check_feedback
from pipeline.verify.queue import check_holds, check_lanes
from pipeline.verify.receipts import check_receipts
from pipeline.verify.reports import check_reports
from pipeline.verify.shapes import check_locator_packs, check_text_packs
from pipeline.verify.steps import check_key_versions, check_steps
from pipeline.verify.stream import one_snapshot
from pipeline.verify.suggestions import check_suggestions
from pipeline.verify.text_releases import check_text_releases
from pipeline.verify.verdicts import check_verdicts
from pipeline.verify.worked_on import check_versions, check_waiting
from pipeline.verify.world import World, look_round
from triage.custody import GENESIS


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked and what was found; nothing found means the law of conservation holds."""

    findings: tuple[Finding, ...]
    runs: int
    unfinished: int
    """Runs that did not come to their last step, those stopped after their commit too."""
    reports: int
    cases: int
    audit_events: int
    head: str
    """Digest of the last audit event. Noted elsewhere, it later shows whether the chain's end was cut."""
    opened: int
    """Sealed things opened with the private key; 0 without `deep`."""


def verify(app: App, *, deep: bool = False, noted: Head | None = None) -> Verified:
    """Check everything; writes nothing. `deep` opens every sealed thing and needs the vault's private key.

    Raises KeyProblem (deep without the key), ServiceFailed, BadConfiguration.
    """
    findings = Findings()
    exports = folders_in(app.workspace.exports)  # before the snapshot: what is made meanwhile is in neither
    with reading(app.store.engine) as connection:
        one_snapshot(connection)
        try:
            return _checked(app, connection, findings, noted, exports, deep=deep)
        except (DBAPIError, NoResultFound, ValueError, TypeError, OverflowError):
            findings.add("unreadable", "store", "a value is gone, or of a kind never written: restore from your backup")
    return Verified(findings.all(), 0, 0, 0, 0, 0, GENESIS, 0)


def _checked(
    app: App, connection: Connection, findings: Findings, noted: Head | None, exports: Iterable[Path], *, deep: bool
) -> Verified:
    _check_file(connection, findings)
    batches, head = check_chain(connection, findings, noted)
    check_manifest_digests(app.workspace, batches, findings)
    world = look_round(connection, findings)
    gravest = Gravest(world)
    seen = check_reports(connection, world, gravest, findings)
    check_links(connection, world, seen, findings)
    check_cases(connection, world, gravest, findings)
    check_lanes(connection, findings)
    check_verdicts(connection, findings)
    check_imprints(connection, world, batches, app.store.index_key, findings)
    check_beside(connection, world, batches, app.store.index_key, findings)
    check_runs(connection, app.workspace, world, seen, batches, app.store.index_key, findings)
    check_text_packs(connection, world, seen, findings)
    check_locator_packs(connection, world, findings)
    check_pointers(connection, world, findings)
    check_envelopes(connection, findings)
    check_steps(connection, world, findings)
    check_key_versions(connection, app.workspace, world, app.url_rules.version, findings)
    check_files(connection, app.workspace, findings)
    chained = read_acts(connection)
    _check_acts(app, connection, world, gravest, chained, findings)
    check_folders(exports, chained, findings)
    check_lists(connection, app.workspace, findings)
    check_models(connection, findings)
    opened = _opened(app, connection, world, chained, findings) if deep else 0
    unfinished = len(unsettled_in(connection))
    return Verified(
        findings.all(), len(world.runs), unfinished, sum(one.count for one in seen.values()),
        int((world.cases >= 0).sum()), head[0], head[1], opened,
    )  # fmt: skip


def _check_acts(
    app: App, connection: Connection, world: World, gravest: Gravest, chained: Chained, findings: Findings
) -> None:
    """What people did, and what became of it, as the chain tells."""
    check_decisions(connection, world, chained, app.store.index_key, findings)
    check_people(connection, chained, app.store.index_key, findings)
    check_reopened(connection, chained, findings)
    check_waiting(connection, chained, findings)
    check_versions(connection, chained, findings)
    check_joined(connection, chained, findings)
    check_leads(connection, world, gravest, chained, findings)
    check_holds(connection, chained, findings)
    check_new_facts(connection, world, chained, findings)
    check_suggestions(connection, chained, findings)
    check_receipts(connection, chained, app.store.index_key, findings)
    check_text_releases(connection, world, chained, findings)
    check_closed_rejects(connection, chained, findings)
    check_mended(connection, findings)
    check_packages(connection, app.workspace, world, chained, findings)
    check_calls(connection, chained, findings)
    check_feedback(connection, world, chained, app.store.index_key, findings)
    check_disclosures(connection, world, chained, findings)
    check_answers(connection, chained, findings)
    check_alerts(connection, chained, findings)
    check_iccam(connection, chained, findings)
    check_floods(connection, findings)
    check_keys(connection, chained, findings)
    check_vault_keys(connection, chained, findings)
    check_notices(connection, chained, findings)


def _opened(app: App, connection: Connection, world: World, chained: Chained, findings: Findings) -> int:
    leads = Leads(app.url_rules, app.store.index_key, world, chained)
    opened = open_everything(connection, app.workspace, findings, leads)
    if not world.unfinished:  # a batch writes the texts of reports before what their cases have seen
        leads.check(connection, findings)
    return opened


def _check_file(connection: Connection, findings: Findings) -> None:
    if connection.dialect.name == "sqlite":
        for row in connection.execute(text("PRAGMA integrity_check(20)")):
            if row[0] != "ok":
                findings.add("database_file", "store", "SQLite finds its file damaged: restore it from your backup")
