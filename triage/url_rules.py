"""The rules by which two addresses are one case, as data: read from TOML texts, checked, and given a version.

Why data: a new platform or share parameter is a few lines in `data/url_rules/*.toml`, not code, and every rule carries
an example (two addresses with one key) and a counter-example (two that must stay apart) which the tests run. The loader
gives the texts in; nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from triage.errors import BadConfiguration

KEY_CODE = 1
"""Raise when code (not data) starts to make other case keys, so that the version in stored keys tells them apart."""

_Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One kind of query parameter that is no part of what is shown; `value` and `hosts` narrow it when not None."""

    rule: str
    value: re.Pattern[str] | None
    hosts: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Form:
    """One way a platform writes a person, an invitation or an item: `path` in whole gives the key `kind:key`."""

    kind: str
    path: re.Pattern[str]
    key: str
    fold: bool
    hosts: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Platform:
    """A place where people are; `profile` is the address of a person's page with `{}` for the name, or empty."""

    name: str
    hosts: tuple[str, ...]
    words: tuple[str, ...]
    home: frozenset[str]
    reserved: frozenset[str]
    profile: str
    fold: bool
    fragment: bool
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """Two addresses a rule names as proof: `same` says whether they must have one case key."""

    rule: str
    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True, eq=False)
class UrlRules:
    """All rules, ready for use; build with `from_toml`. Can be pickled, so workers may be handed it."""

    version: str
    parameters: Mapping[str, tuple[Parameter, ...]]
    parameter_prefixes: tuple[tuple[str, str], ...]
    index_pages: Mapping[str, str]
    host_prefixes: Mapping[str, str]
    onion_gateways: Mapping[str, str]
    ipfs_gateways: Mapping[str, str]
    platforms: Mapping[str, Platform]
    platform_words: Mapping[str, Platform]
    wordlike: frozenset[str]
    filelike: frozenset[str]
    reserved_suffixes: frozenset[str]
    cues: frozenset[str]
    examples: tuple[Example, ...]

    @classmethod
    def from_toml(cls, texts: Mapping[str, str]) -> UrlRules:
        """Read rule files: name -> TOML text. Raises BadConfiguration naming the file when one cannot be used."""
        tables = {name: _parsed(name, text) for name, text in sorted(texts.items())}
        try:
            return _build(tables)
        except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
            raise BadConfiguration(f"a URL rule lacks a field or has a wrong value: {type(error).__name__}") from None


def _parsed(name: str, text: str) -> _Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise BadConfiguration(f"the URL rule file {name} is not valid TOML") from None


def _build(tables: Mapping[str, _Table]) -> UrlRules:
    platforms = tuple(_platform(rule) for rule in _all(tables, "platform"))
    hosts = {key: value for table in tables.values() for key, value in table.get("hosts", {}).items()}
    return UrlRules(
        version=_version(tables),
        parameters=_parameters(tables),
        parameter_prefixes=tuple((p, r["name"]) for r in _all(tables, "parameter") for p in r.get("prefixes", ())),
        index_pages={page: rule["name"] for rule in _all(tables, "index") for page in rule["pages"]},
        host_prefixes={label: rule["name"] for rule in _all(tables, "prefix") for label in rule["labels"]},
        onion_gateways={host: rule["name"] for rule in _all(tables, "onion_gateway") for host in rule["hosts"]},
        ipfs_gateways={host: rule["name"] for rule in _all(tables, "ipfs_gateway") for host in rule["hosts"]},
        platforms={host: platform for platform in platforms for host in platform.hosts},
        platform_words={word: platform for platform in platforms for word in platform.words},
        wordlike=frozenset(hosts.get("wordlike", ())),
        filelike=frozenset(hosts.get("filelike", ())),
        reserved_suffixes=frozenset(hosts.get("reserved", ())),
        cues=frozenset(hosts.get("cues", ())),
        examples=tuple(_examples(tables)),
    )


def _all(tables: Mapping[str, _Table], kind: str) -> Iterator[_Table]:
    for table in tables.values():
        yield from table.get(kind, ())


def _version(tables: Mapping[str, _Table]) -> str:
    """`<highest file version>.<code>-<digest of all rules>`: comments and layout do not change it, any rule does."""
    number = max((int(table.get("version", 0)) for table in tables.values()), default=0)
    content = json.dumps(list(tables.values()), sort_keys=True, ensure_ascii=True)
    return f"{number}.{KEY_CODE}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def _parameters(tables: Mapping[str, _Table]) -> dict[str, tuple[Parameter, ...]]:
    found: dict[str, tuple[Parameter, ...]] = {}
    for rule in _all(tables, "parameter"):
        value = re.compile(rule["value"]) if "value" in rule else None
        parameter = Parameter(rule["name"], value, _host_set(rule))
        for name in rule.get("names", ()):
            found[name] = (*found.get(name, ()), parameter)
    return found


def _platform(rule: _Table) -> Platform:
    return Platform(
        name=rule["name"],
        hosts=tuple(rule["hosts"]),
        words=tuple(rule["words"]),
        home=frozenset(rule["home"]),
        reserved=frozenset(rule["reserved"]),
        profile=rule["profile"],
        fold=rule["fold"],
        fragment=rule.get("fragment", False),
        forms=tuple(_form(form, rule["fold"]) for form in rule["forms"]),
    )


def _form(form: _Table, fold: bool) -> Form:
    if form["kind"] not in ("handle", "invite", "url"):
        raise ValueError("a form's kind is handle, invite or url")
    folds = form.get("fold", fold and form["kind"] == "handle")
    return Form(form["kind"], re.compile(form["path"]), form["key"], folds, _host_set(form))


def _host_set(rule: _Table) -> frozenset[str] | None:
    return frozenset(rule["hosts"]) if "hosts" in rule else None


def _examples(tables: Mapping[str, _Table]) -> Iterator[Example]:
    for kind in ("parameter", "index", "prefix", "onion_gateway", "ipfs_gateway", "platform"):
        for rule in _all(tables, kind):
            yield _example(rule["name"], rule["example"], True)
            yield _example(rule["name"], rule["counter_example"], False)


def _example(name: str, pair: list[str], same: bool) -> Example:
    one, other = pair
    return Example(name, one, other, same)
