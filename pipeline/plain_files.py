"""Only what is a file is read: a pipe or a device that was named by mistake would keep a command waiting for ever."""

from __future__ import annotations

import os
import stat

from triage.errors import UnusableInput


def require_file(path: str | os.PathLike[str], called: str) -> None:
    """Refuse whatever is no regular file (a link to one is), before anything opens it.

    `called` names it in the message, which holds no path. Raises UnusableInput, or OSError and ValueError (a name that
    can be none) as `os.stat` does.
    """
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise UnusableInput(f"{called} is a folder: name a file")
    if not stat.S_ISREG(mode):
        raise UnusableInput(f"{called} is a pipe or a device, no file: save what comes from it as a file and name that")
