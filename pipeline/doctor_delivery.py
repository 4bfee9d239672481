"""What `hotline doctor` says of the way out: recipients' keys, our signing key, ICCAM, NCMEC, the mail server.

Everything is read from the workspace; no socket is opened. What was set up and cannot be used is `missing`: then
packages for police, or answers, stop. What was never set up, or runs out soon, is a `warn`.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from sqlalchemy import Connection, select

from exporters.cybertip import SETTINGS_FILE, CyberTipExporter, read_reporting
from exporters.sealing import NEWER_FORMAT, check_recipient, opens_with_gnupg
from pipeline.bootstrap import App
from pipeline.delivery.agency_keys import certificate_of
from pipeline.delivery.iccam import settings as iccam
from pipeline.delivery.own_key import PASSPHRASE_VARIABLE, SIGNING_KEY_NAME, own_key
from pipeline.desk.alerts import Partner, partners
from pipeline.desk.recipients import OWN, check_own, in_force, pinned
from pipeline.desk.replaced_keys import waiting_keys
from pipeline.doctor_check import Check, State
from pipeline.resources import resource, text
from pipeline.routes import routes
from pipeline.store.engine import reading
from pipeline.store.schema import disposition
from triage.disposition import Kind
from triage.errors import HotlineError, KeyProblem
from triage.routing import Recipient

EXPIRES_SOON = timedelta(days=60)
"""Time to ask an agency, or INHOPE, for a new one and to compare its fingerprint."""
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_delivery(app: App, now: datetime) -> Iterator[Check]:
    """Keys in force, who has none (police, the SOS network), our signing key, ICCAM, the mail server's password."""
    with reading(app.store.engine) as connection:
        keys = in_force(connection)
        for code, fingerprint in keys.items():
            yield _recipient(app, code, fingerprint, now)
        yield from _shared(keys)
        for one in waiting_keys(connection):
            yield Check(f"replaced key {one.recipient}", State.WARN, one.says)
        yield _without_key(app, keys)
        yield _network(partners(app, connection, now))
        own = pinned(connection, OWN)
        asked = _asks_clearing_house(connection)
    yield _own(app, own)
    yield _iccam(app, now)
    yield _clearing_house(asked)
    yield _password(app)
    yield _help_line(app)
    yield basis_of(routes().recipients.values())


def _recipient(app: App, code: str, fingerprint: str, now: datetime) -> Check:
    name = f"key {code}"
    try:
        certificate = certificate_of(app.workspace, code)
        recipient = check_recipient(certificate, fingerprint, now)
    except KeyProblem as problem:
        return Check(name, State.MISSING, str(problem))
    try:
        check_recipient(certificate, fingerprint, now + EXPIRES_SOON)
    except KeyProblem:
        until = "soon" if certificate.expires is None else f"{certificate.expires:%Y-%m-%d}"
        says = f"expires within {EXPIRES_SOON.days} days ({until}): ask the agency for a renewed one and pin it"
        return Check(name, State.WARN, says)
    if not opens_with_gnupg(recipient):
        return Check(name, State.WARN, NEWER_FORMAT)
    return Check(name, State.OK, "pinned, can be encrypted to")


def _shared(keys: Mapping[str, str]) -> Iterator[Check]:
    """Recipients one key opens the packages of: right only where both said so."""
    by_key: dict[str, list[str]] = {}
    for code, fingerprint in keys.items():
        by_key.setdefault(fingerprint, []).append(code)
    for codes in by_key.values():
        if len(codes) > 1:
            says = f"one key opens what is sealed for {', '.join(codes)}: compare its fingerprint with each of them"
            yield Check("shared key", State.WARN, says)


def _without_key(app: App, pinned_for: Iterable[str]) -> Check:
    """Police agencies nothing can be sealed for."""
    police = [one.code for one in routes().recipients.values() if one.kind is Kind.POLICE]
    bare = sorted(set(police) - set(pinned_for) - set(app.settings.passphrase_for))
    if not bare:
        return Check("police keys", State.OK, "every agency has a key, or gets a passphrase")
    says = f"no package can be made for {', '.join(bare)}: see `hotline recipients add-key`"
    return Check("police keys", State.WARN, says)


def _network(found: Iterable[Partner]) -> Check:
    """Organisations of the SOS network an alert passes over: without a usable key, or without an address."""
    bare = [one.code for one in found if one.agency is None]
    if not bare:
        return Check("sos network", State.OK, "every organisation can be told of an SOS call")
    says = f"SOS calls pass over {', '.join(bare)}: no usable key, or no address; see `hotline alerts partners`"
    return Check("sos network", State.WARN, says)


def _own(app: App, fingerprint: str | None) -> Check:
    if fingerprint is None:
        says = "none yet, so no package is sealed: see `hotline recipients own-key`"
        return Check("signing key", State.WARN, says)
    if not (app.workspace.keys / SIGNING_KEY_NAME).exists():
        says = f"keys/{SIGNING_KEY_NAME} is not here: restore it where packages are made, never make another"
        return Check("signing key", State.WARN, says)
    try:
        check_own(app, own_key(app.workspace).certificate)
    except KeyProblem as problem:
        return Check("signing key", State.MISSING, f"{problem} (a locked one opens with {PASSPHRASE_VARIABLE})")
    except OSError:
        return Check("signing key", State.MISSING, f"keys/{SIGNING_KEY_NAME} cannot be read: check whose file it is")
    return Check("signing key", State.OK, "is the one agencies were told of")


def _iccam(app: App, now: datetime) -> Check:
    try:
        settings = iccam.load(app.workspace.root)
        if settings is None:
            return Check("iccam", State.OK, f"off: there is no {iccam.SETTINGS_FILE}")
        settings.password()
        until = _runs_out(Path(settings.certificate_file))
    except HotlineError as error:
        return Check("iccam", State.MISSING, str(error))
    if until <= now:
        return Check("iccam", State.MISSING, f"our client certificate expired on {until:%Y-%m-%d}: ask INHOPE for one")
    if until <= now + EXPIRES_SOON:
        return Check("iccam", State.WARN, f"our client certificate expires on {until:%Y-%m-%d}: ask INHOPE for one")
    return Check("iccam", State.OK, f"on; our client certificate is good until {until:%Y-%m-%d}")


def _asks_clearing_house(connection: Connection) -> bool:
    """Whether somebody decided that a clearing house shall be told of a case."""
    codes = [one.code for one in routes().recipients.values() if one.redacted_as == CyberTipExporter.recipient_kind]
    found = connection.execute(select(disposition.c.case_id).where(disposition.c.recipient.in_(codes)).limit(1))
    return found.first() is not None


def _clearing_house(asked: bool) -> Check:
    """Who reports to NCMEC: nobody needs to say so before somebody decided to."""
    name, file = "cybertip", resource(SETTINGS_FILE)
    try:
        read_reporting(text(SETTINGS_FILE)).check_filled()
    except HotlineError as error:
        says = f"{error}: write organisation and email under [reporter] in {file}"
        return Check(name, State.WARN, says) if asked else Check(name, State.OK, f"off ({says})")
    return Check(name, State.OK, "it is said who reports")


def _help_line(app: App) -> Check:
    """Whether who asks for help is told where it is."""
    if app.settings.help_line:
        return Check("help line", State.OK, "who asks for help is told where it is")
    says = "setting help_line is empty: who asks for help is told of police and an adult, of no helpline"
    return Check("help line", State.WARN, says)


def basis_of(recipients: Iterable[Recipient]) -> Check:
    """Whether counsel wrote the legal basis of every recipient; papers name none for a code without words."""
    shipped = [one.code for one in recipients if not one.basis_by_counsel]
    if not shipped:
        return Check("legal basis", State.OK, "written by counsel for every recipient")
    says = "still the wording delivered, which names no law: have counsel write it in data/templates/words ([basis])"
    return Check("legal basis", State.WARN, f"{', '.join(shipped)}: {says}, then set basis_by_counsel in data/routes")


def _runs_out(path: Path) -> datetime:
    """When the first certificate of a PEM file, or one of those it is signed with, is no longer good."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise KeyProblem(f"{iccam.SETTINGS_FILE}: certificate_file cannot be read: it must be PEM") from None
    return min(one.not_valid_after_utc for one in found)


def _password(app: App) -> Check:
    """The file that opens the mail server's account, where answers go by one."""
    settings, name = app.settings, "mail password"
    if not settings.answers_smtp_host:
        return Check(name, State.OK, "none needed: mails lie in the outbox")
    try:
        mode = (app.workspace.root / settings.answers_smtp_password_file).stat().st_mode
    except OSError:
        return Check(name, State.MISSING, "the file of setting answers_smtp_password_file is not there")
    if not stat.S_ISREG(mode) or mode & _OPEN_TO_OTHERS:
        return Check(name, State.MISSING, "the file of setting answers_smtp_password_file is open to others: chmod 600")
    return Check(name, State.OK, "there, and closed to others")
