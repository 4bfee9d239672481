"""OpenPGP: sign with the hotline's key, encrypt to an agency's; the only module that knows `pysequoia`.

OpenPGP since it is what a liaison most likely has a key and a procedure for. What is written here opens with GnuPG 2.2
(reference/components.md §2.5): keys of our own are of the older profile (RFC 4880), whose signatures it can check.

`pysequoia` is 0.x (pinned below 0.2) and reports every failure as one RuntimeError whose text may hold parts of keys or
a page of frames; so nothing of that text is ever passed on. Deprecated calls are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import pysequoia
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

from triage.errors import KeyProblem

_SECRET_TAGS = (Tag.SecretKey, Tag.SecretSubkey)
_SESSION_KEY_VERSION = 3
"""That of the packets GnuPG reads (RFC 4880, section 5.1)."""
NEWER_FORMAT = "asks for a newer format than GnuPG opens: ask the agency which program it opens packages with"
"""What is said of a certificate `opens_with_gnupg` says no of."""
_HEX = frozenset("0123456789abcdef")
_FINGERPRINT_HEX_DIGITS = {40, 64}
"""Version 4 keys (SHA-1) and version 6 keys (SHA-256)."""
_GNUPG_FINGERPRINT_HEX_DIGITS = 40
_ARMOURED_SECRET = b"PRIVATE KEY"
"""In the first line of an armoured secret key, OpenPGP or other, wherever in a file it stands."""
_NO_CERTIFICATE = "this is no OpenPGP certificate, or a damaged one: ask for it to be exported again"
_NOT_YET = (
    "this certificate is not valid yet by this computer's clock: set the clock right; where it is right, ask for the "
    "certificate to be exported again"
)

_Use = TypeVar("_Use")
_Store = Callable[[list[str]], list[pysequoia.Cert]]
"""What `pysequoia` asks for certificates by key id."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Somebody's public key: what a person compares. `expires` is None for never."""

    fingerprint: str
    user_ids: tuple[str, ...]
    expires: datetime | None
    revoked: bool
    body: bytes = field(repr=False)
    """The certificate itself, binary, without anything secret."""

    @classmethod
    def read(cls, given: bytes) -> Certificate:
        """Read one certificate, armoured or binary.

        Raises KeyProblem for what is none, for several at once, and for a secret key, which is not kept.
        """
        _refuse_secret(given)
        try:
            found = pysequoia.Cert.split_bytes(given)
        except RuntimeError:
            found = []
        if not found:
            raise KeyProblem(_NO_CERTIFICATE)
        if len(found) > 1:
            raise KeyProblem("this file holds several certificates: ask for the one of this agency alone")
        try:
            return _certificate(found[0])
        except RuntimeError:
            raise KeyProblem(_NOT_YET if _is_of_later(found[0]) else _NO_CERTIFICATE) from None

    def together_with(self, other: Certificate) -> Certificate:
        """What the owner says in both copies of one certificate: the later word counts, whichever copy it stands in.

        Raises KeyProblem where the two are not of one key.
        """
        try:
            one, two = pysequoia.Cert.from_bytes(self.body), pysequoia.Cert.from_bytes(other.body)
            return _certificate(one.merge(two))
        except RuntimeError:
            raise KeyProblem(_NO_CERTIFICATE) from None

    def armoured(self) -> bytes:
        """As text, for a file or a mail."""
        return pysequoia.armor(self.body, pysequoia.ArmorKind.PublicKey).encode("ascii")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A certificate `check_recipient` found good: the only thing `sealed` encrypts to.

    `body` has lost every key of it that expired or was revoked, since the library still encrypts to one that expired.
    """

    fingerprint: str
    body: bytes = field(repr=False)


def check_recipient(certificate: Certificate, pinned: str, now: datetime) -> Recipient:
    """Raises KeyProblem, saying what to do, unless this very certificate may be encrypted to now.

    `pinned` is the fingerprint somebody compared with the agency over another line and wrote into its route; blanks and
    capitals do not matter.
    """
    check_fingerprint(certificate, pinned)
    if certificate.revoked:
        raise KeyProblem("the agency has revoked this certificate: ask for the new one and compare its fingerprint")
    if certificate.expires is not None and certificate.expires <= now.astimezone(UTC):
        raise KeyProblem("the agency's certificate has expired: ask for a renewed one")
    try:
        body = _with_living_keys(certificate.body, now.astimezone(UTC))
        pysequoia.encrypt(b"", recipients=[pysequoia.Cert.from_bytes(body)], armor=False)
    except RuntimeError:
        raise KeyProblem(
            "this certificate cannot be encrypted to: it only signs, or its encryption key has expired or was revoked; "
            "ask the agency for one with a valid encryption key"
        ) from None
    return Recipient(certificate.fingerprint, body)


def check_fingerprint(certificate: Certificate, pinned: str) -> None:
    """Raises KeyProblem unless it is the certificate of this fingerprint, as people write one."""
    if certificate.fingerprint != normal_fingerprint(pinned):
        raise KeyProblem(
            "the certificate is not the one pinned for this recipient, or not the one that was read out to you: send "
            "nothing, compare the fingerprint with the agency by telephone"
        )


def opens_with_gnupg(recipient: Recipient) -> bool:
    """Whether GnuPG 2.2 or 2.4 opens what is sealed to it.

    Not where every key says that it reads version 2 of encrypted data (RFC 9580, section 5.13.2), as keys our library
    makes do: it then writes no other, with session keys of a version above 3.
    """
    message = pysequoia.encrypt(b"", recipients=[pysequoia.Cert.from_bytes(recipient.body)], armor=False)
    keys = [packet.body for packet in PacketPile.from_bytes(message) if packet.tag == Tag.PKESK]
    return all(body[0] == _SESSION_KEY_VERSION for body in keys)


def normal_fingerprint(written: str) -> str:
    """A fingerprint as people write it, as lower-case hex. Raises KeyProblem if it is none, or only an end of one."""
    plain = "".join(written.split()).lower()
    if len(plain) not in _FINGERPRINT_HEX_DIGITS or not set(plain) <= _HEX:
        raise KeyProblem("the fingerprint is not whole: give all 40 (or 64) hex digits, as the agency reads them out")
    return plain


class SigningKey:
    """The hotline's own key; its repr shows nothing of it. `signer` is what `pysequoia` signs with."""

    def __init__(self, secret: pysequoia.Tsk, password: str | None = None) -> None:
        """Use `read` or `make`. Raises KeyProblem if the key cannot sign, or GnuPG could not check it."""
        signer = _unlocked(secret.signer, password)
        if signer is None:
            raise KeyProblem("this signing key is locked or cannot sign: check its passphrase and the file")
        self.signer, self._secret = signer, secret
        self.certificate = Certificate.read(bytes(secret.extract_certificate()))
        if len(self.certificate.fingerprint) != _GNUPG_FINGERPRINT_HEX_DIGITS:
            raise KeyProblem("agencies' GnuPG cannot check signatures of this new kind of key: make one of version 4")

    @classmethod
    def make(cls, name: str) -> SigningKey:
        """A new key that does not expire; `name` is what agencies see as its owner."""
        return cls(pysequoia.Tsk.generate(name, profile=pysequoia.Profile.RFC4880))

    @classmethod
    def read(cls, stored: bytes, passphrase: str | None = None) -> SigningKey:
        """A key as `stored` wrote it, or as GnuPG exports one. Raises KeyProblem if it does not open."""
        return cls(*_opened_secret(stored, passphrase))

    def stored(self, passphrase: str | None = None) -> bytes:
        """The secret key for a file, armoured; with a passphrase as a message `gpg --decrypt` opens."""
        if passphrase is None:
            return pysequoia.armor(bytes(self._secret), pysequoia.ArmorKind.SecretKey).encode("ascii")
        return bytes(pysequoia.encrypt(bytes(self._secret), passwords=[passphrase]))

    def signature(self, body: bytes) -> bytes:
        """A detached signature, binary, as `gpg --verify` takes it."""
        return bytes(pysequoia.sign(self.signer, body, mode=pysequoia.SignatureMode.DETACHED, armor=False))


def sealed(body: bytes, recipient: Recipient, signing_key: SigningKey) -> bytes:
    """Sign, then encrypt to one recipient; binary, and never the same bytes twice."""
    to = [pysequoia.Cert.from_bytes(recipient.body)]
    return bytes(pysequoia.encrypt(body, recipients=to, signer=signing_key.signer, armor=False))


class OpeningKey:
    """A secret key things were encrypted to: an agency's, on its own machine, or one of a test."""

    def __init__(self, stored: bytes, passphrase: str | None = None) -> None:
        """Raises KeyProblem if the key cannot be read, is locked, or does not decrypt."""
        secret, password = _opened_secret(stored, passphrase)
        decryptor = _unlocked(secret.decryptor, password)
        if decryptor is None:
            raise KeyProblem("this key is locked or cannot decrypt: check its passphrase and the file")
        self._decryptor = decryptor

    def opened(self, body: bytes) -> bytes | None:
        """The content, whoever signed it; None if it was changed, cut off, or is for another key."""
        try:
            return pysequoia.decrypt(body, decryptor=self._decryptor).bytes
        except RuntimeError:
            return None

    def is_signed_by(self, body: bytes, signer: Certificate) -> bool:
        """Whether the content of a message this key opens carries a valid signature of `signer`."""
        return _is_by(signer, lambda store: pysequoia.decrypt(body, decryptor=self._decryptor, store=store))


def is_signature_of(signature: bytes, body: bytes, signer: Certificate) -> bool:
    """Whether a detached signature over `body` is a valid one of `signer`."""
    try:
        read = pysequoia.Sig.from_bytes(signature)
    except RuntimeError:
        return False
    return _is_by(signer, lambda store: pysequoia.verify(body, store=store, signature=read))


def _is_by(signer: Certificate, check: Callable[[_Store], pysequoia.Decrypted]) -> bool:
    """Whether a check, given who is known, finds a valid signature of the one person that is."""
    known = [pysequoia.Cert.from_bytes(signer.body)]
    try:
        found = check(lambda _key_ids: known).valid_sigs
    except RuntimeError:
        return False
    return any(one.certificate == signer.fingerprint for one in found)


def _opened_secret(stored: bytes, passphrase: str | None) -> tuple[pysequoia.Tsk, str | None]:
    """A secret key and the passphrase it still needs (GnuPG locks the key itself, we the file around it)."""
    try:
        return pysequoia.Tsk.from_bytes(stored), passphrase
    except RuntimeError:
        pass
    if passphrase is not None:
        try:
            inner = pysequoia.decrypt(stored, passwords=[passphrase]).bytes
            return pysequoia.Tsk.from_bytes(inner or b""), None
        except RuntimeError:
            pass
    raise KeyProblem("this secret key does not open: check its passphrase, or restore the file from your key backup")


def _refuse_secret(given: bytes) -> None:
    try:
        tags = [packet.tag for packet in PacketPile.from_bytes(given)]
    except RuntimeError:
        tags = []
    if _ARMOURED_SECRET in given or any(tag in _SECRET_TAGS for tag in tags):
        raise KeyProblem(
            "this is a secret key, not a certificate: it was not kept; delete every copy, tell its owner that the key "
            "can no longer be trusted, and ask for the public certificate of a new one"
        )


def _is_of_later(one: pysequoia.Cert) -> bool:
    """Whether it was made, or last signed by its owner, later than it is by the clock the library goes by."""
    try:
        made = [packet.key_created or packet.signature_created for packet in PacketPile.from_bytes(bytes(one))]
    except RuntimeError:
        return False
    return max(filter(None, made), default=datetime.min.replace(tzinfo=UTC)) > datetime.now(UTC)


def _certificate(one: pysequoia.Cert) -> Certificate:
    """Raises RuntimeError where a damaged one is only found out when it is looked into."""
    names = tuple(str(name) for name in one.user_ids)
    return Certificate(one.fingerprint, names, one.expiration, one.is_revoked, bytes(one))


def _unlocked(use: Callable[[str | None], _Use], passphrase: str | None) -> _Use | None:
    """What a key can do, without its passphrase or with it: a key that is not locked refuses one."""
    for tried in (None, passphrase):
        try:
            return use(tried)
        except RuntimeError:
            continue
    return None


def _with_living_keys(certificate: bytes, now: datetime) -> bytes:
    """The certificate without the subkeys that expired or were revoked, as their own signatures say."""
    groups: list[list[Packet]] = [[]]
    for packet in PacketPile.from_bytes(certificate):
        if packet.tag == Tag.PublicSubkey:
            groups.append([])
        groups[-1].append(packet)
    living = [groups[0], *(group for group in groups[1:] if _lives(group, now))]
    return b"".join(bytes(packet) for group in living for packet in group)


def _lives(subkey: Sequence[Packet], now: datetime) -> bool:
    """Whether a subkey (its packet, then its signatures) is bound, not revoked, and by its last binding not expired."""
    created = subkey[0].key_created
    if any(one.signature_type == SignatureType.SubkeyRevocation for one in subkey):
        return False
    bindings = [
        (one.signature_created, one.key_validity_period)
        for one in subkey if one.signature_type == SignatureType.SubkeyBinding and one.signature_created is not None
    ]  # fmt: skip
    if created is None or not bindings:
        return False
    _, lasts = max(bindings, key=lambda binding: binding[0])
    return lasts is None or created + lasts > now
