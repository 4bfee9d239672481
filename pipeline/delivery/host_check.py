"""Where a host answers now: the addresses its name leads to, asked of the system's resolver. Off unless switched on.

A look-up tells the resolver's operator which host somebody asks about; so it is made only where the setting
`notices_recheck` is `dns`, and nothing is ever fetched from the host itself.
"""

from __future__ import annotations

import socket
from typing import Protocol


class Resolver(Protocol):
    """Answers where a name leads."""

    def addresses(self, host: str) -> frozenset[str]:
        """Network addresses as text; empty where the name leads nowhere or nobody answered."""


class SystemResolver(Resolver):
    """The operating system's."""

    def addresses(self, host: str) -> frozenset[str]:
        """As of `getaddrinfo`; every failure is an empty answer, which counts as a change."""
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return frozenset()
        return frozenset(str(one[4][0]) for one in found)
