"""Names people go by on platforms: `@name`, "user name_1", and words that only a chosen name looks like.

Most are found with the addresses (`contacts.py`, by `triage/locators.py`); this layer takes what is left: every `@`
before a word, the word after "korisnik", "nick", "username" where it looks chosen or stands in quotes, and words with
an underscore or with digits behind letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern

_AT = re.compile(r"(?<![\w.])@\s?[^\W_][\w.-]{0,40}|@_[\w.-]{1,40}")
_NUMBERED = re.compile(r"(?<![\w#&/])[^\W\d_][\w.]{1,31}#\d{4}(?!\w)")
"""A name and its four digits, as one chat service wrote them ("ime#1234")."""
_DOTTED_NUMBER = re.compile(r"(?<![\w.@/-])[^\W\d_]{4,32}\.\d{2,4}(?![\w@]|[.,:/-]\d)")
"""Letters, a dot without a blank and a few digits ("lovac.77"); shorter ones are abbreviations ("str.12")."""
_MARKED = re.compile(r"_|[^\W\d_]{4}\d\d")
_TOKEN = re.compile(r"(?<![\w./@-])[\w.-]{2,64}+(?![\w@])")
_CHOSEN = re.compile(r"(?=[^_]*_)(?=[\W\d_]*[^\W\d_]).*|[^\W\d_]{4,}\d{2,6}[^\W_]{0,8}")
_LEAST_CHOSEN_CHARS = 5
_VALUE = re.compile(
    r"[^\w\n\"'„“”«»@]{0,4}(?:(?:je|is|ist|eshte|pod|imenom|nazivom|name|called|sa|na|zove|se|sam|mi|mu|joj|am|i|he|she"
    r"|bin|ich|er|sie|heisse|heißt|heisst|jam)[\s:]{1,3}){0,3}[\s:=]{0,3}"
    r"(?:[\"'„“”«»](?P<quoted>[^\n\"'„“”«»]{2,40})[\"'“”«»]|(?P<value>[^\W_][\w.-]{1,40}))"
)


@dataclass(frozen=True, slots=True)
class Handles:
    """The layer; `naming` are phrases before a chosen name ("korisničko ime", "username", "nadimak")."""

    naming: Sequence[str]
    name: str = "handles"
    version: str = "4"
    _named: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_named", re.compile(pattern(self.naming)))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every name that looks chosen or is said to be one."""
        latin = text.latin
        for match in _AT.finditer(latin):
            yield text.from_latin(match.start(), _end(latin, *match.span()), "handle", "at_name")
        for match in _NUMBERED.finditer(latin) if "#" in latin else ():
            yield text.from_latin(*match.span(), "handle", "numbered_name")
        for match in _DOTTED_NUMBER.finditer(latin):
            yield text.from_latin(*match.span(), "handle", "chosen_name")
        for match in _TOKEN.finditer(latin) if _MARKED.search(latin) is not None else ():
            end = _end(latin, *match.span())
            if _CHOSEN.fullmatch(latin, match.start(), end) is not None:
                yield text.from_latin(match.start(), end, "handle", "chosen_name")
        for named in self._named.finditer(text.shadow):
            value = _VALUE.match(latin, text.latin_place(named.end()))
            if value is not None and (value["quoted"] or _looks_chosen(latin, value)):
                part = "quoted" if value["quoted"] else "value"
                yield text.from_latin(value.start(part), _end(latin, *value.span(part)), "handle", "named_handle")


def _looks_chosen(latin: str, value: re.Match[str]) -> bool:
    """A digit, an inner dot, or a colon before it tells a chosen name from the next word of the sentence."""
    name = value["value"].rstrip(".-")
    before = latin[value.start() : value.start("value")]
    if ":" in before or "=" in before or "." in name or "_" in name:
        return True
    return len(name) >= _LEAST_CHOSEN_CHARS and name[0].isalpha() and any(sign.isdigit() for sign in name)


def _end(latin: str, start: int, end: int) -> int:
    while end - start > 1 and latin[end - 1] in ".-":
        end -= 1
    return end
