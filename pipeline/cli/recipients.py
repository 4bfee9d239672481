"""`hotline recipients`: who packages are sealed for: agencies' keys, and the hotline's own signing key."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from exporters.sealing import Certificate
    from pipeline.bootstrap import App
    from triage.people import Person

_GROUP_DIGITS = 4


@click.group()
@workspace_option
def recipients() -> None:
    """Keys of those who get sealed packages, and this hotline's own signing key.

    \b
    Example:
      hotline recipients add-key police-rs police-rs.asc --fingerprint "1A2B 3C4D …"
    """


@recipients.command("list")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_(workspace: str | None, as_json: bool) -> None:
    """Show every recipient, whether a key is pinned for it and whether it can be used today.

    \b
    Example:
      hotline recipients list
    """
    from dataclasses import asdict

    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.people import allowed
    from pipeline.desk.recipients import listed
    from triage.people import Act

    app = App.at(workspace)
    allowed(app, Act.SEE_QUEUE)
    found = listed(app, datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"recipients": [asdict(one) for one in found]})
        return
    rows = [
        (one.recipient, _grouped(one.fingerprint) or ("no key" if one.needs_key else "needs none"), one.name)
        for one in found
    ]
    wrong = [f"{one.recipient}: {one.problem}" for one in found if one.problem]
    screens.show(app, [*screens.table(("recipient", "key", "who"), rows), *([""] if wrong else []), *wrong])


@recipients.command("add-key")
@workspace_option
@click.argument("recipient", metavar="RECIPIENT")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--fingerprint", required=True, metavar="F", help="As the agency read it out to you, whole.")
@click.option("--also", is_flag=True, help="Another recipient has this key too, and both said that they share it.")
@click.pass_obj
def add_key(workspace: str | None, recipient: str, file: Path, fingerprint: str, also: bool) -> None:
    """Pin the OpenPGP certificate of an agency, a helpline or an organisation of the SOS network.

    For supervisors and liaisons. With it an organisation joins the network (`hotline alerts partners`).

    Have the agency read the fingerprint out over another line than the one the file came by: what you type is compared
    with the file. A key before it is retired; one that another recipient has is refused. Nothing is sealed to a key
    that is not pinned, has expired, was revoked or cannot be encrypted to.

    A key in place of another one waits for a second person (`hotline recipients confirm`): nothing is sealed to it
    before.

    A renewed copy of the key pinned already (another end, a new key to encrypt to) takes the old copy's place; one its
    owner revoked takes the key out of force at once.

    \b
    Example:
      hotline recipients add-key police-rs police-rs.asc --fingerprint "1A2B 3C4D …"
    """
    from exporters.sealing import NEWER_FORMAT, check_recipient, opens_with_gnupg
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.people import acting
    from pipeline.desk.recipients import add_key as pin

    app = App.at(workspace)
    now = datetime.now(UTC)
    certificate = pin(app, acting(app), recipient, _read(file), fingerprint, now, also=also)
    until = "does not expire" if certificate.expires is None else f"expires {certificate.expires:%Y-%m-%d}"
    newer = [] if opens_with_gnupg(check_recipient(certificate, fingerprint, now)) else [f"  this key {NEWER_FORMAT}"]
    said = [f"pinned for {recipient}: {_grouped(certificate.fingerprint)} ({until})", *newer]
    screens.show(app, [*said, *_replaced_lines(app, recipient)])


@recipients.command("confirm")
@workspace_option
@click.argument("recipient", metavar="RECIPIENT")
@click.pass_obj
def confirm(workspace: str | None, recipient: str) -> None:
    """Let packages be sealed to a key that replaced another one, as a second person.

    For a supervisor or liaison who did not pin it. Before, have the agency read its new fingerprint out to you, over a
    line you know it by, and compare it with what `hotline recipients list` shows.

    \b
    Example:
      hotline recipients confirm police-rs
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.people import acting
    from pipeline.desk.replaced_keys import confirm as let

    app = App.at(workspace)
    done = let(app, acting(app), recipient, datetime.now(UTC))
    screens.show(app, [f"confirmed for {recipient}: {_grouped(done.fingerprint)}; packages are sealed to it from now"])


@recipients.command("retire-key")
@workspace_option
@click.argument("recipient", metavar="RECIPIENT")
@click.pass_obj
def retire_key(workspace: str | None, recipient: str) -> None:
    """Use a recipient's key no more; nothing is sealed for it until another is pinned. For supervisors and liaisons.

    An organisation of the SOS network leaves it so: its calls go to the next in line.

    \b
    Example:
      hotline recipients retire-key police-rs
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.people import acting
    from pipeline.desk.recipients import retire_key as retire

    app = App.at(workspace)
    others = retire(app, acting(app), recipient, datetime.now(UTC))
    shared = [f"  the same key stays pinned for {one}: `hotline recipients retire-key {one}` retires it there"
              for one in others]  # fmt: skip
    screens.show(app, [f"the key of {recipient} is used no more", *shared])


@recipients.command("own-key")
@workspace_option
@click.option("--name", default="Hotline", show_default=True, metavar="NAME", help="What agencies see as its owner.")
@click.option("--out", metavar="FILE", help="Write the certificate for agencies to a new file.")
@click.pass_obj
def own_key(workspace: str | None, name: str, out: str | None) -> None:
    """Make this hotline's signing key, once, and show or write the certificate agencies check packages with.

    The secret half stays in keys/signing.pgp (set HOTLINE_SIGNING_PASSPHRASE before to have it locked). Hand the
    certificate to every agency and read the fingerprint out to them. For supervisors and liaisons.

    \b
    Example:
      hotline recipients own-key --name "Hotline of Somewhere" --out hotline.asc
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.written import written
    from pipeline.desk.people import allowed
    from triage.errors import UsageError
    from triage.people import Act

    if out == "-":
        raise UsageError("leave out --out to see the certificate on the screen")
    app = App.at(workspace)
    by = allowed(app, Act.MANAGE_RECIPIENTS)
    if out is None or _is_there(app, out):
        certificate = _own_certificate(app, by, name)
    else:
        with written(out, only_new=True) as file:
            certificate = _own_certificate(app, by, name)
            file.write(certificate.armoured())
    body = certificate.armoured().decode().splitlines() if out is None else []
    screens.show(app, [f"fingerprint {_grouped(certificate.fingerprint)}", *body])


def _replaced_lines(app: App, recipient: str) -> list[str]:
    """Loud words where the key took the place of another one."""
    from pipeline.cli.plain_words import counted
    from pipeline.desk.replaced_keys import waiting_key
    from pipeline.store.engine import reading

    with reading(app.store.engine) as connection:
        found = waiting_key(connection, recipient)
    if found is None:
        return []
    return [
        "", f"THIS REPLACES A KEY: {counted(found.sealed_before, 'package')} went sealed to the one before",
        f"  before  {_grouped(found.before)}", f"  now     {_grouped(found.fingerprint)}",
        f"  nothing is sealed to it until another person confirms it: `hotline recipients confirm {recipient}`",
    ]  # fmt: skip


def _own_certificate(app: App, by: Person, name: str) -> Certificate:
    """Ours, made and pinned if there is none yet. Raises KeyProblem where another one was pinned."""
    from pipeline.delivery.own_key import make_own_key
    from pipeline.desk.people import actor
    from pipeline.desk.recipients import check_own, pin_own

    certificate = make_own_key(app.workspace, name).certificate
    pin_own(app, actor(by), by.person_id, certificate, datetime.now(UTC))
    check_own(app, certificate)
    return certificate


def _is_there(app: App, out: str) -> bool:
    """Whether this file holds our certificate already: then there is nothing to write."""
    from pipeline.delivery.own_key import SIGNING_KEY_NAME, own_key

    path = Path(out)
    try:
        if path.is_symlink() or not path.is_file() or not (app.workspace.keys / SIGNING_KEY_NAME).exists():
            return False
        return path.read_bytes() == own_key(app.workspace).certificate.armoured()
    except (OSError, ValueError):
        return False


def _grouped(fingerprint: str) -> str:
    """As it is read out: capitals in groups of four."""
    capitals = fingerprint.upper()
    return " ".join(capitals[start : start + _GROUP_DIGITS] for start in range(0, len(capitals), _GROUP_DIGITS))


def _read(file: Path) -> bytes:
    from pipeline.delivery.agency_keys import MOST_CERTIFICATE_BYTES
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    try:
        require_file(file, "the key file")
        with file.open("rb") as opened:
            return opened.read(MOST_CERTIFICATE_BYTES + 1)
    except (OSError, ValueError):
        raise UnusableInput("the key file cannot be read: check its name and that it is open to you") from None
