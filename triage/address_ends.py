"""Where an address of a location field ends, when signs or blanks follow that a browser would take for parts of it.

In running text `"`, `<`, `|` or a blank end an address (`triage/scanning.py`). In a location field they mostly belong
to it: the URL standard (https://url.spec.whatwg.org, percent-encode sets) keeps `|` or escapes them. Cut there,
`…?id=1|2` and `…?id=1|3` would be one case, and a false merge is a lost report. So the address goes on, unless
something else evidently follows: another place, another line, markup, the closing sign of a bracket or quote that was
opened before the address, or plain words. No text is looked at more than a few times, so time grows with its length.
"""

from __future__ import annotations

import re

from triage.scanning import TRAILING, trimmed_end

_SIGNS = '<>"“”„«»‹›`|'
_AFTER_PUNCTUATION = TRAILING + ")]}"
_AROUND = _AFTER_PUNCTUATION + "([{-" + _SIGNS
_CLOSED_BY = {
    "(": ")", "[": "]", "{": "}", "<": ">", ">": "<", '"': '"', "'": "'", "`": "`", "*": "*",
    "„": "“”", "“": "”", "”": "”", "«": "»", "»": "«", "‹": "›",
}  # fmt: skip
_OPENED_BY = {")": "(", "]": "[", "}": "{", ">": "<", '"': '"', "`": "`", "”": "“", "“": "„", "»": "«", "›": "‹"}
_FILE_ENDS = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".heic", ".mp4", ".webm", ".mov", ".avi", ".mkv", ".mp3", ".zip",
    ".rar", ".7z", ".pdf", ".htm", ".html", ".php", ".asp", ".aspx",
)  # fmt: skip
_LINE_END = re.compile(
    r"[\t-\r\x1c-\x1f\x85\u2028\u2029]"
    r"|</?(?:a|br|p|div|span|li|td|tr|font|img|blockquote)\b[^<>]*>|\[/(?:url|img|quote)\]",
    re.IGNORECASE,
)
"""Where the text of a line ends: breaks, and markup that people copy along."""
_BLANK = re.compile(r"\s")
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"[\d/.:-]*\d[\d/.:-]*+")
_PARAMETER = re.compile(r"[?&][\w.\[\]-]{1,64}=")
_ENTITIES = ("&quot;", "&lt;", "&gt;")
_MARKUP = ("](", "[/")
_MAX_WITH_BLANKS = 2_000
"""Characters after a blank; more are prose."""


def address_end(text: str, start: int, end: int, between: tuple[int, int], pairs: frozenset[str]) -> int:
    """Where the address that scanning found at `start:end` really ends: at `end` or behind it.

    `between`: where the place before it ends (or the text begins), and where the next one begins (or the text ends).
    `pairs`: words with a slash that are no path, as "i/ili", in small letters (`UrlRules.pairs`).
    """
    before, limit = text[between[0] : start], between[1]
    opened, limit = _closed(text, end, limit, before)
    broken = _LINE_END.search(text, end, limit)
    if broken is not None:
        limit = broken.start()
    blank = _BLANK.search(text, end, limit)
    stop = _past_signs(text, start, end, blank.start() if blank else limit, "[" in before)
    if blank is None or limit - stop > _MAX_WITH_BLANKS or not (opened or _begins_line(before)):
        return stop
    return _past_blanks(text, start, stop, limit, pairs)


def is_file(text: str) -> bool:
    """Whether a text ends as files that are shown or loaded do; query and fragment of its last word do not count."""
    word = text[max(text.rfind(" "), text.rfind("\u00a0")) + 1 :]
    return word.partition("#")[0].partition("?")[0].lower().endswith(_FILE_ENDS)


def _closed(text: str, end: int, limit: int, before: str) -> tuple[bool, int]:
    """Whether what is opened before the address is closed after it, and where, else `limit`."""
    closing = text[end : end + 1]
    opening = _OPENED_BY.get(closing, closing)
    if opening != closing and before.rfind(opening) > before.rfind(closing):
        return True, end
    places = [place for sign in _CLOSED_BY.get(before[-1:], "") if (place := text.find(sign, end, limit)) >= 0]
    return bool(places), min(places, default=limit)


def _past_signs(text: str, start: int, end: int, stop: int, markup: bool) -> int:
    """The end of the word, if a sign at which scanning stops divides it and something is written after the sign."""
    word = text[end:stop].lstrip(_AFTER_PUNCTUATION)
    divided = word[:1] in _SIGNS or word < " " or word.startswith(_ENTITIES)
    if not word or not (divided or (text.startswith(_MARKUP, end) and not markup)):
        return end
    stop = trimmed_end(text, start, stop, _OPENED_BY, TRAILING + "|")
    return stop if any(map(str.isalnum, text[end:stop])) else end


def _begins_line(before: str) -> bool:
    """Whether no words stand before the address in its line, save a label with a colon: else it is a sentence."""
    line = _LINE_END.split(before)[-1].rstrip()
    return line.endswith(":") or not any(map(str.isalpha, line))


def _past_blanks(text: str, start: int, stop: int, limit: int, pairs: frozenset[str]) -> int:
    """The end of what goes on after a blank as a path or a file's name does; `stop` where plain words follow."""
    until = trimmed_end(text, start, limit, _OPENED_BY, TRAILING + "|")
    if until <= stop or is_file(text[stop:until]):
        return max(until, stop)
    if text[stop:until].lstrip()[:1] == "(" and text[until - 1] == ")":
        return stop
    words = list(_WORD.finditer(text, stop, until)) if text[stop].isspace() else []
    paths = [word.end() for word in words if _is_path(word[0], pairs)]
    if not paths:
        return stop
    files = [word.end() for word in words if is_file(word[0].rstrip(_AFTER_PUNCTUATION))]
    if not files or files[-1] < paths[-1]:
        return until
    return trimmed_end(text, start, files[-1], _OPENED_BY, TRAILING + "|")


def _is_path(word: str, pairs: frozenset[str]) -> bool:
    """Whether a word names a parameter, or has a slash and is neither a number (a date) nor words to choose from."""
    if _PARAMETER.search(word) is not None:
        return True
    bare = word.strip(_AROUND)
    return "/" in word and _NUMBER.fullmatch(bare) is None and bare.lower() not in pairs
