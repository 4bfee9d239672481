"""What `hotline lists` prints: lists in force, one list, one entry, and what came of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipeline.bootstrap import App
from pipeline.cli import screens
from pipeline.cli.plain_words import counted
from pipeline.desk import people
from pipeline.desk.times import local
from pipeline.lists import flood, opinions
from pipeline.lists.catalogue import InForce, names, opened
from pipeline.lists.importing import Imported
from pipeline.lists.manifest import Manifest
from pipeline.lists.opinions import Said, State
from pipeline.lists.saved import REJECTS_NAME
from pipeline.lists.values import PERCEPTUAL_BYTES, BadValue, ListKind, radius_of
from pipeline.store.engine import reading
from triage.errors import Damage, UsageError
from triage.people import Act

NUMBERS_SHOWN = 20
_NO_LIST = "There is no list yet: `hotline lists import FILE --name NAME`."


@dataclass(frozen=True, slots=True)
class Screen:
    """The same, for people and for programs."""

    lines: list[str]
    values: dict[str, Any]


def radii(given: Sequence[str]) -> dict[str, int]:
    """Thresholds from `TYPE=BITS`. Raises UsageError without repeating what was given."""
    read: dict[str, int] = {}
    for one in given:
        kind, _, bits = one.partition("=")
        try:
            read[kind] = radius_of(kind, bits)
        except BadValue:
            raise UsageError("a threshold is TYPE=BITS: pdq up to 90, phash, dhash and whash up to 16") from None
    return read


def imported(done: Imported) -> list[str]:
    """What came of an import."""
    source, counted = done.manifest.source, done.manifest.counted
    in_force = [("kind", _KINDS[source.kind]), ("threshold", _thresholds(done.manifest))]
    if done.unchanged:
        said = f"List {source.name}, version {done.manifest.version}: this file is in force already; nothing done."
        return [said, *screens.pairs(in_force)]
    lines = [
        f"List {source.name}, version {done.manifest.version}, is in force ({source.format}).",
        *screens.pairs([
            *in_force,
            ("rows", f"{counted.rows:,}"), ("entries", f"{counted.entries:,}"), ("repeated", f"{counted.repeated:,}"),
            ("withdrawn", f"{counted.withdrawn:,}" if counted.withdrawn else ""),
            ("rejected", f"{counted.rejected:,}" if counted.rejected else ""),
            ("not used", _unusable(counted.unusable)),
        ]),
        *_turned(done),
    ]  # fmt: skip
    if done.manifest.files[REJECTS_NAME]["bytes"] > _HEADING_BYTES:
        lines.append(f"Rows and values that did not go in are named in {done.folder / REJECTS_NAME}")
    if done.previous:
        lines.append(f"Version {done.previous} is kept beside it until the next import.")
    return lines


def imported_json(done: Imported) -> dict[str, Any]:
    """The same for a program."""
    return _facts(done.manifest) | {
        "unchanged": done.unchanged, "before": done.previous, "rejects": str(done.folder / REJECTS_NAME),
        "kind_before": done.kind_before and str(done.kind_before),
        "thresholds_before": done.thresholds_before and dict(done.thresholds_before),
    }  # fmt: skip


def overview(app: App) -> Screen:
    """Every list in force, and which of them are damaged."""
    people.allowed(app, Act.SEE_QUEUE)
    in_force: list[InForce] = []
    damaged: dict[str, str] = {}
    with reading(app.store.engine) as connection:
        for name in names(connection):
            try:
                in_force.append(opened(app, connection, name))
            except Damage as damage:
                damaged[name] = str(damage)
        said = [opinions.states(connection, one.list_no) for one in in_force]
    rows = [_row(one, states) for one, states in zip(in_force, said, strict=True)]
    heading = ("list", "version", "kind", "entries", "imported", "disputed here", "quarantined")
    lines = screens.table(heading, rows, right=frozenset({3, 5, 6})) if rows else [_NO_LIST]
    lines = lines if rows or not damaged else []
    lines += [f"DAMAGED, nothing is matched until it is mended: {why}." for why in damaged.values()]
    waiting = sum(_count(states)["quarantined"] for states in said)
    if waiting:
        lines.append(f"{waiting:,} entries matched too much and wait for `hotline lists confirm` or `dispute`.")
    values = [
        _facts(one.saved.manifest) | _count(states) | {"before": one.previous}
        for one, states in zip(in_force, said, strict=True)
    ]
    return Screen(lines, {"lists": values, "damaged": sorted(damaged)})


def one_list(app: App, name: str) -> Screen:
    """One list; reads all its files to say whether they are what was imported, even where a stamp says so."""
    people.allowed(app, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        known = people.names(connection)
        one = opened(app, connection, name, unread=True)
        said = opinions.states(connection, one.list_no)
        waiting = next((found for found in flood.waiting(connection) if found.name == name), None)
    manifest, changed = one.saved.manifest, one.saved.changed_files()
    numbers = {} if changed else opinions.numbered(one.saved, said, app.store.index_key)
    source = manifest.source
    imported_by = known.get(manifest.imported_by, "a person not known here")
    lines = screens.pairs([
        ("list", source.name), ("kind", _KINDS[source.kind]), ("version", manifest.version),
        ("before", one.previous or ""),
        ("licence", screens.harmless(source.licence) or "none noted"), ("format", source.format),
        ("imported", f"{_imported_at(manifest)} by {screens.harmless(imported_by)}"),
        ("source", f"{source.bytes:,} bytes, SHA-256 {source.sha256}"),
        ("threshold", _thresholds(manifest)), ("rejected", counted(manifest.counted.rejected, "row")),
        ("said here", "" if changed else "; ".join(_said_here(numbers)) or "nothing"),
        ("quarantine", _numbers(numbers, None) if waiting else ""),
        ("files", "DAMAGED, NOT what was imported: import the list again" if changed else "as imported"),
    ])  # fmt: skip
    counts = [(kind, *(f"{counted[word]:,}" for word in _WORDS)) for kind, counted in manifest.counted.opinions.items()]
    heading = ("type", *(f"list says {word}" for word in _WORDS))
    lines += ["", *screens.table(heading, counts, right=frozenset({1, 2, 3}))]
    values = _facts(manifest) | _count(said) | {"before": one.previous, "changed_files": changed}
    values["entries_said"] = [{"entry": number} | _said(state) for number, state in numbers.items()]
    return Screen(lines, values)


def one_entry(app: App, name: str, number: int) -> Screen:
    """One entry with its value: for people who work on cases."""
    people.allowed(app, Act.TAKE_CASE)
    with reading(app.store.engine) as connection:
        one = opened(app, connection, name)
        said = opinions.states(connection, one.list_no)
    entry = one.saved.entry(number)
    if entry is None:
        raise UsageError(f"list {name} has entries 1 to {one.saved.manifest.counted.entries}")
    state = said.get(opinions.entry_digest(entry, app.store.index_key), opinions.UNTOUCHED)
    lines = screens.pairs([
        ("list", f"{name}, version {one.saved.manifest.version}"), ("entry", str(number)),
        ("own id", screens.harmless(entry.own_id)), ("type", entry.type), ("value", entry.value.hex()),
        ("threshold", f"{entry.threshold} bits"), ("opinion", entry.opinion.name.lower()),
        ("tags", screens.harmless(", ".join(entry.tags))), ("said here", state.said or ""), ("reason", state.reason),
        ("quarantined", "yes" if state.quarantined_at is not None else ""),
    ])  # fmt: skip
    values = asdict(entry) | {"value": entry.value.hex(), "opinion": entry.opinion.name.lower(), "list": name}
    return Screen(lines, values | _said(state))


_WORDS = ("positive", "disputed", "negative")
_KINDS = {
    ListKind.KNOWN: "known: a match is a reason to look",
    ListKind.ALLOW: "allow: suppresses the matches of every list",
}
_HEADING_BYTES = len("row,field,reason,advice\r\n")


def _row(one: InForce, states: Mapping[bytes, State]) -> tuple[str, ...]:
    manifest, counted = one.saved.manifest, _count(states)
    return (
        manifest.source.name, manifest.version, str(manifest.source.kind), f"{manifest.counted.entries:,}",
        _imported_at(manifest), str(counted["disputed_here"]), str(counted["quarantined"]),
    )  # fmt: skip


def _imported_at(manifest: Manifest) -> str:
    return local(datetime.fromisoformat(manifest.imported_at))


def _thresholds(manifest: Manifest) -> str:
    """Bits by type, of the types this list holds."""
    source, held = manifest.source, manifest.counted.opinions
    return ", ".join(f"{kind} {source.radius(kind)}" for kind in PERCEPTUAL_BYTES if kind in held)


def _turned(done: Imported) -> list[str]:
    """What is not as it was in the version before: its kind, and thresholds of types this list holds."""
    source = done.manifest.source
    lines = []
    if done.kind_before not in (None, source.kind):
        lines.append(f"ITS KIND CHANGED: it was of kind {done.kind_before} before.")
    changed = [
        f"{kind} was {bits}" for kind, bits in (done.thresholds_before or {}).items()
        if kind in done.manifest.counted.opinions and bits != source.radius(kind)
    ]  # fmt: skip
    return [*lines, f"Thresholds changed: {', '.join(changed)}."] if changed else lines


def _count(states: Mapping[bytes, State]) -> dict[str, int]:
    return {
        "disputed_here": sum(state.said is Said.DISPUTED for state in states.values()),
        "confirmed_here": sum(state.said is Said.CONFIRMED for state in states.values()),
        "quarantined": sum(state.quarantined_at is not None for state in states.values()),
    }


def _facts(manifest: Manifest) -> dict[str, Any]:
    source = manifest.source
    return {
        "list": source.name, "version": manifest.version, "kind": str(source.kind), "licence": source.licence,
        "format": source.format, "source_sha256": source.sha256, "imported_at": manifest.imported_at,
        "imported_by": manifest.imported_by,
        "thresholds": {kind: source.radius(kind) for kind in PERCEPTUAL_BYTES if kind in manifest.counted.opinions},
        **asdict(manifest.counted),
    }  # fmt: skip


def _said(state: State) -> dict[str, Any]:
    return {"said": state.said, "reason": state.reason, "quarantined": state.quarantined_at is not None}


def _numbers(numbers: Mapping[int, State], said: Said | None) -> str:
    """Entry numbers of which this was said (None: that wait in quarantine)."""
    chosen = [
        number for number, state in numbers.items()
        if (state.quarantined_at is not None if said is None else state.said is said)
    ]  # fmt: skip
    more = f" and {len(chosen) - NUMBERS_SHOWN:,} more" if len(chosen) > NUMBERS_SHOWN else ""
    return f"entries {', '.join(map(str, chosen[:NUMBERS_SHOWN]))}{more}" if chosen else ""


def _said_here(numbers: Mapping[int, State]) -> list[str]:
    """What people here said of entries, whatever the list says of them itself."""
    told = ((said, _numbers(numbers, said)) for said in (Said.DISPUTED, Said.CONFIRMED))
    return [f"{said}: {shown}" for said, shown in told if shown]


def _unusable(unusable: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(unusable.items()))
