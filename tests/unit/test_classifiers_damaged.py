"""Texts whose letters were lost or left encoded go to a person; question marks where words were are no question."""

from __future__ import annotations

import pytest

from classifiers.damaged import damaged, without_lost_words
from tests.ruled import judged
from triage.verdict import Label

CYRILLIC, LATIN = "Очух ме дира ноћу, имам 12 година", "Očuh me dira noću"


@pytest.mark.parametrize(
    "text",
    [
        "????? ?? ???? ????, ???? 12 ??????",
        "O?uh me dira no?u",
        CYRILLIC.encode().decode("latin-1"),
        CYRILLIC.encode().decode("cp1252", "ignore"),
        CYRILLIC.encode().decode("cp1250", "ignore"),
        LATIN.encode().decode("latin-1"),
        LATIN.encode().decode("ascii", "replace"),
        "Mein Stiefvater schlägt mich".encode().decode("latin-1"),
        "&lt;p&gt;&#1054;&#1095;&#1091;&#1093; &#1084;&#1077; &#1076;&#1080;&#1088;&#1072;",
        "Uzmite u obzir: &#1058;&#1072;&#1090;&#1072; &#1084;&#1077; &#1090;&#1091;&#1095;&#1077;, hvala.",
        "Mein Stiefvater schl&auml;gt mich",
        "Očuh%20me%20dira%20noću%20imam%2012%20godina",
        "=?utf-8?B?T8SNdWggbWUgZGlyYSBub8SHdQ==?=",
        "O=C4=8Duh me dira no=C4=87u",
        r"\u041e\u0447\u0443\u0445 me dira",
        "\u202eanidog 21 mami\u202c",
        "My profile \u202dis here, \u202eerutcip\u202c",
    ],
)
@pytest.mark.parametrize("placed", [False, True])
def test_damaged_texts_are_read_by_a_person_and_are_no_question(text: str, placed: bool) -> None:
    verdict = judged(text, placed=placed)
    assert verdict.to_person
    assert verdict.score < 1
    assert "question" not in {reason.code for reason in verdict.reasons}
    assert verdict.label is not Label.INCOMPLETE or not placed


@pytest.mark.parametrize(
    "text",
    [
        "Is this allowed??? Please help me.",
        "Was soll ich tun?? Wirklich??",
        "Šta da radim ??",
        "Why? What? When? Who?",
        "Is it allowed?Please look?Thanks",
        "WTF??? This is a scam!!! ???",
        "https://site.example/a%20b%20c?x=1&y=2",
        "look at site.example/?q=a%20b%20c",
        "50% of 20% is little",
        "„Ä“ und „Ö“, ÄRGER ÜBER ÄLTERE",
        "Kjo është një „fjalë” e mirë. ÇFARË BËJMË",
        "Tom &amp; Jerry &#39;film&#39;",
        "ŽAŠTO ĆUTITE, ĐACI ŠKOLE",
    ],
)
def test_what_arrived_whole_is_not_damaged(text: str) -> None:
    assert not damaged(text)
    assert without_lost_words(text) == text
