"""SOS calls among a batch's files go first: a small run of their own, their alerts, and only then the large batch.

A batch is no live alarm all the same: a call in a file is as old as the file. The summary of the large run counts both,
so that what was given is what was read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipeline.batch import SUMMARY_NAME, run_batch
from pipeline.bootstrap import App
from pipeline.channels.sos import SosAlert
from pipeline.delivery.answer_mail import Delivery
from pipeline.desk.alert_sending import Ticked, tick
from pipeline.desk.alerts import in_outbox, to_carry
from pipeline.durable import write_file
from pipeline.inputs import Found
from pipeline.mending.listing import unread_calls
from pipeline.runs import Run, began, register
from pipeline.store.engine import reading
from triage.errors import HotlineError

ENDING = "-sos"
NO_LIVE_ALARM = "a batch is no live alarm, look at the times of the calls: `hotline alerts list`"
_OTHERS_WAIT = "other reports wait until it is restored or another is chosen: `hotline doctor`"
_MOST_ID_CHARS, _MOST_NAMED = 60, 10
SENT = str(Delivery.SENT)
_COUNTED = ("read", "accepted", "rejected", "already_known", "new_cases", "duplicates", "unheard")
_COUNTED_BY_NAME = ("labels", "escalated", "alike", "inputs")


@dataclass(frozen=True, slots=True)
class Alarmed:
    """What was done about SOS calls: alerts as they stand, or why none could be sent (`problem`, "" if none).

    `unread` counts calls that could not be read: nobody is told of them until a person mends them. `judged_by` names
    what stood in for a model that cannot be read ("": nothing): calls went through, other reports do not.
    """

    ticked: Ticked | None
    problem: str
    unread: int = 0
    judged_by: str = ""

    def as_object(self) -> dict[str, object]:
        """For a program: counts, numbers of alerts, files still to be carried there, what failed, and the problem."""
        failed = () if self.ticked is None else self.ticked.failed
        sent = [] if self.ticked is None else [one for one in self.ticked.sent if one.result == SENT]
        alone = () if self.ticked is None else self.ticked.for_a_person
        return {
            "sent": len(sent), "for_a_person": [f"A{one.alert_id}" for one in alone], "problem": self.problem,
            "unread": self.unread, "in_outbox": sorted(name for _, _, name in self._lying()),
            "not_sent": [{"alert": f"A{one.alert_id}", "partner": one.partner, "result": one.result} for one in failed],
            "needs_somebody": self.needs_somebody, "judged_by": self.judged_by,
        }  # fmt: skip

    @property
    def needs_somebody(self) -> bool:
        """Whether a person must look: something could not be sent or read, or waits where nobody fetches it."""
        done = self.ticked
        return bool(self.problem or self.unread or done is None or done.failed or done.needs_somebody)

    def lines(self) -> list[str]:
        """For people: what was sent, and loudly what nobody was told of."""
        standing = () if self.ticked is None else self.ticked.standing
        lying, outcomes = self._lying(), () if self.ticked is None else self.ticked.sent
        drills = frozenset(one.alert.alert_id for one in standing if one.alert.drill)
        here = {(number, code) for number, code, _ in lying}
        carried = 0 if self.ticked is None else self.ticked.in_outbox
        by_hand = f", TO BE CARRIED THERE BY HAND: {carried}" if carried else ""
        sent = sum(one.result == SENT and (one.alert_id, one.partner) not in here for one in outcomes)
        alone = [] if self.ticked is None else sorted((one.alert_id for one in self.ticked.for_a_person), reverse=True)
        lines = [f"SOS: NOBODY CAN BE TOLD OF {_named(alone, drills)}: act now, `hotline alerts list`"] if alone else []
        lines += [f"SOS: alerts sent: {sent}{by_hand}; {NO_LIVE_ALARM}"]
        lines += [f"SOS: {in_outbox(carried)}"] if carried else []
        lines += self._letters(drills)
        failed = () if self.ticked is None else self.ticked.failed
        lines += [
            f"SOS: {_named([one.alert_id], drills)} to {one.partner}: {one.result.replace('_', ' ')}" for one in failed
        ]
        lines += [f"SOS: CALLS NOBODY COULD READ: {self.unread}: look now, `hotline today`"] if self.unread else []
        instead = f"SOS: THE MODEL IN FORCE CANNOT BE READ: calls are judged by {self.judged_by}, {_OTHERS_WAIT}"
        lines += [instead] if self.judged_by else []
        passed = (code for one in standing for code in one.passed_over)
        bare = ", ".join(sorted(set(passed)))
        lines += [f"SOS: PASSED OVER, NO USABLE KEY OR ADDRESS: {bare}; see `hotline alerts partners`"] if bare else []
        return [*lines, f"SOS: NO ALERT COULD BE SENT: {self.problem}"] if self.problem else lines

    def _letters(self, drills: frozenset[int]) -> list[str]:
        """What lies in the outbox and what to do with it, as many as a screen takes: the call just taken first.

        Whoever takes a call reads the top of the screen: older letters, drills and what is only to be deleted follow.
        """
        standing = () if self.ticked is None else self.ticked.standing
        left = {(one.alert.alert_id, code) for one in standing for code in one.left}
        lying = sorted(self._lying(), key=lambda one: (one[:2] in left, one[0] in drills, -one[0]))
        lines = [
            f"SOS: {_named([number], drills)} to {code}: {to_carry(name, left=(number, code) in left)}"
            for number, code, name in lying[:_MOST_NAMED]
        ]
        more = len(lying) - _MOST_NAMED
        return [*lines, *([f"SOS: and {more} more letters in the outbox: `hotline alerts list`"] if more > 0 else [])]

    def _lying(self) -> list[tuple[int, str, str]]:
        """Alert, organisation and file of what still lies in the outbox: that organisation knows of nothing yet."""
        standing = () if self.ticked is None else self.ticked.standing
        return [(one.alert.alert_id, code, name) for one in standing for code, name in one.lying.items()]


def _named(alerts: list[int], drills: frozenset[int]) -> str:
    """Numbers of alerts, as many as a line takes; a drill is called one."""
    more = len(alerts) - _MOST_NAMED
    shown = (f"DRILL A{one}" if one in drills else f"A{one}" for one in alerts[:_MOST_NAMED])
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def split(found: Found) -> tuple[Found, Found]:
    """SOS calls, and everything else."""
    calls = tuple(file for file in found.files if file.channel == SosAlert.name)
    rest = tuple(file for file in found.files if file.channel != SosAlert.name)
    return Found(calls, (), ()), replace(found, files=rest)


def run_id_of_calls(run_id: str) -> str:
    """The id of the small run that goes ahead of a large one."""
    return run_id[:_MOST_ID_CHARS] + ENDING


def run_calls(app: App, run_id: str, calls: Found, after_ingest: str, now: datetime) -> Alarmed:
    """Take the SOS calls in, under this run id, and send their alerts.

    Raises HotlineError where the run did not finish; that no alert could be sent is an answer, not an error.
    """
    run = register(
        app.workspace, app.store, run_id, calls,
        versions=app.rule_versions(calls=True), after_ingest=after_ingest, now=now,
    )  # fmt: skip
    unread = int(str(run_batch(app, run, 1)["rejected"]))
    return replace(alarm(app, now), unread=unread)


def alarm(app: App, now: datetime) -> Alarmed:
    """Send what is due; what stands in the way is said and does not stop a batch."""
    try:
        done = tick(app, now)
        return Alarmed(done, done.problem, judged_by=app.stand_in[1])
    except HotlineError as error:
        return Alarmed(None, str(error))
    except OSError:
        return Alarmed(None, "a key, or the folder outbox, cannot be read or written: see `hotline doctor`")


def alarm_of_night(app: App, now: datetime) -> Alarmed:
    """`alarm`, with every call counted that nobody could read and nobody mended yet, of whatever run."""
    done = alarm(app, now)
    with reading(app.store.engine) as connection:
        return replace(done, unread=len(unread_calls(connection)))


def whole_summary(app: App, run: Run, large: Mapping[str, Any]) -> dict[str, Any]:
    """A run's summary with the calls counted in that went ahead of it, if any; then also written to `summary.json`."""
    ahead = run_id_of_calls(run.run_id)
    if not began(app.workspace, ahead):
        return dict(large)
    calls: Mapping[str, Any] = run_batch(app, app.run(ahead), 1)
    summary = dict(large)
    for name in _COUNTED:
        summary[name] = large[name] + calls[name]
    for name in _COUNTED_BY_NAME:
        names = dict.fromkeys((*large[name], *calls[name]))
        summary[name] = {each: large[name].get(each, 0) + calls[name].get(each, 0) for each in names}
    summary["taken_in_by"] = sorted({*large["taken_in_by"], *calls["taken_in_by"]})
    summary["calls_first"] = calls["run"]
    write_file(app.workspace.run(run.run_id) / SUMMARY_NAME, json.dumps(summary, indent=1).encode())
    return summary
