"""Reports full of canaries, taken through every way out, and a search that finds a canary however it was written.

A new exporter fails `tests/faults/test_export_canaries.py` until `WAYS` says how a case reaches it and what may be in
its files.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

from pypdf import PdfReader

from exporters.sealing import OpeningKey
from exporters.tarball import untarred
from pipeline import alerts_first, runs
from pipeline.desk import acts, alert_sending, answer_sending, disclosing, feedback_lists
from pipeline.desk.acts import Said
from pipeline.desk.counts import Months
from pipeline.desk.disclosures import Wish, ask
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.published import make_statistics
from pipeline.desk.urgent import make_call
from tests import alarms, noticing
from tests.agencies import AGENCY, pin_agency
from tests.desk import NOW, Desk, made
from tests.factories import take_in, write_csv
from tests.pictures import picture, saved
from triage.assessment import Classification, Viewed
from triage.disclosure import DisclosureReason
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.urgent_call import CallReason

BIRDS = ("name", "mail", "calls", "time", "note", "file", "extra", "token", "ident")
"""Where each stands in a report: who the reporter is, what they wrote, names of files, what a server added, the mark in
an address that tells who shared it, the reporter's own number."""
PHONE, ADDRESS_OF_A_SENDER = "phone", "ip"
SEVERAL = 10
"""Reports of one case."""
LATER = NOW + timedelta(hours=1)
_POLICE, _HASHES, _HOST = "police-fbih", "police-hashes", "bad.example"
_BETWEEN = rb"[ /().-]*"
_PHONE = re.compile(
    rb"(?<![0-9a-f])(?:(?:00)?387|0)"
    + _BETWEEN
    + _BETWEEN.join((b"6", b"1", b"5", b"5", *[b"[0-9]"] * 4))
    + rb"(?![0-9a-f])"
)
_IP = (b"203.0.113.", b"203[.]0[.]113", b"2001:db8:bad")
_CODED_ONLY = ("+3876155", "203.0.113.")


def canary(bird: str, number: int) -> str:
    """One canary of a report."""
    return f"zq{bird}{number:04d}qz"


@dataclass
class World:
    """A workspace with its cases decided for every recipient; `seen`: files the search has looked at."""

    desk: Desk
    cases: list[int]
    seen: set[Path] = field(default_factory=set)

    def new_files(self) -> list[Path]:
        """What lies in the folders things leave from and was not there before."""
        root = self.desk.app.workspace.root
        found = [path for name in ("exports", "outbox") for path in sorted((root / name).rglob("*")) if path.is_file()]
        new = [path for path in found if path not in self.seen]
        self.seen |= set(new)
        return new


@dataclass(frozen=True)
class Way:
    """How cases reach an exporter: the decision it needs (None: another way), the act, and canaries it may have."""

    decision: tuple[Kind, str] | None
    act: Callable[[World, str], None]
    may: frozenset[str] = frozenset()


def _packages(world: World, kind: str) -> None:
    made_here = make_packages(world.desk.app, Order(kind, again=kind == "iccam-v2"), world.desk.two, LATER).made
    if sorted({case for one in made_here for case in one.cases}) != world.cases:
        raise AssertionError(f"not every case went through {kind}")


def _statistics(world: World, _kind: str) -> None:
    make_statistics(world.desk.app, Months(), world.desk.two, LATER)


def _notices(world: World, _kind: str) -> None:
    """To one host, as many letters as the protocol needs, long after the police hold."""
    contact = noticing.contact(world.desk, _HOST)
    for day in range(60, 120):
        try:
            noticing.sent(world.desk, contact, now=NOW + timedelta(days=day, hours=2))
        except RuleBroken:
            continue


def _alerts(world: World, _kind: str) -> None:
    alarms.pin_partners(world.desk.app, *alarms.PARTNERS)
    call = alarms.write_call(world.desk.folder, note=f"help me, {canary('note', 1)}, call +387 61 550 001")
    calls, _ = alerts_first.split(runs.find_inputs([call]))
    alerts_first.run_calls(world.desk.app, "calls", calls, "keep", NOW)
    alert_sending.tick(world.desk.app, NOW + timedelta(minutes=20))


WAYS = {
    "lea": Way((Kind.POLICE, _POLICE), _packages, frozenset({"token"})),
    "vics": Way((Kind.POLICE, _HASHES), _packages),
    "iccam": Way((Kind.ICCAM, "iccam"), _packages),
    "iccam-v2": Way((Kind.ICCAM, "iccam"), _packages),
    "cybertip": Way((Kind.ICCAM, "clearing-house"), _packages),
    "referral": Way((Kind.HELPLINE, "helpline"), _packages),
    "statistics": Way(None, _statistics),
    "notice": Way((Kind.NOTICE, "host"), _notices),
    "alert": Way(None, _alerts),
}
"""Exporter to how a case reaches it. Only police get the exact address, with the mark of who shared it."""
LETTERS = frozenset({"mail", "calls"})
"""What an answer to a reporter has of them: where it goes, and what they want to be called."""
DISCLOSED = frozenset({"name", "mail", "calls", "time", PHONE})
"""What police are told of a reporter who allowed it."""


def world_of(folder: Path, count: int) -> World:
    """`count` reports in cases of SEVERAL, by table and by mail, assessed, decided for everybody and released."""
    desk = made(folder)
    drop = folder / "drop"
    drop.mkdir()
    write_csv(drop / "canaries.csv", [_row(number) for number in range(count) if not _by_mail(number)])
    for number in filter(_by_mail, range(count)):
        (drop / f"{canary('file', number)}.eml").write_bytes(_mail(number))
    for number in range(0, count, SEVERAL):
        (drop / f"{canary('file', number)}.jpg").write_bytes(saved(picture(number, 96, 64)))
    if take_in(desk.app, "canaries", drop)["accepted"] != count:
        raise AssertionError("a canary was not taken in")
    for agency in (_POLICE, _HASHES):
        pin_agency(desk.app, agency, NOW)
    cases = sorted({desk.case_of(canary("ident", number)) for number in range(0, count, SEVERAL)})
    decide_for_all(desk, cases)
    return World(desk, cases)


def decide_for_all(desk: Desk, cases: list[int]) -> None:
    """Every case assessed, decided for each recipient any exporter has, and released."""
    for case_id in cases:
        for item in desk.facts(case_id).locators:
            desk.assess(case_id, Said(Classification.BASELINE, item.locator_id, Viewed.CONTENT))
        for kind, recipient in sorted({way.decision for way in WAYS.values() if way.decision is not None}):
            desk.dispose(case_id, kind, recipient, "hosted_here")
        acts.release(desk.app, desk.two, case_id, NOW)


def answers(world: World) -> int:
    """A letter to every reporter who can have one; how many went."""
    sent = 0
    for case_id in world.cases:
        world.desk.dispose(case_id, Kind.ANSWER, reason="other")
        answer_sending.show(world.desk.app, world.desk.one, case_id, None, LATER)
        done = answer_sending.send(world.desk.app, world.desk.one, case_id, answer_sending.Order(reviewed=True), LATER)
        sent += sum(one.result == "sent" for one in done)
    return sent


def disclosures(world: World) -> None:
    """Every reporter of some cases, for police."""
    for case_id in world.cases[:5]:
        ask(world.desk.app, world.desk.one, Wish(case_id, _POLICE, DisclosureReason.POLICE_ASKED), LATER)
        disclosing.release(world.desk.app, world.desk.two, case_id, _POLICE, LATER)


def papers(world: World) -> Iterator[bytes]:
    """What is printed or handed over beside packages: call sheets and the sheet to compare books."""
    for case_id in world.cases:
        _, sheet = make_call(world.desk.app, world.desk.one, case_id, _POLICE, CallReason.MEETING_SOON, LATER)
        yield sheet.encode()
    yield feedback_lists.sheet(world.desk.app, world.desk.two, _POLICE, "2026-03", LATER)


def found_in(content: bytes) -> set[str]:
    """Which canaries stand in it: as they are, in any case, backwards, as UTF-16, hexadecimal digits, base 64 (any of
    its three places) or URL-coded; a telephone also with other signs between its digits."""
    lowered = content.lower()
    birds = {bird for bird in BIRDS if any(shape in lowered for shape in _SHAPES[bird])}
    birds |= {bird for bird in BIRDS if any(shape in content for shape in _BASE64[bird])}
    if _PHONE.search(lowered) or _coded(content, _CODED_ONLY[0]):
        birds.add(PHONE)
    if any(shape in lowered for shape in _IP) or _coded(content, _CODED_ONLY[1]):
        birds.add(ADDRESS_OF_A_SENDER)
    return birds


def readings(path: Path) -> Iterator[bytes]:
    """Everything a stranger, or whoever holds the agency's key, can read of a file; its name first."""
    yield path.name.encode()
    yield from _inside(path.name, path.read_bytes())


def _inside(name: str, body: bytes) -> Iterator[bytes]:
    yield body
    if name.endswith(".eml"):
        mail = message_from_bytes(body, policy=policy.default)
        for part in mail.walk():
            if not part.is_multipart():
                given = part.get_filename() or "part"
                yield given.encode()
                yield from _inside(given, bytes(part.get_payload(decode=True) or b""))
    elif name.endswith(".tar.gpg"):
        tar = OpeningKey(AGENCY.stored()).opened(body)
        if tar is None:
            raise AssertionError("a sealed package does not open")
        for inner, content in untarred(tar).files.items():
            yield inner.encode()
            yield from _inside(inner, content)
    elif name.endswith(".pdf"):
        read = PdfReader(io.BytesIO(body))
        yield str(read.metadata).encode()
        for page in read.pages:
            yield page.extract_text().encode()
            contents = page.get_contents()
            yield b"" if contents is None else contents.get_data()
        yield b"" if read.xmp_metadata is None else read.xmp_metadata.stream.get_data()


def _row(number: int) -> dict[str, str]:
    case = number // SEVERAL
    first = number % SEVERAL == 0
    token = f"&fbclid=IwAR0{canary('token', number)}_aem_0123456789" if number % SEVERAL < 2 else ""
    return {
        "id": canary("ident", number), "received_at": "2026-03-03T10:00:00+01:00", "category": "csam",
        "area": "Tuzla", "location": f"https://{_HOST}/page{case}?id={case}{token}",
        "description": f"illegal pictures of a child, {canary('note', number)} saw it",
        "language": ("bs", "hr", "sr-Latn", "sr-Cyrl", "en", "sq", "de", "")[number % 8],
        "contact_name": canary("name", number), "contact_email": f"{canary('mail', number)}@mail.example",
        "contact_phone": f"+387 61 55{number // 100:02d} {number % 100:02d}", "best_time": canary("time", number),
        "name_to_use": "Zqcalls", "contact_is_safe": "yes", "police_may_contact_me": "yes",
        "attachments": f"{canary('file', number)}.jpg" if first else "",
        "remote_addr": f"203.0.113.{number % 250}", "forwarded": "2001:db8:bad::1",
        "user agent": canary("extra", number), "staff remark": canary("extra", number),
    }  # fmt: skip


def _by_mail(number: int) -> bool:
    return number % SEVERAL == SEVERAL - 1


def _mail(number: int) -> bytes:
    case = number // SEVERAL
    return (
        f"Received: from {canary('extra', number)}.example ([203.0.113.{number % 250}]) by in.example\r\n"
        f"X-Originating-IP: [203.0.113.{number % 250}]\r\nMessage-ID: <{canary('extra', number)}@mail.example>\r\n"
        f"From: {canary('name', number)} <{canary('mail', number)}@mail.example>\r\nTo: report@in.example\r\n"
        "Date: Tue, 3 Mar 2026 10:00:00 +0100\r\nSubject: report\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        f"illegal pictures of a child on https://{_HOST}/page{case}?id={case} {canary('note', number)}\r\n--B\r\n"
        f'Content-Type: image/png; name="{canary("file", number)}.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        "c2FtcGxl\r\n--B--\r\n"
    ).encode()


def _shapes(word: str) -> tuple[bytes, ...]:
    """Ways to write a word, all in small letters."""
    cased = (word, word.upper(), word.swapcase(), word.capitalize())
    hexadecimal = [each.encode().hex() for each in cased]
    url = [re.sub("(..)", r"%\1", each) for each in hexadecimal]
    wide = [word.encode("utf-16-le"), word.encode("utf-16-be")]
    return (word.encode(), word[::-1].encode(), *wide, *(each.encode() for each in (*hexadecimal, *url)))


def _in_base64(word: str) -> tuple[bytes, ...]:
    """The middle of its base 64, from each of the three places a word can begin at, plain and for URLs."""
    found = []
    for each in (word, word.upper(), word.capitalize()):
        raw = each.encode()
        for at, skipped in enumerate((0, 2, 3)):
            found.append(base64.b64encode(b"x" * at + raw)[skipped : (at + len(raw)) * 8 // 6])
    return tuple(dict.fromkeys(found))


def _coded(content: bytes, word: str) -> bool:
    lowered = content.lower()
    plain = word.encode()
    coded = [shape for shape in _shapes(word) if shape != plain]
    return any(shape in lowered for shape in coded) or any(shape in content for shape in _in_base64(word))


_SHAPES = {bird: _shapes(f"zq{bird}") for bird in BIRDS}
_BASE64 = {bird: _in_base64(f"zq{bird}") for bird in BIRDS}
