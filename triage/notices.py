"""Notices to hosts: which place a letter is about, when it may go, and when it is repeated. Codes and times only.

One letter goes to one abuse contact and names every address that waits for it. The rules are data
(`data/notices/protocol.toml`, handed in as text); local times are in the zone the caller gives.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self

from triage.errors import BadConfiguration
from triage.suffixes import registrable_domain

MOST_DAYS_BLOCKED = 366
"""A protocol under which nothing goes for a year is a mistake in the data."""
LANGUAGES = ("en", "bs", "hr", "sr-Latn", "sr-Cyrl")
"""The languages of letters to hosts."""
SOURCES = ("whois", "rdap", "website", "agreement", "told_us")
"""How a person knows an abuse contact; a closed list, so that it can be judged."""
_WEB = ("http", "https")


class HostSaid(StrEnum):
    """What a host answered, or what we saw."""

    REMOVED = "removed"
    REFUSED = "refused"


class Standing(StrEnum):
    """Where one address stands with one contact."""

    READY = "ready"
    HELD = "held"
    """For police (`triage/lea_hold.py`)."""
    NO_CONTACT = "no_contact"
    NO_HOST = "no_host"
    """It names no host that could be written to: an onion service, a telephone."""
    TELLS = "tells"
    """Its address holds a contact of one of its reporters."""
    NOT_ASSESSED = "not_assessed"
    """Nobody assessed this address as unlawful."""
    NOT_VIEWED = "not_viewed"
    """Somebody assessed it without viewing what is there: nobody is asked to remove what no person looked at."""
    DECIDE_AGAIN = "decide_again"
    """The case was joined with another one since it was decided."""
    NO_OFFENCE = "no_offence"
    """Police said so since it was decided: a person decides again whether the host is told."""
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    """It was about to be sent when something broke: perhaps it arrived. Goes again only where a person says so."""
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class NoticeProtocol:
    """When letters go. `weekdays` counts Monday as 0; `opens` and `closes` are local times of day."""

    weekdays: frozenset[int]
    opens: time
    closes: time
    blocked_days: frozenset[date]
    gather: timedelta
    gather_items: int
    apart: timedelta
    most_items: int
    reminder_days: tuple[int, ...]
    look_up_days: int

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read the file. Raises BadConfiguration if something is missing or makes no sense."""
        try:
            said = tomllib.loads(text)
            sending, limits = said["sending"], said["threshold"]
            read = cls(
                frozenset(map(int, sending["weekdays"])), sending["opens"], sending["closes"],
                frozenset(sending["blocked_days"]), timedelta(minutes=int(limits["gather_minutes"])),
                int(limits["gather_items"]), timedelta(hours=int(limits["apart_hours"])), int(limits["most_items"]),
                tuple(map(int, said["reminder"]["after_days"])), int(said["contact"]["look_up_days"]),
            )  # fmt: skip
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
            raise BadConfiguration(
                "data/notices/protocol.toml cannot be read: compare it with the one delivered"
            ) from None
        _check(read)
        return read


def host_of(address: str) -> str | None:
    """The host of a canonical web address, without port and brackets; None for an onion service or anything else."""
    scheme, mark, rest = address.partition("://")
    if not mark or scheme.lower() not in _WEB:
        return None
    place = rest.replace("\\", "/").partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2].lower()
    host = place.partition("]")[0].lstrip("[") if place.startswith("[") else place.partition(":")[0]
    host = host.rstrip(".")
    return None if not host or host.endswith(".onion") else host


def names_of(host: str) -> tuple[str, ...]:
    """The names a contact of this host may be registered under: itself, then each domain above, the owner's last."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return (host,)
    owner = registrable_domain(host) or host
    names = [host]
    while names[-1] != owner and "." in names[-1]:
        names.append(names[-1].partition(".")[2])
    return tuple(names)


def next_moment(now: datetime, protocol: NoticeProtocol, zone: tzinfo, holidays: Collection[date]) -> datetime:
    """`now` where a letter may go, else the next moment in UTC when one may. Raises BadConfiguration if none."""
    for opens, closes in _windows(now.astimezone(zone).date(), protocol, zone, holidays):
        if now < closes:
            return max(now, opens)
    raise BadConfiguration("data/notices/protocol.toml: no letter could go for a year")


def gathered_at(decided: Collection[datetime], last_letter: datetime | None, protocol: NoticeProtocol) -> datetime:
    """When the addresses that wait for a contact may go in one letter by the thresholds; `decided` is not empty."""
    enough = len(decided) >= protocol.gather_items
    ready = min(decided) if enough else min(decided) + protocol.gather
    return ready if last_letter is None else max(ready, last_letter + protocol.apart)


def reminder_due(last_letter: datetime, letters: int, protocol: NoticeProtocol) -> datetime | None:
    """When the next letter about an address is due after `letters` (1 or more) of them; None: a person decides."""
    if letters > len(protocol.reminder_days):
        return None
    return last_letter + timedelta(days=protocol.reminder_days[letters - 1])


def is_old(looked_up: datetime, protocol: NoticeProtocol, now: datetime) -> bool:
    """Whether a contact was looked up so long ago that a person looks again."""
    return now - looked_up > timedelta(days=protocol.look_up_days)


def _windows(
    day: date, protocol: NoticeProtocol, zone: tzinfo, holidays: Collection[date]
) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing in UTC of every day on which letters go, from `day` on."""
    for number in range(MOST_DAYS_BLOCKED):
        one = day + timedelta(days=number)
        if one.weekday() in protocol.weekdays and one not in holidays and one not in protocol.blocked_days:
            opens = datetime.combine(one, protocol.opens, zone).astimezone(UTC)
            yield opens, datetime.combine(one, protocol.closes, zone).astimezone(UTC)


def _check(read: NoticeProtocol) -> None:
    if not isinstance(read.opens, time) or not isinstance(read.closes, time) or read.opens >= read.closes:
        raise BadConfiguration("data/notices/protocol.toml: sending must open before it closes")
    if not read.weekdays or not read.weekdays <= frozenset(range(7)):
        raise BadConfiguration("data/notices/protocol.toml: weekdays are numbers from 0 (Monday) to 6, at least one")
    if min(read.gather, read.apart) < timedelta() or min(read.gather_items, read.most_items, read.look_up_days) < 1:
        raise BadConfiguration("data/notices/protocol.toml: thresholds are times of 0 or more and numbers of 1 or more")
    if any(days < 1 for days in read.reminder_days) or not all(isinstance(one, date) for one in read.blocked_days):
        raise BadConfiguration("data/notices/protocol.toml: reminders come days later, blocked days are dates")
