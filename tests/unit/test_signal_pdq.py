"""PDQ against the reference binding, its forms against really turned and cut pictures, its drift when reduced."""

from __future__ import annotations

import io

import numpy as np
import pdqhash
import pytest
from PIL import Image, ImageOps

from pipeline.decoding import decoded
from tests.pictures import luma, picture, saved
from triage.signals.base import CROPS_PERCENT, DIHEDRAL_FORMS, TRIMMED, WHOLE, Picture, Signal
from triage.signals.pdq import Pdq

LINK_RADIUS_BITS = 31
SIZES = [(240, 320), (333, 257), (64, 64), (50, 100), (129, 128), (300, 1500), (768, 1024)]


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def forms_of(pixels: np.ndarray) -> dict[str, Signal]:
    return {one.form: one for one in Pdq.of_picture(Picture.of_luma(np.ascontiguousarray(pixels)))}


def reference(pixels: np.ndarray) -> tuple[bytes, int]:
    bits, quality = pdqhash.compute(np.ascontiguousarray(np.broadcast_to(pixels[..., None], (*pixels.shape, 3))))
    return np.packbits(bits).tobytes(), quality


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_grey_pixels_have_the_value_and_quality_of_the_reference(height: int, width: int) -> None:
    for seed in range(1, 7):
        pixels = luma(seed, width, height)
        value, quality = reference(pixels)
        ours = Pdq.of_picture(Picture.of_luma(pixels), (WHOLE,))[0]
        assert distance(ours.value, value) <= 2
        assert abs((ours.quality or 0) - quality) <= 1


@pytest.mark.parametrize("contrast", [0.0, 0.02, 0.1, 0.3, 0.6])
def test_flat_pictures_have_the_low_quality_of_the_reference(contrast: float) -> None:
    pixels = (128 + (luma(5).astype(float) - 128) * contrast).astype(np.uint8)
    _, quality = reference(pixels)
    assert abs((Pdq.of_picture(Picture.of_luma(pixels), (WHOLE,))[0].quality or 0) - quality) <= 1


def test_dihedral_forms_are_those_of_the_reference() -> None:
    pixels = luma(2, 320, 240)
    rgb = np.ascontiguousarray(np.broadcast_to(pixels[..., None], (*pixels.shape, 3)))
    bits, _ = pdqhash.compute_dihedral(rgb)
    theirs = {np.packbits(one).tobytes() for one in bits}
    ours = {forms_of(pixels)[form].value for form in (WHOLE, *DIHEDRAL_FORMS)}
    assert max(min(distance(one, other) for other in theirs) for one in ours) <= 2
    assert len(ours) == 8


def test_a_turned_or_mirrored_copy_is_found_under_the_name_of_its_form() -> None:
    pixels = luma(2, 320, 320)
    mirrored = pixels[:, ::-1]
    copies = [np.rot90(pixels, 1), np.rot90(pixels, 2), np.rot90(pixels, 3), *(np.rot90(mirrored, n) for n in range(4))]
    forms = forms_of(pixels)
    for form, copy in zip(DIHEDRAL_FORMS, copies, strict=True):
        value = forms_of(copy)[WHOLE].value
        assert min(forms, key=lambda one, value=value: distance(forms[one].value, value)) == form
        assert distance(forms[form].value, value) <= LINK_RADIUS_BITS


@pytest.mark.parametrize("form", CROPS_PERCENT)
def test_a_cut_copy_has_the_value_of_the_form_with_the_same_cut(form: str) -> None:
    left, top, right, bottom = CROPS_PERCENT[form]
    pixels = luma(7, 400, 300)
    part = pixels[round(top * 3) : round((100 - bottom) * 3), round(left * 4) : round((100 - right) * 4)]
    assert distance(forms_of(pixels)[form].value, forms_of(part)[WHOLE].value) <= 2


@pytest.mark.parametrize("colour", [0, 16, 255])
@pytest.mark.parametrize("border", [(0, 40), (40, 0), (20, 30)])
def test_a_border_is_trimmed_whatever_its_sides(colour: int, border: tuple[int, int]) -> None:
    image = picture(2, 400, 300).convert("L")
    framed = np.asarray(ImageOps.expand(image, border=(border[0], border[1]), fill=colour))
    forms = forms_of(framed)
    inside = forms_of(np.asarray(image))[WHOLE].value
    assert distance(forms[TRIMMED].value, inside) <= 2
    assert distance(forms[WHOLE].value, inside) > LINK_RADIUS_BITS


def test_a_border_saved_as_jpeg_is_still_seen() -> None:
    image = picture(2, 700, 560)
    framed = saved(ImageOps.expand(image, border=35, fill=(0, 0, 0)), quality=60)
    seen = decoded(framed).picture
    if seen is None:
        raise AssertionError("not decoded")
    forms = {one.form: one.value for one in Pdq.of_picture(seen, (TRIMMED,))}
    assert distance(forms[TRIMMED], forms_of(np.asarray(image.convert("L")))[WHOLE].value) <= LINK_RADIUS_BITS


def test_nothing_is_trimmed_where_there_is_no_border_or_nothing_else() -> None:
    assert TRIMMED not in forms_of(luma(1))
    assert TRIMMED not in forms_of(np.full((200, 300), 30, np.uint8))
    dot = np.full((200, 300), 250, np.uint8)
    dot[90:100, 140:150] = 0
    assert TRIMMED not in forms_of(dot)


@pytest.mark.parametrize(
    ("width", "height", "seeds"),
    [
        (1024, 768, (2, 3, 4)), (1500, 1130, (2, 3)),
        *(pytest.param(*one, marks=pytest.mark.thorough) for one in ((2048, 1536, (4,)), (2600, 3400, (2,)))),
    ],
)
def test_a_reduced_decode_moves_few_bits(width: int, height: int, seeds: tuple[int, ...]) -> None:
    for seed in seeds:
        content = saved(picture(seed, width, height), quality=85)
        seen = decoded(content).picture
        if seen is None:
            raise AssertionError("not decoded")
        assert seen.scale > 1
        bits, quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(content)).convert("RGB")))
        assert quality >= 50
        assert distance(Pdq.of_picture(seen, (WHOLE,))[0].value, np.packbits(bits).tobytes()) <= 10


def test_a_picture_reduced_by_means_has_nearly_the_value_of_all_its_pixels() -> None:
    pixels = luma(8, 1203, 901)
    whole = forms_of(pixels)
    reduced = Image.fromarray(pixels).reduce(3)
    forms = {one.form: one for one in Pdq.of_picture(Picture(np.asarray(reduced), 901, 1203, 3))}
    assert set(forms) == set(whole)
    assert max(distance(forms[form].value, whole[form].value) for form in whole) <= 10
