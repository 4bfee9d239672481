"""The case key of a parsed address: what two addresses share when they show the same content for practical purposes.

A false merge is a lost report, so every step is narrow: path case, `%2F`, other ports, `#!` and `#/` routes, repeated
parameters in other order, onion subdomains and content ids all stay apart. Every step that changed something is named
in the trail, so that people see why two reports met. Keys start with their kind: `url:`, `onion:`, `ipfs:`, `handle:`,
`invite:`.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import quote

from triage.suffixes import registrable_domain
from triage.url_rules import Form, Platform, UrlRules

PRIVATE_SUFFIXES = frozenset({"local", "internal", "lan", "home", "localdomain", "corp", "intranet"})
"""Names used inside networks only (RFC 6762, ICANN's internal.); no hotline can look there."""
_PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
"""RFC 1918, 3927, 6598, 4193, 4291; documentation networks are left alone on purpose: samples use them."""
_LOOPBACK_NETWORKS = tuple(ipaddress.ip_network(net) for net in ("127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128"))
_SLASHES = re.compile(r"/{2,}")
_PATH_SESSION = re.compile(r";jsessionid=[A-Za-z0-9._!-]{24,64}(?=/|$)", re.IGNORECASE)
_CONTENT_ID = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{50,}|[kz][0-9A-Za-z]{40,}")
_ONION_NAME = re.compile(r"(?:[a-z0-9-]+\.)*(?:[a-z2-7]{16}|[a-z2-7]{56})")


class Keyed(NamedTuple):
    """A case key with its kind, the owner's domain, why the address leads nowhere (or None), and the steps taken."""

    kind: str
    key: str
    registrable_domain: str | None
    problem: str | None
    trail: tuple[str, ...]


def keyed(scheme: str, host: str, port: str, path: str, query: str, fragment: str, rules: UrlRules) -> Keyed:
    """Case key of an http(s), ftp or ws address in its parts, each as serialised by the URL parser.

    `port` is empty when default, `path` begins with a slash, `query` and `fragment` come without their mark.
    """
    trail: list[str] = []
    domain = registrable_domain(host)
    bare = _without_prefixes(host, domain, rules, trail)
    if query:
        query = _kept_parameters(query, bare, rules, trail)
    platform = rules.platforms.get(bare) if not port else None
    if platform is not None:
        found = _platform_key(platform, bare, path, query, fragment)
        if found is not None:
            kind, key = found
            trail.append("platform:" + platform.name)
            return Keyed(kind, key, domain, None, tuple(trail))
    short = path if path == "/" else _short_path(path, rules, trail)
    kind, place, short = _place(bare, port, short, domain, rules, trail)
    key = f"{kind}:{place}{short}"
    if not scheme.startswith("http"):
        key = f"{kind}:{scheme}://{place}{short}"
    if query:
        key += "?" + query
    if fragment:
        key += _route(fragment, trail)
    problem = _host_problem(bare, domain)
    if platform is not None and not query and not fragment and (not short or short in platform.home):
        problem = "bare_platform"
        trail.append("platform:" + platform.name)
    return Keyed(kind, key, domain, problem, tuple(trail))


def ipfs_key(href: str, rules: UrlRules, trail: list[str]) -> str:
    """Case key of a parsed `ipfs://` or `ipns://` address: the content id keeps its case; steps go on the trail."""
    scheme, _, rest = href.partition("://")
    place, mark, query = rest.partition("#")[0].partition("?")
    name, slash, path = place.partition("/")
    short = _short_path(slash + path, rules, trail) if path else ""
    return ("ipfs:" if scheme == "ipfs" else "ipfs:ipns/") + name + short + mark + query


def _without_prefixes(host: str, domain: str | None, rules: UrlRules, trail: list[str]) -> str:
    if domain is None or len(host) == len(domain):
        return host
    while len(host) > len(domain):
        label, _, rest = host.partition(".")
        rule = rules.host_prefixes.get(label)
        if rule is None:
            break
        trail.append(rule)
        host = rest
    return host


def _kept_parameters(query: str, host: str, rules: UrlRules, trail: list[str]) -> str:
    parts = query.split("&")
    kept = [part for part in parts if part and not _is_share_parameter(part, host, rules, trail)]
    if len(kept) > 1:
        ordered = sorted(kept, key=_name_of)
        if ordered != kept:
            trail.append("parameter_order")
            kept = ordered
    return "&".join(kept)


def _name_of(part: str) -> str:
    return part.partition("=")[0]


def _is_share_parameter(part: str, host: str, rules: UrlRules, trail: list[str]) -> bool:
    name, _, value = part.partition("=")
    for parameter in rules.parameters.get(name, ()):
        if parameter.hosts is not None and host not in parameter.hosts:
            continue
        if parameter.value is None or parameter.value.fullmatch(value):
            trail.append("parameter:" + parameter.rule)
            return True
    for prefix, rule in rules.parameter_prefixes:
        if name.startswith(prefix):
            trail.append("parameter:" + rule)
            return True
    return False


def _short_path(path: str, rules: UrlRules, trail: list[str]) -> str:
    """Path without doubled slashes, index page, session and last slash; the root is `/`, later written empty."""
    if "//" in path:
        path = _SLASHES.sub("/", path)
        trail.append("doubled_slash")
    if ";" in path and (cleaned := _PATH_SESSION.sub("", path)) != path:
        path = cleaned
        trail.append("path_session")
    folder, _, page = path.rpartition("/")
    rule = rules.index_pages.get(page)
    if rule is not None:
        trail.append(rule)
        return folder or "/"
    if not page and folder:
        trail.append("trailing_slash")
        return folder
    return path


def _place(
    host: str, port: str, path: str, domain: str | None, rules: UrlRules, trail: list[str]
) -> tuple[str, str, str]:
    """Kind, host with port, and path; web fronts of onion and ipfs are led back to what they show."""
    path = "" if path == "/" else path
    if domain is None:
        return "url", host + port, path
    if host.endswith(".onion"):
        return "onion", host + port, path
    if not port and (domain in rules.onion_gateways or host in rules.ipfs_gateways or ".ipfs." in host):
        found = _behind_gateway(host, path, domain, rules, trail)
        if found is not None:
            return found
    return "url", host + port, path


def _behind_gateway(
    host: str, path: str, domain: str, rules: UrlRules, trail: list[str]
) -> tuple[str, str, str] | None:
    front = next((f for f in (domain, _after_first_dot(domain)) if f in rules.onion_gateways), None)
    if front is not None and _ONION_NAME.fullmatch(host[: -len(front) - 1]):
        trail.append(rules.onion_gateways[front])
        return "onion", host[: -len(front)] + "onion", path
    name, dot, front = host.partition(".ipfs.")
    if dot and front in rules.ipfs_gateways and _CONTENT_ID.fullmatch(name):
        trail.append(rules.ipfs_gateways[front])
        return "ipfs", name, path
    if host in rules.ipfs_gateways and path.startswith("/ipfs/"):
        name, slash, rest = path[6:].partition("/")
        if _CONTENT_ID.fullmatch(name):
            trail.append(rules.ipfs_gateways[host])
            return "ipfs", name, slash + rest
    return None


def _after_first_dot(host: str) -> str:
    return host.partition(".")[2]


def _route(fragment: str, trail: list[str]) -> str:
    if fragment[0] in "!/":
        return "#" + fragment
    trail.append("fragment")
    return ""


def _platform_key(platform: Platform, host: str, path: str, query: str, fragment: str) -> tuple[str, str] | None:
    target = path.rstrip("/") or "/"
    first = target.split("/", 2)[1]
    if query:
        target += "?" + query
    if fragment and (platform.fragment or fragment[0] in "!/"):
        target += "#" + fragment
    for form in platform.forms:
        if form.hosts is not None and host not in form.hosts:
            continue
        match = form.path.fullmatch(target)
        if match and not _is_reserved(form, match[1], first, platform):
            name = match[1].lower() if form.fold else match[1]
            return form.kind, f"{form.kind}:{form.key.format(name)}"
    return None


def _is_reserved(form: Form, name: str, first: str, platform: Platform) -> bool:
    return form.kind == "handle" and name == first and name.lower() in platform.reserved


def _host_problem(host: str, domain: str | None) -> str | None:
    if domain is None:
        return _unowned_problem(host)
    last = host[host.rfind(".") + 1 :]
    if last == "localhost":
        return "loopback"
    return "private_address" if last in PRIVATE_SUFFIXES else None


def _unowned_problem(host: str) -> str | None:
    """Why a host nobody registered (address, single label, bare suffix) leads nowhere, or None."""
    if host in ("localhost", ""):
        return "loopback" if host else "malformed"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None if "." in host and "" not in host.split(".") else "malformed"
    if any(address in net for net in _LOOPBACK_NETWORKS):
        return "loopback"
    return "private_address" if any(address in net for net in _PRIVATE_NETWORKS) else None


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
