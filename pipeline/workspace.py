"""Where a hotline keeps its things: one private folder with settings, keys, store, runs and exports.

Every folder is 0700 and every file 0600, set through the umask before anything is created.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PRIVATE_DIR_MODE = 0o700
PRIVATE_UMASK = 0o077
SETTINGS_NAME = "hotline.toml"
FOLDERS = ("keys", "keys/work", "store", "runs", "sealed-inputs", "exports")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths below one workspace folder; making the object touches nothing."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """The operator's settings."""
        return self.root / SETTINGS_NAME

    @property
    def keys(self) -> Path:
        """Vault keys: public ones always, private ones where people work."""
        return self.root / "keys"

    @property
    def work_keys(self) -> Path:
        """One working key per run, destroyed N days after commit."""
        return self.root / "keys" / "work"

    @property
    def database_file(self) -> Path:
        """The SQLite store, where no PostgreSQL is set."""
        return self.root / "store" / "hotline.sqlite3"

    @property
    def sealed_inputs(self) -> Path:
        """Input files after ingest, encrypted to the vault."""
        return self.root / "sealed-inputs"

    @property
    def exports(self) -> Path:
        """Packages made for recipients."""
        return self.root / "exports"

    def run(self, run_id: str) -> Path:
        """The folder of one run."""
        return self.root / "runs" / run_id

    def create(self) -> None:
        """Make the folders, private. Safe to call again."""
        make_private(self.root)
        for name in FOLDERS:
            make_private(self.root / name)


def make_private(folder: Path) -> Path:
    """Make a folder (and its parents) and set it to 0700; answers the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(PRIVATE_DIR_MODE)
    return folder


def private_umask() -> None:
    """Make every file this process creates readable by its owner only."""
    os.umask(PRIVATE_UMASK)
