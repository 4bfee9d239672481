"""Write an address so that nobody opens it by accident: `hxxps://host[.]example/x`.

For screens, packages and logs people read. Dots of the host are bracketed, the scheme loses its letters, and characters
that could change how a line looks (controls, bidirectional marks, invisible ones) are written as escapes. A host in
punycode is followed by the same host in its own script, so that a look-alike of another name is seen as one.
"""

from __future__ import annotations

import re
import unicodedata

from triage.homographs import PUNYCODE_MARK, shown_in_unicode

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30})(://)?")
_FANGED = {"http": "hxxp", "https": "hxxps", "ftp": "fxp", "ws": "wxs", "wss": "wxss"}
_PLACE_END = re.compile(r"[/?#\\]")
_BARE, _BARE_MARK = (re.compile(rf"(?<![\[({{]){sign}|{sign}(?![\])}}])") for sign in ("[.@]", "://"))
"""What nobody defanged yet: not in brackets on both sides."""
_IN_A_TEXT = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,30}://|\bwww\.|\b(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}(?::\d{1,5})?/)[^\s<>\"']+",
    re.IGNORECASE,
)
"""An address from its scheme on, whatever stands before it: `(https://…`, `link:https://…`; or a host with a path."""
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def defang(address: str) -> str:
    """`address` made harmless to click and to look at; any text is allowed, only the ability to open it is lost."""
    scheme, mark, rest = address.partition("://")
    if not mark or not _SCHEME.fullmatch(scheme):
        scheme, mark, rest = "", "", address
    end = _PLACE_END.search(rest)
    cut = end.start() if end else len(rest)
    place = _bracketed(rest[:cut])
    shown = _FANGED.get(scheme.lower(), scheme) + mark + place + _BARE_MARK.sub("[://]", rest[cut:])
    if PUNYCODE_MARK in place:
        shown += f" ({_bracketed(shown_in_unicode(rest[:cut].rpartition('@')[2]))})"
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(map(_visible, shown))


def harmless(text: str) -> str:
    """A whole text as people may see it: no control or invisible character works, no address can be clicked.

    Line breaks stay, as `\\n`.
    """
    lines = text.replace("\r\n", "\n")
    shown = "".join(char if char.isprintable() or char == "\n" else f"\\u{ord(char):04x}" for char in lines)
    return _IN_A_TEXT.sub(lambda found: defang(found[0]), shown)


def _bracketed(place: str) -> str:
    """Dots and `@` in brackets, those that came in so (`host[.]example`) as they are."""
    return _BARE.sub(lambda found: f"[{found[0]}]", place)


def _visible(char: str) -> str:
    if unicodedata.category(char) not in _UNSAFE_CATEGORIES and (char == " " or not char.isspace()):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
