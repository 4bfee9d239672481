"""Which part of a host somebody can register: the public suffix list as bundled with tldextract, never the network.

Why an own lookup: `tldextract` imports an HTTP client (slow start) and keeps a cache folder; its bundled snapshot of
https://publicsuffix.org/list/ (MPL-2.0) is all that is needed. It is read once, at first use, as package data. The
private part of the list counts too (two people's blogs under one blog host are two owners), which only ever keeps more
addresses apart. Hosts are given as the URL parser leaves them: lower case, punycode, no trailing dot.
"""

from __future__ import annotations

import importlib.util
from functools import cache, lru_cache
from importlib.abc import ResourceLoader
from pathlib import PurePath

import ada_url

from triage.errors import BadConfiguration

_MEMO_HOSTS = 1 << 16
_MAX_SUFFIX_LABELS = 8
"""The longest rule of the bundled list has seven labels, wildcard included."""


@lru_cache(maxsize=_MEMO_HOSTS)
def registrable_domain(host: str) -> str | None:
    """The domain an owner registered, e.g. `a.co.uk` of `x.a.co.uk`.

    None for IP addresses, bare suffixes, a single label or empty labels. A host under no known suffix counts its last
    label as suffix, as the list's rule `*` says.
    """
    labels = host.split(".")
    if len(labels) == 1 or host[:1] == "[" or labels[-1].isdigit() or "" in labels:
        return None
    suffix = _suffix_length(labels)
    return ".".join(labels[-suffix - 1 :]) if suffix < len(labels) else None


def is_top_level(label: str) -> bool:
    """Whether a last label (lower case, punycode) is a top-level domain of the list."""
    return label in _rules()[1]


def _suffix_length(labels: list[str]) -> int:
    rules = _rules()[0]
    for start in range(max(0, len(labels) - _MAX_SUFFIX_LABELS), len(labels)):
        name = ".".join(labels[start:])
        if name in rules:
            return len(labels) - start
        if "!" + name in rules:
            return len(labels) - start - 1
        rest = name.partition(".")[2]
        if rest and "*." + rest in rules:
            return len(labels) - start
    return 1


@cache
def _rules() -> tuple[frozenset[str], frozenset[str]]:
    rules = frozenset(_to_ascii(line) for line in _snapshot().splitlines() if line and not line.startswith("//"))
    return rules, frozenset(rule.rpartition(".")[2] for rule in rules)


def _to_ascii(rule: str) -> str:
    rule = rule.strip()
    return rule if rule.isascii() else ada_url.idna_to_ascii(rule).decode()


def _snapshot() -> str:
    spec = importlib.util.find_spec("tldextract")
    if spec is None or spec.origin is None or not isinstance(spec.loader, ResourceLoader):
        raise BadConfiguration("the package tldextract is not installed; install this project again")
    path = PurePath(spec.origin).with_name(".tld_set_snapshot")
    return spec.loader.get_data(str(path)).decode()
