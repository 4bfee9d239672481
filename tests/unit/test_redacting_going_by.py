"""A suspect's name on an app and number in few words are for police; never a victim's, a witness's or the writer's."""

from __future__ import annotations

import pytest

from tests.redactors import Model, redactor


@pytest.mark.parametrize(
    "text",
    [
        "Muškarac prijeti mojoj kćerki, on je ig zli_lik",
        "on je ig zli_lik i šalje slike djeci",
        "on je na instagramu zli_lik i šalje slike djeci",
        "Čovjek šalje slike djeci, snap: zli_lik99",
        "Човјек шаље слике дјеци, снап: zli_lik99",
        "Tip šalje slike djeci, njegov snap zli_lik99",
        "Neko piše sa @zli_lik mojoj kćerki i traži slike",
        "Čovjek uznemirava djecu, njegov broj 061 222 333",
        "Prijavljujem čovjeka koji snima djecu, njegov broj 061 222 333",
        "a man writes to my daughter, he uses telegram name bad_one",
        "he is on snap bad_one99 and sends pictures",
        "Er benutzt auf Telegram den Namen bad_one und schreibt Kindern",
        "Tip na snapu zli_lik99 traži slike od djece",
        "Prijavljujem profil ig zli_lik koji dijeli slike djece",
        "Moja kćerka je dobila poruke od ig zli_lik",
        "prijavljujem ga, na instagramu je @zli_lik",
        "Prijavljujem korisnika jedne mreže, na instagramu je @zli_lik",
        "Čovjek snima djecu, nick je zli_lik",
        "Čovjek snima djecu, nadimak je zli_lik99",
        "nick mu je zli_lik i šalje slike djeci",
        "ai është në insta keq_njeri dhe dërgon foto fëmijëve",
        "His Discord is owl#0001 and he asks for pictures.",
        "Er nennt sich wolfi.88 und schickt Bilder von Kindern.",
        "A man on Discord asks children for pictures, he calls himself owl#0001.",
        "Čovjek šalje slike djece, na snapu je lord.noc",
        "Jedan čovjek šalje slike djece. Na snapu je lord.noc",
        "On traži slike od djece. Na snapu je lord.noc",
        "Čovjek mi piše i traži slike. Na snapu je lord.noc",
        "Ein Mann schickt Bilder von Kindern. Auf Snap heißt er wolfi.88",
        "Ein Mann schreibt Kindern unter dem Namen wolf_77 auf Discord.",
        "Unter dem Namen wolf_77 auf Discord schickt er Bilder von Kindern.",
        "On piše djeci pod imenom lord_77 na Discordu.",
        "He writes to children under the name lord_77 on Discord.",
    ],
)
def test_police_read_how_the_suspect_goes_by_and_nobody_else_does(text: str) -> None:
    assert redactor().redact(text, recipient="police").text == text
    for recipient in ("helpline", "partner", "iccam", None):
        shown = redactor().redact(text, recipient=recipient, key=b"k" * 32).text
        assert "[HANDLE" in shown or "[PHONE" in shown


@pytest.mark.parametrize(
    "text",
    [
        "Javite mi se na ig lana_99",
        "moj ig je lana_99, on piše svaki dan",
        "Čovjek me prati, snap: lana_99",
        "Čovjek prijeti mojoj kćerki, snap: lana_99",
        "Muškarac šalje slike djeci, ig lana_99 je njegova žrtva",
        "Muškarac šalje slike djeci, ig: lana_99 je moj profil",
        "Prijavljujem stranicu sa slikama djece. Snap: lana_99",
        "Moja kćerka ima ig lana_99 i dobija poruke",
        "Moja kćerka piše sa @lana_99 i dobija slike",
        "Ona piše sa @lana_99 svojim prijateljima",
        "Ovo vam piše sa @lana_99 jedna majka",
        "Dječak dobija poruke, on je ig lana_99",
        "My son is scared, he uses snap lana_99",
        "Our coach reported it, he uses telegram name lana_99",
        "Neko je hakovao ig lana_99 i šalje slike",
        "Muškarac piše na ig lana_99",
        "Vidjela sam čovjeka na slici, na instagramu je @lana_99",
        "Moja kćerka ga zna, na instagramu je @lana_99",
        "Prijavljujem ga, na instagramu je @lana_99 moj profil",
        "Moja kćerka je žrtva, nick je lana_99",
        "Muškarac piše djevojčici, nick je lana_99",
        "Čovjek prijeti mojoj kćerki, nadimak je lana_99",
        "Čovjek snima djecu, moj nick je lana_99",
        "Nick je lana_99 i traži pomoć",
        "Moj muž je ovo našao, njegov broj 061 222 333",
        "Čovjek koji je ovo prijavio, njegov broj 061 222 333",
        "Pisao je na njegov broj 061 222 333",
        "My Discord is lana_99, he writes to me.",
        "Moj snap je lana_99 i on mi piše.",
        "Na snapu sam lana_99 i on mi piše.",
        "Ich bin auf Snap lana_99 und er schreibt mir.",
        "Ich melde mich unter dem Namen lana_99 auf Discord.",
        "Unter dem Namen lana_99 auf Discord melde ich ihn.",
        "Javljam se pod imenom lana_99 jer on traži slike.",
        "On traži slike pa pišem pod imenom lana_99.",
        "Er schreibt jemandem unter dem Namen lana_99.",
        "Er hat meine Tochter unter dem Namen lana_99 gefunden.",
        "Messages came on Discord under the name lana_99 and I am afraid.",
        "Mein Sohn hat Discord. Er nennt sich lana_99.",
        "Moj brat je dobar. Na snapu je lana_99",
        "Moja kćerka ima snap. Na snapu je lana_99",
        "Čovjek piše djevojčici. Na snapu je lana_99",
        "Čovjek joj prijeti. Na snapu je lana_99",
        "Napisala sam ovo jer čovjek šalje slike. Na snapu je lana_99",
    ],
)
def test_a_victims_a_witnesss_and_the_writers_stay_masked_for_police(text: str) -> None:
    shown = redactor().redact(text, recipient="police").text
    assert "lana_99" not in shown
    assert "061 222 333" not in shown


@pytest.mark.parametrize("text", ["Na snapu sam lana.mala i piše mi", "Na snapu je lord.noc", "na igu je lord.noc"])
def test_a_chosen_name_of_letters_alone_is_masked_behind_an_app(text: str) -> None:
    assert "[HANDLE]" in redactor().redact(text).text


def test_an_app_told_of_without_a_name_stays() -> None:
    text = "Bio sam na snapu. Onda je pisao opet na snapu je bio."
    assert redactor().redact(text).text == text


def test_somebody_named_before_may_be_he() -> None:
    shown = redactor(model=Model("Marko")).redact("Marko mi je rekao, on je ig lana_99", recipient="police").text
    assert shown == "[NAME] mi je rekao, on je ig [HANDLE]"


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("nick mu je zli_lik i šalje slike", "nick", "nick mu je [HANDLE] i šalje slike"),
        ("Nick mi je lana_99", "Nick", "Nick mi je [HANDLE]"),
        ("Nik je zli_lik", "Nik", "Nik je [HANDLE]"),
        ("Nick je poslao slike sa zli_lik", "Nick", "[NAME] je poslao slike sa [HANDLE]"),
        ("Nick Horvat, zli_lik", "Nick Horvat", "[NAME], [HANDLE]"),
        ("Nick mu je poslao slike", "Nick", "[NAME] mu je poslao slike"),
    ],
)
def test_the_word_for_a_chosen_name_before_one_is_no_person(text: str, word: str, shown: str) -> None:
    assert redactor(model=Model(word)).redact(text).text == shown
