"""What is closed, not found or not kept is a page; a child locked in, not found or visited is in danger still."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation

OF_PAGES = [
    "Prijavljujem profil koji vrijeđa djecu iz naše škole, ali ne mogu više da ga nađem.",
    "Пријављујем профил који вријеђа дјецу из наше школе, али не могу да га нађем.",
    "Video sam sajt na kojem se nude zabranjeni snimci dece, zatvorio sam ga i ne znam adresu.",
    "I came across a page with illegal pictures of children last night but I did not keep the address.",
    "Na ovoj adresi se nude nezakoniti snimci djece. Ne želim da ostavim svoje ime.",
]
OF_CHILDREN = [
    "Sina nema od sinoć, ne mogu da ga nađem.", "Dete je zaključano u podrumu.", "Otac ga je zatvorio, dijete plače.",
    "He asked my daughter for her address and comes tomorrow.", "Sutra se nalazi s njim, ona ima 12 godina.",
    "Nudi slike svoje djece za novac.",
]  # fmt: skip


@pytest.mark.parametrize("text", OF_PAGES)
def test_what_is_said_of_a_page_is_no_child_in_danger_now(text: str) -> None:
    assert judged(text).escalate < Escalation.DANGER_NOW


@pytest.mark.parametrize("text", OF_CHILDREN)
def test_what_is_said_of_a_child_is(text: str) -> None:
    assert judged(text).escalate is Escalation.DANGER_NOW
