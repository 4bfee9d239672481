"""What leaves for police is what a second person released: nothing assessed, joined or reported to the case since.

Of addresses that later batches brought nobody looked whether one is the reporter's own. What came first is told by the
order of the audit chain; a report that only names what was there before brings none, and what was joined in is told by
the joining.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, select

from pipeline.desk.links import links_of_each
from pipeline.desk.records import StoredDisposition
from pipeline.desk.told_in_moves import NEVER
from pipeline.desk.told_reports import places
from pipeline.store.schema import audit
from triage.assessment import Assessment
from triage.disposition import Kind, needs_release
from triage.errors import RuleBroken

_RELEASED = "case_released"
Way = tuple[int, str]
"""A case and the agency its package is for."""


def waits_for_release(one: StoredDisposition, late: Mapping[Way, int]) -> bool:
    """Whether a second person must let it go, or again since the case got addresses (`late`: `addresses_since`)."""
    way = one.made.case_no, str(one.made.recipient)
    return needs_release(one.made.kind) and one.package_id is None and (one.released_at is None or way in late)


def ways_of(case_id: int, dispositions: Iterable[StoredDisposition]) -> set[Way]:
    """Where police packages of a case somebody released go."""
    released = (one for one in dispositions if needs_release(one.made.kind) and one.released_at is not None)
    return {(case_id, str(one.made.recipient)) for one in released}


def addresses_since(connection: Connection, wanted: Collection[Way]) -> dict[Way, int]:
    """How many addresses the case got after its last release for that agency; where there are none it is left out.

    A batch that is being committed is later than every release.
    """
    released = _last_releases(connection, wanted) if wanted else {}
    if not released:
        return {}
    links = links_of_each(connection, {case_id for case_id, _ in released})
    known = places(connection, {int(one) for each in links.values() for one in each[:, 0].tolist()})
    came: dict[int, dict[int, int]] = {}
    for case_id, each in links.items():
        first = came.setdefault(case_id, {})
        for report_id, locator, _ in each.tolist():
            if locator:
                first[locator] = min(known.get(report_id, NEVER), first.get(locator, NEVER))
    late = {way: sum(place > seq for place in came.get(way[0], {}).values()) for way, seq in released.items()}
    return {way: count for way, count in late.items() if count}


def released_since_assessed(
    by: Iterable[StoredDisposition], assessments: Iterable[Assessment]
) -> tuple[StoredDisposition, ...]:  # fmt: skip
    """Those of a case that a second person released as it is assessed now. Raises RuleBroken if there are none."""
    said = tuple(assessments)
    released = [(one, one.released_at) for one in by if one.released_at is not None]
    if not released:
        raise RuleBroken("this case waits for its release by a second person: run `hotline release`")
    stand = tuple(
        one for one, at in released if not any(each.at > at for each in said if each.case_no == one.made.case_no)
    )
    if not stand:
        raise RuleBroken("this case was assessed again after its release: decide it anew and have it released")
    return stand


def check_joined_before(by: Iterable[StoredDisposition], joined_at: int | None) -> None:
    """Raises RuleBroken if every release is older than the case's last joining (seconds): nobody let the rest go."""
    released = [one.released_at.timestamp() for one in by if one.released_at is not None]
    if joined_at is not None and released and max(released) < joined_at:
        raise RuleBroken("this case was joined with another one after its release: decide and release it again")


def check_released_last(case_id: int, by: Iterable[StoredDisposition], late: Mapping[Way, int]) -> None:
    """Raises RuleBroken where the case got addresses since the last release (`late`: `addresses_since`)."""
    mine = [one for one in by if one.made.kind is Kind.POLICE]
    count = max((late.get((case_id, str(one.made.recipient)), 0) for one in mine), default=0)
    if count:
        what = "1 address" if count == 1 else f"{count} addresses"
        waits = any(one.package_id is None for one in mine)
        then = f"run `hotline release C{case_id}`" if waits else "decide and release it again"
        raise RuleBroken(f"this case got {what} since its release, so it must be released anew: {then}")


def _last_releases(connection: Connection, wanted: Collection[Way]) -> dict[Way, int]:
    """Where the last release of each stands in the chain; one that names no agency was for all of them."""
    found: dict[Way, int] = {}
    query = select(audit.c.seq, audit.c.subject, audit.c.details).where(audit.c.event == _RELEASED)
    agencies: dict[str, set[str]] = {}
    for case_id, recipient in wanted:
        agencies.setdefault(f"C{case_id}", set()).add(recipient)
    for row in connection.execute(query.order_by(audit.c.seq)):
        mine = agencies.get(row.subject, set())
        for recipient in mine & set(json.loads(row.details).get("recipients", mine)):
            found[int(row.subject.removeprefix("C")), recipient] = row.seq
    return found
