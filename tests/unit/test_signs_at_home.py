"""Somebody at home who watches pictures of children, bruises where nobody falls; and birthdays, football, carpets."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation

IN_DANGER = [
    "Moj muž gleda slike djece, bojim se za kćerku", "Мој муж гледа слике деце, бојим се за ћерку.",
    "My husband looks at pictures of children, I am afraid for my daughter.",
    "Mein Mann schaut sich Bilder von Kindern an, ich habe Angst um meine Tochter.",
    "Burri im shikon foto fëmijësh, kam frikë për vajzën.", "Očuh gleda snimke djevojčica, bojim se za sestru.",
    "Dijete ima modrice na unutrašnjoj strani nogu.", "The boy has bruises on his inner thighs.",
]  # fmt: skip
BRUISES = [
    "modrice na unutrašnjoj strani nogu", "Модрице на унутрашњој страни бутина.", "bruises on the inside of the legs",
    "Blaue Flecken an der Innenseite der Oberschenkel.", "Mavijosje në pjesën e brendshme të këmbëve.",
]  # fmt: skip
WATCHES = ["Moj muž gleda slike djece.", "My husband watches videos of children at night."]
NEIGHBOURS = [
    "Moj muž gleda slike djece s rođendana", "Moj muž gleda slike naše djece s mora.", "Burri im shikon filma.",
    "My husband looks at pictures of the school play, the children sing.", "My mum looks at photos of my kids.",
    "Mein Mann schaut Bilder vom Kindergeburtstag an.", "Modrice od fudbala na nozi.",
    "Boli me unutrašnja strana koljena poslije treninga.", "Pain inside my knee after football.",
    "Blaue Flecken vom Fahrradfahren am Bein, er ist gefallen.", "Unutrašnja strana stranice se ne učitava.",
    "Die blauen Flecken auf dem Teppich gehen nicht raus.", "Bojim se da muž troši previše novca.",
]  # fmt: skip


@pytest.mark.parametrize("placed", [True, False])
@pytest.mark.parametrize("text", IN_DANGER)
def test_a_child_at_risk_in_the_home_is_in_danger_now(text: str, placed: bool) -> None:
    assert judged(text, placed=placed).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize("text", BRUISES)
def test_bruises_where_nobody_falls_are_abuse_described(text: str) -> None:
    assert judged(text).escalate is Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize("text", WATCHES)
def test_a_partner_who_watches_children_is_read_by_a_person(text: str) -> None:
    assert judged(text).to_person


@pytest.mark.parametrize("text", NEIGHBOURS)
def test_birthdays_and_football_raise_no_alarm(text: str) -> None:
    assert judged(text).escalate is Escalation.NONE
