"""What each role may do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli.main import answer
from triage.errors import RuleBroken
from triage.people import MAY, Act, Person, PersonStatus, Role, may, require


def _person(role: Role, status: PersonStatus = PersonStatus.ACTIVE) -> Person:
    return Person(1, "Sample Person", role, status, "sample")


def test_every_act_is_in_the_table_and_somebody_may_do_it() -> None:
    assert set(MAY) == set(Act)
    assert all(MAY.values())


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("status", [PersonStatus.SUSPENDED, PersonStatus.LEFT])
def test_who_is_not_active_may_do_nothing(act: Act, status: PersonStatus) -> None:
    for role in Role:
        assert not may(_person(role, status), act)
        with pytest.raises(RuleBroken, match="not active"):
            require(_person(role, status), act)


@pytest.mark.parametrize("act", [Act.ASSESS, Act.DISPOSE, Act.READ_TEXT, Act.RELEASE, Act.TAKE_CASE])
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.LIAISON])
def test_who_does_not_work_cases_neither_reads_nor_decides(act: Act, role: Role) -> None:
    assert not may(_person(role), act)


def test_an_analyst_assesses_but_does_not_release() -> None:
    analyst = _person(Role.ANALYST)
    require(analyst, Act.ASSESS)
    with pytest.raises(RuleBroken, match="second_analyst, supervisor"):
        require(analyst, Act.RELEASE)


def test_a_second_analyst_and_a_supervisor_release() -> None:
    assert {role for role in Role if may(_person(role), Act.RELEASE)} == {Role.SECOND_ANALYST, Role.SUPERVISOR}


def test_auditors_read_the_audit_and_change_nothing() -> None:
    auditor = _person(Role.AUDITOR)
    assert {act for act in Act if may(auditor, act)} == {Act.SEE_QUEUE, Act.READ_AUDIT, Act.PUBLISH_STATISTICS}


def test_a_refusal_does_not_name_the_person() -> None:
    with pytest.raises(RuleBroken) as broken:
        require(_person(Role.AUDITOR), Act.ASSESS)
    assert "Sample" not in str(broken.value)


@pytest.mark.parametrize("sign", ["\x1b[2J", "\n", "\u202e", "\x00"])
@pytest.mark.parametrize("given", ["--add-person=A{}B:analyst:xx", "--add-person=Ana:analyst:x{}x", "--name=A{}na"])
def test_a_name_that_would_rule_a_terminal_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, sign: str
) -> None:
    assert answer(["init", "--workspace", str(tmp_path / "w"), given.format(sign)]) == 2
    assert "a sign no screen shows" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()
