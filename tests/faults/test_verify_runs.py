"""`hotline verify` finds what somebody edited by hand of runs, their files, keys, people and floods."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.verify import verify
from tests.desk import Desk, copied, made, plant
from tests.factories import chain_without, take_in, write_csv

pytestmark = pytest.mark.thorough

_FLOOD = "Please look at this page {0} soon, a friend of mine saw odd pictures there yesterday in the evening"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two batches; in the second three texts that are nearly the same."""
    desk = made(tmp_path_factory.mktemp("runs"))
    rows = [{"id": f"f-{word}", "description": _FLOOD.format(word)} for word in ("", "again", "please")]
    take_in(desk.app, "second", write_csv(desk.folder / "second.csv", rows))
    assert verify(desk.app).findings == ()
    return desk


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("run_times", "UPDATE run SET registered_at = registered_at - 60"),
        ("run_times", "UPDATE run SET committed_at = committed_at + 60"),
        ("inputs_differ", "UPDATE input_file SET bytes = bytes + 1"),
        ("inputs_differ", "UPDATE input_file SET path_digest = zeroblob(16)"),
        ("inputs_differ", "UPDATE input_file SET file_no = file_no + 1"),
        ("vault_key", "UPDATE vault_key SET retired_at = created_at"),
        ("vault_key", "UPDATE vault_key SET created_at = created_at + 1"),
        ("vault_key", "INSERT INTO vault_key SELECT 'another', created_at + 1, NULL FROM vault_key"),
        ("imprints_changed", "UPDATE report_imprint SET last_report = first_report"),
        ("imprints_changed", "UPDATE report_imprint SET first_report = first_report + 1"),
        ("unreadable", "DELETE FROM counter WHERE name = 'run'"),
        ("person", "UPDATE person SET added_at = added_at + 1"),
        ("flood", "UPDATE text_group SET reports = reports + 1"),
        ("flood", "UPDATE text_group SET last_run = 1"),
        ("flood", "DELETE FROM text_group"),
        ("flood", "UPDATE text_member SET run_no = run_no + 1"),
        ("flood", "UPDATE text_member SET stretch = stretch + 1"),
        ("flood", "UPDATE text_member SET last_report = last_report + 1"),
        ("flood", "UPDATE text_member SET members = zeroblob(length(members))"),
        ("flood", "DELETE FROM text_member"),
        ("flood", "UPDATE text_sketch SET texts = texts + 1"),
        ("flood", "UPDATE text_sketch SET shingles = zeroblob(1)"),
        ("flood", "DELETE FROM text_sketch"),
    ],
)  # fmt: skip
def test_what_was_edited_is_found(worked: Desk, tmp_path: Path, code: str, statement: str) -> None:
    desk = copied(worked, tmp_path)
    plant(desk, statement)

    assert code in {one.code for one in verify(desk.app).findings}


def test_an_envelope_of_no_key_of_the_vault_is_named_and_ends_nothing(worked: Desk, tmp_path: Path) -> None:
    desk = copied(worked, tmp_path)
    plant(desk, "UPDATE envelope SET key_id = 'another'")

    assert {"envelope", "orphan"} <= {one.code for one in verify(desk.app, deep=True).findings}


def test_the_events_of_an_older_version_do_not_say_when_a_run_was_registered(worked: Desk, tmp_path: Path) -> None:
    desk = copied(worked, tmp_path)
    plant(desk, "UPDATE run SET registered_at = registered_at - 60")
    chain_without(desk.app, "registered")
    assert verify(desk.app).findings == ()
