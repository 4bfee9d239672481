"""Finds every classifier: one file in this package with a concrete `Classifier` in it is all it takes.

Files of compiled loops (`*_kernels`) are left to be imported where they are first used: Numba takes a second to load.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import classifiers
from classifiers.base import Classifier
from triage.errors import BadConfiguration

_COMPILED = "_kernels"


def all_classifiers() -> dict[str, type[Classifier]]:
    """Classifier classes by name, in name order; raises BadConfiguration when two share a name."""
    found: dict[str, type[Classifier]] = {}
    for module_info in pkgutil.iter_modules(classifiers.__path__):
        if not module_info.ispkg and not module_info.name.endswith(_COMPILED):
            module = importlib.import_module(f"{classifiers.__name__}.{module_info.name}")
            register(found, _defined_in(module.__name__, vars(module)))
    return dict(sorted(found.items()))


def register(found: dict[str, type[Classifier]], kinds: list[type[Classifier]]) -> None:
    """Add classes to `found` by their name; raises BadConfiguration on a name already taken."""
    for kind in kinds:
        if found.setdefault(kind.name, kind) is not kind:
            raise BadConfiguration(f"two classifiers are called {kind.name}; rename one of them")


def _defined_in(module_name: str, names: dict[str, object]) -> list[type[Classifier]]:
    return [
        value
        for value in names.values()
        if isinstance(value, type)
        and issubclass(value, Classifier)
        and not inspect.isabstract(value)
        and value.__module__ == module_name
    ]
