"""A folder of files as one tar with fixed metadata: same files, same bytes, and no name of a person or a machine in it.

POSIX ustar, which GNU tar, 7-Zip and Windows' own `tar` open. `untarred` reads only what `tarred` writes: it makes the
archive again from what it read and compares, so that a changed byte in a header or in the padding is found as well.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from exporters.bag import PAYLOAD, Problem, is_safe_name
from triage.errors import RuleBroken

_FILE_MODE = 0o644
_WHOLE = "package"


@dataclass(frozen=True, slots=True)
class Untarred:
    """What was read of a tar: files by their name below its one folder, and what is wrong with the archive itself."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...]


def tarred(files: Mapping[str, bytes], folder: str, at: datetime) -> bytes:
    """One tar of the files below `folder`, in order of names; every file carries the time `at`, to the second.

    Raises RuleBroken for a name that is not safe everywhere, or a time without an offset from UTC.
    """
    if at.tzinfo is None:
        raise RuleBroken("the time of a package needs an offset from UTC")
    if not is_safe_name(folder) or not all(is_safe_name(name.removeprefix(PAYLOAD)) for name in files):
        raise RuleBroken("a package is named with letters, digits, dots, hyphens and underscores only")
    return _written(files, folder, int(at.astimezone(UTC).timestamp()))


def untarred(body: bytes) -> Untarred:
    """The files of a tar made by `tarred`, read in memory; nothing is ever unpacked onto a disk.

    A link, a device, a second folder or a strange name is a problem and is not read; so is every other difference
    from what `tarred` writes. No error is raised for anything a file may hold.
    """
    try:
        members, files = _read(body)
    except (tarfile.TarError, ValueError, EOFError, OverflowError):
        return Untarred({}, (Problem(_WHOLE, "is not a whole tar archive: it was cut off or changed"),))
    folders = {member.name.partition("/")[0] for member in members}
    times = {int(member.mtime) for member in members}
    if len(folders) != 1 or len(times) != 1 or len(files) != len(members):
        return Untarred(files, (Problem(_WHOLE, "is not the archive of one package: it was changed or packed again"),))
    if _written(files, folders.pop(), times.pop()) != body:
        return Untarred(files, (Problem(_WHOLE, "was changed outside its files, or packed again by another program"),))
    return Untarred(files, ())


def _written(files: Mapping[str, bytes], folder: str, seconds: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size, member.mtime, member.mode = len(files[name]), seconds, _FILE_MODE
            archive.addfile(member, io.BytesIO(files[name]))
    return buffer.getvalue()


def _read(body: bytes) -> tuple[list[tarfile.TarInfo], dict[str, bytes]]:
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:") as archive:
        members = archive.getmembers()
        for member in members:
            name = member.name.partition("/")[2]
            plain = member.type == tarfile.REGTYPE and not member.pax_headers and not member.issparse()
            if plain and is_safe_name(name.removeprefix(PAYLOAD)) and member.size <= len(body):
                content = archive.extractfile(member)
                files[name] = content.read() if content is not None else b""
    return members, files
