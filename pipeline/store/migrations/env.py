"""Runs Alembic migrations over the engine handed in by `pipeline.store.migrate`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from pipeline.store import answer_tables, delivery_tables, item_tables, list_tables, text_tables
from pipeline.store.schema import metadata

TABLES = (answer_tables, delivery_tables, item_tables, list_tables, text_tables)
"""Imported so that the metadata is complete."""

engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
