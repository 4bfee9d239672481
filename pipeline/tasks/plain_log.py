"""What Luigi logs of our own errors: their sentence alone, which tells a person what to do.

Luigi asks a task whether it is complete before it runs it, and logs what that raises with the whole traceback as text.
"""

from __future__ import annotations

import logging
import re

_OWN_ERROR = re.compile(
    r"\nTraceback \(most recent call last\):\n.*\ntriage\.errors\.\w+: (?P<said>.+)\s*\Z", re.DOTALL
)


class OwnSentence(logging.Filter):
    """Lets every record through; one that ends with the traceback of an error of ours keeps its sentence."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true."""
        found = _OWN_ERROR.search(record.getMessage())
        if found:
            record.msg, record.args = found["said"].rstrip(), ()
        return True


def speak_plainly() -> None:
    """Once is enough for a process: the filter stays on Luigi's logger."""
    logger = logging.getLogger("luigi-interface")
    if not any(isinstance(one, OwnSentence) for one in logger.filters):
        logger.addFilter(OwnSentence())
