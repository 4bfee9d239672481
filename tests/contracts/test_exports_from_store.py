"""Packages made from the store: nothing of a reporter in them, every gate checked again, each case once."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from exporters.manifest import MANIFEST, verify
from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.delivery.pdf import words_in
from pipeline.desk import acts, packages
from pipeline.desk.acts import Said
from pipeline.desk.counts import Months
from pipeline.desk.package_folder import Made, Sending, store_package
from pipeline.desk.packages import Order, Outcome, make_packages
from pipeline.desk.people import acting
from pipeline.desk.published import make_statistics
from pipeline.durable import machine
from pipeline.routes import routes
from pipeline.runs import find_inputs, register
from pipeline.setup import set_up
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, case_reports, disposition, package, report
from tests.filled import filled
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.errors import BadConfiguration, RuleBroken, ServiceFailed, UsageError
from triage.people import Person
from triage.report import FIELDS

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
LATER = timedelta(minutes=1)
CANARY = "kanarinac"
SAID = "There are illegal pictures of a child on this page."
PLACES = {"rs": "https://host.example/a", "fbih": "https://other.example/b", "quiet": "https://third.example/c"}


SHARER = "sharerwholives"
SHARED = (
    f"https://l.facebook.com/l.php?u=https%3A%2F%2Fuser%3A{SHARER}%40shared.example%2Fp%3Fid%3D1%26igsh%3D{SHARER}01"
    f"%26fbclid%3DIwAR0{SHARER}000%26mail%3D{SHARER}%2540mail.example&h={SHARER}"
)
"""Made to tell in every way who copied it."""


def _rows() -> list[dict[str, str]]:
    """One row with a canary in every field, as one lower-case word where a code would stand; and two plain ones."""
    planted = {name: f"{CANARY}{name.replace('_', '')}" for name in FIELDS if name != "received_at"}
    planted |= {
        "location": f"{PLACES['rs']} {CANARY}", "description": f"{SAID} {CANARY}", "extra": f"{CANARY}extra",
        "contact_email": f"{CANARY}@mail.example", "received_at": "2026-03-01T10:00:00+01:00",
    }  # fmt: skip
    plain = {"category": "csam", "description": SAID, "received_at": "2026-03-02T10:00:00+01:00"}
    return [
        planted,
        plain | {"id": "r-1", "location": PLACES["rs"], "area": "BA-RS-Banja Luka"},
        plain | {"id": "r-2", "location": PLACES["fbih"], "area": "Sarajevo"},
        plain | {"id": "r-3", "location": PLACES["quiet"]},
        plain | {"id": "r-4", "location": SHARED, "area": "BA-RS-Banja Luka"},
    ]


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo workspace with five reports committed, to be copied."""
    tmp_path = tmp_path_factory.mktemp("exports")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in _rows()), encoding="utf-8")
    made = App.at(tmp_path / "workspace")
    set_up(made.workspace, kind="demo", database_url="", now=NOW, os_user="nobody")
    found, versions = find_inputs([drop]), made.rule_versions()
    run = register(made.workspace, made.store, "b1", found, versions=versions, after_ingest="keep", now=NOW)
    assert run_batch(made, run, 1, apart=False)["accepted"] == 5
    return made.workspace.root


@pytest.fixture
def app(committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """A copy of the workspace for one test, with a person who may export."""
    shutil.copytree(committed, tmp_path / "workspace")
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-second")
    return App.at(tmp_path / "workspace")


def _people(app: App) -> tuple[Person, Person]:
    first = acting(app, {"HOTLINE_DEMO_PERSON": "sample-analyst"})
    return first, acting(app, {"HOTLINE_DEMO_PERSON": "sample-second"})


def _case(app: App, external_id: str) -> tuple[int, int]:
    """Case and first locator of the report with this id."""
    with reading(app.store.engine) as connection:
        row = connection.execute(
            select(report.c.case_id, report.c.locator_id).where(report.c.external_id == external_id)
        ).one()
    return int(row.case_id), int(row.locator_id)


def _decide(app: App, external_id: str, recipient: str = "police-rs", *, release: bool = True) -> int:
    """Assessed as baseline and disposed to police, ICCAM and the helpline by one person, released by another."""
    case_id, locator_id = _case(app, external_id)
    first, second = _people(app)
    acts.assess(app, first, case_id, Said(Classification.BASELINE, locator_id, Viewed.CONTENT), NOW)
    for kind, to, reason in (
        (Kind.POLICE, recipient, "suspect_may_be_here"),
        (Kind.ICCAM, "iccam", "hosted_abroad"),
        (Kind.ICCAM, "clearing-house", "hosted_abroad"),
        (Kind.POLICE, "police-hashes", "on_request"),
        (Kind.HELPLINE, "helpline", "worried_parent"),
    ):
        acts.dispose(app, first, case_id, kind, to, reason, NOW, routes())
    if release:
        acts.release(app, second, case_id, NOW)
    return case_id


def _export(app: App, kind: str, *, again: bool = False, case_id: int | None = None) -> Outcome:
    return make_packages(app, Order(kind, None, case_id, again), _people(app)[1], NOW + LATER)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _references(made: Made) -> list[str]:
    return [case["reference"] for case in json.loads((made.folder / "case.json").read_text())["cases"]]


@pytest.fixture
def reporting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator has said who reports to the clearing house."""
    monkeypatch.setattr(packages, "text", filled)


@pytest.mark.usefixtures("reporting")
def test_nothing_of_a_reporter_and_no_internal_name_is_in_any_export(app: App) -> None:
    case_id = _decide(app, "r-1")
    for kind in ("lea", "iccam", "referral", "cybertip"):
        (made,) = _export(app, kind).made
        assert made.cases == (case_id,)
    make_statistics(app, Months(), _people(app)[1], NOW)
    paths = [path for path in app.workspace.exports.rglob("*") if path.is_file()]
    assert {path.parent.name.split("-")[0] for path in paths} == {"lea", "iccam", "referral", "cybertip", "statistics"}
    for path in paths:
        body = path.read_bytes().lower()
        assert CANARY.encode() not in body, f"{path.name} holds a canary"
        for internal in (b"sample-", b"(sample)", b"analyst one", b"case_id", b"r1.0."):
            assert internal not in body, f"{path.name} names a person or an internal number"
        assert SAID.lower().encode() not in body


def test_the_address_the_count_and_the_codes_are_in_the_police_package(app: App) -> None:
    _decide(app, "r-1")
    (made,) = _export(app, "lea").made
    (case,) = json.loads((made.folder / "case.json").read_text())["cases"]
    assert (made.folder / "addresses.txt").read_text() == PLACES["rs"] + "\n"
    assert case["facts"]["reports"] == 2
    assert case["facts"]["area"] == "BA-RS-Banja Luka"
    assert case["items"][0]["classification"] == "baseline"
    assert case["items"][0]["viewed"] == "content"
    assert "description" in case["removed"]
    assert case["facts"]["channel"] == "jsonl"


def test_the_manifest_fits_and_its_digest_is_in_the_store_and_in_the_audit_chain(app: App) -> None:
    _decide(app, "r-1")
    (made,) = _export(app, "lea").made
    files = _files(made.folder)
    assert verify(files) == ()
    assert hashlib.sha256(files[MANIFEST]).hexdigest() == made.manifest_digest
    with reading(app.store.engine) as connection:
        assert connection.execute(select(package.c.manifest_digest)).scalar_one() == made.manifest_digest
        events = connection.execute(select(audit).where(audit.c.event == "package_made")).all()
        history = connection.execute(select(audit.c.subject).where(audit.c.event == "exported")).scalars().all()
    assert [json.loads(event.details)["manifest"] for event in events] == [made.manifest_digest]
    assert events[0].actor == f"person:{_people(app)[1].person_id}"
    assert history == [f"C{made.cases[0]}"]


def test_only_the_owner_can_look_into_a_package(app: App) -> None:
    _decide(app, "r-1")
    (made,) = _export(app, "lea").made
    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in made.folder.iterdir())


def test_a_case_is_exported_once_and_again_only_on_purpose(app: App) -> None:
    case_id = _decide(app, "r-1")
    (first,) = _export(app, "lea").made
    assert _export(app, "lea").made == ()
    with pytest.raises(RuleBroken, match="already"):
        _export(app, "lea", case_id=case_id)
    (second,) = _export(app, "lea", again=True).made
    assert second.folder != first.folder
    assert first.folder.is_dir()
    assert _references(first) == _references(second)


def test_a_new_decision_about_an_exported_case_is_exported_too(app: App) -> None:
    case_id = _decide(app, "r-1")
    _export(app, "referral")
    acts.dispose(app, _people(app)[0], case_id, Kind.HELPLINE, "helpline", "on_request", NOW, routes())
    (made,) = _export(app, "referral").made
    assert made.cases == (case_id,)


def test_a_police_package_waits_for_the_second_person(app: App) -> None:
    case_id = _decide(app, "r-1", release=False)
    outcome = _export(app, "lea")
    assert outcome.made == ()
    assert [left.case_id for left in outcome.skipped] == [case_id]
    assert "second person" in outcome.skipped[0].why
    assert list(app.workspace.exports.iterdir()) == []


def test_a_release_by_the_one_who_assessed_does_not_let_a_case_out_even_if_the_store_says_so(app: App) -> None:
    case_id = _decide(app, "r-1", release=False)
    with writing(app.store.engine) as connection:
        connection.execute(
            update(disposition).where(disposition.c.kind == "police")
            .values(released_by=_people(app)[0].person_id, released_at=int(NOW.timestamp()))
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="cannot release"):
        _export(app, "lea", case_id=case_id)


def test_a_case_nobody_viewed_does_not_go_to_iccam_even_if_the_store_says_so(app: App) -> None:
    case_id, _ = _case(app, "r-1")
    with writing(app.store.engine) as connection:
        _plant(connection, case_id, Kind.ICCAM, "iccam")
    outcome = _export(app, "iccam")
    assert outcome.made == ()
    assert "national" in outcome.skipped[0].why


def test_nobody_reports_to_the_clearing_house_before_the_operator_said_who(app: App) -> None:
    _decide(app, "r-1")
    with pytest.raises(BadConfiguration, match=r"cybertip\.toml: fill in"):
        _export(app, "cybertip")
    assert list(app.workspace.exports.iterdir()) == []


def test_a_case_without_a_digest_goes_on_no_hash_list_and_its_police_package_is_not_touched(app: App) -> None:
    case_id = _decide(app, "r-1")
    outcome = _export(app, "vics")
    assert outcome.made == ()
    assert [(left.case_id, left.recipient) for left in outcome.skipped] == [(case_id, "police-hashes")]
    assert "digest" in outcome.skipped[0].why
    assert [made.recipient for made in _export(app, "lea").made] == ["police-rs"]


def test_one_case_that_may_not_go_does_not_hold_up_the_others(app: App) -> None:
    ready = _decide(app, "r-1")
    waiting = _decide(app, "r-2", release=False)
    outcome = _export(app, "lea")
    assert [made.cases for made in outcome.made] == [(ready,)]
    assert [left.case_id for left in outcome.skipped] == [waiting]


def test_every_police_unit_gets_its_own_package_and_its_own_references(app: App) -> None:
    case_id = _decide(app, "r-1")
    acts.dispose(app, _people(app)[0], case_id, Kind.POLICE, "police-fbih", "victim_may_be_here", NOW, routes())
    acts.release(app, _people(app)[1], case_id, NOW)
    made = {one.recipient: _references(one) for one in _export(app, "lea").made}
    assert sorted(made) == ["police-fbih", "police-rs"]
    assert made["police-fbih"] != made["police-rs"]
    assert all(reference.startswith("BA-") for references in made.values() for reference in references)


def test_every_police_unit_is_told_why_people_sent_it_the_case(app: App) -> None:
    case_id = _decide(app, "r-1")
    acts.dispose(app, _people(app)[0], case_id, Kind.POLICE, "police-fbih", "victim_may_be_here", NOW, routes())
    acts.release(app, _people(app)[1], case_id, NOW)
    acts.dispose(app, _people(app)[0], case_id, Kind.POLICE, "police-brcko", "worried_parent", NOW, routes())
    made = {one.recipient: one.folder for one in _export(app, "lea").made}
    told = {name: json.loads((folder / "case.json").read_text()) for name, folder in made.items()}
    assert told["police-fbih"]["cases"][0]["facts"]["referred_for"] == ["victim_may_be_here"]
    assert told["police-rs"]["cases"][0]["facts"]["referred_for"] != ["victim_may_be_here"]
    assert "worried_parent" not in str(told), "nobody released that"
    bosnian, other = ((made[name] / "cover.txt").read_text() for name in ("police-fbih", "police-rs"))
    why = words_in("bs").code("referred_for", "victim_may_be_here")
    assert why in next(line for line in bosnian.splitlines() if line.startswith("1 "))
    assert words_in("sr-Cyrl").code("referred_for", "victim_may_be_here") not in other


def test_a_package_that_cannot_be_claimed_leaves_neither_folder_nor_row(app: App) -> None:
    def refuse(_connection: Connection, _package_id: int) -> None:
        raise ServiceFailed("somebody else was quicker")

    with pytest.raises(ServiceFailed):
        store_package(app, Sending("lea", "police-rs", {MANIFEST: b""}), _people(app)[1], NOW, refuse)
    assert list(app.workspace.exports.iterdir()) == []
    with reading(app.store.engine) as connection:
        assert connection.execute(select(package)).all() == []


def test_a_folder_a_killed_process_left_does_not_stay_in_the_next_package(app: App) -> None:
    _decide(app, "r-1")
    name = f"lea-police-rs-{NOW:%Y-%m-%d}-1"
    for left in (f".ready-{name}", f".tmp-{2**22 + 1}.{machine()}-lea"):  # above Linux's largest process number
        (app.workspace.exports / left).mkdir(parents=True)
        (app.workspace.exports / left / "half.txt").touch()
    (made,) = _export(app, "lea").made
    assert made.folder.name == name
    assert verify(_files(made.folder)) == ()
    assert [path.name for path in app.workspace.exports.iterdir()] == [name]


def test_a_folder_that_is_there_already_is_never_written_over(app: App) -> None:
    _decide(app, "r-1")
    there = app.workspace.exports / f"lea-police-rs-{NOW:%Y-%m-%d}-1"
    there.mkdir(parents=True)
    (there / "restored.txt").touch()
    (made,) = _export(app, "lea").made
    assert made.folder.name.endswith("-2")
    assert (there / "restored.txt").exists()


def test_a_case_joined_into_another_does_not_go(app: App) -> None:
    case_id = _decide(app, "r-1")
    with writing(app.store.engine) as connection:
        others = select(case_reports.c.case_id).where(case_reports.c.case_id != case_id)
        other = connection.execute(others).scalars().first()
        connection.exec_driver_sql(f"UPDATE case_record SET joined_into = {other} WHERE case_id = {case_id}")
    with pytest.raises(RuleBroken, match="joined"):
        _export(app, "lea", case_id=case_id)


def test_who_may_not_export_is_refused(app: App) -> None:
    _decide(app, "r-1")
    with pytest.raises(RuleBroken, match="may not export"):
        make_packages(app, Order("lea"), _people(app)[0], NOW)


def test_an_unknown_recipient_is_answered_with_those_there_are(app: App) -> None:
    with pytest.raises(UsageError, match="police-rs"):
        make_packages(app, Order("lea", CANARY), _people(app)[1], NOW)


def test_the_command_makes_packages_and_says_where_they_lie(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    _decide(app, "r-1")
    here = ["--workspace", str(app.workspace.root)]
    assert answer(["export", "lea", *here, "--json"]) == 0
    (made,) = json.loads(capsys.readouterr().out)["made"]
    assert Path(made["folder"]).is_dir()
    assert answer(["export", "lea", *here]) == 0
    assert "nothing was made" in capsys.readouterr().out
    assert answer(["export", "statistics", *here]) == 0
    assert "DEMO" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        [], [CANARY], ["lea", "--recipient", CANARY], ["lea", "--case", CANARY], ["lea", "--case", "C999999"],
        ["statistics", "--case", "C1"], ["statistics", "--recipient", "public"], ["lea", f"--{CANARY}"],
    ],
)  # fmt: skip
def test_wrong_use_of_the_command_is_answered_without_repeating_it(
    app: App, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["export", "--workspace", str(app.workspace.root), *wrong]) == 2
    said = capsys.readouterr()
    assert f"{CANARY} " not in said.out + said.err
    assert list(app.workspace.exports.iterdir()) == []


def _plant(connection: Connection, case_id: int, kind: Kind, recipient: str) -> None:
    connection.execute(
        disposition.insert().values(
            case_id=case_id, kind=str(kind), recipient=recipient, reason="protocol", person_id=1,
            made_at=int(NOW.timestamp()),
        )
    )  # fmt: skip


@pytest.mark.usefixtures("reporting")
def test_who_shared_an_address_reaches_police_only(app: App) -> None:
    _decide(app, "r-4")
    for kind in ("lea", "iccam", "referral", "cybertip"):
        _export(app, kind)
    folders = {path.name.split("-")[0]: path for path in app.workspace.exports.iterdir()}
    assert set(folders) == {"lea", "iccam", "referral", "cybertip"}
    told = {kind: SHARER.encode() in b"".join(_files(folder).values()).lower() for kind, folder in folders.items()}
    assert told == {"lea": True, "iccam": False, "referral": False, "cybertip": False}
    assert json.loads(_files(folders["lea"])["case.json"])["cases"][0]["items"][0]["address_holds_contact"] is True
    for kind in ("iccam", "cybertip"):
        assert any(b"shared.example/p?id=1" in content for content in _files(folders[kind]).values())
