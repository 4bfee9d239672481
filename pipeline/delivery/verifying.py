"""Is a package whole, and from whom: for whoever has the file, without our workspace.

What a file is, is told by its ending and not by its content, so that a changed first byte is a finding and not another
kind of file. Nothing is unpacked onto a disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from exporters.bag import ROOT_MANIFEST, Problem, check_bag, name_in, root_digest
from exporters.passphrase import unlocked
from exporters.sealing import Certificate, OpeningKey, is_signature_of
from exporters.tarball import untarred
from pipeline.delivery.packing import DIGEST_ENDING
from pipeline.plain_files import require_file
from triage.errors import UnusableInput, UsageError

MOST_BYTES = 2**31
"""Packages are some MiB; a larger file would not fit into the memory it is checked in."""
_SEALED_ENDINGS, _LOCKED_ENDING, _TAR_ENDING = (".gpg", ".pgp", ".asc"), ".zip", ".tar"
_WHOLE = "package"
_NO_DIGEST = (
    "there is no .sha256 file beside it: only what is inside was looked at, not the file around it, of which a byte "
    "may be another one; ask the hotline for the .sha256"
)
_NO_KEY = "the content was not opened, only the .sha256 beside it was compared: --key and --signer look inside"
_SIGNER_ALONE = (
    "the content and who signed it, since the signature lies inside and was not opened: only the .sha256 beside it was "
    "compared, which whoever changes the file can change too; give --key with --signer"
)
_SIGNER_NEEDED = "name the hotline's certificate with --signer: without it nobody knows who made the package"


@dataclass(frozen=True, slots=True)
class Means:
    """What whoever checks has at hand; `ask` asks a person for the passphrase of a ZIP, when it is needed."""

    signer: Certificate | None = None
    key: OpeningKey | None = None
    ask: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found wrong, by file; what could not be checked, in words; and what was.

    `name` is what the package calls itself, `bag_digest` what the hotline may be asked for by telephone; None where the
    content was not read. `signed` is None where no signature was looked at.
    """

    findings: tuple[Problem, ...] = ()
    unchecked: tuple[str, ...] = ()
    files: int = 0
    bag_digest: str | None = None
    signed: bool | None = None
    name: str | None = None


def verify_package(path: Path, means: Means) -> Checked:
    """Check a sealed file, a ZIP with a passphrase, a tar, or the folder of an unpacked bag.

    Raises UsageError where something is missing to check it with, UnusableInput for what is no package file.
    """
    if path.is_dir():
        return _folder(path)
    try:
        require_file(path, "the package")
        body = _limited(path)
    except (OSError, ValueError):
        raise UnusableInput("the package cannot be read: check its name and who may read it") from None
    arrived = _arrived(path, body)
    ending = path.suffix.lower()
    if ending == _TAR_ENDING:
        return _with(arrived, _tar(body))
    if ending == _LOCKED_ENDING:
        return _with(arrived, _locked(body, means))
    if ending in _SEALED_ENDINGS:
        return _with(arrived, _sealed(body, means, has_digest=not arrived.unchecked))
    raise UsageError("a package ends with .gpg, .pgp, .asc, .zip or .tar, or is the folder it was unpacked to")


def _limited(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise UnusableInput("this file is larger than any package: name the package")
    return path.read_bytes()


def _arrived(path: Path, body: bytes) -> Checked:
    """The file against the digest beside it."""
    beside = path.with_name(path.name + DIGEST_ENDING)
    if not beside.is_file():
        return Checked(unchecked=(_NO_DIGEST,))
    wanted = f"{hashlib.sha256(body).hexdigest()}  {path.name}\n".encode()
    if beside.read_bytes() == wanted:
        return Checked()
    return Checked((Problem(_WHOLE, "is not the file its .sha256 names: one of the two was changed or cut off"),))


def _sealed(body: bytes, means: Means, *, has_digest: bool) -> Checked:
    if means.key is None:
        if not has_digest:
            raise UsageError("nothing to check it with: give --key and --signer, or put the .sha256 file beside it")
        return Checked(unchecked=(_NO_KEY if means.signer is None else _SIGNER_ALONE,))
    if means.signer is None:
        raise UsageError(_SIGNER_NEEDED)
    tar = means.key.opened(body)
    if tar is None:
        says = "does not open with this key: it was changed or cut off, or is for another key"
        return Checked((Problem(_WHOLE, says),))
    return _signed(tar, means.key.is_signed_by(body, means.signer))


def _locked(body: bytes, means: Means) -> Checked:
    if means.signer is None or means.ask is None:
        raise UsageError(_SIGNER_NEEDED)
    inside = unlocked(body, means.ask())
    if inside is None:
        says = "does not open: the passphrase is another, or it was changed or cut off"
        return Checked((Problem(_WHOLE, says),))
    tar, signature = inside
    return _signed(tar, is_signature_of(signature, tar, means.signer))


def _signed(tar: bytes, genuine: bool) -> Checked:
    checked = replace(_tar(tar), signed=genuine, unchecked=())
    if genuine:
        return checked
    stranger = Problem(_WHOLE, "is not signed by the certificate you gave: do not rely on it, ask the hotline")
    return replace(checked, findings=(stranger, *checked.findings))


def _tar(body: bytes) -> Checked:
    read = untarred(body)
    inside = _bag(dict(read.files))
    return replace(inside, findings=(*read.problems, *inside.findings) if read.files else read.problems)


def _bag(bag: dict[str, bytes]) -> Checked:
    digest = root_digest(bag) if ROOT_MANIFEST in bag else None
    told = "an opened package carries no signature: check the sealed file, or ask the hotline for the bag's digest"
    return Checked(check_bag(bag), (told,), len(bag), digest, name=name_in(bag))


def _folder(path: Path) -> Checked:
    """An unpacked bag. A link is a finding and never followed."""
    if not any((path / name).exists() for name in ("bagit.txt", "bag-info.txt", ROOT_MANIFEST, "data")):
        told = "name the sealed file in it, or the folder that holds bagit.txt"
        raise UsageError(f"this folder holds no opened package: {told}")
    bag: dict[str, bytes] = {}
    findings: list[Problem] = []
    for found in sorted(path.rglob("*")):
        if found.is_file() and not found.is_symlink():
            bag[found.relative_to(path).as_posix()] = _limited(found)
        elif found.is_symlink() or not found.is_dir():
            findings.append(Problem(_WHOLE, "holds a link or a device, which no package has"))
        elif not any(found.iterdir()):
            findings.append(Problem(_WHOLE, "holds an empty folder, which no package has"))
    checked = _bag(bag)
    return replace(checked, findings=(*dict.fromkeys(findings), *checked.findings))


def _with(arrived: Checked, inside: Checked) -> Checked:
    return replace(
        inside, findings=(*arrived.findings, *inside.findings), unchecked=(*arrived.unchecked, *inside.unchecked)
    )
