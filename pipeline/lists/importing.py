"""Import a list: read it, save it beside the version in force, and put it in force; or leave all as it was.

The new version is written under a temporary name, fsynced and renamed; then one transaction says it is in force and
records the act. Killed anywhere before, the old version stays in force. The version before is kept until the next
import. A file that breaks off half-way is refused whole: half a list in force would be worse than yesterday's. Rows
that cannot be used are named in `rejects.csv` beside the arrays; the others go in.

A list keeps its kind: a known list that became an allow list by a slip would suppress the hits of every other list.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.durable import new_folder, remove_leftovers, write_file
from pipeline.lists.entries import LIST_THRESHOLD, Gathered
from pipeline.lists.formats.base import Row
from pipeline.lists.formats.registry import format_for
from pipeline.lists.manifest import MANIFEST_NAME, Counted, Manifest, Source
from pipeline.lists.rejects import RejectsFile
from pipeline.lists.saved import REJECTS_NAME, SavedList, described, lists_folder, read_manifest, write_arrays
from pipeline.lists.values import (
    LINK_QUALITY,
    WIDEST_BITS,
    BadValue,
    ListKind,
    Opinion,
    opinion_of,
    quality_of,
    radius_of,
    type_named,
    value_of,
)
from pipeline.plain_files import require_file
from pipeline.store.engine import reading, writing
from pipeline.store.list_tables import hash_list
from pipeline.store.schema import audit
from pipeline.workspace import make_private
from triage.errors import Damage, UnusableInput, UsageError
from triage.people import Act, Person, require

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_LOCK_NAME = ".importing"
_MENDED = ".mended"
_IMPORTED = "list_imported"
_TURNED: Mapping[ListKind, str] = {
    ListKind.ALLOW: "this list is a known list; with --allow it would suppress the matches of every list: leave "
    "--allow out or import under another --name",
    ListKind.KNOWN: "this list is an allow list; without --allow it would suppress nothing and its entries would count "
    "as known: add --allow or import under another --name",
}
"""What is wrong with an import that asks for this kind where the version in force is of the other."""
_ON_PURPOSE = "; to change its kind on purpose add --change-kind. Nothing was changed"
_PROGRESS_ROWS = 50_000
_NOISE = re.compile(r"[^a-z0-9]")
LICENSED = frozenset({"photodna", "pdna", "netclean", "videntifier", "tmkpdqf", "ssvhpdna", "ssvhsaferhash"})
"""Types lists carry that nothing here can compare; counted by name. Any other name may be a value that slipped."""
Progress = Callable[[int], None]
"""Told how many rows are read."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported. `thresholds` in bits by type; empty `version` and `format` are found out.

    `change_kind`: a list in force may become one of the other kind.
    """

    path: Path
    name: str
    kind: ListKind = ListKind.KNOWN
    licence: str = ""
    thresholds: Mapping[str, int] | None = None
    version: str = ""
    format: str = ""
    change_kind: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. `unchanged`: the very same list was in force already, and nothing was done.

    `kind_before` is None for a new list, `thresholds_before` also where the manifest before could not be read.
    """

    manifest: Manifest
    folder: Path
    previous: str | None
    unchanged: bool
    kind_before: ListKind | None = None
    thresholds_before: Mapping[str, int] | None = None
    """Bits by perceptual type, all of them."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What was in force: nothing, or a version whose manifest may not be readable and whose files may be damaged."""

    manifest: Manifest | None = None
    damaged: bool = False
    kind: ListKind | None = None

    @property
    def thresholds(self) -> Mapping[str, int] | None:
        """What `Imported` says of them."""
        return None if self.manifest is None else {kind: self.manifest.source.radius(kind) for kind in WIDEST_BITS}


def import_list(app: App, by: Person, order: Order, now: datetime, progress: Progress) -> Imported:
    """Import a list and put it in force.

    Raises RuleBroken by role, UsageError for a name, version or format that cannot be and for a change of kind nobody
    asked for, UnusableInput where the file cannot be read to its end or holds no usable entry, Damage where neither the
    list's files nor the audit chain say what is in force.
    """
    require(by, Act.RUN_BATCH)
    source = _source(order)
    make_private(lists_folder(app.workspace))
    above = make_private(lists_folder(app.workspace) / order.name)
    with _alone(above):
        with reading(app.store.engine) as connection:
            row = connection.execute(select(hash_list).where(hash_list.c.name == order.name)).one_or_none()
            before = _Before() if row is None else _before(connection, above / row.version, row.manifest_digest)
        if before.kind not in (None, order.kind) and not order.change_kind:
            raise UsageError(f"{_TURNED[order.kind]}{_ON_PURPOSE}")
        source = _continued(source, before.manifest)
        whole = None if before.damaged else before.manifest
        if row is not None and whole is not None and whole.source == source and _is_version(row.version, order.version):
            return Imported(whole, above / row.version, row.previous, True, before.kind, before.thresholds)
        version = order.version or f"{now.astimezone(UTC):%Y-%m-%d}-{_fingerprint(source)[:8]}"
        if row is not None and version == row.version:
            version = _beside(version, source, whole)
        return _imported(app, by, order, source, above / version, now, progress, before)


def _continued(source: Source, before: Manifest | None) -> Source:
    """What was not said anew stays: the licence of the same file, and thresholds while the list keeps its kind."""
    if before is None:
        return source
    if not source.licence and before.source.sha256 == source.sha256:
        source = replace(source, licence=before.source.licence)
    if before.source.kind is not source.kind:
        return source
    return replace(source, thresholds={**before.source.thresholds, **source.thresholds})


def _is_version(in_force: str, asked: str) -> bool:
    """Whether the version in force is the one asked for; a damaged one was mended under a name of its own."""
    return asked in ("", in_force) or f"{asked}{_MENDED}" == in_force


def _beside(version: str, source: Source, whole: Manifest | None) -> str:
    """The folder in force is never written: a damaged one is replaced under a new name, a whole one stays."""
    if whole is None:
        return f"{version}{_MENDED}"
    words = {"sha256": "content", "kind": "kind (known or allow)"}
    unlike = [words.get(name, name) for name in ("sha256", "kind", "licence", "thresholds", "format")
              if getattr(source, name) != getattr(whole.source, name)]  # fmt: skip
    raise UsageError(
        f"this version of the list is in force already with other {', '.join(unlike)}: give another --version"
    )


def _imported(
    app: App, by: Person, order: Order, source: Source, target: Path, now: datetime, progress: Progress, before: _Before
) -> Imported:
    remove_leftovers(target.parent)
    if target.exists():
        shutil.rmtree(target)
    with new_folder(target) as folder:
        manifest = _saved(folder, order, source, target.name, by, now, progress)
    with writing(app.store.engine) as connection:
        previous = _put_in_force(connection, manifest, by, now)
        details = {
            "version": target.name, "kind": str(source.kind), "entries": manifest.counted.entries,
            "rejected": manifest.counted.rejected, "before": previous or "",
            "kind_before": str(before.kind or ""),
        }  # fmt: skip
        app.store.record(connection, now, actor(by), _IMPORTED, f"list:{order.name}", details)
    for folder in target.parent.iterdir():
        if folder.is_dir() and folder.name not in (target.name, previous):
            shutil.rmtree(folder)
    return Imported(manifest, target, previous, False, before.kind, before.thresholds)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One import of a list at a time. Raises UsageError while another one is under way; a killed one lets go."""
    with (folder / _LOCK_NAME).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError("this list is being imported by somebody else just now: wait for the end") from None
        yield


def _source(order: Order) -> Source:
    """Check what was asked for and find out the rest."""
    if not _NAME.fullmatch(order.name) or (order.version and not _NAME.fullmatch(order.version)):
        raise UsageError("a list's name and version are at most 40 small letters, digits, dots, dashes and underscores")
    thresholds = dict(order.thresholds or {})
    for kind, radius in thresholds.items():
        if kind not in WIDEST_BITS or not 0 <= radius <= WIDEST_BITS[kind]:
            raise UsageError("a threshold is given as TYPE=BITS: pdq up to 90, phash, dhash and whash up to 16")
    try:
        require_file(order.path, "this")
        recognised = format_for(order.path, order.format)
        with order.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = order.path.stat().st_size
    except (OSError, ValueError):
        raise UnusableInput("this file cannot be read: check the path and who may read it") from None
    return Source(order.name, order.kind, order.licence, thresholds, recognised.name, digest, size)


def _fingerprint(source: Source) -> str:
    return hashlib.sha256(Manifest(source, "", 0, "", Counted(), {}).to_bytes()).hexdigest()


def _before(connection: Connection, folder: Path, digest: str) -> _Before:
    """The version in force, as far as it can be read, and whether anything there is damaged; reads all."""
    try:
        manifest = read_manifest(folder, digest)
    except Damage:
        return _Before(None, True, _kind_told(connection, folder.parent.name))
    return _Before(manifest, bool(SavedList(folder, manifest).changed_files()), manifest.source.kind)


def _kind_told(connection: Connection, name: str) -> ListKind:
    """The kind of a list by the audit chain, which knows it also where the list's files are gone. Raises Damage."""
    told = select(audit.c.details).where(audit.c.event == _IMPORTED, audit.c.subject == f"list:{name}")
    details = connection.execute(told.order_by(audit.c.seq.desc()).limit(1)).scalar_one_or_none()
    if details is None:
        raise Damage("the audit chain does not tell of this list, which is in force: run `hotline verify`")
    return ListKind(json.loads(details)["kind"])


def _saved(
    folder: Path, order: Order, source: Source, version: str, by: Person, now: datetime, progress: Progress
) -> Manifest:
    gathered = Gathered()
    with RejectsFile(folder / REJECTS_NAME) as rejects:
        tally = _Tally(gathered, rejects)
        for row in format_for(order.path, source.format).rows(order.path):
            tally.take(row)
            if tally.rows % _PROGRESS_ROWS == 0:
                progress(tally.rows)
    blocks = gathered.blocks()
    if not blocks:
        raise UnusableInput(f"no entry of this file can be used ({_shortly(tally)}): check its format")
    files = {**write_arrays(folder, blocks, gathered.tags), REJECTS_NAME: described(folder / REJECTS_NAME)}
    opinions = {
        kind: {one.name.lower(): int((block.opinion == one).sum()) for one in Opinion} for kind, block in blocks.items()
    }
    entries = sum(len(block) for block in blocks.values())
    counted = Counted(
        tally.rows, entries, tally.values - entries, tally.rejected, tally.withdrawn, opinions, dict(tally.unusable)
    )
    manifest = Manifest(source, version, by.person_id, now.astimezone(UTC).isoformat(), counted, files)
    write_file(folder / MANIFEST_NAME, manifest.to_bytes())
    return manifest


def _put_in_force(connection: Connection, manifest: Manifest, by: Person, now: datetime) -> str | None:
    """Say in the store that this version is in force; answers the one before."""
    name = manifest.source.name
    values = {
        "version": manifest.version, "manifest_digest": hashlib.sha256(manifest.to_bytes()).hexdigest(),
        "imported_by": by.person_id, "imported_at": int(now.timestamp()),
    }  # fmt: skip
    row = connection.execute(select(hash_list).where(hash_list.c.name == name)).one_or_none()
    if row is None:
        connection.execute(hash_list.insert().values(name=name, previous=None, **values))
        return None
    before: str = row.version
    connection.execute(hash_list.update().where(hash_list.c.name == name).values(previous=before, **values))
    return before


class _Tally:
    """Checks rows, hands on what can be used and counts the rest."""

    def __init__(self, gathered: Gathered, rejects: RejectsFile) -> None:
        self._gathered, self._rejects = gathered, rejects
        self.rows = self.values = self.rejected = self.withdrawn = 0
        self.unusable: Counter[str] = Counter()

    @property
    def reasons(self) -> Counter[str]:
        return self._rejects.reasons

    def take(self, row: Row) -> None:
        """One row: all of its usable values, or a reject."""
        self.rows += 1
        if row.withdrawn:
            self.withdrawn += 1
            return
        try:
            if row.problem is not None:
                raise BadValue(*row.problem)
            _require_text(row)
            opinion = opinion_of(row.opinion)
            usable = [(type_named(kind), kind, text) for kind, text in row.values]
            if not any(kind for kind, _, _ in usable):
                raise _unusable(row)
        except BadValue as problem:
            self._reject(row.number, problem)
            return
        taken = [self._value(row, kind, written, text, opinion) for kind, written, text in usable]
        self.rejected += not any(taken)

    def _value(self, row: Row, kind: str | None, written: str, text: str, opinion: Opinion) -> bool:
        """One value of a row; a bad one is a reject of its own, those beside it go in."""
        if kind is None:
            plain = _NOISE.sub("", written.lower())
            self.unusable[plain if plain in LICENSED else "other"] += 1
            return False
        try:
            if kind == "pdq" and row.quality and quality_of(row.quality) < LINK_QUALITY:
                raise BadValue("quality", "low_quality")
            threshold = radius_of(kind, row.threshold) if row.threshold and kind in WIDEST_BITS else LIST_THRESHOLD
            value = value_of(kind, text)
        except BadValue as problem:
            self._rejects.add(row.number, problem.field, problem.reason)
            return False
        self._gathered.add(kind, value, opinion, threshold, row.tags, row.own_id)
        self.values += 1
        return True

    def _reject(self, number: int, problem: BadValue) -> None:
        self.rejected += 1
        self._rejects.add(number, problem.field, problem.reason)


def _require_text(row: Row) -> None:
    """JSON may spell half a character, which no file of text can hold. Raises BadValue."""
    for field, texts in (("tags", row.tags), ("id", (row.own_id,))):
        if any("\ud800" <= char <= "\udfff" for text in texts for char in text):
            raise BadValue(field, "not_text")


def _unusable(row: Row) -> BadValue:
    """Why a row has no value of a type that can be compared."""
    if not row.values:
        return BadValue("value", "value_missing")
    return BadValue("type", "type_not_usable" if any(kind for kind, _ in row.values) else "type_missing")


def _shortly(tally: _Tally) -> str:
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in tally.reasons.most_common(3))
    return f"{tally.rows:,} rows{': ' + reasons if reasons else ''}"
