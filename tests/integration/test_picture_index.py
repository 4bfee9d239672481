"""The index of the store's pictures is derived: caught up, merged, and made anew where it does not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select

from pipeline.bootstrap import App
from pipeline.relating import picture_index
from pipeline.relating.picture_index import opened
from pipeline.relating.pictures import MOST_LINKS, relate_pictures
from pipeline.store.engine import reading, writing
from pipeline.store.item_tables import content_item, picture_link, signal
from pipeline.store.schema import run
from tests.factories import new_workspace
from triage.report import ReportId
from triage.resemblance import LINK, PERCEPTUAL, SUGGESTION, WIDEST_RADIUS

RNG = np.random.default_rng(20261122)


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "w")


def _value() -> bytes:
    return RNG.bytes(32)


def _flipped(value: bytes, bits: int) -> bytes:
    number = int.from_bytes(value, "big")
    for place in RNG.choice(256, bits, replace=False).tolist():
        number ^= 1 << place
    return number.to_bytes(32, "big")


def _bring(app: App, run_no: int, items: list[dict[str, bytes]], *, committed: bool = True) -> list[int]:
    """Items of one run, each as form to value; answers their report numbers."""
    ids = [ReportId(run_no, 0, row).packed() for row in range(len(items))]
    with writing(app.store.engine) as connection:
        connection.execute(insert(run).values(
            run_no=run_no, run_id=f"r{run_no}", manifest_digest="", registered_at=1,
            committed_at=1 if committed else None,
        ))  # fmt: skip
        for report_id, forms in zip(ids, items, strict=True):
            connection.execute(insert(content_item).values(report_id=report_id, position=0, size_bytes=1))
            for form, value in forms.items():
                connection.execute(insert(signal).values(
                    report_id=report_id, position=0, type=PERCEPTUAL, form=form, value=value, quality=100
                ))  # fmt: skip
    return ids


def _found(app: App) -> set[tuple[int, int, str, int, str, str]]:
    with reading(app.store.engine) as connection:
        return {
            (row.report_id, row.other_report, row.level, row.distance, row.form, row.other_form)
            for row in connection.execute(select(picture_link))
        }


def test_distances_and_forms_decide_between_link_suggestion_and_nothing(app: App) -> None:
    value = _value()
    (first,) = _bring(app, 1, [{"whole": value, "crop_8": _flipped(value, 120)}])
    near, far, beyond, turned, cut = _bring(app, 2, [
        {"whole": _flipped(value, 31)},
        {"whole": _flipped(value, 40)},
        {"whole": _flipped(value, 41)},
        {"whole": _value(), "mirrored": _flipped(value, 31)},
        {"whole": _value(), "crop_12": _flipped(value, 20)},
    ])  # fmt: skip
    relate_pictures(app.store, app.workspace.pictures, 2)
    mine = {one for one in _found(app) if one[1] == first}
    assert mine == {
        (near, first, LINK, 31, "whole", "whole"), (far, first, SUGGESTION, 40, "whole", "whole"),
        (turned, first, SUGGESTION, 31, "mirrored", "whole"), (cut, first, SUGGESTION, 20, "crop_12", "whole"),
    }  # fmt: skip
    assert beyond not in {one[0] for one in mine}


def test_runs_are_caught_up_in_any_order_and_never_twice(app: App) -> None:
    values = [_value() for _ in range(6)]
    for number in (1, 2, 3):
        _bring(app, number, [{"whole": values[number]}, {"whole": values[number + 2]}])
    folder = app.workspace.pictures
    for _ in range(3):
        with opened(folder) as index:
            index.catch_up(app.store)
            hits = index.search(np.frombuffer(values[3], dtype=np.uint8).reshape(1, -1), WIDEST_RADIUS)
        assert sorted(ReportId.unpack(one).run_no for one in hits.report.tolist()) == [1, 3]


def test_an_uncommitted_run_waits_so_that_none_of_its_pictures_is_missed(app: App) -> None:
    value = _value()
    (early,) = _bring(app, 1, [{"whole": value}], committed=False)
    (late,) = _bring(app, 2, [{"whole": value}])
    relate_pictures(app.store, app.workspace.pictures, 2)
    assert not _found(app)
    with writing(app.store.engine) as connection:
        connection.execute(run.update().where(run.c.run_no == 1).values(committed_at=2))
    _bring(app, 3, [{"whole": value}])
    relate_pictures(app.store, app.workspace.pictures, 3)
    assert {one[1] for one in _found(app)} == {early, late}


@pytest.mark.parametrize("damage", ["manifest", "array", "short", "all"])
def test_a_damaged_index_is_made_anew_from_the_store(app: App, damage: str) -> None:
    value = _value()
    (first,) = _bring(app, 1, [{"whole": value}])
    relate_pictures(app.store, app.workspace.pictures, 1)
    folder = app.workspace.pictures
    segment = next(folder.glob("segment-*"))
    if damage == "manifest":
        (folder / "manifest.json").write_text("{")
    elif damage == "array":
        (segment / "values.npy").write_bytes(b"no array")
    elif damage == "short":
        np.save(segment / "report.npy", np.empty(0, dtype=np.int64))
    else:
        shutil.rmtree(folder)
    (second,) = _bring(app, 2, [{"whole": value}])
    relate_pictures(app.store, folder, 2)
    assert _found(app) == {(second, first, LINK, 0, "whole", "whole")}


def test_small_segments_are_merged_and_old_folders_removed(app: App) -> None:
    for number in range(1, 12):
        _bring(app, number, [{"whole": _value()}])
        relate_pictures(app.store, app.workspace.pictures, number)
    assert len(list(app.workspace.pictures.glob("segment-*"))) <= 4


def test_a_full_segment_is_left_alone(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_index, "SEGMENT_ROWS_MOST", 2)
    value = _value()
    for number in range(1, 5):
        _bring(app, number, [{"whole": value}])
        relate_pictures(app.store, app.workspace.pictures, number)
    assert len(_found(app)) == 6


@pytest.mark.slow
def test_a_crowd_of_copies_costs_its_length_not_its_square(app: App) -> None:
    value = _value()
    crowd = [{"whole": _flipped(value, 2)} for _ in range(1_200)]
    ids = _bring(app, 1, crowd)
    relate_pictures(app.store, app.workspace.pictures, 1)
    found = _found(app)
    assert len(found) <= MOST_LINKS * len(ids)
    assert {one[0] for one in found} == set(ids[1:])
    assert all(one[1] < one[0] for one in found)
