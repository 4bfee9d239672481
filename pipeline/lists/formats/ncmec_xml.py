"""XML shaped like the answers of NCMEC's hash sharing (v2): `image` and `video` entries with `fingerprints`.

Read from the public client of the exchange: `member id=`, `id`, `classification`, `fingerprints` with an element per
type; `deletedImage` and `deletedVideo` are entries taken back. Assumed, since the document itself is not public: a
`negativeFeedback` element inside an entry makes it disputed. Classification and member stay the list's own tags. A
document type declaration is refused, so no entity of the file's own is ever expanded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from pipeline.lists.formats.base import ListFormat, Row
from triage.errors import UnusableInput

_PIECE_BYTES = 1024 * 1024
_LONGEST_TEXT_CHARS = 4_096
_ENTRIES = {"image": False, "video": False, "deletedimage": True, "deletedvideo": True}
"""Element to whether it takes an entry back."""


class NcmecXml(ListFormat):
    """What an organisation with access to the exchange may store of it."""

    name = "ncmec-xml"
    rank = 0

    def recognises(self, head: bytes) -> bool:
        """By XML with a query result or fingerprints in it."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return start.startswith(b"<") and (b"queryResult" in head or b"fingerprints" in head)

    def rows(self, path: Path) -> Iterator[Row]:
        """Every entry.

        Raises UnusableInput where the document breaks, or declares a document type or an unknown encoding; OSError.
        """
        reader = _Reader()
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield from reader.feed(piece, last=False)
            yield from reader.feed(b"", last=True)


class _Reader:
    """Gathers entries while the parser walks through the document."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = _refuse
        self._path: list[str] = []
        self._text: list[str] = []
        self._row: Row | None = None
        self._count = 0
        self._done: list[Row] = []

    def feed(self, piece: bytes, *, last: bool) -> list[Row]:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError:
            raise UnusableInput(
                f"the file breaks off or is damaged after entry {self._count:,}: fetch it again"
            ) from None
        except (LookupError, ValueError):
            raise UnusableInput(
                "the file declares an encoding that cannot be read here: ask its source for one in UTF-8"
            ) from None
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        plain = local.lower()
        if self._row is None and plain in _ENTRIES:
            self._count += 1
            self._row = Row(self._count, withdrawn=_ENTRIES[plain])
        elif self._row is not None and plain == "member" and attributes.get("id"):
            self._row = self._row._replace(tags=(*self._row.tags, f"member:{attributes['id']}"))
        elif self._row is not None and plain == "negativefeedback":
            self._row = self._row._replace(opinion="disputed")
        self._path.append(local)
        self._text.clear()

    def _end(self, name: str) -> None:
        self._path.pop()
        plain = name.rpartition(":")[2].lower()
        text = "".join(self._text).strip()
        self._text.clear()
        row, above = self._row, self._path[-1].lower() if self._path else ""
        if row is None:
            return
        if plain in _ENTRIES:
            self._done.append(row)
            self._row = None
        elif above == "fingerprints" and text:
            self._row = row._replace(values=(*row.values, (name.rpartition(":")[2], text)))
        elif above in _ENTRIES and plain == "id":
            self._row = row._replace(own_id=text)
        elif above in _ENTRIES and plain == "classification" and text:
            self._row = row._replace(tags=(*row.tags, f"classification:{text}"))

    def _characters(self, text: str) -> None:
        if len(self._text) < _LONGEST_TEXT_CHARS:
            self._text.append(text[:_LONGEST_TEXT_CHARS])


def _refuse(*_declared: object) -> None:
    raise UnusableInput("the file declares a document type, which no list needs: ask its source for a plain one")
