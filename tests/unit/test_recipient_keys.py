"""Keys per recipient: stable for one, another for each, and what is shown under them cannot be compared."""

from __future__ import annotations

import re

from pipeline.desk.recipient_keys import MASKED_VALUES, RELEASED_TEXTS, recipient_key
from tests.redacting import few_names_redactor

INDEX = bytes(range(32))
SAID = "Taj čovjek koristi profil {} i piše djeci sa te stranice svake večeri."


def _shown(recipient: str, handle: str) -> str:
    key = recipient_key(INDEX, MASKED_VALUES, recipient)
    said = few_names_redactor().redact_many([SAID.format(handle)], recipient="helpline", key=key)[0].text
    found = re.search(r"\[HANDLE:[0-9a-f]{8}\]", said)
    return found[0] if found else said


def test_a_key_is_the_same_again_and_another_for_each_recipient_and_purpose() -> None:
    named = [(use, to) for use in (MASKED_VALUES, RELEASED_TEXTS) for to in ("helpline", "prevention")]
    keys = [recipient_key(INDEX, *one) for one in named]
    assert keys == [recipient_key(INDEX, *one) for one in named]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}
    assert recipient_key(bytes(32), MASKED_VALUES, "helpline") not in keys


def test_one_recipient_sees_the_same_handle_under_the_same_digest_and_two_cannot_compare() -> None:
    first = _shown("helpline", "@losi_profil77")
    assert first.startswith("[HANDLE:")
    assert _shown("helpline", "@losi_profil77") == first
    assert _shown("helpline", "@drugi_profil78") != first
    assert _shown("prevention", "@losi_profil77") != first
