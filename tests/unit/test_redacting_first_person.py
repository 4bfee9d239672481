"""What a first person does from a profile or number is perhaps the reporter's; what was seen or got there is not."""

from __future__ import annotations

import pytest

from tests.redactors import redactor

_OWN, _HIS = "@amra_b84", "@plavi_vuk77"


def _police(text: str) -> str:
    return redactor().redact(text, recipient="police").text


@pytest.mark.parametrize(
    "text",
    [
        "S profila @amra_b84 sam vidjela tu objavu.",
        "S naloga @amra_b84 sam blokirala tog čovjeka.",
        "S profila @amra_b84 prijavila sam tog čovjeka platformi.",
        "s profila amra_b84 sam mu odgovorila da prestane",
        "Sa naloga amra_b84 sam mu napisala poruku, on koristi drugi.",
        "Са профила @amra_b84 сам му одговорила да престане.",
        "Čovjeku sam odgovorio preko profila @amra_b84.",
        "Tom čovjeku sam rekla da prestane, s profila @amra_b84.",
        "Jučer sam s profila @amra_b84 rekla čovjeku da prestane.",
        "Muškarac mi se javio, ostavila sam mu profil @amra_b84.",
        "Muškarac me pitao, profil @amra_b84, da mu pošaljem slike kćerke.",
        "Čovjek je od mene, nalog @amra_b84, tražio slike kćerke.",
        "Човек је од мене, налог @amra_b84, тражио слике ћерке.",
        "From account @amra_b84 I told him to stop.",
        "Using account @amra_b84 I told the man to stop.",
        "With the account @amra_b84 I followed the man to see what he posts.",
        "The man asked me, account @amra_b84, for pictures.",
        "The man got in touch, I gave him the account @amra_b84.",
        "Vom Profil @amra_b84 habe ich dem Mann geschrieben, er soll aufhören.",
        "Der Mann hat mich, Profil @amra_b84, nach Bildern gefragt.",
        "Nga profili @amra_b84 i shkrova burrit që të ndalet.",
        "Muškarac koristi profil @amra_b84 koji mi je ukrao.",
        "Čovjek koristi profil @amra_b84, ukraden je od mene.",
        "The man is writing under the profile @amra_b84 which he stole from me.",
    ],
)  # fmt: skip
def test_what_its_writer_does_something_from_is_masked(text: str) -> None:
    assert _OWN.strip("@") not in _police(text)


@pytest.mark.parametrize(
    "text",
    [
        "S profila @amra_b84 sam mu odgovorila da prestane, on je @plavi_vuk77.",
        "Čovjek s profila @plavi_vuk77 je mene, profil @amra_b84, tražio da mu šaljem slike.",
        "The man with the account @plavi_vuk77 asked me, account @amra_b84, for pictures.",
        "From account @amra_b84 I told him to stop. He is @plavi_vuk77.",
    ],
)
def test_beside_it_the_suspects_stays(text: str) -> None:
    shown = _police(text)
    assert _OWN not in shown
    assert _HIS in shown


@pytest.mark.parametrize(
    "text",
    [
        "Vidjela sam slike djece na profilu @plavi_vuk77.", "Vidjela sam objavu s profila @plavi_vuk77.",
        "S profila @plavi_vuk77 sam dobila poruku.", "Sa profila @plavi_vuk77 dobila sam slike djeteta.",
        "Čovjek s profila @plavi_vuk77 mi je pisao i ja sam mu odgovorila.",
        "S profila @plavi_vuk77 mi piše čovjek kojeg sam prijavila.", "Sa naloga @plavi_vuk77 piše mi da sam lijepa.",
        "Prijavila sam čovjeka s profila @plavi_vuk77.", "Vidio sam da čovjek piše s profila @plavi_vuk77.",
        "I saw pictures of children on the profile @plavi_vuk77.", "I got a message from the account @plavi_vuk77.",
        "From the account @plavi_vuk77 I received pictures of a child.",
        "From the account @plavi_vuk77 he writes to children, I saw it.",
        "Vom Profil @plavi_vuk77 habe ich eine Nachricht bekommen.",
        "Von dem Konto @plavi_vuk77 schreibt er Kindern.",
        "Човек са профила @plavi_vuk77 пише дјеци, видјела сам то.",
    ],
)  # fmt: skip
def test_what_was_seen_or_got_there_stays_for_police(text: str) -> None:
    assert _police(text) == text
