"""The words screens use for codes: what a tired person reads at a glance, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.delivery.answer_mail import Outbox
from pipeline.desk.times import local
from triage.clocks import Lane
from triage.completeness import Part
from triage.grouping import NewFact
from triage.lifecycle import Status
from triage.verdict import UNHEARD, Escalation, Label, says_unread

LANES = {
    Lane.DANGER_NOW: "danger now", Lane.CHILDREN_AT_RISK: "children at risk", Lane.SUSPECTS: "suspects",
    Lane.ASSIGNED_BY_INHOPE: "assigned by INHOPE", Lane.NEW_FACTS: "new facts", Lane.OTHER_REPORTS: "other reports",
    Lane.NEEDS_ADDRESS: "needs an address", Lane.QUESTIONS: "questions", Lane.OVERDUE: "overdue",
}  # fmt: skip
LABELS = {
    Label.CSAM_SUSPECT: "CSAM suspect", Label.COMPLETE: "complete report",
    Label.INCOMPLETE: "nobody could act on it yet",
}  # fmt: skip
DANGERS = {
    Escalation.DANGER_NOW: "a child may be in danger now", Escalation.RISK_TO_LIFE: "a life may be at risk",
    Escalation.CHILD_BLACKMAILED: "a child may be being blackmailed",
    Escalation.CHILD_IDENTIFIED: "a child may be identified", Escalation.ABUSE_DESCRIBED: "abuse is described",
}  # fmt: skip
STATUSES = {
    Status.NEW: "new", Status.TAKEN: "in work", Status.ASSESSED: "assessed, not decided", Status.DECIDED: "decided",
    Status.CLOSED: "closed", Status.REMOVED: "content removed", Status.RETURNED: "back with new facts",
}  # fmt: skip
NEW_FACTS = {
    NewFact.CONTACT: "a reporter left a contact", NewFact.DANGER: "a graver danger than before",
    NewFact.UNLIKE_TEXT: "a reporter wrote something new", NewFact.MORE_SEVERE: "a graver suspicion than before",
    NewFact.AGAIN_AFTER_REMOVAL: "reported again after it had been removed", NewFact.JOINED: "joined with another case",
    NewFact.POLICE_ASKED: "police need more from us", NewFact.POLICE_NO_OFFENCE: "police saw no offence",
    NewFact.HELPLINE_ASKED: "nobody got in touch with the helpline, or it needs more from us",
    NewFact.REOPENED: "a colleague took its closing back",
}  # fmt: skip
KINDS = {
    "url": "web address", "onion": "onion address", "ipfs": "IPFS address", "handle": "profile", "invite": "invitation",
    "phone": "telephone", "file": "file",
}  # fmt: skip
REASONS = {
    "no_locator": "it names no address", "bare_platform": "it names a platform, but no page or person on it",
    "unusable_locator": "its address leads nowhere anybody could look",
    "missing_attachment": "its attachment is missing",
    "resembles_known": "what came with it resembles something a list knows (look first)",
    "question": "it reads like a question", "spam": "it reads like advertising", "test": "it reads like a test",
    "seeks_material": "somebody seems to look for material: a person must answer",
    "seeks_help_for_self": "somebody asks for help with their own thoughts: a person must answer",
    "known_content": "the content is on a list of known content", "known_url": "the address is on a list of known ones",
    "reporter_category": "the reporter chose a category that says so", "text_signal": "the text says so",
    "assigned_by_inhope": "INHOPE assigned it to us", "locator": "it names an address somebody can look at",
    "attachment": "it came with an attachment", "alert": "it is an SOS call",
    "report_described": "it describes something seen", "mentioned_only": "it only mentions such things",
    "text_doubt": "its words leave a doubt: a person should read it",
    "own_contact": "it holds the reporter's own telephone, mail, user name or profile, or too many to read: no address",
    UNHEARD: "words stand under a heading or in a field nobody knows, and no rule read them: a person must",
    **{str(kind): words for kind, words in DANGERS.items()},
}  # fmt: skip
UNREAD_TEXT = "it seems written, at least in part, in a language the hotline does not read: a person must look first"
PARTS = {
    Part.ADDRESS: "an address where it can be seen", Part.POST_OR_PROFILE: "which page or profile on the platform",
    Part.PLATFORM: "on which platform the profile is", Part.USABLE_ADDRESS: "an address that others can open",
    Part.ATTACHMENT: "the attachment it speaks of", Part.WHAT_WAS_SEEN: "what was seen", Part.WHEN: "when it was seen",
}  # fmt: skip
LANGUAGES = {
    "bcs": "Bosnian, Croatian or Serbian", "en": "English", "sq": "Albanian", "de": "German",
    "und": "a language the machine cannot tell",
}  # fmt: skip
SCRIPTS = {"latin": "", "cyrillic": ", in Cyrillic letters", "mixed": ", in Latin and Cyrillic letters"}
FIELDS = {
    "location": "address field", "description": "text", "category": "category", "attachments": "attachments",
    "concerns_own_child": "the box \"my own child\"", "besides": "unknown fields",
}  # fmt: skip
ROUTING_RULES = {
    "sos_call": "it is an SOS call", "child_in_danger": "a child may be in danger",
    "grave_content_hosted_here": "grave content, hosted here or nobody knows where",
    "grave_content_not_hosted_here": "grave content, hosted abroad", "other_crime": "another crime",
    "grave_content_where_no_hotline_is": "grave content, hosted where INHOPE has no hotline",
    "suspect_needs_assessment": "a suspect nobody assessed yet", "worries_about_own_thoughts": "somebody asks for help",
    "question": "it is a question", "worried_parent": "a parent or teacher asks for help",
    "conduct_without_sign_of_abuse": "conduct towards a child, no sign of abuse",
    "no_rule_fits": "no rule fits", "removal_where_it_is_hosted": "its host, here, can remove it",
    "other_unlawful_content_hosted_here": "otherwise illegal, and hosted here",
}  # fmt: skip
COMPETENCE_UNKNOWN = ":competence_unknown"
OWN_EVENTS = {
    "iccam_sending": "began to send it to ICCAM", "iccam_accepted": "ICCAM took it",
    "iccam_found": "found it in ICCAM", "iccam_refused": "ICCAM refused it",
    "answer_shown": "looked at the letters", "contact_opened": "opened a contact", "answer_sent": "sent an answer",
    "answer_not_sent": "could not answer", "answer_called": "called a reporter",
    "answer_told": "told somebody who asked with a receipt code",
    "contact_withdrawn": "noted that a reporter wants no contact any more",
    "helpline_feedback": "the helpline answered",
    "alert_raised": "an SOS call came", "alert_claimed": "began to tell an organisation",
    "alert_sent": "told an organisation", "alert_not_sent": "could not tell an organisation",
    "alert_overtaken": "ended a try to tell an organisation that was begun again meanwhile",
    "alert_acknowledged": "an organisation acknowledged", "alert_ended": "ended the alert",
    "disclosure_asked": "asked that police be told who a reporter is", "disclosure_withdrawn": "took that back",
    "disclosure_made": "sealed a reporter's contact for police", "disclosure_not_made": "could not seal it",
    "police_hold": "police asked to wait", "police_hold_released": "police let notices go",
    "hold_override_asked": "asked to override the police hold", "hold_override_granted": "granted the override",
    "notice_sent": "sent a notice", "notice_not_sent": "could not send a notice",
    "notice_overtaken": "ended a try to send a notice that somebody else had begun again",
    "notice_answered": "noted what the host did", "urgent_call_made": "made a sheet to call police by",
    "urgent_call_logged": "wrote down a call to police", "urgent_call_read": "read what was said in a call",
    "urgent_call_reviewed": "reviewed a call to police",
}  # fmt: skip
"""What a push does with a case, answers to reporters and what police were told of them: no custody list tells it."""
LAID_DOWN = {
    "alert_sent": "laid an alert into the outbox", "answer_sent": "laid an answer into the outbox",
    "notice_sent": "laid a notice into the outbox",
}  # fmt: skip
"""What did not leave by a server: somebody carries it, and nobody it is for knows of it before."""
EVENTS = {
    "case_taken": "took it", "case_given_back": "gave it back", "case_assessed": "assessed it",
    "case_disposed": "decided", "case_released": "released it", "case_split": "split it", "text_read": "read the text",
    "case_split_off": "split it off another case", "cases_joined": "joined it", "cases_kept_apart": "kept it apart",
    "case_reopened": "took its closing back",
    "exported": "put it into a package", "redacted_text_shown": "was shown the redacted texts",
    "text_released": "released the redacted texts",
}  # fmt: skip


def reason(code: str, rule: str = "") -> str:
    """A reason in plain words; a code nobody named stays a code. `rule`, where known, says who left a doubt."""
    if code != UNHEARD and says_unread(code, rule):
        return UNREAD_TEXT
    return REASONS.get(code, code.replace("_", " "))


def rule(name: str) -> str:
    """Why a recipient is suggested, in plain words."""
    known = ROUTING_RULES.get(name.removesuffix(COMPETENCE_UNKNOWN), name.replace("_", " "))
    return known + ("; the area does not say whose police" if name.endswith(COMPETENCE_UNKNOWN) else "")


_DETAILS = {
    "alert": "A{}", "call": "call {}", "recipient": "for {}", "partner": "for {}", "report": "report {}",
    "area": "from {}", "reason": "because: {}", "escalate": "{}", "called": "called {}", "told_at": "said {}",
    "spoken": "at {}", "at": "at {}", "due": "due {}", "drill": "a drill", "again": "once more", "result": "{}",
    "state": "{}", "said": "{}", "by": "by {}", "how": "by {}", "outcome": "{}", "signed": "signed",
}  # fmt: skip
"""How a detail is said, in this order; those not named here follow under their own name. A yes has no value in it."""
_UNSAID = frozenset({"word", "turn", "fingerprint", "sha256", "digest", "items", "disclosure", "claimed_at"})
"""Details for a program: numbers of rows, digests, and by which claim."""
_OF_SENDING = frozenset({"by", "result", "state"})
"""Details that say that it was sent, and how."""
_COUNTS = {"reports": "report", "texts": "text", "addresses": "address", "cases": "case"}
_PURPOSES = {
    "answer_shown": "to look at the letters", "answer": "to write an answer",
    "answer_call": "to call the reporter", "disclosure": "to tell police",
}  # fmt: skip
_TIMES = frozenset({"due", "called", "spoken", "told_at", "at"})
"""Details that are times: seconds since 1970 or ISO 8601."""
_REACHED = {True: "somebody was reached", False: "nobody was reached"}


def event(code: str, said: Mapping[str, Any]) -> str:
    """What happened, in plain words; `said` are its details."""
    if _lies_in_outbox(code, said):
        return LAID_DOWN[code]
    if said.get("result") == "taken_back":
        return "took a letter out of the outbox again"
    return (EVENTS | OWN_EVENTS).get(code, code.replace("_", " "))


def details(code: str, said: Mapping[str, Any]) -> str:
    """What an event's details say, in plain words."""
    match code:
        case "case_taken":
            return f"for {said.get('minutes', '?')} minutes"
        case "case_assessed":
            place = said.get("item", "whole case")
            return f"{place}: {_plain(said.get('classification'))} (viewed: {_plain(said.get('viewed'))})"
        case "case_disposed":
            to = f" to {said['recipient']}" if said.get("recipient") else ""
            return f"{_plain(said.get('kind'))}{to}, because: {_plain(said.get('reason'))}"
        case "case_released":
            return "to police" if said.get("count", 1) == 1 else f"{said['count']} packages to police"
        case "exported":
            again = ", once more" if said.get("again") else ""
            name = said.get("name") or f"{said.get('kind', '')} package {said.get('package', '?')}"
            return f"{name} for {said.get('recipient', '?')}{again}"
        case "disclosure_made":
            kept = {name: value for name, value in said.items() if name not in ("package", "name")}
            return ", ".join([*_told(kept), f"as the disclosure {said.get('name') or ''}".rstrip()])
        case "case_split" | "case_split_off" | "cases_joined":
            return _moved(said)
        case "cases_kept_apart":
            return f"from {said.get('other', '?')}"
        case "text_read":
            return counted(said.get("reports"), "report")
        case "police_hold" | "police_hold_released":
            return ", ".join(_told({"recipient": said.get("recipient"), "how": said.get("reason")}))
        case "redacted_text_shown" | "text_released":
            return f"{counted(said.get('texts'), 'text')} for {said.get('recipient', '?')}"
    if _lies_in_outbox(code, said):
        said = {name: value for name, value in said.items() if name not in _OF_SENDING}
    return ", ".join(_told(said))


def _lies_in_outbox(code: str, said: Mapping[str, Any]) -> bool:
    return code in LAID_DOWN and said.get("by") == Outbox.way


def _told(said: Mapping[str, Any]) -> list[str]:
    """Each detail of an event that has no words of its own; what is no, empty or only for programs is left out."""
    found = [_REACHED[said["reached"]]] if isinstance(said.get("reached"), bool) else []
    left_out = _UNSAID | {"reached"}
    names = [name for name in _DETAILS if name in said] + sorted(said.keys() - _DETAILS.keys())
    for name in (one for one in names if one not in left_out):
        value = _value(name, said[name])
        if name in _COUNTS:
            found.append(counted(value, _COUNTS[name]))
        elif name == "for":
            found.append(_PURPOSES.get(str(said[name]), f"for {value}"))
        elif value is True:
            found.append(_DETAILS.get(name, name.replace("_", " ")))
        elif value not in (False, None, ""):
            form = _DETAILS.get(name, f"{name} {{}}".replace("_", " "))
            found.append(form.format(value))
    return found


def _value(name: str, value: Any) -> Any:
    """A detail's value as people read it: times as local ones, dangers and codes in words."""
    if name in _TIMES and not isinstance(value, bool):
        return _time(value)
    if name == "escalate":
        grave = next((one for one in Escalation if value in (int(one), str(one))), Escalation.NONE)
        return DANGERS.get(grave, "")
    kept = name in ("recipient", "partner", "area", "reference", "name", "contact")
    return value if kept or not isinstance(value, str) else _plain(value)


def _time(value: object) -> object:
    """A stored time as people read it; anything else as it is."""
    if isinstance(value, int):
        return local(datetime.fromtimestamp(value, UTC))
    try:
        return local(datetime.fromisoformat(str(value)))
    except ValueError:
        return value


def _moved(said: Mapping[str, Any]) -> str:
    """Where links went; a case split off names where it came from only."""
    way = f"from {said['from']}" if "from" in said else f"into {said.get('into', '?')}"
    return f"{way}, {counted(said.get('links'), 'mention')} moved"


def counted(count: object, name: str) -> str:
    """`1 report`, `2 reports`, `1,000 addresses`; the one place that knows when there are several."""
    shown = f"{count:,}" if isinstance(count, int) else count
    return f"{shown} {name if count == 1 else _several(name)}"


def _several(name: str) -> str:
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


def _plain(code: object) -> str:
    return str(code or "").replace("_", " ")
