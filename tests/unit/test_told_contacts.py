"""A way to reach the reporter that a helpline or a clerk tells in the third person is no place; any other stays one."""

from __future__ import annotations

import time

import pytest

from pipeline.bootstrap import url_rules
from pipeline.redacting_setup import own_words
from triage.locators import find
from triage.own_contact import keys_said_own, personal_key

TOLD = [
    "Caller can be reached at 061 555 888", "The caller's number is 061 555 889 and her instagram is @parent_own9",
    "Contact of the parent: mail@x.example, +38761555890", "Prijavitelj: 061 555 902", "Caller: 061 555 902",
    "Kontakt prijavitelja 061 555 903", "Caller's phone 061 555 901", "broj pozivatelja 061 555 904",
    "A man sends pictures to her son. Kontakt roditelja 061 555 905", "Anrufer erreichbar unter 061 555 906",
    "telefoni i thirrësit 061 555 907", "Podnosilac prijave zna stranicu. Podnosilac: 061 555 908",
    "Majka je vidjela slike, broj pozivatelja je 061 555 904.", "Der Anrufer ist erreichbar unter +49 170 1234567",
    "Die Telefonnummer des Anrufers ist +49 170 1234567", "The parent's number is 061 555 909",
    "Melderin: anna@host.example", "Број позиватеља 061 555 904", "Parent contact number: 061 555 910",
    "A man called the child. The caller can be reached at 061 555 888", "Prijaviteljica: mob 061 555 911",
    "Caller phoned us at noon. Caller's phone: 061 555 901", "Pozivatelj je dostupan na 061 555 912",
    "Caller's phone 061 555 901, mail ime@host.example", "broj roditelja je 061 555 913 i njen mejl je a@b.example",
]  # fmt: skip
NOT_TOLD = [
    "the caller says he writes from 061 123 456", "parent found the number 061 123 456 on the child's phone",
    "he is calling from 061 123 456", "zove me s broja 061 123 456", "Caller: 061 123 456 sends pictures to children",
    "na broj pozivatelja 061 123 456 šalje slike", "on the caller's phone 061 123 456", "Parent: 061 123 456",
    "A man called my child, the caller's number is 061 123 456", "the unknown caller's number is 061 123 456",
    "Roditelj je našao broj 061 123 456", "Anrufer sagt, der Mann schreibt von +49 170 1234567",
    "prijavitelj kaže da je njegov broj 061 123 456", "the caller's child was contacted by 061 123 456",
    "Nepoznat muškarac je zvao dijete. Broj pozivatelja 061 123 456", "parent reports 061 123 456",
    "prindi gjeti numrin 061 123 456", "Caller gave the number 061 123 456", "the parent's daughter got 061 123 456",
    'he wrote "caller: 061 123 456', "Roditelj: muškarac piše s 061 123 456",
    "Prijavitelj je dobio poruku od 061 123 456",
]  # fmt: skip


def _said_own(text: str) -> tuple[set[str], frozenset[str]]:
    found = find(text, url_rules())
    keys = {key for place in found if (key := personal_key(place, text)) is not None}
    return keys, keys_said_own(text, found, own_words())


@pytest.mark.parametrize("text", TOLD)
def test_what_is_told_of_the_reporter_is_own(text: str) -> None:
    keys, own = _said_own(text)
    assert own
    assert keys == own


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_may_be_anybody_elses_stays_a_place(text: str) -> None:
    keys, own = _said_own(text)
    assert keys
    assert not own


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The caller's number is 061 555 889, his profile is @bad_man9", "handle:bad_man9"),
        ("Contact of the parent: 061 555 889, @bad_man9", "handle:bad_man9"),
        ("Caller's phone 061 555 901, 061 123 456 šalje slike", "phone:61123456"),
        ("Kontakt prijavitelja 061 555 903. Broj čovjeka 061 123 456", "phone:61123456"),
    ],
)
def test_what_stands_beside_it_and_may_be_the_suspects_stays_a_place(text: str, kept: str) -> None:
    keys, own = _said_own(text)
    assert keys - own == {kept}


def test_a_text_of_nothing_but_such_words_takes_time_in_step_with_its_length() -> None:
    before = time.process_time()
    _said_own("caller contact number of the " * 2_000 + "caller 061 123 456 and " * 1_000)
    assert time.process_time() - before < 5
