"""Many rows at once, as tuples: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

LISTED_KEYS = 500
MANY_ROWS, ROWS_TOGETHER = 1_000, 16
Rows = Sequence[tuple[Any, ...]]


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Rows) -> int:
    """Insert rows, skipping those whose key is taken; answers how many went in."""
    if not rows:
        return 0
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        return _together(_driver(connection).cursor(), f"INSERT OR IGNORE INTO {table.name} ({names}) VALUES", rows)
    with _driver(connection).cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table.name} WITH NO DATA")
        with cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM incoming ON CONFLICT DO NOTHING")
        inserted = int(cursor.rowcount)
        cursor.execute("DROP TABLE incoming")
        return inserted


def update(connection: Connection, statement: str, rows: Rows) -> None:
    """One update per row. `statement` is written with `?`; on PostgreSQL they become `%s`."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        statement = statement.replace("?", "%s")
    cursor = _driver(connection).cursor()
    cursor.executemany(statement, rows)
    cursor.close()


def lookup(
    connection: Connection, table: Table, key: str, keys: Iterable[Any], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Rows of `table` whose `key` is among `keys`; answers (key, *columns) tuples in no order."""
    wanted = list(dict.fromkeys(keys))
    names = ", ".join(f"t.{name}" for name in (key, *columns))
    cursor = _driver(connection).cursor()
    if connection.dialect.name == "sqlite":
        found = _by_lists(cursor, f"SELECT {names} FROM {table.name} t WHERE t.{key}", wanted)
    else:
        found = _by_table(cursor, table, key, f"SELECT {names} FROM wanted JOIN {table.name} t", wanted)
    cursor.close()
    return [tuple(row) for row in found]


def _together(cursor: Any, statement: str, rows: Rows) -> int:
    """Where there are many rows (then they are short), several to a statement: a fifth cheaper on SQLite (measured)."""
    marks = f"({', '.join('?' * len(rows[0]))})"
    several = len(rows) - len(rows) % ROWS_TOGETHER if len(rows) >= MANY_ROWS else 0
    bundles = (tuple(chain.from_iterable(rows[at : at + ROWS_TOGETHER])) for at in range(0, several, ROWS_TOGETHER))
    cursor.executemany(f"{statement} {', '.join([marks] * ROWS_TOGETHER)}", bundles)
    inserted = int(cursor.rowcount)
    cursor.executemany(f"{statement} {marks}", rows[several:])
    return inserted + int(cursor.rowcount)


def _by_lists(cursor: Any, query: str, wanted: Sequence[Any]) -> list[tuple[Any, ...]]:
    """A few hundred keys to a statement: a third cheaper on SQLite than a temporary table (measured)."""
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), LISTED_KEYS):
        some = wanted[start : start + LISTED_KEYS]
        cursor.execute(f"{query} IN ({', '.join('?' * len(some))})", some)
        found += cursor.fetchall()
    return found


def _by_table(cursor: Any, table: Table, key: str, query: str, wanted: Sequence[Any]) -> list[tuple[Any, ...]]:
    cursor.execute(f"CREATE TEMP TABLE wanted AS SELECT {key} AS wanted_key FROM {table.name} WHERE 1 = 0")
    with cursor.copy("COPY wanted FROM STDIN") as copy:
        for value in wanted:
            copy.write_row((value,))
    cursor.execute(f"{query} ON t.{key} = wanted_key")
    found: list[tuple[Any, ...]] = cursor.fetchall()
    cursor.execute("DROP TABLE wanted")
    return found


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
