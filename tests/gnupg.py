"""GnuPG as the second opinion of tests: agencies' keys are made with it, and it opens what we sealed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSPHRASE_OPTIONS = ("--pinentry-mode", "loopback", "--passphrase")
LONG_AGO = "20200101T000000!"
needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="needs the program gpg")


class Keyring:
    """One GnuPG home: an agency's, with secret keys."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def gpg(
        self, *arguments: str, given: bytes = b"", passphrase: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        """Run gpg; its status lines are in stderr."""
        command = ["gpg", "--homedir", str(self.home), "--batch", "--no-tty", "--status-fd", "2"]
        options = (*PASSPHRASE_OPTIONS, passphrase)
        return subprocess.run([*command, *options, *arguments], input=given, capture_output=True, check=check)

    def new_key(
        self, name: str, *, encrypts: bool = True, expires: str = "0", passphrase: str = "", at: str | None = None
    ) -> str:
        """Make a key; its fingerprint. `expires` and `at` as gpg takes them."""
        then = ("--faked-system-time", at) if at else ()
        self.gpg(*then, "--quick-generate-key", name, "ed25519", "sign", expires, passphrase=passphrase)
        listed = self.gpg("--list-keys", "--with-colons", f"={name}").stdout.decode().splitlines()
        fingerprint = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
        if encrypts:
            self.add_encryption_key(fingerprint, expires=expires, passphrase=passphrase, at=at)
        return fingerprint

    def add_encryption_key(
        self, fingerprint: str, *, expires: str = "0", passphrase: str = "", at: str | None = None
    ) -> None:
        """Add a key to encrypt to."""
        then = ("--faked-system-time", at) if at else ()
        self.gpg(*then, "--quick-add-key", fingerprint, "cv25519", "encr", expires, passphrase=passphrase)

    def revoke(self, fingerprint: str) -> None:
        """Revoke a key with the certificate gpg made beside it."""
        written = (self.home / "openpgp-revocs.d" / f"{fingerprint}.rev").read_text(encoding="utf-8")
        self.add(written.replace(":-----BEGIN", "-----BEGIN").encode())

    def revoke_subkey(self, fingerprint: str, number: int) -> None:
        """Revoke one subkey, counted from 1."""
        answers = f"key {number}\nrevkey\ny\n0\n\ny\nsave\n".encode()
        self.gpg("--command-fd", "0", "--edit-key", fingerprint, given=answers)

    def subkeys(self, fingerprint: str) -> list[str]:
        """Fingerprints of the subkeys, in the order they were added."""
        listed = self.gpg("--list-keys", "--with-colons", fingerprint).stdout.decode().splitlines()
        return [line.split(":")[9] for line in listed if line.startswith("fpr")][1:]

    def add(self, certificate: bytes) -> None:
        """Import a certificate."""
        self.gpg("--import", given=certificate)

    def certificate(self, fingerprint: str) -> bytes:
        """The public key, armoured."""
        return self.gpg("--armor", "--export", fingerprint).stdout

    def secret(self, fingerprint: str, passphrase: str = "") -> bytes:
        """The secret key, armoured."""
        return self.gpg("--armor", "--export-secret-keys", fingerprint, passphrase=passphrase).stdout

    def opened(self, sealed: bytes) -> tuple[bytes, bytes]:
        """The content of a message, and what gpg said of it."""
        run = self.gpg("--decrypt", given=sealed)
        return run.stdout, run.stderr


@contextmanager
def keyring() -> Iterator[Keyring]:
    """A GnuPG home below /tmp (the path of its agent's socket must be short), quick with passphrases."""
    with tempfile.TemporaryDirectory(prefix="gpg-", dir="/tmp", ignore_cleanup_errors=True) as home:
        try:
            Path(home, "gpg-agent.conf").write_text("s2k-count 65536\n")
            yield Keyring(Path(home))
        finally:
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
