"""The project's data files, found the same way from a checkout and from an installed package.

`data/` is installed as the package `hotline_data` (setup.cfg, `package_dir`), so nothing here knows a path. A file of
one's own may lie beside the shipped lists; a shipped one that is missing, emptied or cut is found before a text is
read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from triage.errors import BadConfiguration

PACKAGE = "hotline_data"
NAMES, PHRASES, REDACTION = "names", "phrases", "redaction"
REQUIRED: Mapping[str, tuple[str, ...]] = {
    NAMES: (
        "classes.toml", "context.toml", "given_names.toml", "ordinary.toml", "places.toml", "serbian_lookup.toml",
        "surnames.toml",
    ),
    PHRASES: (
        "age_doubts.toml", "bs_hr_sr.toml", "common.toml", "danger.toml", "de.toml", "en.toml", "few_words.toml",
        "harm.toml", "known_children.toml", "last_words.toml", "meetings_and_blackmail.toml", "not_reports.toml",
        "signs.toml", "situations.toml", "sq.toml", "veiled_danger.toml",
    ),
    REDACTION: ("context.toml", "naming.toml", "roles.toml", "stop_words.toml"),
}  # fmt: skip
"""Folder to the shipped lists without which texts would be read worse and nobody would notice."""
_REMEDY = "restore it by installing the package again"


def resource(name: str) -> Traversable:
    """A file or folder below `data/`, by its slash-separated name."""
    return files(PACKAGE).joinpath(*name.split("/"))


def text(name: str) -> str:
    """The text of one data file (UTF-8). Raises BadConfiguration, naming it, if it is missing or no text."""
    try:
        return resource(name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadConfiguration(f"data/{name} is missing: {_REMEDY}") from None
    except UnicodeDecodeError:
        raise BadConfiguration(f"data/{name} is not UTF-8: {_REMEDY}") from None


def texts(folder: str, suffix: str = ".toml") -> dict[str, str]:
    """File name to text for every file with `suffix` in a folder of `data/`, in name order.

    Raises BadConfiguration, naming the file, if one REQUIRED there is missing or says nothing, or any cannot be read.
    """
    place = resource(folder)
    names = sorted(entry.name for entry in place.iterdir() if entry.name.endswith(suffix)) if place.is_dir() else []
    missing = set(REQUIRED.get(folder, ())).difference(names)
    if missing or not names:
        raise BadConfiguration(f"data/{folder}/{min(missing, default='')} is missing: {_REMEDY}")
    found = {name: text(f"{folder}/{name}") for name in names}
    if folder in REQUIRED:
        for name, content in found.items():
            _check(f"data/{folder}/{name}", content, name in REQUIRED[folder])
    return found


@cache
def _check(name: str, content: str, must_speak: bool) -> None:
    """Remembered by content: a command reads the same folder several times."""
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError:
        raise BadConfiguration(f"{name} is damaged (no TOML): mend it, or {_REMEDY}") from None
    if must_speak and not _speaks(table):
        raise BadConfiguration(f"{name} was emptied, whole or in part: {_REMEDY}")


def _speaks(value: object) -> bool:
    """Whether no table, list or text in it is empty."""
    if isinstance(value, dict):
        return bool(value) and all(map(_speaks, value.values()))
    if isinstance(value, list):
        return bool(value) and all(map(_speaks, value))
    return not isinstance(value, str) or bool(value.strip())
