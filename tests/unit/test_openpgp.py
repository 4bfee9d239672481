"""Packages open with GnuPG and say who made them; a certificate that may not be used is refused in plain words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pysequoia
import pytest

from exporters.sealing import (
    Certificate,
    OpeningKey,
    Recipient,
    SigningKey,
    check_recipient,
    is_signature_of,
    normal_fingerprint,
    opens_with_gnupg,
    sealed,
)
from tests.gnupg import LONG_AGO, Keyring, keyring, needs_gpg
from triage.errors import KeyProblem

pytestmark = [pytest.mark.tools, needs_gpg]
NOW = datetime.now(UTC)
"""GnuPG and the library look at the machine's clock; so must a test of what is valid today."""
BODY = b"content of a package " * 1000


@pytest.fixture(scope="module")
def agency() -> Iterator[Keyring]:
    with keyring() as ring:
        yield ring


@pytest.fixture(scope="module")
def fingerprint(agency: Keyring) -> str:
    return agency.new_key("Unit <unit@agency.example>")


@pytest.fixture(scope="module")
def certificate(agency: Keyring, fingerprint: str) -> Certificate:
    return Certificate.read(agency.certificate(fingerprint))


@pytest.fixture(scope="module")
def recipient(certificate: Certificate, fingerprint: str) -> Recipient:
    return check_recipient(certificate, fingerprint, NOW)


@pytest.fixture(scope="module")
def own() -> SigningKey:
    return SigningKey.make("Hotline")


def test_gnupg_opens_a_sealed_package_and_says_good_signature(
    agency: Keyring, recipient: Recipient, own: SigningKey
) -> None:
    agency.add(own.certificate.armoured())
    content, said = agency.opened(sealed(BODY, recipient, own))
    assert content == BODY
    assert b"DECRYPTION_OKAY" in said
    assert b"GOODSIG" in said
    assert own.certificate.fingerprint.upper().encode() in said


def test_gnupg_opens_a_package_sealed_to_an_rsa_key(agency: Keyring, own: SigningKey) -> None:
    found = agency.new_key("Old unit", encrypts=False)
    agency.gpg("--quick-add-key", found, "rsa2048", "encr", "0")
    recipient = check_recipient(Certificate.read(agency.certificate(found)), found, NOW)
    assert agency.opened(sealed(BODY, recipient, own))[0] == BODY


def test_a_certificate_of_our_own_making_is_known_to_ask_for_what_gnupg_does_not_open(
    agency: Keyring, recipient: Recipient, own: SigningKey
) -> None:
    ours = check_recipient(own.certificate, own.certificate.fingerprint, NOW)
    assert (opens_with_gnupg(recipient), opens_with_gnupg(ours)) == (True, False)
    agency.add(own.stored())
    assert agency.gpg("--decrypt", given=sealed(BODY, ours, own), check=False).returncode != 0


def test_a_sealed_package_is_binary_holds_no_content_and_is_never_the_same_twice(
    recipient: Recipient, own: SigningKey
) -> None:
    one, two = sealed(BODY, recipient, own), sealed(BODY, recipient, own)
    assert one != two
    assert b"content of" not in one
    assert not one.startswith(b"-----")


def test_a_detached_signature_is_good_for_gnupg(agency: Keyring, own: SigningKey) -> None:
    agency.add(own.certificate.armoured())
    path = agency.home / "signed"
    path.write_bytes(BODY)
    run = agency.gpg("--verify", "-", str(path), given=own.signature(BODY))
    assert b"GOODSIG" in run.stderr


def test_a_certificate_shows_what_a_person_compares(certificate: Certificate, fingerprint: str) -> None:
    assert certificate.fingerprint == fingerprint.lower()
    assert certificate.user_ids == ("Unit <unit@agency.example>",)
    assert (certificate.expires, certificate.revoked) == (None, False)


def test_binary_and_armoured_certificates_are_read_alike(agency: Keyring, fingerprint: str) -> None:
    binary = agency.gpg("--export", fingerprint).stdout
    read = Certificate.read(binary)
    assert read == Certificate.read(agency.certificate(fingerprint)) == Certificate.read(read.armoured())


def test_a_good_certificate_passes_however_its_fingerprint_is_written(
    certificate: Certificate, fingerprint: str
) -> None:
    fours = " ".join(fingerprint[start : start + 4] for start in range(0, 40, 4))
    for written in (fingerprint, fingerprint.lower(), fours, f" {fours}\n"):
        check_recipient(certificate, written, NOW)


def test_another_fingerprint_stops_everything(certificate: Certificate) -> None:
    with pytest.raises(KeyProblem, match=r"not the one pinned.*telephone"):
        check_recipient(certificate, "0" * 40, NOW)


@pytest.mark.parametrize("written", ["", "abcd", "g" * 40, "0" * 39, "0" * 16, "0" * 41])
def test_an_end_of_a_fingerprint_pins_nothing(written: str) -> None:
    with pytest.raises(KeyProblem, match="all 40"):
        normal_fingerprint(written)


def test_an_expired_certificate_is_refused(agency: Keyring) -> None:
    found = agency.new_key("Expired", expires="1y", at=LONG_AGO)
    read = Certificate.read(agency.certificate(found))
    with pytest.raises(KeyProblem, match="expired: ask for a renewed one"):
        check_recipient(read, found, NOW)


def test_a_certificate_is_good_until_the_moment_it_expires(agency: Keyring) -> None:
    found = agency.new_key("Ends", expires="2y")
    read = Certificate.read(agency.certificate(found))
    assert read.expires is not None
    check_recipient(read, found, read.expires - timedelta(seconds=1))
    with pytest.raises(KeyProblem, match="expired"):
        check_recipient(read, found, read.expires)


def test_a_revoked_certificate_is_refused(agency: Keyring) -> None:
    found = agency.new_key("Revoked")
    agency.revoke(found)
    read = Certificate.read(agency.certificate(found))
    with pytest.raises(KeyProblem, match=r"revoked.*ask for the new one"):
        check_recipient(read, found, NOW)


def test_a_certificate_that_only_signs_is_refused(agency: Keyring) -> None:
    found = agency.new_key("Signs only", encrypts=False)
    read = Certificate.read(agency.certificate(found))
    with pytest.raises(KeyProblem, match="only signs"):
        check_recipient(read, found, NOW)


def test_a_certificate_whose_encryption_key_expired_is_refused(agency: Keyring) -> None:
    found = agency.new_key("Half expired", encrypts=False, at=LONG_AGO)
    agency.add_encryption_key(found, expires="1y", at=LONG_AGO)
    with pytest.raises(KeyProblem, match="encryption key has expired"):
        check_recipient(Certificate.read(agency.certificate(found)), found, NOW)


def test_only_the_living_one_of_several_encryption_keys_is_used(agency: Keyring, own: SigningKey) -> None:
    found = agency.new_key("Several keys", encrypts=False, at=LONG_AGO)
    agency.add_encryption_key(found, expires="1y", at=LONG_AGO)
    agency.add_encryption_key(found)
    agency.add_encryption_key(found)
    living = agency.subkeys(found)[1]
    agency.revoke_subkey(found, 3)
    recipient = check_recipient(Certificate.read(agency.certificate(found)), found, NOW)
    content, said = agency.opened(sealed(BODY, recipient, own))
    assert content == BODY
    assert [line.split()[2] for line in said.splitlines() if b" ENC_TO " in line] == [living[-16:].encode()]


def test_a_certificate_whose_only_encryption_key_was_revoked_is_refused(agency: Keyring) -> None:
    found = agency.new_key("Half revoked")
    agency.revoke_subkey(found, 1)
    with pytest.raises(KeyProblem, match="was revoked"):
        check_recipient(Certificate.read(agency.certificate(found)), found, NOW)


def test_an_encryption_key_that_was_renewed_is_used_again(agency: Keyring, own: SigningKey) -> None:
    found = agency.new_key("Renewed", encrypts=False, at=LONG_AGO)
    agency.add_encryption_key(found, expires="1y", at=LONG_AGO)
    agency.gpg("--quick-set-expire", found, "2y", *agency.subkeys(found))
    recipient = check_recipient(Certificate.read(agency.certificate(found)), found, NOW)
    assert agency.opened(sealed(BODY, recipient, own))[0] == BODY


def test_a_secret_key_handed_over_by_mistake_is_refused_and_called_lost(agency: Keyring, fingerprint: str) -> None:
    armoured, binary = agency.secret(fingerprint), agency.gpg("--export-secret-keys", fingerprint).stdout
    behind = agency.certificate(fingerprint) + armoured
    for given in (armoured, binary, behind):
        with pytest.raises(KeyProblem, match=r"secret key.*delete every copy.*new one") as told:
            Certificate.read(given)
        assert fingerprint.lower() not in str(told.value).lower()
        assert told.value.__cause__ is None


@pytest.mark.parametrize("given", [b"", b"\x00" * 50, b"no key at all", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDM"])
def test_what_is_no_certificate_is_refused(given: bytes) -> None:
    with pytest.raises(KeyProblem, match="no OpenPGP certificate"):
        Certificate.read(given)


def test_a_certificate_of_later_than_now_names_the_computers_clock(agency: Keyring) -> None:
    later = agency.new_key("Later <later@agency.example>", at="20990101T000000!")
    with pytest.raises(KeyProblem, match="not valid yet by this computer's clock"):
        Certificate.read(agency.certificate(later))


def test_a_damaged_certificate_is_refused_or_still_the_one_whose_key_opens_the_package(
    agency: Keyring, fingerprint: str, own: SigningKey
) -> None:
    binary, key = agency.gpg("--export", fingerprint).stdout, OpeningKey(agency.secret(fingerprint))
    refused = 0
    for place in range(len(binary)):
        changed = bytearray(binary)
        changed[place] ^= 0x10
        try:
            recipient = check_recipient(Certificate.read(bytes(changed)), fingerprint, NOW)
        except KeyProblem:
            refused += 1
            continue
        assert key.opened(sealed(BODY, recipient, own)) == BODY
    assert refused > len(binary) / 2


def test_several_certificates_in_one_file_are_refused(agency: Keyring, fingerprint: str) -> None:
    other = agency.new_key("Second unit")
    both = agency.gpg("--export", fingerprint, other).stdout
    with pytest.raises(KeyProblem, match="several certificates"):
        Certificate.read(both)


def test_no_certificate_but_the_pinned_one_is_ever_sealed_to(certificate: Certificate) -> None:
    stranger = SigningKey.make("Stranger").certificate
    for given, pinned in ((stranger, certificate), (certificate, stranger)):
        with pytest.raises(KeyProblem, match="not the one pinned"):
            check_recipient(given, pinned.fingerprint, NOW)


def test_a_signing_key_is_kept_plain_or_under_a_passphrase_and_read_again(own: SigningKey) -> None:
    assert SigningKey.read(own.stored()).certificate == own.certificate
    assert SigningKey.read(own.stored(), "not needed").certificate == own.certificate
    locked = own.stored("a passphrase")
    assert SigningKey.read(locked, "a passphrase").certificate == own.certificate
    for wrong in (None, "", "another"):
        with pytest.raises(KeyProblem, match="does not open"):
            SigningKey.read(locked, wrong)


def test_gnupg_opens_a_signing_key_kept_under_a_passphrase(agency: Keyring, own: SigningKey) -> None:
    content = agency.gpg("--decrypt", given=own.stored("a passphrase"), passphrase="a passphrase").stdout
    assert SigningKey.read(content).certificate == own.certificate


def test_a_signing_key_made_and_locked_by_gnupg_works(agency: Keyring) -> None:
    found = agency.new_key("Locked hotline", passphrase="a passphrase")
    secret = agency.secret(found, "a passphrase")
    key = SigningKey.read(secret, "a passphrase")
    assert is_signature_of(key.signature(BODY), BODY, key.certificate)
    for wrong in (None, "another"):
        with pytest.raises(KeyProblem, match="locked"):
            SigningKey.read(secret, wrong)


def test_a_signing_key_gnupg_could_not_check_is_refused() -> None:
    new_kind = pysequoia.Tsk.generate("Hotline", profile=pysequoia.Profile.RFC9580)
    with pytest.raises(KeyProblem, match="version 4"):
        SigningKey.read(bytes(new_kind))


def test_a_signing_key_shows_nothing_of_itself(own: SigningKey) -> None:
    shown = f"{own!r} {own} {own.certificate!r}"
    assert "PRIVATE" not in shown
    assert len(shown) < 500


def test_a_message_opens_with_its_key_and_names_its_signer(
    agency: Keyring, fingerprint: str, recipient: Recipient, own: SigningKey
) -> None:
    key = OpeningKey(agency.secret(fingerprint))
    message = sealed(BODY, recipient, own)
    assert key.opened(message) == BODY
    assert key.is_signed_by(message, own.certificate)
    assert not key.is_signed_by(message, SigningKey.make("Other").certificate)


def test_a_message_nobody_signed_has_no_signer(agency: Keyring, fingerprint: str, own: SigningKey) -> None:
    message = agency.gpg("--trust-model", "always", "--encrypt", "-r", fingerprint, given=BODY).stdout
    key = OpeningKey(agency.secret(fingerprint))
    assert key.opened(message) == BODY
    assert not key.is_signed_by(message, own.certificate)


def test_a_message_for_another_key_or_cut_off_does_not_open(
    agency: Keyring, fingerprint: str, recipient: Recipient, own: SigningKey
) -> None:
    message = sealed(BODY, recipient, own)
    assert OpeningKey(own.stored()).opened(message) is None
    key = OpeningKey(agency.secret(fingerprint))
    assert [key.opened(message[:length]) for length in (0, 1, 50, len(message) - 1)] == [None] * 4


def test_an_opening_key_that_is_locked_or_none_says_so(agency: Keyring) -> None:
    found = agency.new_key("Locked unit", passphrase="a passphrase")
    secret = agency.secret(found, "a passphrase")
    OpeningKey(secret, "a passphrase")
    with pytest.raises(KeyProblem, match="locked"):
        OpeningKey(secret)
    with pytest.raises(KeyProblem, match="does not open"):
        OpeningKey(b"no key")


def test_no_message_of_the_library_reaches_a_person_even_where_it_would_dump_frames() -> None:
    """`RUST_BACKTRACE` makes the library's errors a page long: ours stay one line, with nothing behind them."""
    script = (
        "from exporters.sealing import Certificate\n"
        "from triage.errors import KeyProblem\n"
        "try: Certificate.read(b'CANARY')\n"
        "except KeyProblem as e: print(e, e.__cause__, e.__suppress_context__)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "RUST_BACKTRACE": "1"}, capture_output=True, check=True
    )
    assert run.stdout.count(b"\n") == 1
    assert b"Stack" not in run.stdout + run.stderr
    assert b"CANARY" not in run.stdout + run.stderr
