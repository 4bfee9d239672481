"""`hotline export`: packages for recipients, made of what people decided."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import workspace_option

if TYPE_CHECKING:
    from pipeline.bootstrap import App
    from pipeline.desk.package_folder import Made
    from pipeline.desk.packages import Order, Outcome
    from triage.people import Person

NOTHING_LEFT = 2
"""Exit code where cases waited and none could go."""
_MOST_NAMED = 10
_SEALED_KINDS = ("lea", "vics")
_FOR_ICCAM = ("iccam", "iccam-v2")
"""Kinds for police, which only a demonstration leaves readable."""
NO_STAMP = "no time stamp: the service did not answer (setting timestamp_url); a file beside the package says so"


@click.command()
@workspace_option
@click.argument("kind", metavar="KIND")
@click.option("--recipient", metavar="R", help="Only for this recipient (a code of data/routes).")
@click.option("--case", "case", metavar="C", help="Only this case, as C12.")
@click.option("--again", is_flag=True, help="Export again what was exported before.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def export(
    workspace: str | None, kind: str, recipient: str | None, case: str | None, again: bool, as_json: bool
) -> int:
    """Make the packages that wait: lea, iccam, referral, statistics, vics or cybertip.

    A police package (lea) needs the case assessed by one person and released by another, and leaves signed and sealed
    to the agency's pinned key (see `hotline recipients`), or not at all; iccam an item a person viewed and assessed as
    national or baseline; a referral one person's disposition. Every case goes to each
    recipient once. Redacted texts are in it only for recipients in the setting free_text_for, and only if a person
    released them as they are. Nothing is sent: the folders lie in the workspace under exports/. What an export that
    broke off had made is named by it, or by the next one.

    \b
    Example:
      hotline export lea --recipient police-rs
    """
    from pipeline.bootstrap import App
    from pipeline.desk.counts import KIND, Months
    from pipeline.desk.numbers import case_given
    from pipeline.desk.packages import Order, Outcome, exporter_of
    from pipeline.desk.people import acting
    from pipeline.desk.published import make_statistics
    from triage.errors import UsageError

    exporter = exporter_of(kind)
    app, now = App.at(workspace), datetime.now(UTC)
    by = acting(app)
    if exporter.kind == KIND:
        if recipient or case:
            raise UsageError("statistics are for everybody and count all cases: leave out --recipient and --case")
        outcome = Outcome((make_statistics(app, Months(), by, now),), ())
        _show(app, outcome, (), as_json=as_json)
    else:
        case_id = None if case is None else case_given(app, case)
        outcome = _make_and_show(app, Order(kind, recipient, case_id, again), by, now, as_json=as_json)
    return NOTHING_LEFT if outcome.skipped and not outcome.made else 0


def tell(recipient: str, passphrase: str) -> None:
    """Say a passphrase on the terminal, before the package is made: what nobody saw would open nothing."""
    click.echo(f"passphrase of the package for {recipient}, for the telephone only, shown once: {passphrase}", err=True)


def _make_and_show(app: App, order: Order, by: Person, now: datetime, *, as_json: bool) -> Outcome:
    """Make what waits, name it with what no screen named before, and write down that it was named."""
    from pipeline.desk.announcing import announce, unannounced
    from pipeline.desk.packages import make_packages
    from triage.errors import HotlineError

    before = unannounced(app, by)
    made: list[Made] = []
    try:
        outcome = make_packages(app, order, by, now, tell=tell, say=made.append)
    except (HotlineError, OSError):
        for line in (*_earlier(before), *_placed("made before this stopped", made)):
            click.echo(line, err=True)
        with suppress(HotlineError, OSError):  # not written down, the next export names them once more
            announce(app, by, (*before, *made), now)
        raise
    _show(app, outcome, before, as_json=as_json)
    announce(app, by, (*before, *outcome.made), now)
    return outcome


def _show(app: App, outcome: Outcome, before: Iterable[Made], *, as_json: bool) -> None:
    from pipeline.cli import screens
    from pipeline.cli.iccam_screen import hosting_lines

    notes = hosting_lines(app, [case_id for made in outcome.made if made.kind in _FOR_ICCAM for case_id in made.cases])
    if as_json:
        shown = {"made_before": [_place(one) for one in before], "notes": notes}
        screens.show_json(app, _values(outcome) | shown)
    else:
        screens.show(app, [*_earlier(before), *_lines(outcome), *notes])


def _earlier(before: Iterable[Made]) -> list[str]:
    return _placed("made before, not announced", before)


def _placed(said: str, made: Iterable[Made]) -> list[str]:
    return [f"{said}: {one.called} for {one.recipient} in {one.folder}" for one in made]


def _place(made: Made) -> dict[str, str]:
    return {"kind": made.kind, "recipient": made.recipient, "name": made.called, "folder": str(made.folder)}


def _lines(outcome: Outcome) -> list[str]:
    lines: list[str] = []
    for made in outcome.made:
        count = f"{len(made.cases)} case{'' if len(made.cases) == 1 else 's'}" if made.cases else "counts only"
        sealed = "" if made.name is None else ", sealed"
        lines += [f"{made.called}  {made.kind} for {made.recipient}, {count}{sealed}", f"  {made.folder}",
                  f"  manifest sha256 {made.manifest_digest}"]  # fmt: skip
        if made.supplement is not None:
            lines.append(f"  a supplement to {made.supplement}")
        if made.unstamped:
            lines.append(f"  {NO_STAMP}")
        if made.name is None and made.kind in _SEALED_KINDS:
            lines.append("  NOT SEALED: a demonstration without a key for this agency (`hotline recipients`)")
    lines += [f"left out  C{left.case_id} for {left.recipient}: {left.why}" for left in outcome.skipped]
    lines += [f"text left out  C{left.case_id} for {left.recipient}: {left.why}" for left in outcome.textless]
    lines += [f"address left out  C{left.case_id} for {left.recipient}: {left.why}" for left in outcome.placeless]
    lines += _otherwise(outcome)
    if not outcome.made:
        left = len(outcome.skipped)
        some = f"{left} case{'' if left == 1 else 's'} left out, see above"
        settled = left or outcome.otherwise
        news = "" if settled else ". If one that went has news since, `hotline cases show` says what to do"
        lines.append(f"nothing was made: {some if left else 'no case waits for this kind of export'}{news}")
    return lines


def _otherwise(outcome: Outcome) -> list[str]:
    """A few of those another kind of export took, and how many more."""
    told = [f"made before  C{one.case_id} for {one.recipient}: {one.why}" for one in outcome.otherwise[:_MOST_NAMED]]
    more = len(outcome.otherwise) - _MOST_NAMED
    return [*told, f"made before  {more} more cases"] if more > 0 else told


def _values(outcome: Outcome) -> dict[str, Any]:
    return {
        "made": [
            {"kind": made.kind, "recipient": made.recipient, "folder": str(made.folder), "cases": len(made.cases),
             "manifest_sha256": made.manifest_digest, "name": made.called, "sealed": made.name is not None,
             "supplement_to": made.supplement, "time_stamp_missing": made.unstamped}
            for made in outcome.made
        ],
        "left_out": [
            {"case": f"C{left.case_id}", "recipient": left.recipient, "why": left.why} for left in outcome.skipped
        ],
        "texts_left_out": [
            {"case": f"C{left.case_id}", "recipient": left.recipient, "why": left.why} for left in outcome.textless
        ],
        "addresses_left_out": [
            {"case": f"C{left.case_id}", "recipient": left.recipient, "why": left.why} for left in outcome.placeless
        ],
        "made_otherwise": [
            {"case": f"C{left.case_id}", "recipient": left.recipient, "why": left.why} for left in outcome.otherwise
        ],
    }  # fmt: skip
