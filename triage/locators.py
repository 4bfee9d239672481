"""Find every place a report speaks of: addresses, onions, content ids, invitations, handles, telephone numbers.

`find` reads one field. What leads to no content is found as well, with the problem named, so that the answer can say
what is missing. Spans refer to the text given, also when addresses were defanged. A field that is exactly one ordinary
address takes a short way; the rest is screened before anything costly. Nothing here raises on any text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from triage.address_ends import address_end, is_file
from triage.app_names import may_hold_app_name
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
_BLANK = re.compile(r"\s")
_WRITTEN = frozenset({
    "refanged", "no_scheme", "scheme_typo", "html_entity", "percent_encoding", "trailing_dot", "mapped_address",
})  # fmt: skip
"""Steps that a canonical form has behind it and does not show."""
_MAX_BLANKS = 64
"""Farther off, a text is no part of the address."""
_CUT_SIGNS = frozenset('<>"“”„«»‹›`|')
_DIGIT = re.compile(r"\d")
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
    if whole_field or _NAMED.search(clean.text) is not None or may_hold_app_name(clean.text):
        named = _handles(clean, rules, found, whole_field)
        found = _outside(found, named) + named
    if _DIGIT.search(clean.text) and _DIGITS.search(clean.text):
        found += _phones(clean, found, whole_field, rules.country)
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
    """The places of a location field, addresses read to where they really end, and said to be cut where text follows.

    Telephone numbers in the name of a file that is part of an address are none.
    """
    places = sorted(found, key=lambda place: place.start)
    bounds = [place.start for place in places if place.kind != "phone"]
    whole: list[Locator] = []
    for place in places:
        before = whole[-1].end if whole else 0
        if place.kind != "phone":
            following = bisect_right(bounds, place.start)
            limit = bounds[following] if following < len(bounds) else len(text)
            place = _to_its_end(text, place, (min(before, place.start), limit), places, rules)
        elif place.start < before and "blank_in_address" in whole[-1].rules:
            continue
        whole.append(place)
    starts = {place.start for place in whole}
    return [_marked(text, place, starts) for place in whole]


def _to_its_end(text: str, place: Locator, between: tuple[int, int], places: list[Locator], rules: UrlRules) -> Locator:
    """The address with what belongs to it of the text that follows; `place` where nothing does."""
    if not _has_path(place, text):
        return place
    start, end = place.start, place.end
    stop = address_end(text, start, end, between, rules.pairs)
    phone = _phone_within(text, places, end, stop)
    if phone is not None and not is_file(text[start:stop]):
        stop = address_end(text, start, end, (between[0], phone), rules.pairs)
    if stop == end:
        return place
    hash_mark = "#" if text[end - 1] == "#" else ""
    address = read_address(place.canonical + hash_mark + without_surrogates(text[end:stop]), rules)
    if address is None:
        return place
    step = "sign_in_address" if _BLANK.search(text, end, stop) is None else "blank_in_address"
    steps = dict.fromkeys((step, *(rule for rule in place.rules if rule in _WRITTEN), *address.rules))
    return _from_address(address._replace(rules=tuple(steps)), start, stop, ())


def _has_path(place: Locator, text: str) -> bool:
    """Whether a place is a web address with more than a host, so that text may go on where scanning stopped."""
    if "://" not in place.canonical or place.kind in ("file", "email", "phone"):
        return False
    written = text[place.start : place.end]
    if place.kind == "handle" and "/" not in written:
        return False
    bare = place.canonical.count("/") == _SLASHES_OF_A_BARE_HOST and place.canonical[-1] == "/"
    return written[-1] == "/" or not bare


def _phone_within(text: str, places: list[Locator], end: int, stop: int) -> int | None:
    """Where a telephone number begins that `end:stop` would swallow; one in the word that begins at `end` is none."""
    if stop == end:
        return None
    blank = _BLANK.search(text, end, stop)
    word_end = blank.start() if blank else stop
    first = bisect_left(places, end, key=lambda place: place.start)
    for number in range(first, len(places)):
        if places[number].start >= stop:
            break
        if places[number].end > word_end:
            return places[number].start
    return None


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


def _phones(clean: Refanged, taken: list[Locator], whole: bool, country: str) -> list[Locator]:
    found = [
        Locator("phone", number, number, None, (), *clean.span(first, last), None)
        for first, last, number in phones(clean.text, whole_field=whole, country=country)
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
