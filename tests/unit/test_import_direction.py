"""Imports point one way, and plug-ins do not know each other (DESIGN §2); the contracts stand in setup.cfg."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parents[2]
PACKAGES = ("triage", "classifiers", "exporters", "pipeline", "console")


def test_every_import_points_in_the_drawn_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert cli.lint_imports("setup.cfg", no_cache=True, no_logo=True) == 0, "run `lint-imports` to see which line it is"


def test_every_package_with_code_of_ours_is_under_the_contracts() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    roots = settings["importlinter"]["root_packages"].split()

    assert roots == [name for name in PACKAGES if (ROOT / name / "__init__.py").exists()]
