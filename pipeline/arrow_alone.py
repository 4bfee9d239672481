"""pyarrow without pandas.

At its first use pyarrow imports pandas wherever that is installed, only to recognise its types, which the pipeline
never hands over: a third of a second for every command that runs tasks, and 40 MiB in each task's process. Told once
that there is none, it asks again only for `to_pandas`.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec

_PANDAS = "pandas"
_LOOKS_FOR_IT = "pyarrow.dataset"
"""Tasks that read need it all the same: imported once here, not in every forked task."""


def without_pandas() -> None:
    """Let pyarrow look for pandas now, and not find it; where it is in use already, nothing is changed."""
    absent = _Absent()
    if _PANDAS not in sys.modules:
        sys.meta_path.insert(0, absent)
    try:
        importlib.import_module(_LOOKS_FOR_IT)
    finally:
        if absent in sys.meta_path:
            sys.meta_path.remove(absent)


class _Absent:
    """A finder of modules (`sys.meta_path`) that knows of one only that it is not there."""

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Raises ModuleNotFoundError for pandas; leaves every other module to the next finder."""
        if name == _PANDAS:
            raise ModuleNotFoundError(name=name)
        return None
