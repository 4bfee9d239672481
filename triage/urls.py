"""Canonical form and case key of one address.

The canonical form makes only changes that cannot change what is fetched: the WHATWG parse (https://url.spec.whatwg.org,
by `ada_url`), then RFC 3986 §6.2.2 (case of percent escapes, unreserved characters decoded), the dot after a host, an
empty query or fragment, IPv4-mapped IPv6 addresses. Everything bolder belongs to the case key (`triage/case_keys.py`).

Most addresses are already in parsed form. `_PLAIN` recognises those for which the parse provably changes nothing
(ASCII host whose last label begins with a letter, no dot segments, only characters never escaped; case of the host,
default ports and escapes are tidied here), which saves the parser's call; the tests compare both ways. A missing
scheme is read as https (http for :80). Nothing here raises on any input.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, NamedTuple

import ada_url

from triage.case_keys import Place, ipfs_key, keyed, place_of
from triage.refang import refang
from triage.url_heads import DEFAULT_PORTS, Heads, heads_of
from triage.url_heads import is_host_name as is_host_name
from triage.url_rules import UrlRules
from triage.wrappers import MAX_NESTED, carried

if TYPE_CHECKING:
    from triage.url_columns import Columns

_PLAIN = re.compile(
    r"((?:https?://)?+[A-Za-z0-9_.-]++(?::[1-9][0-9]{0,4}+)?+)(?![^/?#\n])"
    r"((?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*+)*+)([A-Za-z0-9._~!$&'()*+,;=:@/%-]*+)"
    r"(?:\?([A-Za-z0-9._~!$&()*+,;=:@/?%-]++))?+(?:#([A-Za-z0-9._~!$&'()*+,;=:@/?%-]++))?+"
)
"""Head (scheme, host, port), unmarked segments of the path, the rest of it, query, fragment."""
_WORTH_USING, _WORTH_LOADING = 2_000, 400_000
"""Addresses at once from which on the compiled loops are used, once loaded or not: they save 2 µs for each."""
_NEW = tuple.__new__
"""A named tuple from its parts in order, without the call that sorts out names."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_WEB = re.compile(r"https?:", re.IGNORECASE)
_BREAKS = re.compile(r"[\t\n\r]")
"""The URL standard leaves these out wherever they stand."""
_WEB_SCHEMES = frozenset({"http", "https", "ftp", "ws", "wss"})
_NOT_PLACES = frozenset({"data", "javascript", "about", "blob", "view-source", "vbscript", "chrome", "moz-extension"})
_NO_TARGETS = frozenset({"malformed", "not_an_address", "email_address", "file_path"})
_EDGE = "".join(map(chr, range(0x21))) + "\x7f\u00a0\u200b\u2060\ufeff"
_BARE_HOST = re.compile(r"([^\s/?#\\@:]{1,253}+)(?::\d{1,5}+)?+(?=[/?#\\]|$)")
_MAIL = re.compile(r"[^\s/?#\\@:]{1,64}+@[^\s/?#\\@:]{1,253}+")
_USES_HTTP = re.compile(r"[^/?#\\]*(?::80|\.onion(?::\d{1,5})?)(?=[/?#\\]|$)", re.IGNORECASE)
"""Without a scheme, port 80 and onion hosts (which seldom have certificates) are read as http."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HEX = "0123456789ABCDEFabcdef"
_TIDY_ESCAPES = {
    high + low: char if (char := chr(int(high + low, 16))) in _UNRESERVED else f"%{high}{low}".upper()
    for high in _HEX
    for low in _HEX
}
"""The two digits of an escape, to how RFC 3986 §6.2.2 writes it."""
_MAPPED = re.compile(r"\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]")
_TORRENT = re.compile(r"[?&]xt=urn:bt(?:ih|mh):([A-Za-z0-9]{32,72})", re.IGNORECASE)
_CHOSEN_FILES = re.compile(r"[?&](so=[0-9,-]{1,2000})(?=&|$)")
"""Which files of a torrent are meant (BEP 53, https://www.bittorrent.org/beps/bep_0053.html)."""


class CanonicalUrl(NamedTuple):
    """One address: what to fetch (`href`), what it is a case of (`case_key`), and the named steps that led there.

    `kind` is url, onion, ipfs, handle, invite, email or file and equals the key's prefix; `problem` says why it leads
    to no content (bare_platform, loopback, private_address, file_path, email_address, malformed, not_an_address) or is
    None;
    `userinfo` is set when the address carries a user name, as misleading links do.
    """

    href: str
    case_key: str
    registrable_domain: str | None
    kind: str
    rules: tuple[str, ...]
    userinfo: bool
    problem: str | None


def canonical(raw: str, rules: UrlRules) -> CanonicalUrl | None:
    """The address that `raw` as a whole is, defanged or without scheme if need be; None when it is none."""
    quick = plain(raw, rules)
    if quick is not None:
        return quick
    clean = refang(raw)
    return _parsed(clean.text, ["refanged"] if clean.changed else [], rules)


def canonical_many(raws: Sequence[str], rules: UrlRules) -> Iterator[CanonicalUrl | None]:
    """`canonical` of every text, in their order; quicker for many."""
    return plain_many(raws, rules, lambda raw: canonical(raw, rules))


def read_address(text: str, rules: UrlRules) -> CanonicalUrl | None:
    """Like `canonical`, for text that was refanged already."""
    return _read(text, rules, 0)


def without_surrogates(text: str) -> str:
    """Lone surrogates, which no encoding can store, become U+FFFD as in the URL standard; the length stays."""
    return _SURROGATE.sub("\ufffd", text)


def plain(raw: str, rules: UrlRules, inside: int = 0) -> CanonicalUrl | None:
    """The quick way, for addresses the parser would leave as they are; None when it is not surely one.

    `inside`: how many wrappers this address was taken out of.
    """
    match = _PLAIN.fullmatch(raw)
    return None if match is None else _put_together(raw, match.groups(""), heads_of(rules), rules, inside)


def load_kernels(rules: UrlRules) -> None:
    """Load the compiled loops that read many addresses (0.7 s, 130 MB), as for a batch before workers are forked."""
    for _ in _columns()(["https://host.example/"], rules):
        pass


def plain_many(
    texts: Sequence[str], rules: UrlRules, otherwise: Callable[[str], CanonicalUrl | None]
) -> Iterator[CanonicalUrl | None]:
    """`plain` of every text, in their order, and `otherwise` of those it cannot read.

    Many are read as columns by compiled loops, if these are loaded already or so many come that loading pays.
    """
    if len(texts) < (_WORTH_USING if _columns.cache_info().currsize else _WORTH_LOADING):
        return (plain(text, rules) or otherwise(text) for text in texts)
    return chain.from_iterable(_read_in_columns(texts, rules, otherwise))


def _read_in_columns(
    texts: Sequence[str], rules: UrlRules, otherwise: Callable[[str], CanonicalUrl | None]
) -> Iterator[Iterable[CanonicalUrl | None]]:
    """Runs of what compiled loops have read, and between them what Python must read, each alone."""
    for some, read, read_inside in _columns()(texts, rules):
        addresses, at = _addresses(read), 0
        led = _led_to(read.inside, read_inside, rules)
        for place in read.others:
            yield islice(addresses, place - at)
            address, at = next(addresses), place + 1
            inner = led.get(place)
            if inner is not None:
                _, key, domain, kind, trail, _, problem = inner
                yield (_NEW(CanonicalUrl, (address[0], key, domain, kind, address[4] + trail, False, problem)),)
            else:
                yield (plain(some[place], rules) or otherwise(some[place]),)
        yield addresses


def _addresses(read: Columns) -> Iterator[CanonicalUrl]:
    columns = zip(
        read.hrefs, read.keys, read.domains, read.kinds, read.trails, repeat(False), read.problems, strict=False
    )
    return map(_NEW, repeat(CanonicalUrl), columns)


def _led_to(inside: dict[int, str], read: Columns | None, rules: UrlRules) -> dict[int, CanonicalUrl]:
    """What wrappers carry, by the places of their addresses, where it is usable."""
    if read is None:
        return {}
    others = set(read.others)
    found = {}
    for number, ((place, text), quick) in enumerate(zip(inside.items(), _addresses(read), strict=False)):
        address = _read(text, rules, 1) if number in others else quick
        if address is not None and address.problem not in _NO_TARGETS:
            found[place] = address
    return found


@cache
def _columns() -> Callable[[Sequence[str], UrlRules], Iterator[tuple[Sequence[str], Columns, Columns | None]]]:
    from triage.url_columns import columns

    return columns


def _put_together(
    raw: str, parts: tuple[str, ...], heads: Heads, rules: UrlRules, inside: int
) -> CanonicalUrl | None:
    """The address from the parts of `_PLAIN`; None when host or path need the parser."""
    head, path, rest, query, fragment = parts
    known = heads[head]
    if known is None:
        return None
    written, before, first, steps, place = known
    marked = False
    if rest:
        if "/." in rest:
            return None
        marked = rest != "/"
        path += rest
    elif not path:
        path, before = "/", None
    if "%" in raw:
        if "%2e" in rest.lower():
            return None
        trail = list(first)
        path = _tidy_escapes(path, trail)
        if query:
            query = _tidy_escapes(query, trail)
        if fragment:
            fragment = _tidy_escapes(fragment, trail)
        if len(trail) > len(first):
            before = None
        until = len(trail)
        trail += place.steps
    else:
        trail, until = list(steps), len(first)
    href = before + raw if before is not None else _href(written, path, query, fragment)
    domain = place.domain
    if place.wrappers and (inner := _led_back(place, (path, query, fragment), rules, inside)) is not None:
        trail[until:] = inner.rules
        _, key, domain, kind, _, _, problem = inner
    else:
        kind, key, problem = keyed(place, path, query, fragment, rules, trail, marked)
    return _NEW(CanonicalUrl, (href, key, domain, kind, tuple(trail), False, problem))


def _read(text: str, rules: UrlRules, inside: int) -> CanonicalUrl | None:
    return plain(text, rules, inside) or _parsed(text, [], rules, inside)


def _led_back(place: Place, parts: tuple[str, str, str], rules: UrlRules, inside: int) -> CanonicalUrl | None:
    """What a wrapper carries, with the wrapper first among its rules; None when it carries nothing usable."""
    found = carried(place.wrappers, *parts) if inside < MAX_NESTED else None
    if found is None:
        return None
    wrapper, text = found
    address = _read(text, rules, inside + 1)
    if address is None or address.problem in _NO_TARGETS:
        return None
    return address._replace(rules=(wrapper.step, *address.rules))


def _href(start: str, path: str, query: str, fragment: str) -> str:
    href = start + path
    if query:
        href += "?" + query
    return f"{href}#{fragment}" if fragment else href


def _parsed(text: str, trail: list[str], rules: UrlRules, inside: int = 0) -> CanonicalUrl | None:
    """The careful way: clean edges, add a scheme, let the parser decide."""
    text = text.strip(_EDGE)
    if ("\t" in text or "\n" in text or "\r" in text) and _WEB.match(joined := _BREAKS.sub("", text)):
        text = joined
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    if scheme and scheme not in _WEB_SCHEMES and not _looks_like_port(text, len(scheme)):
        return _other_scheme(scheme, text, trail, rules)
    if scheme not in _WEB_SCHEMES:
        if _MAIL.fullmatch(text):
            return _unusable("email", text, "email_address", trail)
        if not _has_bare_host(text, rules):
            return None
        scheme = "http" if _USES_HTTP.match(text) else "https"
        text = f"{scheme}://{text}"
        trail.append("no_scheme")
    href = _normalised(text)
    return _web(href, trail, rules, inside) if href is not None else None


def _normalised(text: str) -> str | None:
    try:
        return ada_url.normalize_url(text if text.isascii() else without_surrogates(text))
    except ValueError:
        return None


def _looks_like_port(text: str, colon: int) -> bool:
    """`host.example:8080/x` reads like a scheme; a dot before the colon and a digit after it say otherwise."""
    return "." in text[:colon] and text[colon + 1 : colon + 2].isdigit()


def _has_bare_host(text: str, rules: UrlRules) -> bool:
    if text[:1] == "[":
        return True
    match = _BARE_HOST.match(text)
    if match is None:
        return False
    host = match[1].rstrip(".")
    return is_host_name(host, rules) or bool(re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", host))


def _web(href: str, trail: list[str], rules: UrlRules, inside: int) -> CanonicalUrl:
    scheme, _, rest = href.partition("://")
    authority, path, query, fragment = _split(rest)
    userinfo, at, host_port = authority.rpartition("@")
    host, port = _host_and_port(host_port)
    host = _tidy_host(host, trail)
    if port == DEFAULT_PORTS.get(scheme):
        port = ""
    path, query, fragment = (_tidy_escapes(part, trail) for part in (path, query, fragment))
    if href.endswith(("?", "#")) or "?#" in href:
        trail.append("empty_query")
    if at:
        trail.append("userinfo")
    place, path = place_of(scheme, host, port, rules), path or "/"
    domain = place.domain
    if place.wrappers and (inner := _led_back(place, (path, query, fragment), rules, inside)) is not None:
        trail += inner.rules
        _, key, domain, kind, _, _, problem = inner
    else:
        trail += place.steps
        kind, key, problem = keyed(place, path, query, fragment, rules, trail, True)
    href = _href(f"{scheme}://{userinfo}{at}{host}{port}", path, query, fragment)
    return CanonicalUrl(href, key, domain, kind, tuple(trail), bool(at), problem)


def _split(rest: str) -> tuple[str, str, str, str]:
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    place, slash, path = rest.partition("/")
    return place, slash + path, query, fragment


def _host_and_port(text: str) -> tuple[str, str]:
    if text[:1] == "[":
        host, bracket, port = text.partition("]")
        return host + bracket, port
    host, colon, port = text.partition(":")
    return host, colon + port


def _tidy_host(host: str, trail: list[str]) -> str:
    if host[-1:] == "." and len(host) > 1 and host[-2] != ".":
        trail.append("trailing_dot")
        host = host[:-1]
    match = _MAPPED.fullmatch(host) if host[:1] == "[" else None
    if match is None:
        return host
    trail.append("mapped_address")
    high, low = int(match[1], 16), int(match[2], 16)
    return f"{high >> 8}.{high & 255}.{low >> 8}.{low & 255}"


def _tidy_escapes(part: str, trail: list[str]) -> str:
    """Upper-case escapes, unreserved characters written plainly; not where a stray `%` could combine with them."""
    if "%" not in part:
        return part
    pieces = part.split("%")
    tidy = pieces[0]
    try:
        for text in pieces[1:]:
            tidy += _TIDY_ESCAPES[text[:2]] + text[2:]
    except KeyError:
        return part
    if tidy != part:
        trail.append("percent_encoding")
    return tidy


def _other_scheme(scheme: str, text: str, trail: list[str], rules: UrlRules) -> CanonicalUrl | None:
    """Addresses of other kinds; anything with `://` and a rest counts, since people report what they see."""
    if scheme == "mailto":
        return _unusable("email", text, "email_address", trail)
    if scheme == "file" or (len(scheme) == 1 and text[2:3] in ("\\", "/")):
        return _unusable("file", text, "file_path", trail)
    if scheme in _NOT_PLACES:
        return _unusable("url", scheme + ":", "not_an_address", trail)
    href = _normalised(text)
    if href is None:
        return None
    if scheme in ("ipfs", "ipns") and len(href) > 7:
        return CanonicalUrl(href, ipfs_key(href, rules, trail), None, "ipfs", tuple(trail), False, None)
    if scheme == "magnet":
        torrent = _TORRENT.search(href)
        key = "url:magnet:" + torrent[1].lower() if torrent else "url:" + href
        if torrent and (chosen := _CHOSEN_FILES.search(href)):
            key += "?" + chosen[1]
        return CanonicalUrl(href, key, None, "url", tuple(trail), False, None if torrent else "malformed")
    if "://" not in href or href.endswith("://"):
        return None
    return CanonicalUrl(href, "url:" + href, None, "url", tuple(trail), False, None)


def _unusable(kind: str, text: str, problem: str, trail: list[str]) -> CanonicalUrl:
    shown = without_surrogates(text)
    return CanonicalUrl(shown, f"{kind}:{shown}", None, kind, tuple(trail), False, problem)
