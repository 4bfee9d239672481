"""What becomes of input files: sealed whole or not at all, removed only when they are what was taken in."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.after_ingest import Became, settle_file
from pipeline.inputs import InputFile
from pipeline.keys import PrivateKey, PublicKey, create_pair, private_key, public_key
from pipeline.sealed_inputs import CHUNK_BYTES, key_id_of, open_sealed, sealed_path
from pipeline.workspace import Workspace
from triage.errors import Damage, KeyProblem

CONTENT = b"id,location\n1,https://one.example/\n"


class Desk:
    """A workspace with keys and one input file."""

    def __init__(self, folder: Path, content: bytes = CONTENT) -> None:
        self.workspace = Workspace(folder / "workspace")
        self.workspace.create()
        key_id = create_pair(self.workspace)
        self.vault: PublicKey = public_key(self.workspace, key_id)
        self.private: PrivateKey = private_key(self.workspace, key_id)
        self.path = folder / "reports.csv"
        self.path.write_bytes(content)
        self.file = InputFile(str(self.path), hashlib.sha256(content).hexdigest(), len(content), "csv")
        self.sealed = sealed_path(self.workspace.sealed_inputs, self.file.sha256)

    def settle(self, wish: str = "seal") -> Became:
        return settle_file(self.file, wish, self.workspace.sealed_inputs, self.vault)

    def opened(self) -> bytes:
        return b"".join(open_sealed(self.sealed, self.private))


class CutShort(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


def cut(_path: Path) -> None:
    raise CutShort


def read_only(_path: Path) -> None:
    raise PermissionError


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_a_sealed_file_opens_to_the_same_bytes(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    desk = Desk(tmp_path, content)

    assert desk.settle() is Became.SEALED
    assert desk.opened() == content
    assert not desk.path.exists()


def test_nothing_of_a_sealed_file_is_readable_without_the_key(desk: Desk) -> None:
    desk.settle()

    assert b"one.example" not in desk.sealed.read_bytes()
    assert "reports" not in desk.sealed.name
    assert key_id_of(desk.sealed) == desk.vault.key_id


def test_another_vault_key_opens_nothing(desk: Desk) -> None:
    desk.settle()
    other = private_key(desk.workspace, create_pair(desk.workspace))

    with pytest.raises(KeyProblem, match="use that one"):
        list(open_sealed(desk.sealed, other))


@pytest.mark.parametrize("kept", [0, 10, 60, 200, -1])
def test_a_sealed_file_that_was_cut_does_not_open(tmp_path: Path, kept: int) -> None:
    desk = Desk(tmp_path, b"x" * (2 * CHUNK_BYTES))
    desk.settle()
    desk.sealed.write_bytes(desk.sealed.read_bytes()[:kept])

    with pytest.raises(Damage):
        desk.opened()


def test_a_sealed_file_cut_between_two_chunks_does_not_open(tmp_path: Path) -> None:
    desk = Desk(tmp_path, b"x" * (2 * CHUNK_BYTES))
    desk.settle()
    whole = desk.sealed.read_bytes()
    chunk = 1 + 4 + CHUNK_BYTES + 16
    header = len(whole) - 2 * chunk
    for first_only in (whole[: header + chunk], whole[:header] + b"\x01" + whole[header + 1 : header + chunk]):
        desk.sealed.write_bytes(first_only)
        with pytest.raises(Damage):
            desk.opened()


def test_two_chunks_in_the_wrong_order_do_not_open(tmp_path: Path) -> None:
    desk = Desk(tmp_path, b"x" * CHUNK_BYTES + b"y" * CHUNK_BYTES + b"z")
    desk.settle()
    whole = desk.sealed.read_bytes()
    chunk, last = 1 + 4 + CHUNK_BYTES + 16, 1 + 4 + 1 + 16
    header = len(whole) - 2 * chunk - last
    one, two = whole[header : header + chunk], whole[header + chunk : header + 2 * chunk]
    desk.sealed.write_bytes(whole[:header] + two + one + whole[-last:])

    with pytest.raises(Damage):
        desk.opened()


def test_bytes_after_the_end_are_noticed(desk: Desk) -> None:
    desk.settle()
    desk.sealed.write_bytes(desk.sealed.read_bytes() + b"more")

    with pytest.raises(Damage, match="after its end"):
        desk.opened()


def test_a_file_changed_since_it_was_taken_in_is_never_removed(desk: Desk) -> None:
    desk.path.write_bytes(CONTENT + b"2,https://two.example/\n")

    assert [desk.settle("seal"), desk.settle("delete")] == [Became.CHANGED, Became.CHANGED]
    assert desk.path.exists()
    assert not desk.sealed.exists()


def test_a_file_changed_after_an_earlier_try_sealed_it_is_not_removed(desk: Desk) -> None:
    with pytest.raises(CutShort):
        settle_file(desk.file, "seal", desk.workspace.sealed_inputs, desk.vault, remove=cut)
    desk.path.write_bytes(b"other")

    assert desk.settle() is Became.CHANGED
    assert desk.opened() == CONTENT


def test_cut_between_sealing_and_removing_it_goes_on_where_it_was(desk: Desk) -> None:
    with pytest.raises(CutShort):
        settle_file(desk.file, "seal", desk.workspace.sealed_inputs, desk.vault, remove=cut)
    sealed = desk.sealed.read_bytes()

    assert desk.settle() is Became.SEALED
    assert not desk.path.exists()
    assert desk.sealed.read_bytes() == sealed


def test_done_twice_it_says_the_same(desk: Desk) -> None:
    assert [desk.settle(), desk.settle()] == [Became.SEALED, Became.SEALED]


def test_a_file_in_a_read_only_folder_stays_and_is_named(desk: Desk) -> None:
    became = settle_file(desk.file, "seal", desk.workspace.sealed_inputs, desk.vault, remove=read_only)

    assert became is Became.STUCK
    assert desk.path.exists()


def test_deleting_and_keeping_seal_nothing(desk: Desk) -> None:
    assert desk.settle("keep") is Became.KEPT
    assert desk.path.exists()
    assert desk.settle("delete") is Became.DELETED
    assert not desk.path.exists()
    assert desk.settle("delete") is Became.GONE
    assert not desk.sealed.exists()


def test_the_sample_of_this_project_is_never_used_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    sample = Path(__file__).parents[2] / "data" / "sample" / "README.md"
    file = InputFile(str(sample), hashlib.sha256(sample.read_bytes()).hexdigest(), sample.stat().st_size, "csv")

    assert settle_file(file, "delete", desk.workspace.sealed_inputs, desk.vault, remove=cut) is Became.KEPT


def test_no_temporary_file_stays(desk: Desk) -> None:
    desk.path.write_bytes(b"changed")
    desk.settle()

    assert list(desk.workspace.sealed_inputs.iterdir()) == []
