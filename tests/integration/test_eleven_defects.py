"""What the tool hotlines use today does badly, by its number in reference/hotline_systems.md §2.6.

Here 1, 2, 9, 10 and 11. Numbers 3 to 8 are of ICCAM's payloads: `tests/unit/test_exporter_iccam.py` and
`test_exporter_iccam_v2.py`. That TLS is never switched off, the rest of 2, is in `test_iccam_line.py`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline.bootstrap import App
from pipeline.desk.caseview import case_facts
from pipeline.desk.people import acting
from pipeline.lists.importing import Order, import_list
from pipeline.store.engine import reading, writing
from pipeline.store.item_tables import signal
from pipeline.store.schema import audit, report
from pipeline.verify import verify
from tests.desk import Desk
from tests.factories import NOW, analysts_app, take_in
from tests.pictures import picture, saved
from triage.verdict import Label

SAME_AS_THE_FIRST = (
    "https://BAD.example/a", "https://bad.example:443/a", "http://bad.example/a", "https://bad.example/a#top",
    "https://bad.example/a/",
    "https://bad.example/a?fbclid=IwAR0abcdefghijklmnopqrstuvwxyz", "hxxps://bad[.]example/a",
)  # fmt: skip


@pytest.mark.parametrize("written", SAME_AS_THE_FIRST)
def test_1_another_spelling_of_an_address_is_no_other_case(desk: Desk, written: str) -> None:
    desk.bring("spelled", {"id": "x-1", "location": written})
    assert desk.case_of("x-1") == desk.case_of("s-1")


def _batch(app: App, folder: Path, number: str, content: bytes) -> int:
    """Takes in one report of a picture without a word about it; returns its case."""
    folder.mkdir()
    (folder / "a.jpg").write_bytes(content)
    with (folder / "reports.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "location", "description", "attachments"],
                                    [number, f"https://pictures.example/{number}", "", "a.jpg"]])  # fmt: skip
    take_in(app, number, folder)
    with reading(app.store.engine) as connection:
        return int(connection.execute(select(report.c.case_id).where(report.c.external_id == number)).scalar_one())


def test_2_and_9_a_picture_is_known_by_its_look_and_makes_a_suspect_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = analysts_app(tmp_path / "workspace", monkeypatch)
    before = case_facts(app, _batch(app, tmp_path / "one", "R-1", saved(picture(1))))
    assert before.label == Label.COMPLETE
    with reading(app.store.engine) as connection:
        whole_pdq = select(signal.c.value).where(signal.c.type == "pdq", signal.c.form == "whole")
        look = connection.execute(whole_pdq).scalar_one()
    known = tmp_path / "known.csv"
    known.write_text(f"type,value,tags\npdq,{look.hex()},baseline\n", encoding="utf-8")
    import_list(app, acting(app), Order(known, "known", licence="test only"), NOW, lambda _: None)

    smaller = saved(picture(1).resize((240, 180)), quality=60)
    facts = case_facts(app, _batch(app, tmp_path / "two", "R-2", smaller))
    assert facts.label == Label.CSAM_SUSPECT
    assert facts.assessments == ()
    assert facts.dispositions == ()


def test_10_every_repeat_is_kept_and_counted(desk: Desk) -> None:
    case = desk.case_of("o-1")
    for number in range(2, 5):
        desk.bring(f"repeat-{number}", {"id": f"o-{number}", "location": "https://other.example/b"})
    desk.close(case)
    desk.bring("after", {"id": "o-5", "location": "https://OTHER.example/b"})
    facts = desk.facts(case)
    assert facts.reports == len(set(facts.report_ids)) == 5
    assert verify(desk.app).findings == ()


def test_11_what_runs_in_the_background_is_audited_and_no_row_of_it_can_be_changed_unseen(desk: Desk) -> None:
    desk.bring("more", {"id": "x-1", "location": "https://other.example/c"})
    with reading(desk.app.store.engine) as connection:
        events = list(connection.execute(select(audit.c.event).order_by(audit.c.seq)).scalars())
    assert "batch_committed" in events[-3:]
    assert verify(desk.app).findings == ()
    with writing(desk.app.store.engine) as connection:
        connection.execute(update(audit).where(audit.c.seq == len(events)).values(details="{}"))
    assert verify(desk.app).findings
