"""Labelled pairs of made-up addresses: two forms of one place, or two places that only look alike.

Each line of `data/urls/same.tsv` and `data/urls/different.tsv` is a change with two templates; adding a temptation is
adding a line. A field `{kind}` stands for a made-up value, the same one wherever it is written in the pair; `{kind:b}`
for another value of that kind. Further marks change how it is written: `~` other letter case, `q` percent-quoted,
`b64` and `pp` as two mail and search services wrap it, `amp` as an AMP cache names hosts, `wide` in full-width letters,
`[]`, `()` and `dot` defanged. `\\uXXXX` is that character. The random source is seeded: the pairs are always the same.
"""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(__file__).with_name("data") / "urls"
SAME_DRAWS, DIFFERENT_DRAWS, STACKED_DRAWS = 48, 44, 900
"""Pairs made of each template line, and of stacked harmless changes: about 20,000 pairs in all."""
_SEED = 20261122
_STACKED = "stacked"
_FIELD = re.compile(r"\{(\w+)((?::(?:\w+|~|\[\]|\(\)))*)\}")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_NOUNS = (
    "bridge", "river", "stone", "harbor", "meadow", "lantern", "copper", "willow", "basket", "ladder", "pepper",
    "winter", "kettle", "timber", "market", "pebble", "saddle", "velvet", "walnut", "carpet",
)  # fmt: skip
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
_MIXED = string.ascii_letters + string.digits
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE36 = "abcdefghijklmnopqrstuvwxyz012345"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST_CODE = 22
_COMPOUNDS = {
    "path": ("{word1}/{code6}", "{word1}/{word2}-{num}", "{word1}/{code6}/{num}.html", "{word1}/{word2}.jpg"),
    "deep": ("https://{host}/{word}/{code}",),
    "google": ("https://www.google.com/url?q={url:q}",),
    "google2": ("https://l.facebook.com/l.php?u={google:q}",),
    "google3": ("https://www.google.com/url?q={google2:q}",),
    "google4": ("https://l.facebook.com/l.php?u={google3:q}",),
    "google5": ("https://www.google.com/url?q={google4:q}",),
    "url": (
        "https://{host}/{path}", "https://{host}/{path}?id={num}", "http://{host}/{path}?b={word}&a={num}",
        "https://{host}/{word}/{code}?q=%C5%BE{num}", "http://{word}.{host}/{path}?v={code}",
    ),
}  # fmt: skip
"""Values that are templates themselves."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two addresses, what was done to the first to get the second, and whether both lead to one place."""

    change: str
    one: str
    other: str
    same: bool


@cache
def pairs() -> tuple[Pair, ...]:
    """All pairs; `same` of one template first, then stacked changes, then `different` ones, plain and dressed up."""
    return (*_of_file("same.tsv", SAME_DRAWS), *_stacked(), *_of_file("different.tsv", DIFFERENT_DRAWS))


def changes_of_same() -> list[str]:
    """What was done to the first address of the pairs that lead to one place, without drawing any."""
    return sorted({change for change, *_ in _lines("same.tsv")} | {_STACKED})


@cache
def steps() -> tuple[Pair, ...]:
    """One fixed pair per step in which normalisers differ (`data/urls/steps.tsv`)."""
    return tuple(Pair(step, one, other, label == "same") for label, step, one, other in _lines("steps.tsv"))


def _lines(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield [_ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell) for cell in line.split("\t")]


def _of_file(name: str, draws: int) -> Iterator[Pair]:
    chance = random.Random(f"{_SEED}{name}")
    same = name == "same.tsv"
    for change, first, second in _lines(name):
        for turn in range(draws):
            values = _Values(chance)
            one, other = values.filled(first), values.filled(second)
            if not same and turn % 2:
                one, other = _dressed(one, chance), _dressed(other, chance)
            yield Pair(change, one, other, same)


class _Values:
    """The made-up values of one pair, each drawn when first asked for."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._drawn: dict[tuple[str, bool], str] = {}

    def filled(self, template: str, *, second: bool = False, swapped: bool = False) -> str:
        """The template with its fields written; `second` and `swapped` hold for the parts of a compound."""
        return _FIELD.sub(lambda match: self._written(match, second, swapped), template)

    def _written(self, match: re.Match[str], second: bool, swapped: bool) -> str:
        kind, marks = match[1], match[2].split(":")[1:]
        second = second or "b" in marks
        if kind in _COMPOUNDS:
            form = self._value("form of " + kind, False, lambda: self._chance.choice(_COMPOUNDS[kind]))
            value = self.filled(form, second=second, swapped="~" in marks)
        else:
            value = self._value(kind, second, lambda: _made_up(kind, self._chance))
            if "~" in marks or (swapped and kind == "code"):
                value = value.swapcase()
        for mark in marks:
            value = _WRITTEN_AS[mark](value) if mark in _WRITTEN_AS else value
        return value

    def _value(self, kind: str, second: bool, draw: Callable[[], str]) -> str:
        key = (kind, second)
        while key not in self._drawn or (second and self._drawn[key] == self._drawn.get((kind, False))):
            self._drawn[key] = draw()
        return self._drawn[key]


def _made_up(kind: str, chance: random.Random) -> str:
    name, digits = re.fullmatch(r"([a-z]+?)(\d*)", kind).groups()  # type: ignore[union-attr]
    size = int(digits or 0)
    match name:
        case "word" | "name":
            return _word(chance)
        case "host":
            return _word(chance) + chance.choice((".example", ".test"))
        case "n":
            return str(chance.randint(1, 999))
        case "num":
            length = size or chance.randint(7, 16)
            return str(chance.randint(1, 9)) + _drawn(string.digits, length - 1, chance)
        case "code":
            size = size or _LONGEST_CODE
            return chance.choice("Kx") + _drawn(_MIXED, size - 2, chance) + chance.choice("27")
        case "hex" | "sha":
            return "a7" + _drawn(string.hexdigits[:16], {"hex": size or 32, "sha": 40}[name] - 2, chance)
        case "low":
            return _drawn(_BASE36, size, chance)
        case "onion":
            return _drawn(_BASE32, chance.choice((16, 56)), chance)
        case "cid":
            return "bafybei" + _drawn(_BASE32, 52, chance) if size else "Qm" + _drawn(_BASE58, 44, chance)
    raise KeyError(kind)


def _word(chance: random.Random) -> str:
    """A noun and five consonants: long enough that two draws hardly ever meet, and never another word."""
    return chance.choice(_NOUNS) + _drawn(_CONSONANTS, 5, chance)


def _drawn(alphabet: str, length: int, chance: random.Random) -> str:
    return "".join(chance.choices(alphabet, k=length))


def _as_proofpoint(address: str) -> str:
    escaped = quote(address, safe="/").replace("-", "%2D").replace("_", "%5F").replace("~", "%7E")
    return escaped.replace("%", "-").replace("/", "_")


_WRITTEN_AS: dict[str, Callable[[str], str]] = {
    "q": lambda value: quote(value, safe=""),
    "b64": lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    "pp": _as_proofpoint,
    "amp": lambda value: value.replace("-", "--").replace(".", "-"),
    "wide": lambda value: "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in value),
    "[]": lambda value: value.replace(".", "[.]"),
    "()": lambda value: value.replace(".", "(.)"),
    "dot": lambda value: value.replace(".", " [dot] "),
}


def _dressed(address: str, chance: random.Random) -> str:
    """The address with harmless changes, so that a wrong merge cannot hide behind a plain form."""
    scheme, mark, rest = address.partition("://")
    if scheme not in ("http", "https"):
        return address
    place = re.match(r"[^/?#]*", rest)
    host = place[0] if place else ""
    tail = rest[len(host) :]
    if chance.random() < 0.5 and "@" not in host and host.isascii():
        host = f"{_word(chance)}@{host.upper()}"
    body, hash_mark, fragment = tail.partition("#")
    if chance.random() < 0.6:
        body += f"{'&' if '?' in body else '?'}utm_source={_word(chance)}"
    if chance.random() < 0.3 and not hash_mark:
        hash_mark, fragment = "#", _word(chance)
    return scheme + mark + host + body + hash_mark + fragment


def _stacked() -> Iterator[Pair]:
    """Several harmless changes at once over one ordinary address."""
    chance = random.Random(f"{_SEED}stacked")
    for _ in range(STACKED_DRAWS):
        values = _Values(chance)
        host, path = values.filled("{host}"), values.filled("{path}")
        wanted = [f"b={_word(chance)}", f"a={values.filled('{num}')}"][: chance.randint(0, 2)]
        query = "?" + "&".join(wanted) if wanted else ""
        one = f"https://{host}/{path}{query}"
        extra = [f"utm_source={_word(chance)}", values.filled("fbclid=IwAR0{code}"), values.filled("PHPSESSID={hex}")]
        parts = [*wanted, *chance.sample(extra, chance.randint(1, 3))]
        chance.shuffle(parts)
        start = chance.choice(("", "http://", "https://", "HTTPS://", "hxxps://", f"https://{_word(chance)}@"))
        start += chance.choice(("", "www.", "m.", "www.m."))
        middle = chance.choice(("/", "//", "/./", "/x/../")) + path + chance.choice(("", "/", "/index.html"))
        end = chance.choice(("", "#" + _word(chance)))
        shown = host.upper() if chance.random() < 0.5 else host
        yield Pair(_STACKED, one, f"{start}{shown}{middle}?{'&'.join(parts)}{end}", True)
