"""Every command of the liaison's page works, as it stands there, on a package as it is sent."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporters.passphrase import unlocked
from pipeline.delivery.packing import lock_package, packed, write_sealed
from tests.gnupg import keyring, needs_gpg
from tests.sealing import AT, Parties

GUIDE = (Path(__file__).parents[2] / "docs" / "liaison_guide.md").read_text(encoding="utf-8")
NAME = "package-20260302-1A2B3C4D"
NEEDED = {"sha256sum", "gpg", "tar"}
MOST_WORDS = 800
"""What fits on one printed page."""
pytestmark = [
    pytest.mark.tools,
    needs_gpg,
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="needs the programs sha256sum and tar"),
]


@pytest.fixture(scope="module")
def parties() -> Iterator[Parties]:
    with keyring() as ring:
        yield Parties.made(ring)


def _steps() -> list[str]:
    """The first command of each row of the table."""
    rows = [row.split("|")[2] for row in GUIDE.splitlines() if re.match(r"\| [1-4] ", row)]
    return [" && ".join(part for part in re.findall(r"`([^`]+)`", row) if "certutil" not in part) for row in rows]


def _run(command: str, folder: Path, parties: Parties) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "GNUPGHOME": str(parties.ring.home)}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, check=True)


def test_the_four_steps_open_a_package(parties: Parties, tmp_path: Path) -> None:
    made = packed({"0-read-first.pdf": b"%PDF", "addresses.txt": b"https://host.example/\n"}, NAME, AT, {})
    write_sealed(parties.sealed(made), tmp_path / "sent")
    said = [_run(step, tmp_path / "sent", parties) for step in _steps()]
    assert len(said) == 4
    assert said[0].stdout == f"{NAME}.tar.gpg: OK\n".encode()
    assert b"Good signature" in said[1].stderr
    assert said[3].stdout.count(b": OK\n") == 2


def test_the_signature_in_a_zip_is_checked_as_the_page_says(parties: Parties, tmp_path: Path) -> None:
    command = next(part for part in re.findall(r"`([^`]+)`", GUIDE) if part.startswith("gpg --verify"))
    inside = unlocked(lock_package(packed({"a.txt": b"1"}, NAME, AT, {}), "1-2", parties.own).body, "1-2")
    assert inside is not None
    for name, body in zip(("package.tar", "package.tar.sig"), inside, strict=True):
        (tmp_path / name).write_bytes(body)
    assert b"Good signature" in _run(command, tmp_path, parties).stderr


def test_the_guide_is_one_page() -> None:
    assert len(GUIDE.split()) <= MOST_WORDS
