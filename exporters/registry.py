"""Finds every exporter in this package, so that adding one is adding a file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable

import exporters
from exporters.base import Exporter
from triage.errors import BadConfiguration


def all_exporters(read: Callable[[str], str]) -> dict[str, Exporter]:
    """One of each exporter by kind, in name order; `read` answers the text of a data file by its name.

    Raises BadConfiguration when two exporters share a kind or a data file does not fit.
    """
    found: dict[str, Exporter] = {}
    for kind in unique(_classes()):
        found[kind.kind] = kind({name: read(name) for name in kind.needs})
    return dict(sorted(found.items()))


def unique(classes: Iterable[type[Exporter]]) -> tuple[type[Exporter], ...]:
    """The classes, each kind once; raises BadConfiguration when two share a kind."""
    by_kind: dict[str, type[Exporter]] = {}
    for given in classes:
        if given.kind in by_kind:
            raise BadConfiguration(f"two exporters are called {given.kind}: rename one")
        by_kind[given.kind] = given
    return tuple(by_kind.values())


def _classes() -> Iterable[type[Exporter]]:
    for module in pkgutil.iter_modules(exporters.__path__):
        loaded = importlib.import_module(f"{exporters.__name__}.{module.name}")
        for thing in vars(loaded).values():
            if (
                isinstance(thing, type)
                and issubclass(thing, Exporter)
                and thing.__module__ == loaded.__name__
                and not inspect.isabstract(thing)
            ):
                yield thing
