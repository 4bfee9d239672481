"""`python -m pipeline.demo`: what `make run` does, by the same commands a person would type.

Makes a demo workspace, takes the sample in (its files stay), lets two sample people decide, makes every kind of
export, proves that nothing was lost, and says where each thing lies. Called again on the same workspace it takes
nothing twice: cases decided once stay decided, and what was exported stays exported.
"""

from __future__ import annotations

import argparse
import csv
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.demo.agencies import FOLDER, make_agencies, set_addresses
from pipeline.demo.choices import Words, choose
from pipeline.resources import resource
from pipeline.setup import SAMPLE_PEOPLE
from pipeline.store.engine import reading
from pipeline.store.schema import disposition
from pipeline.workspace import make_private
from triage.people import Role

BATCH = "sample"
_OF_ROLE = {role: os_user for _, role, os_user in SAMPLE_PEOPLE}
ANALYST, SECOND = _OF_ROLE[Role.ANALYST], _OF_ROLE[Role.SECOND_ANALYST]
PERSON_VARIABLE = "HOTLINE_DEMO_PERSON"
EXPORTS = ("lea", "iccam", "referral", "statistics")


class StepFailed(Exception):
    """A command of the demonstration did not end well; `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"a step ended with exit code {code}")
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every step and answer the exit code of the first that fails, else 0."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.demo", description=__doc__)
    parser.add_argument("--workspace", type=Path, default=Path("demo-workspace"), help="made if it is not there")
    parser.add_argument("--sample", type=Path, help="the drop folder to take in; default: the shipped sample")
    given = parser.parse_args(arguments)
    workspace = given.workspace.resolve()
    print(f"A demonstration in the workspace {workspace}; each command takes it with --workspace or HOTLINE_WORKSPACE.")
    try:
        _take_in(workspace, given.sample or Path(str(resource("sample/drop"))))
        _decide(workspace)
        _export(workspace)
        _say(workspace, "verify")
    except StepFailed as failed:
        return failed.code
    print(_where(workspace))
    return 0


def _take_in(workspace: Path, drop: Path) -> None:
    _say(workspace, "init", "--demo")
    set_addresses(App.at(workspace))
    make_agencies(App.at(workspace), datetime.now(UTC))
    _say(workspace, "run", str(drop), "--batch", BATCH, "--after-ingest", "keep")
    with _acting(ANALYST):
        _say(workspace, "today")


def _decide(workspace: Path) -> None:
    """Write the decisions into files and have two people apply them; in a workspace with decisions, do nothing."""
    app = App.at(workspace)
    with reading(app.store.engine) as connection:
        if connection.execute(disposition.select().limit(1)).first() is not None:
            return
    decisions = choose(app)
    folder = make_private(workspace / "demo-decisions")
    with _acting(ANALYST):
        for words in decisions.grave:
            _apply(workspace, "assess", folder / f"1-assess-{words['case']}.csv", [words])
        _apply(workspace, "assess", folder / "2-assess-others.csv", decisions.assess)
        _apply(workspace, "dispose", folder / "3-dispose.csv", decisions.dispose)
    with _acting(SECOND):
        _apply(workspace, "release", folder / "4-release.csv", decisions.release)


def _apply(workspace: Path, act: str, path: Path, rows: list[Words]) -> None:
    """Write a file of decisions and have it done; nothing where there is nothing to decide."""
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    _say(workspace, act, "--from", str(path))


def _export(workspace: Path) -> None:
    agencies = workspace / FOLDER
    with _acting(SECOND):
        for kind in EXPORTS:
            _say(workspace, "export", kind)
        for sealed in sorted((workspace / "exports").glob("lea-*/*.tar.gpg"))[:1]:
            agency = sealed.parent.name.removeprefix("lea-").rsplit("-", 4)[0]
            keys = ("--signer", str(agencies / "hotline.asc"), "--key", str(agencies / f"{agency}.key"))
            _say(workspace, "verify-package", str(sealed), *keys)
        _say(workspace, "stats", "--out", str(workspace / "statistics.csv"))


def _say(workspace: Path, *command: str) -> None:
    """Show a command as a person would type it, and do it. Raises StepFailed."""
    print(f"\n$ hotline {' '.join(command)}", flush=True)
    code = answer(["--workspace", str(workspace), *command])
    sys.stdout.flush()
    if code:
        raise StepFailed(code)


@contextmanager
def _acting(person: str) -> Iterator[None]:
    before = os.environ.get(PERSON_VARIABLE)
    os.environ[PERSON_VARIABLE] = person
    try:
        yield
    finally:
        if before is None:
            del os.environ[PERSON_VARIABLE]
        else:
            os.environ[PERSON_VARIABLE] = before


def _where(workspace: Path) -> str:
    """What lies where, for somebody who has never seen it."""
    packages = sorted(path.name for path in (workspace / "exports").iterdir() if not path.name.startswith("."))
    lines = [
        "", "Everything above is a demonstration with invented reports. What it left:", "",
        f"  run summary   {workspace / 'runs' / BATCH / 'summary.json'}",
        f"  decisions     {workspace / 'demo-decisions'}",
        f"  statistics    {workspace / 'statistics.csv'}, its rules in statistics.rules.txt",
        "                (a notebook reads them: docs/exporters.md)",
        f"  case store    {workspace / 'store'} (sealed: addresses and texts open with the vault's key only)",
        f"  agency keys   {workspace / 'demo-agencies'} (invented: they open the sealed police packages,",
        "                with `hotline verify-package` as above, not with GnuPG; agencies make their own keys)",
        f"  exports       {workspace / 'exports'}",
        *(f"                  {name}" for name in packages),
        "",
        "Go on yourself as one of the sample people, each with the rights of their role:",
        *(f"  {PERSON_VARIABLE}={os_user:<18} {role.replace('_', ' ')}" for role, os_user in _OF_ROLE.items()),
        f"for instance: {PERSON_VARIABLE}={ANALYST} {_program()} next --workspace {shlex.quote(str(workspace))}",
    ]  # fmt: skip
    return "\n".join(lines)


def _program() -> str:
    """How `hotline` is called from this folder, whatever PATH says: the program beside the interpreter at work."""
    beside = Path(sys.executable).with_name("hotline")
    if not beside.is_file():
        return f"{shlex.quote(sys.executable)} -m pipeline.cli"
    here = Path.cwd()
    return shlex.quote(str(beside.relative_to(here) if beside.is_relative_to(here) else beside))


if __name__ == "__main__":
    sys.exit(main())
