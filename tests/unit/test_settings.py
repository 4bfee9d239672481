"""Settings: a typing error stops the command and never repeats the value."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.settings import WHOLE_NUMBERS, Settings, as_toml, load
from pipeline.workspace import Workspace
from triage.errors import BadConfiguration


def _workspace(folder: Path, text: str) -> Workspace:
    workspace = Workspace(folder)
    workspace.create()
    workspace.settings_file.write_text(text)
    return workspace


def test_what_is_written_out_reads_back(tmp_path: Path) -> None:
    settings = Settings(kind="demo", workers=3)
    assert load(_workspace(tmp_path, as_toml(settings)), {}) == settings


def test_every_setting_is_written_out_with_its_default(tmp_path: Path) -> None:
    text = as_toml(Settings())
    assert all(f"# {field.name} = " in text for field in fields(Settings))
    assert load(_workspace(tmp_path, text), {}) == Settings()


def test_a_variable_overrides_a_setting(tmp_path: Path) -> None:
    assert load(_workspace(tmp_path, "workers = 3\n"), {"HOTLINE_WORKERS": "7"}).workers == 7


@pytest.mark.parametrize(
    ("text", "names"),
    [("wrokers = 3\n", "wrokers"), ("workers = 'secretvalue'\n", "workers"), ("workers = 0\n", "workers"),
     ("kind = 'secretvalue'\n", "kind"), ("after_ingest = 'secretvalue'\n", "after_ingest"),
     ("workers = true\n", "workers"), ("= =\n", "TOML"), ("default_country_code = 'secretvalue'\n", "default_country"),
     ('help_line = "secretvalue\\u202e"\n', "help_line"), (f"help_line = 'secretvalue{'x' * 160}'\n", "help_line"),
     ("hotline_phone = 'secretvalue'\n", "hotline_phone"),
     ('hotline_name = "secretvalue\\nmore"\n', "hotline_name")],
)  # fmt: skip
def test_a_bad_setting_is_named_and_its_value_is_not_repeated(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(BadConfiguration, match=names) as caught:
        load(_workspace(tmp_path, text), {})
    assert "secretvalue" not in str(caught.value)


def test_a_folder_without_settings_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="hotline init"):
        load(Workspace(tmp_path), {})


def test_who_may_get_text_is_a_list_in_the_file_and_in_the_variable_and_empty_by_default(tmp_path: Path) -> None:
    assert Settings().free_text_for == ()
    written = _workspace(tmp_path, as_toml(Settings(free_text_for=("police-rs", "helpline"))))
    assert load(written, {}).free_text_for == ("police-rs", "helpline")
    assert load(written, {"HOTLINE_FREE_TEXT_FOR": "sos-partner, prevention"}).free_text_for == (
        "sos-partner", "prevention",
    )  # fmt: skip
    assert load(written, {"HOTLINE_FREE_TEXT_FOR": ""}).free_text_for == ()


@pytest.mark.parametrize(
    "given", ['"police-rs"', "true", "1", '["secretvalue"]', '["iccam"]', '["police-rs", "police-rs"]', "[1]", '[""]']
)
def test_a_recipient_that_may_get_no_text_stops_the_command(tmp_path: Path, given: str) -> None:
    with pytest.raises(BadConfiguration, match="free_text_for") as caught:
        load(_workspace(tmp_path, f"free_text_for = {given}\n"), {})
    assert "secretvalue" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('alerts_from = "no address"', "alerts_from must be one plain"),
        ('alerts_from = "hotline@somewhere.example"', "alerts_from must be neutral"),
        ('alerts_to = ["police-rs=a@b.example"]', "sos-partner"),
        ('alerts_to = ["sos-rs=a@b.example", "sos-rs=c@b.example"]', "each code once"),
        ('alerts_to = ["sos-rs"]', "one plain mail address"),
        ('alerts_to = ["sos-rs=a@b.example, c@b.example"]', "one plain mail address"),
    ],
)
def test_where_alerts_go_is_checked_before_one_is_sent(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(BadConfiguration, match=said) as refused:
        load(_workspace(tmp_path / "w", line), {})
    assert "@" not in str(refused.value)


def test_an_organisation_and_its_address_are_read(tmp_path: Path) -> None:
    written = _workspace(tmp_path / "w", 'alerts_to = ["sos-rs=duty@partner.example"]')
    assert load(written, {}).alerts_to == ("sos-rs=duty@partner.example",)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("workers = 2\nworkers = 3\n", "at line 2"), ("\nhotline_name = secretvalue\n", "at line 2"),
        ('hotline_name = "secretvalue', "at its end"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_toml_is_told_by_line_and_never_by_what_stands_there(
    tmp_path: Path, text: str, where: str
) -> None:
    with pytest.raises(BadConfiguration, match=where) as refused:
        load(_workspace(tmp_path, text), {})
    assert "secretvalue" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(WHOLE_NUMBERS))
def test_a_number_outside_its_range_is_refused_with_the_range(tmp_path: Path, name: str) -> None:
    least, most = WHOLE_NUMBERS[name]
    for wrong in (least - 1, -5, most + 1):
        with pytest.raises(BadConfiguration, match=f"setting {name} must be a whole number from {least} to {most}"):
            load(_workspace(tmp_path / str(wrong), f"{name} = {wrong}\n"), {})
        with pytest.raises(BadConfiguration, match=name):
            load(_workspace(tmp_path / "by variable", ""), {f"HOTLINE_{name.upper()}": str(wrong)})
    for right in (least, most):
        assert getattr(load(_workspace(tmp_path / f"right {right}", f"{name} = {right}\n"), {}), name) == right


def test_every_setting_that_is_a_number_has_a_range_its_default_is_in() -> None:
    numbers = {field.name: field.default for field in fields(Settings) if type(field.default) is int}
    assert set(numbers) == set(WHOLE_NUMBERS)
    assert Settings().lock_minutes == numbers["lock_minutes"]


@pytest.mark.parametrize("url", ["mysql://secretvalue", "secretvalue", "postgres://secretvalue", "postgresqlx://s"])
def test_another_kind_of_database_is_told_which_there_are(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadConfiguration, match=r"database_url .*\(SQLite.*postgresql\+psycopg://") as refused:
        load(_workspace(tmp_path, f'database_url = "{url}"\n'), {})
    assert "secretvalue" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "postgresql://host.test/a", "postgresql+psycopg://host.test/a", "sqlite:///a"])
def test_the_kinds_of_database_there_are_are_taken(tmp_path: Path, url: str) -> None:
    assert load(_workspace(tmp_path, f'database_url = "{url}"\n'), {}).database_url == url
