"""Fifty contacts planted in texts: shown, released and exported on both stores, none of them is in any package."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline import redacting_setup
from pipeline.bootstrap import App
from pipeline.desk import acts
from pipeline.desk.caseview import case_facts
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import acting
from pipeline.desk.text_release import desk_of, release_text, releases_of, show
from pipeline.routes import routes
from pipeline.setup import set_up
from pipeline.store.engine import reading
from pipeline.store.schema import report
from pipeline.verify import verify
from tests.agencies import words_in
from tests.factories import NOW, take_in, write_csv
from tests.redacting import GIVEN, SURNAME, few_names_redactor
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.people import Person

pytest_plugins = ("tests.stores",)
PLANTED = 50
_WAYS = (
    "Molim vas, javite mi na {phone} čim pogledate ovu stranicu, tamo su nezakonite slike djeteta.",
    "Moja adresa za odgovor je {mail}, a na stranici su nezakonite slike djeteta koje nikad nisam tražio.",
    "My name is {name} and you can call me on {phone}, this page shows illegal pictures of a child.",
    "Please write to {mail} when you have looked at this page, it shows illegal pictures of a child.",
    "Zovem se {name}, pišite na {mail} ili zovite {phone}, na stranici su nezakonite slike djeteta.",
)


def _contacts(number: int) -> dict[str, str]:
    return {"phone": f"061 {100 + number} {700 + number}", "mail": f"kanarinac{number}@mail{number}.example",
            "name": f"{GIVEN} {SURNAME}"}  # fmt: skip


def _leaves(words: str) -> set[str]:
    """What a planted contact would be recognised by."""
    return {f"kanarinac{number}" for number in range(PLANTED) if f"kanarinac{number}@" in words} | {
        shape for number in range(PLANTED)
        for shape in (f"061 {100 + number} {700 + number}", f"061{100 + number}{700 + number}") if shape in words
    } | {name for name in (GIVEN, SURNAME) if name.lower() in words.lower()}  # fmt: skip


@pytest.mark.pg
def test_none_of_fifty_planted_contacts_is_in_any_export(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redacting_setup, "redactor", few_names_redactor)
    monkeypatch.setenv("HOTLINE_FREE_TEXT_FOR", "police-fbih,helpline")
    app = App.at(tmp_path / "workspace")
    set_up(app.workspace, kind="demo", database_url=store_url, now=NOW, os_user="tester")
    rows = [
        {"id": f"b-{number}", "received_at": "2026-10-05T10:00:00Z", "category": "csam", "area": "Tuzla",
         "location": "https://host.example/a", "description": _WAYS[number % len(_WAYS)].format(**_contacts(number))}
        for number in range(PLANTED)
    ]  # fmt: skip
    assert sum(bool(_leaves(row["description"])) for row in rows) == PLANTED
    assert take_in(app, "b", write_csv(tmp_path / "in.csv", rows))["accepted"] == PLANTED
    with reading(app.store.engine) as connection:
        (case_id,) = set(connection.execute(select(report.c.case_id)).scalars())
    first, second = (acting(app, {"HOTLINE_DEMO_PERSON": name}) for name in ("sample-analyst", "sample-second"))
    _decide(app, first, case_id)
    for recipient in ("police-fbih", "helpline"):
        shown = show(desk_of(app), second, case_id, recipient, NOW)
        assert len(shown.redacted.texts) + len(shown.redacted.withheld) == PLANTED
        assert len(shown.redacted.texts) > PLANTED // 2
        release_text(desk_of(app), second, case_id, shown.redacted.code, recipient, NOW)
    with reading(app.store.engine) as connection:
        assert [one.recipient for one in releases_of(connection, case_id)] == ["police-fbih", "helpline"]
    _nothing_leaks(app, second)
    assert verify(app).findings == ()


def _decide(app: App, by: Person, case_id: int) -> None:
    seen = acts.Said(Classification.BASELINE, case_facts(app, case_id).primary_locator, Viewed.CONTENT)
    acts.assess(app, by, case_id, seen, NOW)
    for kind, recipient in ((Kind.POLICE, "police-fbih"), (Kind.HELPLINE, "helpline"), (Kind.ICCAM, "iccam")):
        acts.dispose(app, by, case_id, kind, recipient, "hosted_here", NOW, routes())


def _nothing_leaks(app: App, by: Person) -> None:
    for kind in ("lea", "referral", "iccam"):
        outcome = make_packages(app, Order(kind), by, NOW)
        assert outcome.textless == ()
        words = {path.name: words_in(path) for path in outcome.made[0].folder.iterdir()}
        assert ("texts.txt" in words) == (kind != "iccam")
        assert {name: _leaves(said) for name, said in words.items() if _leaves(said)} == {}
