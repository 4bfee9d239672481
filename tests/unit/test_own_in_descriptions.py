"""What a reporter says to be the own number or profile, in the story and below it, is no place content is."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from pipeline.bootstrap import find_all, url_rules
from pipeline.redacting_setup import own_words, redactor
from pipeline.stages.locate import links_of, locate, places_of
from triage.locators import OWN_CONTACT, find
from triage.own_contact import keys_said_own, page_key, pages_said_own, personal_key

KEY = b"k" * 32
ASKED_FOR = [
    "He sends pictures to my daughter, call me at 061 123 456",
    "Someone sends pictures to my son, please call me at 061 123 456.",
    "A man sent her pictures, my number is 061 123 456",
    "he sends messages, call me at 061 123 456", "neko šalje slike mojoj kćerki, zovite me na 061 123 456",
    "neko salje slike mojoj kceri molim vas zovite me na 061 123 456", "Molim vas da me nazovete na 061 123 456.",
    "Čovjek mi šalje slike, javite se na moj instagram @marko_m", "Molim vas nazovite me. 061 123 456",
    "Jemand schickt ihr Bilder, bitte rufen Sie mich an unter +49 170 1234567", "nazovite me, broj je 061 123 456",
    "Trener šalje slike djeci. Nazovite me. Broj 061 123 456", "You can reach me any time on 061 123 456",
    "Za sve informacije stojim na raspolaganju, 061 987 654", "Stojim na raspolaganju na 061 987 654",
    "I saw it on https://a.example/x, call me on 061 123 456", "moj mail je a@b.example, tel 061 123 456",
    "Javite mi se ako treba na 061 987 654", "moj br tel 061 987 654", "Molim povratni poziv na 061 987 654",
    "please call back 061 987 654", "Podnosilac prijave: Amra Uzorak, 061 987 654",
    "my email is a@b.example, phone 061 123 456", "nazovite me na 061 123 456, ili 062 111 222",
    "my daughter 12 is going to meet a man tomorrow. please call +387 61 123 456", "nazovite me hitno 061 123 456",
    "he wants to meet my daughter please call 061 123 456", "Please call urgently 061 123 456",
    "Moja kcerka je u opasnosti, nazovite odmah 061 123 456", "A man writes to my son. Call me asap: 061 123 456",
    "Moja kćerka je u opasnosti. Pozovite što prije 061 123 456", "Please call 061 123 456, my daughter is crying",
    "Bitte rufen Sie sofort an 061 123 456", "Meine Tochter ist in Gefahr. Bitte sofort anrufen: 061 123 456",
    "Vajza ime është në rrezik, telefononi urgjentisht 061 123 456", "Jemand erpresst mich, mein insta ist @lana.2012x",
    "he blackmails me, i am 14, my insta is @lana.2012x", "on me ucjenjuje, moj ig je @lana.2012x",
    "Një burrë më kërcënon, instagrami im eshte @lana.2012x", "he blackmails me, my snap is @lana.2012x",
    "I am calling from 061 555 908", "Zovem s broja 061 555 909", "WhatsApp me: +387 61 555 916",
    "You may phone 061 555 914 (me)", "My daughter is in danger. I'm calling you from 061 555 908",
    "Zovem vas sa 061 555 909, neko šalje slike djeci", "061 555 914 (ja)", "Pictures on the page, 061 555 914 (me)",
]  # fmt: skip
NOT_ASKED_FOR = [
    "javio mi se @bad_man na moj instagram", "he wrote, call me at 061 123 456", "piše djeci, zovite me na 061 123 456",
    "he offers pictures, call me at 061 123 456", "The ad says girls, call me on 061 123 456",
    "U opisu profila: slike djece, zovite me na 061 123 456", "Poruka glasi slike imam, javi mi se na 061 123 456",
    "His bio: call me at 061 123 456", "Zvao me je. 061 123 456", "Javio mi se. Broj je 061 123 456",
    "Ne javljam se kad me zove, 061 123 456", "He keeps calling me, 061 123 456", "his number 061 123 456",
    "piše mi sa 061 123 456", "zove me sa broja 061 123 456", "kontaktirao me na instagramu @x_man",
    "my daughter got messages from 061 123 456", "Javite se. 061 123 456 šalje slike djeci",
    "rekao je da je sretan, moj broj je 061 123 456", "my mail is a@b.example, telegram @bad_man",
    "missed call, should I call back 061 123 456", "Podnosilac prijave protiv Marka Uzorka, 061 123 456",
    "He told me to call back 061 123 456", "The ad says contact person: John Sample, 061 123 456",
    "zovite policiju, broj je 061 123 456", "Rekao je da se javim. Nazovi me. 061 123 456",
    "please call this number 061 123 456 and check, it is his", "please call 061 123 456, it is his number",
    "Please call 061 123 456. It is his number.", "please call 061 123 456 and ask him why he sends pictures",
    "please call the man on 061 123 456", "she sells pictures, please call 061 123 456",
    "he wrote: please call 061 123 456", "he said please call 061 123 456", "please call the police, 061 123 456",
    "nazovite 061 123 456, on šalje slike", "nazovite odmah 061 123 456. To je njegov broj",
    "nazovite 061 123 456, to je broj tog čovjeka", "nazvao me sa 061 123 456", "On kaže nazovite hitno 061 123 456",
    "Oglas: prodajem slike djece, nazovite odmah 061 123 456", "rufen Sie 061 123 456 an, er schickt Bilder",
    "his insta is @lana.2012x", "my daughter's insta is @lana.2012x", "the man on my insta is @lana.2012x",
    "my ex's ig is @lana.2012x", "my snap was hacked by @lana.2012x", "moj insta prati @lana.2012x",
    "he is calling from 061 123 456", "zove me s broja 061 123 456", "he said I am calling from 061 123 456",
    "he asks her to WhatsApp me from 061 123 456", "he wrote WhatsApp me: 061 123 456", "ne zovem s njim, 061 123 456",
    "you may phone him on 061 123 456", "You may phone 061 123 456, it is his number", "061 123 456 (him)",
    "he told her to call 061 123 456 (me)", "oni zovu s broja 061 123 456",
]  # fmt: skip
SIGNED = [
    "Prijavljujem to.\n\nLijep pozdrav,\nAmra Uzorak,\n061 987 654", "Vidio sam to. Lijep pozdrav, Amra, 061 987 654",
    "Vidio sam to. S poštovanjem, Amra Uzorak, nastavnica, OŠ Uzor, 061 987 654",
    "Видио сам то. Поздрав, Амра 061 987 654",
    "Vidio sam to na stranici. Hvala, Amra Uzorak, 061 987 654", "Vidio sam to na stranici.\nHvala\n061 987 654",
    "Vidio sam to na stranici. Hvala unaprijed. Amra Uzorak 061 987 654", "Vidio sam to. Lp amra uzorak 061 987 654",
    "I saw it there. Kind regards, John Sample, Teacher, Sample School, +387 61 987 654",
    "I saw it there.\nRegards,\nJohn Sample\nSchool counsellor\nSample School\n+387 61 987 654\njohn@school.example",
    "Ich habe das gesehen. Mit freundlichen Grüßen, Anna Muster, Lehrerin, +49 170 1234567",
    "Ich habe das gesehen. Danke, Anna Muster, +49 170 1234567", "E pashë në faqe. Me respekt, Arta, +383 44 222 333",
    "E pashë në faqe. Faleminderit, Arta Shembull, +383 44 222 333",
    "Vidio sam to. LP Amra 061 987 654, hvala vam puno",
    "Vidio sam to na stranici. Lijep pozdrav, Amra Uzorak, instagram: amra_uzorak",
    'Vidio sam to na stranici. LP Amra Uzorak, OŠ "Uzor", 061 987 654', "I saw it there. Best, John 061 987 654",
    "Vidio sam to na stranici. Pozz, Amra 061 987 654",
    "Vidjela sam to. Stojim vam na raspolaganju. Amra Uzorak, 061 987 654",
    "Moja kcerka je u opasnosti. Mob 061 987 654, Ivana", "Neko ucjenjuje mog sina. Kontakt 061 987 654 Jelena",
    "My son has disappeared. Phone: 061 987 654, Maria", "Meine Tochter ist in Gefahr. Tel. 061 987 654, Anna Muster",
]  # fmt: skip
BELOW_DASHES = [
    "I saw it on that page.\n-- \nAmra Uzorak\nmob 061 555 905\nviber 061 777 123",
    "Vidjela sam to na stranici.\n--\nAmra Uzorak\nOŠ Uzor, Zenica\n061 555 905\nime@host.example",
    "Neko šalje slike djeci.\r\n--\r\nAmra Uzorak\r\nTel: 061 555 905\r\nInstagram: @amra_own",
    "Čovjek prodaje slike.\n\n-- \nAmra Uzorak\n061 555 905",
    "I saw it on that page.\n--\nDr. Amra Uzorak\nTeacher\n+387 61 555 905\n\n",
]
NOT_BELOW_DASHES = [
    "Prijavljujem Marka Uzorka.\n--\nMarko Uzorak\n061 123 456", "I report this number:\n--\n061 123 456",
    "I saw it on that page.\n--\nBroj čovjeka\n061 123 456", "I report these two:\n--\nMarko Uzorak\n061 123 456",
    "I saw it on that page.\n--\nProfil: @bad_man", "I saw it on that page.\n--\nšalje slike sa\n061 123 456",
    "I saw it on that page.\n--\nAmra Uzorak\n061 123 456 šalje slike djeci",
    "I saw it on that page.\n--\nAmra Uzorak\nnjegov broj 061 123 456", "--\nMarko Uzorak\n061 123 456",
    "I saw it there today.\n--\nAmra Uzorak\n\nThe number is 061 123 456",
    "I saw it there today.\n--\nA\nB\nC\nD\nE\nF\n061 123 456",
    "I saw it there today -- Amra Uzorak 061 123 456 there",
]
NOT_SIGNED = [
    "Vidio sam to na stranici. Pozdrav, Marko Uzorak 061 123 456 šalje slike", "Regards from a man, 061 123 456",
    "I saw it there. Regards, Amra. Marko Uzorak, 061 123 456", "Vidio sam to. S poštovanjem, Amra. P.S. 061 123 456",
    "Vidio sam to na stranici. Hvala, moj ujak 061 123 456",
    "Vidio sam to. Lijep pozdrav, prijavljujem broj 061 123 456",
    "Prijavljujem čovjeka. Hvala. Marko Uzorak, 061 123 456",
    "Vidio sam to. Lijep pozdrav, Amra. Njegov broj 061 123 456",
    "Vidio sam to. Pozdrav, Amra. Broj koji šalje slike: 061 123 456", "Hvala što ste tu. Marko Uzorak, 061 123 456",
    "I saw it there. Regards, Amra. Suspect: John Sample, 061 123 456", "Hvala, Amra. Instagram: @bad_man",
    "Moj ujak me dira. Mob 061 123 456, Ivan", "Moj rođak dira moju kćerku. Kontakt 061 123 456, Ivan",
    "Moja kćerka je kod rođaka. Mob 061 123 456, Ivan", "Neko zove moju kćerku. Mob 061 123 456, Ivan",
    "Moju kćerku uznemirava Ivan. Mob 061 123 456, Ivan", "Slike djece. Kontakt 061 123 456 Jelena",
    "Neko prodaje slike moje kćerke. Kontakt 061 123 456, Ivana", "My son is scared of him. Phone: 061 123 456, Mark",
    "Profil nudi slike. Mob 061 123 456, Ivana", "Moja učiteljica bije djecu. Mob 061 123 456, Ivana",
    "I know that she is my best friend, 061 123 456", "I know he is the best. Marko, 061 123 456",
]  # fmt: skip
OWN_PAGES = [
    "I am worried. My account https://social.example/me was used to log in there.",
    "I saw illegal pictures of a child on https://a.example/x. My profile is https://social.example/me",
    "Moj profil je https://social.example/me, a vidjela sam slike na https://a.example/x",
    "Neko mi piše ružne stvari. Moj profil: https://social.example/me",
    "Ich habe Angst. Mein Konto https://social.example/me",
    "Brinem se za dijete. Pišite mi na https://social.example/me",
    "I am worried. Contact me at https://social.example/me",
    "Zovem se Amra i brinem se. Moj instagram https://instagram.com/me",
    "I am worried. I use the account https://x.example/me",
    "I am worried for my daughter, ping me https://t.me/me",
    "Jam i shqetësuar për një fëmijë. Profili im është https://social.example/me",
]  # fmt: skip
CONTENT = [
    "my account https://social.example/me was hacked and now shows illegal pictures",
    "My account was hacked some days ago. My profile is https://social.example/me",
    "moj profil https://social.example/me",
    "Moj profil https://social.example/me je neko hakovao, molim pomoć",
    "I am worried about my page https://social.example/me",
    "my account https://social.example/me was used to contact my daughter last week",
    "my account https://social.example/me was used to write to a child, I did not do it",
    "my account https://social.example/me was used to post illegal pictures of a child",
    "On my profile https://social.example/me somebody posted something bad",
    "his account https://social.example/me is bad",
    "Neko je objavio moje slike. Moj profil je https://social.example/me",
    "My son has the account https://social.example/me",
    "Somebody made a page of me. It is my profile https://social.example/me",
    "he wrote to my account https://x.example/me",
    "I report my account https://social.example/me, please help me quickly",
    "my daughter's profile is https://x.example/me",
    "I saw it. My account https://x.example/me. Look, on https://x.example/me there are more",
    "I saw it today there.\nRegards,\nAmra Uzorak\nhttps://social.example/me",
    "My account https://x.example/me. It shows them.",
]  # fmt: skip


def _own(text: str) -> tuple[set[str], set[str]]:
    """Keys of every place of a text that may be somebody's, and of those that are the writer's."""
    found, words = find(text, url_rules()), own_words()
    keys = {key for place in found for key in (personal_key(place, text), page_key(place)) if key is not None}
    return keys, keys_said_own(text, found, words) | pages_said_own(text, found, words)


def _located(location: str | None, description: str) -> tuple[list[str], str]:
    """The places one report leads to, and its problems."""
    table = pa.table({
        "location": pa.array([location], pa.large_string()), "description": pa.array([description], pa.large_string()),
        "own": pa.array([None], pa.binary()),
    })  # fmt: skip
    found = locate({0: table}, find_all, own_words, KEY)
    kept = found["locators"]["canonical"].to_pylist()
    numbers = found[links_of(0)]["locator"].to_pylist()
    return [kept[number] for number in numbers], found[places_of(0)]["problems"].to_pylist()[0]


@pytest.mark.parametrize("text", [*ASKED_FOR, *SIGNED, *BELOW_DASHES])
def test_a_number_the_writer_asks_to_be_reached_at_or_signs_with_is_own(text: str) -> None:
    keys, own = _own(text)
    assert own
    assert {key for key in keys if not key.startswith("page:")} - {"handle:a.example"} == own


@pytest.mark.parametrize("text", [*NOT_ASKED_FOR, *NOT_SIGNED, *NOT_BELOW_DASHES])
def test_a_number_that_may_be_somebody_elses_stays_a_place(text: str) -> None:
    keys, own = _own(text)
    assert keys
    assert own <= {"email:a@b.example"}


@pytest.mark.parametrize("text", OWN_PAGES)
def test_a_profile_its_writer_only_mentions_is_no_place(text: str) -> None:
    places, problems = _located(None, text)
    assert not any(place.endswith("/me") or place.endswith("/me/") for place in places)
    assert problems == OWN_CONTACT


@pytest.mark.parametrize("text", CONTENT)
def test_a_profile_that_may_show_something_stays_a_place(text: str) -> None:
    places, problems = _located(None, text)
    assert any(place.endswith("/me") for place in places)
    assert problems == ""


def test_a_profile_in_the_location_stays_a_place_whatever_the_description_calls_it() -> None:
    places, _ = _located("https://social.example/me", "I am worried. My account is https://social.example/me")
    assert places == ["https://social.example/me"]


def test_two_reports_signed_with_one_number_share_no_place() -> None:
    signed = "Lijep pozdrav, Amra Uzorak, nastavnica, 061 987 654"
    first, _ = _located("https://a.example/x", f"Na stranici su slike djece. {signed}")
    second, _ = _located(None, f"Neko šalje slike mojoj učenici na https://b.example/y. {signed}")
    assert not set(first) & set(second)


def test_what_is_own_is_never_kept_for_police_as_a_suspects() -> None:
    texts = [f"{before}{text}" for before in ("Čovjek s profilom @bad_man šalje slike mojoj kćerki. ", "A man is bad, ")
             for text in [*ASKED_FOR, *SIGNED]]  # fmt: skip
    shown = redactor().redact_many(texts, recipient="police", key=KEY)
    for text, one in zip(texts, shown, strict=True):
        found, own = find(text, url_rules()), _own(text)[1]
        written = [text[place.start : place.end] for place in found if personal_key(place, text) in own]
        assert not any(value in one.text for value in written)


@pytest.mark.parametrize(
    "unit",
    ["Hvala, Amra 061 123-456. ", "my account https://a.example/me ", "zovite me. ", "--\nAmra\n061 123 456\n"],
)
def test_a_text_of_nothing_but_closings_takes_time_in_step_with_its_length(unit: str) -> None:
    before = time.process_time()
    _located(None, unit * 2_000)
    assert time.process_time() - before < 10
