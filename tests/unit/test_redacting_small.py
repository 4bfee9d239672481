"""The name behind "mali" or "little": a child's, which police may read and nobody else; never the writer's own."""

from __future__ import annotations

import re

import pytest

from tests.redactors import Model, redactor


def _shown(text: str, recipient: str) -> str:
    """The text with the name in braces read by the model; braces are taken out first."""
    named = re.search(r"\{(.+)\}", text)
    word = {"Ади": "Adi"}.get(named[1], named[1]) if named else ""
    return redactor(model=Model(word)).redact(re.sub(r"[{}]", "", text), recipient=recipient).text


@pytest.mark.parametrize(
    "text",
    [
        "Mali {Adi} dobija poruke od odraslog čovjeka.",
        "Vidio sam da malog {Adija} ucjenjuje neki čovjek.",
        "Majka male {Selme} mi je rekla da dobija poruke.",
        "Čovjek s profila @zli_lik piše maloj {Selmi} i traži slike.",
        "Moj mali {Adi} dobija poruke.",
        "Mala {Lana} (9) dobija slike.",
        "мали {Ади} добија поруке од одраслог човјека",
        "A man writes to little {Emma} and wants pictures.",
        "My little {Emma} gets messages from a stranger.",
        "Ein Mann schreibt dem kleinen {Jonas} jeden Tag.",
        "Meine kleine {Lena} bekommt Nachrichten.",
        "Dikush e shantazhon të voglin {Arben} në internet.",
        "E vogla {Arta} merr mesazhe nga një njeri i panjohur.",
    ],
)
def test_a_small_childs_name_is_kept_for_police_and_masked_for_everybody_else(text: str) -> None:
    plain = re.sub(r"[{}]", "", text)
    assert _shown(text, "police") == plain
    for recipient in ("helpline", "partner", "iccam"):
        shown = _shown(text, recipient)
        assert "[NAME]" in shown
        assert shown.split("[NAME]")[1] == plain[-len(shown.split("[NAME]")[1]) :]


@pytest.mark.parametrize(
    "text",
    [
        "Ja sam mala {Ana} i čovjek me snima.",
        "Mala {Ana} ovdje, otac me snima.",
        "Ovdje mala {Ana}, čovjek me snima.",
        "I am little {Emma} and a man films me.",
        "Mali {Ivan} (34) je to našao.",
        "Mali {Ivan} je prijavio tu stranicu.",
        "Zvao me je gospodin Mali {Adnan} zbog toga.",
        "Herr Kleine {Adnan} hat das gefunden.",
    ],
)
def test_who_writes_or_is_grown_up_stays_masked_for_police(text: str) -> None:
    assert "[NAME]" in _shown(text, "police")


def test_a_word_for_a_small_child_is_no_part_of_its_name_but_a_surname_is() -> None:
    assert _shown("A man writes to {little Emma} every day.", "helpline") == "A man writes to little [NAME] every day."
    assert _shown("On je {mali} i sam kod kuće.", "helpline") == "On je mali i sam kod kuće."
    assert _shown("Rekao je to {Mali Ivan} iz škole.", "helpline") == "Rekao je to [NAME] iz škole."
