"""Which operating-system group may share a workspace: asked before anything is made."""

from __future__ import annotations

import grp
import os

from triage.errors import UsageError


def group_id(name: str) -> int:
    """The number of a group this process may hand files to. Raises UsageError; the name is not repeated.

    Only a member (or root) may give a file to a group: chown(2).
    """
    try:
        found = grp.getgrnam(name).gr_gid
    except KeyError:
        raise UsageError("there is no such group on this machine: ask its administrator to make one") from None
    if os.geteuid() != 0 and found not in {os.getegid(), *os.getgroups()}:
        raise UsageError("you are not in that group: be added to it and log in again")
    return found
