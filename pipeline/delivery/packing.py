"""Make a sealed package of an exporter's files: bag, tar, signature, encryption; all in memory.

Nothing here writes or reads a disk, so neither a killed process nor a full disk can leave anything readable:
`write_sealed` puts sealed bytes only into a file. Bag and tar are the same bytes for the same input; the encryption is
random by nature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from exporters.bag import NAME_LABEL, bagged, root_digest
from exporters.passphrase import locked
from exporters.sealing import Certificate, SigningKey, check_recipient, sealed
from exporters.tarball import tarred
from pipeline.durable import new_folder, write_file
from triage.errors import HotlineError

SEALED_ENDING, LOCKED_ENDING, DIGEST_ENDING = ".tar.gpg", ".zip", ".sha256"
DISTRIBUTION = "hotline-triage"


@dataclass(frozen=True, slots=True)
class Agency:
    """Who a package is sealed to: the certificate, and the fingerprint pinned in the recipient's route."""

    certificate: Certificate
    pinned: str


@dataclass(frozen=True, slots=True)
class Packed:
    """A package before it is sealed, readable: for a stamp over `bag`, and never for a disk."""

    name: str
    bag: Mapping[str, bytes] = field(repr=False)
    tar: bytes = field(repr=False)

    @property
    def bag_digest(self) -> str:
        """SHA-256 of the bag's tag manifest: what a stamp stands for and what two people compare."""
        return root_digest(self.bag)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One file ready to leave. `digest` is its SHA-256; `to` the fingerprint it opens with, None for a passphrase."""

    name: str
    body: bytes = field(repr=False)
    bag_digest: str
    digest: str
    to: str | None

    @property
    def digest_file(self) -> tuple[str, bytes]:
        """Name and content of the file beside it that `sha256sum --check` reads."""
        return self.name + DIGEST_ENDING, f"{self.digest}  {self.name}\n".encode("ascii")


def packed(files: Mapping[str, bytes], name: str, made_at: datetime, info: Mapping[str, str]) -> Packed:
    """Bag and tar of an exporter's files. `name` names the package, its folder and its file; `info` adds lines to
    `bag-info.txt` (say, Source-Organization).

    Raises RuleBroken for a name or a value that is not safe everywhere.
    """
    said = {
        "Bagging-Date": made_at.astimezone(UTC).date().isoformat(),
        "Bag-Software-Agent": f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        NAME_LABEL: name,
    }
    bag = bagged(files, {**said, **info})
    return Packed(name, bag, tarred(bag, name, made_at))


def seal_package(package: Packed, agency: Agency, own: SigningKey, now: datetime) -> Sealed:
    """Sign the tar and encrypt it to the agency.

    Raises KeyProblem, saying what to do, unless the agency's certificate is the pinned one and valid now.
    """
    recipient = check_recipient(agency.certificate, agency.pinned, now)
    return _sealed(package, SEALED_ENDING, sealed(package.tar, recipient, own), recipient.fingerprint)


def lock_package(package: Packed, passphrase: str, own: SigningKey) -> Sealed:
    """Sign the tar and lock both into a ZIP, for an agency that has no OpenPGP: its route must allow it, every use is
    an entry in the audit chain, and the passphrase (`exporters.passphrase.speakable`) is told by telephone only.
    """
    return _sealed(package, LOCKED_ENDING, locked(package.tar, own.signature(package.tar), passphrase), None)


def write_sealed(package: Sealed, folder: Path) -> Path:
    """A new folder with the sealed file and its digest, all or nothing; answers the file.

    Raises OSError where the disk is full or closed to us; then nothing of it is left.
    """
    with new_folder(folder) as made:
        write_file(made / package.name, package.body)
        beside, line = package.digest_file
        write_file(made / beside, line)
    return folder / package.name


def _sealed(package: Packed, ending: str, body: bytes, to: str | None) -> Sealed:
    if package.tar in body:
        raise HotlineError("a sealed package holds its content in the clear: nothing was written")
    return Sealed(package.name + ending, body, package.bag_digest, hashlib.sha256(body).hexdigest(), to)
