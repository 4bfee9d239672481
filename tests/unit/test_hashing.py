"""The child process that decodes: nothing it is given ends the parent, and the next picture is hashed as before."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.hashing import PROBLEMS, Hashed, Hasher, Limits, _checked
from tests.pictures import bomb_png, gif_of, large_header_png, luma, picture, saved
from triage.errors import UsageError
from triage.signals.base import DIHEDRAL_FORMS, INDEX_FORMS, WHOLE, Picture
from triage.signals.pdq import Pdq

GOOD = saved(picture(1))
HEIC_HEAD = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="9000"><rect width="9" height="9"/></svg>'
DIGESTS = ["sha256", "sha1", "md5"]


@pytest.fixture(scope="module")
def hasher() -> Iterator[Hasher]:
    with Hasher() as one:
        yield one


def pdq_of(found: Hashed) -> bytes:
    return next(one.value for one in found.signals if (one.type, one.form) == ("pdq", WHOLE))


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def direct(image: Image.Image) -> bytes:
    return Pdq.of_picture(Picture.of_luma(np.asarray(image.convert("L"))), (WHOLE,))[0].value


def test_a_picture_has_digests_and_every_form(hasher: Hasher) -> None:
    found = hasher.hashed(GOOD)
    assert (found.size_bytes, found.media_type, found.problem) == (len(GOOD), "image/jpeg", None)
    assert [one.type for one in found.signals[:3]] == DIGESTS
    assert found.signals[0].value == hashlib.sha256(GOOD).digest()
    forms = {one.form for one in found.signals if one.type == "pdq"}
    assert forms >= {WHOLE, *DIHEDRAL_FORMS, *(form for form in INDEX_FORMS if form.startswith("crop"))}
    assert [one.form for one in found.signals if one.type == "phash"] == [WHOLE]


@pytest.mark.parametrize(
    ("content", "problem", "media_type"),
    [
        (b"", "empty", None),
        (b"\0", "no_picture", None),
        (bytes(5_000), "no_picture", None),
        (b"Dobar dan, ovo nije slika.", "no_picture", None),
        (np.random.default_rng(1).bytes(20_000), "no_picture", None),
        (SVG, "no_picture", None),
        (HEIC_HEAD, "no_picture", None),
        (GOOD[: len(GOOD) // 2], "damaged", "image/jpeg"),
        (GOOD[:30], "damaged", None),
        (saved(picture(1), "PNG")[:3_000], "damaged", "image/png"),
        (large_header_png(), "too_many_pixels", None),
        (bomb_png(8_000), "too_many_pixels", "image/png"),
        (saved(Image.new("L", (4, 900)), "PNG"), "too_small", "image/png"),
        (saved(Image.new("RGB", (300, 200), "white"), "PNG"), "low_quality", "image/png"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_good_picture_has_digests_and_a_reason(
    hasher: Hasher, content: bytes, problem: str, media_type: str | None
) -> None:
    found = hasher.hashed(content)
    if problem == "damaged" and media_type is None:
        assert found.problem in ("damaged", "no_picture")
    else:
        assert (found.problem, found.media_type) == (problem, media_type)
    assert found.problem in PROBLEMS
    assert [one.type for one in found.signals] == DIGESTS
    assert found.size_bytes == len(content)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "TIFF", "JPEG"])
def test_every_format_of_the_list_is_read(hasher: Hasher, kind: str) -> None:
    found = hasher.hashed(saved(picture(1), kind))
    assert found.problem is None
    assert found.media_type == f"image/{kind.lower()}"
    assert distance(pdq_of(found), direct(picture(1))) <= 16


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "YCbCr", "LAB", "1", "RGBA", "LA", "I;16", "I", "F"])
def test_every_kind_of_pixels_is_read(hasher: Hasher, mode: str) -> None:
    grey = picture(1).convert("L")
    if mode in ("I;16", "I", "F"):
        pixels = np.asarray(grey).astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]) * 257
        image = Image.fromarray(pixels)
    elif mode == "LAB":
        image = Image.merge("LAB", [grey, Image.new("L", grey.size, 128), Image.new("L", grey.size, 128)])
    else:
        image = picture(1).convert(mode)
    found = hasher.hashed(saved(image, "PNG" if mode in ("P", "1", "RGBA", "LA", "L", "I;16") else "TIFF"))
    assert found.problem is None
    assert distance(pdq_of(found), direct(grey)) <= 16


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_is_turned_as_its_camera_said(hasher: Hasher, kind: str, orientation: int) -> None:
    stored = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = picture(3, 700, 540)
    image = upright.transpose(Image.Transpose(stored[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = hasher.hashed(saved(image, kind, exif=exif))
    assert distance(pdq_of(found), direct(upright)) <= 12


def test_of_an_animation_the_first_frame_counts(hasher: Hasher) -> None:
    found = hasher.hashed(gif_of(40))
    assert found.problem is None
    assert distance(pdq_of(found), direct(picture(1, 96, 96))) <= 16


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_transparent_parts_are_white_whatever_colour_hides_there(hasher: Hasher, mode: str) -> None:
    shown = picture(1)
    half = Image.new("L", shown.size, 255)
    half.paste(0, (0, 0, shown.width // 2, shown.height))
    hidden = shown.copy()
    hidden.paste((200, 20, 90), (0, 0, shown.width // 2, shown.height))
    hidden.putalpha(half)
    over_white = shown.copy()
    over_white.paste((255, 255, 255), (0, 0, shown.width // 2, shown.height))
    found = hasher.hashed(saved(hidden.quantize(250) if mode == "P" else hidden, "PNG"))
    assert distance(pdq_of(found), direct(over_white)) <= 16


def test_a_picture_that_needs_too_much_memory_is_given_up_and_the_next_is_hashed() -> None:
    with Hasher(limits=Limits(memory_bytes=300 << 20)) as hasher:
        assert hasher.hashed(GOOD).problem is None
        assert hasher.hashed(bomb_png(7_000)).problem in ("too_costly", "decoder_died")
        assert hasher.hashed(GOOD).problem is None


def test_a_picture_that_takes_too_long_is_given_up_and_the_next_is_hashed() -> None:
    with Hasher(limits=Limits(seconds=1.5)) as hasher:
        assert hasher.hashed(GOOD).problem is None
        os.kill(hasher.child_id or 0, signal.SIGSTOP)
        before = time.monotonic()
        found = hasher.hashed(GOOD)
        assert time.monotonic() - before < 10
        assert (found.problem, [one.type for one in found.signals]) == ("too_costly", DIGESTS)
        assert hasher.hashed(GOOD).problem is None


def test_a_child_killed_from_outside_is_replaced_and_no_picture_is_blamed() -> None:
    with Hasher() as hasher:
        first = hasher.hashed(GOOD)
        killed = hasher.child_id or 0
        os.kill(killed, signal.SIGKILL)
        assert hasher.hashed(GOOD) == first
        assert hasher.child_id != killed


def test_a_child_is_replaced_after_so_many_pictures_and_none_is_left_over() -> None:
    seen = set()
    with Hasher(types=("pdq",), forms=(WHOLE,), limits=Limits(pictures_per_child=3)) as hasher:
        for _ in range(7):
            assert hasher.hashed(GOOD).problem is None
            seen.add(hasher.child_id)
    assert len(seen) == 3
    assert hasher.child_id is None
    assert not any(Path(f"/proc/{one}").exists() for one in seen)


def test_two_hashers_at_once_do_not_disturb_each_other() -> None:
    other = saved(picture(5))
    with Hasher() as first, Hasher(types=("pdq",)) as second:
        for _ in range(3):
            assert pdq_of(first.hashed(GOOD)) == pdq_of(second.hashed(GOOD))
            assert pdq_of(first.hashed(other)) == pdq_of(second.hashed(other)) != pdq_of(first.hashed(GOOD))
        assert first.child_id != second.child_id


def test_content_over_the_limit_and_content_without_pictures_start_no_child() -> None:
    with Hasher(limits=Limits(content_bytes=10)) as hasher:
        assert hasher.hashed(GOOD).problem == "too_many_bytes"
        assert hasher.hashed(b"").problem == "empty"
        assert hasher.child_id is None
    with Hasher(types=()) as hasher:
        assert hasher.hashed(GOOD).problem is None
        assert hasher.child_id is None


def test_many_pictures_pass_through_one_child() -> None:
    contents = [saved(picture(seed, 96, 72)) for seed in range(1, 9)]
    with Hasher(types=("pdq",), forms=(WHOLE,)) as hasher:
        first = [hasher.hashed(one) for one in contents]
        child = hasher.child_id
        for _ in range(60):
            assert [hasher.hashed(one) for one in contents] == first
        assert hasher.child_id == child


def test_the_child_cannot_write_start_or_dump_anything_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SECRET", "canary")
    with Hasher() as hasher:
        hasher.hashed(GOOD)
        place = Path(f"/proc/{hasher.child_id}")
        limits = {line[:26].strip(): line[26:].split()[:2] for line in (place / "limits").read_text().splitlines()[1:]}
        for name in ("Max file size", "Max core file size", "Max processes"):
            assert limits[name] == ["0", "0"]
        assert limits["Max address space"] == [str(1 << 30)] * 2
        assert int(limits["Max open files"][1]) <= 16
        assert 0 < int(limits["Max cpu time"][0]) < 60
        assert b"canary" not in (place / "environ").read_bytes()
        assert len(list((place / "fd").iterdir())) <= 4


def test_the_child_ends_with_its_parent() -> None:
    code = (
        "import os, sys; from pipeline.hashing import Hasher; from tests.pictures import picture, saved\n"
        "one = Hasher(); one.hashed(saved(picture(1))); print(one.child_id, flush=True); os._exit(1)"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    place = Path(f"/proc/{int(said.stdout)}/stat")
    for _ in range(100):
        if not place.exists() or place.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the child is still there")


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"media_type": None, "problem": None},
        {"media_type": None, "problem": "of its own making", "signals": []},
        {"media_type": None, "problem": None, "signals": []},
        {"media_type": 3, "problem": "damaged", "signals": []},
        {"media_type": None, "problem": None, "signals": [["pdq", "00", "whole", 90]]},
        {"media_type": None, "problem": None, "signals": [["pdq", "zz" * 32, "whole", 90]]},
        {"media_type": None, "problem": None, "signals": [["sha256", "00" * 32, "whole", None]]},
        {"media_type": None, "problem": None, "signals": [["pdq", "00" * 32, "elsewhere", 90]]},
        {"media_type": None, "problem": None, "signals": [["pdq", "00" * 32, "whole", "90"]]},
        {"media_type": None, "problem": None, "signals": [["pdq", "00" * 32, "whole", 101]]},
    ],
    ids=json.dumps,
)
def test_an_answer_no_sound_child_gives_is_refused(answer: object) -> None:
    with pytest.raises(ValueError, match=r"shape|contradicts|hexadecimal"):
        _checked(answer, ("pdq",), (WHOLE,))


def test_a_type_or_form_there_is_not_is_wrong_use() -> None:
    for wrong in ({"types": ("sha256",)}, {"forms": ("upside down",)}):
        with pytest.raises(UsageError):
            Hasher(**wrong)


def test_damage_anywhere_in_a_file_never_ends_the_parent(hasher: Hasher) -> None:
    chance = np.random.default_rng(7)
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"):
        sound = saved(Image.fromarray(luma(2, 64, 48)), kind)
        for _ in range(40):
            content = bytearray(sound)
            for place in chance.integers(0, len(content), 4):
                content[place] = chance.integers(0, 256)
            found = hasher.hashed(bytes(content))
            assert found.problem is None or found.problem in PROBLEMS
            assert found.problem != "decoder_died"
    assert hasher.hashed(GOOD).problem is None


def test_what_follows_a_picture_changes_its_digests_only(hasher: Hasher) -> None:
    found = hasher.hashed(GOOD + saved(picture(2), "PNG"))
    assert found.signals[3:] == hasher.hashed(GOOD).signals[3:]
    assert found.signals[0] != hasher.hashed(GOOD).signals[0]


def test_of_a_stereo_photograph_the_first_picture_counts(hasher: Hasher) -> None:
    pair = saved(picture(1), "MPO", save_all=True, append_images=[picture(2)])
    found = hasher.hashed(pair)
    assert (found.media_type, found.problem) == ("image/jpeg", None)
    assert distance(pdq_of(found), direct(picture(1))) <= 16
