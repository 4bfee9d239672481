"""Keys and addresses of invented agencies and partners, so that a demonstration seals and sends as a hotline would.

The agencies' secret keys lie in the demo workspace: whoever tries the demonstration can open what was sealed. They are
of our own making: GnuPG does not open what is sealed to them (`exporters.sealing.opens_with_gnupg`). A real agency
makes its own key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from exporters.sealing import SigningKey
from pipeline.bootstrap import App
from pipeline.delivery.agency_keys import kept_codes
from pipeline.delivery.own_key import make_own_key
from pipeline.desk.recipients import pin, pin_own
from pipeline.durable import write_file
from pipeline.routes import routes
from pipeline.settings import as_toml, load
from pipeline.store.audit import MACHINE
from pipeline.workspace import make_private
from triage.disposition import Kind

FOLDER = "demo-agencies"
HOTLINE_NAME = "Demonstration hotline"
SENDER = "desk@demonstration.example"
_WITH_KEYS = (Kind.POLICE, Kind.PARTNER)
_NOBODY = 0


def set_addresses(app: App) -> None:
    """Set where mails of the demonstration come from and where alerts go; all of it lands in its folder `outbox`."""
    settings = load(app.workspace)
    if settings.alerts_to:
        return
    partners = [one.code for one in routes().recipients.values() if one.kind is Kind.PARTNER]
    chosen = replace(
        settings, alerts_from=SENDER, notices_from=SENDER, answers_from=SENDER,
        alerts_to=tuple(f"{code}=duty@{code}.example" for code in partners),
    )  # fmt: skip
    write_file(app.workspace.settings_file, as_toml(chosen).encode())


def make_agencies(app: App, now: datetime) -> Path:
    """Give every police agency and SOS partner of the routes a key, once, and the hotline its own; the keys' folder."""
    folder = make_private(app.workspace.root / FOLDER)
    certificate = make_own_key(app.workspace, HOTLINE_NAME).certificate
    pin_own(app, MACHINE, _NOBODY, certificate, now)
    write_file(folder / "hotline.asc", certificate.armoured())
    there = kept_codes(app.workspace)
    for one in routes().recipients.values():
        if one.kind in _WITH_KEYS and one.code not in there:
            key = SigningKey.make(f"{one.name} (demonstration)")
            write_file(folder / f"{one.code}.key", key.stored())
            given = key.certificate.armoured()
            pin(app, MACHINE, _NOBODY, one.code, given, key.certificate.fingerprint, now)
    return folder
