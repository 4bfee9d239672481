"""What every signal type must do, whatever it recognises by: run over each one the registry finds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import hashing
from pipeline.cli.hash import _ON_DEMAND, TYPES
from tests.pictures import luma
from triage.errors import BadConfiguration
from triage.signals.base import FORMS, INDEX_FORMS, QUERY_FORMS, WHOLE, ByteSignalType, Picture, PictureSignalType
from triage.signals.md5 import Md5
from triage.signals.registry import all_signals, register

ROOT = Path(__file__).parents[2]
SIGNALS = all_signals()
OF_BYTES = [kind for kind in SIGNALS.values() if issubclass(kind, ByteSignalType)]
OF_PICTURES = [kind for kind in SIGNALS.values() if issubclass(kind, PictureSignalType)]
SIZES = [(5, 5), (5, 900), (900, 5), (63, 65), (64, 64), (129, 128), (240, 320)]

each_of_bytes = pytest.mark.parametrize("kind", OF_BYTES, ids=lambda kind: kind.name)
each_of_pictures = pytest.mark.parametrize("kind", OF_PICTURES, ids=lambda kind: kind.name)


def test_the_seven_types_are_found_and_each_is_one_of_two_kinds() -> None:
    assert set(SIGNALS) >= {"sha256", "sha1", "md5", "pdq", "phash", "dhash", "whash"}
    assert len(OF_BYTES) + len(OF_PICTURES) == len(SIGNALS)
    assert all(name == kind.name for name, kind in SIGNALS.items())
    assert [name for name, kind in SIGNALS.items() if kind.on_demand] == ["dhash", "whash"]


def test_two_types_of_one_name_are_refused() -> None:
    class Again(Md5):
        pass

    with pytest.raises(BadConfiguration, match="two signal types are called md5"):
        register({"md5": Md5}, [Again])


def test_forms_have_one_name_each_and_both_sides_begin_with_the_whole() -> None:
    assert len(set(FORMS)) == len(FORMS)
    assert set(QUERY_FORMS) | set(INDEX_FORMS) == set(FORMS)
    assert QUERY_FORMS[0] == INDEX_FORMS[0] == FORMS[0] == WHOLE


@each_of_bytes
def test_bytes_give_the_published_value(kind: type[ByteSignalType]) -> None:
    assert len(kind.examples()) >= 2
    for content, value in kind.examples():
        assert kind.of_bytes(content).value.hex() == value


@each_of_bytes
@given(content=st.binary(max_size=300))
@settings(max_examples=30, deadline=None)
def test_any_bytes_have_one_value_of_the_size_said(kind: type[ByteSignalType], content: bytes) -> None:
    found = kind.of_bytes(content)
    assert found == kind.of_bytes(bytearray(content))
    assert (found.type, found.form, found.quality) == (kind.name, WHOLE, None)
    assert 8 * len(found.value) == kind.bits


@each_of_pictures
def test_a_drawn_picture_gives_the_value_said(kind: type[PictureSignalType]) -> None:
    assert len(kind.examples()) >= 2
    for picture, value in kind.examples():
        whole = kind.of_picture(picture)[0]
        assert whole.form == WHOLE
        assert whole.value.hex() == value


@each_of_pictures
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_any_size_has_values_of_the_size_said_and_no_pixel_changes(
    kind: type[PictureSignalType], height: int, width: int
) -> None:
    pixels = luma(3, width, height).copy()
    before = pixels.copy()
    found = kind.of_picture(Picture.of_luma(pixels))
    assert found == kind.of_picture(Picture.of_luma(before))
    assert np.array_equal(pixels, before)
    assert {one.type for one in found} == {kind.name}
    assert all(8 * len(one.value) == kind.bits for one in found)
    assert len({one.form for one in found}) == len(found)
    assert {one.form for one in found} <= set(kind.forms) <= set(FORMS)


@each_of_pictures
def test_only_the_forms_asked_for_are_made(kind: type[PictureSignalType]) -> None:
    picture = Picture.of_luma(luma(4))
    everything = {one.form: one for one in kind.of_picture(picture)}
    for form in kind.forms:
        assert kind.of_picture(picture, (form,)) == tuple(filter(None, [everything.get(form)]))
    assert kind.of_picture(picture, ()) == ()


def test_a_picture_whose_size_and_values_do_not_fit_is_refused() -> None:
    for height, width, scale in ((240, 320, 2), (241, 320, 1), (240, 0, 1)):
        with pytest.raises(ValueError, match="fit together"):
            Picture(luma(1), height, width, scale)
    assert Picture(luma(1), 479, 640, 2).scale == 2


def test_the_byte_digests_load_no_picture_library() -> None:
    code = "import sys, pipeline.hashing; sys.exit(bool({'PIL', 'imagehash', 'scipy', 'numba'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


@pytest.mark.parametrize("name", SIGNALS)
def test_every_type_has_its_row_in_the_document(name: str) -> None:
    assert f"| `{name}` | {SIGNALS[name].bits} |" in (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8")


def test_the_child_can_make_every_picture_type_and_the_command_names_all() -> None:
    assert set(hashing._VALUE_BYTES) == {kind.name for kind in OF_PICTURES}
    assert all(8 * hashing._VALUE_BYTES[kind.name] == kind.bits for kind in OF_PICTURES)
    assert set(TYPES) == set(SIGNALS)
    assert set(_ON_DEMAND) == {name for name, kind in SIGNALS.items() if kind.on_demand}
