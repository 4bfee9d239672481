"""Figures as sections of tables and targets, for the terminal, for a program and for `docs/evaluation.md`.

Nothing here knows a figure: a section is made by what measured it, and a part that could not be measured says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Cell = str | int | float | None
SYNTHETIC = (
    "These figures measure invented sentences and printed news, not reports of real people: real reports are written"
    " in haste, with errors and in ways nobody here thought of. Synthetic texts are not reality; expect worse."
)


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` have one cell per column; floats are shares between 0 and 1 unless the column says otherwise."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A figure with what the project asks of it; `at_least` False: less is better; `counted`: a count, not a share."""

    name: str
    value: float
    bound: float
    at_least: bool = True
    counted: bool = False

    @property
    def met(self) -> bool:
        """Whether it is good enough."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the evaluation; `skipped` says what could not be measured, and why."""

    name: str
    targets: tuple[Target, ...] = ()
    tables: tuple[Table, ...] = ()
    skipped: tuple[str, ...] = ()


def terminal(sections: Sequence[Section]) -> list[str]:
    """Lines for a person: the targets first, then every table."""
    lines = [SYNTHETIC, ""]
    for section in sections:
        lines += [section.name.upper(), *(f"  skipped: {why}" for why in section.skipped)]
        tables = [_targets(section)] if section.targets else []
        for table in (*tables, *section.tables):
            lines += ["", f"  {table.title}", *(f"    {line}" for line in _aligned(table))]
        lines.append("")
    return lines


def markdown(sections: Sequence[Section], command: str, versions: Mapping[str, str]) -> str:
    """The text of `docs/evaluation.md`."""
    lines = ["# Evaluation", "", SYNTHETIC, "", f"Written by `{command}`; do not edit.", ""]
    lines += ["| part | version |", "|---|---|", *(f"| {name} | {version} |" for name, version in versions.items())]
    for section in sections:
        lines += ["", f"## {_capital(section.name)}", *(f"\nSkipped: {why}." for why in section.skipped)]
        tables = [_targets(section)] if section.targets else []
        for table in (*tables, *section.tables):
            lines += ["", f"{_capital(table.title)}:", ""]
            lines += [_piped(table.columns), "|" + "---|" * len(table.columns)]
            lines += [_piped([shown(cell) for cell in row]) for row in table.rows]
    return "\n".join(lines) + "\n"


def as_json(sections: Sequence[Section], versions: Mapping[str, str]) -> dict[str, Any]:
    """The same for a program, figures unrounded."""
    return {
        "note": SYNTHETIC,
        "versions": dict(versions),
        "sections": [
            asdict(section) | {"targets": [asdict(one) | {"met": one.met} for one in section.targets]}
            for section in sections
        ],
    }


def shown(cell: Cell) -> str:
    """One cell as people read it."""
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return cell if isinstance(cell, str) else f"{cell:,}"


def _targets(section: Section) -> Table:
    rows = tuple(
        (one.name, _figure(one.value, one.counted),
         f"{'at least' if one.at_least else 'at most'} {_figure(one.bound, one.counted)}",
         "yes" if one.met else "NOT MET")
        for one in section.targets
    )  # fmt: skip
    return Table("what is asked of it", ("figure", "measured", "asked", "met"), rows)


def _figure(value: float, counted: bool) -> str:
    return f"{value:,.0f}" if counted else f"{value:.3f}"


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _aligned(table: Table) -> Iterable[str]:
    rows = [list(table.columns), *([shown(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    for row in rows:
        first, *others = (cell.ljust(width) if not place else cell.rjust(width)
                          for place, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        yield "  ".join([first, *others]).rstrip()


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
