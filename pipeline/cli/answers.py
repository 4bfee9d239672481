"""`hotline answers`: letters to reporters who left a contact and said that it is safe, and what others are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import workspace_option
from pipeline.cli.spoken_answers import call, called, receipt, withdraw
from triage.answering import Standing, Template

if TYPE_CHECKING:
    from pipeline.desk.answer_sending import Outcome, Shown
    from pipeline.desk.answers import CaseAnswers

_TRY_AGAIN = 3
_FAILED = frozenset({"refused", "in_doubt", "not_tried"})
_SENT, _ANOTHER = "sent", "left_to_another"
_WHY = {
    Standing.READY: "can be answered", Standing.TO_A_PERSON: "a person reads it and sends with --reviewed",
    Standing.SENT: "answered", Standing.IN_DOUBT: "perhaps answered: something broke (--again sends once more)",
    Standing.CALLING: "perhaps called: say how it went (`hotline answers called`)",
    Standing.REFERRAL_FIRST: "held, it says that the question was passed on: first run `hotline export referral`",
    Standing.NO_CONTACT: "left no contact",
    Standing.BY_RECEIPT: "asks with the receipt code (`hotline answers receipt`): nothing is sent",
    Standing.NOT_SAFE: "did not say that the contact is safe", Standing.ERASED: "erased",
    Standing.WITHDRAWN: "wants no contact any more",
    Standing.NO_EMAIL: (
        "no mail address that can be written to (none, several in one field, or miswritten): to be called by a person "
        "(`hotline answers call`)"
    ),
    Standing.NO_TELEPHONE: "left neither a mail address nor a telephone number: nobody can answer",
}  # fmt: skip
_template = click.option(
    "--template", type=click.Choice([str(one) for one in Template]), help="Another letter than the one that fits."
)


@click.group()
@workspace_option
def answers() -> None:
    """Answer reporters: who waits, what the letter says, send it; on the telephone read it out.

    \b
    Example:
      hotline answers show C12
    """


for _command in (receipt, call, called, withdraw):
    answers.add_command(_command)


@answers.command("list")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_(workspace: str | None, as_json: bool) -> None:
    """List cases disposed `answer` that wait, and why some reporters cannot be answered. Opens no contact.

    \b
    Example:
      hotline answers list
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk.answers import waiting
    from pipeline.desk.people import acting

    app = App.at(workspace)
    found = waiting(app, acting(app))
    if as_json:
        screens.show_json(app, {"waiting": [_values(one) for one in found]})
    elif not found:
        screens.show(app, ["No answer waits."])
    else:
        screens.show(app, _listed(found))


@answers.command()
@workspace_option
@click.argument("case")
@_template
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def show(workspace: str | None, case: str, template: str | None, as_json: bool) -> None:
    """Show each letter about a case: subject, language, text; of the contact only whether it is e-mail or telephone.

    Contacts are opened for this; it is written down. `{name}` stands where the name will that a reporter chose.

    \b
    Example:
      hotline answers show C12 --template thank_you
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import answer_sending
    from pipeline.desk.numbers import case_given
    from pipeline.desk.people import acting

    app = App.at(workspace)
    case_id, chosen = case_given(app, case), None if template is None else Template(template)
    shown = answer_sending.show(app, acting(app), case_id, chosen, datetime.now(UTC))
    if as_json:
        screens.show_json(app, {"case": f"C{case_id}", "letters": [_shown_values(one) for one in shown]})
    else:
        screens.show(app, [line for one in shown for line in _shown_lines(one)])


@answers.command()
@workspace_option
@click.argument("case", required=False)
@_template
@click.option("--reviewed", is_flag=True, help="You read a report that no template answers by itself, and the letter.")
@click.option("--again", is_flag=True, help="Also what was sent, or may have been; of several, say which.")
@click.option("--report", "reports", multiple=True, metavar="R", help="Only the letter for this report: R1.0.5.")
@click.option("--all-standing", is_flag=True, help="Without a case: all that the setting answers_standing covers.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def send(
    workspace: str | None, case: str | None, template: str | None, reviewed: bool, again: bool,
    reports: tuple[str, ...], all_standing: bool, as_json: bool,
) -> int:  # fmt: skip
    """Send the letters about a case, once somebody was shown them as they are now; or all with standing templates.

    They become files in the workspace's folder `outbox`, or go by the mail server in the settings. The same answer
    goes once. Exit code 3 if one could not be sent, or nobody knows whether it was.

    \b
    Examples:
      hotline answers send C12
      hotline answers send C12 --again --report R1.0.5
      hotline answers send --all-standing
    """
    from pipeline.bootstrap import App
    from pipeline.cli import screens
    from pipeline.desk import answer_sending
    from pipeline.desk.numbers import case_given, report_number
    from pipeline.desk.people import acting
    from triage.errors import UsageError

    if all_standing == (case is not None) or (all_standing and (template or reviewed or again or reports)):
        raise UsageError("give a case, or --all-standing alone: see `hotline answers send --help`")
    app, now = App.at(workspace), datetime.now(UTC)
    if case is None:
        done = answer_sending.send_standing(app, acting(app), now)
    else:
        only = frozenset(map(report_number, reports))
        order = answer_sending.Order(None if template is None else Template(template), reviewed, again, only)
        done = answer_sending.send(app, acting(app), case_given(app, case), order, now)
    if as_json:
        screens.show_json(app, {"answers": [_done_values(one) for one in done]})
    else:
        screens.show(app, _done_lines(done, in_outbox=not app.settings.answers_smtp_host))
    return _TRY_AGAIN if any(one.result in _FAILED for one in done) else 0


def _listed(found: tuple[CaseAnswers, ...]) -> list[str]:
    lines = []
    for case in found:
        letters = ", ".join(sorted({one.template.replace("_", " ") for one in case.owed}))
        lines.append(f"C{case.case_id}   {letters}".rstrip())
        lines += [f"  {count:>6}  {_WHY[why]}" for why, count in sorted(case.counts.items())]
        if case.elsewhere:
            lines.append(f"  its reporters are answered in {', '.join(f'C{one}' for one in case.elsewhere)}")
    return lines


def _values(case: CaseAnswers) -> dict[str, object]:
    return {
        "case": f"C{case.case_id}", "templates": sorted({str(one.template) for one in case.owed}),
        "reports": {str(why): count for why, count in sorted(case.counts.items())},
        "answered_in": [f"C{one}" for one in case.elsewhere],
    }  # fmt: skip


def _shown_lines(one: Shown) -> list[str]:
    from pipeline.desk.numbers import shown_report

    way = f", by {one.way}" if one.way else ""
    head = f"{shown_report(one.owed.report_id)}: {one.owed.template.replace('_', ' ')} ({one.letter.language}{way})"
    text = [f"    {line}" for line in one.letter.text.splitlines()]
    return [head, f"  {_WHY[one.owed.standing]}", f"  Subject: {one.letter.subject}", *text, ""]


def _shown_values(one: Shown) -> dict[str, object]:
    from pipeline.desk.numbers import shown_report

    return {
        "report": shown_report(one.owed.report_id), "template": str(one.owed.template),
        "language": one.letter.language, "way": None if one.way is None else str(one.way),
        "stands": str(one.owed.standing), "subject": one.letter.subject, "text": one.letter.text,
    }  # fmt: skip


def _done_lines(done: tuple[Outcome, ...], *, in_outbox: bool) -> list[str]:
    from pipeline.desk.answer_sending import counted

    if not done:
        return ["No answer waits that a standing template covers."]
    lines = []
    for case_id in dict.fromkeys(one.case_id for one in done):
        results = counted(one for one in done if one.case_id == case_id)
        words = ", ".join(f"{count} {_done_word(result, in_outbox=in_outbox)}" for result, count in results.items())
        lines.append(f"C{case_id}: {words}")
    if any(one.result == "not_tried" for one in done):
        lines.append("The mail server stopped answering: what was not tried waits as it was; send once more later.")
    if in_outbox and any(one.result == _SENT for one in done):
        lines.append("Nobody has a letter in the outbox yet: your mail program must take it from the workspace.")
    return lines


def _done_word(result: str, *, in_outbox: bool) -> str:
    if result == _ANOTHER:
        return "not sent now: begun a moment ago, perhaps by another sender; look again in some minutes"
    return "in the outbox" if in_outbox and result == _SENT else result.replace("_", " ")


def _done_values(one: Outcome) -> dict[str, object]:
    from pipeline.desk.numbers import shown_report

    return {
        "case": f"C{one.case_id}", "report": shown_report(one.report_id), "template": str(one.template),
        "result": one.result,
    }  # fmt: skip
