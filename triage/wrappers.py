"""What a wrapper leads to: redirects of search results, networks and mail filters, and copies in archives.

Nothing is fetched: a wrapper counts only when it carries its target in its own address, under a rule of
`data/url_rules/wrappers.toml`. What cannot be read exactly (two different targets, octets that are no UTF-8, control
characters, an opaque token) is left as the address it is. Short links are opaque and stay apart.

Formats: RFC 4648 base64; Proofpoint's published description of its v2 and v3 addresses; Memento and Wayback paths
(`/web/<time>[flags]/<address>`); AMP cache paths (https://amp.dev, "AMP cache URL format").
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from triage.url_rules import Wrapper

MAX_NESTED = 3
"""Wrappers in wrappers that are followed; a deeper one is the place itself."""
_ADDRESS = re.compile(r"https?:/{1,2}[^\s/\\?#]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]")
_BASE64 = re.compile(r"[A-Za-z0-9_+/-]{8,}={0,2}")
_CACHE = re.compile(r"cache:(?:[A-Za-z0-9_-]{12}:)?([^+ ]+)[+ ]?")
_COMMON_ESCAPES = (("%2F", "/"), ("%3A", ":"), ("%3F", "?"), ("%3D", "="), ("%26", "&"))
"""Undone first, at the speed of C; none of these characters can become part of another escape."""
_SHORT_SLASHES = re.compile(r"(https?:/)(?=[^/])", re.IGNORECASE)


def target(
    wrappers: tuple[Wrapper, ...], host: str, path: str, query: str, fragment: str
) -> tuple[Wrapper, str] | None:
    """The first rule that fits the address, and the address it carries; None when none fits or none can be read.

    `host` comes without `www.` and mobile prefixes, the other parts as the URL parser writes them. The browser hands
    the fragment on to the target, so the target gets it where it has none of its own.
    """
    return carried(fitting(wrappers, host), path, query, fragment)


def fitting(wrappers: tuple[Wrapper, ...], host: str) -> tuple[Wrapper, ...]:
    """Those of the rules that fit the host as a whole."""
    return tuple([wrapper for wrapper in wrappers if wrapper.host.fullmatch(host)]) if wrappers else ()


def carried(wrappers: tuple[Wrapper, ...], path: str, query: str, fragment: str) -> tuple[Wrapper, str] | None:
    """As `target`, for rules that fit the host."""
    for wrapper in wrappers:
        found = _carried(wrapper, path, query, fragment)
        if found is not None:
            return wrapper, found
    return None


def copied(wrappers: tuple[Wrapper, ...], host: str, tail: str) -> int | None:
    """Where in `tail` (path, query, fragment) of an archive's copy the copied address begins; None if it is no copy."""
    for wrapper in wrappers:
        if wrapper.copy and wrapper.path.groups and wrapper.host.fullmatch(host):
            match = wrapper.path.fullmatch(tail)
            if match is not None:
                return match.start(1)
    return None


def wraps(wrappers: tuple[Wrapper, ...], host: str, path: str) -> Wrapper | None:
    """The redirect rule an address falls under by host and path, whether or not its target can be read."""
    for wrapper in wrappers:
        if not wrapper.copy and wrapper.host.fullmatch(host) and wrapper.names and wrapper.path.fullmatch(path):
            return wrapper
    return None


def _carried(wrapper: Wrapper, path: str, query: str, fragment: str) -> str | None:
    if wrapper.path.groups:
        tail = path + ("?" + query if query else "") + ("#" + fragment if fragment else "")
        match = wrapper.path.fullmatch(tail)
        return _read(wrapper, match[1]) if match else None
    if not wrapper.path.fullmatch(path):
        return None
    only = None
    for part in query.split("&"):
        name, mark, value = part.partition("=")
        if mark and name in wrapper.names and (text := _read(wrapper, value)) is not None:
            if only is not None and text != only:
                return None
            only = text
    return f"{only}#{fragment}" if only and fragment and "#" not in only else only


def _read(wrapper: Wrapper, written: str) -> str | None:
    text = _READINGS[wrapper.reading](written)
    if text is None or (not (text.isascii() and text.isprintable()) and _CONTROL.search(text)):
        return None
    return text if _ADDRESS.match(text) or (wrapper.copy and "." in text.partition("/")[0]) else None


def _plain(written: str) -> str | None:
    return written


def _percent(written: str) -> str | None:
    for escape, char in _COMMON_ESCAPES:
        written = written.replace(escape, char)
    if "%" not in written and written.isascii():
        return written
    try:
        return unquote_to_bytes(written).decode("utf-8")
    except UnicodeError:
        return None


def _base64(written: str) -> str | None:
    text = _percent(written)
    if text is None or not _BASE64.fullmatch(text):
        return None
    text = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _base64_marked(written: str) -> str | None:
    """Base64 after the mark `a1`, as a search engine's click address has it."""
    return _base64(written[2:]) if written[:2] == "a1" else None


def _proofpoint2(written: str) -> str | None:
    """Escapes written with `-` for `%`, and `_` for the slash."""
    return _percent(written.replace("-", "%").replace("_", "/"))


def _proofpoint3(written: str) -> str | None:
    """`<address>__;<base64 of the characters that stars stand for>`; runs of characters (`**`) are left alone."""
    address, mark, packed = written.rpartition("__;")
    if not mark:
        return None
    stars = address.count("*")
    try:
        hidden = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8") if packed else ""
    except (binascii.Error, ValueError):
        return None
    if "**" in address or len(hidden) != stars:
        return None
    parts = address.split("*")
    address = "".join(part + char for part, char in zip(parts, [*hidden, ""], strict=True))
    return _SHORT_SLASHES.sub(r"\1/", address, count=1)


def _cache(written: str) -> str | None:
    """`cache:[mark:]<address>`; with search words behind it the end cannot be told, so it is left alone."""
    text = _percent(written)
    match = _CACHE.fullmatch(text) if text else None
    return match[1] if match else None


_READINGS: dict[str, Callable[[str], str | None]] = {
    "plain": _plain, "percent": _percent, "base64": _base64, "base64_marked": _base64_marked,
    "proofpoint2": _proofpoint2, "proofpoint3": _proofpoint3, "cache": _cache,
}  # fmt: skip
