"""`hotline doctor` warns before a package waits for a second person who is not there."""

from __future__ import annotations

import pwd
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.doctor_check import Check, State
from pipeline.doctor_people import check_people, has_user
from pipeline.setup import set_up
from pipeline.store.engine import writing
from pipeline.store.schema import person
from tests.factories import NOW, new_workspace
from triage.people import PersonStatus


def made(folder: Path, *more: str) -> App:
    app = new_workspace(folder)
    set_up(app.workspace, kind="real", database_url="", now=NOW, os_user="tester", add_people=more)
    return app


def looked(app: App) -> Check:
    return check_people(app, lambda name: name != "gone")


@pytest.mark.parametrize("more", [(), ("Ana:liaison:ana",), ("Ana:operator:ana", "Ivo:auditor:ivo")])
def test_one_person_who_decides_and_releases_alone_is_a_warning(tmp_path: Path, more: tuple[str, ...]) -> None:
    check = looked(made(tmp_path / "w", *more))
    assert (check.name, check.state) == ("people", State.WARN)
    assert "a release takes a second one" in check.says
    assert "--add-person" in check.says


@pytest.mark.parametrize(("role", "told"), [("analyst", True), ("second_analyst", False), ("supervisor", False)])
def test_two_who_can_assess_and_release_are_enough(tmp_path: Path, role: str, told: bool) -> None:
    check = looked(made(tmp_path / "w", f"Ana:{role}:ana"))
    assert check.state is State.OK
    assert ("nobody can release" in check.says) is told


def test_who_is_not_active_counts_for_nothing(tmp_path: Path) -> None:
    app = made(tmp_path / "w", "Ana:second_analyst:gone")
    assert "gone" in looked(app).says
    with writing(app.store.engine) as connection:
        connection.execute(person.update().where(person.c.os_user == "gone").values(status=str(PersonStatus.LEFT)))
    check = looked(app)
    assert "a release takes a second one" in check.says
    assert "gone" not in check.says


def test_nobody_who_may_release_is_a_warning(tmp_path: Path) -> None:
    app = made(tmp_path / "w", "Ana:analyst:ana", "Ivo:analyst:ivo")
    with writing(app.store.engine) as connection:
        suspended = person.update().where(person.c.os_user == "tester").values(status=str(PersonStatus.SUSPENDED))
        connection.execute(suspended)
    assert "nobody may release" in looked(app).says


def test_somebody_this_machine_does_not_know_is_named(tmp_path: Path) -> None:
    check = looked(made(tmp_path / "w", "Ana:analyst:ana", "Ivo:second_analyst:gone"))
    assert (check.state, "no user of this machine" in check.says) == (State.WARN, True)
    assert check.says.endswith(": gone")


def test_sample_people_are_nobodys_users(tmp_path: Path) -> None:
    app = App.at(tmp_path / "w")
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    assert check_people(app, lambda _: False).state is State.OK


def test_the_machine_is_asked_for_its_users() -> None:
    assert has_user(pwd.getpwall()[0].pw_name)
    assert not has_user("no-such-user-here")
    assert not has_user("with\0nul")
