"""The redactor as a whole: layers joined, words never cut, long texts, a second pass, and closed when in doubt."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum.si import emso

from pipeline.redacting_setup import redactor as shipped_redactor
from tests.redactors import Model, Said, masked, redactor
from triage.language import language_of
from triage.redacting.merging import merged
from triage.redacting.own import OwnContact
from triage.redacting.pieces import OVERLAP_CHARS, PIECE_CHARS, pieces
from triage.redacting.redactor import MAX_MASKED, MAX_TEXT_CHARS, Redacted
from triage.redacting.spans import Span
from triage.redacting.text import read

_MANY_SECONDS = 10
_CARRIERS = ("", "Zovem se ", "profil ", "ulica ", "JMBG ", "rođena ", "зове се ", "[NAME] ", "tel ", "my name is ")


def test_overlapping_spans_are_one_named_by_the_gravest() -> None:
    text = "aaaa 0101990150008 bbbb"
    spans = merged(text, [Span(5, 18, "number", "long"), Span(5, 18, "id_number", "jmbg"), Span(3, 8, "name", "x")])
    assert spans == [Span(0, 18, "id_number", "jmbg")]


def test_a_span_inside_a_word_grows_to_the_word_and_never_cuts_a_character() -> None:
    assert merged("prije Emininog poslije", [Span(6, 10, "name", "x")]) == [Span(6, 14, "name", "x")]
    assert merged("e\u0301mina b", [Span(0, 1, "name", "x")]) == [Span(0, 6, "name", "x")]
    assert merged("x \U0001f468\u200d\U0001f469 y", [Span(2, 3, "other", "x")]) == [Span(2, 5, "other", "x")]


def test_contradicting_roles_are_unknown_and_a_known_one_is_kept() -> None:
    one, other = Span(0, 4, "name", "a", "child"), Span(2, 6, "name", "b", "suspect")
    assert merged("abcdef", [one, other])[0].role == "unknown"
    assert merged("abcdef", [one, replace(other, role="unknown")])[0].role == "child"


def test_spans_outside_the_text_are_a_fault() -> None:
    for start, end in ((0, 4), (2, 2), (-1, 2)):
        with pytest.raises(ValueError, match="outside"):
            merged("abc", [Span(start, end, "name", "x")])


def test_what_lists_and_model_find_is_masked_as_well() -> None:
    shown = redactor({"Mostar": "place"}, Model("Lejla")).redact("Vidjela sam da je Lejla iz mjesta Mostar otišla.")
    assert shown.text == "Vidjela sam da je [NAME] iz mjesta [PLACE] otišla."
    assert [span.rule for span in shown.spans] == ["names:test", "names:test"]


def test_a_place_with_a_number_that_ends_the_clause_is_an_address() -> None:
    lists = redactor({"Ilici": "place", "Mostar": "place"})
    assert lists.redact("Vidio sam ga u Ilici 45a, u stanu.").text == "Vidio sam ga u [ADDRESS], u stanu."
    assert lists.redact("Bilo je to negdje blizu grada Mostar 2004.").text.endswith("[PLACE] 2004.")


def test_the_model_reads_a_text_without_capitals_a_second_time_with_capitals() -> None:
    model = Model("Lejla")
    shown = redactor({"mostar": "place"}, model).redact("znam da je lejla bila u gradu mostar juče")
    assert shown.text == "znam da je [NAME] bila u gradu [PLACE] juče"
    assert len(model.asked) == 2


def test_a_text_with_capitals_is_read_once() -> None:
    model = Model()
    redactor(model=model).redact("Vidjela sam to u školi.")
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Zove se Emina. Reci Emini da je Eminu vidio.", "Zove se [NAME]. Reci [NAME] da je [NAME] vidio."),
        ("Зове се Емина. Реци Емини све.", "Зове се [NAME]. Реци [NAME] све."),
        ("zove se emina i eminu svi znaju", "zove se [NAME] i [NAME] svi znaju"),
        ("Zove se Zora. Bila je zora kad je otišla.", "Zove se [NAME]. Bila je zora kad je otišla."),
    ],
)
def test_a_name_found_once_is_masked_wherever_it_is_said_again(written: str, shown: str) -> None:
    assert masked(written) == shown


def test_distinct_texts_are_worked_out_once() -> None:
    model = Model()
    shown = redactor(model=model).redact_many(["Jedan tekst ovdje.", "Drugi tekst ovdje.", "Jedan tekst ovdje."])
    assert len(model.asked) == 2
    assert shown[0] == shown[2] != shown[1]


@pytest.mark.parametrize(
    ("part", "reason"), [("lists", "no_name_lists"), ("model", "no_name_model"), ("language_of", "no_language_model")]
)
def test_a_missing_part_withholds_every_text(part: str, reason: str) -> None:
    closed = replace(redactor(), **{part: None})
    assert closed.redact("Zovem se Amra.") == Redacted("", (), reason)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said("und", 0.0), "unknown_language"),
        (Said("fr", 1.0), "unknown_language"),
        (Said("bcs", 0.4), "uncertain_language"),
    ],
)
def test_a_doubtful_language_withholds_the_text(said: Said, reason: str) -> None:
    assert redactor(said=said).redact("quelque chose ici") == Redacted("", (), reason)
    assert redactor(said=said).redact("quelque chose ici", recipient="police").withheld == reason


def test_a_text_nobody_would_read_is_withheld_unread() -> None:
    model = Model()
    shown = redactor(model=model).redact_many(["a " * (MAX_TEXT_CHARS // 2 + 1), "kratko je"], recipient="police")
    assert shown[0] == Redacted("", (), "too_long")
    assert shown[1].text == "kratko je"
    assert all(len(asked) < MAX_TEXT_CHARS for asked in model.asked)


def test_a_list_with_too_much_to_mask_is_withheld_in_seconds() -> None:
    text = ", ".join(f"čovjek snap: lik_{number}" for number in range(MAX_MASKED + 500))
    started = time.process_time()
    assert redactor().redact(text, recipient="police") == Redacted("", (), "too_long")
    assert time.process_time() - started < _MANY_SECONDS


def test_a_sign_that_stands_for_a_sentence_is_read_as_one_sign() -> None:
    assert read("\ufdfa" * 3).latin == "\ufdfa" * 3


def test_ordinary_words_are_no_name_by_the_model_alone() -> None:
    for word, shown in (("Kinder", "Kinder"), ("Kinderová", "[NAME]")):
        closed = replace(redactor(model=Model(word)), ordinary=frozenset({"Kinder"}))
        assert closed.redact(f"Dort sind {word} zu sehen.").text == f"Dort sind {shown} zu sehen."


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Bett", "Das Kind liegt im Bett."),
        ("Dort", "Dort sind die Bilder."),
        ("swimwear", "children in swimwear"),
        ("tij", "emri i tij"),
    ],
)
def test_shipped_ordinary_words_are_no_name_by_the_model_alone(word: str, text: str) -> None:
    shipped = shipped_redactor().ordinary
    assert replace(redactor(model=Model(word)), ordinary=shipped).redact(text).text == text
    capital = word + "ova"
    assert "[NAME]" in replace(redactor(model=Model(capital)), ordinary=shipped).redact(f"to je {capital}").text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("piše joj cvjetic.mali danas", "piše joj [HANDLE] danas"),
        ("piše joj mali.cvjetic danas", "piše joj [HANDLE] danas"),
        ("stoji cvjetic-mali-2012 ispod", "stoji [HANDLE] ispod"),
        ("Piše joj cvjetic. Molim vas.", "Piše joj [NAME]. Molim vas."),
    ],
)
def test_a_name_in_small_letters_with_a_dot_beside_it_is_a_chosen_name(written: str, shown: str) -> None:
    assert redactor({"cvjetic": "name"}).redact(written).text == shown


@pytest.mark.parametrize("text", ["", "   ", "061 123 456", "https://host.example/a", "[NAME], [PHONE]"])
def test_a_text_of_which_no_letter_stays_needs_no_language(text: str) -> None:
    shown = redactor(said=Said("und", 0.0)).redact(text)
    assert shown.withheld is None
    assert "061" not in shown.text
    assert "host" not in shown.text


def test_placeholders_of_an_earlier_redaction_are_left_alone() -> None:
    once = masked("Zovem se Amra Begić, JMBG 0101990150008, tel. 061 123 456, A12-B-345, ime@posta.example.")
    assert masked(once) == once


@pytest.mark.parametrize(
    "written", ["[PHONE:33123456]", "[phone:0a1b2c3d]", "[PHONE:061333444]", "[PHONE:061 333 444]"]
)
def test_a_digest_in_a_text_that_comes_in_is_nobodys_and_goes_even_for_police(written: str) -> None:
    shown = redactor().redact(f"Čovjek s broja {written} piše [NAME].", recipient="police").text
    assert not any(sign.isdigit() for sign in shown)
    assert shown.endswith(" piše [NAME].")


_FOREIGN = (
    "Benim adım Ayşe Yılmaz ve evim Kadıköy sokakta.",
    "Моето име е Петар и живеам со моето семејство.",
    "A nevem Kovács Anna és itt lakom a szüleimmel.",
    "Меня зовут Иван и я живу здесь с семьёй.",
)


@pytest.mark.parametrize("foreign", _FOREIGN)
def test_a_sentence_in_a_language_nobody_knows_withholds_the_text_beside_it(foreign: str) -> None:
    known = "I want to report this page, there are illegal pictures of a child, please have a look at it soon."
    hearing = replace(redactor(), language_of=language_of)
    assert hearing.redact(known).withheld is None
    assert hearing.redact(f"{known} {foreign}").withheld == "unknown_language"
    assert hearing.redact(f"{foreign}\n{known} {known}").withheld == "unknown_language"


@pytest.mark.parametrize(
    "second",
    ["Hvala vam unaprijed, lp!", "https://a.example/ovo/je/dugo/i/nema/ni/jedne/rijeci", "nzm sta da radim vise"],
)
def test_hasty_short_sentences_and_addresses_withhold_nothing(second: str) -> None:
    hearing = replace(redactor(), language_of=language_of)
    assert hearing.redact(f"Vidjela sam nezakonite slike djeteta na ovoj stranici. {second}").withheld is None


def test_the_same_text_is_redacted_the_same_way() -> None:
    text = "Zovem se Amra, korisnik neko_77, 061 123 456"
    assert redactor().redact(text) == redactor().redact(text)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_CARRIERS),
    st.text(st.one_of(st.characters(), st.sampled_from("0123456789.@-/ ()[]:_АбЉaš\u200b\u0301\u00a0")), max_size=60),
)
@example("", "\ud800 061123456")
@example("JMBG ", "0101990150008\u0301\u0301")
def test_no_text_breaks_it_and_spans_stay_sorted_apart_and_inside(carrier: str, rest: str) -> None:
    text = carrier + rest
    shown = redactor().redact(text)
    assert shown.withheld is None
    spans = shown.spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["0101990150008", "061987654", "ime.kanarinac@posta.example", "neko_kanarinac"]),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_a_planted_value_between_blanks_is_never_shown(value: str, before: str, after: str) -> None:
    assert value not in masked(f"{before} {value} {after}".replace("[", " "))


def test_pieces_overlap_and_together_are_the_text() -> None:
    text = " ".join(f"riječ{number}" for number in range(20_000))
    cut = list(pieces(text))
    assert len(cut) > 5
    assert all(len(piece) <= PIECE_CHARS for _, piece in cut)
    assert all(text[start : start + len(piece)] == piece for start, piece in cut)
    ends = [start + len(piece) for start, piece in cut]
    assert ends[-1] == len(text)
    assert all(end - start >= OVERLAP_CHARS // 2 for end, (start, _) in zip(ends, cut[1:], strict=False))


def test_an_identifier_across_a_cut_is_masked_wherever_it_stands() -> None:
    number = f"0101990 15 000{emso.calc_check_digit('010199015000')}"
    for shift in range(0, 40, 3):
        text = "a " * ((PIECE_CHARS - shift) // 2) + number + " b" * 1_000
        assert redactor().redact(text).text.count("[ID]") == 1


def test_a_run_without_a_blank_too_long_for_a_word_is_masked_whole() -> None:
    text = "prije " + "aB3" * 30_000 + " poslije"
    assert masked(text) == "prije [OTHER] poslije"


@pytest.mark.thorough
def test_time_grows_with_the_length_of_a_text_and_not_with_its_square() -> None:
    def seconds(characters: int) -> float:
        unit = "Zovem se Amra, piše mi korisnik neko_77 s broja 061 123 456 i ulice Lipova 12. "
        text = (unit * (characters // len(unit) + 1))[:characters]
        start = time.process_time()
        redactor().redact(text)
        return time.process_time() - start

    seconds(10_000)
    assert seconds(160_000) < 8 * 2.5 * max(seconds(20_000), 0.02)


@pytest.mark.parametrize(
    ("contact", "written", "shown"),
    [
        ({"contact_phone": "061 333 444"}, "čovjek s broja O61, 333-44,4 piše", "čovjek s broja [PHONE] piše"),
        ({"contact_phone": "+38761333444"}, "trener zove s broja 061.333.444", "trener zove s broja [PHONE]"),
        ({"contact_email": "neko.ime@x.example"}, "profil neko.ime nas prati", "profil [HANDLE] nas prati"),
        ({"contact_email": "neko.ime@x.example"}, "čovjek s neko ime (at) x dot example", "čovjek s [EMAIL]"),
        ({"contact_email": "Zorglub Kvintal <z@x.example>"}, "kćerka Zorglub", "kćerka [NAME]"),
        ({"contact_name": "Amra Uzorak"}, "amrauzorak i #amrauzorak pišu", "[NAME] i #[NAME] pišu"),
        ({"contact_name": "Ćiro Džaja"}, "to je dzajaciro", "to je [NAME]"),
        ({"contact_phone": "zorglub"}, "korisnik zorglub piše", "korisnik [NAME] piše"),
        ({"best_time": "poslije 17h, 061 333 444"}, "čovjek s broja 061333444", "čovjek s broja [PHONE]"),
        ({"best_time": "poslije 17h"}, "poslije 17h dolazi stranac", "poslije 17h dolazi stranac"),
    ],
)
def test_the_reporters_own_is_found_however_it_is_written(contact: dict[str, str], written: str, shown: str) -> None:
    own = OwnContact.of(contact)
    said = redactor().redact(f"Pišem vam da {written}", recipient="police", own=own)
    assert said.text == f"Pišem vam da {shown}"


def test_contacts_of_several_reporters_are_masked_as_one() -> None:
    own = OwnContact.joined(OwnContact.of({"contact_phone": phone}) for phone in ("061 333 444", "062 555 666"))
    said = "Trener zove s broja 061 333 444, a čovjek zove s broja 062/555-666."
    assert redactor().redact(said, recipient="police").text == said
    assert redactor().redact(said, recipient="police", own=own).text == (
        "Trener zove s broja [PHONE], a čovjek zove s broja [PHONE]."
    )


@pytest.mark.parametrize(("text", "word", "masks"), [
    ("E shantazhon djalin tim.", "tim", False), ("I shkruan vajzës sime.", "sime", False),
    ("zove se tim", "tim", True), ("djalin Tim", "Tim", True), ("E pa Amra djalin tim", "Amra djalin tim", True),
])  # fmt: skip
def test_an_albanian_my_behind_a_child_is_no_name_by_the_model_alone(text: str, word: str, masks: bool) -> None:
    shown = replace(redactor(model=Model(word)), ordinary=frozenset({"E"})).redact(text).text
    assert (shown != text) is masks
