"""Finds every format in this package, so that adding one is adding a file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TypeGuard

from pipeline.lists import formats
from pipeline.lists.formats.base import HEAD_BYTES, ListFormat
from triage.errors import BadConfiguration, UnusableInput, UsageError


@cache
def all_formats() -> tuple[ListFormat, ...]:
    """One of each format, most specific first. Raises BadConfiguration when two share a name."""
    found: list[type[ListFormat]] = []
    for module in pkgutil.iter_modules(formats.__path__):
        loaded = importlib.import_module(f"{formats.__name__}.{module.name}")
        found += [thing for thing in vars(loaded).values() if _is_format(thing) and thing.__module__ == loaded.__name__]
    return by_rank(found)


def by_rank(kinds: Iterable[type[ListFormat]]) -> tuple[ListFormat, ...]:
    """One of each, by rank and name. Raises BadConfiguration when two share a name."""
    named: dict[str, type[ListFormat]] = {}
    for kind in kinds:
        if named.setdefault(kind.name, kind) is not kind:
            raise BadConfiguration(f"two list formats are called {kind.name}: rename one")
    return tuple(sorted((kind() for kind in named.values()), key=lambda one: (one.rank, one.name)))


def format_for(path: Path, name: str = "") -> ListFormat:
    """The format called `name`, else the first that recognises the file.

    Raises UsageError for an unknown name, UnusableInput where no format recognises it, OSError if it cannot be read.
    """
    if name:
        for one in all_formats():
            if one.name == name:
                return one
        raise UsageError(f"a list's format is one of {', '.join(one.name for one in all_formats())}")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for one in all_formats():
        if one.recognises(head):
            return one
    raise UnusableInput("this file is no list in a known format: see docs/lists.md, or say which with --format")


def _is_format(thing: object) -> TypeGuard[type[ListFormat]]:
    return isinstance(thing, type) and issubclass(thing, ListFormat) and not inspect.isabstract(thing)
