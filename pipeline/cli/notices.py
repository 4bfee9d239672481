"""`hotline notices`: letters to hosts about unlawful content, police first, reminders and what hosts did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option
from pipeline.cli.notice_contacts import contacts
from pipeline.cli.notice_holds import grant, hold, override, release_hold
from triage.notices import HostSaid, Standing

if TYPE_CHECKING:
    from pipeline.desk.notice_contacts import Contact
    from pipeline.desk.notice_sending import Draft, Which
    from pipeline.desk.notices import Desk, Place
    from triage.lea_hold import Hold

_TRY_AGAIN = 3
_again = click.option("--again", is_flag=True, help="The letter of which nobody knows whether it arrived.")
_reminder = click.option("--reminder", is_flag=True, help="The reminder that is due.")
_WHY = {
    Standing.READY: "to be sent", Standing.HELD: "held for police", Standing.NO_CONTACT: "no contact for its host",
    Standing.NO_HOST: "names no host that could be written to", Standing.NOT_ASSESSED: "nobody assessed it as unlawful",
    Standing.NOT_VIEWED: "nobody viewed it: assess again with --viewed content",
    Standing.TELLS: "holds its reporter's own contact: it goes to no host",
    Standing.DECIDE_AGAIN: "joined with another case or assessed otherwise since: assess and dispose it again",
    Standing.NO_OFFENCE: "police saw no offence since: dispose it again if the host shall still be told",
    Standing.SENT: "sent, no answer yet", Standing.IN_DOUBT: "perhaps sent: something broke (--again sends once more)",
    Standing.ANSWERED: "answered",
}  # fmt: skip
_DOUBT_HELD = "perhaps sent: something broke (--again only once police let it go)"


@click.group()
@workspace_option
def notices() -> None:
    """Tell hosts of unlawful content: one letter per abuse contact, once police let it go.

    \b
    Example:
      hotline dispose C12 notice host --reason hosted_here
      hotline notices list
      hotline notices show H3
    """


notices.add_command(contacts)
for _command in (hold, release_hold, override, grant):
    notices.add_command(_command)


@notices.command("list")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_(workspace: str | None, as_json: bool) -> None:
    """List what each contact is to be told of, when its letter may go, and what waits for police and until when.

    \b
    Example:
      hotline notices list
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.notice_holds import case_counts, cases_left
    from pipeline.desk import notices as desk_of
    from pipeline.desk.notices_today import notices_today
    from pipeline.desk.people import allowed
    from pipeline.desk.vaultroom import Vaultroom
    from pipeline.store.engine import reading
    from triage.people import Act, may

    app, now = App.at(workspace), datetime.now(UTC)
    by = allowed(app, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        desk = desk_of.looked_at(app, connection, now)
        waiting = notices_today(connection, now, Vaultroom(app))
    counted = case_counts(waiting)
    if as_json:
        places = [_place_values(one) for one in desk.places]
        screens.show_json(app, {"cases": counted, **cases_left(waiting), "addresses": places,
                                "contacts": _contact_values(desk, now)})  # fmt: skip
    else:
        named = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counted.items() if count)
        head = [f"Cases: {named}", ""] if named else []
        screens.show(app, head + _listed(desk, now, may_send=may(by, Act.DISPOSE)) or ["No notice waits."])


@notices.command()
@workspace_option
@click.argument("contact", metavar="CONTACT")
@_reminder
@_again
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def show(workspace: str | None, contact: str, reminder: bool, again: bool, as_json: bool) -> None:
    """Show the next letter to a contact as it will go: subject, text, which addresses. It is written down.

    \b
    Example:
      hotline notices show H3
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import notice_sending
    from pipeline.desk.notice_contacts import contact_number
    from pipeline.desk.people import acting

    app, now = App.at(workspace), datetime.now(UTC)
    which = _which(reminder, again)
    draft = notice_sending.show(app, acting(app), contact_number(contact), which, now)
    if as_json:
        screens.show_json(app, _draft_values(draft))
    else:
        screens.show(app, _draft_lines(draft, now))


@notices.command()
@workspace_option
@click.argument("contact", metavar="CONTACT")
@_reminder
@_again
@click.option("--checked", is_flag=True, help="You looked just now: it is there, and the host is still this contact's.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def send(workspace: str | None, contact: str, reminder: bool, again: bool, checked: bool, as_json: bool) -> int:
    """Send the letter to a contact that somebody was shown as it is now, by the mail server or into `outbox`.

    With the setting notices_recheck = "dns" every host is looked up again and must answer where it did; else a person
    says --checked. Exit code 3 if it could not be sent, or nobody knows whether it was.

    \b
    Example:
      hotline notices send H3 --checked
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import notice_sending
    from pipeline.desk.notice_contacts import contact_number
    from pipeline.desk.people import acting

    app, now = App.at(workspace), datetime.now(UTC)
    order = notice_sending.Order(_which(reminder, again), checked)
    done = notice_sending.send(app, acting(app), contact_number(contact), order, now)
    if as_json:
        screens.show_json(app, {"notice": done.notice_id, "result": done.result, "addresses": done.places})
    else:
        from pipeline.cli.plain_words import counted

        screens.show(app, [f"{done.result.replace('_', ' ')}: {counted(done.places, 'address')}"])
    return 0 if done.result == "sent" else _TRY_AGAIN


@notices.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def reminders(workspace: str | None, as_json: bool) -> None:
    """List addresses a host was told of and has not answered: when the next letter is due, and which to take up again.

    \b
    Example:
      hotline notices reminders
      hotline notices show H3 --reminder
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.notice_holds import hold_words
    from pipeline.desk import notices as desk_of
    from pipeline.desk.people import allowed
    from pipeline.desk.times import local
    from pipeline.store.engine import reading
    from triage.people import Act

    app, now = App.at(workspace), datetime.now(UTC)
    allowed(app, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        desk = desk_of.looked_at(app, connection, now)
    waiting = [one for one in desk.places if one.standing is Standing.SENT]
    due = {id(one): desk_of.reminder_at(one) for one in waiting}
    if as_json:
        screens.show_json(app, {"reminders": [
            _place_values(one) | {"due": at.isoformat() if (at := due[id(one)]) else None} for one in waiting
        ]})  # fmt: skip
        return
    rows = [
        (f"H{one.contact_id}", f"C{one.case_id}", f"L{one.locator_id}", local(one.letters[-1].made_at, now),
         _next_words(due[id(one)], one.holds, now))
        for one in waiting
    ]  # fmt: skip
    heading = ("contact", "case", "item", "last letter", "next")
    held = {one.case_id: one.holds for one in waiting if one.holds}
    why = [f"C{case_id} is held: {words}" for case_id, holds in held.items() for words in hold_words(holds, now)]
    screens.show(app, [*screens.table(heading, rows), *why] if rows else ["No host owes an answer."])


@notices.command()
@workspace_option
@click.argument("case")
@click.argument("said", type=click.Choice([str(one) for one in HostSaid]))
@click.option("--item", "items", multiple=True, metavar="L7", help="Only this address; may be given several times.")
@click.option("--contact", metavar="H3", help="Only what this contact was told of.")
@click.option("--at", "at", metavar="TIME", help="When, as 2026-03-05 14:05 (else now).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def answered(
    workspace: str | None, case: str, said: str, items: tuple[str, ...], contact: str | None, at: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Note what a host did about a case: removed it, or refused. A case whose every address is removed counts as so.

    \b
    Example:
      hotline notices answered C12 removed --at "2026-03-05 14:05"
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import notice_answers
    from pipeline.desk.notice_contacts import contact_number
    from pipeline.desk.numbers import case_given, item_number
    from pipeline.desk.people import acting

    app, now = App.at(workspace), datetime.now(UTC)
    case_id = case_given(app, case)
    chosen = None if contact is None else contact_number(contact)
    numbers = {item_number(one) for one in items}
    done = notice_answers.note(
        app, acting(app), case_id, HostSaid(said), now if at is None else _time(at), now, numbers, chosen
    )
    if as_json:
        screens.show_json(app, {"case": f"C{case_id}", "addresses": done.addresses, "removed": done.removed})
    else:
        from pipeline.cli.plain_words import counted

        whole = f"; C{case_id} counts as removed" if done.removed else ""
        screens.show(app, [f"noted for {counted(done.addresses, 'address')}: {said}{whole}"])


def _which(reminder: bool, again: bool) -> Which:
    from pipeline.desk.notice_sending import Which
    from triage.errors import UsageError

    if reminder and again:
        raise UsageError("give --reminder or --again, not both")
    return Which.REMINDER if reminder else Which.AGAIN if again else Which.FIRST


def _next_words(at: datetime | None, holds: Sequence[Hold], now: datetime) -> str:
    """When the next letter about an address is due, and whether it may go then."""
    from pipeline.desk.times import local

    if at is None:
        return "a person decides"
    due = "" if at > now else " due, held for police" if holds else " DUE"
    return local(at, now) + due


def _time(given: str) -> datetime:
    from pipeline.desk.times import clocks
    from pipeline.desk.told_times import EXAMPLE, told_time
    from triage.errors import UsageError

    try:
        return told_time(given, clocks().zone)
    except ValueError:
        raise UsageError(f"a time is given as {EXAMPLE}") from None


def _listed(desk: Desk, now: datetime, *, may_send: bool) -> list[str]:
    """Letters that wait, and every address; only who may look at letters is told how."""
    from pipeline.cli.plain_words import counted
    from pipeline.desk.times import local

    lines = []
    for contact, at, count in _waiting(desk, now):
        when = "can be sent now" if at <= now else f"goes from {local(at, now)} on"
        letter = f": `hotline notices show {contact.shown}`" if may_send else ""
        lines.append(f"{contact.shown:<6}{contact.name}: {counted(count, 'address')}, {when}{letter}")
    lines += [""] if lines else []
    return lines + _place_lines(desk, now)


def _place_lines(desk: Desk, now: datetime) -> list[str]:
    """One line for each address somebody assessed, columns as wide as their longest word; why it waits below it. Then
    one for each case with addresses that wait for somebody to look: of 500 nobody reads 500 lines."""
    from pipeline.cli.notice_holds import hold_words, unseen_lines
    from triage.defang import defang

    held = {one.letters[-1].notice_id for one in desk.places if one.standing is Standing.IN_DOUBT and one.holds}
    rows = []
    for one in desk.places:
        in_doubt = one.standing is Standing.IN_DOUBT
        to = f"H{one.contact_id}" if one.contact_id is not None else one.recipient
        why = _DOUBT_HELD if in_doubt and one.letters[-1].notice_id in held else _WHY[one.standing]
        below = hold_words(one.holds, now) if in_doubt or one.standing is Standing.HELD else []
        if one.standing is not Standing.NOT_ASSESSED:
            place = defang(one.host) if one.host else "-"
            rows.append(((f"C{one.case_id}", f"L{one.locator_id}", to, why, place), below))
    widths = [max(map(len, column)) for column in zip(*(cells for cells, _ in rows), strict=True)]
    lines = []
    for cells, below in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines += [line.rstrip(), *(f"{'':<14}{words}" for words in below)]
    return lines + unseen_lines(desk.places)


def _waiting(desk: Desk, now: datetime) -> list[tuple[Contact, datetime, int]]:
    """Contacts with something to be told, when the letter may go, and of how many addresses."""
    from pipeline.desk import notices as desk_of

    found = []
    for number, contact in sorted(desk.contacts.items()):
        places = desk_of.ready(desk, number)
        if places:
            found.append((contact, desk_of.may_go_at(desk, number, places, now), len(places)))
    return found


def _contact_values(desk: Desk, now: datetime) -> list[dict[str, object]]:
    return [
        {"contact": contact.shown, "addresses": count, "may_go_at": at.isoformat()}
        for contact, at, count in _waiting(desk, now)
    ]


def _place_values(one: Place) -> dict[str, object]:
    from pipeline.cli.notice_holds import holds_json

    return {
        "case": f"C{one.case_id}", "item": f"L{one.locator_id}", "recipient": one.recipient,
        "contact": None if one.contact_id is None else f"H{one.contact_id}", "stands": str(one.standing),
        "held": holds_json(one.holds), "letters": len(one.letters),
    }  # fmt: skip


def _draft_lines(draft: Draft, now: datetime) -> list[str]:
    from exporters.manifest import MANIFEST
    from exporters.notice import LETTER_FILE
    from pipeline.desk.times import local

    files = ", ".join(sorted(set(draft.files) - {LETTER_FILE, MANIFEST}))
    when = "can be sent now" if draft.may_go_at <= now else f"goes from {local(draft.may_go_at, now)} on"
    items = ", ".join(f"L{one.locator_id} (C{one.case_id})" for one in draft.places)
    text = [f"    {line}" for line in draft.files[LETTER_FILE].decode().splitlines()]
    return [
        f"{draft.contact.shown} {draft.contact.name} <{draft.contact.mail}> ({draft.contact.language}), {when}",
        f"  Items: {items}", f"  Subject: {draft.subject}", *text, f"  Attached: {files}",
    ]  # fmt: skip


def _draft_values(draft: Draft) -> dict[str, object]:
    from exporters.manifest import MANIFEST
    from exporters.notice import LETTER_FILE

    return {
        "contact": draft.contact.shown, "which": str(draft.which), "language": draft.contact.language,
        "may_go_at": draft.may_go_at.isoformat(), "subject": draft.subject,
        "text": draft.files[LETTER_FILE].decode(), "attached": sorted(set(draft.files) - {LETTER_FILE, MANIFEST}),
        "items": [{"case": f"C{one.case_id}", "item": f"L{one.locator_id}"} for one in draft.places],
    }  # fmt: skip
