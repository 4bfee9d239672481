"""Many addresses at once, as columns: what Python says between the two compiled halves of reading them.

Rules stay data: names become tables once for a set of rules; hosts are asked once each, patterns (values of parameters,
parts of paths, forms of platforms, wrappers) for those addresses only that need them. Onions, gateways, pages of
platforms without a form and whatever is not surely ordinary are not read here. `triage/urls.py` says when loading this
pays.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from triage import url_kernels as kernels
from triage.case_keys import Place, share_step, short_path
from triage.url_forms import form_key
from triage.url_heads import Head, heads_of
from triage.url_kernels import PART, ROW, Bytes, Names, Numbers, Tables, Units
from triage.url_key_kernels import FIRST_STEP, OWN_STEPS, write
from triage.url_rules import Asked, Parameter, UrlRules
from triage.wrappers import carried

_AT_ONCE = 1 << 14
"""Of so many, what numpy takes for each call hardly counts; more would not be quicker."""
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
"""Stands for onions, gateways, platforms whose fragments count, and hosts that only the parser should read."""

_Records = NDArray[Any]
_Numbers = TypeVar("_Numbers", Bytes, Units)


class Columns(NamedTuple):
    """Some addresses; `others` are the places, in order, of those not read to their end: the columns hold nothing of
    use there, nor behind the last address. But where `inside` names a place, address and trail are those of a wrapper
    (the trail ends with its step), and the text it carries says the rest."""

    hrefs: list[str]
    keys: list[str]
    domains: tuple[str | None, ...]
    kinds: list[str]
    trails: tuple[tuple[str, ...], ...]
    problems: tuple[str | None, ...]
    others: list[int]
    inside: dict[int, str]


def columns(texts: Sequence[str], rules: UrlRules) -> Iterator[tuple[Sequence[str], Columns, Columns | None]]:
    """All of `texts`, some at once, what they are, and what those `inside` of them are, in their order (or None).

    Wrappers inside of wrappers are not read here.
    """
    idle = _idle_readers(rules)
    try:
        reader = idle.pop()
    except IndexError:
        reader = _Reader(rules)
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        read = reader.columns(some)
        yield some, read, reader.columns(list(read.inside.values())) if read.inside else None
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

    def letters(self, steps: Sequence[str]) -> str:
        """A trail as the kernels write it."""
        return "".join([chr(self[step]) for step in steps]) if steps else ""


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

    `spans` (heads, 7): where the beginning of the address, that of the key, and the end of both are in `text`; the same
    for the first and the other steps in `units`; and the step of a platform. `read`: whether addresses with this head
    are read here; `wraps`: whether they may be a wrapper's. All end with what number -1 gets: nothing.
    """

    def __init__(self, rules: UrlRules, steps: _Steps) -> None:
        self._heads, self._steps = heads_of(rules), steps
        self._forget()

    def _forget(self) -> None:
        most = _MEMO + _AT_ONCE
        self.heads = _names(np.empty(0, np.uint8), np.zeros((most, 2), np.int64))
        self.places: list[Place] = []
        self.domains: list[str | None] = [None]
        self.problems: list[str | None] = [None]
        self.text, self.units, self.spans = _bytes(""), _units(""), np.zeros((most + 1, 7), np.int64)
        self.read, self.wraps = np.zeros(most + 1, np.bool_), np.zeros(most + 1, np.bool_)

    def with_room(self, size: int) -> Names:
        """The heads, with room for `size` more bytes and `_AT_ONCE` heads."""
        used = int(self.heads.spans[len(self.places) - 1, 1]) + 1 if self.places else 0
        if len(self.places) > _MEMO or used > _MEMO_BYTES:
            self._forget()
            used = 0
        if used + size > self.heads.text.size:
            text = np.concatenate([self.heads.text[:used], np.empty(size + _MEMO_BYTES, np.uint8)])
            self.heads = self.heads._replace(text=text)
        return self.heads

    def add(self, known: int) -> None:
        """Ask what the heads say that have become known since; `known`: how many there are now."""
        before = len(self.places)
        if known == before:
            return
        begins, letters, platforms = [], [], []
        start, end = self.heads.spans[before, 0], self.heads.spans[known - 1, 1]
        for text in _text(self.heads.text[start:end]).split("\n"):
            head = self._heads[text]
            if head is None or not _is_read(head.place):
                head = _NOT_READ
            place = head.place
            self.places.append(place)
            begins += [head.written, place.start]
            letters += [self._steps.letters(head.first), self._steps.letters(place.steps)]
            platform = place.odd and place.odd.platform
            platforms.append(self._steps["platform:" + platform.name] if platform else 0)
        places, new = self.places[before:], slice(before, known)
        self.domains[-1:] = [*[place.domain for place in places], None]
        self.problems[-1:] = [*[place.problem if place.odd is None else None for place in places], None]
        used, marked = self.spans[before - 1, 2], self.spans[before - 1, 5]
        bounds, marks = _ends(begins, used), _ends(letters, marked)
        spans = (bounds[:-1:2], bounds[1::2], bounds[2::2], marks[:-1:2], marks[1::2], marks[2::2], platforms)
        self.spans[new] = np.stack(spans, axis=1)
        self.read[new] = self.spans[new, 0] < self.spans[new, 1]
        self.wraps[new] = [bool(place.wrappers) for place in places]
        self.text = _longer(self.text, used, _bytes("".join(begins)))
        self.units = _longer(self.units, marked, _units("".join(letters)))


def _is_read(place: Place) -> bool:
    odd = place.odd
    return odd is None or not (odd.special or odd.platform is None or odd.platform.fragment)


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
        self._kept = np.empty(kernels.MOST_PARTS, np.int64)

    def columns(self, texts: Sequence[str]) -> Columns:
        """Read some texts; at most `_AT_ONCE`."""
        lines, many = _bytes(_lines(texts)), len(texts)
        rows, parts = np.zeros(many, ROW), np.empty(np.count_nonzero(lines == _AND) + many, PART)
        tidied = np.empty(lines.size + many, np.uint8)
        heads = self._known.with_room(lines.size + 9 * many)
        known, used, size = kernels.scan(lines, self._tables, heads, len(self._known.places), rows, parts, tidied)
        self._known.add(known)
        rows["head"][~self._known.read[rows["head"]]] = -1
        parts, text = parts[:used], _text(tidied[:size])
        inside = self._ask_wrappers(text, rows)
        platform = self._known.spans[rows["head"], 6] * (rows["carried"] == 0)
        rows["signed"][platform > 0] = 0
        self._ask_values(text, rows, parts)
        paths, steps = self._ask_paths(text, rows)
        return self._written(_bytes(text + paths), steps, rows, parts, np.flatnonzero(platform).tolist(), inside)

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

    def _ask_wrappers(self, text: str, rows: _Records) -> dict[int, str]:
        """What wrappers carry, by the places of their addresses; these have no parts to be asked about."""
        some = np.flatnonzero(self._known.wraps[rows["head"]])
        about = _fields(rows, ("head", "path", "query", "fragment", "end"), some)
        found = {}
        for place, (head, path, query, fragment, end) in zip(some.tolist(), about, strict=True):
            wrappers = self._known.places[head].wrappers
            led = carried(wrappers, text[path:query], text[query:fragment], text[fragment:end])
            if led is not None:
                wrapper, found[place] = led
                rows["carried"][place] = self._steps[wrapper.step]
                rows["signed"][place] = 0
        return found

    def _ask_forms(self, heads: list[int], places: list[int], keys: list[str]) -> tuple[list[str], list[int]]:
        """Put the key into its place where an address has one of its platform's forms; all kinds, and the places of
        those without."""
        kinds, without = ["url"] * len(heads), []
        known = self._known.places
        for place in places:
            odd = known[heads[place]].odd
            found = form_key(odd.platform, odd.forms, keys[place]) if odd and odd.platform else None
            if found is None:
                without.append(place)
            else:
                kinds[place], keys[place] = found
        return kinds, without

    def _ask_values(self, text: str, rows: _Records, parts: _Records) -> None:
        """Settle the parameters about which more than the name must be asked."""
        doubtful = np.flatnonzero((parts["step"] < 0) & ((rows["head"] >= 0) & (rows["carried"] == 0))[parts["row"]])
        values = _fields(parts, ("name_end", "end", "step"), doubtful)
        about = _fields(rows, ("head", "path", "query"), parts["row"][doubtful])
        steps = []
        for (name_end, end, asked), (head, path, query) in zip(values, about, strict=True):
            host = self._known.places[head].bare
            step = share_step(self._asked[~asked], text[name_end + 1 : end], host, text[path:query])
            steps.append(self._steps[step] if step else 0)
        parts["step"][doubtful] = steps

    def _ask_paths(self, text: str, rows: _Records) -> tuple[str, str]:
        """Paths, as keys have them, that may hold a part a rule cuts out, and the letters of their steps."""
        signed = np.flatnonzero((rows["signed"] > 0) & (rows["head"] >= 0))
        paths, steps = [], []
        for start, end in _fields(rows, ("path", "query"), signed):
            trail: list[str] = []
            path = short_path(text[start:end], self._rules, trail)
            paths.append(path if path != "/" else "")
            steps.append(self._steps.letters(trail))
        ends = _ends(paths, len(text))
        rows["given"][signed], rows["given_end"][signed] = ends[:-1], ends[1:]
        ends = _ends(steps, 0)
        rows["steps"][signed], rows["steps_end"][signed] = ends[:-1], ends[1:]
        return "".join(paths), "".join(steps)

    def _written(
        self, text: Bytes, steps: str, rows: _Records, parts: _Records, platforms: list[int], inside: dict[int, str]
    ) -> Columns:
        known, heads = self._known, rows["head"]
        ordinary = heads >= 0
        bounds = known.spans[heads[ordinary]]
        size = (bounds[:, 2] - bounds[:, 0]).sum() + text.size + 4 * rows.size
        hrefs, keys = np.empty(size, np.uint8), np.empty(size, np.uint8)
        size = (bounds[:, 5] - bounds[:, 3]).sum() + len(steps) + len(parts) + 10 * rows.size
        trails = np.empty(size, np.uint16)
        h, k, t = write(
            text, self._tables, rows, parts, known.text, known.units, known.spans, _units(steps), self._kept, hrefs,
            keys, trails,
        )  # fmt: skip
        at_heads = itemgetter(*heads.tolist(), -1)
        numbers, written = heads.tolist(), _text(keys[:k]).split("\n")
        kinds, without = self._ask_forms(numbers, platforms, written)
        return Columns(
            _text(hrefs[:h]).split("\n"),
            written,
            at_heads(known.domains),
            kinds,
            itemgetter(*str(trails[:t].data, "utf-16-le").split("\n"))(self._trails),
            at_heads(known.problems),
            sorted([*np.flatnonzero(~ordinary).tolist(), *without, *inside]),
            inside,
        )


def _longer(numbers: _Numbers, used: int, more: _Numbers) -> _Numbers:
    """Write `more` behind those used, with room that doubles."""
    if used + more.size > numbers.size:
        numbers = np.concatenate([numbers[:used], np.empty(used + more.size, numbers.dtype)])
    numbers[used : used + more.size] = more
    return numbers


def _fields(records: _Records, names: tuple[str, ...], places: Numbers) -> Iterator[tuple[int, ...]]:
    """Some fields of some records; taking whole records apart takes four times as long."""
    return zip(*[records[name][places].tolist() for name in names], strict=True)


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
    return str(written.data, "ascii")


def _units(letters: str) -> Units:
    return np.frombuffer(bytearray(letters.encode("utf-16-le")), np.uint16)
