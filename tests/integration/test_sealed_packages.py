"""Police packages leave sealed to a pinned key, or not at all; later ones about the same case name the first."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from exporters.passphrase import unlocked
from exporters.sealing import NEWER_FORMAT, OpeningKey, SigningKey, is_signature_of
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.delivery.own_key import make_own_key, own_key
from pipeline.desk import acts
from pipeline.desk.caseview import case_facts
from pipeline.desk.packages import Order, Outcome, exporter_of, make_packages
from pipeline.desk.people import acting
from pipeline.desk.police_package import leaving
from pipeline.desk.recipients import add_key, listed, pin, pin_own, retire_key
from pipeline.desk.vaultroom import Vaultroom
from pipeline.doctor_delivery import check_delivery
from pipeline.routes import routes
from pipeline.setup import set_up
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, meta
from tests.agencies import AGENCY, opened, pin_agency, words_in
from tests.factories import NOW, take_in, write_csv
from tests.stamping import Authority, needs_openssl, served
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.errors import KeyProblem, RuleBroken, UsageError
from triage.people import Person

SAID = "illegal pictures of a child on this page"
ADDRESS = "https://host.example/a?canary=1"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo workspace with one case that two people let go to the police."""
    tmp_path = tmp_path_factory.mktemp("decided")
    app = App.at(tmp_path / "workspace")
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    row = {"id": "b-1", "received_at": "2026-10-05T10:00:00Z", "category": "csam", "location": ADDRESS,
           "description": SAID, "area": "Tuzla"}  # fmt: skip
    take_in(app, "b", write_csv(tmp_path / "in.csv", [row]))
    _decide(app)
    return app.workspace.root


@pytest.fixture
def app(decided: Path, tmp_path: Path) -> App:
    """A copy of it for every test."""
    shutil.copytree(decided, tmp_path / "workspace")
    return App.at(tmp_path / "workspace")


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _people(app: App) -> tuple[Person, Person]:
    first, second = (acting(app, {"HOTLINE_DEMO_PERSON": name}) for name in ("sample-analyst", "sample-second"))
    return first, second


def _decide(app: App, minutes: int = 0) -> None:
    first, second = _people(app)
    at = NOW + timedelta(minutes=minutes)
    seen = acts.Said(Classification.NATIONAL, case_facts(app, 1).primary_locator, Viewed.CONTENT)
    acts.assess(app, first, 1, seen, at)
    acts.dispose(app, first, 1, Kind.POLICE, "police-fbih", "suspect_may_be_here", at, routes())
    acts.release(app, second, 1, at + timedelta(minutes=1))


def _export(app: App, minutes: int = 5) -> Outcome:
    return make_packages(app, Order("lea"), _people(app)[1], NOW + timedelta(minutes=minutes))


def test_a_package_is_sealed_and_its_folder_shows_nothing_of_the_case(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    (made,) = _export(app).made
    inside = opened(made.folder)
    assert sorted(inside)[0] == "0-read-first.pdf"
    assert inside["addresses.txt"].decode() == f"{ADDRESS}\n"
    assert {"case.jsonld", "custody.csv", "reports.csv", "redaction.csv", "cover.txt"} <= set(inside)
    assert b"case_assessed" in inside["custody.csv"]
    assert b"analyst" in inside["custody.csv"]
    outside = b"".join(path.read_bytes() for path in made.folder.iterdir())
    assert ADDRESS.encode() not in outside
    assert not list(app.workspace.root.rglob("*.pdf"))


def test_a_package_is_named_by_the_day_its_papers_tell(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    (made,) = _export(app, minutes=14 * 60 + 30).made  # half past eleven in the evening in UTC, the next day here
    tomorrow = NOW + timedelta(days=1)
    cover = opened(made.folder)["cover.txt"].decode()
    assert made.called.startswith(f"package-{tomorrow:%Y%m%d}-")
    assert f"Paket: {made.called}" in cover
    assert f"Paket sačinjen {tomorrow:%d.%m.%Y}." in cover


def test_staff_names_and_internal_numbers_are_in_no_file_of_a_package(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    (made,) = _export(app).made
    folder = app.workspace.root / "opened"
    folder.mkdir()
    for name, content in opened(made.folder).items():
        (folder / Path(name).name).write_bytes(content)
    words = "\n".join(words_in(path) for path in folder.iterdir())  # the bytes of a PDF may hold anything by chance
    for name in ("Analyst One", "sample-analyst", "C1,", '"C1"', "person:"):
        assert name not in words


def test_a_real_workspace_makes_no_police_package_without_a_pinned_key(app: App) -> None:
    by = _people(app)[1]
    settings = app.workspace.settings_file
    settings.write_text(settings.read_text().replace('kind = "demo"', 'kind = "real"'))
    with writing(app.store.engine) as connection:
        connection.execute(update(meta).where(meta.c.value == "demo").values(value="real"))
    real = App.at(app.workspace.root)
    outcome = make_packages(real, Order("lea"), by, NOW + timedelta(minutes=5))
    assert outcome.made == ()
    assert ["no key is pinned" in one.why for one in outcome.skipped] == [True]
    assert not [path for path in real.workspace.exports.iterdir() if not path.name.startswith(".")]


def test_after_a_key_was_retired_nothing_leaves_unsealed_not_even_in_a_demonstration(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    retire_key(app, acting(app, {"HOTLINE_DEMO_PERSON": "sample-supervisor"}), "police-fbih", NOW)
    outcome = _export(app)
    assert outcome.made == ()
    assert ["no key is pinned" in one.why for one in outcome.skipped] == [True]
    assert not [path for path in app.workspace.exports.iterdir() if not path.name.startswith(".")]
    pin_agency(app, "police-fbih", NOW)
    (made,) = _export(app).made
    assert made.name is not None, "sealed to the key that is pinned now"


def test_a_demo_agency_that_never_had_a_key_gets_a_plain_folder(app: App) -> None:
    pin_agency(app, "police-rs", NOW)
    (made,) = _export(app).made
    assert (made.recipient, made.name) == ("police-fbih", None)


@pytest.mark.parametrize("spoil", ["gone", "another", "damaged"])
def test_a_key_that_is_not_the_pinned_one_stops_the_package(app: App, spoil: str) -> None:
    pin_agency(app, "police-fbih", NOW)
    path = app.workspace.root / "recipients" / "police-fbih.asc"
    changed: dict[str, Callable[[], object]] = {
        "gone": path.unlink,
        "another": lambda: path.write_bytes(SigningKey.make("Somebody else").certificate.armoured()),
        "damaged": lambda: path.write_bytes(path.read_bytes()[:200]),
    }
    changed[spoil]()
    outcome = _export(app)
    assert outcome.made == ()
    assert len(outcome.skipped) == 1
    assert ADDRESS not in outcome.skipped[0].why
    assert any(one.problem for one in listed(app, NOW) if one.recipient == "police-fbih")


def test_the_next_package_about_a_case_is_a_supplement_that_names_the_first(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    (first,) = _export(app).made
    _decide(app, minutes=10)
    (second,) = _export(app, minutes=20).made
    name = next(path.name for path in first.folder.glob("*.tar.gpg")).removesuffix(".tar.gpg")
    (sealed,) = second.folder.glob("*.tar.gpg")
    assert sealed.name != f"{name}.tar.gpg"
    inside = OpeningKey(AGENCY.stored()).opened(sealed.read_bytes()) or b""
    assert f"Bag-Group-Identifier: {name}".encode() in inside


def test_an_agency_without_openpgp_gets_a_passphrase_only_where_the_operator_allowed_it(app: App) -> None:
    pin_own(app, "machine", 0, make_own_key(app.workspace, "Hotline of the tests").certificate, NOW)
    app.workspace.settings_file.write_text(
        app.workspace.settings_file.read_text() + 'passphrase_for = ["police-fbih"]\n'
    )
    allowed = App.at(app.workspace.root)
    heard: list[str] = []
    by, at = _people(app)[1], NOW + timedelta(minutes=5)
    (made,) = make_packages(allowed, Order("lea"), by, at, tell=lambda _, said: heard.append(said)).made
    (container,) = made.folder.glob("*.zip")
    (passphrase,) = heard
    tar, signature = unlocked(container.read_bytes(), passphrase) or (b"", b"")
    assert ADDRESS.encode() in tar
    assert is_signature_of(signature, tar, own_key(app.workspace).certificate)
    kept = b"".join(path.read_bytes() for path in app.workspace.root.rglob("*") if path.is_file())
    assert passphrase.encode() not in kept
    assert b'"by_passphrase":true' in kept.replace(b" ", b"")


@pytest.mark.tools
@needs_openssl
def test_with_an_authority_set_a_stamp_lies_beside_the_package_and_without_an_answer_it_still_leaves(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_agency(app, "police-fbih", NOW)
    authority = Authority(_folder(tmp_path / "authority"))
    settings = app.workspace.settings_file
    before = settings.read_text()
    with served(lambda asked: (200, authority.reply(asked))) as (url, _):
        settings.write_text(before + f'timestamp_url = "{url}"\n')
        (made,) = make_packages(App.at(app.workspace.root), Order("lea"), _people(app)[1], NOW).made
    assert len(list(made.folder.glob("*.tsr"))) == len(list(made.folder.glob("*.tsq"))) == 1
    assert not list(made.folder.glob("*.no-time-stamp.txt"))
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-second")
    assert answer(["--workspace", str(app.workspace.root), "export", "lea", "--again"]) == 0
    assert "no time stamp: the service did not answer" in capsys.readouterr().out
    (again,) = set(app.workspace.exports.iterdir()) - {made.folder}
    assert list(again.glob("*.tar.gpg"))
    assert not list(again.glob("*.tsr"))
    assert len(list(again.glob("*.no-time-stamp.txt"))) == 1
    with reading(app.store.engine) as connection:
        events = connection.execute(select(audit.c.details).where(audit.c.event == "package_made")).scalars()
        assert [json.loads(one).get("unstamped", False) for one in events] == [False, True]


def test_pinning_compares_what_the_agency_read_out_with_the_file(app: App) -> None:
    make = AGENCY.certificate
    with pytest.raises(KeyProblem, match="not the one pinned"):
        pin(app, "machine", 0, "police-rs", make.armoured(), "0" * 40, NOW)
    with pytest.raises(UsageError, match="no such recipient"):
        pin(app, "machine", 0, "nobody", make.armoured(), make.fingerprint, NOW)
    with pytest.raises(RuleBroken, match="may not"):
        add_key(app, _people(app)[0], "police-rs", make.armoured(), make.fingerprint, NOW)
    assert all(not one.fingerprint for one in listed(app, NOW))


def test_a_key_another_recipient_has_is_pinned_only_where_a_person_says_that_they_share_it(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    by = acting(app, {"HOTLINE_DEMO_PERSON": "sample-supervisor"})
    given, key = AGENCY.certificate.armoured(), AGENCY.certificate.fingerprint
    with pytest.raises(RuleBroken, match=r"pinned for police-fbih.*--also"):
        add_key(app, by, "police-rs", given, key, NOW)
    assert {one.recipient for one in listed(app, NOW) if one.fingerprint} == {"police-fbih"}
    add_key(app, by, "police-rs", given, key, NOW, also=True)
    shared = [one.says for one in check_delivery(app, NOW) if one.name == "shared key"]
    assert len(shared) == 1
    assert "police-fbih, police-rs" in shared[0]


def test_who_retires_a_shared_key_is_told_where_it_stays_in_force(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-supervisor")
    for code in ("police-fbih", "police-rs"):
        pin(app, "machine", 0, code, AGENCY.certificate.armoured(), AGENCY.certificate.fingerprint, NOW, also=True)
    for code, stays in (("police-rs", True), ("police-fbih", False)):
        assert answer(["--workspace", str(app.workspace.root), "recipients", "retire-key", code]) == 0
        assert ("the same key stays pinned for police-fbih" in capsys.readouterr().out) is stays


def test_a_new_key_retires_the_one_before_and_the_chain_says_who(app: App) -> None:
    pin_agency(app, "police-rs", NOW)
    new = SigningKey.make("The agency's next key").certificate
    pin(app, "machine", 0, "police-rs", new.armoured(), new.fingerprint, NOW)
    (state,) = [one for one in listed(app, NOW) if one.recipient == "police-rs"]
    assert state.fingerprint == new.fingerprint
    with pytest.raises(RuleBroken, match="already"):
        pin(app, "machine", 0, "police-rs", new.armoured(), new.fingerprint, NOW)


def test_the_commands_say_what_they_did(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-second")
    given = ["--workspace", str(app.workspace.root), "recipients"]
    assert answer([*given, "list"]) == 0
    said = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert "no key" in said["police-rs"]
    assert all("needs none" in said[code] for code in ("iccam", "host", "regulator"))
    (tmp_path / "key.asc").write_bytes(AGENCY.certificate.armoured())
    assert answer([*given, "add-key", "police-rs", str(tmp_path / "key.asc"), "--fingerprint", "00"]) == 2
    assert "may not manage recipients" in capsys.readouterr().err
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-supervisor")
    read_out = AGENCY.certificate.fingerprint
    assert answer([*given, "add-key", "police-rs", str(tmp_path / "key.asc"), "--fingerprint", read_out]) == 0
    assert NEWER_FORMAT in capsys.readouterr().out


def test_a_vault_without_its_private_key_exports_nothing(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    for path in app.workspace.keys.glob("*.key"):
        if path.name != "index.key":
            path.rename(path.with_suffix(".moved"))
    with pytest.raises(KeyProblem):
        _export(app)
    assert Vaultroom(app)


def test_a_passphrase_nobody_hears_makes_no_package(app: App) -> None:
    def deaf(_recipient: str, _passphrase: str) -> None:
        raise OSError("the terminal is gone")

    pin_own(app, "machine", 0, make_own_key(app.workspace, "Hotline of the tests").certificate, NOW)
    text = app.workspace.settings_file.read_text()
    app.workspace.settings_file.write_text(text + 'passphrase_for = ["police-fbih"]\n')
    by = _people(app)[1]
    with pytest.raises(OSError, match="gone"):
        make_packages(App.at(app.workspace.root), Order("lea"), by, NOW, tell=deaf)
    assert not list(app.workspace.exports.iterdir())


@pytest.mark.parametrize("moment", ["before the store", "after the store"])
def test_an_export_killed_around_its_commit_leaves_one_package_or_none(
    app: App, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_agency(app, "police-fbih", NOW)
    renamed, place = Path.rename, 1 if moment == "before the store" else 2

    class Killed(BaseException):
        pass

    calls = iter(range(1, 10))

    def rename(path: Path, target: Path) -> Path:
        if next(calls) == place:
            raise Killed
        return renamed(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", rename)
        with pytest.raises(Killed):
            _export(app)
    (again,) = _export(app, minutes=24 * 60).made or [None]
    folders = [path for path in app.workspace.exports.iterdir() if not path.name.startswith(".")]
    assert len(folders) == 1
    assert (again is None) == (moment == "after the store")


def test_another_signing_key_than_the_one_agencies_know_signs_nothing(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    (app.workspace.keys / "signing.pgp").write_bytes(SigningKey.make("Somebody").stored())
    outcome = _export(app)
    assert outcome.made == ()
    assert "not the signing key" in outcome.skipped[0].why


def test_neither_the_hotlines_own_certificate_nor_a_key_nobody_uses_is_pinned(app: App) -> None:
    pin_agency(app, "police-fbih", NOW)
    own = own_key(app.workspace).certificate
    with pytest.raises(KeyProblem, match="own certificate"):
        pin(app, "machine", 0, "police-rs", own.armoured(), own.fingerprint, NOW)
    with pytest.raises(UsageError, match="needs no key"):
        pin(app, "machine", 0, "iccam", AGENCY.certificate.armoured(), AGENCY.certificate.fingerprint, NOW)


def test_a_hash_list_holds_its_lists_and_a_page_that_says_what_they_are(app: App) -> None:
    exporter = exporter_of("vics")
    (package,) = exporter.examples()
    files = leaving(app, package, exporter.files(package), {}, None).files
    assert sorted(files) == ["README.txt", "manifest-sha256.txt", "vics-cases.json", "vics-media.json"]
    assert b"vics-media.json" in files["README.txt"]
