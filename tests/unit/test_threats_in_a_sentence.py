"""Who says what will be sent to whom stands in one sentence; a sentence that follows tells something else."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation

THREATS = [
    "Kaže da će poslati slike djeteta školi.", "Pisao je da će objaviti slike mog sina cijeloj školi.",
    "He has pictures of my daughter. He says he will send them to her school.",
    "He writes that he will send it to my parents. It is a picture of me, I am 13 years old.",
    "Er sagt, er schickt die Bilder meiner Tochter an die Schule.",
]  # fmt: skip
TOLD_APART = [
    "Netko je podijelio ovu adresu s ilegalnim slikama djeteta. Dijete je reklo da ga očuh zlostavlja.",
    "Нетко је подијелио слике дјетета. Дијете је рекло то у школи.",
    "Somebody shared illegal pictures of a child. The child told it at school.",
    "Somebody posted pictures of a child! My friend says the page is old.",
]  # fmt: skip


FAR_OFF = [
    "If you need more, write. Somebody shared pictures of a child.",
    "Bojim se da je kasno. Netko je objavio slike djeteta.",
    "I am afraid it is late. Somebody posted pictures of a child.",
    "It is sold for money. Or look at the other page. Somebody posted pictures of a child.",
]
NEAR_BY = [
    "Prijeti mu. Kaže da će sve objaviti ako dijete ne pošalje slike.",
    "He wants money. If she does not pay he will publish it, she is a child.",
    "She is a child. He says she must send him more pictures.",
]


def _blackmail(text: str) -> bool:
    return any(":will-send-to-family@" in reason.rule for reason in judged(text, placed=True).reasons)


@pytest.mark.parametrize("text", THREATS)
def test_what_somebody_says_he_will_send_is_a_threat(text: str) -> None:
    assert _blackmail(text)


@pytest.mark.parametrize("text", TOLD_APART)
def test_what_was_sent_and_who_says_something_after_it_is_none(text: str) -> None:
    assert not _blackmail(text)


@pytest.mark.parametrize("text", FAR_OFF)
def test_words_of_a_threat_in_another_sentence_threaten_nobody(text: str) -> None:
    assert judged(text, placed=True).escalate is Escalation.NONE


@pytest.mark.parametrize("text", NEAR_BY)
def test_a_threat_told_in_one_sentence_is_heard(text: str) -> None:
    assert judged(text, placed=True).escalate >= Escalation.CHILD_BLACKMAILED
