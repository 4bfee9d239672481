"""A certificate is kept only when it may be used, whole and private; a missing or damaged one says what to do."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

import pipeline.durable
from exporters.sealing import SigningKey
from pipeline.delivery.agency_keys import (
    MOST_CERTIFICATE_BYTES,
    certificate_of,
    forget_certificate,
    kept_codes,
    store_certificate,
)
from pipeline.workspace import Workspace
from triage.errors import KeyProblem, UsageError

NOW = datetime.now(UTC)
AGENCY, OTHER = SigningKey.make("Agency"), SigningKey.make("Other")
PINNED = AGENCY.certificate.fingerprint


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "workspace")
    made.create()
    return made


def _stored(workspace: Workspace) -> None:
    store_certificate(workspace, "police-rs", AGENCY.certificate.armoured(), PINNED, NOW)


def test_a_certificate_is_kept_and_read_again(workspace: Workspace) -> None:
    _stored(workspace)
    assert certificate_of(workspace, "police-rs") == AGENCY.certificate
    assert kept_codes(workspace) == ("police-rs",)


def test_its_file_is_for_its_owner_only(workspace: Workspace) -> None:
    _stored(workspace)
    path = workspace.root / "recipients" / "police-rs.asc"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_bytes().startswith(b"-----BEGIN PGP PUBLIC KEY BLOCK-----")


@pytest.mark.parametrize(
    ("given", "pinned", "says"),
    [
        (OTHER.certificate.armoured(), PINNED, "not the one pinned"),
        (AGENCY.stored(), PINNED, "secret key"),
        (b"junk", PINNED, "no OpenPGP certificate"),
        (AGENCY.certificate.armoured(), "", "all 40"),
        (b"x" * (MOST_CERTIFICATE_BYTES + 1), PINNED, "too large"),
    ],
    ids=["another", "secret", "damaged", "unpinned", "large"],
)
def test_what_may_not_be_used_is_not_kept_and_leaves_what_was_there(
    workspace: Workspace, given: bytes, pinned: str, says: str
) -> None:
    _stored(workspace)
    before = {path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()}
    with pytest.raises(KeyProblem, match=says):
        store_certificate(workspace, "police-rs", given, pinned, NOW)
    assert {path: path.read_bytes() for path in workspace.root.rglob("*") if path.is_file()} == before


def test_a_missing_certificate_says_what_to_do(workspace: Workspace) -> None:
    with pytest.raises(KeyProblem, match="ask the agency for its OpenPGP certificate"):
        certificate_of(workspace, "police-rs")


def test_a_damaged_file_is_never_a_certificate(workspace: Workspace) -> None:
    _stored(workspace)
    path = workspace.root / "recipients" / "police-rs.asc"
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(KeyProblem, match="damaged"):
        certificate_of(workspace, "police-rs")


def test_a_recipient_that_left_has_no_certificate_any_more(workspace: Workspace) -> None:
    _stored(workspace)
    assert forget_certificate(workspace, "police-rs")
    assert not forget_certificate(workspace, "police-rs")
    assert kept_codes(workspace) == ()


@pytest.mark.parametrize("code", ["", "../keys/x", "Police", "a/b", "a.b", "-a"])
def test_a_recipient_is_named_by_a_code_that_is_no_path(workspace: Workspace, code: str) -> None:
    for act in (certificate_of, forget_certificate):
        with pytest.raises(UsageError, match="by its code"):
            act(workspace, code)


def test_a_full_disk_leaves_the_certificate_that_was_there(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stored(workspace)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pipeline.durable.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store_certificate(workspace, "police-rs", OTHER.certificate.armoured(), OTHER.certificate.fingerprint, NOW)
    assert certificate_of(workspace, "police-rs") == AGENCY.certificate
    assert kept_codes(workspace) == ("police-rs",)
