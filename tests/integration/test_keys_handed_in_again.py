"""A pinned key whose owner hands it in again: a revocation takes it out of force."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from exporters.sealing import SigningKey
from pipeline.bootstrap import App
from pipeline.delivery.agency_keys import kept_codes
from pipeline.desk.recipients import pin, pinned, usable
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.verify import verify
from tests.agencies import ending, revoked
from tests.factories import new_workspace
from triage.errors import HotlineError, KeyProblem

NOW = datetime.now(UTC)
"""Certificates go by the machine's clock."""
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


def test_an_older_copy_that_was_to_end_is_no_word_against_a_newer_one(app: App) -> None:
    key = SigningKey.make("Unit")
    _pin(app, key, POLICE)
    with pytest.raises(HotlineError):
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
