"""Where in a text addresses stand: candidate spans, before anybody asks what each of them is.

Works word by word (an address has no blanks) on refanged text. Inside a word it looks for schemes, mail addresses,
hosts without scheme, content ids and file paths, leftmost first, and leaves out the punctuation, quotes, brackets and
markup around them. Every repeat is bounded or possessive and every word is walked once, so time grows with its length
only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from triage.url_rules import UrlRules
from triage.urls import is_host_name

_BREAKS = '<>"“”„«»‹›`'
_BREAK = re.compile(rf"[\s{_BREAKS}\x00-\x1f]")
"""What no address contains: words end here."""
_SIGN = re.compile(r"[.:;@/\\][\w/\\@?\[]")
_CONTENT_SIGN = re.compile(r"[.:;@/\\][\w/\\@?\[]|Qm[1-9A-Z]|baf[a-z2-7]{2}")
"""What a text must have somewhere to be worth a look; a word is looked at from the first such sign in it."""
_LABEL = r"[\w-]{1,63}+"
_ANY = re.compile(
    rf"""(?P<path>(?<!\w)(?:[A-Za-z]:(?:\\|/(?!/))|\\\\[A-Za-z0-9.$-]{{1,63}}\\|/(?:home|Users|storage|sdcard|mnt|tmp|var|root)/)\S*+)
    |(?P<cid>(?<![\w/.])(?:Qm[1-9A-HJ-NP-Za-km-z]{{44}}|baf[a-z2-7]{{56}})(?!\w)(?:/\S*+)?)
    |(?P<web>(?i:h?t?tps?[:;.]?[/\\]{{1,3}}|https?[:;]{{1,2}}(?=\w)|ftps?://|wss?://))
    |(?P<other>(?<![A-Za-z0-9])(?i:(?:ipfs|ipns|tg|rtmps?|mms|sftp|gemini|i2p|whatsapp|viber|snapchat|file)://
        |magnet:\?|mailto:(?={_LABEL})))
    |(?P<mail>(?<![\w.+%@-])[\w.+%-]{{1,64}}+@{_LABEL}(?:\.{_LABEL})++)
    |(?P<bare>(?<![\w@.%-])(?P<host>{_LABEL}(?:\.{_LABEL})++)\.?(?P<port>:\d{{1,5}}(?!\d))?(?P<slash>[/?\#\\])?)""",
    re.VERBOSE,
)
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_STOP = re.compile(
    r"\]\(|\[/|[\"“”„«»‹›<>`|]|&(?:quot|lt|gt);|(?<=[,;)\]'*])(?=https?://)|(?<=[A-Za-z0-9])(?=https?://[\w-]{1,63}[.:])"
)
"""Where an address surely ends: quotes, markup, or a second address that follows without a blank."""
_ENDING = re.compile(r"-[^\W\d_]{1,3}$")
TRAILING = ".,;:!?*^'’‘…·•–—"
"""Punctuation that is no part of an address it follows."""
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_COMMON = frozenset({"com", "net", "org", "onion"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of text that may be an address. `kind`: address, bare (no scheme), mail, cid or path. `text` is what to
    parse; when it differs from what stands there (mistyped scheme, HTML entity), `rule` names why."""

    kind: str
    start: int
    end: int
    text: str
    rule: str | None = None


def candidates(text: str, rules: UrlRules, *, whole_field: bool) -> Iterator[Candidate]:
    """Every candidate in text order, none overlapping another."""
    sign = _CONTENT_SIGN if "Qm" in text or "baf" in text else _SIGN
    place = 0
    while (found := sign.search(text, place)) is not None:
        start = _word_start(text, found.start(), place)
        close = _BREAK.search(text, found.start() + 1)
        end = close.start() if close else len(text)
        yield from _in_word(text, start, end, rules, whole_field)
        place = end


def trimmed_end(text: str, start: int, end: int, opened_by: Mapping[str, str], trailing: str) -> int:
    """Where `start:end` ends without its `trailing` signs and the closing brackets or quotes opened before it.

    `opened_by`: what opens each closing sign; one that opens itself closes where an even number of it stands.
    """
    unopened = {
        close: text.count(close, start, end) % 2
        if close == opening
        else text.count(close, start, end) - text.count(opening, start, end)
        for close, opening in opened_by.items()
    }
    while end > start:
        last = text[end - 1]
        if last in opened_by:
            if unopened[last] <= 0:
                break
            unopened[last] -= 1
        elif last not in trailing and not (last == "_" == text[start - 1 : start]):
            break
        end -= 1
    return end


def _word_start(text: str, place: int, floor: int) -> int:
    while place > floor and text[place - 1] not in _BREAKS and not text[place - 1].isspace():
        place -= 1
    return place


def _in_word(text: str, start: int, end: int, rules: UrlRules, whole: bool) -> Iterator[Candidate]:
    while (match := _ANY.search(text, start, end)) is not None:
        kind = match.lastgroup
        if kind == "bare":
            found = _bare(text, match, end, rules, whole)
            start = found.end if found else match.end("host") - len(match["host"].rpartition(".")[2])
        elif kind in ("web", "other"):
            found = _with_scheme(text, match, end)
            start = found.end if found else match.end()
        else:
            found = _cut(text, kind or "", match.start(), match.end())
            start = match.end()
        if found is not None:
            yield found


def _with_scheme(text: str, scheme: re.Match[str], end: int) -> Candidate | None:
    if scheme[0].lower() == "mailto:":
        return None
    start = scheme.start()
    found = _cut(text, "address", start, _stop(text, scheme.end(), end))
    if found.end <= scheme.end():
        return None
    written = scheme[0].lower()
    if scheme["web"] is None or written in ("http://", "https://", "ftp://", "ws://", "wss://"):
        return found
    name = "ftp" if written[0] == "f" else "ws" if written[0] == "w" else "http"
    secure = "s" if name != "ftp" and "s" in written.partition("p")[2] else ""
    rest = _entities(text[scheme.end() : found.end])
    return Candidate("address", start, found.end, f"{name}{secure}://{rest}", "scheme_typo")


def _bare(text: str, match: re.Match[str], end: int, rules: UrlRules, whole: bool) -> Candidate | None:
    """The address without scheme that begins with this dotted name, or None when it is only a dotted name."""
    host, start = match["host"], match.start()
    more = match["port"] or match["slash"]
    stop = _stop(text, match.end("slash"), end) if match["slash"] else match.end("port" if match["port"] else "host")
    found = _cut(text, "bare", start, stop)
    has_path = bool(match["port"]) or found.end > match.end("host") + 1
    if is_host_name(host, rules):
        return found if _is_meant(text, start, host, has_path, rules, whole) else None
    if _IPV4.fullmatch(host):
        return found if whole or more or _word_before(text, start) in rules.cues else None
    declined = _ENDING.sub("", host)
    if more or declined == host or not is_host_name(declined, rules):
        return None
    if not _is_meant(text, start, declined, False, rules, whole):
        return None
    return Candidate("bare", start, start + len(declined), declined)


def _is_meant(text: str, start: int, host: str, has_path: bool, rules: UrlRules, whole: bool) -> bool:
    """Whether a dotted name under a top-level domain is a host rather than a missing blank after a full stop."""
    labels = host.split(".")
    last = labels[-1]
    lower = last.lower()
    if labels[0].lower() == "www" and len(labels) > 2:
        return True
    if has_path:
        return not (last.istitle() and lower in rules.wordlike)
    if lower in rules.filelike or not any(c.isalpha() for c in host[: -len(last)]):
        return False
    if whole:
        return True
    if last.istitle() and lower not in _COMMON:
        return False
    if lower not in rules.wordlike:
        return True
    return any(c.isdigit() or c == "-" for c in host) or _word_before(text, start) in rules.cues


def _word_before(text: str, start: int) -> str:
    words = text[max(0, start - 24) : start].rstrip(" \t:„\"'“(").split()
    return words[-1].lower() if words else ""


def _stop(text: str, start: int, end: int) -> int:
    match = _STOP.search(text, start, end)
    return match.start() if match else end


def _cut(text: str, kind: str, start: int, end: int) -> Candidate:
    """The stretch without trailing punctuation, and without closing brackets that were opened before it."""
    end = trimmed_end(text, start, end, _BRACKETS, TRAILING)
    written = text[start:end]
    fixed = _entities(written)
    return Candidate(kind, start, end, fixed, "html_entity" if fixed != written else None)


def _entities(text: str) -> str:
    return text.replace("&amp;", "&") if "&amp;" in text else text
