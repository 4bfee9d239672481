"""Invented places content is at, and the many ways people write one and the same.

Hosts end in `.example`, handles and invitations say they are samples, phone numbers are `+387 6x 000-0xx`, which no
operator gives out. Variants change only what does not change the place: scheme, `www.`, case of the host, default
port, tracking parameters, trailing slash, fragment, defanging.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

_CLICKS = (f"fbclid=IwAR0{'Uzorak' * 9}{{n}}", f"gclid=Cj0KCQ{'Uzorak' * 12}{{n}}")
_TRACKING = ("utm_source=chat&utm_medium=share", "utm_campaign=s{n}", *_CLICKS)
"""Query parameters that name no content; click ids have the length and letters of real ones."""
_FRAGMENTS = ("#komentari", "#vrh", "#slike")
_FILE_ENDINGS = ("", "", "", ".html", ".php")
LOCATOR_PHONES, CONTACT_PHONES = (0, 1, 2), (3, 4, 5, 6)
"""Second digit of the network code, so that a caller's number never equals a reported one."""


@dataclass(frozen=True, slots=True)
class Place:
    """One distinct place. `group` is the truth's `case_group`; `kind` is url, handle, invite or phone.

    `parts` are host, path and query of a url, platform and name of a handle, the code of an invitation, the digits of
    a phone number after the country code.
    """

    group: str
    kind: str
    parts: tuple[str, ...]


def new_place(rng: Random, slots: Mapping[str, Any], kind: str, number: int) -> Place:
    """The `number`-th place of the sample; the number makes it distinct."""
    group = f"G{number:04d}"
    if kind == "handle":
        return Place(group, kind, (rng.choice(("Instagram", "TikTok", "Snapchat")), f"primjer.nalog.{number:04d}"))
    if kind == "invite":
        return Place(group, kind, (f"UzorakPoziv{number:05d}",))
    if kind == "phone":
        return Place(group, kind, (f"6{LOCATOR_PHONES[number // 100 % 3]}", f"{number % 100:02d}"))
    if kind == "profile":
        return Place(group, "url", ("profil-mreza.example", f"/primjer.korisnik.{number}", ""))
    host = f"{rng.choice(slots['hosts'])}{rng.choice(('', '', rng.randrange(2, 9)))}.example"
    ending = rng.choice(_FILE_ENDINGS)
    query = f"id={rng.randrange(10, 99)}" if ending == ".php" else ""
    return Place(group, "url", (host, f"/{rng.choice(slots['paths'])}/{number}{rng.choice('abXY')}{ending}", query))


def written(rng: Random, place: Place) -> str:
    """One way of writing the place."""
    match place.kind:
        case "handle":
            platform, name = place.parts
            shape = rng.choice(("{p}: @{n}", "{p} @{n}", "{q}: @{n}", "{q} @{n}"))
            return shape.format(p=platform, q=platform.lower(), n=name)
        case "invite":
            return rng.choice(("https://", "", "http://")) + "t.me/+" + place.parts[0]
        case "phone":
            network, last = place.parts
            return phone(rng, network, last)
        case _:
            return _written_url(rng, *place.parts)


def plain(place: Place) -> str:
    """A url as a program writes it; only for places of kind url."""
    host, path, query = place.parts
    return f"https://{host}{path}" + (f"?{query}" if query else "")


def phone(rng: Random, network: str, last: str) -> str:
    """A fictional Bosnian mobile number in one of the usual notations."""
    shape = rng.choice(("+387 {n} 000-0{t}", "0{n} 000 0{t}", "0{n}/000-0{t}", "+387{n}0000{t}", "00387 {n} 000 0{t}"))
    return shape.format(n=network, t=last)


def _written_url(rng: Random, host: str, path: str, query: str) -> str:
    scheme = rng.choice(("https://", "https://", "https://", "http://", ""))
    if rng.random() < 0.25:
        host = "www." + host
    if rng.random() < 0.1:
        host = rng.choice((host.upper(), host.capitalize()))
    if scheme == "https://" and rng.random() < 0.05:
        host += ":443"
    if not query and "." not in path.rsplit("/", 1)[-1] and rng.random() < 0.2:
        path += "/"
    if rng.random() < 0.25:
        tracking = rng.choice(_TRACKING).format(n=rng.randrange(100, 999))
        query = f"{query}&{tracking}" if query else tracking
    tail = path + (f"?{query}" if query else "") + (rng.choice(_FRAGMENTS) if rng.random() < 0.08 else "")
    return _defanged(rng, scheme, host) + tail if rng.random() < 0.08 else scheme + host + tail


def _defanged(rng: Random, scheme: str, host: str) -> str:
    return scheme.replace("http", "hxxp") + host.replace(".", rng.choice(("[.]", "(dot)", "(.)", "{.}")))
