"""The data files as an operator fills them in: shipped ones, with what must be given before the first export."""

from __future__ import annotations

import re
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
ORGANISATION, EMAIL = "Hotline of an Example", "office@hotline.example"


def filled(name: str) -> str:
    """The text of a data file; in `cybertip.toml` somebody reports."""
    shipped = (DATA / name).read_text(encoding="utf-8")
    if name != "cybertip.toml":
        return shipped
    given = re.sub(r'^organisation = "[^"]*"', f'organisation = "{ORGANISATION}"', shipped, flags=re.MULTILINE)
    return re.sub(r'^email = "[^"]*"', f'email = "{EMAIL}"', given, flags=re.MULTILINE)
