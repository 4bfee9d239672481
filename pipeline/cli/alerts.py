"""`hotline alerts`: SOS calls to the organisations in charge, in turn, until one acknowledges; and drills."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option
from triage.alerting import EndReason

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.desk.alert_answers import Acknowledged, TakenIn
    from pipeline.desk.alert_sending import Outcome, Ticked

_FINDINGS, _NOTHING_GOOD, _TRY_AGAIN = 1, 2, 3
_FAILED = frozenset({"refused", "not_now", "in_doubt", "not_sealed", "broke"})


@click.group()
@workspace_option
def alerts() -> None:
    """SOS calls: tell the organisation in charge, then the next in line, until one acknowledges; drills.

    \b
    Examples:
      hotline alerts take call.sos.json
      hotline alerts list
    """


@alerts.command()
@workspace_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--after-ingest", type=click.Choice(["seal", "delete", "keep"]), help="What becomes of the input files.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def take(workspace: str | None, files: tuple[Path, ...], after_ingest: str | None, as_json: bool) -> int:
    """Take in SOS calls and tell the organisations in charge at once. FILE: `*.sos.json` files or a folder of them.

    Everything else in a folder stays for `hotline run`. Exit code 1 if somebody must act because nobody can be told
    or a call could not be read, 2 if no file is an SOS call, 3 if an alert could not be sent.

    \b
    Example:
      hotline alerts take call.sos.json
    """
    from pipeline import alerts_first, runs
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from triage.errors import UnusableInput

    app, now = App.at(workspace), datetime.now(UTC)
    app.vault()
    calls, _ = alerts_first.split(runs.find_inputs(list(files)))
    if not calls.files:
        raise UnusableInput("none of these files is an SOS call: see docs/channels.md")
    run_id = runs.new_run_id(now) + alerts_first.ENDING
    alarmed = alerts_first.run_calls(app, run_id, calls, after_ingest or app.settings.after_ingest, now)
    if as_json:
        screens.show_json(app, {"run": run_id} | alarmed.as_object())
    else:
        screens.show(app, alarmed.lines())
    code = _TRY_AGAIN if alarmed.problem or alarmed.ticked is None else _code(alarmed.ticked)
    return code or (_FINDINGS if alarmed.unread else 0)


@alerts.command("list")
@workspace_option
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_(workspace: str | None, everything: bool, as_json: bool) -> None:
    """List alerts nobody acknowledged: who was told, until when they have time, and what nobody can be told of.

    \b
    Example:
      hotline alerts list
    """
    from pipeline.bootstrap import App
    from pipeline.cli import alert_screens, screens
    from pipeline.desk.alerts import alerts as found_alerts
    from pipeline.desk.alerts import left_lying
    from pipeline.desk.people import acting
    from pipeline.store.engine import reading

    app, now = App.at(workspace), datetime.now(UTC)
    found = found_alerts(app, acting(app), now, all_of_them=everything)
    with reading(app.store.engine) as connection:
        lying = left_lying(app, connection)
    if as_json:
        delete = [name for files in lying.values() for name in files.values()]
        screens.show_json(app, {"alerts": [alert_screens.as_object(one) for one in found], "delete": delete})
    else:
        over = [] if everything else alert_screens.left_lying_lines(lying)
        screens.show(app, [*(alert_screens.lines(found, now) or ["No alert waits."]), *over])


@alerts.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def tick(workspace: str | None, as_json: bool) -> int:
    """Send what is due: new calls to the organisation in charge, what was not acknowledged in time to the next in line.

    For cron, every minute; safe to repeat and from two at once. Exit code 1 if nobody is left to be told of an alert,
    or one lies in the outbox though a mail server is set; 3 if one could not be sent.

    \b
    Example:
      hotline alerts tick
    """
    from pipeline.bootstrap import App
    from pipeline.cli import alert_screens, screens
    from pipeline.desk.alert_sending import tick as look
    from pipeline.desk.alerts import in_outbox

    app, now = App.at(workspace), datetime.now(UTC)
    done = look(app, now)
    if as_json:
        screens.show_json(app, {
            "raised": done.raised, "sent": [_outcome(app, one) for one in done.sent],
            "in_outbox": done.in_outbox, "alerts": [alert_screens.as_object(one) for one in done.standing],
            "problem": done.problem,
        })  # fmt: skip
    else:
        carry = [in_outbox(done.in_outbox)] if done.in_outbox else []
        screens.show(app, [*(_said(app, one) for one in done.sent), *carry, *alert_screens.lines(done.standing, now)])
    _say(done.problem)
    return _code(done)


@alerts.command()
@workspace_option
@click.argument("alert", required=False, metavar="[A12|REFERENCE]")
@click.option("--by-code", metavar="CODE", help="The code in the alert, as the organisation read it out.")
@click.option("--file", "file", type=click.Path(), metavar="F", help="A file of acknowledgements instead.")
@click.option("--signature", type=click.Path(), metavar="SIG", help="The organisation's OpenPGP signature over it.")
@click.option("--partner", metavar="P", help="Whose file it is (a code of data/routes).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def acknowledge(
    workspace: str | None, alert: str | None, by_code: str | None, file: str | None, signature: str | None,
    partner: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Write down that an organisation acknowledged: by the code it read out, or by a file it signed.

    The file (JSON or CSV) names our reference, the state `acknowledged` and when: see docs/alerts.md.

    \b
    Examples:
      hotline alerts acknowledge A12 --by-code 7F3K9Q
      hotline alerts acknowledge BA-7F3K-9QWX-2MTC --by-code 7F3K9Q
      hotline alerts acknowledge --file ack.json --signature ack.json.sig --partner sos-rs
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.cli.feedback import read_small
    from pipeline.desk import alert_answers
    from pipeline.desk.people import acting
    from triage.errors import UsageError

    app, now = App.at(workspace), datetime.now(UTC)
    if alert is not None and by_code is not None and not (file or signature or partner):
        number = alert_answers.alert_named(app, alert)
        done = [alert_answers.acknowledge(app, acting(app), number, by_code, now)]
        taken = alert_answers.TakenIn(tuple(done), 0, ())
    elif alert is None and by_code is None and file and signature and partner:
        body, signed = read_small(file, "the file"), read_small(signature, "the signature")
        taken = alert_answers.take_in(app, acting(app), partner, body, signed, now)
    else:
        raise UsageError("give an alert and --by-code, or --file, --signature and --partner together")
    if as_json:
        screens.show_json(app, _taken(app, taken))
    else:
        known = [f"{taken.known} known already"] if taken.known else []
        screens.show(app, [*(line for one in taken.new for line in _answered(app, one)), *known])
        for bad in taken.bad:
            click.echo(f"row {bad.row}, {bad.field}: {bad.advice}", err=True)
    return _NOTHING_GOOD if taken.bad and not (taken.new or taken.known) else 0


@alerts.command()
@workspace_option
@click.argument("alert", metavar="A12")
@click.option("--reason", type=click.Choice([str(one) for one in EndReason]), required=True, help="Why it is over.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def end(workspace: str | None, alert: str, reason: str, as_json: bool) -> None:
    """A person saw to it: nobody further is told of this alert.

    \b
    Example:
      hotline alerts end A12 --reason called_police
    """
    from pipeline.bootstrap import App
    from pipeline.cli import alert_screens, screens
    from pipeline.desk import alert_sending
    from pipeline.desk.alerts import alert_number, left_lying
    from pipeline.desk.people import acting
    from pipeline.store.engine import reading

    app, number = App.at(workspace), alert_number(alert)
    alert_sending.end(app, acting(app), number, EndReason(reason), datetime.now(UTC))
    with reading(app.store.engine) as connection:
        lying = left_lying(app, connection).get(number, {})
    if as_json:
        screens.show_json(app, {"alert": f"A{number}", "ended": reason, "delete": list(lying.values())})
    else:
        told = [f"  {code} {alert_screens.not_needed(name)}" for code, name in lying.items()]
        screens.show(app, [f"A{number} is over: {reason.replace('_', ' ')}", *told])


@alerts.command()
@workspace_option
@click.argument("alert", metavar="A12")
@click.option("--to", "partner", required=True, metavar="P", help="Whom to tell (a code of data/routes).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def send(workspace: str | None, alert: str, partner: str, as_json: bool) -> int:
    """Tell an organisation once more (an alert in doubt), or out of its turn. Its minutes begin anew.

    \b
    Example:
      hotline alerts send A12 --to sos-rs
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import alert_sending
    from pipeline.desk.alerts import alert_number
    from pipeline.desk.people import acting

    app = App.at(workspace)
    done = alert_sending.send_again(app, acting(app), alert_number(alert), partner, datetime.now(UTC))
    if as_json:
        screens.show_json(app, _outcome(app, done))
    else:
        screens.show(app, [_said(app, done)])
    return _TRY_AGAIN if done.result in _FAILED else 0


@alerts.command()
@workspace_option
@click.option("--area", default="", metavar="AREA", help="As if from here: BA-RS, or a place; empty for unknown.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def drill(workspace: str | None, area: str, as_json: bool) -> int:
    """Send a drill: marked in its first line and in its data, through the same line, minutes and acknowledgement.

    It is no report and no case, and no statistics count it.

    \b
    Example:
      hotline alerts drill --area BA-RS
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import alert_sending
    from pipeline.desk.people import acting

    app, now = App.at(workspace), datetime.now(UTC)
    number = alert_sending.begin_drill(app, acting(app), area, now)
    done = alert_sending.tick(app, now)
    own = [one for one in done.sent if one.alert_id == number]
    if as_json:
        screens.show_json(app, {"alert": f"A{number}", "sent": [_outcome(app, one) for one in own]})
    else:
        screens.show(app, [f"drill A{number}", *(_said(app, one) for one in own)])
        if not own:
            click.echo("nobody could be told: see `hotline alerts partners`", err=True)
    _say(done.problem)
    if any(one.result in _FAILED for one in own):
        return _TRY_AGAIN
    return _FINDINGS if any(one.alert_id == number for one in done.for_a_person) else 0


@alerts.command()
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def partners(workspace: str | None, as_json: bool) -> int:
    """List the organisations of the SOS network: areas, minutes, and who is passed over and why.

    One joins with `hotline recipients add-key` and leaves with `retire-key`. Exit code 1 if one cannot be told.

    \b
    Example:
      hotline alerts partners
    """
    from pipeline.bootstrap import App
    from pipeline.cli import alert_screens, screens
    from pipeline.desk.alerts import partners as listed
    from pipeline.desk.people import allowed
    from pipeline.store.engine import reading
    from triage.people import Act

    app = App.at(workspace)
    allowed(app, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        found = listed(app, connection, datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"partners": [alert_screens.partner_object(one) for one in found]})
    else:
        screens.show(app, alert_screens.partner_lines(found))
    return _FINDINGS if any(one.problem for one in found) else 0


def _say(problem: str) -> None:
    """Why no mail could leave; what was due is put off and tried again."""
    if problem:
        click.echo(f"hotline: {problem}; put off, and tried again until its minutes are over", err=True)


def _code(done: Ticked) -> int:
    return _TRY_AGAIN if done.failed else _FINDINGS if done.needs_somebody else 0


def _said(app: App, one: Outcome) -> str:
    """What became of one alert; a file that only lies in the outbox told nobody."""
    from pipeline.desk.alerts import to_carry

    lies = _lying(app, one)
    return f"A{one.alert_id} to {one.partner}: {to_carry(lies) if lies else one.result.replace('_', ' ')}"


def _outcome(app: App, one: Outcome) -> dict[str, object]:
    said: dict[str, object] = {"alert": f"A{one.alert_id}", "partner": one.partner, "result": one.result}
    lies = _lying(app, one)
    return {**said, "outbox": lies} if lies else said


def _lying(app: App, one: Outcome) -> str:
    from pipeline.desk.alerts import lying_in_outbox

    return lying_in_outbox(app, one.partner, one.alert_id)


def _not_carried(app: App, one: Acknowledged) -> dict[str, str]:
    """Of the others, those nothing was carried to yet: organisation and file."""
    from pipeline.desk.alerts import lying_in_outbox

    return {code: name for code in one.others if (name := lying_in_outbox(app, code, one.alert_id))}


def _answered(app: App, one: Acknowledged) -> list[str]:
    from pipeline.cli.alert_screens import not_needed

    late = ", after its time" if one.late else ""
    said = f"A{one.alert_id} acknowledged by {one.partner}{late}" + ("" if one.first else "; another had before")
    lying = _not_carried(app, one)
    words = {code: not_needed(lying[code]) if code in lying else "was told too: call it off" for code in one.others}
    return [said, *(f"  {code} {word}" for code, word in words.items() if one.first)]


def _taken(app: App, taken: TakenIn) -> dict[str, object]:
    from dataclasses import asdict

    lying = [_not_carried(app, one) if one.first else {} for one in taken.new]
    return {
        "acknowledged": [
            {
                "alert": f"A{one.alert_id}", "partner": one.partner, "first": one.first, "late": one.late,
                "call_off": [code for code in one.others if code not in here] if one.first else [],
                "delete": list(here.values()),
            }
            for one, here in zip(taken.new, lying, strict=True)
        ],
        "known": taken.known, "bad": [asdict(one) for one in taken.bad],
    }  # fmt: skip
