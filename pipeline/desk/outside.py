"""One case as one kind of recipient may see it: codes, counts, times and addresses, through the redaction table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from exporters.iccam_items import SENDABLE_KINDS
from exporters.package import ASKED, CaseView, ItemView, file_facts, item_facts, view_case
from exporters.withheld import NOT_RELEASED, Withheld
from pipeline.channels.registry import all_channels
from pipeline.desk.caseview import CaseFacts, Item
from pipeline.desk.records import StoredDisposition
from pipeline.desk.telling import address_for, is_changed, noted, stays_here
from pipeline.routes import routes
from triage.assessment import in_force, word_on
from triage.disposition import Disposition, Kind, check, check_still_fits
from triage.errors import RuleBroken
from triage.grouping import NewFact
from triage.redaction import address_field, allowed_fields, listed, sees_only_digests
from triage.report import Fact
from triage.urgent_call import CHILD_AT_RISK, CallReason
from triage.verdict import Escalation

SPOKEN_CHANNELS = frozenset({"phone", "walk_in"})
"""Channels without files: reports taken in by a person with `hotline new`."""
_HELPED = frozenset({Kind.HELPLINE, Kind.PREVENTION})
_NOTED = _HELPED | {Kind.POLICE, Kind.ICCAM, Kind.NOTICE}
"""What goes as a package or a letter of ours; what people carry out by hand nobody notes."""
_ASKED = {Kind.ICCAM: "assess_and_act"} | dict.fromkeys(_HELPED, "offer_help")


def outside_view(
    case: CaseFacts, reference: str, recipient_kind: str, recipient: str = "",
    beside: Mapping[str, object] = MappingProxyType({}),
) -> CaseView:  # fmt: skip
    """The case redacted for a kind of recipient (a column of triage.redaction); the reference is its only name.

    `recipient`: its code, so that it is not told of what it got itself. No text is in it: `exported_texts` adds them.
    `beside`: more raw facts, for a helpline (`referred.py`).
    An address that tells who reported it stays out, or has another form for police (`telling.py`); the list of what was
    taken out says so.
    """
    counted = in_force(case.assessments)
    of_item = {said.locator_no: said for said in counted}
    field = address_field(recipient_kind)
    places = (
        item_facts(
            address_for(item, recipient_kind) or "", item.kind, word_on(of_item, item.locator_id),
            is_source=item.locator_id == case.primary_locator, address_field=field,
        ) | _assigned(case, item, recipient_kind) | noted(address_for(item, recipient_kind), recipient_kind)
        for item in _going(case, recipient_kind)
    )  # fmt: skip
    files = (file_facts(digests, word_on(of_item, None)) for digests in case.files)
    items = (*places, *_some(files, recipient_kind))
    view = view_case(reference, {**_facts(case, recipient_kind, recipient), **beside}, items, recipient_kind)
    withheld = (Withheld(NOT_RELEASED, case.with_text),) if case.with_text else ()
    if any(is_changed(item, recipient_kind) for item in case.locators):
        view = replace(view, removed=listed((*view.removed, field)))
    return replace(view, withheld=withheld, kept_back=sum(stays_here(item, recipient_kind) for item in case.locators))


def marked_new(case: CaseFacts, view: CaseView, late: Collection[int], *, moved: bool) -> tuple[ItemView, ...]:
    """The items of a case's view for police; addresses that only `late` reports name are marked new, the others not.

    With `moved` (something came to the case from another one) nothing is said of the others. Files are not marked.
    """
    places = iter(_going(case, "police"))
    return tuple(
        replace(one, facts={**one.facts, **_mark(next(places), late, moved=moved)}) if "address" in one.facts else one
        for one in view.items
    )


def _mark(item: Item, late: Collection[int], *, moved: bool) -> dict[str, object]:
    if item.reports and set(item.reports) <= set(late):
        return {"is_new": True}
    return {} if moved else {"is_new": False}


def _going(case: CaseFacts, recipient_kind: str) -> list[Item]:
    """The case's places in the order of its view, without those that stay here."""
    places = sorted(case.locators, key=lambda item: (item.locator_id != case.primary_locator, item.locator_id))
    return [item for item in places if not stays_here(item, recipient_kind)]


def _assigned(case: CaseFacts, item: Item, recipient_kind: str) -> dict[str, object]:
    """For ICCAM, its own numbers of this place, however its share tokens differ, where INHOPE assigned it to us."""
    if recipient_kind != "iccam" or not case.contents:
        return {}
    place = address_for(item, recipient_kind)
    same = {one.locator_id for one in case.locators if address_for(one, recipient_kind) == place}
    numbers = tuple(content for locator, content in case.contents if locator in same)
    return {"assigned_content": numbers} if numbers else {}


def _told(case: CaseFacts, recipient: str) -> dict[str, tuple[str, ...]]:
    """Who else has this case, and who gets it: police agencies by their code, others by what for (`_named`).

    What is decided is told before it went: packages made one after the other would else name only those before them.
    So is what was only prepared: of a file for ICCAM we know that it went once ICCAM took it.
    """
    sent = {str(one.made.recipient): _named(one.made) for one in case.dispositions if _went(one, case)}
    known = _now_known(sent | dict(zip(case.called, case.called, strict=True)), case.told)
    others = {name: (case.told or {}).get(code, True) for code, name in known.items() if code != recipient}
    going = [one.made for one in case.dispositions if not _went(one, case) and _goes(one, case)]
    whole = {name for name, of_all in others.items() if of_all}
    return {
        "also_sent_to": tuple(sorted(whole)),
        "also_sent_part_to": tuple(sorted(others.keys() - whole)),
        "also_released_to": tuple(sorted({_named(one) for one in going} - whole - {recipient})),
    }


def _now_known(sent: Mapping[str, str], told: Mapping[str, bool] | None) -> Mapping[str, str]:
    """Of a case something came to or left the police agencies that heard of what it holds now: what they were sent may
    have left it since, or have lain in another case then."""
    if told is None:
        return sent
    police = {code for code, one in routes().recipients.items() if one.kind is Kind.POLICE}
    others = {code: name for code, name in sent.items() if code not in police}
    return others | {code: code for code in police & told.keys()}


def _named(made: Disposition) -> str:
    """A police agency by its code. Others by what for, as what is first in the routes for that; a further one of the
    kind, as the regulator beside hosts, is somebody else and has its own code."""
    if made.kind is Kind.POLICE:
        return str(made.recipient)
    alike = [one.code for one in routes().recipients.values() if one.kind is made.kind]
    return str(made.recipient) if made.recipient in alike[1:] else str(made.kind)


def _went(one: StoredDisposition, case: CaseFacts) -> bool:
    """Whether a package or letter took it; for ICCAM, which answers what it is sent, whether ICCAM took that."""
    return one.package_id is not None and (one.made.kind is not Kind.ICCAM or case.at_iccam)


def _goes(one: StoredDisposition, case: CaseFacts) -> bool:
    """Whether something of the case will leave by this decision as it is assessed now, so that we note when it does.

    For police a second person released it, nobody assessed the case since, and there is something they get.
    """
    kind, at = one.made.kind, one.released_at
    if kind not in _NOTED or case.new_facts & NewFact.JOINED or not _still_fits(one, case):
        return False
    if kind is Kind.POLICE:
        assessed_since = at is None or any(said.at > at for said in case.assessments)
        return not assessed_since and holds_for(str(one.made.recipient), with_files=bool(case.files))
    if kind is Kind.ICCAM and not any(item.kind in SENDABLE_KINDS for item in case.locators):
        return False
    try:
        check(one.made, case.assessments)
    except RuleBroken:
        return False
    return True


def _still_fits(one: StoredDisposition, case: CaseFacts) -> bool:
    try:
        check_still_fits(one.made, case.assessments)
    except RuleBroken:
        return False
    return True


def _referred_for(case: CaseFacts, recipient_kind: str, recipient: str) -> tuple[str, ...] | None:
    """Why people send it to this helpline or police agency: what waits to go, of police what was released, or, of what
    is sent again, all they said."""
    kinds = _HELPED | ({Kind.POLICE} if recipient_kind == "police" else set())
    mine = [
        one for one in case.dispositions if one.made.kind in kinds and one.made.recipient == recipient
        and (one.made.kind is not Kind.POLICE or one.released_at is not None)
    ]  # fmt: skip
    waiting = [one for one in mine if one.package_id is None] or mine
    return tuple(dict.fromkeys(one.made.reason for one in waiting)) or None


def holds_for(recipient: str, *, with_files: bool) -> bool:
    """Whether a case holds anything for this recipient: who only compares digests gets none of a case without files."""
    known = routes().recipients.get(recipient)
    return with_files or known is None or not sees_only_digests(known.redacted_as)


def _some(files: Iterable[Mapping[str, object]], recipient_kind: str) -> list[Mapping[str, object]]:
    """Files are items only for those who may see digests: to others a file without them says nothing."""
    return list(files) if "digests" in allowed_fields(recipient_kind) else []


def asked_for(kind: Kind, cases: Collection[CaseFacts], stated: Collection[CallReason] = ()) -> str:
    """What a package asks its recipient to do; police see to a child in danger first, also where a person alone
    `stated` in a call that one is."""
    if kind is not Kind.POLICE:
        return _ASKED.get(kind, ASKED[-1])
    found = any(case.escalate > Escalation.NONE for case in cases)
    at_risk = found or not CHILD_AT_RISK.isdisjoint(stated)
    return "safeguard_child" if at_risk else "investigate"


def known_channel(name: str) -> bool:
    """Whether a channel's name is ours: what a file says in a column of that name may be any words."""
    return name in SPOKEN_CHANNELS or any(name == channel.name for channel in all_channels())


def _facts(case: CaseFacts, recipient_kind: str, recipient: str) -> dict[str, object]:
    """ICCAM is told when the public reported here, never when INHOPE assigned something to us."""
    flags = case.report_flags
    return {
        "label": str(case.label),
        "escalate": str(case.escalate),
        "reason_codes": case.reason_codes,
        "category": _only(case.categories),
        "channel": _only([name if known_channel(name) else None for name in case.channels]),
        "area": case.area or None,
        "areas": case.areas if len(case.areas) > 1 else None,
        "reports": case.reports,
        "attachments": case.attachments or None,
        "first_received": case.first_reported_here if recipient_kind == "iccam" else case.first_received,
        "last_received": case.last_received,
        "received_assumed": Fact.TIME_ASSUMED in flags,
        "reporter_group": _only(sorted(case.reporter_groups)),
        "concerns_own_child": True if Fact.OWN_CHILD in flags else None,
        "reporter_can_be_asked": True if case.allow_police else None,
        **_told(case, recipient),
        "referred_for": _referred_for(case, recipient_kind, recipient),
        # Named in the list of what was taken out, so that the recipient knows there is a text to ask for.
        "description": True if case.with_text else None,
    }


def _only(values: Sequence[str | None]) -> str | None:
    """The one value all reports share; None where they differ."""
    return values[0] if len(values) == 1 else None
