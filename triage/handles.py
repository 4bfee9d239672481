"""Names of people on platforms, written without an address: "instagram: @name", "@name on Telegram", "snap some_name".

A name whose platform is not said is a handle of the unknown platform: its key never meets a known one, and its problem
says so, because the same name on two platforms is two people. Platform words come from `data/url_rules/platforms.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from triage.app_names import ON, app_names
from triage.url_rules import Platform, UrlRules

_BEFORE_CHARS = 80
_AFTER_CHARS = 40
"""How far from a name its platform may be said: about a dozen words before, half a dozen after."""
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_]|[.-](?=[A-Za-z0-9_])){1,31}+"
_AT_NAME = re.compile(rf"(?<![\w@./&=+-])@(?P<name>{_NAME})(?!@)")
_LABEL = r"[A-Za-z0-9-]{1,63}+"
_REMOTE_NAME = re.compile(rf"(?<![\w@./&=+-])@(?P<name>{_NAME})@(?P<host>{_LABEL}(?:\.{_LABEL})++)")
_COLON = re.compile(r"[:=][ \t]{0,2}[\w@]")
_STEM_CHARS = 4
_ENDINGS = "a|u|e|i|s|om|em|ov|ova|ovog|ovom|ima|-u|-a|у|а|е|и|ом|ем|ов"
"""Endings that platform words of at least four letters may carry ("Instagramu", "Telegramom", "Фејсбуку")."""
_OF_WHAT = (
    "profil|profile|profila|profilu|nalog|nalogu|račun|racun|account|acc|user|username|korisnik|ime|name|kanal|kanalu|"
    "channel|grupa|grupi|group|stranica|page|id|профил|налог|канал|група|profili|profilin|përdoruesi|llogaria|llogarinë|"
    "nutzer|konto"
)
_NO_NAMES = frozenset(_OF_WHAT.split("|"))


@dataclass(frozen=True, slots=True)
class Handle:
    """A name in a text: its span (with the `@`), the platform or None, and for a server of its own the host."""

    start: int
    end: int
    name: str
    platform: Platform | None
    host: str = ""


def handles(text: str, rules: UrlRules, *, whole_field: bool = False) -> list[Handle]:
    """Every handle in `text`; `whole_field` also takes "platform name" and "name (platform)" as the field's whole."""
    if whole_field and (handle := _field_handle(text, rules)) is not None:
        return [handle]
    found: list[Handle] = []
    if "@" in text:
        found += [Handle(m.start(), m.end(), m["name"], None, m["host"].lower()) for m in _REMOTE_NAME.finditer(text)]
        taken = {handle.start for handle in found}
        for match in _AT_NAME.finditer(text):
            if match.start() not in taken:
                platform = _platform_near(text, match.start(), match.end(), rules)
                found.append(Handle(match.start(), match.end(), match["name"], platform))
    if _COLON.search(text) is not None:
        found += _after_colon(text, rules)
    taken = {handle.end for handle in found} | {handle.start for handle in found}
    for start, end, name, match in app_names(text, *_word(rules)):
        if start not in taken and end not in taken:
            found.append(Handle(start, end, name, _platform(match, rules)))
    return found


def platforms_named(text: str, rules: UrlRules) -> list[tuple[int, int, Platform]]:
    """Every platform word in `text`, as (start, end, platform)."""
    return [(m.start(), m.end(), _platform(m, rules)) for m in _words(rules)[0].finditer(text)]


def _after_colon(text: str, rules: UrlRules) -> list[Handle]:
    found = []
    for match in _words(rules)[1].finditer(text):
        name = match["name"]
        rest = text[match.end() : match.end() + 2].strip()
        if name.lower() not in _NO_NAMES and (not rest or rest[0] in ",;)." or _looks_chosen(name)):
            found.append(Handle(match.start("name"), match.end("name"), name, _platform(match, rules)))
    return found


def _field_handle(text: str, rules: UrlRules) -> Handle | None:
    for pattern in _words(rules)[2:]:
        match = pattern.fullmatch(text)
        if match is not None and match["name"].lower() not in _NO_NAMES:
            start = match.start("name")
            marked = start > 0 and text[start - 1] == "@"
            start -= marked
            if not (marked or match["mark"] or _looks_chosen(match["name"])):
                return None
            return Handle(start, match.end("name"), match["name"], _platform(match, rules))
    return None


def _looks_chosen(name: str) -> bool:
    """A digit, dot or underscore tells a chosen name from a word of the language."""
    return any(c.isdigit() or c in "._" for c in name)


def _platform_near(text: str, start: int, end: int, rules: UrlRules) -> Platform | None:
    words = _words(rules)[0]
    before = list(words.finditer(text, max(0, start - _BEFORE_CHARS), start))
    if before:
        return _platform(before[-1], rules)
    after = words.search(text, end, min(len(text), end + _AFTER_CHARS))
    return _platform(after, rules) if after else None


def _platform(match: re.Match[str], rules: UrlRules) -> Platform:
    word = (match["stem"] or match["word"]).lower()
    return rules.platform_words[word]


@lru_cache(maxsize=4)
def _words(rules: UrlRules) -> tuple[re.Pattern[str], ...]:
    """Patterns: a platform word; "word: name"; and for whole fields "word name" and "name (word)"."""
    word, of_what = _word(rules)
    flags, gap, end = re.IGNORECASE, r"\s{0,9}", r"[.!]{0,3}\s{0,9}"
    return (
        re.compile(word, flags),
        re.compile(rf"{word}{of_what}[ \t]{{0,2}}[:=][ \t]{{0,2}}(?P<name>{_NAME})(?![@\w]|\.\w|:/)", flags),
        re.compile(rf"{gap}{word}{of_what}[ \t]{{0,2}}(?P<mark>[:=/–-]?)[ \t]{{0,2}}@?(?P<name>{_NAME}){end}", flags),
        re.compile(
            rf"{gap}@?(?P<name>{_NAME})[ \t]{{0,2}}(?P<mark>[(,–-]?)[ \t]{{0,2}}(?:{ON}[ ])?{word}\)?{end}",
            flags,
        ),
    )


@lru_cache(maxsize=4)
def _word(rules: UrlRules) -> tuple[str, str]:
    """The sources of a platform's word and of what may stand behind it."""
    ordered = sorted(rules.platform_words, key=len, reverse=True)
    stems = "|".join(re.escape(word) for word in ordered if len(word) >= _STEM_CHARS) or r"(?!)"
    exact = "|".join(re.escape(word) for word in ordered if len(word) < _STEM_CHARS) or r"(?!)"
    word = rf"(?<![\w@./-])(?:(?P<stem>{stems})(?:{_ENDINGS})?|(?P<word>{exact}))(?![\w/@]|\.\w)"
    of_what = rf"(?:(?:,?[ \t]{{1,2}}|-)(?:{_OF_WHAT})(?![\w.]))?"
    return word, of_what
