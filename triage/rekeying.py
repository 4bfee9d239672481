"""The case key of a stored locator under today's rules: from its kind and canonical form, since nothing else is kept.

`triage.locators.find` makes the same keys from what a reporter wrote; a test holds the two together.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from triage.case_keys import handle_key
from triage.url_rules import UrlRules
from triage.urls import canonical as read

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def key_of(kind: str, canonical: str, rules: UrlRules) -> str | None:
    """The case key, or None where the canonical form cannot be read any more (the old keys then go on alone)."""
    if kind == "phone":
        return canonical
    if kind == "handle":
        return _handle(canonical, rules)
    address = read(canonical, rules)
    return None if address is None else address.case_key


def _handle(canonical: str, rules: UrlRules) -> str | None:
    """A handle's canonical form is a page, `platform:@name` where the platform has no pages, or `host/@name`.

    A page that is no person's to the address rules ("@reels") was still made from a name, and has that name's key.
    """
    name, mark, rest = canonical.partition(":@")
    if mark and "/" not in name:
        platform = next((one for one in rules.platforms.values() if one.name == name), None)
        return None if platform is None else handle_key(platform, rest)
    address = read(canonical, rules)
    if address is not None and address.kind == "handle":
        return address.case_key
    for platform in rules.platforms.values():
        before, mark, after = platform.profile.partition("{}")
        person = canonical.removeprefix(before).removesuffix(after)
        if mark and canonical == f"{before}{person}{after}" and _NAME.fullmatch(person):
            return handle_key(platform, person)
    place = urlsplit(canonical)
    if not place.path.startswith("/@"):
        return None if address is None else address.case_key
    return f"handle:{place.netloc}/{place.path[2:].lower()}"
