"""A case whose reporters may partly be named to police, and short ways to ask for them and to let them go."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from pipeline.desk import acts, disclosing
from pipeline.desk.disclosures import Wish, ask
from pipeline.store.disclosure_tables import disclosure
from pipeline.store.engine import reading
from tests.agencies import opened, pin_agency
from tests.desk import NOW, Desk, made
from tests.factories import take_in, write_csv
from triage.disclosure import DisclosureReason
from triage.disposition import Kind

AGENCY, OTHER = "police-rs", "police-fbih"
WHY = DisclosureReason.POLICE_ASKED
LATER = NOW + timedelta(minutes=5)
PLACE = "https://told.example/a"
YES = {"location": PLACE, "description": "illegal pictures of a child on this page", "area": "Banja Luka",
       "category": "csam", "received_at": "2026-03-03T10:00:00+01:00"}  # fmt: skip
ROWS = (
    YES | {"id": "p-1", "contact_name": "Canary Nameson", "contact_email": "canary@mail.example",
           "contact_phone": "+387 61 000 111", "best_time": "evening", "contact_is_safe": "yes",
           "police_may_contact_me": "yes"},
    YES | {"id": "p-2", "contact_email": "canary2@mail.example", "contact_is_safe": "", "police_may_contact_me": "yes"},
    YES | {"id": "p-3", "contact_email": "silent@mail.example", "contact_is_safe": "yes", "police_may_contact_me": ""},
    YES | {"id": "p-4", "contact_email": "", "contact_is_safe": "", "police_may_contact_me": "yes"},
)  # fmt: skip
COLUMNS = dict.fromkeys([name for row in ROWS for name in row], "")


def decided_case(folder: Path, database_url: str = "") -> Desk:
    """A case four people reported, two of whom police may ask for, decided and released for one agency."""
    desk = made(folder, database_url)
    take_in(desk.app, "told", write_csv(folder / "told.csv", [COLUMNS | row for row in ROWS]))
    pin_agency(desk.app, AGENCY, NOW)
    case_id = desk.case_of("p-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, AGENCY)
    acts.release(desk.app, desk.two, case_id, NOW)
    return desk


def asked(desk: Desk, **more: object) -> int:
    """Asked by the analyst; the case."""
    case_id = desk.case_of("p-1")
    ask(desk.app, desk.one, Wish(case_id, AGENCY, WHY, **more), NOW)  # type: ignore[arg-type]
    return case_id


def released(desk: Desk, **more: object) -> Path:
    """Released by the second analyst; the package's folder."""
    case_id = desk.case_of("p-1")
    return disclosing.release(desk.app, desk.two, case_id, AGENCY, LATER, **more).folder  # type: ignore[arg-type]


def states(desk: Desk) -> list[str]:
    """Of every disclosure, oldest first."""
    with reading(desk.app.store.engine) as connection:
        return list(connection.execute(select(disclosure.c.state).order_by(disclosure.c.disclosure_id)).scalars())


def told(desk: Desk) -> list[str]:
    """What the case's history says of contacts."""
    return [event for _, event in desk.events(f"C{desk.case_of('p-1')}") if "disclos" in event or "contact" in event]


def contacts(folder: Path) -> list[dict[str, object]]:
    """What the agency reads."""
    return list(json.loads(opened(folder)["contact.json"])["contacts"])


def decided_again(desk: Desk, case_id: int) -> None:
    """Assessed, decided for the agency and released once more."""
    desk.assess(case_id, now=LATER)
    desk.dispose(case_id, Kind.POLICE, AGENCY, now=LATER)
    acts.release(desk.app, desk.two, case_id, LATER)


def another(desk: Desk, name: str, **said: str) -> int:
    """One more reporter who allows police, in a case of their own unless `location` says otherwise."""
    row = COLUMNS | YES | {"id": name, "location": "https://unrelated.example/z", "contact_email": "z@mail.example",
                           "contact_is_safe": "yes", "police_may_contact_me": "yes"} | said  # fmt: skip
    take_in(desk.app, name, write_csv(desk.folder / f"{name}.csv", [row]))
    return desk.case_of(name)
