"""Read large results piece by piece, on both engines without holding them whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Table, text

from pipeline.store import bulk
from pipeline.store.imprints import spread

PIECE_ROWS = 20_000
Ints = npt.NDArray[np.int64]


def one_snapshot(connection: Connection) -> None:
    """Make every following statement see the same moment, also while a batch is being committed."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def pieces(connection: Connection, statement: str, rows: int = PIECE_ROWS) -> Iterator[list[tuple[Any, ...]]]:
    """Lists of at most `rows` result rows. `statement` is fixed text without parameters."""
    result = connection.execution_options(stream_results=True, max_row_buffer=rows).exec_driver_sql(statement)
    try:
        while found := result.fetchmany(rows):
            yield [tuple(row) for row in found]
    finally:
        result.close()


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> Ints:
    """Rows of whole numbers as an array of `width` columns; NULL becomes 0."""
    filled = [[value or 0 for value in row] for row in rows]
    return np.array(filled, dtype=np.int64).reshape(-1, width).T


def mixed(ids: Ints) -> int:
    """A sum over mixed ids, equal for equal sets in any order."""
    return int(spread(ids.astype(np.uint64)).sum(dtype=np.uint64))


def lookup(
    connection: Connection, table: Table, key: str, keys: Iterable[int], names: Sequence[str]
) -> list[tuple[Any, ...]]:
    """`bulk.lookup` for whole numbers, also while `pieces` is still reading: SQLite drops no table then, so one stays
    until the snapshot ends."""
    if connection.dialect.name != "sqlite":
        return bulk.lookup(connection, table, key, keys, names)
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS verify_wanted (wanted INTEGER)")
    connection.exec_driver_sql("DELETE FROM verify_wanted")
    wanted = [(int(one),) for one in keys]
    if wanted:
        connection.exec_driver_sql("INSERT INTO verify_wanted VALUES (?)", wanted)
    shown = ", ".join(f"t.{name}" for name in (key, *names))
    found = connection.exec_driver_sql(
        f"SELECT {shown} FROM verify_wanted CROSS JOIN {table.name} t WHERE t.{key} = wanted"
    )
    return [tuple(row) for row in found]


def scalar(connection: Connection, statement: str) -> int:
    """One number; 0 for NULL."""
    return int(connection.exec_driver_sql(statement).scalar_one() or 0)
