"""A plain installation, run from any other folder, works like the checkout and brings everything it reads."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
CODE = ("triage", "classifiers", "exporters", "pipeline", "console")
DATA_PACKAGE = "hotline_data"
BESIDE = ("setup.cfg", "pyproject.toml", "README.md")
DEADLINE_SECONDS = 240
INSTALL_SECONDS = 1500
ADDRESS_CSV = """id,location,description
A-1,https://one.example/page,a page
A-2,www.one.example/page,again
A-3,,thank you
"""
_PASSING = shutil.ignore_patterns("__pycache__", "*.pyc")


def _packages() -> list[str]:
    """Every package of the tree, as setup.cfg must list it."""
    found = [
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for top in CODE
        for path in (ROOT / top).rglob("__init__.py")
    ]
    return sorted([*found, DATA_PACKAGE])


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix()


def _said(command: list[str | Path], cwd: Path, seconds: float = DEADLINE_SECONDS, **environment: str) -> str:
    """Run a program in a folder without anything of this process's Python settings; its output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HOTLINE", "VIRTUAL"))}
    done = subprocess.run(
        command, cwd=cwd, env=clean | environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as somebody would get it: no environment, no earlier build, no editable link."""
    copy = tmp_path_factory.mktemp("source")
    for name in (*CODE, "data"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=_PASSING)
    for name in BESIDE:
        shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel `pip install .` makes."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    _said([sys.executable, "-W", "ignore", "-c", build, folder], source)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; other people's packages are this environment's, reached by a .pth line."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=True)
    _said([sys.executable, "-m", "pip", "--python", home, "install", "-q", "--no-deps", "--no-index", wheel], home)
    site = next(home.glob("lib/python*/site-packages"))
    (site / "others.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return home / "bin"


def test_setup_names_every_package_of_the_tree() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")

    assert sorted(settings["options"]["packages"].split()) == _packages()
    assert settings["options"]["package_dir"].split() == [DATA_PACKAGE, "=", "data"]


def test_the_wheel_holds_every_file_of_every_package_and_all_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    code = {f"{top}/{name}" for top in CODE for name in _files(ROOT / top)}
    data = {f"{DATA_PACKAGE}/{name}" for name in _files(ROOT / "data")}

    assert (code | data) - inside == set()
    assert f"{DATA_PACKAGE}/luigi.cfg" in inside
    assert {name.split("/")[0] for name in inside if ".dist-info" not in name} <= {*CODE, DATA_PACKAGE}


def test_the_installed_program_runs_a_batch_from_another_folder(programs: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "reports.csv").write_text(ADDRESS_CSV, encoding="utf-8")

    where = _said([programs / "python", "-c", "import pipeline; print(pipeline.__file__)"], elsewhere)
    assert Path(where.strip()).is_relative_to(programs.parent)
    _said([programs / "hotline", "init"], elsewhere)
    command: list[str | Path] = [programs / "hotline", "run", "reports.csv", "--batch", "first", "--json"]
    summary = json.loads(_said(command, elsewhere, HOTLINE_NEAR_TEXT_WINDOW="0"))  # nothing is compiled anew

    assert (summary["read"], summary["accepted"], summary["rejected"]) == (3, 3, 0)
    assert summary["new_cases"] == 2
    assert (elsewhere / "workspace" / "runs" / "first" / "summary.json").is_file()
    assert not (elsewhere / "reports.csv").exists(), "a real workspace seals what it took in"


def test_the_installed_program_finds_its_rules_from_another_folder(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("hxxps://WWW.One[.]example/page?utm_source=x\n", encoding="utf-8")

    header, row = _said([programs / "hotline", "normalise", "lines.txt"], tmp_path).splitlines()

    assert header.split("\t")[1] == "canonical"
    assert "one.example/page" in row.split("\t")[1]


@pytest.mark.slow
@pytest.mark.timeout(INSTALL_SECONDS)
def test_pip_installs_it_with_its_dependencies_and_the_sample_runs(source: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True, symlinks=True)
    programs = tmp_path / "env" / "bin"
    _said([programs / "python", "-m", "pip", "install", "-q", f"{source}[all]"], tmp_path, seconds=INSTALL_SECONDS)

    _said([programs / "hotline", "init", "--demo"], tmp_path)
    summary = json.loads(_said([programs / "hotline", "run", source / "data/sample/drop", "--json"], tmp_path))

    assert summary["accepted"] == json.loads((source / "data/sample/expected.json").read_bytes())["reports"]
