"""Bring the store's schema to the newest version with Alembic, from the first table on."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from pipeline.store.engine import reading
from pipeline.store.store import SEVERAL_VERSIONS
from triage.errors import BadConfiguration


def upgrade(engine: Engine) -> bool:
    """Upgrade to the newest schema, if it is not there. Answers whether an older one was brought up to date."""
    before, newest = versions(engine)
    configuration = _configuration()
    configuration.attributes["engine"] = engine
    command.upgrade(configuration, "head")
    return before not in (None, newest)


def versions(engine: Engine) -> tuple[str | None, str | None]:
    """The store's schema version and the newest one this program knows. Raises BadConfiguration where it says two."""
    with reading(engine) as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    if len(found) > 1:
        raise BadConfiguration(SEVERAL_VERSIONS)
    return next(iter(found), None), ScriptDirectory.from_config(_configuration()).get_current_head()


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", "pipeline.store:migrations")
    return configuration
