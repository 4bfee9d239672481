"""`hotline verify` names folders of `exports/` the audit chain does not tell of, and no others."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.desk import acts
from pipeline.desk.counts import Months
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.published import KIND, RECIPIENT, make_statistics
from pipeline.verify.everything import verify
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from tests.noticing import assessed
from triage.disposition import Kind

pytest_plugins = ("tests.stores",)

CODE = "police-rs"
LATER = NOW + timedelta(minutes=2)


def _sent(desk: Desk, *, sealed: bool) -> Path:
    if sealed:
        pin_agency(desk.app, CODE, NOW)
    case_id = assessed(desk, "s-1")
    desk.dispose(case_id, Kind.POLICE, CODE, reason="hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    (made,) = make_packages(desk.app, Order("lea"), desk.two, LATER).made
    assert verify(desk.app).findings == ()
    return made.folder


def _unknown(desk: Desk) -> list[str]:
    return [one.subject for one in verify(desk.app).findings if one.code == "package_unknown"]


@pytest.mark.parametrize("sealed", [True, False])
def test_a_made_a_copied_and_a_renamed_folder_are_found(desk: Desk, *, sealed: bool) -> None:
    folder = _sent(desk, sealed=sealed)
    made, copied = (folder.with_name(f"lea-police-rs-2026-11-23-{number}") for number in (77, 78))
    made.mkdir()
    (made / "readable.txt").write_text("x")
    shutil.copytree(folder, copied)
    (folder.parent / "Another one").mkdir()
    assert _unknown(desk) == ["folder 1 of exports/", made.name, copied.name]
    for path in (made, copied, folder.parent / "Another one"):
        shutil.rmtree(path)
    folder.rename(folder.with_name(folder.name[:-1] + "9"))
    assert _unknown(desk) == [folder.name[:-1] + "9"]


def test_a_folder_handed_over_or_still_being_written_is_no_finding(desk: Desk) -> None:
    folder = _sent(desk, sealed=True)
    for name in (".tmp-1-lea", ".ready-lea-police-rs-2026-03-02-5"):
        (folder.parent / name).mkdir()
    assert _unknown(desk) == []
    shutil.rmtree(folder)
    assert verify(desk.app).findings == ()


def test_a_package_that_stepped_over_a_folder_in_its_way_is_known_once(desk: Desk) -> None:
    exports = desk.app.workspace.exports
    way = exports / f"{KIND}-{RECIPIENT}-{NOW:%Y-%m-%d}-1"
    way.mkdir(parents=True)
    made = make_statistics(desk.app, Months(), desk.person("sample-supervisor"), NOW)
    assert made.folder.name.endswith("-2")
    assert any(one.code.startswith("package") for one in verify(desk.app).findings)
    way.rmdir()
    assert verify(desk.app).findings == ()
    shutil.copytree(made.folder, made.folder.with_name(made.folder.name[:-1] + "3"))
    assert len(_unknown(desk)) == 1


@pytest.mark.parametrize("whole", [True, False])
def test_a_link_to_the_same_bytes_elsewhere_is_no_package(desk: Desk, tmp_path: Path, *, whole: bool) -> None:
    folder = _sent(desk, sealed=False)
    there = folder if whole else min(folder.iterdir())
    away = tmp_path / "away"
    there.rename(away)
    there.symlink_to(away)
    (found,) = verify(desk.app).findings
    assert (found.code, "a link stands for" in found.says) == ("package_folder", True)
