"""What a format owes the import: recognise a file by its beginning, and hand over its rows one after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

HEAD_BYTES = 65_536
"""How much of a file's beginning `recognises` is shown."""


class Row(NamedTuple):
    """One row as the list writes it; nothing is checked yet. `number` counts from 1.

    In a table the headings are row 1, as in a spreadsheet; of lines it is the line's number, in a document the entry's.

    `values` are pairs of type and value as written; a row may hold several values of one item. `problem` is a field and
    a reason (a key of `rejects.ADVICE`) where the row cannot be read at all; `withdrawn` says the list took it back.
    """

    number: int
    values: tuple[tuple[str, str], ...] = ()
    opinion: str = ""
    threshold: str = ""
    tags: tuple[str, ...] = ()
    own_id: str = ""
    quality: str = ""
    withdrawn: bool = False
    problem: tuple[str, str] | None = None


class ListFormat(ABC):
    """One format of hash lists. Subclasses carry no state between files."""

    name: ClassVar[str]
    """What `--format` calls it."""
    rank: ClassVar[int] = 1
    """0 for a format with a signature of its own, 1 for lines of objects, 2 for tables."""

    @abstractmethod
    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins so is in this format. Never raises."""

    @abstractmethod
    def rows(self, path: Path) -> Iterator[Row]:
        """Every row in order; memory stays flat. Damage inside a row is a `problem`.

        Raises UnusableInput where the rest cannot be read, for then the list is not whole; OSError from reading.
        """
