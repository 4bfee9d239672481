"""The fallback container: a passphrase people can say, a ZIP others open, nothing readable in it."""

from __future__ import annotations

import hmac
import math
import random
import struct
from hashlib import pbkdf2_hmac

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from exporters.passphrase import PASSPHRASE_BITS, RANDOM_BYTES, locked, speakable, unlocked
from triage.errors import RuleBroken

PACKAGE, SIGNATURE = b"content of a package " * 40, b"a signature"
PASSPHRASE = speakable(bytes(range(RANDOM_BYTES)))
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")


def _first_member(container: bytes, passphrase: str) -> bytes:
    """The first member, opened after WinZip's description of AE-1 and AE-2, by code that is not the library's."""
    fields = _LOCAL_HEADER.unpack_from(container)
    sealed_length, name_length, extra_length = fields[7], fields[9], fields[10]
    extra = container[30 + name_length : 30 + name_length + extra_length]
    assert struct.unpack("<HHH2sBH", extra) == (0x9901, 7, extra[4] | extra[5] << 8, b"AE", 3, 0)  # 3: AES-256
    sealed = container[30 + name_length + extra_length :][:sealed_length]
    salt, check, body, code = sealed[:16], sealed[16:18], sealed[18:-10], sealed[-10:]
    keys = pbkdf2_hmac("sha1", passphrase.encode(), salt, 1000, 66)
    assert keys[64:] == check
    assert hmac.digest(keys[32:64], body, "sha1")[:10] == code
    blocks = -(-len(body) // 16)
    counters = b"".join(number.to_bytes(16, "little") for number in range(1, blocks + 1))
    stream = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor().update(counters)  # counter mode, little-endian
    return bytes(one ^ other for one, other in zip(body, stream, strict=False))


def test_a_passphrase_is_25_digits_in_five_groups() -> None:
    groups = PASSPHRASE.split("-")
    assert [len(group) for group in groups] == [5] * 5
    assert all(group.isascii() and group.isdigit() for group in groups)


def test_a_passphrase_has_at_least_80_bits() -> None:
    assert 80 <= PASSPHRASE_BITS <= math.log2(10**25) <= RANDOM_BYTES * 8 - 40


def test_the_same_random_bytes_give_the_same_passphrase_and_others_another() -> None:
    made = {speakable(random.Random(seed).randbytes(RANDOM_BYTES)) for seed in range(500)}
    assert len(made) == 500
    assert speakable(bytes(RANDOM_BYTES)) == "00000-00000-00000-00000-00000"
    assert speakable(b"\xff" * RANDOM_BYTES).replace("-", "") == str((2**128 - 1) % 10**25).zfill(25)


@pytest.mark.parametrize("count", [0, 1, RANDOM_BYTES - 1, RANDOM_BYTES + 1])
def test_too_little_randomness_is_refused(count: int) -> None:
    with pytest.raises(RuleBroken, match="random bytes"):
        speakable(bytes(count))


def test_the_container_opens_with_its_passphrase_only() -> None:
    container = locked(PACKAGE, SIGNATURE, PASSPHRASE)
    assert unlocked(container, PASSPHRASE) == (PACKAGE, SIGNATURE)
    for wrong in ("", "00000-00000-00000-00000-00000", PASSPHRASE[:-1]):
        assert unlocked(container, wrong) is None


def test_the_container_is_what_winzip_describes() -> None:
    assert _first_member(locked(PACKAGE, SIGNATURE, PASSPHRASE), PASSPHRASE) == PACKAGE


def test_nothing_of_the_package_is_readable_in_the_container() -> None:
    container = locked(PACKAGE, SIGNATURE, PASSPHRASE)
    assert b"content" not in container
    assert SIGNATURE not in container
    assert container != locked(PACKAGE, SIGNATURE, PASSPHRASE)


def test_a_changed_bit_never_gives_another_content_and_never_an_error() -> None:
    container, drawn = locked(PACKAGE, SIGNATURE, PASSPHRASE), random.Random(3)
    seen = 0
    for place in range(0, len(container), 2):
        changed = bytearray(container)
        changed[place] ^= 1 << drawn.randrange(8)
        opened = unlocked(bytes(changed), PASSPHRASE)
        assert opened in (None, (PACKAGE, SIGNATURE)), place
        seen += opened is None
    assert seen > 400


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", bytes(range(200)), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_container_does_not_open(junk: bytes) -> None:
    assert unlocked(junk, PASSPHRASE) is None
