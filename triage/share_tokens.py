"""An address as every recipient but police gets it: the same content, without what tells who copied or clicked it.

Share and click marks, campaign and session parameters are left out, also where their value has an unusual shape (a case
key is careful there, a recipient must not learn them), and of a redirect wrapper only its target is told: its own
parameters name the account or mailbox it was made for. What is needed to fetch or show the content stays. An archive's
copy stays the copy. Opaque short links cannot be read and stay as they are; they may tell their maker whose they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from triage.hosts import MAX_HOST_CHARS, Host, known_host, no_host
from triage.url_rules import Parameter, UrlRules
from triage.urls import canonical
from triage.wrappers import copied, target, wraps

MAX_UNWRAPPED = 8
"""Wrappers in wrappers that are taken off; each one makes the address shorter."""
MAX_INSIDE = 8
"""Addresses inside addresses that are cleaned; of a deeper one only the host is told."""
_MAGNET = "magnet:?"
_MEMO_NAME_CHARS = 64
_MARKS = re.compile(r"(&amp;|[&;?])")
"""What stands between parameters, also where people or programs wrote the wrong one."""
_PATH_MARKS = re.compile(r"(&amp;|[&;/])")
_ADDRESS = re.compile(r"https?:/{1,2}(?=[^\s/])", re.IGNORECASE)
_BARE = re.compile(r"(?=[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/)")
_ASP_SESSION = re.compile(r"/\((?:[ASF]\([^()/]{0,800}\)){1,3}\)(?=/|$)")
_MAIL = re.compile(r"[^\s@/?#=]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+(?=/?$|[\s,;>)\"'|&+!])")
"""A mail address in a parameter's value is whose link it is; an address with a path behind it is a place."""
_PHONE_NAME = re.compile(
    r"(?:[a-z]{2,12}[_.-]?)?(?:phone|telephone|telefon|msisdn|gsm)(?:[_.-]?(?:no|num|number|nr|broj))?"
    r"|tel|mobile|mobitel",
    re.IGNORECASE,
)
_PHONE = re.compile(r"[\s+]?\(?[0-9](?:[\s()/.+-]{0,2}[0-9]){6,14}")
_WORLD_PHONE = re.compile(r"\+[1-9](?:[\s()/.-]{0,2}[0-9]){8,13}")
"""A telephone is known by its parameter's name or, under any, by the plus before it: other digits are any page's."""


def without_share_tokens(href: str, rules: UrlRules) -> str:
    """`href` (a canonical address, or any text) so that it still leads to the same content; never raises.

    What is no address with a query, fragment or path session comes back as it is.
    """
    shown = _cleaned(href, rules, 0)
    if shown != href and ("%" in href or "@" in href or "(" in href or href.find("://", 8) > 0):
        for _ in range(MAX_UNWRAPPED):
            shown, before = _cleaned(shown, rules, 0), shown
            if shown == before:
                break
    return shown


def holds_contact(href: str, rules: UrlRules) -> bool:
    """Whether a parameter of the address, or the user before its host, is anybody's mail address or telephone.

    Nobody can say whose: of what is shown there, or of who was logged in and copied it. Police get the exact address
    with this word beside it.
    """
    scheme, _, rest = href.partition("://")
    if scheme not in ("http", "https"):
        return False
    place, _, query, fragment = _split(rest)
    if _MAIL.search(_decoded(place.rpartition("@")[0])[0]):
        return True
    parts = (part.partition("=") for part in _MARKS.split(_decoded(f"{query}&{fragment}")[0]))
    about = _host(place, rules)
    return any(mark != "" and _reaches(name, value, about) for name, mark, value in parts)


def _cleaned(href: str, rules: UrlRules, depth: int) -> str:
    """As above for an address inside `depth` others; too many of them are not told at all."""
    for _ in range(MAX_UNWRAPPED):
        inner = _target(href, rules)
        if inner is None:
            break
        href = inner
    else:
        depth = MAX_INSIDE
    if href.lower().startswith(_MAGNET):
        return _magnet(href)
    if depth >= MAX_INSIDE or _is_unread(href, rules):
        return _root(href)
    return _stripped(href, rules, depth)


def _root(href: str) -> str:
    scheme, mark, rest = href.partition("://")
    return f"{scheme}{mark}{_split(rest)[0].rpartition('@')[2]}/" if mark else ""


def _is_unread(href: str, rules: UrlRules) -> bool:
    """Whether this host has redirects only and more than its root is told."""
    rest = href.partition("://")[2]
    place, path, query, fragment = _split(rest)
    about = _host(place, rules)
    if not (path.strip("/") or query or fragment):
        return False
    return any(one.only and one.host.fullmatch(about.bare) for one in about.wrappers)


def _target(href: str, rules: UrlRules) -> str | None:
    scheme, _, rest = href.partition("://")
    if scheme not in ("http", "https") or not rest:
        return None
    place, path, query, fragment = _split(rest)
    about = _host(place, rules)
    if not about.wrappers or not place.endswith(about.bare):
        return None
    found = target(about.wrappers, about.bare, path or "/", query, fragment)
    if found is None or found[0].copy:
        return None
    address = canonical(found[1], rules)
    return None if address is None or len(address.href) >= len(href) else address.href


def _stripped(href: str, rules: UrlRules, depth: int) -> str:
    scheme, mark, rest = href.partition("://")
    if not mark:
        return href
    place, path, query, fragment = _split(rest)
    about = _host(place, rules)
    if scheme in ("http", "https"):
        place = place.rpartition("@")[2]
    tail = rest[len(rest.partition("/")[0]) :] if path else ""
    start = copied(about.wrappers, about.bare, tail) if about.wrappers and path else None
    inside = _ADDRESS.search(path) if start is None and "http" in path else None
    if start is None and inside is not None:
        start = inside.start()
        tail = path + ("?" + query if query else "") + ("#" + fragment if fragment else "")
    if start is not None:
        return f"{scheme}{mark}{place}{tail[:start]}{_inner(tail[start:], rules, depth)}"
    unread = wraps(about.wrappers, about.bare, path or "/")
    if unread is not None:
        query = "&".join(part for part in query.split("&") if part.partition("=")[0] in unread.names)
    asked = _Asked(about, path, rules, depth)
    if "(" in path:
        path = _ASP_SESSION.sub("", path)
    for one in rules.path_parts:
        if one.sign in path:
            path = one.pattern.sub("", path)
    if "=" in path or "%" in path:
        path = _kept(path, asked, _PATH_MARKS) or "/"
    kept = _kept(query, asked, _MARKS) if query else ""
    shown = f"{scheme}{mark}{place}{path}" + (f"?{kept}" if kept else "")
    fragment = _kept_fragment(fragment, asked)
    return f"{shown}#{fragment}" if fragment else shown


def _inner(text: str, rules: UrlRules, depth: int) -> str:
    """An address inside another one, with the slashes and the scheme (or none) it is written with."""
    match = _ADDRESS.match(text)
    start = match[0] if match else ""
    scheme = start.partition(":")[0].lower() or "https"
    found = _cleaned(f"{scheme}://{text[len(start) :]}", rules, depth + 1)
    made, _, rest = found.partition("://")
    return start + rest if made == scheme else found


class _Asked(NamedTuple):
    """What is asked about the parameters of one address."""

    about: Host
    path: str
    rules: UrlRules
    depth: int


def _kept(text: str, asked: _Asked, marks: re.Pattern[str]) -> str:
    """Parameters between their marks, without those that tell who; addresses in values are cleaned as well."""
    parts = marks.split(text)
    told = [_told(part, asked) for part in parts[::2]]
    beside = [part is not None and _only_beside(part, asked.rules) for part in told]
    if any(beside) and any(part and not one for part, one in zip(told, beside, strict=True)):
        told = [None if one else part for part, one in zip(told, beside, strict=True)]
    kept = ""
    for place, part in zip(range(0, len(parts), 2), told, strict=True):
        if part is not None:
            kept += part if not kept and place and marks is _MARKS else (parts[place - 1] if place else "") + part
    return kept


def _only_beside(part: str, rules: UrlRules) -> bool:
    """Whether the parameter tells who, unless it is all there is: then it may be the place itself."""
    name, mark, value = part.partition("=")
    known = rules.parameters_anywhere.get(name.lower(), ()) if mark else ()
    return any(rule.outside == "beside" and (rule.value is None or rule.value.fullmatch(value)) for rule in known)


def _told(part: str, asked: _Asked) -> str | None:
    """The parameter as others may read it; None when it tells who."""
    name, mark, value = part.partition("=")
    if mark:
        known = _named(name, asked.rules) if len(name) <= _MEMO_NAME_CHARS else _named.__wrapped__(name, asked.rules)
        if known is None or (known and any(_leaves_out(rule, value, asked.about, asked.path) for rule in known)):
            return None
        start = name + mark
        if _reaches(name, value, asked.about):
            return None
    else:
        start, value = "", part
    if "%" not in value and "@" not in value and "://" not in value:
        return part
    text, times = _decoded(value)
    match = _ADDRESS.search(text) or _BARE.match(text)
    if match is None:
        return part
    clean = text[: match.start()] + _inner(text[match.start() :], asked.rules, asked.depth)
    if clean == text:
        return part
    for _ in range(times):
        clean = quote(clean, safe="", errors="replace")
    return start + clean


def _reaches(name: str, value: str, about: Host) -> bool:
    """Whether a parameter's value is somebody's mail address or telephone; a messenger's number is its place."""
    text = _decoded(value)[0] if "%" in value else value
    if "@" in text:
        return _MAIL.search(text) is not None
    if not text[-1:].isdecimal() or about.platform is not None:
        return False
    named = _PHONE_NAME.fullmatch(name) is not None
    return (_PHONE if named else _WORLD_PHONE).fullmatch(text) is not None


@lru_cache(maxsize=1 << 14)
def _named(name: str, rules: UrlRules) -> tuple[Parameter, ...] | None:
    """The rules of a parameter's name, however it is escaped or indexed; None where the name alone tells who."""
    plain = (_decoded(name)[0] if "%" in name else name).strip(" +\t").lower()
    if plain.startswith(rules.prefix_starts):
        return None
    known = rules.parameters_anywhere
    return tuple(rule for one in {plain, plain.partition("[")[0]} for rule in known.get(one, ()))


def _decoded(text: str) -> tuple[str, int]:
    """Without percent escapes, and how often they had to be undone (an address may be written so several times)."""
    for times in range(MAX_INSIDE):
        plain = unquote(text)
        if plain == text or (times and _ADDRESS.search(text)):
            return text, times
        text = plain
    return text, MAX_INSIDE


def _leaves_out(rule: Parameter, value: str, about: Host, path: str) -> bool:
    if rule.outside in ("kept", "beside") or (rule.hosts is not None and about.bare not in rule.hosts):
        return False
    if rule.pages is not None and rule.pages.fullmatch(path):
        return False
    return rule.outside == "always" or rule.value is None or rule.value.fullmatch(value) is not None


def _kept_fragment(fragment: str, asked: _Asked) -> str:
    """The fragment without a marked passage (it tells what somebody read), and without marks among its parameters."""
    fragment = fragment.partition(":~:")[0]
    if "=" not in fragment and "%" not in fragment:
        return fragment
    head, mark, query = fragment.partition("?")
    head, query = _kept(head, asked, _MARKS), _kept(query, asked, _MARKS)
    return head + mark + query if query else head


def _magnet(href: str) -> str:
    """Only what is shared: trackers of closed circles carry a member's key, and the name is the sharer's wording."""
    parts = href[len(_MAGNET) :].split("&")
    return _MAGNET + "&".join(part for part in parts if part.lower().startswith(("xt=", "so=")))


def _split(rest: str) -> tuple[str, str, str, str]:
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    place, slash, path = rest.partition("/")
    return place, slash + path, query, fragment


def _host(place: str, rules: UrlRules) -> Host:
    host = place.rpartition("@")[2]
    host = host if host[:1] == "[" else host.partition(":")[0].lower()
    return known_host(host, rules) if len(host) <= MAX_HOST_CHARS else no_host(host)
