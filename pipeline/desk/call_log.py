"""What was said in an urgent call, sealed to the vault: the store can say that there is a log, not what is in it.

Every log is sealed under a data key of its own. Its envelope has the call's number: those of batches begin far above
(`pipeline/tasks/commit_parts.py`: a run's number, from 1, stands in front of 34 bits).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.bootstrap import App
from pipeline.keys import PublicKey, private_key
from pipeline.sealing import Envelope, Opener, Sealer, new_salts
from pipeline.store.schema import envelope
from triage.errors import Damage, RuleBroken, UsageError

CALL_LOG_FIELD = "call_log"
MOST_NOTE_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class CallNote:
    """Who was spoken with (name, rank, unit), and what was said by both sides; neither is ever shown unasked."""

    spoken_with: str
    said: str

    def __repr__(self) -> str:
        return "CallNote(…)"

    @classmethod
    def of_text(cls, text: str) -> CallNote:
        """From a note: who was spoken with in its first line, below it what was said. Raises UsageError, RuleBroken."""
        spoken_with, _, said = text.removeprefix("\ufeff").strip().partition("\n")
        return cls(spoken_with.strip(), said.strip()).checked()

    def checked(self) -> CallNote:
        """Itself. Raises RuleBroken if something is missing, UsageError if it is too long."""
        if not self.spoken_with.strip() or not self.said.strip():
            raise RuleBroken("a log says who was spoken with (first line of the note) and what was said (below it)")
        if len(self.spoken_with) + len(self.said) > MOST_NOTE_CHARS:
            raise UsageError(f"a log has at most {MOST_NOTE_CHARS} characters: keep to what was said")
        return self


def sealed_values(connection: Connection, vault: PublicKey, call_id: int, note: CallNote) -> dict[str, Any]:
    """Write the envelope of a call's log, and answer the columns of `urgent_call` that hold the log."""
    sealer, (salt,) = Sealer(vault), new_salts(1)
    body = json.dumps({"spoken_with": note.spoken_with, "said": note.said}).encode()
    connection.execute(
        envelope.insert().values(envelope_id=call_id, key_id=vault.key_id, wrapped=sealer.envelope.wrapped)
    )
    return {"envelope_id": call_id, "salt": salt, "sealed": sealer.seal(call_id, salt, CALL_LOG_FIELD, body)}


def opened_note(app: App, connection: Connection, row: Row[Any]) -> CallNote:
    """The log of a row of `urgent_call`. Raises UsageError without one, KeyProblem without the private key, Damage."""
    if row.sealed is None or row.salt is None:
        raise UsageError("this call has no log yet: see `hotline urgent list`")
    held = connection.execute(select(envelope).where(envelope.c.envelope_id == row.envelope_id)).one_or_none()
    if held is None:
        raise Damage("an envelope is missing from the store: run `hotline verify`")
    opener = Opener(private_key(app.workspace, held.key_id), Envelope(held.key_id, bytes(held.wrapped)))
    said = json.loads(opener.open(row.call_id, bytes(row.salt), CALL_LOG_FIELD, bytes(row.sealed)))
    return CallNote(said["spoken_with"], said["said"])
