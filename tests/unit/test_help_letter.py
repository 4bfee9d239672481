"""The letter to who asks for help: where help is, nobody waits in danger, no formal word, never "nothing more"."""

from __future__ import annotations

import re

import pytest

from pipeline.resources import text
from tests.desk import NOW
from triage.answer_letters import Letters, Told
from triage.answering import Stands, Template, needs_help, template_for
from triage.completeness import Part
from triage.disposition import Disposition, Kind
from triage.report import LANGUAGES
from triage.verdict import Escalation

LETTERS = Letters.from_toml(text("answers/letters.toml"), text("answers/missing.toml"))
FORMAL = re.compile(
    r"\b(?:Sie|Ihre?[nmrs]?|Ihnen|Vi|Vas|Vam|Vama|Vaš\w*|Ви|Вас|Вам|Вама|Ваш\w*|\w+[aei]te|\w+[аеи]те|Ju|[Jj]uaj|tuaj)\b"
)
NOTHING_MORE = re.compile(r"nothing more|ništa više|ништа више|nichts weiter|asgjë tjetër")
POLICE = {"sr-Cyrl": "полиц", "en": "police", "de": "Polizei"}
HEARD_BY_CHILDREN = (Template.GET_HELP, Template.QUESTION_FORWARDED)


def _said(template: Template, language: str, help_line: str = "", *missing: Part, told: Told = Told.WRITTEN) -> str:
    letter = LETTERS.letter(template, missing, language, None, told, help_line)
    return f"{letter.subject}\n{letter.text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_that_in_danger_nobody_waits_for_us_and_where_help_is_if_that_is_known(language: str) -> None:
    without, named = _said(Template.GET_HELP, language), _said(Template.GET_HELP, language, "116 111 (0-24)")
    words = {piece: said[language] for piece, said in LETTERS.words.items()}
    assert POLICE.get(language, "polic") in without
    assert words["in_danger"] in without
    assert words["in_danger"] in named
    assert words["help_at"] not in without
    assert f"{words['help_at']} 116 111 (0-24)\n" in named


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_children_read_or_hear_is_not_formal_and_never_says_that_nothing_is_to_be_done(language: str) -> None:
    said = [_said(one, language, "", Part.ADDRESS, told=told) for one in HEARD_BY_CHILDREN for told in Told]
    said += [LETTERS.standing(stands, language) for stands in Stands]
    assert not any(NOTHING_MORE.search(one) for one in said)
    assert language == "en" or not any(FORMAL.search(one) for one in said)
    assert NOTHING_MORE.search(_said(Template.THANK_YOU, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_is_asked_for_only_where_one_is_missing(language: str) -> None:
    asks = LETTERS.words["add_address"][language]
    assert asks in _said(Template.GET_HELP, language, "", Part.ADDRESS, Part.WHEN)
    assert asks not in _said(Template.GET_HELP, language, "", Part.WHAT_WAS_SEEN)
    assert asks not in _said(Template.GET_HELP, language)


@pytest.mark.parametrize("group", ["child", "teen"])
def test_a_child_who_tells_of_danger_or_asks_needs_help_and_one_who_reports_a_page_does_not(group: str) -> None:
    assert needs_help((), Escalation.ABUSE_DESCRIBED, group)
    assert needs_help({"question"}, Escalation.NONE, group)
    assert not needs_help({"locator"}, Escalation.NONE, group)


@pytest.mark.parametrize("group", ["parent", None])
def test_others_need_help_where_a_child_is_blackmailed_or_they_seek_it_themselves(group: str | None) -> None:
    for code in ("child_blackmailed", "risk_to_life"):
        assert needs_help({code}, Escalation.DANGER_NOW, group)
    assert needs_help({"seeks_help_for_self"}, Escalation.NONE, group)
    assert not needs_help({"question"}, Escalation.NONE, group)
    for escalate in (Escalation.ABUSE_DESCRIBED, Escalation.CHILD_IDENTIFIED, Escalation.DANGER_NOW):
        assert not needs_help({"abuse_described"}, escalate, group)


def test_it_stands_for_every_letter_that_would_say_nothing_more_is_to_be_done() -> None:
    def of(*made: tuple[Kind, str], closed: bool = False) -> Template:
        decided = [Disposition(1, kind, None, 1, NOW, reason) for kind, reason in made]
        return template_for(decided, (Part.ADDRESS,), closed=closed, helps=True)

    assert of() is of((Kind.ANSWER, "other")) is Template.GET_HELP
    assert of((Kind.CLOSE, "with_police"), closed=True) is Template.GET_HELP
    assert of((Kind.CLOSE, "out_of_remit"), closed=True) is Template.GET_HELP
    assert of((Kind.HELPLINE, "asked_for_help")) is Template.QUESTION_FORWARDED
    assert of((Kind.ANSWER, "needs_address")) is Template.NEEDS_ADDRESS
