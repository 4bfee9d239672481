"""`hotline disclose`: a reporter's contact for police, where the reporter allowed it: one asks, another releases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option
from triage.disclosure import DisclosureReason, DisclosureState

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.desk.disclosures import Asked

STANDS = {
    DisclosureState.ASKED: "waits for another person's release",
    DisclosureState.OPENED: "in doubt: something broke (release it with --again, or withdraw it)",
    DisclosureState.MADE: "made", DisclosureState.WITHDRAWN: "withdrawn",
}  # fmt: skip
_TAKE_BACK = "NOT to be released, no contact is wanted any more: `hotline disclose withdraw`"
_TOLD_BEFORE = "no contact is wanted any more: tell them by telephone"
_UNWANTED = STANDS | {
    DisclosureState.ASKED: _TAKE_BACK, DisclosureState.OPENED: f"in doubt; {_TAKE_BACK}",
    DisclosureState.MADE: f"made; {_TOLD_BEFORE}",
}  # fmt: skip
"""The same where the reporter wants no contact any more."""


def _about(command: Any) -> Any:
    """What names a case and an agency."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print as JSON."),
        click.option("--recipient", required=True, metavar="R", help="Which police agency (a code of data/routes)."),
        click.argument("case", metavar="CASE"),
        workspace_option,
    ):
        command = option(command)
    return command


@click.group()
@workspace_option
def disclose() -> None:
    """Tell police who a reporter is: only one who allowed it, only the agency that has the case, by two people.

    \b
    Example:
      hotline disclose ask C12 --recipient police-rs --reason police_asked
    """


@disclose.command("ask")
@_about
@click.option("--reason", required=True, type=click.Choice([str(one) for one in DisclosureReason]), help="Why.")
@click.option("--report", metavar="R1.0.5", help="Only this report, instead of all of the case that allow it.")
@click.option("--again", is_flag=True, help="Ask anew for what this agency was told before.")
@click.pass_obj
def ask(
    workspace: str | None, case: str, recipient: str, as_json: bool, reason: str, report: str | None, again: bool
) -> None:
    """Ask for the contacts of a case's reporters for an agency; another person releases them.

    Nothing is opened. Only reporters who left a contact and said that police may use it are asked for, and only an
    agency gets them that has the case, or gets it: decided and released, or called about it.

    \b
    Example:
      hotline disclose ask C12 --recipient police-rs --reason child_to_find
    """
    from pipeline.bootstrap import App
    from pipeline.desk import disclosures
    from pipeline.desk.numbers import case_given, report_number
    from pipeline.desk.people import acting

    app = App.at(workspace)
    one_report = None if report is None else report_number(report)
    wish = disclosures.Wish(case_given(app, case), recipient, DisclosureReason(reason), one_report, again)
    _show(app, disclosures.ask(app, acting(app), wish, datetime.now(UTC)), as_json)


@disclose.command("release")
@_about
@click.option("--again", is_flag=True, help="Also what is in doubt, because something broke.")
@click.pass_obj
def release(workspace: str | None, case: str, recipient: str, as_json: bool, again: bool) -> None:
    """Let what was asked for go, sealed to the agency's key. For those who may release, and not who asked.

    The contact is opened in memory only; that, by whom and for whom is written down first. The sealed package lies in
    the workspace under exports/; nothing else gets a word of it.

    \b
    Example:
      hotline disclose release C12 --recipient police-rs
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.export import NO_STAMP, tell
    from pipeline.desk import disclosing
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting

    app = App.at(workspace)
    by, case_id = acting(app), case_given(app, case)
    made = disclosing.release(app, by, case_id, recipient, datetime.now(UTC), again=again, tell=tell)
    if as_json:
        values = {"folder": str(made.folder), "name": made.name, "manifest_sha256": made.manifest_digest}
        screens.show_json(app, {"case": f"C{case_id}", "recipient": recipient} | values)
    else:
        screens.show(app, [
            f"sealed for {recipient}: {made.name}", f"  {made.folder}", *([f"  {NO_STAMP}"] if made.unstamped else []),
        ])  # fmt: skip


@disclose.command("withdraw")
@_about
@click.pass_obj
def withdraw(workspace: str | None, case: str, recipient: str, as_json: bool) -> None:
    """Take back what was asked for and not made.

    \b
    Example:
      hotline disclose withdraw C12 --recipient police-rs
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import disclosures
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting

    app = App.at(workspace)
    count = disclosures.withdraw(app, acting(app), case_given(app, case), recipient, datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"withdrawn": count})
    else:
        screens.show(app, [f"withdrawn: {count}"])


@disclose.command("list")
@workspace_option
@click.option("--all", "everything", is_flag=True, help="Also what was made or withdrawn.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_(workspace: str | None, everything: bool, as_json: bool) -> None:
    """List what waits for another person's release, or is in doubt. Never a contact.

    \b
    Example:
      hotline disclose list
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.disclosures import waiting
    from pipeline.desk.people import acting

    app = App.at(workspace)
    found = waiting(app, acting(app), all_of_them=everything)
    if found or as_json:
        _show(app, found, as_json)
    else:
        screens.show(app, ["no disclosure waits"])


def as_object(one: Asked) -> dict[str, object]:
    """A disclosure for a program: numbers, codes and times."""
    from pipeline.desk.numbers import shown_report

    return {
        "case": f"C{one.case_id}", "report": shown_report(one.report_id), "recipient": one.recipient,
        "reason": str(one.reason), "asked_at": one.asked_at.isoformat(), "state": str(one.state),
        "package": one.package_id, "contact_withdrawn": one.unwanted,
    }  # fmt: skip


def lines(found: tuple[Asked, ...]) -> list[str]:
    """One line for every case, agency and state; apart, those whose reporters want no contact any more."""
    from pipeline.desk.disclosures import grouped

    told = []
    for (case_id, recipient, state, unwanted), some in grouped(found).items():
        reporters = "a reporter's contact" if len(some) == 1 else f"contacts of {len(some)} reporters"
        told.append(f"{reporters} about C{case_id} for {recipient}: {(_UNWANTED if unwanted else STANDS)[state]}")
    return told


def of_case_block(allowing: Collection[int], found: tuple[Asked, ...]) -> list[str]:
    """For the screen of one case: how many reporters (`allowing`: their reports) police may ask for, and what became of
    it. How to ask stands there until each was asked for.
    """
    if not (allowing or found):
        return []
    who = "1 reporter allows" if len(allowing) == 1 else f"{len(allowing)} reporters allow"
    asked = {one.report_id for one in found if one.state is not DisclosureState.WITHDRAWN}
    how = "" if asked.issuperset(allowing) else ": `hotline disclose ask`"
    there = [f"{who} police to make contact{how}"] if allowing else []
    return ["", "Contact for police", *(f"  {line}" for line in (*there, *lines(found)))]


def _show(app: App, found: tuple[Asked, ...], as_json: bool) -> None:
    from pipeline.cli import screens

    if as_json:
        screens.show_json(app, {"disclosures": [as_object(one) for one in found]})
    else:
        screens.show(app, lines(found))
