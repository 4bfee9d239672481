"""`hotline notices contacts`: who answers for a host, as a person looked it up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option
from triage.notices import LANGUAGES, SOURCES

if TYPE_CHECKING:
    from pipeline.bootstrap import App

_contact = click.argument("contact", metavar="CONTACT")
_json = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.group()
@workspace_option
def contacts() -> None:
    """Abuse contacts of hosts and providers, and the regulator's.

    \b
    Example:
      hotline notices contacts add --name "Example Hosting" --mail abuse@host.example --source whois
      hotline notices contacts assign H1 --case C12
    """


@contacts.command("list")
@workspace_option
@_json
@click.pass_obj
def list_(workspace: str | None, as_json: bool) -> None:
    """Show every contact in force, how it is known and since when, and for how many hosts it answers.

    \b
    Example:
      hotline notices contacts list
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.notice_contacts import listed
    from pipeline.desk.notices import protocol
    from pipeline.desk.people import acting
    from triage.notices import is_old

    app, now = App.at(workspace), datetime.now(UTC)
    found = listed(app, acting(app))
    if as_json:
        screens.show_json(app, {"contacts": [
            {"contact": one.shown, "for": one.recipient, "name": one.name, "mail": one.mail, "language": one.language,
             "source": one.source, "looked_up": one.looked_up.isoformat(), "hosts": one.hosts,
             "look_up_again": is_old(one.looked_up, protocol(), now)}
            for one in found
        ]})  # fmt: skip
        return
    rows = [
        (one.shown, one.recipient, one.name, one.mail, one.language, one.source,
         f"{one.looked_up:%Y-%m-%d}" + (" (look it up again)" if is_old(one.looked_up, protocol(), now) else ""),
         str(one.hosts))
        for one in found
    ]  # fmt: skip
    heading = ("contact", "for", "name", "mail", "language", "known by", "looked up", "hosts")
    screens.show(app, screens.table(heading, rows) if rows else ["No contact yet: `hotline notices contacts add`."])


@contacts.command()
@workspace_option
@click.option("--name", required=True, metavar="NAME", help="What the provider is called.")
@click.option("--mail", required=True, metavar="ADDRESS", help="Its address for reports of abuse; never a person's.")
@click.option("--language", default="en", show_default=True, type=click.Choice(LANGUAGES), help="Language of letters.")
@click.option("--source", required=True, type=click.Choice(SOURCES), help="How you know it.")
@click.option("--for", "recipient", default="host", show_default=True, metavar="WHO", help="`host`, or `regulator`.")
@_json
@click.pass_obj
def add(
    workspace: str | None, name: str, mail: str, language: str, source: str, recipient: str, as_json: bool
) -> None:
    """Register a contact you looked up today. For supervisors and liaisons.

    \b
    Example:
      hotline notices contacts add --name "Example Hosting" --mail abuse@host.example --source whois
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.notice_contacts import NewContact
    from pipeline.desk.notice_contacts import add as added
    from pipeline.desk.people import acting

    app = App.at(workspace)
    made = added(app, acting(app), NewContact(name, mail, language, source, recipient), datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"contact": made.shown})
    else:
        following = f"hotline notices contacts assign {made.shown}"
        screens.show(app, [f"{made.shown}: say which hosts are theirs with `{following}`"])


@contacts.command()
@workspace_option
@_contact
@click.option("--case", "case", metavar="C12", help="The hosts of all addresses of this case.")
@click.option("--item", "items", multiple=True, metavar="L7", help="Of the case, only this address; several times.")
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="A host by its name, with all below it.")
@_json
@click.pass_obj
def assign(
    workspace: str | None, contact: str, case: str | None, items: tuple[str, ...], hosts: tuple[str, ...], as_json: bool
) -> None:
    """Say that a contact answers for these hosts. Naming a case keeps the host's name out of your shell's history.

    \b
    Examples:
      hotline notices contacts assign H3 --case C12
      hotline notices contacts assign H3 --host host.example
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.notice_contacts import assign as assigned
    from pipeline.desk.notice_contacts import contact_number, host_named
    from pipeline.desk.people import acting
    from triage.errors import UsageError

    if (case is None) == (not hosts) or (items and case is None):
        raise UsageError("give a case (and --item), or --host: see `hotline notices contacts assign --help`")
    app = App.at(workspace)
    by = acting(app)
    names = {host_named(one) for one in hosts} if case is None else _hosts_of(app, case, items)
    count = assigned(app, by, contact_number(contact), names, datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"contact": f"H{contact_number(contact)}", "hosts": count})
    else:
        from pipeline.cli.plain_words import counted

        screens.show(app, [f"H{contact_number(contact)} answers for {counted(count, 'more host')}"])


@contacts.command()
@workspace_option
@_contact
@_json
@click.pass_obj
def retire(workspace: str | None, contact: str, as_json: bool) -> None:
    """Write to a contact no more; its hosts wait until another contact answers for them.

    \b
    Example:
      hotline notices contacts retire H3
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.notice_contacts import contact_number
    from pipeline.desk.notice_contacts import retire as retired
    from pipeline.desk.people import acting

    app, number = App.at(workspace), contact_number(contact)
    retired(app, acting(app), number, datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"retired": f"H{number}"})
    else:
        screens.show(app, [f"H{number} is written to no more"])


def _hosts_of(app: App, case: str, items: tuple[str, ...]) -> set[str]:
    from pipeline.bootstrap import url_rules
    from pipeline.desk.caseview import case_facts
    from pipeline.desk.numbers import case_given, item_number
    from triage.errors import UsageError
    from triage.notices import host_of
    from triage.share_tokens import without_share_tokens

    facts, numbers = case_facts(app, case_given(app, case)), {item_number(one) for one in items}
    if not numbers <= {one.locator_id for one in facts.locators}:
        raise UsageError("an item does not belong to this case: see `hotline cases show`")
    chosen = (one for one in facts.locators if not numbers or one.locator_id in numbers)
    places = (without_share_tokens(one.canonical, url_rules()) for one in chosen)
    return {host for place in places if (host := host_of(place)) is not None}
