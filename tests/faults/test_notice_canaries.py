"""Nothing of a reporter reaches a host, and no host's name stands anywhere in the workspace but in its letter."""

from __future__ import annotations

import base64
import csv
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.cli.main import answer
from pipeline.desk import notice_contacts
from pipeline.desk.notice_contacts import NewContact
from tests.desk import NOW, Desk, made
from tests.factories import all_bytes, take_in
from tests.noticing import HOTLINE, SENDER, decided, outbox, sent, supervisor

COUNT = 12
BIRD = "zqkanarinacqz"
COLUMNS = (
    "id", "received_at", "category", "location", "description", "area", "contact_name", "contact_email",
    "contact_phone", "contact_is_safe", "name_to_use", "best_time", "police_may_contact_me", "extra",
)  # fmt: skip


def _rows() -> list[dict[str, str]]:
    """Reports that say who they are in every field, also in the address."""
    return [
        {
            "id": f"k-{number}", "received_at": "2026-03-03T10:00:00+01:00", "category": "csam",
            "location": f"https://place{number}.zqhost.example/p?id={number}&fbclid=IwAR0{BIRD}{number}",
            "description": f"illegal pictures of a child on this page, says {BIRD} note {number}",
            "area": f"BA-RS-{BIRD}", "contact_name": f"{BIRD} Name", "contact_email": f"{BIRD}{number}@mail.example",
            "contact_phone": f"+387 61 {100000 + number}", "contact_is_safe": "yes", "name_to_use": f"{BIRD} Call",
            "best_time": f"{BIRD} noon", "police_may_contact_me": "yes", "extra": f"{BIRD} extra",
        }
        for number in range(COUNT)
    ]  # fmt: skip


def _shapes(word: str) -> list[bytes]:
    raw = word.encode()
    coded = [base64.b64encode(b"x" * at + raw)[skip : (at + len(raw)) * 8 // 6] for at, skip in enumerate((0, 2, 3))]
    return [raw, raw[::-1], raw.hex().encode(), quote(word).encode(), *coded]


def _found(content: bytes, word: str = BIRD) -> bool:
    return any(shape in content or shape in content.lower() for shape in _shapes(word))


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A workspace whose hosts were told of every address."""
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
    monkeypatch.setenv("HOTLINE_NOTICES_FROM", SENDER)
    monkeypatch.setenv("HOTLINE_HOTLINE_NAME", HOTLINE)
    desk = made(tmp_path)
    path = tmp_path / "canaries.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_rows())
    take_in(desk.app, path.stem, path)
    path.unlink()
    new = NewContact("Example Hosting", "abuse@provider.example", "en", "whois")
    host = notice_contacts.add(desk.app, supervisor(desk), new, NOW)
    notice_contacts.assign(desk.app, desk.one, host.contact_id, ["zqhost.example"], NOW)
    for number in range(COUNT):
        decided(desk, f"k-{number}")
    assert sent(desk, host).places == COUNT
    return desk


def test_a_canary_would_be_found() -> None:
    for at in range(3):
        assert _found(base64.b64encode(b"-" * at + BIRD.encode() + b"--"))
    assert _found(f"says {BIRD.upper()}".encode())
    assert not _found(b"a letter of one hundred words")


def test_nothing_of_a_reporter_is_in_any_letter(told: Desk) -> None:
    (mail,) = outbox(told)
    parts = [bytes(part.get_payload(decode=True) or b"") for part in mail.walk() if not part.is_multipart()]
    assert len(parts) == COUNT + 2
    content = b"\n".join([mail.as_bytes(), *parts])
    assert b"place0.zqhost.example/p?id=0" in content
    assert not _found(content)
    for leak in (b"fbclid", b"+387", b"BA-RS", b"k-0", b"sample-", b"person:"):
        assert leak not in content


def test_no_name_of_a_host_stands_anywhere_but_in_its_letter(
    told: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    screens = (["today"], ["notices", "contacts", "list"], ["notices", "list"], ["notices", "reminders"], ["verify"])
    for words in screens:
        assert answer(["--workspace", str(told.app.workspace.root), *words]) == 0
    said = capsys.readouterr()
    assert "zqhost.example" not in said.out + said.err
    letters = told.app.workspace.root / "outbox"
    leaks = [
        str(path) for path, content in all_bytes(told.folder)
        if _found(str(path).encode(), "zqhost") or (path.parent != letters and _found(content, "zqhost"))
    ]  # fmt: skip
    assert leaks == []
