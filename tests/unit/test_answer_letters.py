"""Letters to reporters: every template in every language, kind, neutral, and harmless whatever a reporter typed."""

from __future__ import annotations

import re

import pytest

from pipeline.resources import text
from pipeline.sample.cyrillic import to_cyrillic
from triage.answer_contact import Way, is_neutral, reach_of, usable_address, usable_name
from triage.answer_letters import Letters, Told
from triage.answering import (
    Standing,
    Stands,
    Template,
    may_stand_alone,
    standing_of,
    stands_of,
    tells_too_early,
    template_for,
)
from triage.completeness import Part
from triage.disposition import Disposition, Kind
from triage.errors import BadConfiguration
from triage.language import language_of
from triage.lifecycle import Status
from triage.report import LANGUAGES, Fact
from triage.shadow import shadow

FILE, MISSING = text("answers/letters.toml"), text("answers/missing.toml")
LETTERS = Letters.from_toml(FILE, MISSING)
SAFE = Fact.HAS_CONTACT | Fact.CONTACT_IS_SAFE
SEARCH_AGAIN = {
    "bs": "ne tražite ponovo; ako još imate adresu, dodajte je", "hr": "ne tražite ponovno; ako još imate adresu",
    "sr-Latn": "ne tražite ponovo; ako još imate adresu", "sr-Cyrl": "не тражите поново; ако још имате адресу",
    "en": "do not search for it again; if you still have the address, add it",
    "sq": "mos e kërkoni përsëri; nëse e keni ende adresën",
    "de": "nicht noch einmal danach; wenn Sie die Adresse noch haben",
}  # fmt: skip
NEVER_SAID = re.compile(
    r"nepotpun|neisprav|nevazec|odbij|odbac|incomplete|invalid|reject|unvollstandig|ungultig|abgelehnt|paplot|pavlefsh"
    r"|refuz|csam|porn|hotline|helpline|abuse|child|zlostav|zloupotreb|zlouporab|djec|dijet|dete|deca|kind[^ ]|femij"
    r"|abuz|missbrauch|sex|seks|snimak|slik|photo|prijav|http|www|@|police|polic"
)

_POLICE = re.compile(r"police|polici\w+|polizei")
"""Named only to who asks for help."""


def _letter(
    template: Template, language: str | None, name: str | None = None, told: Told = Told.WRITTEN
) -> str:  # fmt: skip
    letter = LETTERS.letter(template, [Part.ADDRESS, Part.WHEN], language, name, told)
    return f"{letter.subject}\n{letter.text}"


def _decided(*kinds: tuple[Kind, str]) -> list[Disposition]:
    from tests.desk import NOW

    return [Disposition(1, kind, None, 1, NOW, reason) for kind, reason in kinds]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", Template)
def test_every_template_speaks_every_language(template: Template, language: str) -> None:
    code = language if language in ("en", "sq", "de") else "bcs"
    script = "cyrillic" if language == "sr-Cyrl" else "latin"
    (found,) = language_of([_letter(template, language)])
    assert (found.code, found.script) == (code, script)
    assert LETTERS.letter(template, [Part.ADDRESS], language).language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_templates_say_the_same(language: str) -> None:
    assert len({_letter(template, language) for template in Template}) == len(Template)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [one for one in Template if one is not Template.NEEDS_ADDRESS])
def test_no_letter_says_what_it_is_about_nor_who_writes(template: Template, language: str) -> None:
    for told in Told:
        said = shadow(_letter(template, language, told=told))
        assert not NEVER_SAID.search(_POLICE.sub("", said) if template is Template.GET_HELP else said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_read_out_a_letter_says_nothing_that_only_a_mail_can(language: str) -> None:
    words = {piece: said[language] for piece, said in LETTERS.words.items()}
    for template in Template:
        written, called, by_code = (_letter(template, language, told=told) for told in Told)
        assert words["farewell"] in written
        assert all(words[piece] not in called + by_code for piece in ("reply", "farewell"))
        assert words["greeting"] in called
        assert words["greeting"] not in by_code
        assert (words["in_touch"] in called, words["ask_again"] in by_code) == (
            (template is Template.QUESTION_FORWARDED,) * 2
        )
        assert words["in_touch"] not in by_code


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_it_stands_is_said_in_every_language_and_says_nothing_else(language: str) -> None:
    said = [LETTERS.standing(stands, language) for stands in Stands]
    assert len(set(said)) == len(Stands)
    assert not any(NEVER_SAID.search(shadow(one)) for one in said)
    (found,) = language_of([" ".join(said)])
    assert found.code == (language if language in ("en", "sq", "de") else "bcs")


def test_how_it_stands_tells_open_looked_at_and_closed_apart_and_no_more() -> None:
    found = {status: stands_of(status, erased=False) for status in Status}
    assert {status for status, stands in found.items() if stands is Stands.LOOKED_AT} == {
        Status.TAKEN, Status.ASSESSED, Status.DECIDED, Status.RETURNED
    }
    assert (found[Status.NEW], found[Status.CLOSED]) == (Stands.OPEN, Stands.CLOSED)
    assert {stands_of(status, erased=True) for status in Status} == {Stands.ERASED}


def test_the_cyrillic_letters_say_what_the_latin_ones_say() -> None:
    for said in LETTERS.words.values():
        assert said["sr-Cyrl"] == to_cyrillic(said["sr-Latn"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_asked_for_with_the_plea_not_to_search_again(language: str) -> None:
    said = _letter(Template.NEEDS_ADDRESS, language)
    assert LETTERS.missing.sentences[Part.ADDRESS][language] in said
    assert LETTERS.missing.sentences[Part.WHEN][language] in said
    assert LETTERS.missing.sentences[Part.ATTACHMENT][language] not in said
    assert SEARCH_AGAIN[language] in said


def test_a_name_is_used_where_one_was_given_and_only_there() -> None:
    assert "Hello Ana-Marija,\n" in _letter(Template.THANK_YOU, "en", "Ana-Marija")
    assert "Hello,\n" in _letter(Template.THANK_YOU, "en")
    assert "Dobar dan,\n" in _letter(Template.THANK_YOU, None)
    assert _letter(Template.THANK_YOU, "xx") == _letter(Template.THANK_YOU, "bs")


def test_a_letter_that_asks_for_nothing_is_not_written() -> None:
    with pytest.raises(ValueError, match="nothing is missing"):
        LETTERS.letter(Template.NEEDS_ADDRESS, [], "en")


@pytest.mark.parametrize(
    "broken",
    ["", "not toml [", FILE.replace("[thank_you]", "[thanks]"), FILE.replace('\nsq = "Me respekt"', ""),
     FILE.replace("Hello {name},", "Hello,"), FILE.replace('"Kind regards"', '""'),
     FILE.replace('"Kind regards"', '"Kind\\nregards"'), FILE.replace('"Reply to a message"', '"Your {name}"')],
)  # fmt: skip
def test_a_file_of_letters_that_lacks_something_is_refused(broken: str) -> None:
    with pytest.raises(BadConfiguration):
        Letters.from_toml(broken, MISSING)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("ana@mail.example", "ana@mail.example"), (" Ana Anić <ana.x+1@mail.example> ", "ana.x+1@mail.example"),
        ("mailto:ana@mail.example", "ana@mail.example"), ("a@b.example, a@b.example", "a@b.example"),
        ("a@b.example or c@d.example", None), ("", None), ("+387 61 123 456", None), ("ana@mail", None),
        ("ana@mail.example\r\nBcc: all@other.example", None), ("ana@mail.example\nSubject: x", None),
        ("ana\x00@mail.example", None), ("ana\u202e@mail.example", None), ("ana@-mail.example", None),
        ('"ana b"@mail.example', None), ("ana..b@mail.example", None), ("ćira@mail.example", None),
        (f"{'a' * 65}@mail.example", None), (f"a@{'b' * 60}.{'c.' * 100}example", None), ("x" * 500, None),
        ("ana@[192.0.2.1]", None), ("ana%other.example@mail.example", "ana%other.example@mail.example"),
    ],
)  # fmt: skip
def test_one_plain_address_is_used_and_nothing_else(said: str, address: str | None) -> None:
    assert usable_address(said) == address


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Ana", "Ana"), ("  Ana-Marija ", "Ana-Marija"), ("Ђорђе", "Ђорђе"), ("O'Neil", "O'Neil"),
        ("Dr. Ana", "Dr. Ana"), ("Ana Пера", "Ana Пера"),
        ("Ana P.", "Ana P."), ("Ana\r\nBcc: x", None), ("Ana\u202e", None), ("evil.example", None),
        ("a@b.example", None),
        ("https://bad.example", None), ("Ana 061", None), ("", None), ("A" * 41, None), ("{name}", None),
        ("Ana\x1b[2J", None),
        ("Ana <b>", None), ("Ana\u200b", None), ("Ana: visit", None),
    ],
)  # fmt: skip
def test_a_name_is_letters_or_none(said: str, name: str | None) -> None:
    assert usable_name(said) == name


def test_a_contact_shows_its_way_and_no_value() -> None:
    given = reach_of({"contact_email": "canary@mail.example", "name_to_use": "Canary", "contact_phone": "061 123 456"})
    assert given.way is Way.EMAIL
    assert "anary" not in repr(given)
    called = reach_of({"contact_email": "061 777 888", "contact_phone": " 061 123\n456 ", "best_time": "Canary\nhour"})
    assert (called.way, called.phone, called.best_time) == (Way.TELEPHONE, "061 123 456", "Canary hour")
    assert not any(secret in repr(called) for secret in ("061", "Canary"))
    assert (given.phone, given.best_time) == (None, None)
    assert reach_of({"contact_phone": "ring twice", "best_time": "noon"}) == reach_of({})
    assert reach_of({"contact_phone": "canary@mail.example"}).email == "canary@mail.example"
    assert reach_of({"contact_name": "Canary"}) == reach_of({})


@pytest.mark.parametrize("sender", ["info@hotline.example", "child@x.example", "csam@x.example", "prijava@x.example"])
def test_a_sender_that_says_what_it_is_for_is_not_neutral(sender: str) -> None:
    assert not is_neutral(sender)
    assert is_neutral("office@letters.example")


def test_the_letter_follows_what_people_decided() -> None:
    asks, question = (Kind.ANSWER, "needs_address"), (Kind.ANSWER, "question")
    missing = (Part.ADDRESS,)

    def of(*made: tuple[Kind, str], missing: tuple[Part, ...] = (), closed: bool = False) -> Template:
        return template_for(_decided(*made), missing, closed=closed, helps=False)

    assert of(asks, missing=missing) is Template.NEEDS_ADDRESS
    assert of(asks) is Template.THANK_YOU
    assert of((Kind.HELPLINE, "question"), question, missing=missing) is Template.QUESTION_FORWARDED
    assert of(question, (Kind.CLOSE, "out_of_remit"), closed=True) is Template.OUT_OF_REMIT
    assert of(question, (Kind.CLOSE, "with_police"), closed=True) is Template.ANSWERED
    assert of(missing=missing) is Template.NEEDS_ADDRESS
    finished = (Kind.CLOSE, "no_address_given")
    assert of(asks, finished, missing=missing, closed=True) is Template.ANSWERED
    assert of(asks, finished, missing=missing) is Template.NEEDS_ADDRESS


def test_who_is_answered_about_another_matter_is_not_asked_for_a_link() -> None:
    def of(*made: tuple[Kind, str]) -> Template:
        return template_for(_decided(*made), (Part.ADDRESS,), closed=False, helps=False)

    assert of((Kind.ANSWER, "asked_for_help")) is Template.GET_HELP
    assert of((Kind.ANSWER, "needs_address"), (Kind.ANSWER, "other")) is Template.THANK_YOU
    assert of((Kind.ANSWER, "asked_for_help"), (Kind.HELPLINE, "asked_for_help")) is Template.QUESTION_FORWARDED
    assert of((Kind.ANSWER, "needs_address")) is Template.NEEDS_ADDRESS
    assert of((Kind.ANSWER, "question")) is of((Kind.ANSWER, "worried_parent")) is Template.THANK_YOU


def test_what_is_missing_is_asked_for_whatever_danger_was_the_reason() -> None:
    for reason in ("urgent_danger", "victim_may_be_here", "protocol", "on_request"):
        made = _decided((Kind.ANSWER, reason))
        assert template_for(made, (Part.ADDRESS,), closed=False, helps=False) is Template.NEEDS_ADDRESS
        assert template_for(made, (), closed=False, helps=False) is Template.THANK_YOU
    asked = template_for(_decided((Kind.POLICE, "urgent_danger")), (Part.ADDRESS,), closed=False, helps=False)
    assert asked is Template.NEEDS_ADDRESS


@pytest.mark.parametrize("code", ["seeks_material", "seeks_help_for_self"])
def test_who_seeks_material_or_help_for_themselves_is_never_answered_by_a_template_alone(code: str) -> None:
    assert standing_of(SAFE, {code}, erased=False, receipt=False, kept=None, too_early=False) is Standing.TO_A_PERSON


def test_why_a_reporter_cannot_be_answered_is_told_in_this_order() -> None:
    def of(facts: Fact, *, erased: bool = False, receipt: bool = False, kept: Standing | None = None) -> Standing:
        return standing_of(facts, (), erased=erased, receipt=receipt, kept=kept, too_early=False)

    assert of(SAFE) is Standing.READY
    assert of(SAFE, erased=True) is Standing.ERASED
    assert of(Fact.HAS_CONTACT) is Standing.NOT_SAFE
    assert of(Fact(0)) is Standing.NO_CONTACT
    assert of(Fact(0), receipt=True) is Standing.BY_RECEIPT
    assert of(SAFE, kept=Standing.IN_DOUBT) is Standing.IN_DOUBT
    assert of(SAFE, erased=True, kept=Standing.SENT) is Standing.SENT
    assert of(SAFE | Fact.NO_EMAIL) is Standing.NO_EMAIL
    assert of(SAFE | Fact.NO_EMAIL, kept=Standing.CALLING) is Standing.CALLING
    assert of(Fact.HAS_CONTACT, kept=Standing.NO_EMAIL) is Standing.NOT_SAFE


def test_a_letter_that_tells_of_a_referral_waits_until_it_was_exported() -> None:
    def of(facts: Fact, kept: Standing | None = None) -> Standing:
        return standing_of(facts, (), erased=False, receipt=False, kept=kept, too_early=True)

    assert of(SAFE) is of(SAFE | Fact.NO_EMAIL) is of(SAFE, Standing.NO_EMAIL) is Standing.REFERRAL_FIRST
    assert of(SAFE, Standing.SENT) is Standing.SENT
    assert of(SAFE, Standing.NO_TELEPHONE) is Standing.NO_TELEPHONE
    assert of(Fact(0)) is Standing.NO_CONTACT
    assert tells_too_early(Template.QUESTION_FORWARDED, [(Kind.HELPLINE, True), (Kind.PREVENTION, False)])
    assert tells_too_early(Template.QUESTION_FORWARDED, [(Kind.POLICE, True)])
    assert not tells_too_early(Template.QUESTION_FORWARDED, [(Kind.POLICE, False), (Kind.HELPLINE, True)])
    assert not tells_too_early(Template.THANK_YOU, [(Kind.HELPLINE, False)])


def test_no_standing_template_answers_a_call_for_help_an_assigned_report_or_advertising() -> None:
    assert may_stand_alone([SAFE], [{"question"}], [False])
    assert not may_stand_alone([SAFE, SAFE | Fact.ALERT], [{"question"}] * 2, [False] * 2)
    assert not may_stand_alone([SAFE | Fact.ASSIGNED], [{"question"}], [False])
    assert not may_stand_alone([SAFE], [{"spam"}], [False])


def test_no_standing_template_answers_words_in_which_no_rule_hears_anything() -> None:
    """They may be those of somebody in distress, and the letter asks for an address."""
    told = SAFE | Fact.HAS_TEXT
    assert not may_stand_alone([told], [{"no_locator"}], [False])
    assert not may_stand_alone([told, told], [{"no_locator", "question"}, {"no_locator"}], [False, False])
    for heard in ("question", "report_described", "bare_platform", "missing_attachment"):
        assert may_stand_alone([told], [{"no_locator", heard}], [False])


def test_no_standing_template_answers_what_a_verdict_leaves_in_doubt() -> None:
    assert may_stand_alone([SAFE, SAFE], [{"no_locator"}, {"question"}], [False, False])
    assert not may_stand_alone([SAFE, SAFE], [{"no_locator"}, {"question"}], [False, True])
    assert not may_stand_alone([SAFE], [{"no_locator", "text_doubt"}], [False])
