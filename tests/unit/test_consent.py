"""What a reporter allowed is sealed with their contact, and the sealed word decides."""

from __future__ import annotations

import json
from itertools import product

import pytest

from triage.consent import CONSENT, check_consent, consent_in, with_consent, without_consent
from triage.errors import Damage
from triage.report import CONTACT_FIELDS, Fact

SAID = {"contact_name": "Ana \u0161 \"A\"", "contact_email": "ana@mail.example"}
_SAFE, _POLICE = (0, Fact.CONTACT_IS_SAFE), (0, Fact.POLICE_MAY_CONTACT)
ALLOWED = tuple(Fact(safe | police) for safe, police in product(_SAFE, _POLICE))


@pytest.mark.parametrize("facts", ALLOWED)
def test_what_was_allowed_comes_back_beside_the_contact_as_it_was(facts: Fact) -> None:
    kept = json.loads(with_consent(json.dumps(SAID), facts | Fact.HAS_CONTACT | Fact.NO_EMAIL))
    assert consent_in(kept) == facts
    assert without_consent(kept) == SAID
    assert set(kept) - set(CONTACT_FIELDS) == {"said_yes"}


@pytest.mark.parametrize(("facts", "claimed"), list(product(ALLOWED, ALLOWED)))
def test_nobody_is_believed_who_says_that_more_was_allowed(facts: Fact, claimed: Fact) -> None:
    kept = json.loads(with_consent(json.dumps(SAID), facts))
    if claimed & ~facts:
        with pytest.raises(Damage):
            check_consent(kept, claimed)
    else:
        check_consent(kept, claimed)


def test_a_contact_sealed_before_this_was_kept_says_nothing_and_is_used_as_before() -> None:
    assert consent_in(SAID) is None
    assert without_consent(SAID) == SAID
    check_consent(SAID, CONSENT)
