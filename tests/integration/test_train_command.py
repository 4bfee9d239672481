"""`hotline train`: from decided cases to a model that runs beside, is compared, and is put in force by a person."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pipeline import report_models
from pipeline.bootstrap import App
from pipeline.cli.train import train as command
from pipeline.desk import models, training
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.training_cases import LEAST_CASES
from pipeline.doctor import examine
from pipeline.doctor_check import State
from pipeline.setup import set_up
from pipeline.store.engine import reading, writing
from pipeline.store.schema import assessment, audit, disposition, report
from pipeline.training.reports.examples import Phrasing
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, copied
from triage.errors import Damage, HotlineError, RuleBroken
from triage.verdict import Label

pytestmark = pytest.mark.thorough

CANARY = "kanarincevnica"
"""A word of the reporters that must lie nowhere outside the vault."""
SUSPECT, HARMLESS, SPAM = "ružan sadržaj s mališanima", "recepti za zimnicu", "kupite odmah lonce"
CASES = 210
TEXTS = (SUSPECT, HARMLESS, SPAM)


QUIET = [].append
"""Hears of progress and says nothing."""


def _words(number: int) -> str:
    """Letters instead of digits, so that no two texts are equal."""
    return "".join(chr(97 + int(digit)) for digit in str(number)) * 3


def _found(desk: Desk) -> list[str]:
    return [one.code for one in verify(desk.app).findings if one.code == "report_model"]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace of decided cases: every third is baseline, every third not illegal, every third closed as spam."""
    desk = Desk(tmp_path_factory.mktemp("training"))
    set_up(desk.app.workspace, kind="demo", database_url="", now=NOW, os_user="nobody-here")
    desk.bring("many", *(
        {"id": f"t-{number}", "location": f"https://host{number}.example/a", "received_at": NOW.isoformat(),
         "description": f"{TEXTS[number % 3]} {CANARY} {_words(number)}"}
        for number in range(CASES)
    ))  # fmt: skip
    with writing(desk.app.store.engine) as connection:
        rows = connection.execute(select(report.c.external_id, report.c.case_id, report.c.locator_id)).all()
        for row in rows:
            turn = int(row.external_id.removeprefix("t-")) % 3
            stamp = {"person_id": desk.one.person_id, "made_at": int(NOW.timestamp())}
            if turn == 2:
                values = {"case_id": row.case_id, "kind": "close", "reason": "spam"}
                connection.execute(disposition.insert().values(values | stamp))
                continue
            said = {"classification": "baseline"}
            if turn == 1:
                said = {"classification": "not_illegal", "reason": "adult_content"}
            values = {"case_id": row.case_id, "locator_id": row.locator_id, "viewed": "content", "iccam": "{}"}
            connection.execute(assessment.insert().values(values | said | stamp))
    return desk


@pytest.fixture(scope="module")
def trained(template: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The same after training; nobody may change it."""
    desk = copied(template, tmp_path_factory.mktemp("trained"))
    done = training.train(desk.app, desk.person("sample-supervisor"), NOW, 7, QUIET, base())
    (desk.folder / "card.txt").write_text(done.card, encoding="utf-8")
    return desk


@pytest.fixture
def desk(trained: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-supervisor")
    return copied(trained, tmp_path)


def base() -> list[Phrasing]:
    """A few texts to start from, so that a test takes seconds."""
    return [
        Phrasing(f"{text} {place}", f"{label}-{place}", kind, "bs", "latin", "url", None, label, "none", "dev")
        for place in ("jedan", "dva", "tri", "četiri", "pet", "šest")
        for text, kind, label in (
            ("nezakonite slike djece", "page", "csam_suspect"), ("lažni profil", "account", "complete"),
            ("kako podesiti telefon", "question", "incomplete"),
        )
    ]  # fmt: skip


def said(desk: Desk, *arguments: str) -> str:
    done = CliRunner().invoke(command, arguments, obj=str(desk.folder / "workspace"), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refused(desk: Desk, *arguments: str) -> HotlineError:
    done = CliRunner().invoke(command, arguments, obj=str(desk.folder / "workspace"))
    assert isinstance(done.exception, HotlineError), done.output
    return done.exception


def version(desk: Desk) -> str:
    (only,) = report_models.versions(desk.app.workspace)
    return only


def events(desk: Desk, names: Sequence[str]) -> list[tuple[str, str, str]]:
    """(event, subject, actor) of those events, in order."""
    with reading(desk.app.store.engine) as connection:
        rows = connection.execute(select(audit).where(audit.c.event.in_(names)).order_by(audit.c.seq)).all()
    return [(row.event, row.subject, row.actor) for row in rows]


def label_of(app: App, text: str) -> Label:
    from classifiers.base import Said

    return app.decider.decide(Said(description=text, locator_kinds=frozenset({"url"}))).label


def test_a_trained_model_runs_beside_and_changes_nothing_yet(desk: Desk) -> None:
    chosen = desk.app.models
    assert (chosen.in_force, chosen.beside) == (report_models.SHIPPED, version(desk))
    assert desk.app.decider is not desk.app.decider_beside
    assert "beside" in said(desk, "show")


def test_reading_and_training_are_written_down_with_the_person(desk: Desk) -> None:
    who = f"person:{desk.person('sample-supervisor').person_id}"
    names = ("texts_read_for_training", "model_trained")
    assert events(desk, names) == [("texts_read_for_training", "cases", who), ("model_trained", version(desk), who)]


def test_no_word_of_a_reporter_lies_in_the_models_folder(desk: Desk) -> None:
    files = [path for path in (desk.app.workspace.root / "models").rglob("*") if path.is_file()]
    assert len(files) == 3
    for path in files:
        content = path.read_bytes().lower()
        assert not [word for word in (CANARY, "zimnicu", "mališanima") if word.encode() in content]
        assert path.stat().st_mode & 0o077 == 0
    assert (desk.app.workspace.root / "models" / "reports").stat().st_mode & 0o077 == 0


def test_the_card_compares_the_new_model_with_the_one_in_force_on_held_out_cases(trained: Desk) -> None:
    card = (trained.folder / "card.txt").read_text(encoding="utf-8")
    assert "not reality" in card
    assert f"decided cases: {CASES}" in card
    assert "| suspect recall |" in card


def test_a_run_counts_how_the_model_beside_would_have_decided_and_only_a_switch_makes_it_count(desk: Desk) -> None:
    text = f"{SUSPECT} {CANARY} opet"
    before = label_of(desk.app, text)
    new = ({"id": f"n-{n}", "location": f"https://new{n}.example/", "description": text} for n in range(4))
    desk.bring("next", *new)
    found = json.loads(said(desk, "compare", "--json"))
    assert (found["reports"], found["runs"]) == (4, 1)
    (row,) = found["rows"]
    assert (row["label"], row["label_beside"]) == (str(before), "csam_suspect")
    assert found["lost_to_person"] == (4 if row["to_person"] and not row["to_person_beside"] else 0)
    assert desk.record(desk.case_of("n-0")).label == before

    assert f"Model {version(desk)} is in force" in said(desk, "switch", version(desk))
    assert label_of(desk.app, text) is Label.CSAM_SUSPECT
    assert desk.app.models == report_models.Chosen(version(desk), report_models.SHIPPED)
    desk.bring("third", {"id": "m-1", "location": "https://third9.example/", "description": f"{text} i opet"})
    assert desk.record(desk.case_of("m-1")).label == Label.CSAM_SUSPECT
    assert json.loads(said(desk, "compare", "--json"))["reports"] == 1

    assert _found(desk) == []
    said(desk, "switch", report_models.SHIPPED)
    assert label_of(desk.app, text) is before
    assert _found(desk) == []
    who = f"person:{desk.person('sample-supervisor').person_id}"
    assert events(desk, ("model_switched",)) == [
        ("model_switched", version(desk), who), ("model_switched", report_models.SHIPPED, who),
    ]  # fmt: skip


def test_the_same_model_is_not_switched_to_twice_and_an_unknown_one_never(desk: Desk) -> None:
    assert "in force already" in str(refused(desk, "switch", report_models.SHIPPED))
    for given in ("0" * 12, "../../keys", ""):
        assert "no model of this version" in str(refused(desk, "switch", given))


def test_only_a_supervisor_trains_and_switches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    for arguments in (("classifier",), ("switch", version(desk))):
        assert "supervisor" in str(refused(desk, *arguments))
    assert "They differ on" in said(desk, "compare")


def test_a_model_nobody_chose_is_found(desk: Desk) -> None:
    assert _found(desk) == []
    with writing(desk.app.store.engine) as connection:
        report_models.write_down(connection, report_models.Chosen(version(desk), None))
    assert _found(desk) == ["report_model"]


def test_a_model_in_force_that_was_changed_on_disk_is_told_by_doctor(desk: Desk) -> None:
    said(desk, "switch", version(desk))
    checks = {check.name: check for check in examine(desk.app, NOW)}
    assert (checks["model in force"].state, checks["model in force"].says) == (State.OK, version(desk))
    path = report_models.folder(desk.app.workspace, version(desk)) / report_models.WEIGHTS_FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    told = {check.name: check for check in examine(desk.app, NOW)}["model in force"]
    assert told.state is State.MISSING
    assert "train switch shipped" in told.says


def test_a_model_changed_on_disk_is_refused(desk: Desk) -> None:
    path = report_models.folder(desk.app.workspace, version(desk)) / report_models.WEIGHTS_FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert isinstance(refused(desk, "switch", version(desk)), Damage)
    path.unlink()
    assert isinstance(refused(desk, "switch", version(desk)), Damage)


def test_too_few_decided_cases_are_refused_with_the_numbers_and_nothing_is_kept(
    template: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-supervisor")
    desk = copied(template, tmp_path)
    with writing(desk.app.store.engine) as connection:
        connection.execute(disposition.delete())
    answer = refused(desk, "classifier")
    assert isinstance(answer, RuleBroken)
    assert str(CASES * 2 // 3) in str(answer)
    assert str(LEAST_CASES) in str(answer)
    assert not report_models.versions(desk.app.workspace)
    assert not events(desk, ("texts_read_for_training",))


def test_without_a_model_beside_there_is_nothing_to_compare(template: Desk) -> None:
    with pytest.raises(HotlineError, match="train classifier"):
        models.compare(template.app, template.one)


def test_training_again_with_the_same_seed_gives_the_same_model(trained: Desk, tmp_path: Path) -> None:
    desk = copied(trained, tmp_path)
    shutil.rmtree(desk.app.workspace.root / "models")
    done = training.train(desk.app, desk.person("sample-supervisor"), NOW, 7, QUIET, base())
    assert done.version == desk.app.models.beside == version(desk) == version(trained)


def test_reports_that_would_no_longer_go_to_a_person_are_counted_and_figures_say_what_was_measured(desk: Desk) -> None:
    lost = models.Difference("complete", "none", "person", "complete", "none", "", 3)
    kept = models.Difference("complete", "none", "person", "csam_suspect", "none", "person", 2)
    assert not lost.alike
    assert models.Comparison(report_models.Chosen("a", "b"), 1, (lost, kept)).lost_to_person == 3
    assert "No longer to a person first:" in said(desk, "compare")
    assert "docs/evaluation.md measures" in said(desk, "show")
