"""Content INHOPE assigned to our country, fetched from ICCAM's work lists as a file the channel `iccam` takes in.

The file is the document `{"contents": […]}` of `pipeline/channels/iccam.py`, named `*.iccam.json`. Each item keeps two
clocks apart: `countryAssignmentDate`, by which it waits here, and `hotlineReceivedDate`, when the public reported it
abroad. Only named fields are taken over; what ICCAM may send besides stays there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from exporters import plain_json
from pipeline.delivery.iccam.calls import MAX_RESULTS, NO_REFERENCE, UNASSESSED, Calls, Listed
from pipeline.delivery.iccam.line import Refused
from triage.errors import ServiceFailed

SUFFIX = ".iccam.json"
TAKEN_LISTS = (NO_REFERENCE, UNASSESSED)
"""Assigned to us and without a reference of ours, and assigned to us and not assessed yet."""
_FIELDS = ("contentId", "reportId", "countryAssignmentDate", "assignedCountryCode", "referrerUrl", "memo")
_URL_FIELDS = ("urlString", "isSourceUrl", "hostingCountryCode")
_ASSESSMENT_FIELDS = (
    "classification", "ageCategorization", "genderCategorization", "virtualContentCategorization",
    "userGeneratedContentCategorization", "childModelingCategorization",
)  # fmt: skip
_ACTION_FIELDS = ("actionType", "actionDate", "reasonId")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What was fetched: the file's bytes (empty if there is nothing new), ICCAM's ids in it, where to go on next time.

    `since` is the newest assignment date seen, as ICCAM wrote it. `unreadable` are ids ICCAM lists but does not show.
    `crowded` is set where more items share one date than ICCAM gives at once: only assessing those lets the rest
    through.
    """

    document: bytes = field(repr=False)
    content_ids: tuple[int, ...]
    since: str | None
    unreadable: tuple[int, ...] = ()
    crowded: bool = False


def pull(calls: Calls, home_country: str, since: str | None = None, known: Collection[int] = frozenset()) -> Pulled:
    """Fetch what is assigned to `home_country` since a date (ICCAM's own writing; None for all) and not `known` here.

    `known` holds content ids taken in before. Raises ServiceFailed, and then nothing was taken.
    """
    fetch = _Fetch(calls, home_country, set(known))
    for name in TAKEN_LISTS:
        fetch.all_of(name, since)
    document = plain_json.write({"contents": fetch.contents}) if fetch.contents else b""
    newest = max([date for date in (since, *fetch.dates) if date is not None], default=None)
    return Pulled(document, tuple(fetch.ids), newest, tuple(fetch.unreadable), fetch.crowded)


class _Fetch:
    """Gathers items over several lists and pages."""

    def __init__(self, calls: Calls, home_country: str, seen: set[int]) -> None:
        self.calls, self.home_country, self.seen = calls, home_country, seen
        self.contents: list[dict[str, object]] = []
        self.ids: list[int] = []
        self.dates: list[str] = []
        self.unreadable: list[int] = []
        self.crowded = False
        self._received: dict[int, str | None] = {}

    def all_of(self, name: str, since: str | None) -> None:
        """Every page of one list: a full page is followed by one from its last date on."""
        while True:
            page = self.calls.work_list(name, since)
            dates = [date for one in page if (date := self._take(one) or one.assigned_at)]
            if len(page) < MAX_RESULTS:
                return
            last = max(dates, default=None) or self.calls.content(page[-1].content_id).assigned_at
            if last is None or last == since:
                self.crowded = True
                return
            since = last

    def _take(self, one: Listed) -> str | None:
        """Fetch one item unless it is known; answers its assignment date if it was fetched."""
        content_id = one.content_id
        if content_id in self.seen:
            return None
        self.seen.add(content_id)
        try:
            said = self.calls.content_body(content_id)
            received = self._received_of(one.report_id)
        except Refused:
            self.unreadable.append(content_id)
            return None
        date = said.get("countryAssignmentDate")
        if said.get("assignedCountryCode") == self.home_country:
            self.contents.append(_taken(said) | ({"hotlineReceivedDate": received} if received else {}))
            self.ids.append(content_id)
            if isinstance(date, str):
                self.dates.append(date)
        return date if isinstance(date, str) else None

    def _received_of(self, report_id: int) -> str | None:
        if report_id not in self._received:
            self._received[report_id] = self.calls.report(report_id).hotline_received
        return self._received[report_id]


def _taken(said: Mapping[str, object]) -> dict[str, object]:
    url = said.get("url")
    if not isinstance(url, dict) or not isinstance(url.get("urlString"), str):
        raise ServiceFailed("ICCAM gave content without an address: run this again later; if it stays, tell INHOPE")
    return {name: said[name] for name in _FIELDS if name in said} | {
        "url": {name: url[name] for name in _URL_FIELDS if name in url},
        "assessments": _each(said.get("assessments"), _ASSESSMENT_FIELDS),
        "actions": _each(said.get("actions"), _ACTION_FIELDS),
    }


def _each(values: object, names: tuple[str, ...]) -> list[dict[str, object]]:
    given = values if isinstance(values, list) else []
    return [{name: one[name] for name in names if name in one} for one in given if isinstance(one, dict)]
