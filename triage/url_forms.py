"""Which of its forms a platform's address has: a person, an invitation or one item.

The first form that fits the whole address counts (`data/url_rules/platforms.toml`). A platform has up to fourteen, and
trying one after the other was most of the work for its addresses. So the patterns are joined as alternatives into one,
which tries them in the same order: https://docs.python.org/3/library/re.html, "A|B". Patterns that name or number
groups of their own, or set flags, would mean something else when joined; with one of those all are tried one by one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from triage.url_rules import Form, Platform, UrlRules

_MEMO_HOSTS = 1 << 10
"""Far more than platforms have hosts."""
_OWN_GROUPS = re.compile(r"\\[1-9]|\(\?[P(aiLmsux-]")
"""Anything that may count groups, name them or set flags; what only looks like it is tried one by one, no more."""
_AFTER_PATH = re.compile(r"[?#]")


class Forms(NamedTuple):
    """The forms of one host in their order. `joined` is None where they cannot be; the last group of its match tells
    which form fitted: its place, its own groups (the first apart), its kind, whether it folds, its key with kind."""

    each: tuple[Form, ...]
    joined: re.Pattern[str] | None
    fitted: dict[int | None, tuple[int, int, tuple[int, ...], str, bool, str]]


@lru_cache(maxsize=_MEMO_HOSTS)
def forms_of(host: str, rules: UrlRules) -> Forms:
    """The forms of a platform's host (without `www.` and mobile prefixes), of any other none."""
    platform = rules.platforms.get(host)
    each = () if platform is None else tuple(f for f in platform.forms if f.hosts is None or host in f.hosts)
    patterns = [form.path for form in each]
    if not each or not all(map(_can_be_joined, patterns)):
        return Forms(each, None, {})
    fitted: dict[int | None, tuple[int, int, tuple[int, ...], str, bool, str]] = {}
    last = 1
    for place, form in enumerate(each):
        past = last + 1 + form.path.groups
        others = tuple(range(last + 2, past))
        fitted[last] = (place, last + 1, others, form.kind, form.fold, f"{form.kind}:{form.key}")
        last = past
    return Forms(each, re.compile("|".join(f"({pattern.pattern})" for pattern in patterns)), fitted)


def form_key(platform: Platform, forms: Forms, target: str) -> tuple[str, str] | None:
    """Kind and case key by the first form that fits; None when none does.

    `target` is the path without its last slashes (the root is `/`), then, with their marks, the parameters that stay
    and the fragment where it counts.
    """
    each, joined, fitted = forms
    if joined is None:
        return _by_each(platform, each, target)
    match = joined.fullmatch(target)
    if match is None:
        return None
    place, first, others, kind, fold, key = fitted[match.lastindex]
    name = match[first] or ""
    if kind == "handle" and _is_reserved(platform, name, target):
        return _by_each(platform, each[place + 1 :], target)
    if fold:
        name = name.lower()
    return kind, key.format(name, *[match[other] or "" for other in others]) if others else key.format(name)


def _can_be_joined(pattern: re.Pattern[str]) -> bool:
    return pattern.flags == re.UNICODE and pattern.groups > 0 and not _OWN_GROUPS.search(pattern.pattern)


def _by_each(platform: Platform, forms: tuple[Form, ...], target: str) -> tuple[str, str] | None:
    for form in forms:
        match = form.path.fullmatch(target)
        if match is not None and not (form.kind == "handle" and _is_reserved(platform, match[1], target)):
            first, *others = match.groups("")
            return form.kind, f"{form.kind}:{form.key.format(first.lower() if form.fold else first, *others)}"
    return None


def _is_reserved(platform: Platform, name: str, target: str) -> bool:
    """Whether the name of a person is a word the platform keeps for its own pages."""
    return name.lower() in platform.reserved and name == _first_segment(target)


def _first_segment(target: str) -> str:
    return _AFTER_PATH.split(target, maxsplit=1)[0].split("/", 2)[1]
