"""The project's data files, found the same way from a checkout and from an installed package.

`data/` is installed as the package `hotline_data` (setup.cfg, `package_dir`), so nothing here knows a path.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

PACKAGE = "hotline_data"


def resource(name: str) -> Traversable:
    """A file or folder below `data/`, by its slash-separated name."""
    return files(PACKAGE).joinpath(*name.split("/"))


def text(name: str) -> str:
    """The text of one data file (UTF-8). Raises FileNotFoundError if the installation is incomplete."""
    return resource(name).read_text(encoding="utf-8")


def texts(folder: str, suffix: str = ".toml") -> dict[str, str]:
    """File name to text for every file with `suffix` in a folder of `data/`, in name order."""
    entries = (entry for entry in resource(folder).iterdir() if entry.name.endswith(suffix))
    return {entry.name: entry.read_text(encoding="utf-8") for entry in sorted(entries, key=lambda entry: entry.name)}
