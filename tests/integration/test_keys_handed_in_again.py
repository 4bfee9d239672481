"""A pinned key whose owner hands it in again: revoked it goes out of force, renewed it takes the old copy's place."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from exporters.sealing import SigningKey, check_recipient, sealed
from pipeline.bootstrap import App
from pipeline.delivery.agency_keys import certificate_of, kept_codes
from pipeline.desk.recipients import pin, pinned, usable
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.verify import verify
from tests.agencies import ending, revoked
from tests.factories import new_workspace
from tests.gnupg import keyring, needs_gpg
from triage.errors import KeyProblem, RuleBroken

pytestmark = pytest.mark.thorough

NOW = datetime.now(UTC)
"""Certificates go by the machine's clock."""
OWN = SigningKey.make("Hotline of the tests")
LATER = NOW + timedelta(minutes=5)
POLICE, OTHER_POLICE = "police-rs", "police-fbih"


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


def _pin(app: App, key: SigningKey, *codes: str, given: bytes = b"", now: datetime = NOW) -> None:
    for code in codes:
        pin(app, "machine", 0, code, given or key.certificate.body, key.certificate.fingerprint, now, also=True)


def _in_force(app: App, code: str) -> str | None:
    with reading(app.store.engine) as connection:
        return pinned(connection, code)


def _last_event(app: App) -> tuple[str, str, dict[str, object]]:
    with reading(app.store.engine) as connection:
        last = connection.execute(select(audit).order_by(audit.c.seq.desc())).first()
    assert last is not None
    return last.event, last.subject, json.loads(last.details)


@pytest.mark.parametrize("code", [POLICE, "helpline"])
def test_a_revoked_certificate_takes_the_pinned_key_out_of_force(app: App, code: str) -> None:
    key = SigningKey.make("Unit")
    _pin(app, key, code)
    with pytest.raises(KeyProblem, match=rf"revoked this certificate.*{code} is out of force from now on"):
        _pin(app, key, code, given=revoked(key), now=LATER)
    assert _in_force(app, code) is None
    assert kept_codes(app.workspace) == ()
    said = {"fingerprint": key.certificate.fingerprint, "why": "its owner revoked it"}
    assert _last_event(app) == ("recipient_key_retired", f"recipient:{code}", said)
    with reading(app.store.engine) as connection:
        assert usable(app, connection, code, LATER) is None
    assert verify(app).findings == ()


def test_a_revocation_holds_for_everybody_the_key_is_pinned_for_and_for_nobody_else(app: App) -> None:
    key, other = SigningKey.make("Unit"), SigningKey.make("Another unit")
    _pin(app, key, POLICE, OTHER_POLICE)
    _pin(app, other, "helpline")
    with pytest.raises(KeyProblem, match="police-fbih, police-rs is out of force"):
        _pin(app, key, POLICE, given=revoked(key), now=LATER)
    assert [_in_force(app, code) for code in (POLICE, OTHER_POLICE)] == [None, None]
    assert _in_force(app, "helpline") == other.certificate.fingerprint
    assert verify(app).findings == ()


def test_a_revoked_certificate_nobody_has_pinned_is_refused_and_changes_nothing(app: App) -> None:
    key, other = SigningKey.make("Unit"), SigningKey.make("Another unit")
    _pin(app, key, POLICE)
    with pytest.raises(KeyProblem, match="revoked this certificate: ask") as refused:
        _pin(app, other, POLICE, given=revoked(other), now=LATER)
    assert "out of force" not in str(refused.value)
    assert _in_force(app, POLICE) == key.certificate.fingerprint


def test_nothing_is_taken_out_of_force_for_another_fingerprint_than_the_one_read_out(app: App) -> None:
    key, other = SigningKey.make("Unit"), SigningKey.make("Another unit")
    _pin(app, key, POLICE)
    with pytest.raises(KeyProblem, match="not the one"):
        pin(app, "machine", 0, POLICE, revoked(key), other.certificate.fingerprint, LATER)
    assert _in_force(app, POLICE) == key.certificate.fingerprint


def test_the_same_copy_again_is_nothing_to_do(app: App) -> None:
    key = SigningKey.make("Unit")
    _pin(app, key, POLICE)
    with pytest.raises(RuleBroken, match="nothing to do"):
        _pin(app, key, POLICE)
    assert _in_force(app, POLICE) == key.certificate.fingerprint


def test_an_owner_who_ends_a_key_earlier_takes_it_out_of_force_too(app: App) -> None:
    key = SigningKey.make("Unit")
    _pin(app, key, POLICE)
    ends = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(KeyProblem, match="out of force"):
        _pin(app, key, POLICE, given=ending(key, ends), now=ends + timedelta(hours=1))
    assert _in_force(app, POLICE) is None
    assert _last_event(app)[2]["why"] == "its owner's newest copy cannot be sealed to"


@pytest.mark.parametrize("code", [POLICE, "helpline"])
def test_a_renewed_certificate_takes_the_old_copys_place(app: App, code: str) -> None:
    key, ends = SigningKey.make("Unit"), datetime.now(UTC) + timedelta(days=9)
    short = ending(key, ends)
    _pin(app, key, code, given=short)
    _pin(app, key, code, given=ending(key, ends + timedelta(days=900), short), now=LATER)
    kept = certificate_of(app.workspace, code)
    assert kept.expires is not None
    assert kept.expires > ends + timedelta(days=800)
    fingerprint = key.certificate.fingerprint
    assert _in_force(app, code) == fingerprint
    said = {"fingerprint": fingerprint, "before": fingerprint, "why": "its owner renewed it"}
    assert _last_event(app) == ("recipient_key_added", f"recipient:{code}", said)
    assert verify(app).findings == ()


def test_an_expired_key_is_good_again_once_its_renewal_is_taken_in(app: App) -> None:
    key, ends = SigningKey.make("Unit"), datetime.now(UTC) + timedelta(days=1)
    short = ending(key, ends)
    _pin(app, key, POLICE, given=short)
    after = ends + timedelta(days=1)
    with reading(app.store.engine) as connection, pytest.raises(KeyProblem, match="ask for a renewed one"):
        usable(app, connection, POLICE, after)
    _pin(app, key, POLICE, given=ending(key, ends + timedelta(days=900), short), now=after)
    with reading(app.store.engine) as connection:
        assert usable(app, connection, POLICE, after) is not None


def test_a_renewal_reaches_everybody_the_key_is_pinned_for_and_an_older_copy_takes_nothing_away(app: App) -> None:
    key, ends = SigningKey.make("Unit"), datetime.now(UTC) + timedelta(days=900)
    _pin(app, key, POLICE, OTHER_POLICE)
    pin(app, "machine", 0, POLICE, ending(key, ends), key.certificate.fingerprint, LATER)
    for code in (POLICE, OTHER_POLICE):
        assert certificate_of(app.workspace, code).expires is not None
    with pytest.raises(RuleBroken, match="nothing to do"):
        _pin(app, key, POLICE, now=LATER)
    assert certificate_of(app.workspace, POLICE).expires is not None
    assert verify(app).findings == ()


def test_a_copy_that_went_missing_is_put_back_with_the_same_certificate(app: App) -> None:
    key = SigningKey.make("Unit")
    _pin(app, key, POLICE)
    (app.workspace.root / "recipients" / f"{POLICE}.asc").unlink()
    _pin(app, key, POLICE, now=LATER)
    assert certificate_of(app.workspace, POLICE) == key.certificate


@pytest.mark.tools
@needs_gpg
def test_a_new_key_to_encrypt_to_is_sealed_to_once_it_is_handed_in(app: App) -> None:
    with keyring() as ring:
        found = ring.new_key("Unit")
        pin(app, "machine", 0, POLICE, ring.certificate(found), found, LATER)
        ring.add_encryption_key(found)
        ring.revoke_subkey(found, 1)
        pin(app, "machine", 0, POLICE, ring.certificate(found), found, LATER + timedelta(minutes=1))
        with reading(app.store.engine) as connection:
            agency = usable(app, connection, POLICE, LATER)
        assert agency is not None
        ring.add(OWN.certificate.armoured())
        inside, said = ring.opened(sealed(b"hello", check_recipient(agency.certificate, found, LATER), OWN))
        assert inside == b"hello"
        assert f"ENC_TO {ring.subkeys(found)[1][-16:]}".encode() in said
