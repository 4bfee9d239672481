"""Letting redacted texts of a case go to one recipient: a person is shown them, releases them, then they are exported.

Off unless the operator named the recipient in `free_text_for`. What a release covers is a keyed digest of the texts as
they were shown; an export redacts anew, and where the digest is another one (a later report, an erased one, newer
rules) the package is made without texts. Texts for police follow the rule of their package: who assessed the case
cannot release them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, select, update

from pipeline.bootstrap import App
from pipeline.desk.acts import release_in, row_to_act_on, to_release
from pipeline.desk.caseview import CaseFacts, case_facts
from pipeline.desk.people import actor
from pipeline.desk.records import StoredDisposition
from pipeline.desk.redacted_case import RedactedCase, redacted_case
from pipeline.desk.vaultroom import Vaultroom
from pipeline.routes import routes
from pipeline.store.engine import writing
from pipeline.store.schema import audit, case_record
from pipeline.store.text_tables import text_release
from triage import disposition as disposing
from triage.errors import RuleBroken, UsageError
from triage.people import Act, Person, require
from triage.redacting.redactor import Redactor
from triage.redaction import TEXT_KINDS
from triage.routing import Recipient

SHOWN, RELEASED = "redacted_text_shown", "text_released"
"""Audit events: a person was shown the redacted texts (with their digest), and let exactly those go."""
SWITCHED_OFF = "switched off: this recipient is not in free_text_for"
_SHOW_AGAIN = "show them again with `hotline release C{} --show-text`"
_ASK = "no recipient it goes to is in free_text_for, or nobody decided yet"


@dataclass(frozen=True, slots=True)
class Shown:
    """What would leave, for a screen. `report_ids` are the case's, oldest first: place 1 is the first."""

    case_id: int
    recipient: Recipient
    report_ids: tuple[int, ...]
    redacted: RedactedCase


@dataclass(frozen=True, slots=True)
class Released:
    """Texts that may leave now; `packages` is how many police packages the same person let go with them."""

    case_id: int
    recipient: str
    texts: int
    packages: int


@dataclass(frozen=True, slots=True)
class TextRelease:
    """One stored release: for whom, by whom, when, of what."""

    recipient: str
    digest: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TextDesk:
    """What showing, releasing and exporting texts need; the redactor is made only where a text is redacted."""

    app: App
    vault: Vaultroom
    redactor: Callable[[], Redactor]


def desk_of(app: App, vault: Vaultroom | None = None) -> TextDesk:
    """The desk of this installation; its redactor takes a second to make and is made once."""
    from pipeline import redacting_setup

    return TextDesk(
        app, vault or Vaultroom(app), cache(lambda: redacting_setup.redactor(app.settings.default_country_code))
    )


def show(desk: TextDesk, by: Person, case_id: int, recipient: str | None, now: datetime) -> Shown:
    """The texts of a case as they would leave; who was shown what is written down before anything is shown.

    Raises RuleBroken if this person may not read texts or the recipient may not get any, UsageError.
    """
    require(by, Act.READ_TEXT)
    case, to, redacted = _redacted(desk, case_id, recipient)
    with writing(desk.app.store.engine) as connection:
        details = _details(to, redacted)
        desk.app.store.record(connection, now, actor(by), SHOWN, f"C{case_id}", details)
    return Shown(case_id, to, case.report_ids, redacted)


def release_text(
    desk: TextDesk, by: Person, case_id: int, code: str, recipient: str | None, now: datetime,
    version: int | None = None,
) -> Released:  # fmt: skip
    """Let the texts go that this person was shown; for police, together with the package where that still waits.

    Raises RuleBroken for another code, for who was not shown them or assessed the case (police), CaseTaken.
    """
    require(by, Act.READ_TEXT)
    require(by, Act.DISPOSE, "release texts")
    case, to, redacted = _redacted(desk, case_id, recipient)
    if disposing.needs_release(to.kind):
        require(by, Act.RELEASE, "release texts to police")
    if not redacted.texts:
        why = "every text is withheld" if redacted.withheld else "nobody wrote one"
        raise RuleBroken(f"C{case_id} has no text that may leave: {why}")
    with writing(desk.app.store.engine) as connection:
        row_to_act_on(connection, by, case_id, now, case.version if version is None else version)
        if redacted.code != code.strip().lower():
            raise RuleBroken(f"this is not the code of these texts as they are now: {_SHOW_AGAIN.format(case_id)}")
        if not _was_shown(connection, by, case_id, to.code, redacted.digest):
            raise RuleBroken(f"who releases texts must have read them: {_SHOW_AGAIN.format(case_id)}")
        packages = _release_packages(desk.app, connection, by, case, to, now)
        _insert(connection, by, case_id, to, redacted, now)
        desk.app.store.record(connection, now, actor(by), RELEASED, f"C{case_id}", _details(to, redacted))
    return Released(case_id, to.code, len(redacted.texts), packages)


def may_get_text(app: App, to: Recipient) -> bool:
    """Whether the operator switched texts on for this recipient, and its kind may get any."""
    return to.code in app.settings.free_text_for and to.redacted_as in TEXT_KINDS


def releases_of(connection: Connection, case_id: int) -> tuple[TextRelease, ...]:
    """Every release of texts of a case, oldest first."""
    rows = connection.execute(
        select(text_release).where(text_release.c.case_id == case_id).order_by(text_release.c.release_id)
    )
    return tuple(
        TextRelease(row.recipient, row.digest, row.person_id, datetime.fromtimestamp(row.made_at, UTC)) for row in rows
    )


def decided_for(case: CaseFacts, to: Recipient) -> list[StoredDisposition]:
    """The decisions that send a case to this recipient."""
    return [one for one in case.dispositions if (one.made.kind, one.made.recipient) == (to.kind, to.code)]


def _redacted(desk: TextDesk, case_id: int, recipient: str | None) -> tuple[CaseFacts, Recipient, RedactedCase]:
    case = case_facts(desk.app, case_id, desk.vault)
    to = _recipient(desk.app, case, recipient)
    return case, to, redacted_case(desk.app, case, to, desk.vault, desk.redactor())


def _recipient(app: App, case: CaseFacts, given: str | None) -> Recipient:
    """The recipient named, or the only one this case goes to that may get text."""
    known = routes().recipients
    decided = {one.made.recipient for one in case.dispositions}
    open_to = [one.code for one in known.values() if one.code in decided and may_get_text(app, one)]
    if given is None:
        if len(open_to) != 1:
            choice = f"say for whom with --recipient: {', '.join(open_to)}"
            raise UsageError(choice) if open_to else RuleBroken(f"no text may leave for C{case.case_id}: {_ASK}")
        return known[open_to[0]]
    if given not in known:
        raise UsageError(f"there is no such recipient; there are: {', '.join(known)}")
    if not may_get_text(app, known[given]):
        raise RuleBroken(SWITCHED_OFF)
    if given not in decided:
        raise RuleBroken(f"nobody decided that C{case.case_id} goes to this recipient: run `hotline dispose`")
    return known[given]


def _was_shown(connection: Connection, by: Person, case_id: int, recipient: str, digest: str) -> bool:
    """Whether the audit chain says that this person was shown exactly these texts for this recipient."""
    told = connection.execute(
        select(audit.c.details)
        .where(audit.c.event == SHOWN, audit.c.subject == f"C{case_id}", audit.c.actor == actor(by))
    ).scalars()  # fmt: skip
    said = [json.loads(details) for details in told]
    return any(one.get("recipient") == recipient and one.get("digest") == digest for one in said)


def _release_packages(
    app: App, connection: Connection, by: Person, case: CaseFacts, to: Recipient, now: datetime
) -> int:
    """The packages of this recipient that wait are released with their texts; four eyes hold for those that do not."""
    mine = decided_for(case, to)
    if not disposing.needs_release(to.kind):
        return 0
    if any(one.made.recipient == to.code for one in to_release(connection, case.case_id)):
        return len(release_in(app, connection, by, case.case_id, now, to.code))
    for one in mine:
        disposing.check_release(one.made, by.person_id, case.assessments)
    return 0


def _insert(
    connection: Connection, by: Person, case_id: int, to: Recipient, redacted: RedactedCase, now: datetime
) -> None:
    connection.execute(text_release.insert().values(
        case_id=case_id, recipient=to.code, digest=redacted.digest, redactor=redacted.redactor,
        texts=len(redacted.texts), person_id=by.person_id, made_at=int(now.timestamp()),
    ))  # fmt: skip
    connection.execute(
        update(case_record).where(case_record.c.case_id == case_id).values(version=case_record.c.version + 1)
    )


def _details(to: Recipient, redacted: RedactedCase) -> dict[str, object]:
    return {
        "recipient": to.code, "kind": str(to.kind), "digest": redacted.digest, "redactor": redacted.redactor,
        "texts": len(redacted.texts), "withheld": len(redacted.withheld),
    }  # fmt: skip
