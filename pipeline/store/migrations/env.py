"""Runs Alembic migrations over the engine handed in by `pipeline.store.migrate`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from pipeline.store import (
    alert_tables,
    answer_tables,
    delivery_tables,
    disclosure_tables,
    item_tables,
    list_tables,
    notice_tables,
    text_tables,
)
from pipeline.store.schema import metadata

TABLES = (
    alert_tables, answer_tables, delivery_tables, disclosure_tables, item_tables, list_tables, notice_tables,
    text_tables,
)  # fmt: skip
"""Imported so that the metadata is complete."""

engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
