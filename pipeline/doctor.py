"""What is missing or misconfigured, and how to mend it: one finding per line, in the order one would mend them.

Nothing here changes anything or raises for what it finds. `warn` blocks nobody; `missing` blocks, unless it is for
tests or later steps only (then it is a `warn`).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline import keys, name_model, report_models, resources, scheduler
from pipeline.after_ingest import unsettled
from pipeline.bootstrap import App
from pipeline.doctor_check import Check, State
from pipeline.doctor_delivery import check_delivery
from pipeline.doctor_people import check_people, has_user
from pipeline.retention_runs import due
from pipeline.routes import routes
from pipeline.runs import began
from pipeline.settings import Settings
from pipeline.store.audit import latest_time
from pipeline.store.commit_run import is_committed
from pipeline.store.engine import database_url, open_engine, reading
from pipeline.store.migrate import versions
from pipeline.store.store import Store
from pipeline.workspace import PRIVATE_DIR_MODE, SHARED_DIR_MODE, Workspace, guarded, is_closed, is_shared
from triage.errors import HotlineError

MINIMUM_PYTHON = (3, 11)
FREE_BYTES_NEEDED, FREE_BYTES_WANTED = 1 << 30, 10 << 30
CLOCK_MAY_DIFFER = timedelta(minutes=5)
EARLIEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this project was written a clock can only be wrong."""
MACHINES_VARIABLE = "HOTLINE_MACHINES"
"""How many machines work on this store; set by whoever runs several."""
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre"})
"""Where SQLite's locks cannot be trusted (https://www.sqlite.org/wal.html, "does not work over a network")."""
_SCHEDULER_TIMEOUT_SECONDS = 2.0
_MODULES = (
    ("psycopg", "pg", "for PostgreSQL"),
    ("nbclient", "notebook", "for the notebooks"),
    ("ipykernel", "notebook", "for the notebooks"),
)
_PROGRAMS = (
    (("gpg",), "apt install gnupg"),
    (("openssl",), "apt install openssl"),
    (("chromium", "chromium-browser", "google-chrome"), "apt install chromium"),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What the checks ask of the machine; tests hand in another."""

    python: tuple[int, int] = (sys.version_info[0], sys.version_info[1])
    has_module: Callable[[str], bool] = lambda name: importlib.util.find_spec(name) is not None
    program: Callable[[str], str | None] = shutil.which
    free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    mounts: Callable[[], str] = lambda: (
        Path("/proc/self/mounts").read_text() if Path("/proc/self/mounts").exists() else ""
    )
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    has_user: Callable[[str], bool] = has_user


def examine(app: App, now: datetime, machine: Machine | None = None) -> list[Check]:
    """Look at everything that can be looked at; a broken thing ends only the checks that need it."""
    here = machine or Machine()
    checks = [*_installation(here), *_data(), _clock(now)]
    if not app.workspace.settings_file.is_file():
        return [
            *checks,
            Check("workspace", State.MISSING, "there is none here: run `hotline init`, or give --workspace"),
        ]
    checks += [_folders(app.workspace), _permissions(app.workspace), _space(app.workspace, here)]
    try:
        settings = app.settings
    except HotlineError as error:
        return [*checks, Check("settings", State.MISSING, str(error))]
    checks += [Check("settings", State.OK, f"{settings.kind} workspace"), _drop(settings)]
    checks += [_machines(app.workspace, settings, here), _scheduler(settings)]
    return checks + list(_store(app, settings, now, here))


def blocks(checks: Iterable[Check]) -> bool:
    """Whether something must be mended before reports can be taken in, or before what was set up can leave."""
    return any(check.state is State.MISSING for check in checks)


def _installation(machine: Machine) -> Iterator[Check]:
    shown = ".".join(map(str, machine.python))
    fine = machine.python >= MINIMUM_PYTHON
    yield Check(
        "python", State.OK if fine else State.MISSING, shown if fine else f"{shown}: install Python 3.11 or newer"
    )
    for module, extra, purpose in _MODULES:
        there = machine.has_module(module)
        says = "installed" if there else f"only {purpose}: pip install 'hotline-triage[{extra}]'"
        yield Check(f"module {module}", State.OK if there else State.WARN, says)
    here = f"outside a checkout: export LUIGI_CONFIG_PATH={resources.resource('luigi.cfg')}"
    yield Check("luigi command", State.OK, here)
    for names, install in _PROGRAMS:
        there = any(machine.program(name) for name in names)
        says = "installed" if there else f"needed by tests and later steps only: {install}"
        yield Check(f"program {names[0]}", State.OK if there else State.WARN, says)


def _data() -> Iterator[Check]:
    """The lists and models that came along: whole, and as they were shipped."""
    looked_at: tuple[tuple[str, Callable[[], object], str], ...] = (
        ("phrase lists", lambda: resources.texts(resources.PHRASES), "all there"),
        ("redaction lists", lambda: resources.texts(resources.REDACTION), "all there"),
        ("name lists", lambda: resources.texts(resources.NAMES), "all there"),
        ("routes", routes, "every field of data/routes fits"),
        ("report model", report_models.shipped, "as it was trained"),
        ("name model", name_model.check, "as it was trained"),
    )
    for name, look, fine in looked_at:
        try:
            look()
            yield Check(name, State.OK, fine)
        except HotlineError as error:
            yield Check(name, State.MISSING, str(error))


def _clock(now: datetime) -> Check:
    fine = now >= EARLIEST_NOW
    return Check("clock", State.OK if fine else State.MISSING, "sane" if fine else "is years behind: set it, use NTP")


def _folders(workspace: Workspace) -> Check:
    """What stands where the workspace's folders belong; an empty one a restore left out is made by the next run."""
    if misplaced := workspace.misplaced():
        says = f"no folder: {', '.join(misplaced)}: look what it is, move it away, restore the folder from your backup"
        return Check("folders", State.MISSING, says)
    if missing := workspace.missing():
        says = f"not there: {', '.join(missing)}: restore them, or where they were empty let the next run make them"
        return Check("folders", State.WARN, says)
    return Check("folders", State.OK, "all there")


def _permissions(workspace: Workspace) -> Check:
    """The root, what lies in it, and the files of `keys/` and `store/`: private, or all shared if the root is."""
    shared = is_shared(workspace.root)
    wrong = [path for path in guarded(workspace) if not _fits(path, workspace.root, shared)]
    if not wrong:
        says = "shared with one group (2770), closed to others" if shared else "every folder is private (0700)"
        return Check("permissions", State.OK, says)
    names = ", ".join(sorted(path.relative_to(workspace.root.parent).as_posix() for path in wrong))
    mend = "`hotline init --group NAME` again" if shared else "chmod 700 folders, 600 files"
    how = "as shared as the root" if shared else "private"
    return Check("permissions", State.MISSING, f"not {how}: {names}: {mend}")


def _fits(path: Path, root: Path, shared: bool) -> bool:
    """A key may be closed to the group that shares the rest; the store's files may not, or nobody else can write."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if path.is_dir():
        return mode == (SHARED_DIR_MODE if shared else PRIVATE_DIR_MODE)
    if path.suffix.startswith(".sqlite3") and shared:
        return mode == stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IWGRP
    return is_closed(path, root)


def _space(workspace: Workspace, machine: Machine) -> Check:
    free = machine.free_bytes(workspace.root)
    says = f"{free / 2**30:.1f} GiB free"
    if free < FREE_BYTES_NEEDED:
        return Check("disk space", State.MISSING, f"{says}: make room, at least 1 GiB")
    return Check("disk space", State.OK if free >= FREE_BYTES_WANTED else State.WARN, says)


def _drop(settings: Settings) -> Check:
    if not settings.drop_folder:
        return Check("drop folder", State.OK, "none set: `hotline nightly` takes nothing in")
    path = Path(settings.drop_folder)
    if not path.is_dir():
        return Check("drop folder", State.MISSING, "is not there: mend drop_folder in hotline.toml")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return Check("drop folder", State.WARN, "cannot be written: files stay there after they are taken in")
    return Check("drop folder", State.OK, "there")


def _machines(workspace: Workspace, settings: Settings, machine: Machine) -> Check:
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        return Check("machines", State.OK, "PostgreSQL: several machines may share the store")
    said = machine.environ.get(MACHINES_VARIABLE, "1")
    if not said.isdigit() or int(said) != 1:
        return Check("machines", State.MISSING, "several machines need PostgreSQL: set database_url")
    kind = _file_system(workspace.database_file.resolve(), machine.mounts())
    if kind in NETWORK_FILE_SYSTEMS:
        return Check(
            "machines", State.MISSING, f"SQLite lies on a network file system ({kind}): move it, or use PostgreSQL"
        )
    return Check("machines", State.OK, "one machine, SQLite on a local disk")


def _file_system(path: Path, mounts: str) -> str:
    """Type of the file system a path lies on, from /proc/self/mounts; "" where unknown."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind.removeprefix("fuse.")


def _scheduler(settings: Settings) -> Check:
    if not settings.scheduler_url:
        return Check("scheduler", State.OK, "Luigi's local one")
    if scheduler.answers(settings.scheduler_url, _SCHEDULER_TIMEOUT_SECONDS):
        return Check("scheduler", State.OK, "luigid answers")
    return Check("scheduler", State.MISSING, "luigid does not answer: start it, or leave scheduler_url empty")


def _store(app: App, settings: Settings, now: datetime, machine: Machine) -> Iterator[Check]:
    try:
        if not settings.database_url and not app.workspace.database_file.exists():
            yield Check("store", State.MISSING, "is not there: run `hotline init`, or restore it from your backup")
            return
        current, newest = versions(open_engine(database_url(app.workspace, settings)))
        if current != newest:
            yield Check(
                "schema", State.MISSING, "is not the one this version needs: run `hotline init` (after a backup)"
            )
            return
        yield Check("schema", State.OK, f"version {current}")
        store = app.store
        yield Check("store", State.OK, "opens, and the index key is its own")
        yield from _clock_of(store, now)
        yield from _models(app)
        yield from _keys(app.workspace, store)
        yield check_people(app, machine.has_user)
        yield from _runs(app.workspace, store, settings, now)
        yield from check_delivery(app, now)
    except HotlineError as error:
        yield Check("store", State.MISSING, str(error))


def _clock_of(store: Store, now: datetime) -> Iterator[Check]:
    """A clock that went back lets holds, time-outs and custody begin anew, and nobody sees it on a screen."""
    with reading(store.engine) as connection:
        latest = latest_time(connection)
    if latest is not None and latest > now + CLOCK_MAY_DIFFER:
        minutes = (latest - now) // timedelta(minutes=1)
        says = f"{minutes} minutes behind the audit log's newest entry: set it, use NTP; holds and time-outs go by it"
        yield Check("clock of the log", State.WARN, says)


def _models(app: App) -> Iterator[Check]:
    """The model that judges the next run: if it cannot be read, only SOS calls come in; and the one beside it, which
    counts for nothing."""
    chosen = app.models
    remedies = (
        ("model in force", chosen.in_force, State.MISSING, " (`hotline train switch shipped`)"),
        ("model beside", chosen.beside, State.WARN, "; nothing is compared until another is trained"),
    )
    for what, version, state, remedy in remedies:
        if version is None:
            continue
        try:
            report_models.opened(app.workspace, version)
        except HotlineError as error:
            yield Check(what, state, f"{error}{remedy}")
        else:
            yield Check(what, State.OK, "the shipped one" if version == report_models.SHIPPED else version)


def _keys(workspace: Workspace, store: Store) -> Iterator[Check]:
    try:
        key_id = store.active_key()
        keys.public_key(workspace, key_id)
        yield Check("vault key", State.OK, f"public half of {key_id} is here")
    except HotlineError as error:
        yield Check("vault key", State.MISSING, str(error))
        return
    try:
        here = keys.opens_here(workspace, key_id)
    except HotlineError as error:
        yield Check("vault opened", State.MISSING, f"{error}, or take the file away where only intake runs")
        return
    opened = "the private half is here: texts can be read on this machine"
    closed = "the private half is not usable here: fine where only intake runs"
    yield Check("vault opened", State.OK if here else State.WARN, opened if here else closed)


def _runs(workspace: Workspace, store: Store, settings: Settings, now: datetime) -> Iterator[Check]:
    waiting = len(due(store, settings.work_key_days, now))
    says = "none is due" if not waiting else f"{waiting} are due to be destroyed: run `hotline nightly`"
    yield Check("working keys", State.WARN if waiting else State.OK, says)
    begun = [run_id for run_id in unsettled(store) if began(workspace, run_id)]
    lost = [one for one in begun if not (workspace.work_keys / f"{one}.key").exists() and not is_committed(store, one)]
    if lost:
        says = f"gone: {', '.join(lost)}: restore keys/work, or take in their files as a new --batch"
        yield Check("keys of cut runs", State.WARN, says)
    cut = len(begun)
    says = "all finished" if not cut else f"{cut} unfinished: see `hotline status`; `hotline nightly` ends them"
    yield Check("runs", State.WARN if cut else State.OK, says)
