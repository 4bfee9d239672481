"""One case on a screen and as JSON: what it is, where, why, what is missing, who should get it, what people said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.cli import plain_words as words
from pipeline.cli.screens import INDENT, harmless, named_cases, pairs, table
from pipeline.desk.caseview import CaseFacts
from pipeline.desk.closing import READ_AT_ONCE
from pipeline.desk.listing import Happened
from pipeline.desk.numbers import shown_report
from pipeline.desk.older_packages import Older
from pipeline.desk.records import StoredDisposition
from pipeline.desk.said import ReportSaid
from pipeline.desk.telling import remark
from pipeline.desk.times import ago, clock_time, clocks, local, received
from triage.answering import Template, needs_help, template_for
from triage.assessment import Classification, Viewed, in_force
from triage.clocks import due_at
from triage.completeness import PLACES, Part, missing_parts
from triage.defang import defang
from triage.disposition import Kind, needs_release
from triage.lifecycle import QUEUED, Status
from triage.report import Fact
from triage.routing import Routes, Suggestion
from triage.verdict import Escalation, Label

ITEMS_SHOWN = 20
REPORTS_SHOWN = READ_AT_ONCE
REPORTS_NAMED = 5
"""Of one address; `--json` has every one."""
_NAME_CHARS = 40
_HOSTED_KINDS = frozenset({"url"})
"""Places that lie in a country somebody can find out: no telephone, invitation or profile, no onion or IPFS address."""


def screen(case: CaseFacts, routes: Routes, now: datetime, *, addresses: bool, everything: bool = False) -> list[str]:
    """The lines of one case. `addresses`: whether this person may see where it is; always defanged."""
    lines = [f"C{case.case_id}   {_heading(case)}", ""]
    lines += pairs(_head(case, now))
    lines += _block("Where", _items(case, addresses, None if everything else ITEMS_SHOWN))
    lines += _block("Why", _why(case))
    lines += _block(_news_title(case), (f"- {words.NEW_FACTS[fact]}" for fact in case.new_facts))
    lines += _block("Still missing", (f"- {part}" for part in missing(case)))
    lines += _block("Would be asked for", _asked(case))
    lines += _block("Suggested", _suggested(case, routes))
    lines += _block("Said so far", _said(case, now))
    return lines


def _news_title(case: CaseFacts) -> str:
    """A case people never decided and that did not return is nowhere back from."""
    back = case.status is Status.RETURNED or (case.dispositions and case.status is not Status.NEW)
    return "Why it is back" if back else "What is new"


def _heading(case: CaseFacts) -> str:
    """What it is; where a child may be in danger that comes first, since somebody can act on it without an address."""
    if case.label is Label.INCOMPLETE and case.escalate is not Escalation.NONE:
        return f"{words.DANGERS[case.escalate]}; no address to act on yet"
    return words.LABELS[case.label]


def _why(case: CaseFacts) -> list[str]:
    """The reasons in plain words, each once; a doubt as its rules explain it."""
    said = [[words.reason(code, rule) for rule in _rules(code, case)] for code in case.reason_codes]
    return [f"- {reason}" for reason in dict.fromkeys(one for of_code in said for one in of_code)]


def _rules(code: str, case: CaseFacts) -> tuple[str, ...]:
    return case.doubts if code == "text_doubt" and case.doubts else ("",)


def texts_block(texts: Iterable[ReportSaid], left: int) -> list[str]:
    """What reporters wrote or said besides, made safe to print; `left` reports are not shown."""
    lines = ["", "What reporters wrote (this was written down)"]
    for one in texts:
        lines.append(f"{INDENT}{shown_report(one.report_id)}")
        fields = [(_column(name), harmless(text)) for name, text in (*one.texts.items(), *one.beside.items())]
        width = max((len(name) for name, _ in fields), default=0)
        for name, text in fields:
            rows = text.split("\n")
            lines += [f"{INDENT}  {name if place == 0 else '':<{width}} | {row}" for place, row in enumerate(rows)]
        if not one.texts:
            lines.append(f"{INDENT}  (no text)")
    return [*lines, f"{INDENT}and {left} more: add --all"] if left else lines


def _column(name: str) -> str:
    """A field's name; that of a column comes from a file, so it is made safe too."""
    return " ".join(harmless(name).replace("_", " ").split())[:_NAME_CHARS]


def history_block(events: list[Happened], now: datetime) -> list[str]:
    """Who did what and when."""
    rows = [
        (local(one.at, now), one.who, words.event(one.event, one.details), words.details(one.event, one.details))
        for one in events
    ]
    return ["", "History", *table(("when", "who", "what", ""), rows)] if rows else []


def history_json(events: Iterable[Happened]) -> list[dict[str, Any]]:
    """The same for a program."""
    return [{"at": one.at.isoformat(), "who": one.who, "event": one.event, "details": one.details} for one in events]


def shared_block(elsewhere: Mapping[int, Sequence[int]]) -> list[str]:
    """Reports that name places of other cases too."""
    told = list(elsewhere.items())
    lines = [f"its report {shown_report(one)} also names {named_cases(cases)}" for one, cases in told[:REPORTS_SHOWN]]
    left = len(told) - REPORTS_SHOWN
    return _block("Shared with other cases", [*lines, *([f"and {left} more reports"] if left > 0 else [])])


def shared_json(elsewhere: Mapping[int, Sequence[int]]) -> dict[str, list[str]]:
    """The same for a program."""
    return {shown_report(one): [f"C{case_id}" for case_id in cases] for one, cases in elsewhere.items()}


def older_block(case_id: int, older: Iterable[Older], now: datetime) -> list[str]:
    """Who has a package that does not tell all we know, and what sends them the rest."""
    lines = []
    for one in older:
        lacks = [words.counted(one.new_reports, "new report")] if one.new_reports else []
        lacks += [words.counted(one.new_assessments, "new assessment")] if one.new_assessments else []
        named = " and ".join(name or "a package" for name in one.names)
        named += f" of {local(one.made_at, now)} lacks" if len(one.names) == 1 else (
            f" (the last of {local(one.made_at, now)}) lack")
        lines.append(f"{one.recipient}: {named} {', '.join(lacks)}")
        decide = f"`hotline dispose C{case_id} police {one.recipient} --reason {one.reason or 'REASON'}`"
        export = f"`hotline export {one.exporter} --recipient {one.recipient} --case C{case_id}`"
        lines.append(f"  a supplement: {decide}, `hotline release C{case_id}`, {export}")
    return _block("Police have an older package", lines)


def older_json(older: Iterable[Older]) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {"recipient": one.recipient, "package": one.names[-1], "packages": list(one.names),
         "made_at": one.made_at.isoformat(), "new_reports": one.new_reports, "new_assessments": one.new_assessments}
        for one in older
    ]  # fmt: skip


def missing(case: CaseFacts) -> list[str]:
    """What a person would need to know next, in plain words; nothing of a case that is closed or lies in another."""
    if case.status is Status.CLOSED:
        return []
    parts = [words.PARTS[part] for part in asked_for(case)]
    said = in_force(case.assessments)
    if case.label is Label.CSAM_SUSPECT and not any(one.viewed is Viewed.CONTENT for one in said):
        parts.append("somebody who looked at the content")
    if not any(one.classification is not Classification.UNSET for one in said):
        parts.append("an assessment")
    if len(case.areas) > 1 and not case.area:
        parts.append("which of the areas it is, since reports differ (it tells whose police)")
    elif not case.area and (case.label is not Label.INCOMPLETE or case.escalate):
        parts.append("the area (it tells whose police)")
    hosted = any(one.kind in _HOSTED_KINDS for one in case.locators)
    if hosted and not any(one.hosting_country for one in said):
        parts.append("the country it is hosted in")
    if not case.report_flags & Fact.HAS_CONTACT and not case.assigned:
        parts.append("a reporter we could ask: nobody left a contact")
    return parts


def asked_for(case: CaseFacts) -> tuple[Part, ...]:
    """The parts of the report that are missing and a reporter could name (`data/answers`)."""
    told = bool(case.report_flags & Fact.HAS_TEXT)
    return missing_parts(case.reason_codes, told=told, category=case.category)


def would_be_asked(case: CaseFacts) -> tuple[Part, ...]:
    """The parts the letter that fits asks for: none where another letter fits (another matter, closed)."""
    parts, made = asked_for(case), [one.made for one in case.dispositions]
    fits = template_for(made, parts, closed=case.status is Status.CLOSED, helps=_needs_help(case))
    if fits is Template.GET_HELP and case.status is not Status.CLOSED:
        return tuple(part for part in parts if part in PLACES)
    return parts if fits is Template.NEEDS_ADDRESS else ()


def _needs_help(case: CaseFacts) -> bool:
    groups: tuple[str | None, ...] = tuple(case.reporter_groups) or (None,)
    return any(needs_help(case.reason_codes, case.escalate, one) for one in groups)


def as_json(case: CaseFacts, now: datetime, *, addresses: bool) -> dict[str, Any]:
    """The case for a program: codes, counts, times, defanged addresses."""
    due = _due(case)
    return {
        "case": f"C{case.case_id}", "status": case.status, "lane": case.lane, "version": case.version,
        "label": str(case.label), "escalate": str(case.escalate), "reasons": list(case.reason_codes),
        "new_facts": [str(fact.name).lower() for fact in case.new_facts], "missing": missing(case),
        "would_be_asked_for": [str(part) for part in would_be_asked(case)],
        "category": case.category, "categories": list(case.categories), "area": case.area or None,
        "areas": list(case.areas), "channels": list(case.channels), "reports": case.reports,
        "first_received": case.first_received.isoformat(), "last_received": case.last_received.isoformat(),
        "due": due.isoformat() if due else None, "overdue": bool(due and now > due),
        "held_until": case.held_until.isoformat() if case.held_until and case.held_until > now else None,
        "joined_into": f"C{case.joined_into}" if case.joined_into else None,
        "items": [
            {"item": f"L{one.locator_id}", "kind": one.kind, "rules": one.rules.split(),
             "reports": [shown_report(number) for number in one.reports]}
            | ({"address": defang(one.canonical)} if addresses else {})
            | ({"tells_reporter": said} if (said := remark(one)) is not None else {})
            for one in case.locators
        ],
        "suggested": [
            {"recipient": one.recipient, "kind": one.kind, "rule": one.rule} for one in _suggestions(case)
        ],
        "assessments": [
            {"item": f"L{one.locator_no}" if one.locator_no else None, "classification": one.classification,
             "viewed": one.viewed, "reason": one.reason, "kind": one.kind, "at": one.at.isoformat(), "by": one.by}
            for one in case.assessments
        ],
        "dispositions": [
            {"kind": one.made.kind, "recipient": one.made.recipient, "reason": one.made.reason, "by": one.made.by,
             "at": one.made.at.isoformat(), "released_by": one.released_by}
            for one in case.dispositions
        ],
        "addresses_since_release": dict(case.since_release),
    }  # fmt: skip


def _head(case: CaseFacts, now: datetime) -> list[tuple[str, str]]:
    held = case.held_until is not None and case.held_until > now
    joined = f", joined into C{case.joined_into}" if case.joined_into else ""
    return [
        ("Danger", words.DANGERS[case.escalate] if case.escalate is not Escalation.NONE else ""),
        ("Lane", words.LANES[case.lane] if case.lane else ""),
        ("Due", _due_words(case, now)),
        ("Stands", words.STATUSES[case.status] + joined),
        ("Held", f"until {clock_time(case.held_until)}" if held and case.held_until else ""),
        ("Reports", _reports(case, now)),
        ("Came by", ", ".join(case.channels)),
        ("Category", _each([one.replace("_", " ") for one in case.categories])),
        ("Area", _area(case)),
        ("Version", str(case.version)),
    ]


def _area(case: CaseFacts) -> str:
    """The area; where reports differ, what each says."""
    return case.area if len(case.areas) < 2 else _each(case.areas)


def _each(values: Sequence[str]) -> str:
    """What reports say; where they differ each of it, most often said first."""
    return ", ".join(values) + (": reports differ" if len(values) > 1 else "")


def _reports(case: CaseFacts, now: datetime) -> str:
    first, last = received(case.first_received, now), received(case.last_received, now)
    return f"1, {first}" if case.reports == 1 else f"{case.reports}, first {first}, last {last}"


def _due(case: CaseFacts) -> datetime | None:
    waits = case.lane is not None and case.waiting_since is not None
    if not waits or (case.status not in QUEUED and case.status is not Status.TAKEN):
        return None
    return due_at(case.lane, case.waiting_since, clocks()) if case.lane and case.waiting_since else None


def _due_words(case: CaseFacts, now: datetime) -> str:
    due = _due(case)
    if due is None:
        return ""
    return local(due, now) + (f"   OVERDUE by {ago(due, now)}" if now > due else "")


def _items(case: CaseFacts, addresses: bool, limit: int | None) -> list[str]:
    items, lines = case.locators, []
    label = "read by" if case.reports == 1 else "same place by"
    for one in items[:limit]:
        place = defang(one.canonical) if addresses else "(shown to analysts only)"
        lines.append(f"{f'L{one.locator_id}':<8}{words.KINDS.get(one.kind, one.kind):<14}{place}")
        if (said := remark(one)) is not None:
            lines.append(f"{'':<22}CAUTION: {said}")
        steps = [step.replace("_", " ") for step in dict.fromkeys(one.rules.split()) if step != "homograph"]
        if steps:
            lines.append(f"{'':<22}{label}: {', '.join(steps)}")
        if len(items) > 1 and case.reports > 1:
            lines.append(f"{'':<22}named by {_numbers(one.reports)}")
        if "homograph" in one.rules.split():
            lines.append(f"{'':<22}CAUTION: its name has letters that look like others")
    left = len(items) - len(items[:limit])
    return [*lines, f"and {left} more: `hotline cases show --all`"] if left else lines


def _numbers(reports: Sequence[int]) -> str:
    left = len(reports) - REPORTS_NAMED
    shown = ", ".join(map(shown_report, reports[:REPORTS_NAMED]))
    return f"{shown} and {left} more" if left > 0 else shown


def _asked(case: CaseFacts) -> list[str]:
    """Codes, for a person who writes the answer; nobody can be asked who left no contact."""
    codes = ", ".join(would_be_asked(case))
    return [codes] if codes and case.report_flags & Fact.HAS_CONTACT else []


def _suggestions(case: CaseFacts) -> tuple[Suggestion, ...]:
    """Who should get it; nobody any more where it is closed or lies in another case."""
    return () if case.status is Status.CLOSED else case.suggestions


def _suggested(case: CaseFacts, routes: Routes) -> list[str]:
    lines = []
    for one in _suggestions(case):
        known = routes.recipients.get(one.recipient)
        name = f"{known.name} ({one.recipient})" if known else "a person decides"
        lines.append(f"{name:<51} because {words.rule(one.rule)}")
    return lines


def _said(case: CaseFacts, now: datetime) -> list[str]:
    lines = []
    for one in case.assessments:
        item = f"L{one.locator_no}" if one.locator_no else "whole case"
        more = "".join(f", {part}" for part in (one.reason, one.kind) if part)
        lines.append(f"{local(one.at, now):<18}{item:<12}{one.classification}{more} (viewed: {one.viewed})")
    for stored in case.dispositions:
        made = stored.made
        waits = ", waits for a second person" if _unreleased(case, stored) else ""
        to = f" to {made.recipient}" if made.recipient else ""
        verb = "close" if made.kind is Kind.CLOSE else made.kind
        lines.append(f"{local(made.at, now):<18}{'decision':<12}{verb}{to}, {made.reason}{waits}")
    return lines


def _unreleased(case: CaseFacts, stored: StoredDisposition) -> bool:
    late = stored.package_id is None and str(stored.made.recipient) in case.since_release
    return needs_release(stored.made.kind) and (late or not stored.released_by)


def _block(title: str, lines: Iterable[str]) -> list[str]:
    given = [f"{INDENT}{line}" for line in lines]
    return ["", title, *given] if given else []
