"""Whose paper the police get: the hotline's name and telephone as set, times in the zone its people work in."""

from __future__ import annotations

from exporters.package import Letterhead
from pipeline.bootstrap import App
from pipeline.desk.times import clocks


def letterhead_of(app: App) -> Letterhead:
    """From the settings `hotline_name` and `hotline_phone` and the zone of `data/clocks.toml`."""
    return Letterhead(app.settings.hotline_name, app.settings.hotline_phone, clocks().zone)
