"""What an export made before it broke off is named, by it or by the next one, and then no more."""

from __future__ import annotations

import errno
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import screens
from pipeline.cli.main import answer
from pipeline.desk import acts, packages
from pipeline.desk.acts import Said
from pipeline.desk.package_folder import Made, store_package
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, copied, made
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.errors import ServiceFailed


class Killed(BaseException):
    """What no command outlives."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two cases for two police units, let go."""
    desk = made(tmp_path_factory.mktemp("announced"))
    for report_id, ending, unit in (("s-1", "/a", "police-fbih"), ("o-1", "/b", "police-rs")):
        case_id = desk.case_of(report_id)
        desk.assess(case_id, Said(Classification.NATIONAL, desk.item(case_id, ending), Viewed.CONTENT))
        desk.dispose(case_id, Kind.POLICE, unit, "hosted_here")
        acts.release(desk.app, desk.two, case_id, NOW)
    return desk


@pytest.fixture
def desk(template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    return copied(template, tmp_path)


def _export(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), "export", *words])


@pytest.mark.parametrize("end", [ServiceFailed("no room"), OSError(errno.EIO, "broken"), Killed()])
def test_a_package_made_before_an_export_broke_off_is_named_by_it_or_by_the_next_one_and_then_no_more(
    desk: Desk, end: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[Made] = []

    def second_fails(*given: Any) -> Made:
        if done:
            raise end
        done.append(store_package(*given))
        return done[0]

    with monkeypatch.context() as broken, pytest.raises(Killed) if isinstance(end, Killed) else nullcontext():
        broken.setattr(packages, "store_package", second_fails)
        assert _export(desk, "lea") != 0
    folder = done[0].folder
    assert folder.name.startswith("lea-police-fbih-")
    said = capsys.readouterr()
    assert said.out == ""
    told = f"made before this stopped: {folder.name} for police-fbih in {folder}\n" in said.err
    assert told is not isinstance(end, Killed)
    assert _export(desk, "lea") == 0
    said = capsys.readouterr()
    assert (f"made before, not announced: {folder.name} for police-fbih in {folder}\n" in said.out) is not told
    assert "lea for police-rs, 1 case" in said.out
    assert _export(desk, "iccam", "--json") == 0
    assert json.loads(capsys.readouterr().out)["made_before"] == []


def test_what_was_made_and_never_shown_is_named_for_a_program_too_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(screens, "show", full)
        assert _export(desk, "lea") == ServiceFailed.exit_code
    for names in (["police-fbih", "police-rs"], []):
        capsys.readouterr()
        assert _export(desk, "iccam", "--json") == 0
        assert [one["recipient"] for one in json.loads(capsys.readouterr().out)["made_before"]] == names
    assert verify(desk.app, deep=True).findings == ()
