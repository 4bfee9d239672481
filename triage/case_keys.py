"""The case key of a parsed address: what two addresses share when they show the same content for practical purposes.

A false merge is a lost report, so every step is narrow: path case, `%2F`, other ports, `#!` and `#/` routes, repeated
parameters (however their name is written) and parts without `=` in other order, onion subdomains and content ids all
stay apart. Every step that changed something is named
in the trail, so that people see why two reports met. Keys start with their kind: `url:`, `onion:`, `ipfs:`, `handle:`,
`invite:`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import quote, unquote

from triage.hosts import MAX_HOST_CHARS, known_host, no_host
from triage.url_forms import Forms, form_key, forms_of
from triage.url_rules import Parameter, Platform, UrlRules, Wrapper
from triage.wrappers import fitting

_SLASHES = re.compile(r"(?<!:)(?<!%3A)/{2,}")
"""Not the two slashes of an address inside a path: they are part of its name there."""
_ANCHOR = re.compile(r"(?:[A-Z]?[a-z]{1,14}|[A-Z]{1,15})(?:[_.:-](?:[A-Z]?[a-z]{1,14}|[A-Z]{1,15}))*+")
"""A fragment of plain words (`top`, `section-name`): a place on the page. Numbers, slashes, long or mixed letters may
choose what is shown (picture 12 of an album) or be the key of something encrypted."""
_CONTENT_ID = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,}|[kz][0-9A-Za-z]{40,}")
_PEER_NAME = re.compile(r"k[0-9a-z]{50,}|(?:Qm|12D3)[1-9A-HJ-NP-Za-km-z]{44,48}|[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_NOT_IN_ORDERS = re.compile(r"[^A-Za-z0-9]")
_MEMO_NAMES, _MEMO_NAME_CHARS = 1 << 14, 64
_FIRST = itemgetter(0)
_ONION_NAME = re.compile(r"(?:[a-z0-9-]+\.)*(?:[a-z2-7]{16}|[a-z2-7]{56})")


class Odd(NamedTuple):
    """What only few hosts have: a platform with its forms for this host, or being an onion host or a gateway."""

    platform: Platform | None
    forms: Forms
    special: bool
    scheme: str
    port: str


class Place(NamedTuple):
    """All that scheme, host and port say about the case key of an address, before its path is looked at.

    `start` is the key up to the path; `bare`, `domain`, `steps` and `problem` are as in `triage.hosts.Host`; `wrappers`
    are the rules that fit the whole host; platforms and wrappers count on the usual port only.
    """

    start: str
    bare: str
    domain: str | None
    steps: tuple[str, ...]
    odd: Odd | None
    wrappers: tuple[Wrapper, ...]
    problem: str | None


def place_of(scheme: str, host: str, port: str, rules: UrlRules) -> Place:
    """The place of an http(s), ftp or ws address as serialised by the URL parser; `port` is empty when default."""
    about = known_host(host, rules) if len(host) <= MAX_HOST_CHARS else no_host(host)
    if scheme.startswith("http"):
        scheme = ""
    usual = not scheme and not port
    platform = about.platform if usual else None
    special = about.special and about.domain is not None
    odd = None
    if special or platform is not None:
        odd = Odd(platform, forms_of(about.bare if platform else "", rules), special, scheme, port)
    start = f"url:{scheme}{'://' if scheme else ''}{about.bare}{port}"
    wrappers = fitting(about.wrappers, about.bare) if usual else ()
    return Place(start, about.bare, about.domain, about.steps, odd, wrappers, about.problem)


def keyed(
    place: Place, path: str, query: str, fragment: str, rules: UrlRules, trail: list[str], marked: bool
) -> tuple[str, str, str | None]:
    """Kind, case key, and why the address leads nowhere (or None); steps taken after the host's go on the trail.

    `path` begins with a slash, `query` and `fragment` come without their mark, all as the URL parser writes them.
    `marked` is False when the path surely has unreserved characters and single slashes only.
    """
    start, bare, _, _, odd, _, problem = place
    if query:
        query = _kept_parameters(query, bare, path, rules, trail)
    if fragment and ":~:" in fragment:
        fragment = fragment.partition(":~:")[0]
        trail.append("text_fragment")
    if odd is not None:
        return _odd_key(place, odd, path, query, fragment, rules, trail)
    if marked:
        path = _without_marks(path, rules, trail)
    page = path[path.rfind("/") + 1 :]
    if not page or page in rules.index_pages:
        path = _without_page(path, rules, trail)
        if path == "/":
            path = ""
    key = f"{start}{path}?{query}" if query else start + path
    if fragment:
        key += _route(fragment, False, bare, rules, trail)
    return "url", key, problem


def _odd_key(
    place: Place, odd: Odd, path: str, query: str, fragment: str, rules: UrlRules, trail: list[str]
) -> tuple[str, str, str | None]:
    platform, problem = odd.platform, place.problem
    if platform is not None:
        form = form_key(platform, odd.forms, _form_target(platform, path, query, fragment))
        if form is not None:
            trail.append("platform:" + platform.name)
            return (*form, None)
    short = short_path(path, rules, trail)
    kind, key, short = "url", place.start, "" if short == "/" else short
    if odd.special:
        kind, key, short = _special_start(place, odd, short, rules, trail)
    key += short
    if query:
        key += "?" + query
    if fragment:
        key += _route(fragment, platform is not None and platform.fragment, place.bare, rules, trail)
    if platform is not None and not query and not fragment and (not short or short in platform.home):
        problem = "bare_platform"
        trail.append("platform:" + platform.name)
    return kind, key, problem


def ipfs_key(href: str, rules: UrlRules, trail: list[str]) -> str:
    """Case key of a parsed `ipfs://` or `ipns://` address: the content id keeps its case; steps go on the trail."""
    scheme, _, rest = href.partition("://")
    rest, _, fragment = rest.partition("#")
    place, mark, query = rest.partition("?")
    name, slash, path = place.partition("/")
    short = short_path(slash + path, rules, trail) if path else ""
    route = _route(fragment, False, "", rules, trail) if fragment else ""
    return ("ipfs:" if scheme == "ipfs" else "ipfs:ipns/") + name + short + mark + query + route


def _kept_parameters(query: str, host: str, path: str, rules: UrlRules, trail: list[str]) -> str:
    """The query without share parameters, and in the order of names where that says nothing."""
    known = rules.parameter_names
    kept: list[str] = []
    doubtful: list[tuple[str, str]] = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        asked = known[name]
        if asked and (step := asked if isinstance(asked, str) else share_step(asked, value, host, path)):
            if step in rules.only_beside:
                doubtful.append((part, step))
            else:
                trail.append(step)
        elif part:
            kept.append(part)
    if doubtful and kept:
        trail.extend(step for _, step in doubtful)
    elif doubtful:
        return "&".join([part for part, _ in doubtful])
    if len(kept) == 1:
        return kept[0]
    return "&".join(_in_order(kept, trail))


def _in_order(parts: list[str], trail: list[str]) -> list[str]:
    """Parameters in the order of their names, those of one name as they come; all as they come where one has no `=`
    (`?show&12`: its place says what it means) or a name of other letters, which servers fold in ways of their own."""
    orders = [_order_of(part) for part in parts]
    if None in orders:
        return parts
    by_name = sorted(zip(orders, parts, strict=True), key=_FIRST)
    if [order for order, _ in by_name] == orders:
        return parts
    trail.append("parameter_order")
    return [part for _, part in by_name]


def _order_of(part: str) -> str | None:
    name, mark, _ = part.partition("=")
    if not mark:
        return None
    return order_of_name(name) if len(name) <= _MEMO_NAME_CHARS else order_of_name.__wrapped__(name)


@lru_cache(maxsize=_MEMO_NAMES)
def order_of_name(name: str) -> str | None:
    """What parameters are sorted by: small letters and digits of the decoded name up to a `[`; None: not sorted.

    So two names that some server takes for one never change places: `ID` and `id`, `a+b` and `a%20b`, `a.b` and `a_b`,
    `a%5B%5D` and `a[0]` (https://www.php.net/manual/en/language.variables.external.php).
    """
    plain = unquote(name, "latin-1") if "%" in name else name
    if not plain.isascii():
        return None
    return _NOT_IN_ORDERS.sub("", plain.partition("[")[0]).lower()


def share_step(parameters: tuple[Parameter, ...], value: str, host: str, path: str) -> str | None:
    """The step that leaves a parameter out, by the first of the rules for its name that fits; None when none does."""
    for parameter in parameters:
        if parameter.hosts is not None and host not in parameter.hosts:
            continue
        if parameter.paths is not None and not parameter.paths.fullmatch(path):
            continue
        if parameter.value is None or parameter.value.fullmatch(value):
            return "parameter:" + parameter.rule
    return None


def short_path(path: str, rules: UrlRules, trail: list[str]) -> str:
    """Path without doubled slashes, index page, session and last slash; the root is `/`, later written empty."""
    return _without_page(_without_marks(path, rules, trail), rules, trail)


def _without_marks(path: str, rules: UrlRules, trail: list[str]) -> str:
    for rule, sign, pattern in rules.path_parts:
        if sign in path and (cleaned := pattern.sub("", path)) != path:
            path = cleaned or "/"
            trail.append(rule)
    if "//" in path and (cleaned := _SLASHES.sub("/", path)) != path:
        path = cleaned
        trail.append("doubled_slash")
    return path


def _without_page(path: str, rules: UrlRules, trail: list[str]) -> str:
    slash = path.rfind("/")
    page = path[slash + 1 :]
    if page in rules.index_pages:
        trail.append(rules.index_pages[page])
        return path[:slash] or "/"
    if not page and slash > 0:
        trail.append("trailing_slash")
        return path[:slash]
    return path


def _special_start(place: Place, odd: Odd, path: str, rules: UrlRules, trail: list[str]) -> tuple[str, str, str]:
    """Kind, key up to the path, and path; web fronts of onion and ipfs are led back to what they show."""
    host = place.bare
    if host.endswith(".onion"):
        return "onion", "onion" + place.start.removeprefix("url"), path
    found = None
    if not odd.scheme and not odd.port:
        found = _behind_onion_gateway(host, path, place.domain or "", rules, trail) or _behind_ipfs_gateway(
            host, path, rules, trail
        )
    if found is None:
        return "url", place.start, path
    kind, name, rest = found
    return kind, f"{kind}:{name}", rest


def _behind_onion_gateway(
    host: str, path: str, domain: str, rules: UrlRules, trail: list[str]
) -> tuple[str, str, str] | None:
    front = next((f for f in (domain, _after_first_dot(domain)) if f in rules.onion_gateways), None)
    if front is None or not _ONION_NAME.fullmatch(host[: -len(front) - 1]):
        return None
    trail.append(rules.onion_gateways[front])
    return "onion", host[: -len(front)] + "onion", path


def _behind_ipfs_gateway(host: str, path: str, rules: UrlRules, trail: list[str]) -> tuple[str, str, str] | None:
    for space, names in (("ipfs", _CONTENT_ID), ("ipns", _PEER_NAME)):
        name, dot, front = host.partition(f".{space}.")
        rest = path
        if not dot:
            front = host
            if not path.startswith(f"/{space}/"):
                continue
            name, slash, rest = path[len(space) + 2 :].partition("/")
            rest = slash + rest
        if front in rules.ipfs_gateways and names.fullmatch(name) and not (dot and "." in name):
            trail.append(rules.ipfs_gateways[front])
            return "ipfs", name if space == "ipfs" else "ipns/" + name, rest
    return None


def _after_first_dot(host: str) -> str:
    return host.partition(".")[2]


def _route(fragment: str, kept: bool, host: str, rules: UrlRules, trail: list[str]) -> str:
    """The fragment where it may say what is shown: all but plain words and share parameters; any where the host's rule
    keeps it."""
    if not kept and fragment[0] not in "!/" and "=" in fragment:
        values = _kept_parameters(fragment, host, "", rules, trail)
        if values:
            return "#" + values
    elif kept or not _ANCHOR.fullmatch(fragment):
        return "#" + fragment
    trail.append("fragment")
    return ""


def _form_target(platform: Platform, path: str, query: str, fragment: str) -> str:
    """What forms are compared with, as `form_key` says."""
    target = path.rstrip("/") or "/"
    if query:
        target += "?" + query
    if fragment and (platform.fragment or fragment[0] in "!/"):
        target += "#" + fragment
    return target


def handle_key(platform: Platform | None, name: str) -> str:
    """Case key of a name somebody wrote without an address; unknown platform is `?`, so it never meets a known one."""
    if platform is None:
        return "handle:?/" + name
    return f"handle:{platform.name}/{name.lower() if platform.fold else name}"


def handle_address(platform: Platform | None, name: str) -> str:
    """The page of a named person, where the platform has such pages; otherwise `platform:@name` or `@name`."""
    if platform is None:
        return "@" + name
    return platform.profile.format(quote(name, safe="")) if platform.profile else f"{platform.name}:@{name}"
