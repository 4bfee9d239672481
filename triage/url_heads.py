"""What an address begins with: scheme, host and port, worked out once per way of writing them.

Reports name few hosts and many pages of each. `Heads` answers for those the URL parser would leave as they are but for
the case of the host and a default port (RFC 3986 §6.2.2.1, §6.2.3); all others are the parser's. Bounded, per rules.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import ada_url

from triage.case_keys import Place, place_of
from triage.hosts import MAX_HOST_CHARS
from triage.suffixes import is_top_level
from triage.url_rules import UrlRules

DEFAULT_PORTS = {"http": ":80", "https": ":443", "ftp": ":21", "ws": ":80", "wss": ":443"}
_USUAL_SUFFIXES = frozenset({"com", "net", "org", "ba", "hr", "rs", "me", "de", "ru", "info", "example"})
"""Spares the look-up for most hosts; every one is a top-level domain or a reserved name."""
_MAX_PORT = 65535
_LAST_LABEL = re.compile(r"[a-z][a-z0-9-]*")
_NO_SCHEME = ("no_scheme",)
_MEMO_HEADS, _MEMO_HEAD_CHARS = 1 << 16, 300


class Head(NamedTuple):
    """What an address begins with: how the parser writes it, what must stand before the text as it is (None when that
    is written otherwise), the step of a missing scheme, that and the place's steps, and the place."""

    written: str
    before: str | None
    first: tuple[str, ...]
    steps: tuple[str, ...]
    place: Place


class Heads(dict[str, Head | None]):
    """Scheme, host and port as written, to what they mean; None for those that only the parser should read."""

    def __init__(self, rules: UrlRules) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, head: str) -> Head | None:
        found = _read_head(head, self._rules)
        if len(self) >= _MEMO_HEADS:
            self.clear()
        if len(head) <= _MEMO_HEAD_CHARS:
            self[head] = found
        return found


@lru_cache(maxsize=8)
def heads_of(rules: UrlRules) -> Heads:
    """The memo that belongs to one set of rules (compared by identity)."""
    return Heads(rules)


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


def _read_head(head: str, rules: UrlRules) -> Head | None:
    scheme, _, host_port = head.rpartition("://")
    written, colon, port = host_port.partition(":")
    port, host = colon + port, written.lower()
    as_written = host == written
    if port and scheme and port == DEFAULT_PORTS[scheme]:
        port, as_written = "", False
    place = (_plain_place if len(host) <= MAX_HOST_CHARS else _plain_place.__wrapped__)(host, port, rules)
    if place is None:
        return None
    if not scheme and host.rpartition(".")[2] not in _USUAL_SUFFIXES and not is_host_name(host, rules):
        return None
    if scheme:
        return Head(f"{scheme}://{host}{port}", "" if as_written else None, (), place.steps, place)
    return Head(
        f"https://{host}{port}", "https://" if as_written else None, _NO_SCHEME, _NO_SCHEME + place.steps, place
    )


@lru_cache(maxsize=_MEMO_HEADS)
def _plain_place(host: str, port: str, rules: UrlRules) -> Place | None:
    """The place on the web, where the parser surely leaves host and port as they are; otherwise None."""
    dot = host.rfind(".")
    if dot < 1 or host[0] == "." or ".." in host:
        return None
    last = host[dot + 1 :]
    if last not in _USUAL_SUFFIXES and (not _LAST_LABEL.fullmatch(last) or last == "onion" or "xn--" in host):
        return None
    if port and (port in (":80", ":443") or int(port[1:]) > _MAX_PORT):
        return None
    return place_of("https", host, port, rules)
