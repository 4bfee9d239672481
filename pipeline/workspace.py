"""Where a hotline keeps its things: one private folder with settings, keys, store, runs and exports.

Every folder is 0700 and every file 0600, set through the umask before anything is created. Where the operator chose it
(`hotline init --group`), one group shares the workspace: folders are 2770 and files 0660. Which of the two holds is
read from the root's own mode, so that every process sees the same; nothing is ever open to others.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from triage.errors import BadConfiguration

PRIVATE_DIR_MODE, SHARED_DIR_MODE = 0o700, 0o2770
"""The leading 2 (set-group-id) hands the root's group down to whatever is made below it."""
PRIVATE_UMASK, SHARED_UMASK = 0o077, 0o007
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

    @property
    def pictures(self) -> Path:
        """The index of the store's pictures, derived from the store."""
        return self.root / "pictures"

    @property
    def assigned(self) -> Path:
        """What INHOPE assigned, as `hotline iccam pull` wrote it: the one folder here that a run takes in."""
        return self.root / "assigned"

    def run(self, run_id: str) -> Path:
        """The folder of one run."""
        return self.root / "runs" / run_id

    def check_folders(self) -> None:
        """Raises BadConfiguration where something else stands in the place of one of the workspace's folders."""
        for name in self.misplaced():
            raise BadConfiguration(
                f"the workspace's `{name}` is no folder: look what it is, move it away and restore the folder from your"
                " backup"
            )

    def misplaced(self) -> tuple[str, ...]:
        """Folders in whose place a file stands, or a link that leads nowhere."""
        there = [name for name in FOLDERS if os.path.lexists(self.root / name)]
        return tuple(name for name in there if not (self.root / name).is_dir())

    def missing(self) -> tuple[str, ...]:
        """Folders that are not there: a backup that leaves out empty ones brings none back."""
        return tuple(name for name in FOLDERS if not os.path.lexists(self.root / name))

    def make_missing(self) -> None:
        """Make the folders a run writes into, where they are gone. Raises BadConfiguration as `check_folders` does."""
        self.check_folders()
        for name in self.missing():
            make_private(self.root / name)

    def create(self, group_id: int | None = None) -> None:
        """Make the folders, private, or shared with a group (also what is there already). Safe to call again.

        A folder that is no workspace yet becomes private unless a group is given, whatever its mode was. Raises
        BadConfiguration where no folder can be made.
        """
        self.check_folders()
        shared = group_id is not None or (self.settings_file.exists() and is_shared(self.root))
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError, FileNotFoundError):
            raise BadConfiguration("no folder can be made there: choose another place for the workspace") from None
        if group_id is not None:
            _hand_to(self.root, group_id)
        _set_mode(self.root, SHARED_DIR_MODE if shared else PRIVATE_DIR_MODE)
        private_umask(self.root)
        for name in FOLDERS:
            folder = self.root / name
            folder.mkdir(parents=True, exist_ok=True)
            _set_mode(folder, SHARED_DIR_MODE if shared else PRIVATE_DIR_MODE)


def is_shared(root: Path) -> bool:
    """Whether a workspace's root says that its group shares it."""
    return root.is_dir() and root.stat().st_mode & SHARED_DIR_MODE == SHARED_DIR_MODE


def make_private(folder: Path) -> Path:
    """Make a folder (and its parents) and set it to 0700, below a shared root to 2770; answers the folder.

    Raises BadConfiguration where a link stands in its place, which might lead out of the workspace, or a file.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        named = f" `{folder.name}`" if (folder.parent / SETTINGS_NAME).is_file() else ""
        raise BadConfiguration(
            f"the workspace's folder{named} is a link or a file, where a folder of its own must be: look what it is "
            "and move it away"
        )
    folder.mkdir(parents=True, exist_ok=True)
    root = next((above for above in (folder, *folder.parents) if (above / SETTINGS_NAME).is_file()), None)
    _set_mode(folder, SHARED_DIR_MODE if root is not None and is_shared(root) else PRIVATE_DIR_MODE)
    return folder


def is_closed(path: Path, root: Path) -> bool:
    """Whether nobody but the owner, or the group that shares this root, may do anything with it. Raises OSError."""
    return not path.stat().st_mode & (SHARED_UMASK if is_shared(root) else PRIVATE_UMASK)


def guarded(workspace: Workspace) -> list[Path]:
    """What must be closed to others: the root, what lies in it, and what lies in `keys/` and `store/`."""
    found = {workspace.root, workspace.work_keys, *workspace.root.iterdir()}
    found |= {path for folder in (workspace.keys, workspace.database_file.parent) for path in folder.glob("*")}
    return sorted(path for path in found if path.exists())


def opened(workspace: Workspace) -> str:
    """What others can look into although it must be closed to them, and how to mend it; "" where all is closed, or
    where no workspace is."""
    if not workspace.settings_file.is_file():
        return ""
    wrong = [path for path in guarded(workspace) if not is_closed(path, workspace.root)]
    if not wrong:
        return ""
    who = "o=" if is_shared(workspace.root) else "go="
    names = ", ".join(path.relative_to(workspace.root).as_posix() for path in wrong)
    return f"open to others on this machine: {names}: run `chmod {who}` on it in the workspace, see `hotline doctor`"


def private_umask(root: Path) -> None:
    """Make every file this process creates readable by its owner only, or by the group that shares this root."""
    os.umask(SHARED_UMASK if is_shared(root) else PRIVATE_UMASK)


def _set_mode(folder: Path, mode: int) -> None:
    """Only the owner may change a mode, so a colleague's folder that has the right one is left alone."""
    if stat.S_IMODE(folder.stat().st_mode) != mode:
        folder.chmod(mode)


def _hand_to(root: Path, group_id: int) -> None:
    """Give the root and all below it to the group, which then may do what the owner may; others may nothing."""
    for path in (root, *root.rglob("*")):
        if path.is_symlink():
            continue
        os.chown(path, -1, group_id)
        owners = path.stat().st_mode & stat.S_IRWXU
        path.chmod(SHARED_DIR_MODE if path.is_dir() else owners | owners >> 3)
