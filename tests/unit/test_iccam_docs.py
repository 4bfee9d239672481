"""docs/iccam.md names every setting with its default, every code that holds something back, and every difference."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path

from pipeline.delivery.iccam.plan import Why
from pipeline.delivery.iccam.reconciling import Differs
from pipeline.delivery.iccam.settings import IccamSettings

PAGE = (Path(__file__).parents[2] / "docs" / "iccam.md").read_text(encoding="utf-8")


def _rows(heading: str) -> list[list[str]]:
    part = PAGE.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return [re.split(r" *\| *", line.strip("| ")) for line in part.splitlines() if line.startswith("| `")]


def test_every_setting_stands_there_with_its_default() -> None:
    said = {row[0].strip("`"): row[1].strip("`") for row in _rows("`iccam.toml`")}
    assert said == {one.name: "" if one.default is MISSING else str(one.default) for one in fields(IccamSettings)}


def test_every_code_stands_there() -> None:
    for heading, codes in (("Order", Why), ("Differences", Differs)):
        assert sorted(name for row in _rows(heading) for name in re.findall(r"`(\w+)`", row[0])) == sorted(codes)
