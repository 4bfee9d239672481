"""Find every place a report speaks of: addresses, onions, content ids, invitations, handles, telephone numbers.

`find` reads one field. What leads to no content is found as well, with the problem named, so that the answer can say
what is missing. Spans refer to the text given, also when addresses were defanged. A field that is exactly one ordinary
address takes a short way; the rest is screened before anything costly. Nothing here raises on any text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from triage.case_keys import handle_address, handle_key
from triage.handles import handles, platforms_named
from triage.phones import phones
from triage.refang import Refanged, refang
from triage.scanning import Candidate, candidates
from triage.url_rules import UrlRules
from triage.urls import CanonicalUrl, plain, plain_many, read_address, without_surrogates

_MAX_TEXT = 1 << 20
"""Characters of one field that are looked at; ingest rejects longer cells anyway."""
_CLEAN_ENDS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_=-")
"""Last characters that are never punctuation around an address."""
_NEW = tuple.__new__
"""A named tuple from its parts in order, as in `triage/urls.py`."""
_SLASHES_OF_A_BARE_HOST = 3
_ORDINARY = re.compile(r"https?://[A-Za-z0-9._~!$&+,;=:@/?#%-]++")
_NAMED = re.compile(r"@\w|[:=](?=[ \t]{0,2}[\w@])")
_WEB_PATH = re.compile(r"https?://[^\s/?#]++/[^\t\n\r\f\v]*+", re.IGNORECASE)
_FILE_ENDS = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".heic", ".mp4", ".webm", ".mov", ".avi", ".mkv", ".mp3", ".zip",
    ".rar", ".7z", ".pdf", ".htm", ".html", ".php", ".asp", ".aspx",
)  # fmt: skip
_MAX_BLANKS = 64
"""Farther off, a text is no part of the address."""
_MAX_WITH_BLANKS = 2_000
"""Longer fields are prose."""
_CUT_SIGNS = frozenset('<>"“”„«»‹›`|')
_DIGITS = re.compile(r"\d[ \t\u00a0./()-]{0,3}\d(?:[ \t\u00a0./()-]{0,3}\d){5}")


OWN_CONTACT = "own_contact"
"""Problem of the reporter's own telephone, mail address or chosen name (`triage/own_contact.py`)."""


class Locator(NamedTuple):
    """One place content may be. `kind`: url, onion, ipfs, handle, invite, phone, file, email or platform.

    `start`, `end`: span in the given text. `problem`: why it leads to no content (bare_platform, loopback,
    private_address, file_path, email_address, unknown_platform, not_an_address, malformed; own_contact, where the
    report is known), or None.
    """

    kind: str
    canonical: str
    case_key: str
    registrable_domain: str | None
    rules: tuple[str, ...]
    start: int
    end: int
    problem: str | None

    @property
    def actionable(self) -> bool:
        """Whether somebody could go and look."""
        return self.problem is None


def find(text: str, rules: UrlRules, *, whole_field: bool = False) -> tuple[Locator, ...]:
    """Every locator of `text` in text order. `whole_field`: the location field, where a bare host or name suffices."""
    if whole_field and _may_be_one_address(text):
        address = plain(text, rules) or (read_address(text, rules) if _ORDINARY.fullmatch(text) else None)
        if address is not None:
            return (_from_address(address, 0, len(text), ()),)
    if not text.isascii():
        text = without_surrogates(text)
    clean = refang(text[:_MAX_TEXT], frozenset() if whole_field else rules.wordlike)
    spots = candidates(clean.text, rules, whole_field=whole_field)
    found = [locator for spot in spots if (locator := _read(spot, clean, text, rules)) is not None]
    if len(found) == 1 and found[0].start == 0 and found[0].end >= len(text) - 1:
        return (found[0],)
    if whole_field or _NAMED.search(clean.text) is not None:
        named = _handles(clean, rules, found, whole_field)
        found = _outside(found, named) + named
    if _DIGITS.search(clean.text):
        found += _phones(clean, found, whole_field)
    if whole_field:
        found = _with_cuts(text, found, rules) if found else _bare_platforms(clean, rules)
    return tuple(sorted(found, key=lambda locator: locator.start)) if len(found) > 1 else tuple(found)


def find_many(texts: Sequence[str], rules: UrlRules) -> Iterator[tuple[Locator, ...]]:
    """`find` of every text as a whole field, in their order; quicker for many."""
    asked = [text if _may_be_one_address(text) else "" for text in texts]
    for text, address in zip(texts, plain_many(asked, rules, lambda _: None), strict=True):
        if address is None:
            yield find(text, rules, whole_field=True)
        else:
            href, key, domain, kind, steps, _, problem = address
            yield (_NEW(Locator, (kind, href, key, domain, steps, 0, len(text), problem)),)


def _may_be_one_address(text: str) -> bool:
    return "/" in text and text[-1] in _CLEAN_ENDS and text.find("://", 8) < 0 and "&amp;" not in text


def _read(candidate: Candidate, clean: Refanged, text: str, rules: UrlRules) -> Locator | None:
    start, end = clean.span(candidate.start, candidate.end)
    if candidate.kind == "mail":
        key = "email:" + candidate.text.lower()
        return Locator("email", candidate.text, key, None, (), start, end, "email_address")
    if candidate.kind == "path":
        return Locator("file", candidate.text, "file:" + candidate.text, None, (), start, end, "file_path")
    address = read_address("ipfs://" + candidate.text if candidate.kind == "cid" else candidate.text, rules)
    if address is None:
        if candidate.kind != "address":
            return None
        return Locator("url", candidate.text, "url:" + candidate.text, None, (), start, end, "malformed")
    refanged = clean.changed and text[start:end] != clean.text[candidate.start : candidate.end]
    steps = (("refanged",) if refanged else ()) + ((candidate.rule,) if candidate.rule else ())
    return _from_address(address, start, end, steps)


def _from_address(address: CanonicalUrl, start: int, end: int, steps: tuple[str, ...]) -> Locator:
    trail = steps + address.rules
    return Locator(
        address.kind, address.href, address.case_key, address.registrable_domain, trail, start, end, address.problem
    )


def _with_cuts(text: str, found: list[Locator], rules: UrlRules) -> list[Locator]:
    """A location field whose addresses say where text follows that may be part of them, as a blank in a file's name.

    Where the field as a whole looks like one address with blanks, that one comes first and the cut one stays.
    """
    starts = {place.start for place in found}
    marked = [_marked(text, place, starts) for place in found]
    webs = sum("://" in place.canonical for place in found)
    whole = text.strip()
    address = read_address(whole, rules) if webs == 1 and _is_file_with_blanks(whole) else None
    if address is None:
        return marked
    start = text.index(whole)
    end = start + len(whole)
    return [_from_address(address, start, end, ("blank_in_address",)), *(one for one in marked if one.start == start)]


def _is_file_with_blanks(text: str) -> bool:
    words = text.split() if len(text) <= _MAX_WITH_BLANKS and text.count("://") == 1 else ()
    if len(words) < 2 or _WEB_PATH.fullmatch(text) is None:
        return False
    return words[-1].partition("#")[0].partition("?")[0].lower().endswith(_FILE_ENDS)


def _marked(text: str, place: Locator, starts: set[int]) -> Locator:
    """`place` with the step that says it was cut, where text other than the next place follows a path or query."""
    end = place.end
    after = text[end : end + _MAX_BLANKS]
    rest = after.lstrip()
    written = text[place.start : end]
    if not rest or "/" not in written.partition("://")[2 if "://" in written else 0]:
        return place
    sign = text[end]
    blank = sign.isspace()
    follows = end + len(after) - len(rest) if blank else end + 1
    opened = place.start > 0 and not text[place.start - 1].isspace()
    if follows in starts or place.kind in ("file", "email", "phone", "handle"):
        return place
    if blank:
        return place._replace(rules=(*place.rules, "cut_at_blank"))
    cut = sign < " " or (sign in _CUT_SIGNS and not opened and text[end + 1 : end + 2].isalnum())
    return place._replace(rules=(*place.rules, "cut_at_sign")) if cut else place


def _handles(clean: Refanged, rules: UrlRules, taken: list[Locator], whole: bool) -> list[Locator]:
    """Handles outside the addresses; a dotted name after a platform's ("instagram: some.name") is a handle, no host."""
    found = []
    addresses = [place for place in taken if not _is_dotted_name(place)]
    for handle in handles(clean.text, rules, whole_field=whole and not addresses):
        start, end = clean.span(handle.start, handle.end)
        if handle.host:
            key, shown = f"handle:{handle.host}/{handle.name.lower()}", f"https://{handle.host}/@{handle.name}"
        else:
            key, shown = handle_key(handle.platform, handle.name), handle_address(handle.platform, handle.name)
        problem = None if handle.platform or handle.host else "unknown_platform"
        found.append(Locator("handle", shown, key, None, (), start, end, problem))
    return _outside(found, addresses)


def _is_dotted_name(place: Locator) -> bool:
    return place.rules[:1] == ("no_scheme",) and place.canonical.count("/") == _SLASHES_OF_A_BARE_HOST


def _phones(clean: Refanged, taken: list[Locator], whole: bool) -> list[Locator]:
    found = [
        Locator("phone", number, number, None, (), *clean.span(first, last), None)
        for first, last, number in phones(clean.text, whole_field=whole)
    ]
    return _outside(found, taken)


def _bare_platforms(clean: Refanged, rules: UrlRules) -> list[Locator]:
    return [
        Locator("platform", platform.name, "platform:" + platform.name, None, (), *clean.span(a, b), "bare_platform")
        for a, b, platform in platforms_named(clean.text, rules)
    ]


def _outside(places: list[Locator], taken: list[Locator]) -> list[Locator]:
    """Those of `places` that overlap none of `taken`, which do not overlap each other."""
    if not taken:
        return places
    spans = sorted((other.start, other.end) for other in taken)
    return [place for place in places if not _overlaps(place, spans)]


def _overlaps(place: Locator, spans: list[tuple[int, int]]) -> bool:
    before = bisect_left(spans, (place.end, 0)) - 1
    return before >= 0 and spans[before][1] > place.start
