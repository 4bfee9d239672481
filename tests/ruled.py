"""The shipped rules without the trained model, which may be right or wrong by itself; made once for all tests."""

from __future__ import annotations

from pathlib import Path

from classifiers.decide import build

_DATA = Path(__file__).parents[1] / "data"
RULES = build(
    {path.stem: path.read_text("utf-8") for path in (_DATA / "phrases").glob("*.toml")},
    (_DATA / "categories.toml").read_text("utf-8"),
)
