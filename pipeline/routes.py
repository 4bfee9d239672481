"""The routing data of this installation, read once for as long as its files say the same."""

from __future__ import annotations

from functools import cache

from pipeline.resources import texts
from triage.routing import Routes


def routes() -> Routes:
    """Recipients, units and rules of `data/routes`. Raises BadConfiguration naming what is wrong."""
    return _read(tuple(texts("routes").items()))


@cache
def _read(files: tuple[tuple[str, str], ...]) -> Routes:
    return Routes.from_toml(dict(files))
