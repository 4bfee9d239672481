"""What nobody here reads comes before a person as soon as a suspect, with its own label, also in an older store."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, text

from pipeline.bootstrap import App
from pipeline.cli.case_screen import asked_for, screen
from pipeline.desk.caseview import case_facts
from pipeline.routes import routes
from pipeline.store import migrate
from pipeline.store.engine import reading, writing
from pipeline.store.schema import case_record
from pipeline.verify.everything import verify
from tests.factories import NOW, new_workspace, take_in, write_csv
from triage.clocks import Lane
from triage.grouping import LANES
from triage.verdict import Label

pytest_plugins = ("tests.stores",)

ROWS = (
    {"id": "a-1", "location": "https://one.example/a", "description": "Un uomo vuole incontrare mia figlia domani."},
    {"id": "a-2", "location": "Instagram", "description": "Prosim preverite to stran, tam so slike otrok."},
    {"id": "a-3", "location": "https://two.example/a", "description": "something strange stands here"},
)


def _waiting(app: App) -> dict[str, tuple[Lane, Label]]:
    with reading(app.store.engine) as connection:
        rows = connection.execute(select(case_record.c.lane, case_record.c.label, case_record.c.case_id)).all()
    stands = {row.case_id: (LANES[row.lane], Label(row.label)) for row in rows}
    with reading(app.store.engine) as connection:
        ids = connection.execute(text("SELECT external_id, case_id FROM report")).all()
    return {row.external_id: stands[row.case_id] for row in ids}


EXPECTED = {
    "a-1": (Lane.SUSPECTS, Label.COMPLETE), "a-2": (Lane.SUSPECTS, Label.INCOMPLETE),
    "a-3": (Lane.OTHER_REPORTS, Label.COMPLETE),
}  # fmt: skip


def test_it_waits_among_the_suspects_and_keeps_its_label(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "w", store_url)
    take_in(app, "one", write_csv(tmp_path / "a.csv", ROWS))
    assert _waiting(app) == EXPECTED
    assert verify(app, deep=True).findings == ()


def test_an_older_store_moves_them_when_it_is_brought_up_to_date(tmp_path: Path, store_url: str) -> None:
    from alembic import command

    app = new_workspace(tmp_path / "w", store_url)
    take_in(app, "one", write_csv(tmp_path / "a.csv", ROWS))
    with writing(app.store.engine) as connection:
        connection.execute(text("UPDATE case_record SET lane = 5 WHERE label = 1"))
        connection.execute(text("UPDATE case_record SET lane = 6 WHERE label = 0"))
    configuration = migrate._configuration()
    configuration.attributes["engine"] = app.store.engine
    command.downgrade(configuration, "0008")
    command.upgrade(configuration, "head")
    assert _waiting(app) == EXPECTED
    found = [one.code for one in verify(app, deep=True).findings]
    assert found == ["imprints_changed"], "the way back dropped what verify compares rows with; nothing else is amiss"


UNHEARD = (
    {"id": "b-1", "location": "https://one.example/b", "Remarks of the teacher": "a girl in my class is hurt at home"},
    {"id": "b-2", "location": "https://two.example/b", "Remarks of the teacher": "seen by three"},
    {"id": "b-3", "location": "", "Remarks of the teacher": "a man waits for her every day"},
    {"id": "b-4", "location": "https://two.example/c", "Contact of the parent": "call after five on working days only"},
    {"id": "b-5", "location": "https://two.example/d", "category": "my neighbour beats his child every evening"},
)


def test_words_under_a_heading_nobody_knows_are_said_to_be_unheard_and_wait_among_the_suspects(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    names = ("id", "location", "category", "Remarks of the teacher", "Contact of the parent")
    rows = [{name: row.get(name, "") for name in names} for row in UNHEARD]
    summary = take_in(app, "one", write_csv(tmp_path / "a.csv", rows))
    assert (summary["accepted"], summary["rejected"], summary["unheard"]) == (5, 0, 3)
    assert _waiting(app) == {
        "b-1": (Lane.SUSPECTS, Label.COMPLETE), "b-2": (Lane.OTHER_REPORTS, Label.COMPLETE),
        "b-3": (Lane.SUSPECTS, Label.INCOMPLETE), "b-4": (Lane.OTHER_REPORTS, Label.COMPLETE),
        "b-5": (Lane.SUSPECTS, Label.COMPLETE),
    }  # fmt: skip
    assert verify(app, deep=True).findings == ()
    with reading(app.store.engine) as connection:
        told = connection.execute(text("SELECT reasons FROM verdict")).scalars().all()
    assert any("unheard_text" in one for one in told)
    assert not any("girl" in one or "waits" in one for one in told)


def test_a_case_with_unheard_words_says_so_and_asks_nobody_what_was_seen(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    take_in(app, "one", write_csv(tmp_path / "a.csv", [UNHEARD[0]]))
    facts = case_facts(app, 1)
    assert asked_for(facts) == ()
    assert any("no rule read them" in line for line in screen(facts, routes(), NOW, addresses=False))
