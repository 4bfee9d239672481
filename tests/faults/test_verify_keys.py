"""`hotline verify` holds every pinned key, whom packages are sealed to, against the audit chain."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from exporters.sealing import SigningKey
from pipeline.bootstrap import App
from pipeline.desk.recipients import add_key, retire_key
from pipeline.verify import verify
from tests.agencies import AGENCY as KEY
from tests.agencies import pin_agency
from tests.factories import NOW, new_workspace
from triage.people import Person, PersonStatus, Role

CODE, OTHER = "police-rs", "police-fbih"
SUPERVISOR = Person(1, "Somebody", Role.SUPERVISOR, PersonStatus.ACTIVE, "tester")
SECOND = SigningKey.make("Another key of the tests")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def app(tmp_path: Path) -> App:
    """One agency's key pinned, replaced, and pinned again; another one's pinned and retired; our own."""
    app = new_workspace(tmp_path / "w")
    pin_agency(app, CODE, NOW)
    _add(app, CODE, SECOND, 1)
    _add(app, CODE, KEY, 2)
    _add(app, OTHER, SECOND, 3)
    retire_key(app, SUPERVISOR, OTHER, NOW + 4 * MINUTE)
    return app


def _add(app: App, code: str, key: SigningKey, minute: int) -> None:
    armoured, fingerprint = key.certificate.armoured(), key.certificate.fingerprint
    add_key(app, SUPERVISOR, code, armoured, fingerprint, NOW + minute * MINUTE)


def test_keys_pinned_replaced_pinned_again_and_retired_agree_with_the_chain(app: App) -> None:
    assert verify(app).findings == ()


@pytest.mark.parametrize(
    ("where", "statement"),
    [
        (CODE, f"UPDATE recipient_key SET fingerprint = '{'A' * 40}' WHERE added_at = {int(NOW.timestamp()) + 120}"),
        (OTHER, f"UPDATE recipient_key SET retired_at = NULL WHERE recipient = '{OTHER}'"),
        (CODE, f"UPDATE recipient_key SET retired_at = 1 WHERE recipient = '{CODE}'"),
        (CODE, f"UPDATE recipient_key SET person_id = person_id + 1 WHERE recipient = '{CODE}'"),
        (CODE, f"UPDATE recipient_key SET added_at = added_at - 1 WHERE recipient = '{CODE}'"),
        (CODE, f"DELETE FROM recipient_key WHERE recipient = '{CODE}' AND retired_at IS NOT NULL"),
        ("police-brcko", f"UPDATE recipient_key SET recipient = 'police-brcko' WHERE recipient = '{OTHER}'"),
        ("police-brcko", f"INSERT INTO recipient_key VALUES ('police-brcko', '{'B' * 40}', 1, 1, NULL)"),
        ("(own)", f"UPDATE recipient_key SET fingerprint = '{'C' * 40}' WHERE recipient = '(own)'"),
    ],
)
def test_a_changed_key_is_found(app: App, where: str, statement: str) -> None:
    with closing(sqlite3.connect(app.workspace.database_file, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount > 0
    found = {(one.code, one.subject) for one in verify(app).findings}
    assert ("recipient_key", f"recipient:{where}") in found
