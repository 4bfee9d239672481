"""Addresses that tell who reported them: which of a case hold a reporter's own contact, and who may have them still.

The reporters of the whole case count, as where texts are masked: one person may have written twice. Everybody but
police gets the form without share tokens; where that holds a contact, they do not get the address. Police get the exact
one only where each reporter it tells of allowed them the contact, else that form if it tells of nobody. A person says
what becomes of the rest: nothing is masked inside an address, half of one leads somewhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from pipeline.bootstrap import url_rules
from triage.own_in_address import telling, tells
from triage.redaction import address_field, allowed_fields
from triage.share_tokens import holds_contact, without_share_tokens

if TYPE_CHECKING:
    from pipeline.desk.caseview import Item
    from pipeline.desk.vaultroom import Vaultroom

_POLICE = "police"
TO_POLICE_ONLY = "this address holds its reporter's own contact: it goes to police only"
TO_NOBODY = "this address holds its reporter's own contact, which police may not have: it goes to nobody"
CUT_FOR_POLICE = "a share token of this address holds its reporter's own contact: it leaves without it, to police too"
_INSTEAD = "if it leads there without the contact too, enter it so with `hotline new`"


def with_telling(
    connection: Connection, vault: Vaultroom, items: Collection[Item], reports: Collection[int]
) -> tuple[Item, ...]:
    """The items, those marked that hold a contact of these reports. Raises KeyProblem without the private key."""
    contacts = tuple(vault.own_keys(connection, reports).values()) if items and reports else ()
    anybody = telling(key for keys, _ in contacts for key in keys)
    unasked = telling(key for keys, allowed in contacts if not allowed for key in keys)
    return tuple(
        replace(
            item, tells=tells(without_share_tokens(item.canonical, url_rules()), anybody, url_rules()),
            tells_police=tells(item.canonical, unasked, url_rules()),
        )
        for item in items
    ) if anybody else tuple(items)  # fmt: skip


def telling_among(
    connection: Connection, vault: Vaultroom, cases: Mapping[int, tuple[Collection[int], Collection[int]]]
) -> frozenset[tuple[int, int]]:
    """Case to its reports and some of its addresses: those of them, with their case, that are told to police only.

    `Item.tells` for many cases in one question. Raises KeyProblem without the private key.
    """
    keys = vault.own_keys(connection, {report for reports, _ in cases.values() for report in reports})
    sought = {case_id: telling(key for report in reports if report in keys for key in keys[report][0])
              for case_id, (reports, _) in cases.items()}  # fmt: skip
    pairs = [(case_id, number) for case_id, (_, numbers) in cases.items() if sought[case_id] for number in numbers]
    places = vault.locators_in(connection, {number for _, number in pairs})
    return frozenset(
        (case_id, number) for case_id, number in pairs
        if tells(without_share_tokens(places[number].canonical, url_rules()), sought[case_id], url_rules())
    )  # fmt: skip


def address_for(item: Item, recipient_kind: str) -> str | None:
    """The form of an address this kind of recipient may have; None: it would tell them who reported it."""
    if address_field(recipient_kind) == "address" and not item.tells_police:
        return item.canonical
    return None if item.tells else without_share_tokens(item.canonical, url_rules())


def stays_here(item: Item, recipient_kind: str) -> bool:
    """Whether this item is not for this kind of recipient, who else gets addresses."""
    return address_field(recipient_kind) in allowed_fields(recipient_kind) and address_for(item, recipient_kind) is None


def is_changed(item: Item, recipient_kind: str) -> bool:
    """Whether this kind of recipient does not get the form of its address that they usually get."""
    return item.tells_police if address_field(recipient_kind) == "address" else item.tells


def noted(address: str | None, recipient_kind: str) -> dict[str, object]:
    """For police, that somebody's mail address or telephone stands in an address: it need not be a suspect's."""
    told = recipient_kind == _POLICE and address is not None and holds_contact(address, url_rules())
    return {"address_holds_contact": True} if told else {}


def left_out(items: Iterable[Item], recipient_kind: str) -> str | None:
    """What to say to a person of the items that stay here, by number; None where all go."""
    said: dict[str, list[str]] = {}
    for item in items:
        if stays_here(item, recipient_kind):
            said.setdefault(remark(item) or "", []).append(f"L{item.locator_id}")
    return "; ".join(f"{', '.join(numbers)}: {why}" for why, numbers in said.items()) or None


def remark(item: Item) -> str | None:
    """What a person is told beside the address, and what they can do."""
    if item.tells:
        return f"{TO_NOBODY if item.tells_police else TO_POLICE_ONLY}; {_INSTEAD}"
    return CUT_FOR_POLICE if item.tells_police else None
