"""Which files a run takes in: what a folder holds, which channel reads each, and which must wait.

A file that changes while it is looked at is still being written: it is left where it is for the next run. A file no
channel knows, or one that is empty, is named and left out of the rows; it never stops a batch. Hidden files of a folder
and those a program is not done with are left alone, and named too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.channels.base import Cut
from pipeline.channels.registry import channel_for
from pipeline.channels.sos import SosAlert
from pipeline.workspace import SETTINGS_NAME

READ_BYTES = 1 << 20
SKIPPED_SUFFIXES = (".part", ".tmp", ".crdownload", ".swp", ".sealed", "~")
_HIDDEN = "is hidden: name it without a dot before, if it is to be taken in"
_HIDDEN_FOLDER = "is a hidden folder: nobody looked into it"
_UNFINISHED = "is called as files are that a program is not done with: give it another name, if it is whole"
UNIT_BYTES = 8 << 20
"""Small files are taken in together until they reach this size."""
UNIT_FILES = 256
INCOMING = "incoming"
"""Folder of the workspace where rows a person enters lie while they are taken in."""
WHOLE = -1
Piece = tuple[int, int]
"""A file's number and which of its cuts, or WHOLE."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of a run. `channel` is "" where no channel reads it, and then `problem` says why.

    `cuts` are the stretches it is read in, empty for a file read in one go.
    """

    path: str
    sha256: str
    size: int
    channel: str
    problem: str = ""
    cuts: tuple[Cut, ...] = ()
    written: int = 0
    """When it was last written, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the inputs held: files to take in, files nothing can read, and how many are still being written."""

    files: tuple[InputFile, ...]
    unreadable: tuple[InputFile, ...]
    growing: tuple[str, ...]
    passed: tuple[InputFile, ...] = ()
    """What a folder holds that nobody looked into: hidden, or of a program at work. `problem` says which."""


def look(inputs: Iterable[Path]) -> Found:
    """Look at every file, hash it and choose its channel. The order is by path, so runs repeat."""
    files: list[InputFile] = []
    unreadable: list[InputFile] = []
    growing: list[str] = []
    passed: dict[Path, str] = {}
    for path in sorted(set(_expand(inputs, passed))):
        seen = _look_at(path)
        if seen is None:
            growing.append(str(path))
        elif seen.problem:
            unreadable.append(seen)
        else:
            files.append(seen)
    alone = tuple(InputFile(str(path), "", 0, "", why) for path, why in sorted(passed.items()))
    return Found(tuple(files), tuple(unreadable), tuple(growing), alone)


def only_calls(files: Sequence[InputFile]) -> bool:
    """Whether all of it are SOS calls, which are taken in whatever happens."""
    return all(file.channel == SosAlert.name for file in files)


def units(files: Sequence[InputFile]) -> list[list[Piece]]:
    """Pieces grouped into units of ingest: a large file's stretches alone, small files together."""
    grouped: list[list[Piece]] = []
    size = UNIT_BYTES
    for number, file in enumerate(files):
        if file.cuts:
            grouped += [[(number, cut)] for cut in range(len(file.cuts))]
            size = UNIT_BYTES
            continue
        if not grouped or size + file.size > UNIT_BYTES or len(grouped[-1]) >= UNIT_FILES:
            grouped.append([])
            size = 0
        grouped[-1].append((number, WHOLE))
        size += file.size
    return grouped


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _expand(inputs: Iterable[Path], passed: dict[Path, str]) -> Iterator[Path]:
    for given in inputs:
        if given.is_dir():
            yield from _inside(given, passed)
        elif given.is_symlink() and not os.readlink(given).startswith("/proc/"):
            yield given.resolve()
        else:
            yield given


def _inside(folder: Path, passed: dict[Path, str]) -> Iterator[Path]:
    """What a folder holds, at any depth, but nothing of a workspace in it; what is left alone goes to `passed`."""
    for root, folders, names in os.walk(folder):
        here = Path(root)
        links = [name for name in folders if (here / name).is_symlink()]
        inside = [name for name in folders if name not in links]
        passed.update({here / name: _HIDDEN_FOLDER for name in inside if name.startswith(".")})
        folders[:] = [name for name in inside if name[0] != "." and not (here / name / SETTINGS_NAME).exists()]
        for name in (*names, *links):
            if name.startswith("."):
                passed[here / name] = _HIDDEN
            elif name.endswith(SKIPPED_SUFFIXES):
                passed[here / name] = _UNFINISHED
            else:
                yield here / name


def _look_at(path: Path) -> InputFile | None:
    """None where the file changed while it was read."""
    try:
        if path.is_symlink() and not os.readlink(path).startswith("/proc/"):
            return InputFile(str(path), "", 0, "", "is a link: name what it leads to, if that is to be taken in")
        if not path.is_file():
            return InputFile(str(path), "", 0, "", "is no ordinary file: give files or folders")
        before = path.stat()
        digest = sha256_of(path)
        channel = channel_for(path)
        cuts = channel.cuts(path) if channel and before.st_size else ()
        after = path.stat()
    except OSError:
        return InputFile(str(path), "", 0, "", "cannot be opened: check its permissions")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    if not before.st_size and not (channel and channel.reads_empty):
        return InputFile(str(path), digest, 0, "", "is empty: ask the sender for it again")
    if channel is None:
        return InputFile(
            str(path), digest, before.st_size, "", "is in no format a channel reads: keep it, ask for a table or a mail"
        )
    return InputFile(str(path), digest, before.st_size, channel.name, cuts=cuts, written=before.st_mtime_ns)
