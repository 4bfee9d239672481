"""Numbers that name one person or account are masked, however they are written and whatever stands around them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planted import planted
from tests.redactors import masked, rules_alone
from triage.receipts import code_of
from triage.redacting.roles_table import MASK, action
from triage.redacting.spans import ROLES, Span
from triage.redaction import RECIPIENT_KINDS

SENTENCES, SEED = 2_000, 20261122
KIND_OF = {
    "jmbg": "id_number",
    "oib": "id_number",
    "iban": "account",
    "card": "card",
    "phone": "phone",
    "mail": "email",
}


def _visible(text: str, spans: list[Span], value: str) -> bool:
    """Whether a letter or digit of `value` stays visible somewhere in the text."""
    hidden = {place for span in spans for place in range(span.start, span.end)}
    start = text.index(value)
    return any(text[place].isalnum() and place not in hidden for place in range(start, start + len(value)))


def test_no_planted_identifier_stays_visible() -> None:
    sentences = list(planted(SEED, SENTENCES))
    found = rules_alone().spans_of([one.text for one in sentences])
    left: dict[str, int] = {}
    named: dict[str, int] = {}
    values = 0
    for one, spans in zip(sentences, found, strict=True):
        for kind, value in one.values:
            values += 1
            left[kind] = left.get(kind, 0) + _visible(one.text, spans, value)
            start = one.text.index(value)
            named[kind] = named.get(kind, 0) + any(
                span.kind == KIND_OF[kind] and span.start < start + len(value) and span.end > start for span in spans
            )
    assert left == dict.fromkeys(KIND_OF, 0)
    assert sum(named.values()) >= 0.98 * values


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_spans_are_sorted_apart_and_inside_the_text(seed: int) -> None:
    (one,) = planted(seed, 1)
    (spans,) = rules_alone().spans_of([one.text])
    assert spans
    assert all(0 <= span.start < span.end <= len(one.text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    shown = masked(one.text)
    assert all(value not in shown for _, value in one.values)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("JMBG 0101990150008", "JMBG [ID]"),
        ("JMBG: 010199-0150-008.", "JMBG: [ID]."),
        ("njegov jmbg je 0101990150008", "njegov jmbg je [ID]"),
        ("ЈМБГ 0101990150008", "ЈМБГ [ID]"),
        ("OIB 12345678901", "OIB [ID]"),
        ("broj lične karte 12AB34567", "broj lične karte [ID]"),
        ("passport number X1234567", "passport number [ID]"),
        ("Ausweisnummer: L01X00T471", "Ausweisnummer: [ID]"),
        ("letërnjoftimi nr 012345678", "letërnjoftimi nr [ID]"),
        ("račun 1610000012345678", "račun [ACCOUNT]"),
        ("na 161-0000-12345678-90 do petka", "na [ACCOUNT] do petka"),
        ("IBAN BA391290079401028495", "IBAN [ACCOUNT]"),
        ("kartica 4111 1111 1111 1112", "kartica [CARD]"),
    ],
)
def test_a_naming_word_masks_a_number_with_a_wrong_check_digit(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize("written", ["ima 13 godina", "to je 2. slika od 15", "u 2024. godini", "Sl. list 12/2005"])
def test_short_numbers_stay(written: str) -> None:
    assert masked(written) == written


@settings(deadline=None, max_examples=100)
@given(st.binary(min_size=16, max_size=16))
def test_a_receipt_code_is_hidden_however_it_is_written(secret: bytes) -> None:
    code = code_of(secret)
    plain = code.replace("-", "")
    for written in (code, plain, code.lower(), code.replace("-", " "), code.replace("-", " - "), plain.lower()):
        for text in (f"Moj kod je {written}, javite se.", f"({written})", f"kod:\n{written}\nhvala"):
            (spans,) = rules_alone().spans_of([text])
            assert not _visible(text, spans, written)
            assert any(span.kind == "id_number" for span in spans)


def test_a_mistyped_receipt_code_in_its_groups_is_hidden_as_well() -> None:
    code = code_of(bytes(range(16)))
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    text = f"Kod je {wrong} i ne radi"
    (spans,) = rules_alone().spans_of([text])
    assert not _visible(text, spans, wrong)


def test_a_receipt_code_is_hidden_from_everybody() -> None:
    assert {action(kind, role, "id_number") for kind in (None, *RECIPIENT_KINDS) for role in ROLES} == {MASK}


@pytest.mark.parametrize("text", ["ovde neko piše loše reči kada deca idu kući", "love that page here this time"])
def test_words_of_four_letters_are_no_receipt_code(text: str) -> None:
    assert not any(span.rule == "receipt" for span in rules_alone().spans_of([text])[0])
