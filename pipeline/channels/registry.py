"""Finds every channel in this package, so that adding one is adding a file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from pathlib import Path
from typing import TypeGuard

from pipeline import channels
from pipeline.channels.base import HEAD_BYTES, Channel
from triage.errors import BadConfiguration


@cache
def all_channels() -> tuple[Channel, ...]:
    """One of each channel, most specific first (`Channel.rank`), by module name within a rank.

    Raises BadConfiguration when two channels share a name.
    """
    found: dict[str, Channel] = {}
    for module in pkgutil.iter_modules(channels.__path__):
        loaded = importlib.import_module(f"{channels.__name__}.{module.name}")
        for thing in vars(loaded).values():
            if _is_channel(thing) and thing.__module__ == loaded.__name__:
                if thing.name in found:
                    raise BadConfiguration(f"two channels are called {thing.name}: rename one")
                found[thing.name] = thing()
    return tuple(sorted(found.values(), key=lambda channel: (channel.rank, channel.name)))


def _is_channel(thing: object) -> TypeGuard[type[Channel]]:
    return isinstance(thing, type) and issubclass(thing, Channel) and not inspect.isabstract(thing)


def channel_for(path: Path) -> Channel | None:
    """The first channel that recognises the file, or None. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return next((channel for channel in all_channels() if channel.recognises(path, head)), None)
