"""Canonical form and case key of one address.

The canonical form makes only changes that cannot change what is fetched: the WHATWG parse (https://url.spec.whatwg.org,
by `ada_url`), then RFC 3986 §6.2.2 (case of percent escapes, unreserved characters decoded), the dot after a host, an
empty query or fragment, IPv4-mapped IPv6 addresses. Everything bolder belongs to the case key (`triage/case_keys.py`).

Most addresses are already in parsed form. `_PLAIN` recognises those for which the parse provably changes nothing
(lower-case ASCII host whose last label begins with a letter, no escapes, no dot segments, only characters never
escaped), which saves the parser's call; the tests compare both ways. A missing scheme is read as https (http for :80).
Nothing here raises on any input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import ada_url

from triage.case_keys import Keyed, ipfs_key, keyed
from triage.refang import refang
from triage.suffixes import is_top_level
from triage.url_rules import UrlRules

_PLAIN = re.compile(
    r"(?:(https?)://)?+([a-z0-9_.-]++)(:[1-9][0-9]{0,4}+)?+"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@/-]*+)?+(?:\?([A-Za-z0-9._~!$&()*+,;=:@/?-]++))?+(?:#([A-Za-z0-9._~!$&'()*+,;=:@/?-]++))?+"
)
_USUAL_SUFFIXES = frozenset({"com", "net", "org", "ba", "hr", "rs", "me", "de", "ru", "info", "example"})
"""Spares the look-up for most hosts; every one is a top-level domain or a reserved name."""
_MAX_PORT = 65535
_LAST_LABEL = re.compile(r"[a-z][a-z0-9-]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_WEB = re.compile(r"https?:", re.IGNORECASE)
_BREAKS = re.compile(r"[\t\n\r]")
"""The URL standard leaves these out wherever they stand."""
_WEB_SCHEMES = frozenset({"http", "https", "ftp", "ws", "wss"})
_DEFAULT_PORTS = {"http": ":80", "https": ":443", "ftp": ":21", "ws": ":80", "wss": ":443"}
_NOT_PLACES = frozenset({"data", "javascript", "about", "blob", "view-source", "vbscript", "chrome", "moz-extension"})
_EDGE = "".join(map(chr, range(0x21))) + "\x7f\u00a0\u200b\u2060\ufeff"
_BARE_HOST = re.compile(r"([^\s/?#\\@:]{1,253}+)(?::\d{1,5}+)?+(?=[/?#\\]|$)")
_MAIL = re.compile(r"[^\s/?#\\@:]{1,64}+@[^\s/?#\\@:]{1,253}+")
_USES_HTTP = re.compile(r"[^/?#\\]*(?::80|\.onion(?::\d{1,5})?)(?=[/?#\\]|$)", re.IGNORECASE)
"""Without a scheme, port 80 and onion hosts (which seldom have certificates) are read as http."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MALFORMED_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_MAPPED = re.compile(r"\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]")
_TORRENT = re.compile(r"[?&]xt=urn:bt(?:ih|mh):([A-Za-z0-9]{32,72})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CanonicalUrl:
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
        return _as_url(*quick)
    clean = refang(raw)
    return _parsed(clean.text, ["refanged"] if clean.changed else [], rules)


def read_address(text: str, rules: UrlRules) -> CanonicalUrl | None:
    """Like `canonical`, for text that was refanged already."""
    quick = plain(text, rules)
    return _as_url(*quick) if quick is not None else _parsed(text, [], rules)


def is_host_name(host: str, rules: UrlRules) -> bool:
    """Whether a dotted name written without scheme ends in a top-level domain (or a reserved test name)."""
    name, _, last = host.rpartition(".")
    if not name:
        return False
    last = last.lower()
    if not last.isascii():
        try:
            last = ada_url.idna_to_ascii(last).decode()
        except ValueError:
            return False
    return last in rules.reserved_suffixes or is_top_level(last)


def without_surrogates(text: str) -> str:
    """Lone surrogates, which no encoding can store, become U+FFFD as in the URL standard; the length stays."""
    return _SURROGATE.sub("\ufffd", text)


def plain(raw: str, rules: UrlRules) -> tuple[str, Keyed] | None:
    """The quick way, for addresses the parser would leave as they are: href and key; None when not surely one."""
    match = _PLAIN.fullmatch(raw)
    if match is None:
        return None
    scheme, host, port, path, query, fragment = match.groups("")
    dot = host.rfind(".")
    if "/." in path or dot < 1 or host[0] == "." or ".." in host:
        return None
    last = host[dot + 1 :]
    if last in _USUAL_SUFFIXES:
        known = True
    elif not _LAST_LABEL.fullmatch(last) or last == "onion":
        return None
    else:
        known = bool(scheme) or is_host_name(host, rules)
    if not known or (port and (int(port[1:]) > _MAX_PORT or port in (":80", ":443"))):
        return None
    key = keyed(scheme or "https", host, port, path or "/", query, fragment, rules)
    if not scheme:
        key = key._replace(trail=("no_scheme", *key.trail))
    if path:
        return raw if scheme else "https://" + raw, key
    return _href(scheme or "https", host + port, "/", query, fragment), key


def _as_url(href: str, key: Keyed) -> CanonicalUrl:
    return CanonicalUrl(href, key.key, key.registrable_domain, key.kind, key.trail, False, key.problem)


def _href(scheme: str, place: str, path: str, query: str, fragment: str) -> str:
    href = f"{scheme}://{place}{path}"
    if query:
        href += "?" + query
    return f"{href}#{fragment}" if fragment else href


def _parsed(text: str, trail: list[str], rules: UrlRules) -> CanonicalUrl | None:
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
    return _web(href, trail, rules) if href is not None else None


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


def _web(href: str, trail: list[str], rules: UrlRules) -> CanonicalUrl:
    scheme, _, rest = href.partition("://")
    place, path, query, fragment = _split(rest)
    userinfo, at, host_port = place.rpartition("@")
    host, port = _host_and_port(host_port)
    host = _tidy_host(host, trail)
    if port == _DEFAULT_PORTS.get(scheme):
        port = ""
    path, query, fragment = (_tidy_escapes(part, trail) for part in (path, query, fragment))
    if href.endswith(("?", "#")) or "?#" in href:
        trail.append("empty_query")
    key = keyed(scheme, host, port, path or "/", query, fragment, rules)
    steps = (*trail, *(("userinfo",) if at else ()), *key.trail)
    return CanonicalUrl(
        _href(scheme, userinfo + at + host + port, path or "/", query, fragment),
        key.key, key.registrable_domain, key.kind, steps, bool(at), key.problem,
    )  # fmt: skip


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
    if "%" not in part or _MALFORMED_ESCAPE.search(part):
        return part
    tidy = _ESCAPE.sub(_one_escape, part)
    if tidy != part:
        trail.append("percent_encoding")
    return tidy


def _one_escape(match: re.Match[str]) -> str:
    byte = int(match[1], 16)
    return chr(byte) if byte in _UNRESERVED else match[0].upper()


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
        return CanonicalUrl(href, key, None, "url", tuple(trail), False, None if torrent else "malformed")
    if "://" not in href or href.endswith("://"):
        return None
    return CanonicalUrl(href, "url:" + href, None, "url", tuple(trail), False, None)


def _unusable(kind: str, text: str, problem: str, trail: list[str]) -> CanonicalUrl:
    shown = without_surrogates(text)
    return CanonicalUrl(shown, f"{kind}:{shown}", None, kind, tuple(trail), False, problem)
