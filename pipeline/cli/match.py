"""`hotline match`: what the known-hash lists say of files or of one value; writes nothing and judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.hashing import Hashed
    from pipeline.lists.matching import Answer, Lists


@dataclass(frozen=True, slots=True)
class _Item:
    """What was asked about and what came of it; `name` is a file's own, empty for a value."""

    number: int
    name: str
    hashed: Hashed
    answers: Sequence[Answer]


@click.command()
@workspace_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
@click.option("--hash", "value", default="", metavar="TYPE:HEX", help="One value instead of files.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def match(workspace: str | None, files: tuple[Path, ...], value: str, as_json: bool) -> None:
    """Ask every list in force about files, or about one value: which entries match, and how near.

    Files are read into memory, decoded in a child process with limits, and named by their place in the call and their
    own name. Ends with 0 whether something matched or not. A match is a reason to look, never an assessment.

    \b
    Examples:
      hotline match evidence/1.jpg evidence/2.jpg
      hotline match --hash md5:00112233445566778899aabbccddeeff
    """
    from datetime import UTC, datetime

    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.people import allowed
    from pipeline.lists.matching import Lists, match_many
    from triage.errors import UsageError
    from triage.people import Act

    if bool(files) == bool(value):
        raise UsageError("give files, or one value with --hash TYPE:HEX")
    app = App.at(workspace)
    allowed(app, Act.SEE_QUEUE)
    lists = Lists.open(app, datetime.now(UTC))
    if not lists.in_force:
        raise UsageError("there is no list yet: import one with `hotline lists import FILE --name NAME`")
    hashed = _of_value(value) if value else _of_files(files)
    answers = match_many(lists, [one.signals for one in hashed])
    names = [path.name for path in files] or [""]
    items = [_Item(*one) for one in zip(range(1, len(names) + 1), names, hashed, answers, strict=True)]
    if as_json:
        screens.show_json(app, _as_json(lists, items))
    else:
        screens.show(app, _screen(lists, items))


def form_words(form: str) -> str:
    """A form of a picture as people say it: `rotated_90` is "rotated 90°", `crop_8` "cropped 8 %"."""
    word, _, rest = form.partition("_")
    *where, number = rest.split("_")
    if word == "crop":
        return " ".join(("cropped", *where, f"{number} %"))
    return f"{word} {number}°" if number and word == "rotated" else f"{word}, {number}°" if number else word


def _of_value(given: str) -> list[Hashed]:
    """Raises UsageError without repeating what was given."""
    from pipeline.hashing import Hashed
    from pipeline.lists.values import BadValue, type_named, value_of
    from triage.errors import UsageError
    from triage.signals.base import Signal

    kind = type_named(given.partition(":")[0])
    try:
        if kind is None:
            raise BadValue("type", "type_missing")
        signal = Signal(kind, value_of(kind, given.partition(":")[2]))
    except BadValue:
        raise UsageError("a value is TYPE:HEX, the type one of sha256, sha1, md5, pdq, phash, dhash, whash") from None
    return [Hashed((signal,), 0, None, None)]


def _of_files(files: Sequence[Path]) -> list[Hashed]:
    """Raises UnusableInput, naming a file by its place, where one cannot be read or is none."""
    from pipeline.hashing import Hasher, Limits
    from pipeline.lists.values import PERCEPTUAL_BYTES
    from pipeline.plain_files import require_file
    from triage.errors import UnusableInput

    hashed = []
    with Hasher(types=tuple(PERCEPTUAL_BYTES)) as hasher:
        for number, path in enumerate(files, start=1):
            try:
                require_file(path, f"file {number}")
                large = path.stat().st_size > Limits().content_bytes
                hashed.append(_of_large(path) if large else hasher.hashed(path.read_bytes()))
            except (OSError, ValueError):
                raise UnusableInput(f"file {number} cannot be read: check the path and who may read it") from None
    return hashed


def _of_large(path: Path) -> Hashed:
    """Digests only, read in pieces: no picture is this large."""
    import hashlib

    from pipeline.hashing import Hashed
    from pipeline.lists.values import BYTE_DIGEST_BYTES
    from triage.signals.base import Signal

    signals: list[Signal] = []
    for kind in BYTE_DIGEST_BYTES:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, kind)
        signals.append(Signal(kind, digest.digest()))
    return Hashed(tuple(signals), path.stat().st_size, None, "too_many_bytes")


def _screen(lists: Lists, items: Sequence[_Item]) -> list[str]:
    from pipeline.cli import screens
    from pipeline.lists.matching import NO_ASSESSMENT

    rows = [
        (
            str(item.number), str(one.level), one.list, one.version, str(one.entry), _cell(one.own_id),
            _cell(", ".join(one.tags)), one.type, f"{one.distance} of {one.threshold}", form_words(one.form),
            one.opinion, one.why,
        )
        for item in items for one in item.answers
    ]  # fmt: skip
    heading = (
        "item", "level", "list", "version", "entry", "own id", "tags", "type", "distance", "form", "opinion", "why",
    )  # fmt: skip
    asked = f"{len(items):,} item{'s' if len(items) != 1 else ''}, {len(lists.in_force):,} list(s)"
    found = screens.table(heading, rows, right=frozenset({0, 4})) if rows else [f"No match: {asked} asked."]
    return [*(_line(item) for item in items), *found, NO_ASSESSMENT]


def _line(item: _Item) -> str:
    """One item, whether anything matched it, and what could not be asked."""
    count = len(item.answers)
    found = "no match" if not count else "1 match" if count == 1 else f"{count:,} matches"
    problem = item.hashed.problem
    unasked = f"; no picture to compare ({problem}), so only its bytes were looked up" if problem else ""
    return f"Item {item.number}{', ' if item.name else ''}{_cell(item.name)}: {found}{unasked}."


def _cell(text: str) -> str:
    """A name, id or tag from outside as one harmless cell of a line."""
    from pipeline.cli import screens

    return " ".join(screens.harmless(text).split())


def _as_json(lists: Lists, items: Sequence[_Item]) -> dict[str, Any]:
    from pipeline.lists.matching import NO_ASSESSMENT

    shown = [
        {
            "item": item.number, "file": _cell(item.name) or None, "size_bytes": item.hashed.size_bytes,
            "media_type": item.hashed.media_type, "problem": item.hashed.problem,
            "answers": [asdict(answer) | {"form_words": form_words(answer.form)} for answer in item.answers],
        }
        for item in items
    ]  # fmt: skip
    return {"lists": lists.versions, "items": shown, "note": NO_ASSESSMENT}
