"""Which addresses a police package lets out, so that who releases it sees them before: the form the agency gets.

What a reporter wrote may hold an address that is nobody's suspect; after the release nobody looks at it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from pipeline.desk.caseview import CaseFacts, case_facts_in
from pipeline.desk.records import dispositions_of_each
from pipeline.desk.shared_reports import named_elsewhere
from pipeline.desk.since_release import Way, addresses_since, waits_for_release, ways_of
from pipeline.desk.telling import address_for, left_out
from pipeline.desk.vaultroom import Vaultroom
from triage.redaction import address_field, allowed_fields
from triage.routing import Routes


@dataclass(frozen=True, slots=True)
class GoingOut:
    """What one package of a case would hold for one agency: addresses in clear, by number, never shown but defanged.

    `staying`: what to say of addresses that stay here; `digests_only`: the agency gets digests of files, no address.
    """

    case_id: int
    recipient: str
    addresses: tuple[tuple[int, str], ...]
    staying: str | None
    digests_only: bool
    elsewhere: tuple[tuple[int, int], ...] = ()
    """Other cases its reports name addresses in, with how many: this package holds none of them."""
    area_police: str = ""
    """The agency of the case's area where the case goes to others alone, else "": who releases it should know."""


def going_out(connection: Connection, vault: Vaultroom, routing: Routes, cases: Iterable[int]) -> list[GoingOut]:
    """For every package of these cases that waits for its release. Raises KeyProblem without the private key."""
    made = dispositions_of_each(connection, wanted := list(cases))
    late = addresses_since(connection, {way for case_id, each in made.items() for way in ways_of(case_id, each)})
    return [
        one for case_id in wanted
        for one in _of(connection, case_facts_in(connection, case_id, vault, routing), routing, late)
    ]  # fmt: skip


def _of(connection: Connection, case: CaseFacts, routing: Routes, late: Mapping[Way, int]) -> list[GoingOut]:
    waiting = [one.made for one in case.dispositions if waits_for_release(one, late)]
    elsewhere = tuple(named_elsewhere(connection, (case.case_id,), case.report_ids).items()) if waiting else ()
    police = routing.police_of(case.area or "") or ""
    area_police = "" if police in {one.made.recipient for one in case.dispositions} else police
    return [
        replace(_for(case, code, routing.recipients[code].redacted_as, elsewhere), area_police=area_police)
        for code in dict.fromkeys(str(made.recipient) for made in waiting) if code in routing.recipients
    ]  # fmt: skip


def _for(case: CaseFacts, code: str, kind: str, elsewhere: tuple[tuple[int, int], ...]) -> GoingOut:
    if address_field(kind) not in allowed_fields(kind):
        return GoingOut(case.case_id, code, (), None, digests_only=True)
    first = sorted(case.locators, key=lambda item: (item.locator_id != case.primary_locator, item.locator_id))
    forms = ((item.locator_id, address_for(item, kind)) for item in first)
    addresses = tuple((number, form) for number, form in forms if form is not None)
    return GoingOut(case.case_id, code, addresses, left_out(case.locators, kind), False, elsewhere)
