"""Who is told of an SOS call: one organisation after the other, until one of them acknowledges or a person steps in.

The order comes from the area of the call, the minutes from the protocol; both are data (`data/routes/partners.toml`).
Nothing here knows keys or mail: it is told which organisations can be reached at all.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

MOST_MINUTES = 24 * 60


class Told(StrEnum):
    """How far an alert to one organisation came. Claimed: it was about to go, and nobody knows whether it did.

    Refused: it cannot be told; put off: not just now, and it is tried again.
    """

    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"
    PUT_OFF = "put_off"


NOT_TOLD = frozenset({Told.REFUSED, Told.PUT_OFF})
"""Nothing of the alert left us."""


class Move(StrEnum):
    """What an alert needs now. `person`: nobody in the line is left to be told."""

    SEND = "send"
    WAIT = "wait"
    PERSON = "person"
    OVER = "over"


class EndReason(StrEnum):
    """Why a person ended an alert nobody acknowledged, or that needs no answer any more."""

    CALLED_PARTNER = "called_partner"
    CALLED_POLICE = "called_police"
    FALSE_ALARM = "false_alarm"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Telling:
    """One organisation that was told, or was to be; `due` is when it should have acknowledged."""

    partner: str
    state: Told
    due: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """The next move: with `send` the organisation, with `wait` until when.

    With `person` an organisation too, where one that was put off is tried again beside.
    """

    move: Move
    partner: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """The lines of the SOS network: area to organisations in order, and the minutes each has to acknowledge."""

    lines: Mapping[str, tuple[str, ...]]
    default: tuple[str, ...]
    minutes: Mapping[str, int]
    default_minutes: int
    inside: Mapping[str, str]
    """A place to the canton it lies in, both as they leave."""

    @classmethod
    def of(cls, read: Mapping[str, Any]) -> Self:
        """From the tables of `data/routes`, as `triage/routes_check.py` let them pass.

        The first place of a unit's part is the name of the part itself.
        """
        return cls(
            lines={area: tuple(given["partners"]) for given in read["line"] for area in given["areas"]},
            default=tuple(read["network"]["line"]),
            minutes={given["partner"]: given["minutes"] for given in read.get("minutes", ())},
            default_minutes=read["network"]["minutes"],
            inside={
                f"{unit['prefix']}-{place}": f"{unit['prefix']}-{part['places'][0]}"
                for unit in read["unit"] for part in unit.get("part", ()) for place in part["places"][1:]
            },
        )

    @property
    def partners(self) -> tuple[str, ...]:
        """Every organisation, each once."""
        return _each_once((*self.default, *(one for line in self.lines.values() for one in line)))

    def line(self, areas: Iterable[str]) -> tuple[str, ...]:
        """Who is told, first to last; `areas` from the place to what it lies in, empty where nobody knows."""
        special = [one for area in areas for one in self.lines.get(area, ())]
        return _each_once((*special, *self.default))

    def time_for(self, partner: str) -> timedelta:
        """How long an organisation has to acknowledge."""
        return timedelta(minutes=self.minutes.get(partner, self.default_minutes))


def next_step(
    line: Sequence[str], usable: Container[str], told: Sequence[Telling], now: datetime, *,
    over: bool = False, tried: Container[str] = (),
) -> Step:  # fmt: skip
    """What an alert needs `now`. `usable` are those that can be told at all; who was refused is passed over.

    What is in doubt counts as told: its time runs, and then the next in line is told. Who was put off is tried again
    until its time is over, and again after the last in line; `tried` are those it
    was tried with a moment ago.
    """
    if over:
        return Step(Move.OVER)
    running = max((one.due for one in told if one.state not in NOT_TOLD), default=None)
    if running is not None and now < running:
        return Step(Move.WAIT, until=running)
    put_off = {one.partner: one.due for one in told if one.state is Told.PUT_OFF and one.partner in usable}
    for partner, due in put_off.items():
        if now < due:
            return Step(Move.WAIT, until=due) if partner in tried else Step(Move.SEND, partner)
    before = {one.partner for one in told}
    following = next((one for one in line if one not in before and one in usable), None)
    if following is not None:
        return Step(Move.SEND, following)
    return Step(Move.PERSON, next((one for one in put_off if one not in tried), ""))


def _each_once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
