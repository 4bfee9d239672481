"""The keys of a workspace: the vault's key pair, the index key, and one working key per run.

* Vault key pair (X25519, RFC 9180 HPKE with HKDF-SHA256 and AES-256-GCM): intake holds only the public half, so what it
  seals it can never read back. A key's id is the first 16 hex digits of the SHA-256 of its public bytes; ids stand
  beside everything sealed, so keys can be rotated.
* Index key: keys the digests by which identities, addresses and case keys are compared, so a stolen store cannot be
  searched for a known address.
* Working key of a run: encrypts its artefacts and is destroyed N days after commit.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from pipeline.durable import write_file
from pipeline.workspace import Workspace, is_closed, is_shared
from triage.errors import KeyProblem

KEY_BYTES = 32
KEY_ID_HEX_DIGITS = 16
INDEX_KEY_NAME = "index.key"
PASSPHRASE_VARIABLE = "HOTLINE_VAULT_PASSPHRASE"
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_LOCKED = b"ENCRYPTED PRIVATE KEY"
_ENVELOPE_INFO = b"hotline envelope 1"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What intake holds: enough to seal, not to open."""

    key_id: str
    key: X25519PublicKey

    def wrap(self, data_key: bytes) -> bytes:
        """Encrypt a data key to the vault."""
        return _SUITE.encrypt(data_key, self.key, info=_ENVELOPE_INFO + self.key_id.encode())


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What a person's command holds while it reads sealed things."""

    key_id: str
    key: X25519PrivateKey

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key inside an envelope. Raises KeyProblem if this is not its key."""
        try:
            return _SUITE.decrypt(wrapped, self.key, info=_ENVELOPE_INFO + self.key_id.encode())
        except (InvalidTag, ValueError):
            raise KeyProblem(f"vault key {self.key_id} does not open this envelope: restore the right key") from None


def create_pair(workspace: Workspace, passphrase: bytes | None = None) -> str:
    """Make a vault key pair and, the first time, the index key; answers the key id."""
    private = X25519PrivateKey.generate()
    key_id = _key_id(private.public_key())
    encryption = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    write_file(
        _private_path(workspace, key_id),
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption),
    )
    write_file(
        workspace.keys / f"{key_id}.pub",
        private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    )
    if not (workspace.keys / INDEX_KEY_NAME).exists():
        write_file(workspace.keys / INDEX_KEY_NAME, os.urandom(KEY_BYTES).hex().encode() + b"\n")
    return key_id


def public_key(workspace: Workspace, key_id: str) -> PublicKey:
    """The public key with this id. Raises KeyProblem if it is missing, unreadable or another key."""
    path = workspace.keys / f"{key_id}.pub"
    try:
        loaded = serialization.load_pem_public_key(path.read_bytes())
    except FileNotFoundError:
        raise KeyProblem(f"vault public key keys/{key_id}.pub is missing: restore it from your key backup") from None
    except (OSError, ValueError):
        raise KeyProblem(
            f"vault public key keys/{key_id}.pub cannot be read: restore it from your key backup"
        ) from None
    if not isinstance(loaded, X25519PublicKey) or _key_id(loaded) != key_id:
        raise KeyProblem(f"keys/{key_id}.pub is not the key this store was set up with: restore the right one")
    return PublicKey(key_id, loaded)


def private_key(workspace: Workspace, key_id: str) -> PrivateKey:
    """The private key with this id. Raises KeyProblem, also where others can read it; a passphrase is read from
    HOTLINE_VAULT_PASSPHRASE."""
    refuse_open_vault(workspace, key_id)
    return _loaded(workspace, key_id)


def opens_here(workspace: Workspace, key_id: str) -> bool:
    """Whether the private half is here and can be used; False where it is not here, closed to this user, or locked.

    So it is where only intake runs. Raises KeyProblem if what lies there can never open what is sealed.
    """
    try:
        lies_there = _private_path(workspace, key_id).read_bytes()
    except OSError:
        return False
    if _LOCKED in lies_there and not os.environ.get(PASSPHRASE_VARIABLE):
        return False
    _loaded(workspace, key_id)
    return True


def refuse_open_vault(workspace: Workspace, key_id: str) -> None:
    """Raises KeyProblem where others can read the private half: nothing more is sealed to such a key."""
    refuse_open(_private_path(workspace, key_id), workspace)


def refuse_open(path: Path, workspace: Workspace) -> None:
    """Raises KeyProblem where a private key is readable by others, locked or not: it may be copied already.

    A file that is not there, or in a folder closed to this user, is nobody's business here.
    """
    try:
        closed = is_closed(path, workspace.root)
    except OSError:
        return
    if not closed:
        place = path.relative_to(workspace.root)
        raise KeyProblem(
            f"{place} can be read by others on this machine: run `chmod {_mode(workspace)} {place}` in the workspace,"
            " and think who may have copied it"
        )


def index_key(workspace: Workspace) -> bytes:
    """The index key. Raises KeyProblem if it is missing or damaged."""
    try:
        key = bytes.fromhex((workspace.keys / INDEX_KEY_NAME).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise KeyProblem("keys/index.key is missing or damaged: restore it from your key backup") from None
    if len(key) != KEY_BYTES:
        raise KeyProblem("keys/index.key is damaged: restore it from your key backup")
    return key


def index_key_check(key: bytes) -> str:
    """What the store keeps to recognise its own index key, without giving it away."""
    return hmac.digest(key, b"hotline index key check", "sha256").hex()


def work_key(workspace: Workspace, run_id: str, *, create: bool = False) -> bytes:
    """The working key of a run. Raises KeyProblem if it was destroyed."""
    path = workspace.work_keys / f"{run_id}.key"
    if create and not path.exists():
        write_file(path, os.urandom(KEY_BYTES))
    try:
        key = path.read_bytes()
    except OSError:
        raise KeyProblem(
            f"the working key of run {run_id} is gone, its artefacts can no longer be read: restore keys/work from your"
            " backup, or take in its files under a new --batch"
        ) from None
    if len(key) != KEY_BYTES:
        raise KeyProblem(f"the working key of run {run_id} is damaged: start the batch again under a new id")
    return key


def _loaded(workspace: Workspace, key_id: str) -> PrivateKey:
    passphrase = os.environ.get(PASSPHRASE_VARIABLE)
    try:
        loaded = serialization.load_pem_private_key(
            _private_path(workspace, key_id).read_bytes(), passphrase.encode() if passphrase else None
        )
    except FileNotFoundError:
        raise KeyProblem(f"vault private key keys/{key_id}.key is not here: this act needs the vault opened") from None
    except (OSError, ValueError, TypeError):
        raise KeyProblem(f"keys/{key_id}.key cannot be opened: check the file and {PASSPHRASE_VARIABLE}") from None
    if not isinstance(loaded, X25519PrivateKey) or _key_id(loaded.public_key()) != key_id:
        raise KeyProblem(f"keys/{key_id}.key is not the private half of {key_id}: restore the right one")
    return PrivateKey(key_id, loaded)


def _mode(workspace: Workspace) -> str:
    return "660" if is_shared(workspace.root) else "600"


def _private_path(workspace: Workspace, key_id: str) -> Path:
    return workspace.keys / f"{key_id}.key"


def _key_id(key: X25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:KEY_ID_HEX_DIGITS]
