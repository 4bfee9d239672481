"""Packages are opened by tools that are not ours, are the same bytes each time, and go to the pinned key only."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest

from exporters.passphrase import speakable, unlocked
from exporters.sealing import SigningKey, is_signature_of
from pipeline.delivery.packing import Agency, Packed, lock_package, packed, seal_package, write_sealed
from tests.gnupg import keyring, needs_gpg
from tests.sealing import AT, CANARY, Parties, package
from triage.errors import HotlineError, KeyProblem, RuleBroken

PACKAGES = 100
needs_tools = pytest.mark.skipif(
    not all(shutil.which(name) for name in ("tar", "sha256sum")), reason="needs the programs tar and sha256sum"
)


@pytest.fixture(scope="module")
def parties() -> Iterator[Parties]:
    with keyring() as ring:
        yield Parties.made(ring)


@pytest.mark.tools
@needs_gpg
@needs_tools
def test_a_hundred_packages_open_with_gpg_tar_sha256sum_and_bagit(parties: Parties, tmp_path: Path) -> None:
    for number in range(PACKAGES):
        made = package(number)
        path = write_sealed(parties.sealed(made), tmp_path / f"sent-{number}")
        digest = ["sha256sum", "--check", "--strict", path.name + ".sha256"]
        subprocess.run(digest, cwd=path.parent, capture_output=True, check=True)
        tar = path.with_suffix("")
        said = parties.ring.gpg("--output", str(tar), "--decrypt", str(path)).stderr
        assert b"GOODSIG" in said
        assert b"DECRYPTION_OKAY" in said
        subprocess.run(["tar", "--extract", "--file", tar.name], cwd=path.parent, check=True)
        folder = path.parent / made.name
        subprocess.run(
            ["sha256sum", "--check", "--strict", "manifest-sha256.txt"], cwd=folder, capture_output=True, check=True
        )
        bag = bagit.Bag(str(folder))
        bag.validate()
        assert bag.info["External-Identifier"] == made.name
        assert {name: (folder / name).read_bytes() for name in made.bag} == dict(made.bag)


def test_the_same_package_is_the_same_bag_and_the_same_tar() -> None:
    one, two = package(3), package(3)
    assert (one.bag, one.tar, one.bag_digest) == (two.bag, two.tar, two.bag_digest)
    assert package(4).bag_digest != one.bag_digest


@pytest.mark.tools
@needs_gpg
def test_sealing_twice_gives_the_same_bag_in_other_bytes(parties: Parties) -> None:
    one, two = parties.sealed(package()), parties.sealed(package())
    assert one.bag_digest == two.bag_digest
    assert one.digest != two.digest
    assert (one.name, one.to) == ("lea-police-1.tar.gpg", parties.fingerprint.lower())
    assert CANARY not in one.body


@pytest.mark.tools
@needs_gpg
def test_500_packages_for_the_wrong_key_seal_none(parties: Parties) -> None:
    stranger = Agency(SigningKey.make("Stranger").certificate, parties.agency.pinned)
    sealed = []
    for number in range(500):
        with pytest.raises(KeyProblem, match="not the one pinned"):
            sealed.append(seal_package(package(number, lines=1), stranger, parties.own, datetime.now(UTC)))
    assert sealed == []


def test_a_locked_package_opens_with_its_passphrase_and_carries_our_signature() -> None:
    own, made, passphrase = SigningKey.make("Hotline"), package(), speakable(bytes(range(16)))
    locked = lock_package(made, passphrase, own)
    inside = unlocked(locked.body, passphrase)
    assert (locked.name, locked.to) == ("lea-police-1.zip", None)
    assert inside is not None
    assert inside[0] == made.tar
    assert is_signature_of(inside[1], inside[0], own.certificate)


def test_nothing_readable_is_in_what_a_package_shows_of_itself() -> None:
    made = package()
    assert CANARY not in repr(made).encode()
    assert CANARY not in repr(lock_package(made, "1", SigningKey.make("Hotline"))).encode()


@pytest.mark.parametrize("name", ["", "../x", "a b", "č", "a/b", "-a"])
def test_a_package_is_named_so_that_every_system_can_keep_it(name: str) -> None:
    with pytest.raises(RuleBroken):
        packed({"a.txt": b"1"}, name, AT, {})


def test_a_package_whose_content_would_stay_readable_is_not_made() -> None:
    empty = Packed("p", {"tagmanifest-sha256.txt": b""}, b"PK")  # two bytes every ZIP begins with
    with pytest.raises(HotlineError, match="in the clear"):
        lock_package(empty, "1", SigningKey.make("Hotline"))
