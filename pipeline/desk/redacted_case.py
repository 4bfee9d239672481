"""The texts of one case as one recipient may see them: opened, redacted, and named by one keyed digest.

Texts are opened here for the redactor; who may see the result and that it was shown is `text_release`'s work. Only
what reporters described leaves: where content is goes as addresses, through the field table. What the redactor
withholds stays here and is named by its reason. The contact of every reporter of the case is masked in every text of
it: one person may have written twice.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

from exporters.redacted_texts import RedactedText
from exporters.withheld import FIELD
from pipeline.bootstrap import App
from pipeline.desk.caseview import CaseFacts
from pipeline.desk.recipient_keys import MASKED_VALUES, RELEASED_TEXTS, recipient_key
from pipeline.desk.vaultroom import Vaultroom
from triage.language import UNDETERMINED, language_of
from triage.redacting.redactor import Redactor
from triage.routing import Recipient

CODE_CHARS = 8


@dataclass(frozen=True, slots=True)
class RedactedCase:
    """`texts` may leave once released; `withheld` says of which reports (place in the case) none may, and why.

    `digest` (64 hexadecimal digits) stands for all of it towards this recipient, `redactor` for what made it.
    """

    texts: tuple[RedactedText, ...]
    withheld: tuple[tuple[int, str], ...]
    digest: str
    redactor: str

    @property
    def code(self) -> str:
        """The short form of the digest, which a person types to say that they read exactly this."""
        return self.digest[:CODE_CHARS]


def redacted_case(
    app: App, case: CaseFacts, recipient: Recipient, vault: Vaultroom, redactor: Redactor
) -> RedactedCase:
    """Redact every text of a case for a recipient. Raises KeyProblem without the vault's private key."""
    said = {number: text for number, one in enumerate(case.report_ids, 1) if (text := vault.texts(one).get(FIELD))}
    originals = list(said.values())
    key = recipient_key(app.store.index_key, MASKED_VALUES, recipient.code)
    own = vault.own_contact(case.report_ids) if said else None
    redacted = redactor.redact_many(originals, recipient=recipient.redacted_as, key=key, own=[own] * len(originals))
    texts: list[RedactedText] = []
    withheld: list[tuple[int, str]] = []
    for number, one, spoken in zip(said, redacted, language_of(originals), strict=True):
        if one.withheld is not None:
            withheld.append((number, one.withheld))
        else:
            language = None if spoken.code == UNDETERMINED else spoken.code
            texts.append(RedactedText(number, language, recipient.redacted_as, one))
    digest = _digest(recipient_key(app.store.index_key, RELEASED_TEXTS, recipient.code), texts, withheld)
    return RedactedCase(tuple(texts), tuple(withheld), digest, redactor.version)


def _digest(key: bytes, texts: Sequence[RedactedText], withheld: Sequence[tuple[int, str]]) -> str:
    """Over all that would leave, and over what would not: a report that comes later changes it too."""
    said = [[one.number, one.language, one.redacted.text, one.masked] for one in texts]
    return hmac.digest(key, json.dumps([said, list(withheld)]).encode(), "sha256").hex()
