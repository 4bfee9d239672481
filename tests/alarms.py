"""SOS calls for tests: files as the app writes them, organisations with keys, and what one of them sees of an alert."""

from __future__ import annotations

import json
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from exporters.sealing import OpeningKey
from exporters.tarball import untarred
from pipeline import alerts_first, runs
from pipeline.alerts_first import Alarmed
from pipeline.batch import run_batch
from pipeline.bootstrap import App
from tests.agencies import AGENCY, pin_agency
from tests.desk import NOW

CALLED = "2026-03-04T08:10:00+01:00"
PARTNERS = ("sos-rs", "sos-partner", "sos-fbih")
"""In the order of the line for Republika Srpska."""


def write_call(folder: Path, call: str = "SOS-2026-0001", /, **more: str) -> Path:
    """One call from Banja Luka; `more` overrides or adds keys."""
    said = {
        "alert": "sos", "organisation": "Safe House (sample)", "place": "BA-RS-Banja Luka", "at": CALLED, "id": call,
    }  # fmt: skip
    path = folder / f"{call}.sos.json"
    path.write_text(json.dumps({key: value for key, value in (said | more).items() if value}), encoding="utf-8")
    return path


def take_in(app: App, name: str, *paths: Path) -> None:
    """Take calls in and tell nobody yet, as a process killed at once would leave them."""
    found, versions = runs.find_inputs(list(paths)), app.rule_versions()
    run = runs.register(app.workspace, app.store, name, found, versions=versions, after_ingest="keep", now=NOW)
    run_batch(app, run, 1, apart=False)


def take(app: App, *paths: Path, name: str = "calls", now: datetime = NOW) -> Alarmed:
    """Take calls in and send their alerts, as `hotline alerts take` does."""
    calls, _ = alerts_first.split(runs.find_inputs(list(paths)))
    return alerts_first.run_calls(app, name, calls, "keep", now)


def pin_partners(app: App, *codes: str) -> None:
    """Give organisations a key (all of them the same), and the hotline its own."""
    for code in codes:
        pin_agency(app, code, NOW)


def outbox(app: App) -> list[Path]:
    """What lies in the outbox, oldest first."""
    return sorted((app.workspace.root / "outbox").glob("*"), key=lambda path: path.stat().st_mtime_ns)


def sealed_in(path: Path) -> bytes:
    """The sealed file, whether it lies there by itself or in a mail."""
    if path.suffix != ".eml":
        return path.read_bytes()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    (attached,) = mail.iter_attachments()
    return bytes(attached.get_content())


def opened(sealed: bytes) -> dict[str, bytes]:
    """The files of an alert as its organisation reads them."""
    inside = OpeningKey(AGENCY.stored()).opened(sealed)
    files = untarred(inside or b"").files
    return {name.removeprefix("data/"): body for name, body in files.items() if name.startswith("data/")}


def data_in(path: Path) -> dict[str, Any]:
    """`alert.json` of what lies at a path."""
    read = json.loads(opened(sealed_in(path))["alert.json"])
    return dict(read)
