"""Many reporters with contacts, many of them hostile: a contact stands in the outbox files, a telephone number on the
screen of who calls, and nowhere else."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from pipeline.cli.main import answer
from pipeline.desk.answers import letters
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk, made
from tests.factories import all_bytes
from tests.forked import Ended, forked
from tests.letters import SENDER, decided, lettered, outbox, shown_and_sent, states, write
from triage.errors import RuleBroken

COUNT = 80
HOSTILE_MAILS = (
    "zqmail{0}qz@mail.example\r\nBcc: zqbcc{0}qz@other.example", "zqmail{0}qz@mail.example\nSubject: zqsub{0}qz",
    "zqmail{0}qz\u202e@mail.example", "=?utf-8?q?zqmail{0}qz?= <zqmail{0}qz@>", "a@b.example, zqmail{0}qz@mail.example",
)  # fmt: skip
HOSTILE_NAMES = (
    "zqname{0}qz\r\nBcc: zqbcc{0}qz@other.example", "\x1b[2Jzqname{0}qz", "\u202ezqname{0}qz", "https://zqname{0}qz.example",
    "{{name}}{0}", "<b>zqname{0}qz</b>", "=cmd|' /C zqname{0}qz'!A0",
)  # fmt: skip
PHONE = "+387 61 907 318"
BIRDS = ("zqmail", "zqname", "zqbcc", "zqsub", "zqphone", "zqtime", "zqreal")


def _rows() -> list[dict[str, str]]:
    """Received a moment ago: commands look at the clock, and standing templates answer only what is young."""
    rows = []
    received = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    for number in range(COUNT):
        hostile_mail, hostile_name = number % 4 == 1, number % 4 == 2
        mail = HOSTILE_MAILS[number % len(HOSTILE_MAILS)] if hostile_mail else "zqmail{0}qz@mail.example"
        name = HOSTILE_NAMES[number % len(HOSTILE_NAMES)] if hostile_name else "Zqname"
        rows.append({
            "id": f"k-{number}", "received_at": received,
            "description": f"Somebody insulted people in a group, the one with number {number}",
            "language": ("bs", "hr", "sr-Latn", "sr-Cyrl", "en", "sq", "de", "")[number % 8],
            "contact_name": f"zqreal{number}qz", "contact_email": mail.format(number),
            "contact_phone": f"zqphone{number}qz", "best_time": f"zqtime{number}qz",
            "name_to_use": name.format(number), "contact_is_safe": "" if number % 10 == 0 else "yes",
        })  # fmt: skip
    return rows


def _found(content: bytes, birds: Sequence[str] = BIRDS) -> bool:
    """A canary, also as hexadecimal digits or base 64 (any of its three places)."""
    lowered = content.lower()
    for bird in birds:
        raw = bird.encode()
        if raw in lowered or raw.hex().encode() in lowered:
            return True
        for at, skipped in enumerate((0, 2, 3)):
            if base64.b64encode(b"x" * at + raw)[skipped : (at + len(raw)) * 8 // 6] in content:
                return True
    return False


def _hotline(desk: Desk, *words: str) -> Ended:
    environment = {
        DEMO_PERSON_VARIABLE: "sample-analyst", "HOTLINE_ANSWERS_FROM": SENDER,
        "HOTLINE_ANSWERS_STANDING": "needs_address",
    }  # fmt: skip
    return forked(lambda: answer(["--workspace", str(desk.app.workspace.root), *words]), environment)


def _bring(desk: Desk, rows: list[dict[str, str]]) -> None:
    """By the command itself, which looks at the clock too."""
    path = desk.folder / "canaries.csv"
    write(path, *rows)
    done = _hotline(desk, "run", str(path), "--after-ingest", "delete", "--workers", "1")
    assert done.returncode == 0, done.stderr[-2000:]
    assert not _found(done.stdout + done.stderr)
    assert not path.exists()


def test_a_canary_would_be_found() -> None:
    for bird in BIRDS:
        raw = bird.encode()
        coded = [base64.b64encode(b"-" * before + raw + b"-" * after) for before in range(3) for after in range(3)]
        for content in (raw.upper(), raw.hex().encode(), *coded):
            assert _found(b"something " + content + b" else")
    assert not _found(b"a letter of one hundred words")


def test_many_contacts_are_in_the_outbox_and_nowhere_else(tmp_path: Path) -> None:
    desk = made(tmp_path)
    _bring(desk, _rows())
    some = [decided(desk, f"k-{number}") for number in range(12)]
    done = [_hotline(desk, "answers", "list"), *(_hotline(desk, "answers", "show", f"C{case}") for case in some[1:4])]
    done += [_hotline(desk, "answers", "send", f"C{case}") for case in some[1:4]]
    done += [_hotline(desk, "answers", "send", "--all-standing"), _hotline(desk, "answers", "list", "--json")]
    assert b"can be answered" in done[0].stdout
    assert [one.returncode for one in done[:4]] == [0] * 4
    assert not any(_found(one.stdout) or _found(one.stderr) for one in done)
    folder = desk.app.workspace.root / "outbox"
    leaks = [path for path, content in all_bytes(tmp_path) if _found(str(path).encode())
             or (path.parent != folder and _found(content))]  # fmt: skip
    assert leaks == []
    plain = [number for number in range(COUNT) if number % 4 != 1 and number % 10]
    readers = sorted(str(mail["To"]) for mail in outbox(desk))
    assert readers == sorted(f"zqmail{number}qz@mail.example" for number in plain)
    assert len(states(desk)) == len(plain)


@pytest.mark.slow
def test_a_telephone_number_is_on_the_screen_of_who_calls_and_nowhere_else(tmp_path: Path) -> None:
    desk = made(tmp_path)
    row = {
        "id": "k-1", "received_at": datetime.now(UTC).isoformat(), "language": "en", "contact_is_safe": "yes",
        "description": "There is a bad group, please look", "contact_phone": f"{PHONE} \x1b[2J",
        "best_time": "zqtime1qz", "name_to_use": "Zqname", "contact_name": "zqreal1qz",
    }  # fmt: skip
    _bring(desk, [row])
    case = f"C{decided(desk, 'k-1')}"
    birds = (*BIRDS, PHONE, "61907318", "907 318")
    quiet = [_hotline(desk, "answers", *words) for words in
             (("list",), ("show", case), ("send", case), ("call", case), ("call", case, "--json"))]  # fmt: skip
    called = _hotline(desk, "answers", "call", case, "--to-pipe")
    quiet += [_hotline(desk, "answers", "call", case, "--to-pipe"), _hotline(desk, "answers", "list", "--json"),
              _hotline(desk, "answers", "called", case, "--reached", "yes"), _hotline(desk, "cases", "show", case),
              _hotline(desk, "verify", "--deep")]  # fmt: skip
    assert [one.returncode for one in (called, *quiet)] == [0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 0]
    assert PHONE.encode() in called.stdout
    assert b"Hello Zqname," in called.stdout
    assert b"\x1b" not in called.stdout
    assert not _found(called.stderr, birds)
    assert not any(_found(one.stdout, birds) or _found(one.stderr, birds) for one in quiet)
    assert [path for path, content in all_bytes(tmp_path) if _found(content, birds)] == []


@pytest.mark.slow
def test_hostile_contacts_and_names_change_no_header_and_no_line_of_a_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ANSWERS_FROM", SENDER)
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    desk = made(tmp_path)
    _bring(desk, _rows()[:60])
    assert _hotline(desk, "answers", "send", "--all-standing").returncode == 0
    mails = outbox(desk)
    assert len(mails) > 30
    headers = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version", "From", "To", "Subject", "Date",
               "Message-ID", "Content-Language", "Auto-Submitted"}  # fmt: skip
    greetings = {piece[one].replace("{name}", "Zqname") for piece in (letters().words["greeting"],
                 letters().words["greeting_by_name"]) for one in piece}  # fmt: skip
    for path in sorted((desk.app.workspace.root / "outbox").iterdir()):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert set(mail.keys()) == headers
        assert len(mail.keys()) == len(headers)
        assert mail["From"] == SENDER
        assert str(mail["To"]).count("@") == 1
        text = str(mail.get_content())
        assert text.splitlines()[0] in greetings
        assert all(sign.isprintable() or sign in "\r\n" for sign in text)
        assert "@" not in text
        assert "://" not in text


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_process_never_makes_a_second_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setenv("HOTLINE_ANSWERS_FROM", SENDER)
    desk = lettered(tmp_path)
    case_id = decided(desk, "l-1")
    script = (
        "import os, signal, sys\n"
        "from pipeline.delivery.answer_mail import Outbox\n"
        "plain = Outbox.deliver\n"
        "def deadly(self, mail):\n"
        f"    {'plain(self, mail)' if moment == 'after' else 'pass'}\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Outbox.deliver = deadly\n"
        "from pipeline.cli.main import answer\n"
        "answer(sys.argv[1:4] + ['show', sys.argv[4]])\n"
        "answer(sys.argv[1:4] + ['send', sys.argv[4]])\n"
    )
    words = ["--workspace", str(desk.app.workspace.root), "answers", f"C{case_id}"]
    environment = {**os.environ, DEMO_PERSON_VARIABLE: "sample-analyst"}
    command = [sys.executable, "-c", script, *words]
    died = subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False)
    assert died.returncode == -9, died.stderr[-500:]
    assert len(outbox(desk)) == (moment == "after")
    assert states(desk)[desk.report_of("l-1")] == ("needs_address", "claimed")
    with pytest.raises(RuleBroken, match="--again"):
        shown_and_sent(desk, case_id)
    assert shown_and_sent(desk, case_id, again=True, now=datetime.now(UTC) + timedelta(minutes=11)) == ["sent"]
    assert len(outbox(desk)) == 1
