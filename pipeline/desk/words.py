"""Acts given in words (options of a command, a row of a file) to acts: one way in, so the same rules hold for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.bootstrap import App
from pipeline.desk import acts, holding, returning
from pipeline.desk.numbers import case_number, item_number
from pipeline.desk.records import PAYMENT_ANSWER, WORD_ANSWERS, YES_NO_ANSWERS, answers, one_of
from pipeline.store.engine import reading
from triage.assessment import GRAVE, Classification, IllegalKind, Viewed
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError
from triage.people import Person
from triage.routing import Routes

ASSESS, DISPOSE, RELEASE, GIVE_BACK, REOPEN = "assess", "dispose", "release", "give_back", "reopen"
ACTS = (ASSESS, DISPOSE, RELEASE, GIVE_BACK, REOPEN)
ICCAM_WORDS = (*WORD_ANSWERS, *YES_NO_ANSWERS, PAYMENT_ANSWER)
COLUMNS = (
    "act", "case", "item", "classification", "viewed", "reason", "kind", "recipient", "hosting_country",
    "hosting_source", "version", *ICCAM_WORDS,
)  # fmt: skip
"""Every word an act may carry; `kind` is the kind of disposition or of illegal_other."""
_USED = {
    ASSESS: {"item", "classification", "viewed", "reason", "kind", "hosting_country", "hosting_source", *ICCAM_WORDS},
    DISPOSE: {"kind", "recipient", "reason"},
    RELEASE: set[str](),
    GIVE_BACK: set[str](),
    REOPEN: {"reason"},
}
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})
MAX_VERSION_DIGITS = 9

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, where, when, and who cases may go to."""

    app: App
    by: Person
    now: datetime
    routes: Routes


@dataclass(frozen=True, slots=True)
class Applied:
    """One act that happened and where its case stands now; `hosting_kept` as `acts.Done` has it."""

    act: str
    case_id: int
    status: str
    hosting_kept: str | None = None


def apply(desk: Desk, words: Words) -> Applied:
    """Do what the words say; empty words are unset. Raises UsageError, RuleBroken or CaseTaken, never with a value."""
    act = words.get("act", "")
    if act not in ACTS:
        raise UsageError(f"act is one of: {', '.join(ACTS)}")
    given = {name: word.strip() for name, word in words.items() if word.strip()}
    stray = sorted(set(given) - _USED[act] - {"act", "case", "version"})
    if stray:
        raise UsageError(f"{act} takes no {stray[0]}")
    with reading(desk.app.store.engine) as connection:
        case_id = case_number(connection, given.get("case", ""))
    if act == ASSESS:
        done = acts.assess(desk.app, desk.by, case_id, said(given), desk.now, _version(given))
        return Applied(act, case_id, str(done.status), done.hosting_kept)
    if act == DISPOSE:
        done = acts.dispose(
            desk.app, desk.by, case_id, one_of(Kind, given.get("kind", ""), "kind"), given.get("recipient"),
            given.get("reason", ""), desk.now, desk.routes, _version(given),
        )  # fmt: skip
        return Applied(act, case_id, str(done.status))
    if act == RELEASE:
        acts.release(desk.app, desk.by, case_id, desk.now, _version(given))
        return Applied(act, case_id, "released")
    if act == REOPEN:
        reason = given.get("reason", "")
        status = returning.reopen(desk.app, desk.by, case_id, reason, desk.now, _version(given))
        return Applied(act, case_id, str(status))
    return Applied(act, case_id, str(holding.give_back(desk.app, desk.by, case_id, desk.now)))


def is_grave(words: Words) -> bool:
    """Whether the words set a grave classification, which only a single act may."""
    return words.get("act") == ASSESS and words.get("classification", "").strip() in set(map(str, GRAVE))


def said(given: Words) -> acts.Said:
    """An assessment from words; what is absent stays unset. Raises RuleBroken or UsageError naming the word."""
    kind = given.get("kind")
    item = given.get("item")
    return acts.Said(
        classification=one_of(Classification, given.get("classification", ""), "classification"),
        locator_id=None if item is None else item_number(item),
        viewed=one_of(Viewed, given.get("viewed", Viewed.NO), "viewed"),
        reason=given.get("reason"),
        kind=None if kind is None else one_of(IllegalKind, kind, "kind"),
        hosting_country=given.get("hosting_country"),
        hosting_source=given.get("hosting_source"),
        iccam=answers(_iccam(given)),
    )


def _iccam(given: Words) -> dict[str, Any]:
    read: dict[str, Any] = {name: given[name] for name in WORD_ANSWERS if name in given}
    for name in YES_NO_ANSWERS:
        if name in given:
            word = given[name].lower()
            if word not in _YES | _NO:
                raise RuleBroken(f"{name} takes yes or no, or stays unset")
            read[name] = word in _YES
    if PAYMENT_ANSWER in given:
        read[PAYMENT_ANSWER] = given[PAYMENT_ANSWER].replace(",", " ").split()
    return read


def _version(given: Words) -> int | None:
    word = given.get("version")
    if word is None:
        return None
    if not (word.isascii() and word.isdigit() and len(word) <= MAX_VERSION_DIGITS):
        raise UsageError("version is the number shown on the case's screen")
    return int(word)
