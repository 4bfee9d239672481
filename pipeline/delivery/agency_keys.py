"""Certificates of the agencies we send to: one file a recipient in `recipients/` of the workspace.

A certificate is kept only with the fingerprint somebody compared over another line and pinned in the recipient's route;
it is checked against that when it is stored and again each time something is sealed to it.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from exporters.sealing import Certificate, check_recipient
from pipeline.durable import write_file
from pipeline.workspace import Workspace, make_private, private_umask
from triage.errors import KeyProblem, UsageError

FOLDER = "recipients"
MOST_CERTIFICATE_BYTES = 2**20
"""Certificates with many signatures have some hundred KiB; a larger file is something else."""
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def store_certificate(workspace: Workspace, code: str, given: bytes, pinned: str, now: datetime) -> Certificate:
    """Check a certificate and keep it for the recipient `code`, all or nothing; one that was there is replaced.

    Raises KeyProblem, saying what to do, where it may not be used: then nothing was written.
    """
    path = _path(workspace, code)
    if len(given) > MOST_CERTIFICATE_BYTES:
        raise KeyProblem("this file is too large for a certificate: ask for the agency's public key alone")
    certificate = Certificate.read(given)
    check_recipient(certificate, pinned, now)
    private_umask(workspace.root)
    make_private(path.parent)
    write_file(path, certificate.armoured())
    return certificate


def certificate_of(workspace: Workspace, code: str) -> Certificate:
    """The certificate kept for a recipient, not yet checked. Raises KeyProblem if there is none or it is damaged."""
    try:
        kept = _path(workspace, code).read_bytes()
    except FileNotFoundError:
        raise KeyProblem(
            "there is no certificate for this recipient: ask the agency for its OpenPGP certificate, compare the "
            "fingerprint by telephone and import it with `hotline recipients add-key`"
        ) from None
    except OSError:
        raise KeyProblem(f"{FOLDER}/{code}.asc cannot be read: restore it, or import the certificate again") from None
    return Certificate.read(kept)


def same_kept(workspace: Workspace, code: str, given: Certificate) -> Certificate | None:
    """The copy kept for a recipient of the very key `given` is of; None where there is none that can be read."""
    try:
        kept = certificate_of(workspace, code)
    except KeyProblem:
        return None
    return kept if kept.fingerprint == given.fingerprint else None


def forget_certificate(workspace: Workspace, code: str) -> bool:
    """Remove a recipient's certificate, for one that left; whether there was one."""
    path = _path(workspace, code)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def kept_codes(workspace: Workspace) -> tuple[str, ...]:
    """Codes of the recipients with a certificate here, sorted."""
    return tuple(sorted(path.stem for path in (workspace.root / FOLDER).glob("*.asc") if _CODE.fullmatch(path.stem)))


def _path(workspace: Workspace, code: str) -> Path:
    if not _CODE.fullmatch(code):
        raise UsageError("a recipient is named by its code: see data/routes")
    return workspace.root / FOLDER / f"{code}.asc"
