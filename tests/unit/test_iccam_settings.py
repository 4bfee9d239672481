"""`iccam.toml`: absent means off, and nothing in it can weaken the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.delivery.iccam.settings import load
from tests.iccam_cases import loaded, write_settings
from tests.iccam_certificates import Certificates, make_certificates
from triage.errors import BadConfiguration, KeyProblem

URL = "https://127.0.0.1:9/api/"
SECRET = "never-repeat-this"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("iccam"))


def test_without_the_file_iccam_is_off(tmp_path: Path) -> None:
    assert load(tmp_path) is None


def test_settings_are_read_and_paths_start_at_the_workspace(tmp_path: Path, certificates: Certificates) -> None:
    settings = loaded(tmp_path, URL, certificates)
    assert settings.password_file == str(tmp_path / "iccam-password")
    assert settings.password() == "0123 a password"
    assert settings.analyst_alias == "analyst"


@pytest.mark.parametrize("name", ["verify", "verify_tls", "insecure", "proxy"])
def test_there_is_no_setting_that_weakens_the_line(tmp_path: Path, certificates: Certificates, name: str) -> None:
    with pytest.raises(BadConfiguration, match="does not exist"):
        load(write_settings(tmp_path, URL, certificates, **{name: False}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "http://127.0.0.1:9/"), ("url", f"https://{SECRET}@127.0.0.1/"), ("url", SECRET), ("url", 7),
        ("url", None), ("user", ""), ("user", None), ("ca_file", False), ("ca_file", SECRET), ("key_file", SECRET),
        ("certificate_file", None), ("password_file", SECRET), ("timeout_seconds", 0), ("timeout_seconds", True),
        ("timeout_seconds", "30"), ("pause_ms", -1), ("analyst_alias", f"{SECRET}\nBcc: x"),
        ("find_path", f"//{SECRET}/x"), ("find_path", "rest/Reports?x=1"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_and_its_value_not_repeated(
    tmp_path: Path, certificates: Certificates, name: str, value: object
) -> None:
    with pytest.raises(BadConfiguration, match=name) as broken:
        load(write_settings(tmp_path, URL, certificates, **{name: value}))
    assert SECRET not in str(broken.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
@pytest.mark.parametrize("name", ["password_file", "key_file"])
def test_a_secret_others_can_read_is_refused(
    tmp_path: Path, certificates: Certificates, name: str, mode: int
) -> None:
    copy = tmp_path / "copy.pem"
    copy.touch(mode=0o600)
    copy.write_bytes(certificates.client_key.read_bytes())
    copy.chmod(mode)
    with pytest.raises(KeyProblem, match=f"{name} can be read by others"):
        load(write_settings(tmp_path, URL, certificates, **{name: str(copy)}))


def test_a_password_opened_to_others_later_is_refused_when_it_is_read(
    tmp_path: Path, certificates: Certificates
) -> None:
    settings = loaded(tmp_path, URL, certificates)
    Path(settings.password_file).chmod(0o644)
    with pytest.raises(KeyProblem, match="password_file"):
        settings.password()
    Path(settings.password_file).chmod(0o600)
    Path(settings.password_file).write_text("\n", encoding="utf-8")
    with pytest.raises(KeyProblem, match="empty"):
        settings.password()


def test_certificate_and_key_of_two_pairs_are_refused(tmp_path: Path, certificates: Certificates) -> None:
    with pytest.raises(KeyProblem, match="do not fit"):
        load(write_settings(tmp_path, URL, certificates, key_file=str(certificates.stranger_key)))


def test_authorities_that_are_none_are_refused(tmp_path: Path, certificates: Certificates) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n", encoding="utf-8")
    with pytest.raises(KeyProblem, match="ca_file"):
        load(write_settings(tmp_path, URL, certificates, ca_file="empty.pem"))


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "iccam.toml").write_bytes(b"\xff")
    with pytest.raises(BadConfiguration, match=r"iccam\.toml"):
        load(tmp_path)
