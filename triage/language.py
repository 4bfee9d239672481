"""Which of the hotline's languages a text is written in, and in which script: for redaction, for classification
and for the people at work.

py3langid (BSD-3-Clause, one numpy model inside the package, no network) is asked for the hotline's languages only: on
snippets of news it is right on 0.98 to 1.0 from three words on, in both scripts and without diacritics. Bosnian,
Croatian and Serbian are one language here, `bcs`, with a script beside it: telling them apart would say more of a
reporter than anybody needs, and is often wrong.
What is doubtful is `und`, and who must be careful (redaction) treats `und` as unknown. Answers do not follow this:
they follow the language the reporter chose (`triage/answers.py`).
Where it is not sure, frequent words decide (`triage/language_words.py`): a few words of a neighbour look like our own.
Limits: of a language without a list only low confidence is seen; a short neighbour's text without any listed word may
pass; a text in two languages is given one. The arithmetic is py3langid's, compiled (`triage/language_kernels.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.language_words import tally

UNDETERMINED = "und"
HOTLINE_LANGUAGES = ("hr", "bs", "sr", "en", "sq", "de")
"""ISO 639-1 codes of what reporters here write in; a hotline elsewhere names its own."""
LEAST_WORDS = 3
LEAST_CONFIDENCE = 0.6
_ONE_LANGUAGE = {"bs": "bcs", "hr": "bcs", "sr": "bcs"}
_CYRILLIC_NEIGHBOURS = ("mk", "bg", "ru", "uk")
_NEIGHBOURS = (
    *_CYRILLIC_NEIGHBOURS, "sl", "it", "fr", "es", "tr", "hu", "ro", "cs", "pl", "nl", "sv", "pt", "lt", "lv", "et",
    "fi", "sk", "id",
)  # fmt: skip
"""Looked for beside the hotline's own, so that Macedonian is not taken for Serbian, nor Slovenian for Croatian."""
LEAST_WORDS_UNREAD, LEAST_LETTERS_UNREAD = 4, 8
"""So many words, or letters of a script none of the hotline's languages is written in, are something somebody says."""
_SURE_OF_OWN = 0.95
"""Of one language of the hotline's; below it words are looked up. No short foreign text we tried reaches it."""
_OWN_SHARE = 3
"""Where every third word is listed as our own and none as strange, languages of the hotline are mixed."""
_SURE_OF_NEIGHBOUR = 0.85
"""Measured on Croatian and Serbian news: under 2 % of three-word snippets reach it in any script, of six 0.4 %."""
_FOREIGN_LETTERS = re.compile("[ѓќѕщъыэёюяйьїієґў]", re.IGNORECASE)
"""Cyrillic letters no alphabet of bs, hr or sr has."""
_LIKELY_NEIGHBOUR = 0.5
_MOST_FOREIGN = 0.02
"""Share of foreign letters a text may hold: a name, a quoted word."""
_MIXED_FROM = 0.2
"""Share of the rarer script from which a text counts as written in both."""
_MOST_CHARACTERS = 1_000
"""Characters of words looked at; more do not make it surer."""
_LAST_CHARACTERS = 400
"""Characters at the end of longer texts, looked at by themselves: somebody may go on in another language."""
_KEPT_TEXTS = 2_048
"""Texts of at most _MOST_CHARACTERS whose words are looked for once for all that ask."""
_MOST_READ_CHARACTERS = 50_000
"""Characters, from either end, in which they are looked for: words may come after a long address or many blanks."""
_NO_WORD = re.compile(r"://|[@\d_#]|\[\.\]|www\.|[a-z0-9]\.[a-z]{2}", re.IGNORECASE)
"""What makes a stretch between blanks an address, a handle or a number, not a word of a language."""
_PERHAPS_NO_WORD = re.compile(r"[:@\d_#\[]|\.\S|[wW]\.")
"""In every text that holds a `_NO_WORD`, and quicker to look for."""
_LETTER = re.compile(r"[^\W\d_]")
_SPELT_OUT = re.compile(r"(?<![^\W\d_])(?:[^\W\d_][\W_]{1,6}){11}[^\W\d_](?![^\W\d_])")
"""Twelve single letters in a row."""
_APART_SIGNS, _APART_SHARE = " .-_*\n", 3
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0400-\u052f]")
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Language:
    """`code`: bcs, another of the languages asked for, or und. `script`: latin, cyrillic, mixed or none.

    `confidence` is py3langid's probability of `code` among the languages asked for, 0 to 1; of `und`, that of the best
    guess that was not good enough, 0 if there was none.
    """

    code: str
    script: str
    confidence: float


def language_of(texts: Sequence[str], languages: Sequence[str] = HOTLINE_LANGUAGES) -> list[Language]:
    """The language of each text, in order; equal texts are looked at once. Never raises on any text.

    Raises ValueError if `languages` names one py3langid does not know. The first call loads the model (0.5 s).
    """
    words = {text: _words_of(text)[:_MOST_CHARACTERS] for text in dict.fromkeys(texts)}
    found = dict(zip(words, _heard(list(words.values()), languages), strict=True))
    return [found[text] for text in texts]


def unread(texts: Sequence[str]) -> list[bool]:
    """Whether each text, or the end of a long one, is some words in a language that is none of the hotline's.

    As redaction tests them, only that several of the hotline's languages in one text are read. Words alone count, not
    addresses; of scripts other than Latin and Cyrillic, letters. Words spelt out letter by letter are not read either.
    Never raises on any text.
    """
    words = {text: _words_of(text) for text in dict.fromkeys(texts)}
    parts = dict.fromkeys(part for said in words.values() for part in _ends_of(said))
    asked = [part for part in parts if _holds(part, LEAST_WORDS)]
    guesses = zip(asked, _guesses(asked, HOTLINE_LANGUAGES), strict=True)
    strange = {part for part, guess in guesses if guess.code == UNDETERMINED and _is_said_elsewhere(part)}
    strange.update(part for part in parts if _in_other_script(part))
    return [not strange.isdisjoint(_ends_of(words[text])) or _is_spelt_out(text) for text in texts]


def _is_spelt_out(text: str) -> bool:
    """Whether letters stand apart through most of the text: then one sign is nearly every second one."""
    often = any(text.count(sign) * _APART_SHARE > len(text) for sign in _APART_SIGNS)
    return often and _SPELT_OUT.search(text) is not None


def holds_words(text: str, least: int) -> bool:
    """Whether there are at least so many words beside addresses, handles and numbers."""
    return _holds(_words_of(text), least)


def script_of(text: str) -> str:
    """latin, cyrillic, mixed or none, by counting letters."""
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if not cyrillic + latin:
        return "none"
    if min(cyrillic, latin) >= _MIXED_FROM * (cyrillic + latin):
        return "mixed"
    return "cyrillic" if cyrillic > latin else "latin"


def _heard(words: Sequence[str], languages: Sequence[str]) -> list[Language]:
    """The language of each text of which `_words_of` left only words."""
    long_enough = [place for place, said in enumerate(words) if _holds(said, LEAST_WORDS)]
    heard = dict(zip(long_enough, _guesses([words[place] for place in long_enough], languages), strict=True))
    unheard = _Guess(UNDETERMINED, 0.0)
    guesses = [heard.get(place, unheard) for place in range(len(words))]
    return [
        Language(guess.code, script_of(said), guess.confidence) for said, guess in zip(words, guesses, strict=True)
    ]


class _Guess(NamedTuple):
    """A language's code, or und, and how sure the best guess is."""

    code: str
    confidence: float


def _guesses(words: Sequence[str], languages: Sequence[str]) -> list[_Guess]:
    """The language of each text of some words."""
    if not words:
        return []
    model = _model(tuple(languages))
    own = len(model.codes)
    odds = model.odds(words).astype(np.float64)
    best = odds[:, :own].argmax(axis=1)
    likeliest, neighbours = odds[np.arange(len(words)), best], odds[:, own:].sum(axis=1)
    confidence = np.round(likeliest / odds[:, :own].sum(axis=1), 4)
    sure = (confidence >= LEAST_CONFIDENCE) & (neighbours < _SURE_OF_NEIGHBOUR)
    for place in np.flatnonzero(sure & (likeliest < _SURE_OF_OWN)).tolist() if model.has_words else ():
        sure[place] = not _sounds_strange(words[place], neighbours[place])
    guessed = zip(words, best.tolist(), confidence.tolist(), sure.tolist(), strict=True)
    return [
        _Guess(model.codes[code] if likely and not _has_other_letters(said, model) else UNDETERMINED, odd)
        for said, code, odd, likely in guessed
    ]


def _sounds_strange(words: str, neighbours: float) -> bool:
    """Whether frequent words say that a text is not ours: more strange ones than own, or as many and a likely
    neighbour."""
    heard = tally(words)
    return heard.strange > heard.own or (0 < heard.strange == heard.own and neighbours > _LIKELY_NEIGHBOUR)


def _is_said_elsewhere(words: str) -> bool:
    """Whether words of no determined language are strange to us, not several of our languages mixed."""
    heard = tally(words)
    if not _holds(words, LEAST_WORDS_UNREAD):
        return heard.strange > heard.own
    mixed = not heard.strange and heard.own * _OWN_SHARE >= heard.words
    return not mixed or _has_other_letters(words, _model(HOTLINE_LANGUAGES))


def _ends_of(words: str) -> tuple[str, ...]:
    if len(words) <= _MOST_CHARACTERS:
        return (words,)
    return words[:_MOST_CHARACTERS], words[-_LAST_CHARACTERS:]


def _words_of(text: str) -> str:
    """The text without addresses, handles and digits, in composed letters."""
    return _kept_words(text) if len(text) <= _MOST_CHARACTERS else _without_addresses(text)


@lru_cache(_KEPT_TEXTS)
def _kept_words(text: str) -> str:
    """What tells the language and what weighs words look at one text one after the other."""
    return _without_addresses(text)


def _without_addresses(text: str) -> str:
    if len(text) > _MOST_READ_CHARACTERS:
        text = f"{text[:_MOST_READ_CHARACTERS]} {text[-_MOST_READ_CHARACTERS:]}"
    composed = unicodedata.normalize("NFKC", text)
    pieces = composed.split()
    if _PERHAPS_NO_WORD.search(composed):
        pieces = [piece for piece in pieces if not _NO_WORD.search(piece)]
    if len(composed) > _MOST_CHARACTERS:  # in a shorter text no row of dashes can push words out of what is looked at
        pieces = [piece for piece in pieces if _LETTER.search(piece)]
    return " ".join(pieces)


def _holds(words: str, count: int) -> bool:
    """Whether there are at least so many words."""
    return _words_from(count).match(words) is not None


@cache
def _words_from(count: int) -> re.Pattern[str]:
    return re.compile(rf"[\W\d_]*+(?:[^\W\d_]++[\W\d_]++){{{count - 1}}}[^\W\d_]")


def _in_other_script(words: str) -> bool:
    others = 0 if words.isascii() else len(_OTHER_LETTER.findall(words))
    return others >= LEAST_LETTERS_UNREAD and others > len(_LATIN.findall(words)) + len(_CYRILLIC.findall(words))


def _has_other_letters(words: str, model: _Model) -> bool:
    """Whether no letter is Latin or Cyrillic, or, where Serbian is heard, too many are in no alphabet of bs, hr, sr."""
    if words.isascii():
        return False
    if _CYRILLIC.search(words) is None:
        return _LATIN.search(words) is None
    return model.hears_serbian and len(_FOREIGN_LETTERS.findall(words)) > _MOST_FOREIGN * len(words)


@dataclass(frozen=True, slots=True)
class _Model:
    """py3langid's arrays for `codes` (the languages asked for, bs/hr/sr as one) and, behind them, the neighbours.

    `has_words`: frequent words are listed for them. `adds` float32 (labels, codes + neighbours) is 1 where a label
    counts for a code.
    """

    codes: tuple[str, ...]
    hears_serbian: bool
    has_words: bool
    arrays: tuple[Any, ...]
    adds: Floats

    def odds(self, texts: Sequence[str]) -> Floats:
        """Float32: for each text the probability of every code, then of every neighbour; each row adds up to 1."""
        from triage.language_kernels import log_odds

        written = [(text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass") for text in texts]
        lengths = np.array([len(one) for one in written], np.int64)
        joined = np.frombuffer(b"".join(written), np.uint8)
        drawn = log_odds(joined, np.cumsum(lengths), *self.arrays) / np.sqrt(np.maximum(lengths, 1))[:, None]
        shares = np.exp(drawn - drawn.max(axis=1, keepdims=True))
        odds: Floats = (shares / shares.sum(axis=1, keepdims=True)) @ self.adds
        return odds


@cache
def _model(languages: tuple[str, ...]) -> _Model:
    """Raises ValueError if py3langid knows one of the languages not."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    neighbours = tuple(name for name in _NEIGHBOURS if name not in languages)
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*languages, *neighbours])
    codes = tuple(dict.fromkeys(_ONE_LANGUAGE.get(name, name) for name in languages))
    groups = (*codes, *neighbours)
    adds = np.zeros((len(identifier.nb_classes), len(groups)), np.float32)
    for place, label in enumerate(identifier.nb_classes):
        adds[place, groups.index(_ONE_LANGUAGE.get(label, label))] = 1
    arrays = (
        np.asarray(identifier.tk_nextmove, np.uint32), np.asarray(identifier.tk_row, np.int64),
        np.asarray(identifier.tk_output, np.int32), np.ascontiguousarray(identifier.nb_ptc, np.float32),
        np.asarray(identifier.nb_pc, np.float32),
    )  # fmt: skip
    hears_serbian = "bcs" in codes and not set(_CYRILLIC_NEIGHBOURS) & set(languages)
    return _Model(codes, hears_serbian, languages == HOTLINE_LANGUAGES, arrays, adds)
