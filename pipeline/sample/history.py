"""Makes the sample's 860 reports: when, by which way, what was written, and what it is in truth.

Nothing here knows a file format (that is `write.py` and the modules it uses). Everything comes from one seeded
`random.Random`, so the same seed gives the same reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from pipeline.sample import addresses
from pipeline.sample.calendar import moments
from pipeline.sample.cyrillic import to_cyrillic
from pipeline.sample.plan import KINDS, SUSPECT_CATEGORIES, TWICE_SAID, Kind
from pipeline.sample.texts import Texts, roughen

LANGUAGES = {"bs": 40, "hr": 15, "sr-Latn": 13, "sr-Cyrl": 14, "en": 8, "sq": 5, "de": 5}
"""Weights of the languages reports are written in."""
_BY_YEAR = {
    2024: {"register": 14, "mail_free": 3, "mail_keys": 1, "helpline": 2},
    2025: {"web_2025": 12, "school": 2, "mail_free": 2, "mail_keys": 1, "helpline": 2},
    2026: {"web_2026": 6, "app": 6, "webform": 4, "mail_free": 2, "mail_keys": 1, "helpline": 2},
}
"""Weights of the ways reports came in, by year."""
_FIXED_WAY = {"sos_alert": "sos", "iccam_assigned": "iccam"}
_LISTED = frozenset({"csam_page", "generated_imagery", "link_list", "inappropriate_communication"})
_BARE_ROWS = frozenset({"inappropriate_communication", "account_misuse", "bare_platform"})
_MACHINES = frozenset({"scart", "iccam"})
"""Ways whose addresses a program wrote, not a person."""
_WITHOUT_CATEGORY = frozenset({"mail_free", "mail_list", "scart"})
_CONTACT_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Contact:
    """An invented reporter."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class SampleReport:
    """One report before it is written to a file.

    `way` is the file family it comes in by; `category` a code or ""; `addresses` all places as written, also inside
    `location` or `description`. The truth is `kind`, `label`, `escalate` and `group`.
    """

    number: int
    received_at: datetime
    way: str
    kind: str
    label: str
    escalate: str
    group: str
    language: str
    category: str
    location: str
    description: str
    addresses: tuple[str, ...]
    reporter_group: str
    area: str
    own_child: bool
    contact: Contact | None
    attachments: int


def history(seed: int, texts: Texts) -> list[SampleReport]:
    """All reports in order of time, numbered from 1."""
    return _Chronicle(Random(f"hotline sample {seed}"), texts).reports()


class _Chronicle:
    """Writes the history once; holds what later reports refer back to."""

    def __init__(self, rng: Random, texts: Texts) -> None:
        self._rng, self._texts = rng, texts
        self._places: dict[str, list[addresses.Place]] = {}
        self._place_count = 0
        self._callers = 0

    def reports(self) -> list[SampleReport]:
        drawn = [(name, escalate) for name, kind in KINDS.items() for escalate in _escalations(kind)]
        self._rng.shuffle(drawn)
        times = moments(self._rng, len(drawn))
        return [
            self._report(number, when, name, escalate)
            for number, (when, (name, escalate)) in enumerate(zip(times, drawn, strict=True), start=1)
        ]

    def _report(self, number: int, when: datetime, name: str, escalate: str) -> SampleReport:
        rng, kind = self._rng, KINDS[name]
        way = self._way(name, when, escalate)
        language = self._language(name, way)
        category = "" if way in _WITHOUT_CATEGORY else _weighted(rng, kind.ticked)
        area = rng.choice(self._texts.slots["area"])
        town = rng.choice(area["places"])
        if language == "sr-Cyrl":
            town = to_cyrillic(town)
        text = self._text(name, escalate, language, when, town, category)
        place = self._place(name, kind, way)
        if place and name == "parent_question":
            category = "question"
        location, text, written = self._located(name, way, text, place)
        return SampleReport(
            number, when, way, name, kind.label, escalate,
            place.group if place else f"S{number:04d}", language, category, location, "" if way == "scart" else text,
            written, _weighted(rng, kind.groups), area["code"] if rng.random() < 0.4 else "",
            name == "parent_question" or (name in ("grooming", "child_blackmail") and rng.random() < 0.4),
            self._contact(way, number), int(kind.label != "incomplete" and rng.random() < 0.06),
        )  # fmt: skip

    def _way(self, name: str, when: datetime, escalate: str) -> str:
        if name in _FIXED_WAY:
            return _FIXED_WAY[name]
        if escalate == "none" and name in _LISTED and self._rng.random() < 0.1:
            return "mail_list"
        if escalate == "none" and name in _BARE_ROWS and when.year > 2024 and self._rng.random() < 0.1:
            return "scart"
        return _weighted(self._rng, _BY_YEAR[when.year])

    def _language(self, name: str, way: str) -> str:
        language = "en" if name == "iccam_assigned" else _weighted(self._rng, LANGUAGES)
        return "sr-Latn" if way == "register" and language == "sr-Cyrl" else language

    def _text(self, name: str, escalate: str, language: str, when: datetime, town: str, category: str) -> str:
        rng = self._rng
        known = KINDS[name].label != "csam_suspect" or category in SUSPECT_CATEGORIES
        text = roughen(rng, self._filled(self._texts.pick(rng, name, language), when, town), typos=known)
        if name == "sos_alert":
            return text if rng.random() < 0.7 else ""
        if escalate != "none" and (name, escalate) not in TWICE_SAID:
            danger = self._filled(self._texts.pick(rng, escalate, language), when, town)
            danger = roughen(rng, danger, typos=False)
            text = f"{text.rstrip('.')}. {danger}" if rng.random() < 0.7 else f"{danger.rstrip('.')}. {text}"
        if name in ("parent_question", "information_request") and category == "question" and rng.random() < 0.06:
            text = f"{text} {self._call_me(language)}"
        return text

    def _call_me(self, language: str) -> str:
        self._callers += 1
        number = addresses.phone(self._rng, f"6{addresses.CONTACT_PHONES[0]}", f"{self._callers:02d}")
        return self._texts.pick_slot(self._rng, "call_me", language).format(phone=number)

    def _filled(self, template: str, when: datetime, town: str) -> str:
        day = when - timedelta(days=self._rng.randrange(1, 20))
        return template.format(
            place=town, platform=self._rng.choice(self._texts.slots["platforms"]), age=self._rng.randrange(9, 16),
            date=f"{day.day}.{day.month}.{day.year}",
        )  # fmt: skip

    def _place(self, name: str, kind: Kind, way: str) -> addresses.Place | None:
        rng = self._rng
        if name == "spam" and rng.random() < 0.5:
            host = f"{rng.choice(self._texts.slots['shops'])}.example"
            return addresses.Place(self._next_group(), "url", (host, f"/akcija/{self._place_count}", ""))
        if name == "parent_question" and way not in _WITHOUT_CATEGORY and rng.random() < 0.08:
            return addresses.Place(self._next_group(), "url", ("igrice-klub.example", f"/igra/{self._place_count}", ""))
        if not kind.places:
            return None
        simple = way in _MACHINES or way == "mail_list"
        known = [place for place in self._places.setdefault(name, []) if place.kind == "url" or not simple]
        if known and rng.random() < kind.repeats:
            return known[int(len(known) * rng.random() ** 2)]
        self._next_group()
        place_kind = "url" if simple else _weighted(rng, kind.places)
        place = addresses.new_place(rng, self._texts.slots, place_kind, self._place_count)
        self._places[name].append(place)
        return place

    def _next_group(self) -> str:
        self._place_count += 1
        return f"G{self._place_count:04d}"

    def _located(
        self, name: str, way: str, text: str, place: addresses.Place | None
    ) -> tuple[str, str, tuple[str, ...]]:
        """Location, description and all addresses: a place goes into its own field, into the text, or into both."""
        rng = self._rng
        if place is None:
            location = self._no_place(name)
            return location, text, (location,) if location else ()
        first = addresses.plain(place) if way in _MACHINES else addresses.written(rng, place)
        if way in _MACHINES or way == "mail_list":
            return first, text, (first,)
        draw = rng.random()
        if draw < 0.55 or place.kind in ("handle", "phone"):
            return first, text, (first,)
        if draw < 0.75:
            return "", f"{text} {first}", (first,)
        if draw < 0.85:
            return rng.choice(("internet", "", "na internetu")), f"{text} Link: {first}", (first,)
        others = (self._another(place) for _ in range(rng.randrange(1, 3)))
        written = (first, *(addresses.written(rng, other) for other in others))
        return rng.choice(("\n", " ", " , ")).join(written), text, written

    def _another(self, place: addresses.Place) -> addresses.Place:
        """A page beside the given one."""
        if place.kind != "url":
            return place
        host, path, _ = place.parts
        beside = f"{path.rpartition('/')[0]}/jos-{self._rng.randrange(2, 40)}"
        return addresses.Place(place.group, "url", (host, beside, ""))

    def _no_place(self, name: str) -> str:
        rng, slots = self._rng, self._texts.slots
        if name == "bare_platform":
            return str(rng.choice(slots["bare_locations"]))
        if name == "email_only":
            return _mail_name(rng.choice(slots["given_names"]), rng.choice(slots["family_names"]), rng.randrange(1, 99))
        if name == "file_path":
            person = rng.choice(slots["given_names"])
            return str(rng.choice(slots["file_paths"])).format(name=person, number=rng.randrange(1, 9999))
        if name in ("test", "no_address"):
            return rng.choice(("", "", "", "internet", "ne znam", "nema", "-", "test" if name == "test" else "?"))
        return ""

    def _contact(self, way: str, number: int) -> Contact | None:
        rng, slots = self._rng, self._texts.slots
        if not way.startswith("mail") and rng.random() > _CONTACT_SHARE:
            return None
        given, family = rng.choice(slots["given_names"]), rng.choice(slots["family_names"])
        network = f"6{rng.choice(addresses.CONTACT_PHONES[1:])}"
        return Contact(
            f"{given} {family}", _mail_name(given, family, number), f"+387 {network} 000-0{rng.randrange(100):02d}"
        )


def _escalations(kind: Kind) -> list[str]:
    named = [name for name, count in kind.escalations.items() for _ in range(count)]
    return named + ["none"] * (kind.count - len(named))


def _weighted(rng: Random, weights: Mapping[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _mail_name(given: str, family: str, number: Any) -> str:
    plain = f"{given}.{family}".lower().translate(str.maketrans("čćžšđ", "cczsd"))
    return f"{plain}{number}@mail.example"
