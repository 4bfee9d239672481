"""The fallback for an agency without OpenPGP: a ZIP sealed with AES-256, its passphrase told by telephone.

The container is WinZip's AE format (AES-256 in counter mode, HMAC-SHA1 of each member, PBKDF2 with 1,000 rounds:
https://www.winzip.com/en/support/aes-encryption/), which 7-Zip and WinZip open. So few rounds are only safe since a
machine makes the passphrase. File names inside a ZIP are not encrypted: there are two, always the same.
"""

from __future__ import annotations

import io
import struct
import zlib

import pyzipper

from triage.errors import RuleBroken

PACKAGE_NAME, SIGNATURE_NAME = "package.tar", "package.tar.sig"
RANDOM_BYTES = 16
"""What `speakable` turns into 25 digits: 128 bits modulo 10^25, so every passphrase is as likely as the next."""
PASSPHRASE_BITS = 83
"""log2(10^25), rounded down; the project's least is 80."""
MOST_BYTES = 2**31
"""No package is larger; a container that says it holds more is not read."""
_GROUPS, _GROUP_DIGITS = 5, 5
_DAMAGE = (
    pyzipper.BadZipFile, RuntimeError, ValueError, EOFError, OSError, KeyError, AttributeError, struct.error, zlib.error
)  # fmt: skip
"""What the library raises over changed containers, tried with every bit of one."""
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The first a ZIP knows: the container tells nobody when it was made."""


def speakable(random_bytes: bytes) -> str:
    """Five groups of five digits: said and typed alike in every language and script, no letter to mistake.

    `random_bytes` come from the caller (`os.urandom`). Raises RuleBroken unless there are exactly RANDOM_BYTES.
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise RuleBroken(f"a passphrase is made of {RANDOM_BYTES} random bytes")
    count = _GROUPS * _GROUP_DIGITS
    digits = f"{int.from_bytes(random_bytes, 'big') % 10**count:0{count}d}"
    return "-".join(digits[start : start + _GROUP_DIGITS] for start in range(0, count, _GROUP_DIGITS))


def locked(package: bytes, signature: bytes, passphrase: str) -> bytes:
    """A ZIP with the package's tar and the hotline's detached signature of it; salts make every one different."""
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", compression=pyzipper.ZIP_STORED) as container:
        container.setpassword(passphrase.encode())
        container.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, body in ((PACKAGE_NAME, package), (SIGNATURE_NAME, signature)):
            container.writestr(container.zipinfo_cls(name, _FIXED_DATE), body)
    return buffer.getvalue()


def unlocked(container: bytes, passphrase: str) -> tuple[bytes, bytes] | None:
    """Package and signature; None if the passphrase is another, or the container was changed or cut off."""
    try:
        with pyzipper.AESZipFile(io.BytesIO(container)) as opened:
            opened.setpassword(passphrase.encode())
            if opened.namelist() != [PACKAGE_NAME, SIGNATURE_NAME]:
                return None
            if sum(member.file_size for member in opened.infolist()) > MOST_BYTES:
                return None
            return opened.read(PACKAGE_NAME), opened.read(SIGNATURE_NAME)
    except _DAMAGE:
        return None
