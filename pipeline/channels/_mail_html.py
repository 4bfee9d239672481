"""The text of an HTML mail, with the targets of its links: the address is often only there.

Pictures are left out: their addresses are mostly logos and tracking, and nobody may fetch them from a report.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_MOST_PARSED_CHARS = 200_000
"""Above this the parser of Python 3.11 can take quadratic time on broken markup; tags are then cut out by pattern."""
_TAG = re.compile(r"<[^<>]{0,5000}>")
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol"})
_UNSEEN = frozenset({"script", "style", "head", "title"})
_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


def html_text(html: str) -> str:
    """Readable text with links as `text <target>`; never raises, however broken the markup is."""
    if len(html) > _MOST_PARSED_CHARS:
        return _tidy(unescape(_TAG.sub(_target_only, html)))
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # the parser's answer to some broken declarations
        return _tidy(unescape(_TAG.sub(_target_only, html)))
    return _tidy("".join(reader.pieces))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag == "a":
            self._targets.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag == "a" and self._targets:
            self._say_target(self._targets.pop())

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data)

    def close(self) -> None:
        super().close()
        for target in self._targets:
            self._say_target(target)

    def _say_target(self, target: str) -> None:
        if target and target not in "".join(self.pieces[-3:]):
            self.pieces.append(f" <{target}>")


def _target_only(tag: re.Match[str]) -> str:
    target = re.search(r"""href\s*=\s*["']?([^"'\s>]+)""", tag.group(), re.IGNORECASE)
    return f" {target.group(1)} " if target else " "


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip()
