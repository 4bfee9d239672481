"""Many addresses at once, as columns: what Python says between the two compiled halves of reading them.

Rules stay data: names become tables once for a set of rules; hosts are asked once each, patterns (values of parameters,
parts of paths) for those addresses only that need them. Platforms, wrappers, onions, gateways and whatever is not
surely ordinary are not read here. `triage/urls.py` says when loading this pays.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage import url_kernels as kernels
from triage.case_keys import Place, share_step, short_path
from triage.url_heads import Head, heads_of
from triage.url_kernels import PART, ROW, Bytes, Names, Numbers, Tables, Units
from triage.url_key_kernels import FIRST_STEP, OWN_STEPS, write
from triage.url_rules import Asked, Parameter, UrlRules

_AT_ONCE = 1 << 13
"""What is made of so many stays in the caches of a core."""
_MOST_CHARS = 2_000
"""Longer texts are not read here, which bounds memory."""
_MEMO, _MEMO_BYTES = 1 << 15, 1 << 21
"""Heads, their bytes, and trails that are remembered."""
_AND = ord("&")
_ALPHANUMERIC = string.ascii_letters + string.digits
_NO_SIGN = _ALPHANUMERIC + "._~/-"
_CLASSES = {
    kernels.HOST: _ALPHANUMERIC + "_.-",
    kernels.PATH: _ALPHANUMERIC + "._~!$&'()*+,;=:@/%-",
    kernels.QUERY: _ALPHANUMERIC + "._~!$&()*+,;=:@/?%-",
    kernels.FRAGMENT: _ALPHANUMERIC + "._~!$&'()*+,;=:@/?%-",
    kernels.UNRESERVED: _ALPHANUMERIC + "._~-",
    kernels.CAPITAL: string.ascii_uppercase,
    kernels.SMALL: string.ascii_lowercase,
    kernels.JOINT: "_.:-",
    kernels.ESCAPE: "%",
    kernels.ODD: ".%",
}
"""As in `_PLAIN` of `triage/urls.py`, `_ANCHOR` of `triage/case_keys.py` and RFC 3986 §2.3."""
_NOT_READ = Head("", None, (), (), Place("", "", None, (), None, (), None))
"""Stands for platforms, wrappers, gateways and hosts that only the parser should read."""

_Records = NDArray[Any]


class Columns(NamedTuple):
    """Some addresses: `ordinary` says which were read; the other columns hold nothing of use for the rest."""

    ordinary: list[bool]
    hrefs: list[str]
    keys: list[str]
    domains: Iterable[str | None]
    trails: Iterable[tuple[str, ...]]
    problems: Iterable[str | None]


def columns(texts: Sequence[str], rules: UrlRules) -> Iterator[tuple[Sequence[str], Columns]]:
    """All of `texts`, some at once, and what they are."""
    idle = _idle_readers(rules)
    try:
        reader = idle.pop()
    except IndexError:
        reader = _Reader(rules)
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        yield some, reader.columns(some)
    idle.append(reader)


@lru_cache(maxsize=8)
def _idle_readers(_: UrlRules) -> list[_Reader]:
    """Those that belong to one set of rules and are not in use: each has one user at a time."""
    return []


class _Steps(dict[str, int]):
    """Numbers of steps, given as they are met: code units of trails."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}

    def __missing__(self, step: str) -> int:
        number = self[step] = FIRST_STEP + len(self)
        self.names[chr(number)] = step
        return number

    def letters(self, steps: Iterable[str]) -> str:
        """A trail as the kernels write it."""
        return "".join([chr(self[step]) for step in steps])


class _Trails(dict[str, tuple[str, ...]]):
    """Trails as the kernels write them to the names of their steps."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, letters: str) -> tuple[str, ...]:
        found = tuple(map(self._names.__getitem__, letters))
        if len(self) < _MEMO:
            self[letters] = found
        return found


class _Known:
    """Heads met so far, numbered, with what the kernels look up and write for each and what Python says of them.

    `spans` (heads, 6): where the beginning of the address, that of the key, and the end of both are in `text`; the same
    for the first and the other steps in `units`. `read`: whether addresses with this head are read here.
    """

    def __init__(self, rules: UrlRules, steps: _Steps) -> None:
        self._heads, self._steps = heads_of(rules), steps
        self._forget()

    def _forget(self) -> None:
        self.heads = _names(np.empty(0, np.uint8), np.zeros((_MEMO + _AT_ONCE, 2), np.int64))
        self.bares: list[str] = []
        self.domains: list[str | None] = []
        self.problems: list[str | None] = []
        self.text, self.units, self.spans = _bytes(""), _units(""), np.zeros((0, 6), np.int64)
        self.read = np.zeros(0, np.bool_)

    def with_room(self, size: int) -> Names:
        """The heads, with room for `size` more bytes and `_AT_ONCE` heads."""
        used = int(self.heads.spans[len(self.bares) - 1, 1]) + 1 if self.bares else 0
        if len(self.bares) > _MEMO or used > _MEMO_BYTES:
            self._forget()
            used = 0
        if used + size > self.heads.text.size:
            text = np.concatenate([self.heads.text[:used], np.empty(size + _MEMO_BYTES, np.uint8)])
            self.heads = self.heads._replace(text=text)
        return self.heads

    def add(self, known: int) -> None:
        """Ask what the heads say that have become known since; `known`: how many there are now."""
        before = len(self.bares)
        if known == before:
            return
        begins, letters = [], []
        start, end = self.heads.spans[before, 0], self.heads.spans[known - 1, 1]
        for text in _text(self.heads.text[start:end]).split("\n"):
            head = self._heads[text]
            if head is None or head.place.odd is not None or head.place.wrappers:
                head = _NOT_READ
            place = head.place
            self.bares.append(place.bare)
            self.domains.append(place.domain)
            self.problems.append(place.problem)
            begins += [head.written, place.start]
            letters += [self._steps.letters(head.first), self._steps.letters(place.steps)]
        bounds, marks = _ends(begins, self.text.size), _ends(letters, self.units.size)
        spans = (bounds[:-1:2], bounds[1::2], bounds[2::2], marks[:-1:2], marks[1::2], marks[2::2])
        self.spans = np.concatenate([self.spans, np.stack(spans, axis=1)])
        self.read = self.spans[:, 0] < self.spans[:, 1]
        self.text = np.concatenate([self.text, _bytes("".join(begins))])
        self.units = np.concatenate([self.units, _units("".join(letters))])


class _Reader:
    """The tables and memos of one set of rules."""

    def __init__(self, rules: UrlRules) -> None:
        self._rules = rules
        self._steps = _Steps()
        self._steps.letters(OWN_STEPS)
        self._trails = _Trails(self._steps.names)
        self._known = _Known(rules, self._steps)
        self._asked: list[tuple[Parameter, ...]] = []
        self._tables = self._named(rules)

    def columns(self, texts: Sequence[str]) -> Columns:
        """Read some texts; at most `_AT_ONCE`."""
        lines, many = _bytes(_lines(texts)), len(texts)
        rows, parts = np.zeros(many, ROW), np.empty(np.count_nonzero(lines == _AND) + many, PART)
        tidied = np.empty(lines.size + many, np.uint8)
        heads = self._known.with_room(lines.size + 9 * many)
        known, used, size = kernels.scan(lines, self._tables, heads, len(self._known.bares), rows, parts, tidied)
        self._known.add(known)
        rows["head"][~np.append(self._known.read, False)[rows["head"]]] = -1
        parts, text = parts[:used], _text(tidied[:size])
        self._ask_values(text, rows, parts)
        paths, steps = self._ask_paths(text, rows)
        return self._written(_bytes(text + paths), steps, rows, parts)

    def _named(self, rules: UrlRules) -> Tables:
        classes, beside = np.zeros(256, np.int32), np.zeros(1 << 16, np.bool_)
        for number, chars in _CLASSES.items():
            classes[list(chars.encode())] |= number
        for rule in rules.path_parts:
            sign = next(char for char in rule.sign if char not in _NO_SIGN)
            classes[list(sign.encode())] |= kernels.SIGN
        for step in rules.only_beside:
            beside[self._steps[step]] = True
        asked = {name: self._says(rules.parameter_names[name]) for name in rules.parameters}
        prefixes = {start: self._says("parameter:" + name) for start, name in rules.parameter_prefixes.items()}
        pages = {page: self._says(name) for page, name in rules.index_pages.items()}
        return Tables(classes, _table(asked), _table(prefixes), _table(pages), beside)

    def _says(self, asked: Asked) -> int:
        if isinstance(asked, str):
            return self._steps[asked]
        self._asked.append(asked)
        return -len(self._asked)

    def _ask_values(self, text: str, rows: _Records, parts: _Records) -> None:
        """Settle the parameters about which more than the name must be asked."""
        doubtful = np.flatnonzero((parts["step"] < 0) & (rows["head"][parts["row"]] >= 0))
        some = parts[doubtful]
        about = rows[some["row"]]
        steps = []
        for (_, _, name_end, end, asked), (head, path, query) in zip(
            some.tolist(), about[["head", "path", "query"]].tolist(), strict=True
        ):
            step = share_step(self._asked[~asked], text[name_end + 1 : end], self._known.bares[head], text[path:query])
            steps.append(self._steps[step] if step else 0)
        parts["step"][doubtful] = steps

    def _ask_paths(self, text: str, rows: _Records) -> tuple[str, str]:
        """Paths, as keys have them, that may hold a part a rule cuts out, and the letters of their steps."""
        signed = np.flatnonzero((rows["signed"] > 0) & (rows["head"] >= 0))
        paths, steps = [], []
        for start, end in zip(rows["path"][signed].tolist(), rows["query"][signed].tolist(), strict=True):
            trail: list[str] = []
            path = short_path(text[start:end], self._rules, trail)
            paths.append(path if path != "/" else "")
            steps.append(self._steps.letters(trail))
        ends = _ends(paths, len(text))
        rows["given"][signed], rows["given_end"][signed] = ends[:-1], ends[1:]
        ends = _ends(steps, 0)
        rows["steps"][signed], rows["steps_end"][signed] = ends[:-1], ends[1:]
        return "".join(paths), "".join(steps)

    def _written(self, text: Bytes, steps: str, rows: _Records, parts: _Records) -> Columns:
        known, heads = self._known, rows["head"]
        ordinary = heads >= 0
        bounds = known.spans[heads[ordinary]]
        size = (bounds[:, 2] - bounds[:, 0]).sum() + text.size + 4 * rows.size
        hrefs, keys = np.empty(size, np.uint8), np.empty(size, np.uint8)
        size = (bounds[:, 5] - bounds[:, 3]).sum() + len(steps) + len(parts) + 10 * rows.size
        trails = np.empty(size, np.uint16)
        h, k, t = write(
            text, self._tables, rows, parts, known.text, known.units, known.spans, _units(steps), hrefs, keys, trails
        )
        numbers = heads.tolist()
        return Columns(
            ordinary.tolist(),
            _text(hrefs[:h]).split("\n"),
            _text(keys[:k]).split("\n"),
            map([*known.domains, None].__getitem__, numbers),
            map(self._trails.__getitem__, trails[:t].tobytes().decode("utf-16-le").split("\n")),
            map([*known.problems, None].__getitem__, numbers),
        )


def _lines(texts: Sequence[str]) -> str:
    """A line for every text; an empty one where it is too long or has several."""
    if max(map(len, texts)) > _MOST_CHARS:
        texts = [text if len(text) <= _MOST_CHARS else "" for text in texts]
    lines = "\n".join(texts) + "\n"
    if lines.count("\n") > len(texts):
        lines = "\n".join([text if "\n" not in text else "" for text in texts]) + "\n"
    return lines


def _table(says: Mapping[str, int]) -> Names:
    ends = _ends([name.encode().decode("latin-1") for name in says], 0)
    names = _names(_bytes("".join(says)), np.stack([ends[:-1], ends[1:]], axis=1), list(says.values()))
    kernels.fill(names)
    return names


def _names(text: Bytes, spans: Numbers, says: Sequence[int] = ()) -> Names:
    slots = np.full(1 << (2 * len(spans)).bit_length(), -1, np.int32)
    return Names(text, spans, slots, np.array(says, np.int32))


def _ends(texts: Sequence[str], start: int) -> Numbers:
    """Where each text begins when they follow one another from `start` on, and where the last one ends."""
    return np.cumsum([start, *map(len, texts)], dtype=np.int64)


def _bytes(text: str) -> Bytes:
    return np.frombuffer(bytearray(text.encode("utf-8", "surrogatepass")), np.uint8)


def _text(written: Bytes) -> str:
    return written.tobytes().decode("ascii")


def _units(letters: str) -> Units:
    return np.frombuffer(bytearray(letters.encode("utf-16-le")), np.uint16)
