"""`hotline hash`: what files can be recognised by; needs no workspace and keeps nothing."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import no_workspace_option

if TYPE_CHECKING:
    from pipeline.hashing import Hashed

COLUMNS = ("file", "type", "form", "value", "quality")
TYPES = ("sha256", "sha1", "md5", "pdq", "phash", "dhash", "whash")
_ON_DEMAND = ("dhash", "whash")
LARGEST_FILE_BYTES = 2 << 30
"""A file is hashed from memory."""


@click.command(name="hash")
@no_workspace_option
@click.argument("files", nargs=-1, required=True, metavar="FILE... | -")
@click.option("--types", default=",".join(one for one in TYPES if one not in _ON_DEMAND), show_default=True,
              help=f"Signal types, separated by commas: {', '.join(TYPES)}.")  # fmt: skip
@click.option("--forms", type=click.Choice(["whole", "all"]), default="whole", show_default=True,
              help="Also the PDQ of the trimmed, turned, mirrored and cut picture.")  # fmt: skip
@click.option("--recursive", is_flag=True, help="Also take folders, with every file below them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file instead of tab-separated cells.")
def hash_(files: tuple[str, ...], types: str, forms: str, recursive: bool, as_json: bool) -> None:
    """Print the digests and perceptual hashes of files, or of what is piped in (-).

    Prints tab-separated cells under a header: file, type, form, value (hex), quality (PDQ's 0 to 100). Pictures are
    decoded in a child process with limits; a file that has no perceptual hash is named on stderr by its number, with
    the reason. Distances mean something within one type only; for PDQ 31 bits or fewer are taken as the same picture.

    \b
    Example:
      hotline hash --types sha256,pdq picture.jpg
    """
    from pipeline.hashing import Hasher
    from triage.signals.base import FORMS, WHOLE

    wanted = _chosen(types)
    pictures = [one for one in wanted if one not in ("sha256", "sha1", "md5")]
    out = sys.stdout.buffer
    if not as_json:
        out.write("\t".join(COLUMNS).encode() + b"\n")
    with Hasher(pictures, FORMS if forms == "all" else (WHOLE,)) as hasher:
        for number, name, content in _contents(files, recursive):
            found = hasher.hashed(content)
            out.write((_as_json if as_json else _as_tsv)(name, found, wanted).encode())
            if found.problem:
                click.echo(f"hotline: file {number}: no perceptual hash ({found.problem})", err=True)
    out.flush()


def _chosen(types: str) -> list[str]:
    """The types asked for, in our order. Raises UsageError for one there is not."""
    from triage.errors import UsageError

    asked = {one.strip() for one in types.split(",")}
    if not asked <= set(TYPES):
        raise UsageError(f"--types takes {', '.join(TYPES)}, separated by commas")
    return [one for one in TYPES if one in asked]


def _contents(files: Sequence[str], recursive: bool) -> Iterator[tuple[int, str, bytes]]:
    """Number of the argument, name and content of each file."""
    for number, file in enumerate(files, 1):
        if file == "-":
            yield number, file, sys.stdin.buffer.read()
        else:
            for path in _paths(number, file, recursive):
                yield number, path, _read(number, path)


def _paths(number: int, file: str, recursive: bool) -> Iterator[str]:
    from triage.errors import UsageError

    if not os.path.isdir(file):
        yield file
        return
    if not recursive:
        raise UsageError(f"argument {number} is a folder: give --recursive to take every file below it")
    for folder, folders, names in os.walk(file):
        folders.sort()
        yield from (path for path in (os.path.join(folder, name) for name in sorted(names)) if _is_file(path))


def _is_file(path: str) -> bool:
    """Whether a file lies there; a link, a pipe and a device are passed over."""
    return stat.S_ISREG(os.lstat(path).st_mode)


def _read(number: int, path: str) -> bytes:
    """Its content. Raises UnusableInput, without the path, where it cannot be read or is too large."""
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    try:
        require_file(path, f"argument {number}")
        with open(path, "rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a file name"
        raise UnusableInput(f"argument {number}: a file cannot be read ({why}): check the path") from None
    if len(content) > LARGEST_FILE_BYTES:
        raise UnusableInput(f"argument {number}: a file is larger than 2 GiB: use sha256sum for its digest")
    return content


def _as_tsv(name: str, found: Hashed, wanted: Sequence[str]) -> str:
    from pipeline.normalising import escape

    return "".join(
        "\t".join((escape(name), one.type, one.form, one.value.hex(), "" if one.quality is None else str(one.quality)))
        + "\n"
        for one in found.signals
        if one.type in wanted
    )


def _as_json(name: str, found: Hashed, wanted: Sequence[str]) -> str:
    signals = [
        {"type": one.type, "form": one.form, "value": one.value.hex(), "quality": one.quality}
        for one in found.signals
        if one.type in wanted
    ]
    row = {"file": name, "size_bytes": found.size_bytes, "media_type": found.media_type, "problem": found.problem}
    return json.dumps(row | {"signals": signals}) + "\n"
