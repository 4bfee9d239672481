"""A digest task killed between its artefact and the rest of the batch does not count its own matches twice."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.desk.people import DEMO_PERSON_VARIABLE, acting
from pipeline.lists.importing import Order, import_list
from pipeline.setup import set_up
from tests.factories import NOW, labels_by_id, take_in, write_csv
from tests.faults.killed_run import KilledRuns
from tests.pictures import picture, saved
from triage.verdict import Label

pytestmark = pytest.mark.thorough

COPIES = 8


def _workspace(folder: Path, listed: Path) -> App:
    app = App.at(folder)
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    settings = app.workspace.settings_file
    lines = [one for one in settings.read_text().splitlines() if not one.startswith("flood_matches")]
    settings.write_text("\n".join([f"flood_matches = {COPIES - 3}", *lines]) + "\n")
    app = App.at(folder)
    order = Order(listed, "made-up", licence="test only")
    import_list(app, acting(app, {DEMO_PERSON_VARIABLE: "sample-analyst"}), order, NOW, lambda *_: None)
    return app


@pytest.mark.parametrize(
    "moment", ["before:digest", pytest.param("after:digest", marks=pytest.mark.slow)]
)
def test_what_was_known_stays_known_after_a_crash(tmp_path: Path, moment: str) -> None:
    from pipeline.hashing import Hasher

    drop = tmp_path / "drop"
    rows = [
        {"id": f"T-{n}", "description": f"Stranica je plava. {n}", "attachments": f"{n}.jpg"} for n in range(COPIES)
    ]
    write_csv(drop / "in.csv", rows)
    for number in range(COPIES):
        (drop / f"{number}.jpg").write_bytes(saved(picture(1), quality=60 + number))
    with Hasher() as hasher:
        value = next(one.value.hex() for one in hasher.hashed(saved(picture(1))).signals if one.type == "pdq")
    listed = tmp_path / "list.csv"
    listed.write_text(f"type,value\npdq,{value}\n")
    calm, shaken = (_workspace(tmp_path / name, listed) for name in ("calm", "shaken"))
    take_in(calm, "b1", drop)
    with KilledRuns() as runs:
        for at in (moment, "none"):
            code = runs.run(shaken.workspace.root, "b1", at, drop)
            assert code == (-signal.SIGKILL if at == moment else 0)
    assert labels_by_id(shaken) == labels_by_id(calm)
    known = [label for label, _ in labels_by_id(calm).values() if label == Label.CSAM_SUSPECT]
    assert len(known) == COPIES - 3, "the others are set aside by the flood guard"
