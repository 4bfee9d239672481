"""A bag that strangers' tools call valid, the same bytes each time, and no changed byte that is not named."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import bagit
import pytest

from exporters.bag import Problem, bagged, check_bag, root_digest
from exporters.tarball import tarred, untarred
from triage.errors import RuleBroken

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
INFO = {"Bagging-Date": "2026-03-02", "Source-Organization": "Dežurna linija"}
FILES = {"report.pdf": b"%PDF-" + bytes(range(256)) * 5, "addresses.txt": b"https://host.example/a\n", "empty.csv": b""}
needs_sha256sum = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs the program sha256sum")


def _bag() -> dict[str, bytes]:
    return bagged(FILES, INFO)


def _written(bag: dict[str, bytes], folder: Path) -> Path:
    for name, body in bag.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def test_the_reference_tool_calls_the_bag_a_valid_one_of_version_1_0(tmp_path: Path) -> None:
    bag = bagit.Bag(str(_written(_bag(), tmp_path)))
    assert bag.is_valid()
    assert bag.version_info == (1, 0)
    assert bag.info["Payload-Oxum"] == f"{sum(map(len, FILES.values()))}.{len(FILES)}"
    assert bag.info["Source-Organization"] == "Dežurna linija"
    assert sorted(bag.algorithms) == ["sha256", "sha512"]


def test_the_reference_tool_sees_a_changed_byte(tmp_path: Path) -> None:
    folder = _written(_bag() | {"data/addresses.txt": b"https://host.example/b\n"}, tmp_path)
    with pytest.raises(bagit.BagValidationError, match=r"addresses\.txt"):
        bagit.Bag(str(folder)).validate()


@pytest.mark.tools
@needs_sha256sum
@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_checks_every_file(manifest: str, tmp_path: Path) -> None:
    folder = _written(_bag(), tmp_path)
    run = subprocess.run(["sha256sum", "--check", "--strict", manifest], cwd=folder, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count(b": OK\n") == _bag()[manifest].count(b"\n")


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    backwards = dict(reversed(FILES.items()))
    assert tarred(bagged(backwards, INFO), "p-1", AT) == tarred(_bag(), "p-1", AT)
    assert root_digest(bagged(backwards, INFO)) == root_digest(_bag())


def test_the_same_moment_told_in_another_zone_gives_the_same_tar() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))
    assert tarred(_bag(), "p-1", elsewhere) == tarred(_bag(), "p-1", AT)


def test_another_byte_another_digest_of_the_bag() -> None:
    assert root_digest(bagged(FILES | {"empty.csv": b"x"}, INFO)) != root_digest(_bag())


@pytest.mark.parametrize("name", ["a/b.txt", "../b.txt", "č.txt", "a b.txt", ".hidden", "", "a%b.txt", "a\n.txt"])
def test_a_name_that_is_not_safe_everywhere_is_refused(name: str) -> None:
    with pytest.raises(RuleBroken, match="letters, digits"):
        bagged({name: b"x"}, INFO)
    with pytest.raises(RuleBroken):
        tarred({name: b"x"}, "p-1", AT)


def test_names_windows_would_take_for_one_are_refused() -> None:
    with pytest.raises(RuleBroken, match="capitals"):
        bagged({"a.txt": b"1", "A.txt": b"2"}, INFO)


@pytest.mark.parametrize(
    "info",
    [{}, {"Bagging-Date": "today"}, INFO | {"Bad label": "x"}, INFO | {"Contact": "two\nlines"}, INFO | {"Contact": ""},
     INFO | {"Payload-Oxum": "1.1"}, INFO | {"Contact": "a\u202eb"}],
)  # fmt: skip
def test_bag_info_takes_one_plain_line_for_each_label_and_needs_a_date(info: dict[str, str]) -> None:
    with pytest.raises(RuleBroken, match="bag-info"):
        bagged(FILES, info)


def test_a_package_time_without_an_offset_is_refused() -> None:
    with pytest.raises(RuleBroken, match="offset"):
        tarred(_bag(), "p-1", datetime(2026, 3, 2))


def test_the_tar_names_no_person_and_no_machine() -> None:
    with tarfile.open(fileobj=io.BytesIO(tarred(_bag(), "p-1", AT))) as archive:
        members = archive.getmembers()
    assert {(one.uid, one.gid, one.uname, one.gname, one.mode) for one in members} == {(0, 0, "", "", 0o644)}
    assert {one.mtime for one in members} == {AT.timestamp()}
    assert [one.name for one in members] == sorted(f"p-1/{name}" for name in _bag())


def test_a_whole_bag_has_no_problem_in_it_or_in_its_tar() -> None:
    read = untarred(tarred(_bag(), "p-1", AT))
    assert (read.files, read.problems, check_bag(read.files)) == (_bag(), (), ())


@pytest.mark.parametrize("name", sorted(_bag()))
def test_a_changed_bit_anywhere_in_a_file_names_that_file(name: str) -> None:
    bag, drawn = _bag(), random.Random(7)
    for place in range(len(bag[name])):
        changed = bytearray(bag[name])
        changed[place] ^= 1 << drawn.randrange(8)
        assert name in {one.file for one in check_bag(bag | {name: bytes(changed)})}, place


def test_a_changed_bit_in_a_header_of_the_tar_its_content_or_its_padding_is_found() -> None:
    tar, drawn = tarred(_bag(), "p-1", AT), random.Random(8)
    for place in (*range(512), *drawn.sample(range(512, len(tar)), 500)):
        changed = bytearray(tar)
        changed[place] ^= 1 << drawn.randrange(8)
        read = untarred(bytes(changed))
        assert read.problems or check_bag(read.files), place


@pytest.mark.parametrize("name", sorted(_bag()))
def test_a_missing_file_is_named(name: str) -> None:
    left = {each: body for each, body in _bag().items() if each != name}
    assert Problem(name, "is missing") in check_bag(left)


@pytest.mark.parametrize("name", ["data/more.txt", "more.txt", "tagmanifest-md5.txt"])
def test_a_file_too_many_is_named(name: str) -> None:
    assert name in {one.file for one in check_bag(_bag() | {name: b"x"})}


def test_a_name_no_package_has_is_not_repeated() -> None:
    found = check_bag(_bag() | {"data/canary\u202egpj.exe": b"x"})
    assert found
    assert not any("canary" in one.file + one.says for one in found)


@pytest.mark.parametrize("length", [0, 1, 511, 5_000])
def test_a_tar_that_was_cut_off_is_found(length: int) -> None:
    assert untarred(tarred(_bag(), "p-1", AT)[:length]).problems


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.GNUTYPE_SPARSE]
)
def test_a_tar_with_anything_but_files_is_a_problem_and_is_not_read(kind: bytes) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        member = tarfile.TarInfo("p-1/data/x.txt")
        member.type, member.linkname, member.mtime = kind, "/etc/hostname", int(AT.timestamp())
        archive.addfile(member)
    read = untarred(buffer.getvalue())
    assert read.problems
    assert read.files == {}


@pytest.mark.parametrize("name", ["/etc/x", "p-1/../../x", "p-1/data/../x", "x"])
def test_a_tar_with_a_strange_path_is_a_problem_and_is_not_read(name: str) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo(name))
    read = untarred(buffer.getvalue())
    assert read.problems
    assert read.files == {}
