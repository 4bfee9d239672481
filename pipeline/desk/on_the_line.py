"""How long something that was begun may still be on its way: nobody repeats it meanwhile, lest it arrive twice."""

from __future__ import annotations

from datetime import datetime, timedelta

SENDING = timedelta(minutes=10)
"""Within this a letter that was begun is taken as being sent still: twice a line, and a letter on each, at a server
that takes its time (`answer_smtp.LIMIT_SECONDS`)."""


def is_sending(begun: int, now: datetime) -> bool:
    """Whether what was begun then (seconds) may be on the line still; later nobody can be sending it any more."""
    return now.timestamp() - begun < SENDING.total_seconds()
