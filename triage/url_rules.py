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
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from triage.errors import BadConfiguration
from triage.phones import DEFAULT_COUNTRY

KEY_CODE = 7
"""Raise when code (not data) starts to make other case keys, so that the version in stored keys tells them apart."""

READINGS = frozenset({"plain", "percent", "base64", "base64_marked", "proofpoint2", "proofpoint3", "cache"})
"""Ways a wrapper writes its target; `triage/wrappers.py` reads them."""
_MEMO_NAMES, _MEMO_NAME_CHARS = 1 << 14, 64
_UNRESERVED_ONLY = re.compile(r"[A-Za-z0-9._~/-]*")
_EXAMPLE_KINDS = (
    "parameter", "path_part", "index", "prefix", "wrapper", "onion_gateway", "ipfs_gateway", "platform",
)  # fmt: skip

_Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One kind of query parameter that is no part of what is shown; `value`, `hosts`, `paths` narrow it when not None.

    `outside` says what the form without share tokens does with it: `always` leaves it out whatever its value, `shaped`
    only where the value has the shape, `kept` never (it says how to show or fetch, not who shared), `beside` only where
    another part of the query stays. That form asks
    for `pages` instead of `paths`: where one matches, the value is what the page shows and stays.
    """

    rule: str
    value: re.Pattern[str] | None
    hosts: frozenset[str] | None
    outside: str
    paths: re.Pattern[str] | None
    pages: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Form:
    """One way a platform writes a person, an invitation or an item: `path` in whole gives the key `kind:key`.

    The groups of `path` fill the places of `key` in order; `fold` lowers the first one.
    """

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
class Wrapper:
    """An address that carries another one: a redirect, or with `copy` an archive's copy, which stays a place itself.

    `host` is compared without www and mobile prefixes. A group in `path` is the target (path, query and fragment
    together are matched); without a group the target is the value of one of the parameters `names`. `reading` names
    how it is written (`triage/wrappers.py`).
    """

    rule: str
    host: re.Pattern[str]
    path: re.Pattern[str]
    names: frozenset[str]
    reading: str
    copy: bool
    only: bool

    @property
    def step(self) -> str:
        """How the trail names it."""
        return ("archive:" if self.copy else "wrapper:") + self.rule


Asked = str | tuple[Parameter, ...]
"""What a parameter's name alone says: the step that leaves it out, or the rules to ask (or none)."""


class ParameterNames(dict[str, Asked]):
    """What each parameter name says, rules by the beginning of names included.

    Names not written in the rules are worked out once and remembered, within bounds, since addresses use few.
    """

    def __init__(self, named: Mapping[str, Asked], prefixes: Mapping[str, str]) -> None:
        super().__init__(named)
        self._prefixes = prefixes
        self._most = len(named) + _MEMO_NAMES

    def __missing__(self, name: str) -> Asked:
        found = next((f"parameter:{rule}" for start, rule in self._prefixes.items() if name.startswith(start)), ())
        if len(self) < self._most and len(name) <= _MEMO_NAME_CHARS:
            self[name] = found
        return found

    def __reduce__(self) -> tuple[type[ParameterNames], tuple[dict[str, Asked], Mapping[str, str]]]:
        return ParameterNames, (dict(self), self._prefixes)


class PathPart(NamedTuple):
    """A part of paths that says whose visit it was, never what is shown; only paths with `sign` are looked at.

    `sign` holds a character that is not unreserved (RFC 3986 §2.3), so paths of plain segments need not be looked at.
    """

    rule: str
    sign: str
    pattern: re.Pattern[str]


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
    parameters_anywhere: Mapping[str, tuple[Parameter, ...]]
    parameter_prefixes: Mapping[str, str]
    prefix_starts: tuple[str, ...]
    parameter_names: ParameterNames
    only_beside: frozenset[str]
    """Steps that leave a parameter out only where another one stays."""
    path_parts: tuple[PathPart, ...]
    index_pages: Mapping[str, str]
    host_prefixes: Mapping[str, str]
    inner_labels: Mapping[str, str]
    wrappers: Mapping[str, tuple[Wrapper, ...]]
    onion_gateways: Mapping[str, str]
    ipfs_gateways: Mapping[str, str]
    platforms: Mapping[str, Platform]
    platform_words: Mapping[str, Platform]
    wordlike: frozenset[str]
    filelike: frozenset[str]
    reserved_suffixes: frozenset[str]
    cues: frozenset[str]
    pairs: frozenset[str]
    examples: tuple[Example, ...]
    country: str = DEFAULT_COUNTRY
    """Calling code of telephone numbers written without one."""

    @classmethod
    def from_toml(cls, texts: Mapping[str, str]) -> UrlRules:
        """Read rule files: name -> TOML text. Raises BadConfiguration naming the file when one cannot be used."""
        tables = {name: _parsed(name, text) for name, text in sorted(texts.items())}
        try:
            return _build(tables)
        except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
            raise BadConfiguration(f"a URL rule lacks a field or has a wrong value: {type(error).__name__}") from None

    def in_country(self, code: str) -> UrlRules:
        """The same for a hotline whose numbers without a country are of `code`; keys made so have their own version."""
        if code == self.country:
            return self
        return replace(self, country=code, version=f"{self.version.partition('+')[0]}+{code}")


def _parsed(name: str, text: str) -> _Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise BadConfiguration(f"the URL rule file {name} is not valid TOML") from None


def _build(tables: Mapping[str, _Table]) -> UrlRules:
    platforms = tuple(_platform(rule) for rule in _all(tables, "platform"))
    parameters = _parameters(tables)
    prefixes = {start: rule["name"] for rule in _all(tables, "parameter") for start in rule.get("prefixes", ())}
    hosts = {key: value for table in tables.values() for key, value in table.get("hosts", {}).items()}
    return UrlRules(
        version=_version(tables),
        parameters=parameters,
        parameters_anywhere=_by_lower_name(parameters, _parameters(tables, "outside")),
        parameter_prefixes=prefixes,
        only_beside=frozenset(f"parameter:{rule['name']}" for rule in _all(tables, "parameter") if rule.get("beside")),
        prefix_starts=tuple(prefixes),
        parameter_names=ParameterNames({name: _asked(rules) for name, rules in parameters.items()}, prefixes),
        path_parts=tuple(_path_part(rule) for rule in _all(tables, "path_part")),
        index_pages={page: rule["name"] for rule in _all(tables, "index") for page in rule["pages"]},
        host_prefixes={label: rule["name"] for rule in _all(tables, "prefix") for label in rule.get("labels", ())},
        inner_labels={label: rule["name"] for rule in _all(tables, "prefix") for label in rule.get("inner", ())},
        wrappers=_wrappers(tables),
        onion_gateways={host: rule["name"] for rule in _all(tables, "onion_gateway") for host in rule["hosts"]},
        ipfs_gateways={host: rule["name"] for rule in _all(tables, "ipfs_gateway") for host in rule["hosts"]},
        platforms={host: platform for platform in platforms for host in platform.hosts},
        platform_words={word: platform for platform in platforms for word in platform.words},
        wordlike=frozenset(hosts.get("wordlike", ())),
        filelike=frozenset(hosts.get("filelike", ())),
        reserved_suffixes=frozenset(hosts.get("reserved", ())),
        cues=frozenset(hosts.get("cues", ())),
        pairs=frozenset(hosts.get("pairs", ())),
        examples=tuple(_examples(tables)),
    )


def _all(tables: Mapping[str, _Table], kind: str) -> Iterator[_Table]:
    for table in tables.values():
        yield from table.get(kind, ())


def _version(tables: Mapping[str, _Table]) -> str:
    """`<highest file version>.<code>-<digest of all rules>`: comments and layout change nothing, rules of keys do."""
    number = max((int(table.get("version", 0)) for table in tables.values()), default=0)
    of_keys = [table for table in tables.values() if "outside" not in table]
    content = json.dumps(of_keys, sort_keys=True, ensure_ascii=True)
    return f"{number}.{KEY_CODE}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def _parameters(tables: Mapping[str, _Table], kind: str = "parameter") -> dict[str, tuple[Parameter, ...]]:
    found: dict[str, tuple[Parameter, ...]] = {}
    for rule in _all(tables, kind):
        value, paths, pages = (re.compile(rule[key]) if key in rule else None for key in ("value", "paths", "pages"))
        outside = rule.get("outside", "always")
        if outside not in ("always", "shaped", "kept", "beside"):
            raise ValueError("a parameter is left out outside: always, shaped, kept or beside")
        parameter = Parameter(rule["name"], value, _host_set(rule), outside, paths, pages)
        for name in rule.get("names", ()):
            found[name] = (*found.get(name, ()), parameter)
    return found


def _asked(rules: tuple[Parameter, ...]) -> Asked:
    first = rules[0]
    narrow = first.value or first.hosts or first.paths
    return rules if narrow is not None else "parameter:" + first.rule


def _by_lower_name(*tables: Mapping[str, tuple[Parameter, ...]]) -> dict[str, tuple[Parameter, ...]]:
    found: dict[str, tuple[Parameter, ...]] = {}
    for parameters in tables:
        for name, rules in parameters.items():
            found[name.lower()] = tuple(dict.fromkeys((*found.get(name.lower(), ()), *rules)))
    return found


def _path_part(rule: _Table) -> PathPart:
    if _UNRESERVED_ONLY.fullmatch(rule["sign"]):
        raise ValueError("the sign of a path part needs a character that is not unreserved")
    return PathPart(rule["name"], rule["sign"], re.compile(rule["pattern"]))


def _wrappers(tables: Mapping[str, _Table]) -> dict[str, tuple[Wrapper, ...]]:
    """Rules by registrable domain, in the order written."""
    found: dict[str, tuple[Wrapper, ...]] = {}
    for rule in _all(tables, "wrapper"):
        host = re.compile(rule.get("host") or "|".join(map(re.escape, rule["domains"])))
        path, names = re.compile(rule["path"], re.DOTALL), frozenset(rule.get("names", ()))
        reading = rule.get("reading", "percent")
        if reading not in READINGS or bool(path.groups) == bool(names):
            raise ValueError("a wrapper needs a known reading, and either one group in its path or names")
        wrapper = Wrapper(rule["name"], host, path, names, reading, rule.get("copy", False), rule.get("only", False))
        for domain in rule["domains"]:
            found[domain] = (*found.get(domain, ()), wrapper)
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
    for kind in _EXAMPLE_KINDS:
        for rule in _all(tables, kind):
            for pair in (rule["example"], *rule.get("examples", ())):
                yield _example(rule["name"], pair, True)
            for pair in (rule["counter_example"], *rule.get("counter_examples", ())):
                yield _example(rule["name"], pair, False)


def _example(name: str, pair: list[str], same: bool) -> Example:
    one, other = pair
    return Example(name, one, other, same)
