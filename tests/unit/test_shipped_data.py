"""A shipped list or model that is missing, emptied, cut or edited by hand is named before a text is read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import report_models, resources
from pipeline.bootstrap import App, decider
from pipeline.cli.main import answer
from pipeline.doctor import examine
from pipeline.doctor_check import State
from pipeline.redacting_setup import own_words, redactor, roles, rule_layers
from pipeline.sealed import MANIFEST, checked, manifest
from tests.factories import NOW
from tests.redactors import url_rules
from triage.errors import BadConfiguration

SHIPPED = Path(__file__).parents[2] / "data"
REPORTS = "models/reports"
LISTS = [f"{folder}/{name}" for folder, names in resources.REQUIRED.items() for name in names]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data of an installation, free to be spoiled."""
    copy = tmp_path / "data"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("sample", "__pycache__", "training"))
    monkeypatch.setattr(resources, "files", lambda _package: copy)
    for kept in (decider, own_words):
        kept.cache_clear()
    yield copy
    for kept in (decider, own_words):
        kept.cache_clear()


def _source(folder: Path) -> str:
    path = folder / "in.jsonl"
    path.write_text(json.dumps({"description": "Nešto je ovdje."}) + "\n", encoding="utf-8")
    return str(path)


def test_the_required_lists_are_those_that_came_along() -> None:
    for folder, names in resources.REQUIRED.items():
        assert sorted(names) == sorted(path.name for path in (SHIPPED / folder).glob("*.toml"))


@pytest.mark.parametrize("name", LISTS)
def test_a_missing_or_emptied_list_is_named(data: Path, name: str) -> None:
    folder = name.partition("/")[0]
    (data / name).write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(BadConfiguration, match=f"data/{name} was emptied"):
        resources.texts(folder)
    (data / name).unlink()
    with pytest.raises(BadConfiguration, match=f"data/{name} is missing"):
        resources.texts(folder)


@pytest.mark.parametrize("name", ["names/surnames.toml", "redaction/context.toml", "phrases/sq.toml"])
def test_a_list_that_was_cut_is_named(data: Path, name: str) -> None:
    whole = (data / name).read_text(encoding="utf-8")
    (data / name).write_text(whole[: len(whole) // 2] + '\nwords = "', encoding="utf-8")
    with pytest.raises(BadConfiguration, match=f"data/{name} is damaged"):
        resources.texts(name.partition("/")[0])
    (data / name).write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfiguration, match=f"data/{name} is not UTF-8"):
        resources.texts(name.partition("/")[0])


def test_a_list_emptied_in_one_place_is_named(data: Path) -> None:
    (data / "names/surnames.toml").write_text('[surnames]\nkind = "surname"\nclass = "sure"\nwords = ""\n')
    with pytest.raises(BadConfiguration, match="surnames"):
        redactor()


@pytest.mark.parametrize("folder", list(resources.REQUIRED))
def test_a_file_of_ones_own_may_lie_beside_the_shipped_ones(data: Path, folder: str) -> None:
    (data / folder / "our_own.toml").write_text("", encoding="utf-8")
    assert "our_own.toml" in resources.texts(folder)


def test_a_list_that_lacks_what_is_read_there_is_no_internal_error(data: Path) -> None:
    (data / "redaction/naming.toml").write_text('[contact]\nmail = ["e-mail"]\n', encoding="utf-8")
    with pytest.raises(BadConfiguration, match="data/redaction"):
        rule_layers(url_rules())
    (data / "redaction/roles.toml").write_text('other = "x"\n', encoding="utf-8")
    for made in (roles, own_words):
        with pytest.raises(BadConfiguration, match="data/redaction"):
            made()


@pytest.mark.parametrize("name", ["names/surnames.toml", "redaction/context.toml", "redaction/roles.toml"])
def test_redact_ends_with_2_and_names_the_file(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (data / name).unlink()
    assert answer(["redact", _source(tmp_path), "--out", str(tmp_path / "out.jsonl")]) == 2
    assert f"data/{name}" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda data: (data / REPORTS / "weights.npz").unlink(), "weights.npz"),
        (lambda data: (data / REPORTS / "model.json").write_bytes(b"{}"), "model.json"),
        (lambda data: (data / REPORTS / MANIFEST).unlink(), "report model is missing"),
        (lambda data: (data / "phrases/danger.toml").unlink(), "data/phrases/danger.toml"),
    ],
)
def test_classify_ends_with_2_and_names_the_file(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], named: str
) -> None:
    spoil(data)
    assert answer(["classify", _source(tmp_path), "--out", str(tmp_path / "out.jsonl")]) == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


def test_the_shipped_report_model_is_as_it_was_trained() -> None:
    assert set(report_models.shipped()) == {"weights.npz", "model.json"}


def test_a_manifest_must_list_what_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / MANIFEST).write_bytes(manifest({"a": b"1"}))
    assert list(checked(tmp_path, "model", "mend it")["files"]) == ["a"]
    with pytest.raises(BadConfiguration, match=r"file b\): mend it"):
        checked(tmp_path, "model", "mend it", needed=("b",))


def test_doctor_names_what_is_spoiled(data: Path, tmp_path: Path) -> None:
    (data / "names/places.toml").unlink()
    (data / "phrases/de.toml").write_text("", encoding="utf-8")
    (data / REPORTS / "model.json").write_text("{}", encoding="utf-8")
    (data / "models/names/config.cfg").write_text("", encoding="utf-8")
    found = {check.name: check for check in examine(App.at(tmp_path / "nowhere"), NOW)}
    for name, said in (
        ("name lists", "data/names/places.toml"), ("phrase lists", "data/phrases/de.toml"),
        ("report model", "model.json"), ("name model", "config.cfg"),
    ):  # fmt: skip
        assert found[name].state is State.MISSING
        assert said in found[name].says
    assert found["redaction lists"].state is State.OK
