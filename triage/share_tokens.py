"""An address as every recipient but police gets it: the same content, without what tells who copied or clicked it.

Share and click marks, campaign and session parameters are left out, also where their value has an unusual shape (a case
key is careful there, a recipient must not learn them), and of a redirect wrapper only its target is told: its own
parameters name the account or mailbox it was made for. What is needed to fetch or show the content stays. An archive's
copy stays the copy. Opaque short links cannot be read and stay as they are; they may tell their maker whose they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from triage.hosts import MAX_HOST_CHARS, Host, known_host, no_host
from triage.url_rules import Parameter, UrlRules
from triage.urls import canonical
from triage.wrappers import target, wraps

MAX_UNWRAPPED = 8
"""Wrappers in wrappers that are taken off; each one makes the address shorter."""
_MAGNET = "magnet:?"
_MAIL = re.compile(r"[^\s@/?#=]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+$")
"""A mail address as a parameter's value is whose link it is."""


def without_share_tokens(href: str, rules: UrlRules) -> str:
    """`href` (a canonical address, or any text) so that it still leads to the same content; never raises.

    What is no address with a query, fragment or path session comes back as it is.
    """
    for _ in range(MAX_UNWRAPPED):
        inner = _target(href, rules)
        if inner is None:
            break
        href = inner
    if href.lower().startswith(_MAGNET):
        return _magnet(href)
    return _stripped(href, rules)


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


def _stripped(href: str, rules: UrlRules) -> str:
    scheme, mark, rest = href.partition("://")
    if not mark:
        return href
    place, path, query, fragment = _split(rest)
    about = _host(place, rules)
    unread = wraps(about.wrappers, about.bare, path or "/")
    if unread is not None:
        query = "&".join(part for part in query.split("&") if part.partition("=")[0] in unread.names)
    for part in rules.path_parts:
        if part.sign in path:
            path = part.pattern.sub("", path)
    kept = _kept(query.split("&"), about, rules) if query else ""
    if scheme in ("http", "https"):
        place = place.rpartition("@")[2]
    shown = f"{scheme}{mark}{place}{path}" + (f"?{kept}" if kept else "")
    fragment = _kept_fragment(fragment, about, rules)
    return f"{shown}#{fragment}" if fragment else shown


def _kept(parts: Iterable[str], about: Host, rules: UrlRules) -> str:
    return "&".join(part for part in parts if not _tells_who(part, about, rules))


def _tells_who(part: str, about: Host, rules: UrlRules) -> bool:
    name, _, value = part.partition("=")
    name = unquote(name).lower()
    if name.startswith(rules.prefix_starts) or _MAIL.search(unquote(value)):
        return True
    return any(_leaves_out(rule, value, about) for rule in rules.parameters_anywhere.get(name, ()))


def _leaves_out(rule: Parameter, value: str, about: Host) -> bool:
    if rule.outside == "kept" or (rule.hosts is not None and about.bare not in rule.hosts):
        return False
    return rule.outside == "always" or rule.value is None or rule.value.fullmatch(value) is not None


def _kept_fragment(fragment: str, about: Host, rules: UrlRules) -> str:
    """The fragment without a marked passage (it tells what somebody read), and without marks among its parameters."""
    fragment = fragment.partition(":~:")[0]
    if "=" not in fragment:
        return fragment
    head, mark, query = fragment.rpartition("?")
    kept = _kept(query.split("&"), about, rules)
    return head + mark + kept if kept else head


def _magnet(href: str) -> str:
    """Only what is shared: trackers of closed circles carry a member's key, and the name is the sharer's wording."""
    return _MAGNET + "&".join(part for part in href[len(_MAGNET) :].split("&") if part.lower().startswith("xt="))


def _split(rest: str) -> tuple[str, str, str, str]:
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    place, slash, path = rest.partition("/")
    return place, slash + path, query, fragment


def _host(place: str, rules: UrlRules) -> Host:
    host = place.rpartition("@")[2]
    host = host if host[:1] == "[" else host.partition(":")[0].lower()
    return known_host(host, rules) if len(host) <= MAX_HOST_CHARS else no_host(host)
