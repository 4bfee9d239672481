"""`hotline verify` finds what was lost, doubled or changed: every kind of damage planted in a copy of one store."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.store.engine import writing
from pipeline.verify import Verified, verify
from tests.factories import NOW, bland_reports, new_workspace, take_in, write_csv

Damage = Callable[[Path, sqlite3.Connection], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two batches: rejects, an id conflict, contacts, repeated places, a report with two addresses."""
    folder = tmp_path_factory.mktemp("whole")
    app = new_workspace(folder / "workspace")
    rows = bland_reports(0, 40)
    rows[1]["description"] = "illegal pictures on https://more.example/a and https://more.example/b"
    rows[2]["received_at"] = "yesterday"
    take_in(app, "first", write_csv(folder / "in" / "a.csv", rows), after_ingest="seal")
    again = bland_reports(35, 20)
    again[0]["description"] = "something else about this page"
    take_in(app, "second", write_csv(folder / "in" / "b.csv", again), after_ingest="seal")
    return app.workspace.root


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Iterator[App]:
    """A copy to plant damage in."""
    app = App.at(shutil.copytree(whole, tmp_path / "workspace"))
    yield app
    app.store.engine.dispose()


def sql(*statements: str) -> Damage:
    def plant(_root: Path, connection: sqlite3.Connection) -> None:
        changed = sum(max(connection.execute(statement).rowcount, 0) for statement in statements)
        assert changed, "no damage was planted"

    return plant


def file_changed(pattern: str, change: Callable[[bytes], bytes | None]) -> Damage:
    def plant(root: Path, _connection: sqlite3.Connection) -> None:
        path = sorted(root.glob(pattern))[0]
        after = change(path.read_bytes())
        path.unlink() if after is None else path.write_bytes(after)

    return plant


def flipped(content: bytes) -> bytes:
    return content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]


def blob_flipped(table: str, column: str, where: str = "1") -> Damage:
    def plant(_root: Path, connection: sqlite3.Connection) -> None:
        row, blob = connection.execute(f"SELECT rowid, {column} FROM {table} WHERE {where} LIMIT 1").fetchone()
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (flipped(bytes(blob)), row))

    return plant


def swapped(table: str, key: str, column: str) -> Damage:
    def plant(_root: Path, connection: sqlite3.Connection) -> None:
        (one, first), (two, second) = connection.execute(f"SELECT {key}, {column} FROM {table} LIMIT 2").fetchall()
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (second, one))
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (first, two))

    return plant


def locators_swapped(_root: Path, connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT digest, locator_id FROM locator LIMIT 2").fetchall()
    for digest, number in ((rows[0][0], rows[1][1]), (rows[1][0], rows[0][1])):
        connection.execute("UPDATE locator SET locator_id = ? WHERE digest = ?", (number, digest))


ONE = "(SELECT MIN(report_id) FROM report)"
LINKS = "(SELECT MIN(case_id) FROM report)"
"""A case that is some report's primary one; which one is by chance, since keys are digests."""
PLANTED: dict[str, tuple[str, Damage]] = {
    "a report deleted": ("accepted_differs", sql(f"DELETE FROM report WHERE report_id = {ONE}")),
    "a report renumbered": (
        "ids_changed",
        sql(f"UPDATE report SET report_id = report_id + 9000 WHERE report_id = {ONE}"),
    ),
    "a report doubled": (
        "id_twice",
        sql(
            "DROP INDEX uq_report_identity",
            "CREATE TABLE twin AS SELECT * FROM report LIMIT 1",
            "UPDATE twin SET report_id = report_id + 9000",
            "INSERT INTO report SELECT * FROM twin",
            "DROP TABLE twin",
        ),
    ),
    "a report moved to another case": (
        "link_and_report_differ",
        sql(f"UPDATE report SET case_id = (SELECT MAX(case_id) FROM case_record) WHERE report_id = {ONE}"),
    ),
    "a report's verdict lost": (
        "report_without_verdict",
        sql(f"DELETE FROM verdict WHERE verdict_id = (SELECT verdict_id FROM report WHERE report_id = {ONE})"),
    ),
    "a report of no run": (
        "reports_without_run",
        sql(f"UPDATE report SET report_id = report_id + (7 << 40) WHERE report_id = {ONE}"),
    ),
    "a list of links cut": (
        "links_damaged",
        sql(f"UPDATE case_reports SET links = substr(links, 1, 20) WHERE case_id = {LINKS}"),
    ),
    "a list of links changed": (
        "link_without_report",
        sql(f"UPDATE case_reports SET links = CAST(x'FF' || substr(links, 2) AS BLOB) WHERE case_id = {LINKS}"),
    ),
    "a list of links deleted": ("not_one_primary_link", sql(f"DELETE FROM case_reports WHERE case_id = {LINKS}")),
    "a list of links repeated inside": (
        "case_count",
        sql(f"UPDATE case_reports SET links = CAST(links || links AS BLOB) WHERE case_id = {LINKS}"),
    ),
    "a list of links made text": (
        "unreadable",
        sql(f"UPDATE case_reports SET links = CAST(x'FF' AS TEXT) WHERE case_id = {LINKS}"),
    ),
    "a case joined by nobody": ("case_joined", sql(f"UPDATE case_record SET joined_into = 1 WHERE case_id = {LINKS}")),
    "a number made text": ("unreadable", sql(f"UPDATE case_record SET joined_into = 'what' WHERE case_id = {LINKS}")),
    "a case deleted": ("report_without_case", sql(f"DELETE FROM case_record WHERE case_id = {LINKS}")),
    "a case's count edited": ("case_count", sql("UPDATE case_record SET reports = reports + 1")),
    "a case joined into nothing": (
        "join_nowhere",
        sql(f"UPDATE case_record SET joined_into = 999 WHERE case_id = {LINKS}"),
    ),
    "a case's danger hidden": ("case_danger", sql("UPDATE case_record SET escalate = 0 WHERE escalate > 0")),
    "a case's label hidden": ("case_label", sql("UPDATE case_record SET label = 0 WHERE label > 0")),
    "every case taken out of its lane": ("case_lane", sql("UPDATE case_record SET lane = NULL")),
    "a case in another lane": ("case_lane", sql(f"UPDATE case_record SET lane = lane + 1 WHERE case_id = {LINKS}")),
    "a case waiting since another time": ("case_waiting", sql("UPDATE case_record SET waiting_since = 1 << 31")),
    "a case's first report at another time": ("case_times", sql("UPDATE case_record SET first_received = 1")),
    "a case's last report at another time": ("case_times", sql("UPDATE case_record SET last_received = 1 << 31")),
    "a case held for ever": ("case_hold", sql(f"UPDATE case_record SET held_until = 1 << 40 WHERE case_id = {LINKS}")),
    "a case held by who never took it": ("case_hold", sql("UPDATE case_record SET held_by = 1, held_until = 1 << 31")),
    "every opinion made harmless": ("verdict", sql("UPDATE verdict SET escalate = 0, label = 0, reasons = '[]'")),
    **{
        f"an opinion changed: {change}": ("verdict", sql(f"UPDATE verdict SET {change}"))
        for change in (
            "score = 0.5", "to_person = 1 - to_person", "question = 1 - question", "unread = 1",
            "version = '0'"
        )
    },
    **{
        f"a case nobody made {status}": (
            "case_status", sql(f"UPDATE case_record SET status = '{status}' WHERE case_id = {LINKS}")
        ) for status in ("decided", "closed", "removed")
    },
    "a person nobody registered": (
        "person",
        sql("INSERT INTO person (name, role, status, os_user, added_at) VALUES ('x', 'supervisor', 'active', 'x', 1)"),
    ),
    "a person who is somebody else": ("person", sql("UPDATE person SET os_user = 'other'")),
    "a person of another name": ("person", sql("UPDATE person SET name = 'Other'")),
    "an imprint of reports changed": ("imprints_changed", blob_flipped("report_imprint", "imprints")),
    "every imprint deleted": ("imprints_changed", sql("DELETE FROM report_imprint")),
    "a role changed": ("person", sql("UPDATE person SET role = 'auditor'")),
    "an address moved": (
        "link_and_locator_differ",
        sql(
            "UPDATE locator SET case_id = (SELECT MIN(case_id) FROM locator)"
            " WHERE case_id = (SELECT MAX(case_id) FROM locator)"
        ),
    ),
    "two addresses swapped": ("locator_digest", locators_swapped),
    "a pack of addresses deleted": ("locator_unsealed", sql("DELETE FROM locator_pack")),
    "a further link deleted": ("further_link_differs", sql("DELETE FROM further_link WHERE seq = 1")),
    "an audit event edited": (
        "audit_chain",
        sql("UPDATE audit SET details = replace(details, '1', '2') WHERE event = 'batch_committed'"),
    ),
    "an audit event deleted": ("audit_chain", sql("DELETE FROM audit WHERE seq = 2")),
    "two audit events exchanged": (
        "audit_chain",
        sql("UPDATE audit SET seq = -seq WHERE seq IN (2, 3)", "UPDATE audit SET seq = 5 + seq WHERE seq < 0"),
    ),
    "the audit chain cut before a commit": (
        "batch_event",
        sql("DELETE FROM audit WHERE seq >= (SELECT MAX(seq) FROM audit WHERE event = 'batch_committed')"),
    ),
    "a run's counts edited": ("not_conserved", sql("UPDATE run SET rejected = rejected + 1")),
    "a run's counts edited in balance": (
        "counts_changed",
        sql("UPDATE run SET rejected = rejected + 1, already_known = already_known - 1 WHERE run_no = 2"),
    ),
    "a run deleted": ("run_missing", sql("DELETE FROM run WHERE run_no = 2")),
    "an input file exchanged": ("inputs_differ", sql("UPDATE input_file SET sha256 = replace(sha256, 'a', 'b')")),
    "a number given twice": ("counter", sql("UPDATE counter SET next_value = 1 WHERE name = 'case'")),
    "a reject deleted": ("rejects_differ", sql("DELETE FROM reject WHERE reject_id = 1")),
    "a reject nobody can open": ("reject_salt", sql("UPDATE reject SET salt = NULL")),
    "a contact deleted": (
        "contact_missing",
        sql("DELETE FROM contact WHERE report_id = (SELECT MIN(report_id) FROM contact)"),
    ),
    "a text deleted": (
        "text_missing",
        sql("DELETE FROM sealed_text WHERE first_report = (SELECT MIN(first_report) FROM sealed_text)"),
    ),
    "a directory of texts changed": ("text_pack", blob_flipped("sealed_text", "directory")),
    "an envelope deleted": (
        "orphan",
        sql("DELETE FROM envelope WHERE envelope_id = (SELECT MIN(envelope_id) FROM contact)"),
    ),
    "a manifest edited": (
        "manifest_changed",
        file_changed("runs/first/manifest.json", lambda said: said.replace(b'"seal"', b'"keep"')),
    ),
    "a manifest deleted": ("manifest_missing", file_changed("runs/first/manifest.json", lambda _: None)),
    "a sealed input deleted": ("sealed_input_missing", file_changed("sealed-inputs/*.sealed", lambda _: None)),
}
PLANTED_INSIDE: dict[str, tuple[str, Damage]] = {
    "a byte of a text changed": ("sealed_changed", blob_flipped("sealed_text", "payload")),
    "a byte of an address changed": ("sealed_changed", blob_flipped("locator_pack", "payload")),
    "a byte of a reject changed": ("sealed_changed", blob_flipped("reject", "sealed")),
    "a byte of a contact changed": ("sealed_changed", blob_flipped("contact", "sealed")),
    "a contact made safe": ("consent", sql("UPDATE report SET facts = facts | 2 WHERE (facts & 3) = 1")),
    "a contact police may use": ("consent", sql("UPDATE report SET facts = facts | 4 WHERE (facts & 5) = 1")),
    "a safe contact made unsafe": ("consent", sql("UPDATE report SET facts = facts - 2 WHERE (facts & 3) = 3")),
    "two contacts exchanged": ("sealed_changed", swapped("contact", "report_id", "sealed")),
    "two salts exchanged": ("sealed_changed", swapped("report", "report_id", "salt")),
    "an envelope changed": (
        "envelope",
        blob_flipped("envelope", "wrapped", "envelope_id IN (SELECT envelope_id FROM sealed_text)"),
    ),
    "a sealed input changed": ("sealed_input_changed", file_changed("sealed-inputs/*.sealed", flipped)),
    "a sealed input cut": ("sealed_input_changed", file_changed("sealed-inputs/*.sealed", lambda sealed: sealed[:-40])),
}


def test_an_index_that_says_other_than_its_table_is_found(copy: App) -> None:
    plant(copy, _index_without("uq_report_identity"))

    assert "database_file" in codes(verify(copy))


def _index_without(name: str) -> Damage:
    """The index forgets a row: a report that comes again would not be known."""

    def plant(_root: Path, connection: sqlite3.Connection) -> None:
        (whole,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        changed = "UPDATE sqlite_master SET sql = ? WHERE name = ?"
        connection.execute(changed, (f"{whole} WHERE report_id < 0", name))
        connection.execute("PRAGMA writable_schema = RESET")
        last = "(SELECT max(report_id) FROM report)"
        connection.execute(f"UPDATE report SET external_id = external_id || 'x' WHERE report_id = {last}")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(changed, (whole, name))
        connection.execute("PRAGMA writable_schema = RESET")

    return plant


def plant(app: App, damage: Damage) -> None:
    with closing(sqlite3.connect(app.workspace.database_file, isolation_level=None)) as connection:
        damage(app.workspace.root, connection)


def codes(verified: Verified) -> set[str]:
    return {finding.code for finding in verified.findings}


def test_a_whole_store_has_no_findings_even_opened(copy: App) -> None:
    verified = verify(copy, deep=True)

    assert verified.findings == ()
    assert (verified.runs, verified.unfinished, verified.reports) == (2, 0, 54)
    assert verified.opened > verified.reports


@pytest.mark.parametrize("kind", PLANTED)
def test_planted_damage_is_found_without_any_key(copy: App, kind: str) -> None:
    code, damage = PLANTED[kind]
    plant(copy, damage)

    assert code in codes(verify(copy))


@pytest.mark.parametrize("kind", PLANTED_INSIDE)
def test_damage_inside_sealed_things_is_found_with_the_private_key(copy: App, kind: str) -> None:
    code, damage = PLANTED_INSIDE[kind]
    plant(copy, damage)

    assert code in codes(verify(copy, deep=True))


def test_a_cut_end_of_the_chain_shows_only_to_who_noted_its_head(copy: App) -> None:
    with writing(copy.store.engine) as connection:
        copy.store.record(connection, NOW, "person:1", "assessed", "C1", {})
    noted = verify(copy)
    plant(copy, sql("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)"))

    assert verify(copy).findings == ()
    assert codes(verify(copy, noted=(noted.audit_events, noted.head))) == {"audit_head"}


def test_a_head_noted_earlier_is_still_in_a_longer_chain(copy: App) -> None:
    noted = verify(copy)
    with writing(copy.store.engine) as connection:
        copy.store.record(connection, NOW, "person:1", "assessed", "C1", {})

    assert verify(copy, noted=(noted.audit_events, noted.head)).findings == ()


@pytest.mark.parametrize("deep", [False, True])
def test_a_report_nobody_can_open_any_more_is_named_since_no_act_erases_one(copy: App, deep: bool) -> None:
    plant(copy, sql(f"UPDATE report SET salt = NULL WHERE report_id = {ONE}"))

    assert [(one.code, one.subject) for one in verify(copy, deep=deep).findings] == [("report_salt", "R1.0.0")]


def test_a_flood_of_one_kind_does_not_hide_the_others(copy: App) -> None:
    plant(copy, sql("UPDATE case_record SET reports = reports + 1", "DELETE FROM reject WHERE reject_id = 1"))
    found = verify(copy).findings

    assert len(found) < 30
    assert {"case_count", "rejects_differ"} <= {finding.code for finding in found}


def test_findings_name_ids_and_never_what_anybody_said(copy: App) -> None:
    for _, damage in list(PLANTED.values())[:8]:
        plant(copy, damage)
    said = " ".join(f"{one.subject} {one.says}" for one in verify(copy).findings)

    assert said
    assert not any(word in said for word in (".example", "Name ", "person1", "illegal"))
