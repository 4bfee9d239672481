"""The demonstration ends well, leaves every kind of export, repeats itself, and takes nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from exporters.manifest import verify
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.demo.__main__ import main
from pipeline.demo.choices import DANGERS, Words, choose
from pipeline.desk.caseview import case_facts

DROP = Path(__file__).parents[2] / "data" / "sample" / "drop"
POLICE = {"police-fbih", "police-rs", "police-brcko"}


def _exports(workspace: Path) -> set[str]:
    """Kind and recipient of every package, without date and number."""
    return {"-".join(path.name.split("-")[:-4]) for path in (workspace / "exports").iterdir()}


@pytest.mark.thorough
def test_the_demonstration_leaves_every_kind_of_export_and_is_repeatable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "demo"
    assert main(["--workspace", str(workspace), "--sample", str(DROP)]) == 0
    wanted = {f"lea-{unit}" for unit in POLICE} | {"iccam-iccam", "referral-helpline", "statistics-public"}
    assert _exports(workspace) == wanted
    for folder in (workspace / "exports").iterdir():
        assert verify({path.name: path.read_bytes() for path in folder.iterdir()}) == ()
    said = capsys.readouterr().out
    assert "no report is lost, doubled or moved" in said
    assert str(workspace / "exports") in said
    assert (workspace / "statistics.rules.txt").is_file()
    last = said.strip().splitlines()[-1].removeprefix("for instance: ")
    env = {"PATH": os.defpath}  # where `hotline` is not: the line must work as it is
    done = subprocess.run(["/bin/sh", "-c", last], capture_output=True, text=True, check=False, env=env)
    assert (done.returncode, done.stdout[:4]) == (0, "DEMO"), done.stderr
    assert json.loads((workspace / "runs" / "sample" / "summary.json").read_text())["accepted"] == 860
    assert (workspace / "statistics.csv").is_file()
    assert DROP.is_dir()

    made = {path.name: path.read_bytes() for path in (workspace / "demo-decisions").iterdir()}
    packages = sorted(path.name for path in (workspace / "exports").glob("[!s]*"))
    assert main(["--workspace", str(workspace), "--sample", str(DROP)]) == 0
    assert sorted(path.name for path in (workspace / "exports").glob("[!s]*")) == packages
    assert {path.name: path.read_bytes() for path in (workspace / "demo-decisions").iterdir()} == made


def _without_numbers(app: App, rows: list[Words]) -> list[Words]:
    """Decisions with each case named by what it is about: numbers depend on the workspace's keys."""
    named = []
    for words in rows:
        case = case_facts(app, int(words["case"].removeprefix("C")))
        about = " ".join([case.first_received.isoformat(), *sorted(item.canonical for item in case.locators)])
        named.append({name: word for name, word in words.items() if name != "item"} | {"case": about})
    return named


@pytest.mark.slow
def test_the_same_sample_leads_to_the_same_decisions(tmp_path: Path) -> None:
    chosen = []
    for name in ("one", "two"):
        workspace = str(tmp_path / name)
        assert answer(["init", "--demo", "--workspace", workspace]) == 0
        assert answer(["run", str(DROP), "--batch", "b", "--after-ingest", "keep", "--workspace", workspace]) == 0
        app = App.at(workspace)
        made = choose(app)
        assert len(made.release) == len(POLICE) + DANGERS
        to_police = {words["case"] for words in made.dispose if words["kind"] == "police"}
        referred = {words["case"] for words in made.dispose if words["kind"] == "helpline"}
        assert len(referred & to_police) == DANGERS
        dangers = {name for name in referred if case_facts(app, int(name.removeprefix("C"))).escalate}
        assert dangers == referred & to_police, "no danger is sent to a helpline alone"
        assert {words["classification"] for words in made.grave} == {"baseline", "national"}
        rows = (made.grave, made.assess, made.dispose, made.release)
        chosen.append([_without_numbers(app, given) for given in rows])
    assert chosen[0] == chosen[1]


def test_a_step_that_fails_ends_the_demonstration_with_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--workspace", str(tmp_path / "demo"), "--sample", str(tmp_path / "nothing-here")]) == 2
    assert "Everything above" not in capsys.readouterr().out
