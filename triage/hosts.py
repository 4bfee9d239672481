"""Everything the rules say about a host alone, worked out once per host: reports name few hosts, many pages of each.

The memo is bounded and belongs to one set of rules (compared by identity), so changed rules never meet old answers.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

from triage.homographs import is_homograph
from triage.suffixes import registrable_domain
from triage.url_rules import Platform, UrlRules, Wrapper

MAX_HOST_CHARS = 253
"""RFC 1035 §2.3.4, as text; longer ones are no names anybody could look up."""
_MEMO_HOSTS = 1 << 16
_PRIVATE_SUFFIXES = frozenset({"local", "internal", "lan", "home", "localdomain", "corp", "intranet"})
"""Names used inside networks only (RFC 6762, ICANN's internal.); no hotline can look there."""
_PRIVATE_DOMAIN = "home.arpa"
"""RFC 8375."""
_PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "224.0.0.0/3",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
"""RFC 1918, 3927, 6598, 5771 and 1112 (multicast and reserved), 4193, 4291, 3879; documentation networks are left
alone on purpose: samples use them."""
_LOOPBACK_NETWORKS = tuple(ipaddress.ip_network(net) for net in ("127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,8})?")


class Host(NamedTuple):
    """What is known of a host before its path is looked at.

    `bare` is without `www.` and mobile prefixes; `steps` names what was left out or is worth a look (homograph);
    `special` says that it may be an onion host or a gateway; `problem` says why nothing there can be looked at.
    """

    domain: str | None
    bare: str
    steps: tuple[str, ...]
    platform: Platform | None
    wrappers: tuple[Wrapper, ...]
    special: bool
    problem: str | None


@lru_cache(maxsize=_MEMO_HOSTS)
def known_host(host: str, rules: UrlRules) -> Host:
    """The facts of a host as the URL parser writes it (lower case, punycode, no trailing dot); never raises."""
    domain = registrable_domain(host)
    steps: list[str] = []
    bare = _without_prefixes(host, domain, rules, steps)
    if bare == domain:
        bare = domain  # one string instead of two: less memory is touched for each address
    if is_homograph(host):
        steps.append("homograph")
    return Host(
        domain=domain,
        bare=bare,
        steps=tuple(steps),
        platform=rules.platforms.get(bare),
        wrappers=rules.wrappers.get(domain, ()) if domain else (),
        special=_is_special(bare, domain, rules),
        problem=_problem(bare, domain),
    )


def no_host(host: str) -> Host:
    """The facts of a host that is too long to be one."""
    return Host(None, host, (), None, (), False, "malformed")


def _without_prefixes(host: str, domain: str | None, rules: UrlRules, steps: list[str]) -> str:
    if domain is None or len(host) == len(domain):
        return host
    while len(host) > len(domain):
        label, _, rest = host.partition(".")
        rule = rules.host_prefixes.get(label)
        if rule is None:
            break
        steps.append(rule)
        host = rest
    labels = host[: -len(domain)].split(".")
    if len(labels) == 3 and labels[1] in rules.inner_labels and _LANGUAGE.fullmatch(labels[0]):
        steps.append(rules.inner_labels[labels[1]])
        return f"{labels[0]}.{domain}"
    return host


def _is_special(bare: str, domain: str | None, rules: UrlRules) -> bool:
    if domain is None:
        return False
    return (
        bare.endswith(".onion")
        or domain in rules.onion_gateways
        or domain.partition(".")[2] in rules.onion_gateways
        or bare in rules.ipfs_gateways
        or ".ipfs." in bare
        or ".ipns." in bare
    )


def _problem(host: str, domain: str | None) -> str | None:
    if domain is None:
        return _unowned_problem(host)
    last = host[host.rfind(".") + 1 :]
    if last == "localhost" or host == "localhost.localdomain":
        return "loopback"
    return "private_address" if last in _PRIVATE_SUFFIXES or domain.endswith(_PRIVATE_DOMAIN) else None


def _unowned_problem(host: str) -> str | None:
    """Why a host nobody registered (address, single label, bare suffix) leads nowhere, or None."""
    if host in ("localhost", ""):
        return "loopback" if host else "malformed"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if host == _PRIVATE_DOMAIN:
            return "private_address"
        return None if "." in host and "" not in host.split(".") else "malformed"
    if any(address in net for net in _LOOPBACK_NETWORKS):
        return "loopback"
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner_address(address)
        if inner is not None:
            return _unowned_problem(str(inner))
    return "private_address" if any(address in net for net in _PRIVATE_NETWORKS) else None


def _inner_address(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for (mapped, compatible, NAT64), or None."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if int(address) >> 32 == 0 or address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
