"""Seal fields so that the process which sealed them cannot open them again.

Envelope encryption: a fresh data key per part, wrapped to the vault's public key; from it and a salt of its own every
report gets its own key (keyed BLAKE2b, RFC 7693, as in libsodium's `crypto_kdf`), used with AES-256-GCM once per
field. The salt lives only in the report's row of the store, so dropping the salt erases the report for good, wherever
copies of its sealed bytes lie. The authenticated data is report id, field and vault key id: a sealed value moved to
another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.keys import KEY_BYTES, PrivateKey, PublicKey
from triage.errors import Damage

SALT_BYTES = 16
_FIELD_NONCE_BYTES = 12
_SUBJECT_BYTES = 8
_PURPOSE = b"hotline field"
"""Keeps keys derived here apart from whatever else is derived with BLAKE2b."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A data key as it is stored: which vault key it is wrapped to, and the wrapped bytes."""

    key_id: str
    wrapped: bytes


class Sealer:
    """Seals many reports' fields under one fresh data key; forget the object and nobody here can open them."""

    def __init__(self, vault: PublicKey) -> None:
        data_key = os.urandom(KEY_BYTES)
        self.envelope = Envelope(vault.key_id, vault.wrap(data_key))
        self._keys = _keys_from(data_key)
        self._suffix = vault.key_id.encode()

    def seal(self, subject: int, salt: bytes, field: str, content: bytes) -> bytes:
        """One sealed field of one subject (a report's or locator's packed number)."""
        number = subject.to_bytes(_SUBJECT_BYTES, "big")
        return AESGCM(_key(self._keys, salt + number)).encrypt(
            _nonce(field), content, number + field.encode() + self._suffix
        )

    def seal_column(
        self, subjects: Sequence[int], salts: Sequence[bytes], field: str, texts: Sequence[str | None]
    ) -> list[bytes | None]:
        """`seal` over a column; None stays None. Lone surrogates survive."""
        fresh, nonce = self._keys.copy, _nonce(field)
        suffix = field.encode() + self._suffix
        sealed: list[bytes | None] = []
        for subject, salt, said in zip(subjects, salts, texts, strict=True):
            if said is None:
                sealed.append(None)
                continue
            number = subject.to_bytes(_SUBJECT_BYTES, "big")
            key = fresh()
            key.update(salt + number)
            sealed.append(AESGCM(key.digest()).encrypt(nonce, said.encode("utf-8", "surrogatepass"), number + suffix))
        return sealed


class Opener:
    """Opens what a `Sealer` sealed; made from the vault's private key, in a person's command only."""

    def __init__(self, vault: PrivateKey, envelope: Envelope) -> None:
        self._keys = _keys_from(vault.unwrap(envelope.wrapped))
        self._suffix = vault.key_id.encode()

    def open(self, subject: int, salt: bytes, field: str, sealed: bytes) -> bytes:
        """The content of one sealed field. Raises Damage if it was changed or moved."""
        number = subject.to_bytes(_SUBJECT_BYTES, "big")
        try:
            return AESGCM(_key(self._keys, salt + number)).decrypt(
                _nonce(field), sealed, number + field.encode() + self._suffix
            )
        except InvalidTag:
            raise Damage(f"a sealed {field} does not belong to its row: run `hotline verify`") from None


def _keys_from(data_key: bytes) -> hashlib.blake2b:
    """The keyed state every subject's key starts from: copying it costs a fifth of an HMAC (measured)."""
    return hashlib.blake2b(key=data_key, digest_size=KEY_BYTES, person=_PURPOSE)


def _key(keys: hashlib.blake2b, subject: bytes) -> bytes:
    own = keys.copy()
    own.update(subject)
    return own.digest()


def new_salts(count: int) -> list[bytes]:
    """Fresh salts, one per report."""
    pool = os.urandom(SALT_BYTES * count)
    return [pool[start : start + SALT_BYTES] for start in range(0, len(pool), SALT_BYTES)]


@cache
def _nonce(field: str) -> bytes:
    """A nonce per field name: every key seals a field at most once, so the pair never repeats."""
    return hmac.digest(b"hotline field nonce", field.encode(), "sha256")[:_FIELD_NONCE_BYTES]
