"""`hotline verify-package`: is a package whole and from this hotline; for agencies too, without a workspace."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import no_workspace_option

if TYPE_CHECKING:
    from pipeline.delivery.verifying import Checked, Means

UNCHECKED = 2
_NOBODY_KNOWS = (
    "hotline: who signed the package was not checked, though --signer was given: give --key with the sealed file, "
    "or the ZIP and its passphrase"
)


@click.command("verify-package")
@no_workspace_option
@click.argument("package", metavar="FILE", type=click.Path())
@click.option(
    "--signer", metavar="CERT", type=click.Path(), help="The hotline's OpenPGP certificate: who must have signed."
)
@click.option("--key", metavar="SECRETKEYFILE", type=click.Path(), help="The agency's secret key, to look inside.")
@click.option("--ask", is_flag=True, help="Ask for the passphrase of the secret key.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def verify_package(package: str, signer: str | None, key: str | None, ask: bool, as_json: bool) -> int:
    """Check a package: a sealed file (.gpg), a ZIP with a passphrase, a tar, or the folder it was unpacked to.

    With the file NAME.sha256 beside the package every changed byte is found, and named by file where it is inside.
    Without it only what is inside is checked: a byte of the file around it (headers, the packet that holds the session
    key) may be another one, and the last line says so. Exit code 0 if nothing wrong was found in what was checked, 1
    with findings, 2 if it could not be checked: also where --signer was given and no signature could be looked at.
    Needs no workspace and writes nothing.

    \b
    Example:
      hotline verify-package package-20260302-1A2B3C4D.tar.gpg --signer hotline.asc --key agency.asc --ask
    """
    from pipeline.delivery import verifying

    checked = verifying.verify_package(Path(package), _means(signer, key, ask))
    click.echo(json.dumps(as_object(checked), indent=1) if as_json else "\n".join(lines(checked)))
    if checked.findings:
        return 1
    if signer is not None and checked.signed is None:
        click.echo(_NOBODY_KNOWS, err=True)
        return UNCHECKED
    return 0


def as_object(checked: Checked) -> dict[str, object]:
    """What was checked, for a program."""
    from dataclasses import asdict

    return asdict(checked)


def lines(checked: Checked) -> list[str]:
    """What was checked, for a person."""
    from pipeline.cli.plain_words import counted

    said = [] if checked.name is None else [checked.name]
    said += [f"{one.file}: {one.says}" for one in checked.findings]
    if checked.findings:
        found = counted(len(checked.findings), "finding")
        said += ["", f"{found}: keep the file as it is and ask the hotline to send it again"]
    elif checked.files and checked.signed:
        said.append(f"{counted(checked.files, 'file')} inside, every byte of these files as the package was made")
    elif checked.files:
        said.append(
            f"{counted(checked.files, 'file')} compared with the package's own digests: they fit, but whoever changes "
            "a file can change those too"
        )
    if checked.signed:
        said.append("signed by the certificate you gave")
    if checked.bag_digest is not None:
        said.append(f"bag's digest: {checked.bag_digest}")
    return said + [f"not checked: {told}" for told in checked.unchecked]


def _means(signer: str | None, key: str | None, ask: bool) -> Means:
    from exporters.sealing import Certificate, OpeningKey
    from pipeline.delivery.verifying import Means

    certificate = Certificate.read(_read(signer, "the certificate")) if signer is not None else None
    if key is None:
        return Means(certificate, None, _passphrase)
    secret = _read(key, "the secret key")
    return Means(certificate, OpeningKey(secret, _passphrase() if ask else None), _passphrase)


def _read(path: str, called: str) -> bytes:
    """A small file. Raises UnusableInput, naming what it was to be."""
    from pipeline.delivery.agency_keys import MOST_CERTIFICATE_BYTES
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    try:
        require_file(path, called)
        with Path(path).open("rb") as file:
            return file.read(MOST_CERTIFICATE_BYTES)
    except (OSError, ValueError):
        raise UnusableInput(f"{called} cannot be read: check its name and who may read it") from None


def _passphrase() -> str:
    """Asked at a terminal without showing it; from a program, the first line of its input."""
    if sys.stdin.isatty():
        return str(click.prompt("passphrase", hide_input=True, err=True))
    return sys.stdin.readline().removesuffix("\n")
