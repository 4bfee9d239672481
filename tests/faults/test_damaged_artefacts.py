"""R4: an artefact that is empty, cut short or changed counts as not made, and is made again once."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.artefacts import MANIFEST_NAME, SUFFIX, Artefacts
from triage.errors import Damage

KEY = b"k" * 32


def _written(folder: Path) -> tuple[Artefacts, Path]:
    artefacts = Artefacts(folder, "run-1", KEY)
    artefacts.write("locate", 3, {"rows": pa.table({"word": ["one", "two"]})}, {"count": 2})
    return artefacts, artefacts.folder("locate", 3)


def test_a_part_reads_back_as_it_was_written(tmp_path: Path) -> None:
    artefacts, _ = _written(tmp_path)
    assert artefacts.complete("locate", 3)
    assert artefacts.read("locate", 3, "rows")["word"].to_pylist() == ["one", "two"]
    assert artefacts.facts("locate", 3) == {"count": 2}
    assert artefacts.parts("locate") == [3]


@pytest.mark.parametrize("name", [MANIFEST_NAME, "rows" + SUFFIX])
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_a_part_with_a_cut_file_is_not_complete_and_is_made_again(tmp_path: Path, name: str, keep: float) -> None:
    artefacts, folder = _written(tmp_path)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * keep)])
    assert not artefacts.complete("locate", 3)
    artefacts.write("locate", 3, {"rows": pa.table({"word": ["again"]})})
    assert artefacts.read("locate", 3, "rows")["word"].to_pylist() == ["again"]


def test_a_missing_file_or_an_empty_folder_is_not_complete(tmp_path: Path) -> None:
    artefacts, folder = _written(tmp_path)
    (folder / ("rows" + SUFFIX)).unlink()
    assert not artefacts.complete("locate", 3)
    artefacts.folder("locate", 4).mkdir()
    assert not artefacts.complete("locate", 4)


def test_a_changed_byte_is_found_on_reading(tmp_path: Path) -> None:
    artefacts, folder = _written(tmp_path)
    path = folder / ("rows" + SUFFIX)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(Damage, match="was changed"):
        artefacts.read("locate", 3, "rows")


def test_a_part_of_another_run_or_key_does_not_open(tmp_path: Path) -> None:
    _written(tmp_path)
    for other in (Artefacts(tmp_path, "run-2", KEY), Artefacts(tmp_path, "run-1", b"o" * 32)):
        with pytest.raises(Damage, match="another key"):
            other.read("locate", 3, "rows")


def test_nothing_readable_lies_on_disk(tmp_path: Path) -> None:
    _, folder = _written(tmp_path)
    assert b"two" not in (folder / ("rows" + SUFFIX)).read_bytes()
