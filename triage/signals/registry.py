"""Finds every signal type: one file in this package with a concrete type of it is all it takes."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import triage.signals
from triage.errors import BadConfiguration
from triage.signals.base import ByteSignalType, PictureSignalType, SignalType


def all_signals() -> dict[str, type[SignalType]]:
    """Signal types by name, in name order; raises BadConfiguration when two share a name."""
    found: dict[str, type[SignalType]] = {}
    for module_info in pkgutil.iter_modules(triage.signals.__path__):
        if not module_info.ispkg:
            module = importlib.import_module(f"{triage.signals.__name__}.{module_info.name}")
            register(found, _defined_in(module.__name__, vars(module)))
    return dict(sorted(found.items()))


def register(found: dict[str, type[SignalType]], kinds: list[type[SignalType]]) -> None:
    """Add types to `found` by their name; raises BadConfiguration on a name already taken."""
    for kind in kinds:
        if found.setdefault(kind.name, kind) is not kind:
            raise BadConfiguration(f"two signal types are called {kind.name}; rename one of them")


def _defined_in(module_name: str, names: dict[str, object]) -> list[type[SignalType]]:
    return [
        value
        for value in names.values()
        if isinstance(value, type)
        and issubclass(value, ByteSignalType | PictureSignalType)
        and not inspect.isabstract(value)
        and value.__module__ == module_name
    ]
