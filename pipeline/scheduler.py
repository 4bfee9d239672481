"""Whether the `luigid` that the settings name can be reached.

Asked first, because Luigi itself would try for minutes without a word.
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from pipeline.settings import Settings
from triage.errors import ServiceFailed

TIMEOUT_SECONDS = 5.0
HTTP_PORT, HTTPS_PORT = 80, 443


def answers(url: str, timeout: float = TIMEOUT_SECONDS) -> bool:
    """Whether something accepts connections at the address; False also for what is no address."""
    try:
        address = urlsplit(url)
        port = address.port or (HTTPS_PORT if address.scheme == "https" else HTTP_PORT)
        if not address.hostname:
            return False
        with socket.create_connection((address.hostname, port), timeout):
            return True
    except (OSError, ValueError):
        return False


def must_answer(settings: Settings) -> None:
    """Raises ServiceFailed if a scheduler is set and does not answer; a local scheduler always does."""
    if settings.scheduler_url and not answers(settings.scheduler_url):
        raise ServiceFailed(
            "the scheduler does not answer (setting scheduler_url): start luigid, or leave the setting empty"
        )
