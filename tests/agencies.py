"""A police agency for tests: a key GnuPG can use, pinned as a person would pin it, and what it sees of a package."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pysequoia
from pypdf import PdfReader

from exporters.sealing import OpeningKey, SigningKey
from exporters.tarball import untarred
from pipeline.bootstrap import App
from pipeline.delivery.own_key import make_own_key
from pipeline.desk.recipients import pin, pin_own

AGENCY = SigningKey.make("An agency of the tests")
"""Made once: keys of this kind open with our own tools, not with GnuPG 2.2 (see tests/unit/test_sealing_gnupg.py)."""


def pin_agency(app: App, recipient: str, now: datetime) -> None:
    """Give the recipient a key, the same for all in these tests, and the hotline its own."""
    pin_own(app, "machine", 0, make_own_key(app.workspace, "Hotline of the tests").certificate, now)
    key = AGENCY.certificate
    pin(app, "machine", 0, recipient, key.armoured(), key.fingerprint, now, also=True)


def revoked(key: SigningKey) -> bytes:
    """The certificate as its owner hands it out after revoking it."""
    one = pysequoia.Cert.from_bytes(key.certificate.body)
    return bytes(one) + bytes(one.revoke(key._secret.certifier()))


def ending(key: SigningKey, at: datetime, before: bytes = b"") -> bytes:
    """The certificate as its owner hands it out after setting when it ends; `before`: the copy that is a change of,
    in a later second, which is what the later word of two goes by."""
    if before:
        time.sleep(1.1)
    one = pysequoia.Cert.from_bytes(before or key.certificate.body)
    return bytes(one.set_expiration(expiration=at, certifier=key._secret.certifier()))


def opened(folder: Path) -> dict[str, bytes]:
    """The files of a sealed package as its agency reads them, payload only."""
    (sealed,) = folder.glob("*.tar.gpg")
    inside = OpeningKey(AGENCY.stored()).opened(sealed.read_bytes())
    files = untarred(inside or b"").files
    return {name.removeprefix("data/"): body for name, body in files.items() if name.startswith("data/")}


def words_in(path: Path) -> str:
    """What a file of a package says to a person: the text of a PDF and its metadata, else the file itself."""
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")
    read = PdfReader(path)
    return "\n".join([*(page.extract_text() for page in read.pages), str(read.metadata)])
