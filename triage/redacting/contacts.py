"""Ways to reach somebody: e-mail addresses, web addresses and hosts, IP addresses, also made harmless ("ime (at) x").

Addresses and handles are found by `triage/locators.py`, the code that finds them for the pipeline, so that what is a
place for the one is never plain text for the other. Beyond it this layer takes everything that merely looks like one:
a host with a common ending, an `@` between two words, whatever follows `www`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from triage.locators import find
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern
from triage.refang import Refanged, refang
from triage.url_rules import UrlRules

_LOCATOR_KINDS = {
    "url": "url", "onion": "url", "ipfs": "url", "invite": "url", "handle": "handle", "email": "email",
    "phone": "phone", "file": "other",
}  # fmt: skip
_SIGNS = re.compile(r"[@:/\\.=<{[(]|\b(?:dot|at|punkt|pika|ta[čc]ka|to[čc]ka)\b", re.IGNORECASE)
_ENDINGS = (
    "com|net|org|info|biz|ba|hr|rs|me|al|mk|si|de|at|ch|eu|ru|uk|us|it|fr|io|co|tv|cc|xyz|online|site|top|club|shop|"
    "app|dev|link|live|onion|i2p|example|test|invalid|mail"
)
_MAIL_PART = r"[\w.!#$%&'*+/=?^`{|}~-]"
_MAIL = re.compile(
    rf"{_MAIL_PART}{{1,64}}(?:@\s?|\s{{1,2}}@\s{{1,2}})[\w-]{{1,63}}"
    rf"(?:(?:\.[\w-]{{2,63}}){{1,4}}|(?:\s\.\s?|\.\s)(?:{_ENDINGS})(?!\w))?"
)
"""A blank beside the dot only once, before a common ending in small letters: else a sentence begins behind the dot."""
_HOST = re.compile(
    rf"(?<![\w@.-])(?:[^\W_][\w-]{{0,62}}\.){{1,8}}(?:{_ENDINGS})(?![\w-]|\.[^\W_])(?::\d{{1,5}})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_NOT_A_HOST = re.compile(r"(?:[^\W_]\.){1,4}[^\W_]{1,3}|.*\.(?:me|si|at|de|it|us|al|co|to)", re.IGNORECASE)
"""Abbreviations ("d.o.o.") and endings that are words of the languages: those count only where `locators` says so."""
_SURE = "com|net|org|info|ba|hr|rs|onion|ru|example|test"
_SPACED_HOST = re.compile(
    rf"(?<!\w)[^\W_][\w-]{{1,62}}\s?(?:\b(?:dot|punkt|pika|ta[čc]ka|to[čc]ka)\b\s?(?:{_SURE})|\.(?:{_SURE}|\s(?-i:{_SURE})))"
    r"(?!\w)(?:\s?/\s?\S+)?",
    re.IGNORECASE,
)
"""Behind a dot and a blank an ending has small letters: "Info" begins a sentence."""
_DOT = r"(?:dot|punkt|pika|ta[čc]ka|to[čc]ka)"
_JOIN = rf"\s{{1,2}}(?:{_DOT}|underscore|unterstrich|donja\scrta|crtica|minus)\s{{1,2}}"
_SPOKEN_MAIL = re.compile(
    rf"(?<!\w)(?:[\w.+-]{{1,64}}+{_JOIN}){{0,4}}[\w.+-]{{2,64}}"
    r"[\s\[({<]{1,2}(?:at|et|ät|majmun|afna|manki|monkey|kod)[\s\])}>]{1,2}"
    rf"[\w-]{{2,63}}(?:(?:\.|\s{_DOT}\s)[\w-]{{2,63}}){{0,3}}?(?:\s?[\[({{]?\s?(?:\.|{_DOT})\s?[\])}}]?\s?(?:{_ENDINGS}))(?!\w)",
    re.IGNORECASE,
)
"""Said aloud: "ime tačka prezime at posta dot example"."""
_BRACKETED_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{2,64}\s?[\[({<]{1,3}\s?(?:a|at|et|ät|@|majmun|afna|manki|monkey)\s?[\])}>]{1,3}\s?[\w-]{2,63}"
    r"(?:(?:\.|\s?[\[({<]{1,3}\s?(?:\.|dot|punkt|pika|ta[čc]ka|to[čc]ka)\s?[\])}>]{1,3}\s?)[\w-]{2,63}){1,4}",
    re.IGNORECASE,
)
_QUOTED_MAIL = re.compile(r"\"[^\"\n@]{1,64}\"@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_WWW = re.compile(
    r"(?<!\w)(?:www\d?\s?\.\s?|h(?:tt|xx)ps?\s?[:\[(]|(?:ftp|sftp|tg|skype|viber)://?|(?:mailto|tel|sms):)\S+",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?<!\w)[a-z][a-z0-9+.-]{1,15}://\S+", re.IGNORECASE)
_IP4 = re.compile(r"(?<![\d.])(?:\d{1,3}\s?[\[({]?\.[\])}]?\s?){3}\d{1,3}(?![\d]|\.\d)(?::\d{1,5})?")
_IP6 = re.compile(
    r"(?<![\w:.])(?=[0-9a-fA-F:.%]*:[0-9a-fA-F]*:)[0-9a-fA-F:.]{3,45}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:])"
)
_HIGHEST_OCTET, _SHORTEST_IP6_CHARS = 255, 6
_TRAILING = ".,;:!?)]}>\"'»”“…"


@dataclass(frozen=True, slots=True)
class Contacts:
    """The layer. `rules` are the pipeline's URL rules; `mail_words` phrases after which one word is a mail name."""

    rules: UrlRules
    mail_words: Sequence[str] = ()
    name: str = "contacts"
    version: str = "4"
    _named: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_named", re.compile(pattern(self.mail_words) + r"[\s:=]{1,3}(?P<value>\S{3,64})"))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every address; a text without any sign of one is passed over."""
        if _SIGNS.search(text.latin) is None:
            return
        for place in find(text.original, self.rules):
            kind = _LOCATOR_KINDS.get(place.kind)
            if kind is not None:
                yield Span(place.start, place.end, kind, f"locator_{place.kind}")
        clean = refang(text.latin)
        yield from _mails(text, clean)
        yield from _hosts(text, clean)
        for start, end in _ips(text.latin):
            yield text.from_latin(start, end, "ip", "ip")


def _mails(text: Text, clean: Refanged) -> Iterator[Span]:
    latin = text.latin
    if "@" in latin:
        for match in _MAIL.finditer(latin):
            yield text.from_latin(*_trimmed(latin, *match.span()), "email", "mail")
        for match in _QUOTED_MAIL.finditer(latin):
            yield text.from_latin(*match.span(), "email", "mail")
    for shape in (_SPOKEN_MAIL, _BRACKETED_MAIL):
        for match in shape.finditer(latin):
            yield text.from_latin(*match.span(), "email", "spoken_mail")
    if clean.changed:
        for match in _MAIL.finditer(clean.text):
            yield text.from_latin(*clean.span(*_trimmed(clean.text, *match.span())), "email", "defanged_mail")


def _hosts(text: Text, clean: Refanged) -> Iterator[Span]:
    latin = text.latin
    for source, rule in ((_WWW, "www"), (_SCHEME, "scheme")):
        for match in source.finditer(latin):
            yield text.from_latin(*_trimmed(latin, *match.span()), "url", rule)
    for match in _SPACED_HOST.finditer(latin):
        yield text.from_latin(*_trimmed(latin, *match.span()), "url", "host")
    for match in _HOST.finditer(clean.text):
        start, end = _trimmed(clean.text, *match.span())
        if _NOT_A_HOST.fullmatch(clean.text, start, end) is None:
            yield text.from_latin(*clean.span(start, end), "url", "host")


def _ips(latin: str) -> Iterator[tuple[int, int]]:
    for match in _IP4.finditer(latin):
        if all(int(octet) <= _HIGHEST_OCTET for octet in re.findall(r"\d+", match.group())[:4]):
            yield match.span()
    if latin.count(":") > 1:
        for match in _IP6.finditer(latin):
            if match.end() - match.start() >= _SHORTEST_IP6_CHARS and _is_ip6(match.group()):
                yield match.span()


def _is_ip6(written: str) -> bool:
    try:
        ipaddress.IPv6Interface(written.rstrip("."))
    except ValueError:
        return False
    return True


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the punctuation of the sentence around it."""
    while end - start > 1 and text[end - 1] in _TRAILING:
        end -= 1
    return start, end
