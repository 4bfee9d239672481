"""Names of plain small letters are found by what leads to them and what follows; ordinary words there stay."""

from __future__ import annotations

import pytest

from tests.redactors import masked, redactor


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("On je na tiktoku kao PlaviKit, piše djeci", "On je na tiktoku kao [HANDLE], piše djeci"),
        ("na snapu ga nadjes pod plavikit i traži slike", "na snapu ga nadjes pod [HANDLE] i traži slike"),
        ("на снапу га нађеш под плавикит", "на снапу га нађеш под [HANDLE]"),
        ("Auf Snapchat heißt er sturmwolf. Er schreibt.", "Auf Snapchat heißt er [HANDLE]. Er schreibt."),
        ("Er nennt sich auf TikTok sturmwolf und schreibt.", "Er nennt sich auf TikTok [HANDLE] und schreibt."),
        ("Auf Discord ist er als sturmwolf bekannt", "Auf Discord ist er als [HANDLE] bekannt"),
        ("On Discord he is whaleblue and he writes.", "On Discord he is [HANDLE] and he writes."),
        ("He is whaleblue on Discord and he writes.", "He is [HANDLE] on Discord and he writes."),
        ("zovu me mira i pisem da prijavim", "zovu me [NAME] i pisem da prijavim"),
        ("im maisie from whitby and i want to report", "im [NAME] from [PLACE] and i want to report"),
        ("they call me maisie, im from whitby, and so on", "they call me [NAME], im from [PLACE], and so on"),
        ("teta ruza, barba sime i ostali znaju", "teta [NAME], barba [NAME] i ostali znaju"),
    ],
)
def test_a_plain_name_is_masked_where_the_words_around_it_tell(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "On je na tiktoku kao kod kuće", "on je na snapu pod istragom i piše djeci",
        "Na snapu je kao djevojčica, i traži",
        "he is angry on discord", "on discord he is annoying, and he writes", "He is active on Snapchat every day",
        "zovu me stalno, i prijete", "they call me names, and i want to report", "they call me back and say nothing",
        "im far from home", "im calling from school", "teta plače, i ne zna", "Teta radi, i ostali rade.",
        "Er ist auf Discord aktiv und schreibt.", "na snapu se javlja kao trener, i piše",
    ],
)  # fmt: skip
def test_an_ordinary_word_there_stays(text: str) -> None:
    assert masked(text) == text


def test_police_read_the_suspects() -> None:
    text = "On Discord he is whaleblue and he writes to children."
    assert redactor().redact(text, recipient="police").text == text
