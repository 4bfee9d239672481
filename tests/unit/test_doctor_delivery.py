"""`hotline doctor` looks at every way out before something has to leave by it, and opens no line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exporters.sealing import NEWER_FORMAT, SigningKey
from exporters.wording import LANGUAGES
from pipeline import doctor_delivery
from pipeline.bootstrap import App
from pipeline.delivery.pdf import words_in
from pipeline.desk.acts import Said
from pipeline.desk.recipients import pin, retire_key
from pipeline.doctor import examine
from pipeline.doctor_check import Check, State
from pipeline.doctor_delivery import basis_of
from pipeline.routes import routes
from tests.agencies import pin_agency
from tests.desk import made
from tests.factories import new_workspace
from tests.filled import filled
from tests.gnupg import Keyring, keyring, needs_gpg
from tests.iccam_cases import write_settings
from tests.iccam_certificates import make_certificates
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.people import Person, PersonStatus, Role

NOW = datetime.now(UTC)
"""GnuPG and the test certificates go by the machine's clock."""
CODE = "police-rs"
SUPERVISOR = Person(1, "Somebody", Role.SUPERVISOR, PersonStatus.ACTIVE, "tester")


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


@pytest.fixture(scope="module")
def ring() -> Iterator[Keyring]:
    with keyring() as made:
        yield made


def _found(app: App, now: datetime = NOW) -> dict[str, Check]:
    return {check.name: check for check in examine(App.at(app.workspace.root), now)}


def _set(app: App, *lines: str) -> None:
    settings = app.workspace.settings_file
    settings.write_text(settings.read_text() + "".join(f"{line}\n" for line in lines))


def test_before_any_key_is_pinned_it_says_who_can_be_sent_nothing(app: App) -> None:
    checks = _found(app)
    assert checks["police keys"].state is State.WARN
    assert CODE in checks["police keys"].says
    assert (checks["signing key"].state, checks["iccam"].state) == (State.WARN, State.OK)
    _set(app, 'passphrase_for = ["police-rs", "police-fbih", "police-brcko", "police-hashes"]')
    assert _found(app)["police keys"].state is State.OK


def test_a_key_whose_packages_gnupg_does_not_open_is_a_warning(app: App) -> None:
    pin_agency(app, CODE, NOW)
    check = _found(app)[f"key {CODE}"]
    assert (check.state, check.says) == (State.WARN, NEWER_FORMAT)


def test_a_pinned_key_and_our_own_are_fine(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_delivery, "opens_with_gnupg", lambda _: True)
    pin_agency(app, CODE, NOW)
    checks = _found(app)
    assert (checks[f"key {CODE}"].state, checks["signing key"].state) == (State.OK, State.OK)
    assert CODE not in checks["police keys"].says
    retire_key(app, SUPERVISOR, CODE, NOW)
    assert f"key {CODE}" not in _found(app)


def test_who_reports_to_the_clearing_house_is_asked_for_once_somebody_decided_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = made(tmp_path)
    before = _found(desk.app)["cybertip"]
    assert (before.state, before.says[:4]) == (State.OK, "off ")
    case_id = desk.case_of("s-1")
    desk.assess(case_id, Said(Classification.NATIONAL, desk.item(case_id, "/a"), Viewed.CONTENT))
    desk.dispose(case_id, Kind.ICCAM, "clearing-house", "hosted_abroad")
    check = _found(desk.app)["cybertip"]
    assert check.state is State.WARN
    assert "write organisation and email under [reporter] in" in check.says
    assert "cybertip.toml" in check.says
    monkeypatch.setattr(doctor_delivery, "text", filled)
    assert _found(desk.app)["cybertip"].state is State.OK


def test_organisations_an_sos_call_passes_over_are_named(app: App) -> None:
    network = routes().network.partners
    check = _found(app)["sos network"]
    assert check.state is State.WARN
    assert all(code in check.says for code in network)
    for code in network:
        pin_agency(app, code, NOW)
    assert _found(app)["sos network"].state is State.OK
    _set(app, 'alerts_from = "desk@letters.example"', 'answers_smtp_host = "mail.example"',
         'answers_from = "office@letters.example"', 'answers_smtp_user = "u"', 'answers_smtp_password_file = "p"',
         f'alerts_to = ["{network[0]}=duty@partner.example"]')  # fmt: skip
    check = _found(app)["sos network"]
    assert (check.state, network[0] in check.says, network[1] in check.says) == (State.WARN, False, True)
    retire_key(app, SUPERVISOR, network[0], NOW)
    assert network[0] in _found(app)["sos network"].says


@pytest.mark.parametrize("spoil", ["gone", "another", "damaged"])
def test_a_certificate_that_is_not_the_pinned_one_blocks_and_says_what_to_do(app: App, spoil: str) -> None:
    pin_agency(app, CODE, NOW)
    path = app.workspace.root / "recipients" / f"{CODE}.asc"
    changed: dict[str, Callable[[], object]] = {
        "gone": path.unlink,
        "another": lambda: path.write_bytes(SigningKey.make("Somebody else").certificate.armoured()),
        "damaged": lambda: path.write_bytes(path.read_bytes()[:200]),
    }
    changed[spoil]()
    check = _found(app)[f"key {CODE}"]
    assert check.state is State.MISSING
    assert "ask" in check.says or "compare" in check.says


@pytest.mark.tools
@needs_gpg
@pytest.mark.parametrize(("expires", "state"), [("30d", State.WARN), ("100d", State.OK)])
def test_a_key_that_expires_soon_is_named_in_time(app: App, ring: Keyring, expires: str, state: State) -> None:
    key = ring.new_key(f"Unit {expires}", expires=expires)
    pin(app, "machine", 0, CODE, ring.certificate(key), key, NOW + timedelta(seconds=5))
    check = _found(app, NOW + timedelta(minutes=1))[f"key {CODE}"]
    assert check.state is state
    assert ("renewed" in check.says) == (state is State.WARN)
    assert _found(app, NOW + timedelta(days=101))[f"key {CODE}"].state is State.MISSING


def test_another_signing_key_than_agencies_know_blocks(app: App) -> None:
    pin_agency(app, CODE, NOW)
    path = app.workspace.keys / "signing.pgp"
    path.write_bytes(SigningKey.make("Somebody").stored())
    assert _found(app)["signing key"].state is State.MISSING
    path.unlink()
    check = _found(app)["signing key"]
    assert (check.state, "restore" in check.says) == (State.WARN, True)


@pytest.mark.parametrize(("days", "state"), [(-61, State.OK), (-59, State.WARN), (0, State.MISSING)])
def test_iccams_client_certificate_is_watched(app: App, tmp_path: Path, days: int, state: State) -> None:
    certificates = make_certificates(tmp_path / "pem")
    write_settings(app.workspace.root, "https://iccam.example/", certificates)
    now = _ends(certificates.client) + timedelta(days=days)
    assert _found(app, now)["iccam"].state is state


def test_iccam_settings_that_cannot_be_used_are_named(app: App) -> None:
    (app.workspace.root / "iccam.toml").write_text("url = 'http://iccam.example/'")
    assert _found(app)["iccam"].state is State.MISSING


def test_the_mail_servers_password_is_there_and_closed_to_others(app: App) -> None:
    assert _found(app)["mail password"].state is State.OK
    _set(app, 'answers_from = "office@letters.example"', 'answers_smtp_host = "mail.example"',
         'answers_smtp_user = "u"', 'answers_smtp_password_file = "mail.password"')  # fmt: skip
    assert _found(app)["mail password"].state is State.MISSING
    path = app.workspace.root / "mail.password"
    path.write_text("secret")
    path.chmod(0o640)
    check = _found(app)["mail password"]
    assert (check.state, "chmod 600" in check.says) == (State.MISSING, True)
    path.chmod(0o600)
    assert _found(app)["mail password"].state is State.OK


def test_it_is_said_where_nobody_set_a_helpline(app: App) -> None:
    assert _found(app)["help line"].state is State.WARN
    _set(app, 'help_line = "116 111"')
    assert _found(app)["help line"].state is State.OK


def _ends(path: Path) -> datetime:
    from cryptography import x509

    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc


def test_recipients_whose_legal_basis_is_still_the_wording_delivered_are_named() -> None:
    given = [replace(one, basis_by_counsel=one.code != "police-rs") for one in routes().recipients.values()]
    check = basis_of(given)
    assert (check.state, check.says.partition(":")[0]) == (State.WARN, "police-rs")
    assert basis_of([one for one in given if one.basis_by_counsel]).state is State.OK
    assert all(one.code in basis_of(routes().recipients.values()).says for one in given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_name_no_basis_nobody_wrote_and_every_one_delivered(language: str) -> None:
    words = words_in(language)
    assert words.basis("to_be_written_by_counsel") == ""
    for one in routes().recipients.values():
        assert words.tables["basis"][one.basis] in words.basis(one.basis)
