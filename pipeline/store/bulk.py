"""Many rows at once, as tuples: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

Rows = Sequence[tuple[Any, ...]]


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Rows) -> int:
    """Insert rows, skipping those whose key is taken; answers how many went in."""
    if not rows:
        return 0
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        cursor = _driver(connection).cursor()
        cursor.executemany(f"INSERT OR IGNORE INTO {table.name} ({names}) VALUES ({marks})", rows)
        return int(cursor.rowcount)
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
    wanted = [(value,) for value in keys]
    names = ", ".join(f"t.{name}" for name in (key, *columns))
    sqlite = connection.dialect.name == "sqlite"
    cursor = _driver(connection).cursor()
    cursor.execute(f"CREATE TEMP TABLE wanted AS SELECT {key} AS wanted_key FROM {table.name} WHERE 1 = 0")
    if sqlite:
        cursor.executemany("INSERT INTO wanted VALUES (?)", wanted)
    else:
        with cursor.copy("COPY wanted FROM STDIN") as copy:
            for row in wanted:
                copy.write_row(row)
    join = "CROSS JOIN" if sqlite else "JOIN"
    condition = "WHERE" if sqlite else "ON"
    cursor.execute(f"SELECT {names} FROM wanted {join} {table.name} t {condition} t.{key} = wanted_key")
    found = cursor.fetchall()
    cursor.execute("DROP TABLE wanted")
    cursor.close()
    return [tuple(row) for row in found]


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
