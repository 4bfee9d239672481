"""The words of the police report: the same keys in every language, and every code a package can carry has some."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from classifiers.base import KNOWN_REASONS
from exporters import stated
from exporters.package import ASKED, NEWS
from exporters.withheld import REASONS as WITHHELD
from exporters.wording import LANGUAGES, TABLES, Words, words_file
from pipeline.channels.registry import all_channels
from pipeline.cli.plain_words import EVENTS, KINDS
from pipeline.desk.outside import SPOKEN_CHANNELS
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.sample.cyrillic import to_cyrillic
from triage import assessment, disposition, people, redaction
from triage.errors import BadConfiguration
from triage.helpline_feedback import HelplineState
from triage.redacting.redactor import KNOWN_LANGUAGES
from triage.redacting.spans import KINDS as MASKED_KINDS
from triage.report import FIELDS, REPORTER_GROUPS
from triage.urgent_call import CallReason
from triage.verdict import Escalation, Label

ROOT = Path(__file__).parents[2]
WORDS = {language: Words.from_toml(language, text(words_file(language))) for language in LANGUAGES}
in_every_language = pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
PACKAGE_FILES = (
    "0-read-first.pdf", "cover.txt", "addresses.txt", "reports.csv", "case.json", "case.jsonld", "custody.csv",
    "redaction.csv", "texts.txt",
)  # fmt: skip
"""Of a law-enforcement package, but for README.txt, which tells of them."""
CODES: dict[str, Iterable[object]] = {
    "label": Label,
    "escalate": Escalation,
    "reason_codes": KNOWN_REASONS,
    "category": [each["code"] for each in tomllib.loads(text("categories.toml"))["category"]],
    "channel": {channel.name for channel in all_channels()} | SPOKEN_CHANNELS,
    "classification": assessment.Classification,
    "assessment_reason": assessment.NOT_ASSESSED_REASONS + assessment.NOT_ILLEGAL_REASONS,
    "illegal_kind": assessment.IllegalKind,
    "viewed": assessment.Viewed,
    "also_sent_to": {*disposition.Kind, *(one.code for one in routes().recipients.values()
                                          if one.kind in (disposition.Kind.NOTICE, disposition.Kind.ICCAM)
                                          and one.code not in ("host", "iccam"))},
    "kind": KINDS,
    "hosting_source": ["analyst", "whois", "rdap", "geoip", "iccam"],
    "gender": assessment.Gender,
    "age_group": assessment.AgeGroup,
    "site_type": assessment.SiteType,
    "commerciality": assessment.Commerciality,
    "payment_methods": assessment.PaymentMethod,
    "asked": ASKED,
    "basis": {recipient.basis for recipient in routes().recipients.values()},
    "area_unit": {unit["prefix"] for unit in tomllib.loads(text("routes/areas.toml"))["unit"]},
    "text_language": KNOWN_LANGUAGES | {"und"},
    "masked": MASKED_KINDS,
    "custody": EVENTS,
    "role": people.Role,
    "call_reason": CallReason,
    "field": {*redaction.TABLE, *FIELDS, redaction.UNKNOWN_FIELD, "case_no", "case_id", "locator_no", "by",
              "person_id", "name", "note", "memo"},
    "yes_no": ["yes", "no"],
    "news": NEWS,
    "files": PACKAGE_FILES,
    "reporter_group": REPORTER_GROUPS,
    "helpline_state": HelplineState,
    "withheld": WITHHELD,
    "referred_for": disposition.DISPOSITION_REASONS,
}  # fmt: skip
OF_NO_CLOSED_LIST = {"victim_sex", "victim_age_band", "relationship", "violence_kind", "recipient"}
OURS = {"document", "column", "cover", "time", "call", "spoken", "disclosure", "referral"}
LATIN_IN_CYRILLIC = re.compile(
    r"\{[^}]*\}|`[^`]*`|\b[\w-]+\.(?:txt|csv|jsonld|json|pdf)\b|hxxps|\b(?:UTC|CASE/UCO|INHOPE|ICCAM|SOS|Tor|onion|IPFS|IP|WHOIS|RDAP|baseline"
    r"|American Express|Diners Club|Mastercard|PayPal|Visa|Western Union|SMS|Liberty Reserve|Bitcoin)\b"
)
"""What keeps its Latin letters in a Cyrillic sentence: names, file names and places for values."""
EKAVIAN = re.compile(
    r"\b(?:(?:det[eu]|dec|del[ioju]|devojč|dečac|ocen|procen|ucen|izvešt|obavešt|savet|vide[lt]|smešt|mest|bezbed"
    r"|poverlj|posledn|prover|belešk|zabelešk|razmen|primen|pretnj|nemačk|podset)\w*"
    r"|gde|ovde|pre|posle|vreme|reči|sme|uvek|deo|ceo|cel[aeou]|dela|delovi)\b",
    re.IGNORECASE,
)
"""Words that Serbia writes with e and Bosnia and Herzegovina with ije or je, as whole words or by their start."""


@in_every_language
def test_every_code_a_package_can_carry_has_words(words: Words) -> None:
    missing = {table: [str(code) for code in codes if str(code) not in words.tables[table]]
               for table, codes in CODES.items()}  # fmt: skip
    assert {table: codes for table, codes in missing.items() if codes} == {}


def test_no_table_is_forgotten_by_the_test_above() -> None:
    assert set(CODES) | OF_NO_CLOSED_LIST | OURS == TABLES


@in_every_language
def test_every_language_has_the_same_keys_and_says_something(words: Words) -> None:
    english = WORDS["en"].tables
    assert {name: set(table) for name, table in words.tables.items()} == {
        name: set(table) for name, table in english.items()
    }
    assert all(said.strip() for table in words.tables.values() for said in table.values())


@in_every_language
def test_a_sentence_asks_for_the_same_values_in_every_language(words: Words) -> None:
    def asked(said: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(said) if name}

    for table in OURS:
        for key, said in words.tables[table].items():
            assert asked(said) == asked(WORDS["en"].tables[table][key])


def test_serbian_in_cyrillic_letters_is_the_latin_text_letter_by_letter() -> None:
    for name, table in WORDS["sr-Latn"].tables.items():
        for key, said in table.items():
            assert WORDS["sr-Cyrl"].tables[name][key] == _in_cyrillic(said), (name, key)


def test_serbian_is_ijekavian_as_police_in_republika_srpska_write_it() -> None:
    said = " ".join(value for table in WORDS["sr-Latn"].tables.values() for value in table.values())
    assert re.search(r"\bdijete\b", said)
    assert EKAVIAN.findall(said) == []
    assert EKAVIAN.findall("Deca su ovde, izveštaj je ocenjen pre") == ["Deca", "ovde", "izveštaj", "ocenjen", "pre"]


def test_no_sentence_is_left_over() -> None:
    sources = "".join((ROOT / name).read_text(encoding="utf-8") for name in (
        "data/templates/report.typ", "exporters/report_pdf.py", "exporters/cover.py", "exporters/wording.py",
        "exporters/call_sheet.py", "exporters/disclosure.py", "exporters/readme.py",
        "exporters/referral.py", "exporters/stated.py", "exporters/withheld.py", "pipeline/desk/police_package.py",
    ))  # fmt: skip
    for table in OURS:
        unused = [key for key in WORDS["en"].tables[table]
                  if not re.search(rf"said\.{key}\b|['\"]{key}['\"]", sources)]  # fmt: skip
        assert unused == []


@in_every_language
def test_a_machine_is_never_said_to_know(words: Words) -> None:
    said = " ".join(value for table in ("label", "escalate", "reason_codes") for value in words.tables[table].values())
    assert not re.search(r"confirm|proven|potvrđen|dokazan|потврђен|доказан", said, re.IGNORECASE)
    assert re.search(r"suspicion|sumnja|сумња", words.code("label", "csam_suspect"))


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert WORDS["bs"].code("category", "something_new") == "something_new"
    assert WORDS["bs"].value("payment_methods", ("paypal", "barter")) == "PayPal, barter"
    assert WORDS["bs"].value("no_such_table", "x") == "x"


def test_a_value_is_never_read_as_a_pattern() -> None:
    said = WORDS["en"].said("cover", "gravest", reference="{reference}{0.__class__}")
    assert said == "Case {reference}{0.__class__}."


@pytest.mark.parametrize(
    ("hours", "shown"), [(0, "2026-03-02 09:30:05 (UTC)"), (1, "2026-03-02 10:30:05 (UTC+1)"),
                         (-3.5, "2026-03-02 06:00:05 (UTC-3:30)")],
)  # fmt: skip
def test_a_time_is_exact_and_names_its_offset(hours: float, shown: str) -> None:
    at = datetime(2026, 3, 2, 9, 30, 5, tzinfo=UTC)
    assert WORDS["en"].time(at, timezone(timedelta(hours=hours))) == shown


def test_a_day_is_a_day() -> None:
    assert [WORDS[language].time(date(2026, 3, 2)) for language in ("en", "bs")] == ["2026-03-02", "02.03.2026."]


@pytest.mark.parametrize("damaged", ["", "[label]\nx = 'y'", "not toml at all [", "cover = 1"])
def test_words_that_do_not_fit_are_refused_by_name(damaged: str) -> None:
    with pytest.raises(BadConfiguration, match=r"words/hr\.toml"):
        Words.from_toml("hr", damaged)


def _in_cyrillic(said: str) -> str:
    kept = LATIN_IN_CYRILLIC.findall(said)
    written = [to_cyrillic(part) for part in LATIN_IN_CYRILLIC.split(said)]
    return "".join(part for pair in zip(written, [*kept, ""], strict=True) for part in pair)


def test_a_report_of_a_day_without_a_time_is_told_as_a_day_and_nothing_else_is() -> None:
    words, zone = Words.from_toml("en", text(words_file("en"))), timezone(timedelta(hours=1))
    end = datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC)
    for name in ("first_received", "last_received"):
        assert words.value(name, end, zone) == words.time(date(2026, 3, 1))
    assert words.value("assessed_at", end, zone) == words.time(end, zone)
    assert words.received(end - timedelta(seconds=1), zone) == words.time(end - timedelta(seconds=1), zone)


@in_every_language
def test_a_time_told_in_minutes_is_not_printed_with_seconds(words: Words) -> None:
    told, clock = datetime(2026, 11, 23, 22, 49, tzinfo=UTC), datetime(2026, 11, 23, 22, 49, 38, tzinfo=UTC)
    assert "22:49 (" in words.told(told)
    assert "22:49:00" not in words.told(told)
    assert words.told(clock) == words.time(clock)
    assert "22:49:00 (" in words.time(told), "what a machine wrote down keeps its second"
    one = stated.Stated(CallReason.MEETING_SOON, "REF-1", told, reached=True)
    assert "22:49 (" in stated.said(one, "REF-1", words, UTC)
    assert "22:49:00 (" in stated.said(replace(one, reached=None), "REF-1", words, UTC), "its sheet was made then"
