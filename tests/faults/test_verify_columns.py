"""Every column of every table, edited in a store in which something stands there: `hotline verify` says so.

What it says nothing of is listed here, with the reason: what only the vault's key shows, and what is free to change.
"""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Float, LargeBinary, Table, Text

from pipeline import store
from pipeline.bootstrap import App
from pipeline.store.schema import metadata
from pipeline.verify import verify
from tests.desk import copied
from tests.faults.test_verify_beside import worked as beside  # noqa: F401 - a fixture
from tests.faults.test_verify_decisions import decided  # noqa: F401 - a fixture
from tests.faults.test_verify_outside import worked as outside  # noqa: F401 - a fixture
from tests.faults.test_verify_runs import worked as runs  # noqa: F401 - a fixture
from tests.faults.test_verify_sendings import template as sendings  # noqa: F401 - a fixture
from tests.faults.test_verify_text_releases import released  # noqa: F401 - a fixture
from triage.errors import BadConfiguration

pytestmark = pytest.mark.thorough

SEALED = frozenset({
    "case_fact.digest", "case_key.key", "contact.sealed", "envelope.wrapped", "locator_pack.payload",
    "locator_pack.salts", "reject.salt", "reject.sealed", "report.salt", "sealed_text.directory",
    "sealed_text.payload", "urgent_call.salt", "urgent_call.sealed",
})  # fmt: skip
"""Bytes nobody can judge without opening them: `hotline verify --deep` does."""
FREE = {
    "assessment.assessment_id": "a row's own number; which one is the later says its time",
    "case_fact.run_no": "told a batch under way what it brought itself; decides nothing afterwards (must be a run)",
    "case_record.escalate": "graver than its reports makes a person look sooner; less grave is found",
    "case_record.label": "the same",
    "case_record.new_facts": "a fact of reports shows a case again; one taken away, or of people, is found",
    "case_record.opened_run": "the summary of a run alone counts by it (must be a run)",
    "case_reports.stretch": "tells rows of one run apart; nobody reads it",
    "counter.next_value": "a number that is left out harms nothing; one given twice is found",
    "disposition.disposition_id": "a row's own number; which one is the later says its time",
    "iccam_case.last_at": "who was tried longest ago comes first; what was sent is held against the chain",
    "iccam_case.settled": "the next push asks ICCAM again, or not before the case changes",
    "input_file.rows": "where the rows of a file are not known, a file that is gone is refused instead of known",
    "police_feedback.feedback_id": "a row's own number; which one is the later says its time",
    "run_step.chunk": "tells where a run that is under way goes on; what steps counted is held against the run",
    "run_step.step": "the same",
    "suggestion.made_at": "a question nobody answered yet; answers are held against the chain",
    "suggestion.rule_version": "the same",
    "suggestion.suggestion_id": "the same",
    "text_member.least": "how alike two texts are: shown beside a case, made anew by nothing",
    "text_sketch.offsets": "finds texts nearly alike, which are shown and never merged",
    "text_sketch.reports": "the same",
    "text_sketch.run_no": "the same",
    "text_sketch.shingles": "the same",
    "text_sketch.stretch": "tells rows of one run apart; of one that has members of a flood it is found",
    "text_release.release_id": "a row's own number; every release is held against the chain",
}
"""Column, and why a changed value is no damage."""
WORLDS: dict[str, frozenset[str]] = {
    "beside": frozenset(),
    "decided": frozenset({"assessment", "case_record", "disposition", "package", "reject"}),
    "outside": frozenset({"alert", "alert_told", "police_feedback", "recipient_key", "urgent_call"}),
    "runs": frozenset({"text_group", "text_member", "text_sketch"}),
    "sendings": frozenset({"answer_sent", "iccam_case", "receipt"}),
    "released": frozenset({"text_release"}),
}
"""A store, and the tables that are looked at there: the first everything that is in it."""
_FAR = 1_000_003
_Edit = tuple[Table, Column[Any], tuple[Any, ...], Any, Any]

for _module in pkgutil.iter_modules(store.__path__):
    importlib.import_module(f"{store.__name__}.{_module.name}")


@pytest.mark.parametrize("world", WORLDS)
def test_an_edit_of_any_column_is_found(world: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    desk = copied(request.getfixturevalue(world), tmp_path)
    root = desk.app.workspace.root
    with closing(sqlite3.connect(desk.app.workspace.database_file, isolation_level=None)) as connection:
        assert not _finds(root)
        unseen = sorted({
            f"{edit[0].name}.{edit[1].name}"
            for edit in _edits(connection, WORLDS[world])
            for after in [_apply(connection, edit)]
            if after is not None and _unseen(connection, root, edit, after)
        })  # fmt: skip
        assert not _finds(root)
    assert " ".join(one for one in unseen if one not in FREE) == ""


def test_the_lists_name_columns_that_are_there() -> None:
    there = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns}
    assert there >= SEALED | FREE.keys()


def _edits(connection: sqlite3.Connection, names: frozenset[str]) -> Iterator[_Edit]:
    """Of each column one value changed, where it may be empty one taken away, and one put where there is none.

    Not of a case that was joined into another: nobody reads it any more. Where keys lead and which texts were seen is
    known of cases alone that nobody split or joined (see `pipeline.verify.leads`).
    """
    moved = "SELECT CAST(substr(subject, 2) AS INTEGER) FROM audit WHERE event IN ('cases_joined', 'case_split_off')"
    source = "json_extract(details, '$.from')"
    others = f"{moved} UNION {moved.replace('subject', source)}"
    for table in metadata.sorted_tables:
        if names and table.name not in names:
            continue
        alone = " AND joined_into IS NULL" if table.name == "case_record" else ""
        alone = f" AND case_id NOT IN ({others})" if table.name in ("case_fact", "case_key") else alone
        keys = ", ".join(column.name for column in table.primary_key)
        for column in table.columns:
            for state in ("IS NOT NULL", "IS NULL"):
                rows = connection.execute(
                    f'SELECT {keys}, "{column.name}" FROM {table.name} WHERE "{column.name}" {state}{alone} LIMIT 1'
                ).fetchall()
                for *key, value in rows:
                    yield table, column, tuple(key), value, _other(column, value)
                    if value is not None and column.nullable:
                        yield table, column, tuple(key), value, None


def _other(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, LargeBinary):
        return bytes(16) if not value else bytes([value[0] ^ 1]) + value[1:]
    if isinstance(column.type, Text):
        return "x" if value is None else str(int(value) + 1) if value.isdigit() else f"{value}x"
    if isinstance(column.type, Boolean):
        return int(not value)
    return 0.5 if isinstance(column.type, Float) else (value or 0) + 1


def _apply(connection: sqlite3.Connection, edit: _Edit) -> tuple[Any, ...] | None:
    """The row's key after the edit; None where the table itself refuses it."""
    table, column, key, _, new = edit
    names = [one.name for one in table.primary_key]
    for value in (new, new + _FAR) if isinstance(new, int) else (new,):
        try:
            _set(connection, table, column, key, value)
        except sqlite3.IntegrityError:
            continue
        return tuple(value if name == column.name else one for name, one in zip(names, key, strict=True))
    return None


def _unseen(connection: sqlite3.Connection, root: Path, edit: _Edit, after: tuple[Any, ...]) -> bool:
    """Whether verify says nothing of it; then it is undone."""
    table, column, _, value, _ = edit
    deep = f"{table.name}.{column.name}" in SEALED
    try:
        return not _finds(root, deep=deep)
    finally:
        _set(connection, table, column, after, value)


def _set(connection: sqlite3.Connection, table: Table, column: Column[Any], key: tuple[Any, ...], value: Any) -> None:
    where = " AND ".join(f'"{one.name}" IS ?' for one in table.primary_key)
    done = connection.execute(f'UPDATE {table.name} SET "{column.name}" = ? WHERE {where}', (value, *key))
    assert done.rowcount == 1


def _finds(root: Path, *, deep: bool = False) -> bool:
    """Whether verify, or opening the store, says that something is wrong."""
    app = App.at(root)
    try:
        return bool(verify(app, deep=deep).findings)
    except BadConfiguration:
        return True
    finally:
        if "store" in vars(app):
            app.store.engine.dispose()
