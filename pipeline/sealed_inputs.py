"""Input files sealed to the vault as a stream: chunks of AES-256-GCM under a fresh key that only the vault can unwrap.

Every chunk is bound to the header, its counter and whether it is the last, so a file that was cut, reordered or spliced
does not open. The file's name is the SHA-256 of what is inside; its former name stands in the run's manifest only.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.durable import sync_folder, temporary_for
from pipeline.keys import KEY_BYTES, PrivateKey, PublicKey
from triage.errors import Damage, KeyProblem

SUFFIX = ".sealed"
CHUNK_BYTES = 1 << 20
_MAGIC = b"HOTLINE SEALED INPUT 1\n"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_ID_BYTES = 16
_LENGTH = struct.Struct(">I")
_MORE, _LAST = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: digest and size of the plain bytes."""

    sha256: str
    size: int


def sealed_path(folder: Path, sha256: str) -> Path:
    """Where the sealed form of a file with this digest lies."""
    return folder / (sha256 + SUFFIX)


def seal_stream(source: BinaryIO, folder: Path, expected_sha256: str, vault: PublicKey) -> Sealed:
    """Seal everything `source` gives into `folder`, durably and all or nothing.

    Answers what was read. The file appears only if that has the expected digest. Raises OSError.
    """
    final = sealed_path(folder, expected_sha256)
    temporary = temporary_for(final)
    try:
        with temporary.open("wb") as target:
            sealed = _write(source, target, vault)
            target.flush()
            os.fsync(target.fileno())
        if sealed.sha256 == expected_sha256:
            temporary.replace(final)
            sync_folder(folder)
    finally:
        temporary.unlink(missing_ok=True)
    return sealed


def key_id_of(path: Path) -> str:
    """Id of the vault key a sealed file is for. Raises Damage if it is no sealed file."""
    with path.open("rb") as file:
        return _header(file)[0]


def open_sealed(path: Path, private_key: PrivateKey) -> Iterator[bytes]:
    """The plain bytes in pieces of at most CHUNK_BYTES. Raises Damage where the file was cut or changed, KeyProblem
    where it is sealed to another key.

    A piece is handed over once it is proven, but only the end proves that nothing is missing: use the whole only.
    """
    with path.open("rb") as file:
        key_id, wrapped, header = _header(file)
        if key_id != private_key.key_id:
            raise KeyProblem(f"this input was sealed to vault key {key_id}: use that one")
        cipher, bound = AESGCM(private_key.unwrap(wrapped)), hashlib.sha256(header).digest()
        number, last = 0, False
        while not last:
            content, last = _chunk(file)
            try:
                yield cipher.decrypt(_nonce(number), content, bound + (_LAST if last else _MORE))
            except InvalidTag:
                raise Damage("a sealed input was changed: restore it from your backup") from None
            number += 1
        if file.read(1):
            raise Damage("a sealed input has bytes after its end: restore it from your backup")


def _write(source: BinaryIO, target: BinaryIO, vault: PublicKey) -> Sealed:
    data_key = os.urandom(KEY_BYTES)
    wrapped = vault.wrap(data_key)
    header = _MAGIC + vault.key_id.encode("ascii") + _LENGTH.pack(len(wrapped)) + wrapped
    target.write(header)
    cipher, bound, digest = AESGCM(data_key), hashlib.sha256(header).digest(), hashlib.sha256()
    piece, number, size = source.read(CHUNK_BYTES), 0, 0
    while True:
        following = source.read(CHUNK_BYTES)
        flag = _MORE if following else _LAST
        digest.update(piece)
        size += len(piece)
        sealed = cipher.encrypt(_nonce(number), piece, bound + flag)
        target.write(flag + _LENGTH.pack(len(sealed)) + sealed)
        if not following:
            return Sealed(digest.hexdigest(), size)
        piece, number = following, number + 1


def _header(file: BinaryIO) -> tuple[str, bytes, bytes]:
    """Key id, wrapped data key and the header's own bytes."""
    start = file.read(len(_MAGIC) + _KEY_ID_BYTES + _LENGTH.size)
    if len(start) < len(_MAGIC) + _KEY_ID_BYTES + _LENGTH.size or not start.startswith(_MAGIC):
        raise Damage("this is no sealed input, or its beginning was changed")
    (length,) = _LENGTH.unpack(start[-_LENGTH.size :])
    wrapped = file.read(min(length, CHUNK_BYTES))
    if len(wrapped) != length:
        raise Damage("a sealed input ends in its header: restore it from your backup")
    return start[len(_MAGIC) : -_LENGTH.size].decode("ascii", "replace"), wrapped, start + wrapped


def _chunk(file: BinaryIO) -> tuple[bytes, bool]:
    head = file.read(1 + _LENGTH.size)
    if len(head) == 1 + _LENGTH.size and head[:1] in (_MORE, _LAST):
        (length,) = _LENGTH.unpack(head[1:])
        content = file.read(length) if length <= CHUNK_BYTES + _TAG_BYTES else b""
        if content and len(content) == length:
            return content, head[:1] == _LAST
    raise Damage("a sealed input was cut or changed: restore it from your backup")


def _nonce(number: int) -> bytes:
    """Chunk numbers as nonces: the key is fresh per file, so the pair never repeats."""
    return number.to_bytes(_NONCE_BYTES, "big")
