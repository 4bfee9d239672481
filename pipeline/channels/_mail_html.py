"""The text of an HTML mail, with the targets of its links: the address is often only there.

Pictures are left out: their addresses are mostly logos and tracking, and nobody may fetch them from a report.
Tags are found by a pattern in linear time. The standard `html.parser` of Python 3.11 takes quadratic time on broken
markup: 180 kB of `<a ` held it for 259 s of processor time (measured), and anyone may write to a hotline.
"""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"<(!--|[^<>]{1,20000}>)")
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]{0,30}")
_TARGET = re.compile(r"""\shref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "body"})
_UNSEEN = frozenset({"script", "style", "head", "title"})


def html_text(html: str) -> str:
    """Readable text with links as `text <target>`; never raises, however broken the markup is."""
    reader = _Reader()
    position, comments_end = 0, True
    while match := _TAG.search(html, position):
        reader.say(html[position : match.start()])
        position = match.end()
        if match.group(1) != "!--":
            reader.tag(match.group(1))
        elif comments_end:
            end = html.find("-->", position)
            comments_end = end >= 0
            position = end + 3 if comments_end else position
    reader.say(html[position:])
    return _tidy(reader.finished())


class _Reader:
    """Turns tags and texts into lines of text as they come."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._unseen = ""
        self._target = ""

    def say(self, text: str) -> None:
        if text and not self._unseen:
            self._pieces.append(unescape(" ".join(text.split("\n"))))

    def tag(self, tag: str) -> None:
        found = _NAME.match(tag)
        name = found.group().lower() if found else ""
        if self._unseen:
            self._unseen = "" if name == f"/{self._unseen}" else self._unseen
        elif name in _UNSEEN:
            self._unseen = name
        elif name.lstrip("/") in _BREAKS:
            self._pieces.append("\n")
        elif name in ("a", "/a"):
            self._say_target()
            target = _TARGET.search(tag) if name == "a" else None
            self._target = unescape(next(filter(None, target.groups()), "")) if target else ""

    def finished(self) -> str:
        self._say_target()
        return "".join(self._pieces)

    def _say_target(self) -> None:
        if self._target and self._target not in "".join(self._pieces[-2:]):
            self._pieces.append(f" <{self._target}>")
        self._target = ""


def _tidy(text: str) -> str:
    """Lines without blanks at their ends, and one empty line where there were several."""
    lines = [line.strip() for line in text.split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()
