"""The spaCy language `hotline`: one tokeniser for Bosnian, Croatian, Serbian, Albanian, German, English in any script.

spaCy has no Bosnian and its `xx` splits `SF-u` and `Begić-Halilović`. These rules are about letters, not languages:
punctuation at the ends of a word and between words is cut off; hyphens, handles, addresses and initials stay whole.
Importing this module makes the language known to spaCy, so it comes before any loading of the name model.
"""

from __future__ import annotations

import re

from spacy.attrs import IS_SPACE  # type: ignore[import-not-found]
from spacy.language import BaseDefaults, Language
from spacy.symbols import ORTH  # type: ignore[import-not-found]
from spacy.util import registry

CODE = "hotline"
_ABBREVIATED = """
br. bb. br.tel. dr. prof. mr. ul. ing. inž. tel. mob. tzv. npr. itd. itsl. sl. god. st. str. čl. st. sv. o.g. d.o.o.
a.d. d.d. j.m.b.g. r. rođ. ur. op. km. kl. hr. Dr. Prof. Mr. Ul. Br. Tel. Sv. бр. ул. др. проф. тел. тзв. нпр. итд.
сл. год. стр. чл. св. рођ. Mrs. Ms. St. Herr. Str. z.B. e.g. i.e. Nr. nr. p.sh. znj. Znj.
"""
ABBREVIATIONS = tuple(_ABBREVIATED.split())
_PREFIX = re.compile(r"^(?:[^\w@#]|_)")
_SUFFIX = re.compile(r"(?:['’]s|[^\w]|_)$")
_INFIX = re.compile(
    r"(?<=\w)(?:[/\\,;:!?()\[\]\"“”„«»…|=+*<>&–—]+|\.{2,}|(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2}))(?=[\w@#„“\"(])"
)
_WHOLE = re.compile(r"^(?:[^\W\d_]\.|[\w.+-]+@[\w-]+(?:\.\w+)+|https?://\S+\w/?|www\.\S+\w/?)$")


class HotlineDefaults(BaseDefaults):
    """No stop words, no syntax, no word attributes but one: only the spelling rules above."""

    lex_attr_getters = {IS_SPACE: str.isspace}  # noqa: RUF012

    prefixes = [_PREFIX.pattern]  # noqa: RUF012
    suffixes = [_SUFFIX.pattern]  # noqa: RUF012
    infixes = [_INFIX.pattern]  # noqa: RUF012
    token_match = _WHOLE.match
    url_match = None
    tokenizer_exceptions = {word: [{ORTH: word}] for word in ABBREVIATIONS}  # noqa: RUF012


@registry.languages(CODE)
class HotlineLanguage(Language):  # type: ignore[no-untyped-call]
    """`spacy.blank("hotline")` once this module is imported."""

    lang = CODE
    Defaults = HotlineDefaults
