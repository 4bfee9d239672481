"""What a reporter allowed with their contact, kept inside the sealed contact too: who edits the store cannot grant it.

The report's `facts` say the same in clear, for lists and counts. Before a contact is used the sealed word decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from triage.errors import Damage
from triage.report import Fact

SAID_YES = "said_yes"
"""Name beside the contact fields: what the reporter said yes to, with blanks between; empty for nothing."""
CONSENT = Fact.CONTACT_IS_SAFE | Fact.POLICE_MAY_CONTACT
_NAMES = {Fact.CONTACT_IS_SAFE: "contact_is_safe", Fact.POLICE_MAY_CONTACT: "police_may_contact_me"}


def with_consent(contact: str, facts: int) -> str:
    """The contact (JSON text of one object with at least one name), with what `facts` say its reporter allowed."""
    said = " ".join(name for fact, name in _NAMES.items() if facts & fact)
    return f'{contact[:-1]}, "{SAID_YES}": {json.dumps(said)}}}'


def without_consent(contact: Mapping[str, str]) -> dict[str, str]:
    """An opened contact as the reporter gave it: its contact fields alone."""
    return {name: said for name, said in contact.items() if name != SAID_YES}


def consent_in(contact: Mapping[str, str]) -> Fact | None:
    """What an opened contact says its reporter allowed; None for one sealed before this was kept."""
    if (said := contact.get(SAID_YES)) is None:
        return None
    return _said(said)


@lru_cache(maxsize=8)
def _said(words: str) -> Fact:
    """Few lists of words there are, and making a `Fact` costs more than opening a contact."""
    said = words.split()
    return Fact(sum(fact for fact, name in _NAMES.items() if name in said))


def check_consent(contact: Mapping[str, str], facts: int) -> None:
    """Raises Damage if an opened contact does not say all that `facts` say its reporter allowed."""
    said = consent_in(contact)
    if said is not None and facts & CONSENT & ~said:
        raise Damage("the store says a reporter allowed more than they did: run `hotline verify --deep`")
