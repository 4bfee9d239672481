"""A thousand reports full of canaries through every exporter and every letter: none stands where it must not be."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from urllib.parse import quote

import pytest
from pypdf import PdfWriter
from sqlalchemy import select

from exporters.registry import all_exporters
from exporters.sealing import sealed
from exporters.tarball import tarred
from pipeline.desk import packages
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.verify import verify
from tests.agencies import AGENCY
from tests.desk import NOW
from tests.exported_canaries import (
    ADDRESS_OF_A_SENDER,
    BIRDS,
    DISCLOSED,
    LETTERS,
    PHONE,
    WAYS,
    World,
    answers,
    disclosures,
    found_in,
    papers,
    readings,
    world_of,
)
from tests.filled import filled
from tests.letters import SENDER

FEW, MANY = 60, 1_000


@pytest.mark.thorough
@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_no_canary_of_any_report_leaves_by_any_exporter_or_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(packages, "text", filled)
    for name, value in (("ANSWERS_FROM", SENDER), ("NOTICES_FROM", "notices@letters.example"),
                        ("HOTLINE_NAME", "Sample Hotline")):  # fmt: skip
        monkeypatch.setenv(f"HOTLINE_{name}", value)
    world = world_of(tmp_path, count)
    for kind, way in WAYS.items():
        way.act(world, kind)
        assert _left(world) == way.may, kind
    assert set().union(*(found_in(paper) for paper in papers(world))) <= {"token"}
    assert answers(world) == count - count // 10
    assert _left(world) == LETTERS
    disclosures(world)
    assert _left(world) == DISCLOSED
    with reading(world.desk.app.store.engine) as connection:
        told = "\n".join(connection.execute(select(audit.c.details)).scalars())
    assert found_in(told.encode()) == set()
    assert verify(world.desk.app).findings == ()


def _left(world: World) -> set[str]:
    """Every canary in what just left, which must be something."""
    files = world.new_files()
    assert files
    return set().union(*(found_in(reading_) for path in files for reading_ in readings(path)))


def test_every_exporter_has_its_way_in_this_test() -> None:
    assert set(all_exporters(filled)) == set(WAYS), "say in tests/exported_canaries.py how a case reaches it"


@pytest.mark.parametrize("bird", BIRDS)
def test_a_canary_is_found_however_it_is_written(bird: str) -> None:
    word = f"zq{bird}0001qz"
    raw = word.encode()
    coded = [base64.b64encode(b"-" * before + raw + b"-" * after) for before in range(3) for after in range(3)]
    every = "".join(f"%{byte:02X}" for byte in raw).encode()
    shapes = (raw, raw.upper(), word.title().encode(), raw[::-1], raw.hex().encode(),
              raw.upper().hex().upper().encode(), quote(word).encode(), every, word.encode("utf-16-le"),
              word.encode("utf-16-be"), *coded)  # fmt: skip
    for shape in shapes:
        assert found_in(b"something " + shape + b" else") >= {bird}, shape


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+387 61 5500 01", PHONE), ("061/550-001", PHONE), ("0038761550001", PHONE),
        ("203.0.113.7", ADDRESS_OF_A_SENDER), ("203[.]0[.]113[.]7", ADDRESS_OF_A_SENDER),
        ("2001:DB8:BAD::1", ADDRESS_OF_A_SENDER),
        (b"203.0.113.7".hex(), ADDRESS_OF_A_SENDER), (b"+38761550001".hex(), PHONE),
        (base64.b64encode(b"call +38761550001").decode(), PHONE),
    ],
)  # fmt: skip
def test_a_telephone_and_an_address_of_a_sender_are_found_too(written: str, found: str) -> None:
    assert found_in(f"something {written} else".encode()) == {found}


def test_nothing_is_found_in_what_holds_none() -> None:
    assert found_in(b"a letter of some words, 0123456789abcdef" * 50) == set()


def test_a_canary_is_found_inside_a_sealed_package_a_name_in_it_and_a_pdf(tmp_path: Path) -> None:
    from exporters.sealing import check_recipient

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": "zqname0001qz"})
    pdf = io.BytesIO()
    writer.write(pdf)
    (tmp_path / "report.pdf").write_bytes(pdf.getvalue())
    assert _found_at(tmp_path / "report.pdf") == {"name"}
    to = check_recipient(AGENCY.certificate, AGENCY.certificate.fingerprint, NOW)
    tar = tarred({"zqfile0001qz.txt": b"zqnote0001qz", "0.pdf": pdf.getvalue()}, "package", NOW)
    (tmp_path / "package.tar.gpg").write_bytes(sealed(tar, to, AGENCY))
    assert _found_at(tmp_path / "package.tar.gpg") == {"file", "note", "name"}


def _found_at(path: Path) -> set[str]:
    return set().union(*map(found_in, readings(path)))
