"""An agency made with GnuPG, our own key, and packages sealed to it, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exporters.sealing import Certificate, SigningKey
from pipeline.delivery.packing import Agency, Packed, Sealed, packed, seal_package
from tests.gnupg import Keyring

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CANARY = b"canary-4711"
"""Somewhere in every package: found outside a sealed one, something leaked."""


@dataclass(frozen=True)
class Parties:
    """Who seals and who opens."""

    ring: Keyring
    fingerprint: str
    agency: Agency
    own: SigningKey

    @classmethod
    def made(cls, ring: Keyring) -> Parties:
        """A new agency in a GnuPG home that knows our certificate."""
        fingerprint = ring.new_key("Unit")
        own = SigningKey.make("Hotline")
        ring.add(own.certificate.armoured())
        return cls(ring, fingerprint, Agency(Certificate.read(ring.certificate(fingerprint)), fingerprint), own)

    def sealed(self, package: Packed) -> Sealed:
        """A package sealed to the agency now."""
        return seal_package(package, self.agency, self.own, datetime.now(UTC))


def package(number: int = 1, *, lines: int = 20) -> Packed:
    """A package as an exporter's files make it; every number gives other bytes."""
    files = {
        "report.pdf": b"%PDF-1.7\n" + bytes(range(256)) * (1 + number % 7),
        "addresses.txt": b"".join(b"https://host.example/%d/%d\n" % (number, line) for line in range(lines)),
        "reports.csv": b'"reference","label"\r\n' + b'"%d","%s"\r\n' % (number, CANARY) * lines,
        "case.json": b'{"number": %d, "note": "%s"}' % (number, CANARY),
    }
    return packed(files, f"lea-police-{number}", AT, {"Source-Organization": "Hotline"})


def unpacked(made: Packed, folder: Path) -> Path:
    """The bag as a folder."""
    for name, body in made.bag.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder
