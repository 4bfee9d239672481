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
    ],
)
def test_a_victims_a_witnesss_and_the_writers_stay_masked_for_police(text: str) -> None:
    shown = redactor().redact(text, recipient="police").text
    assert "lana_99" not in shown
    assert "061 222 333" not in shown


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
