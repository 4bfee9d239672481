"""Host names that look like other host names: found and named, never merged with what they look like.

A label is a homograph when it mixes Latin with letters of a look-alike script, or when every letter of it has a Latin
twin. The idea and the notions "mixed script" and "whole-script confusable" are those of Unicode Technical Standard 39
(https://www.unicode.org/reports/tr39/); the small table below states which single letters look like a Latin one in
common type, as its data file confusables.txt does at length. A whole label in the script of its own top-level domain
is ordinary and not named.
"""

from __future__ import annotations

import unicodedata

PUNYCODE_MARK = "xn--"
_LOOK_ALIKE_SCRIPTS = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
_TWINS = frozenset(
    "аеорсухіјѕһԁԛԝӏьвгкмнтпшҽгѵүґ"  # Cyrillic
    "αονρτυικχεηωγ"  # Greek
    "օսհոցզքյլԁ"  # Armenian
    "ıɑɡɩʟɴɪʀ"  # Latin letters that are no part of usual names
)  # fmt: skip
"""Letters that stand for a Latin one to the eye: lower case, since hosts are."""
_ODD_LATIN = frozenset("ıɑɡɩʟɴɪʀ")


def is_homograph(host: str) -> bool:
    """Whether a host (as the URL parser writes it: lower case, punycode) has a label made to look like another."""
    if PUNYCODE_MARK not in host:
        return False
    labels = [_unicode(label) for label in host.split(".")]
    own_script = _scripts(labels[-1]) if labels else frozenset()
    return any(_is_look_alike(label, own_script) for label in labels[:-1])


def shown_in_unicode(host: str) -> str:
    """The host with its punycode labels in their own script; a label that cannot be read stays as it is."""
    if PUNYCODE_MARK not in host:
        return host
    return ".".join(_unicode(label) for label in host.split("."))


def _is_look_alike(label: str, own_script: frozenset[str]) -> bool:
    if label.isascii():
        return False
    scripts = _scripts(label)
    strange = scripts & _LOOK_ALIKE_SCRIPTS
    if len(strange) > 1 or (strange and "LATIN" in scripts):
        return True
    letters = [char for char in label if char.isalpha()]
    if any(char in _ODD_LATIN for char in letters):
        return True
    return bool(strange) and not strange & own_script and all(char in _TWINS for char in letters)


def _scripts(label: str) -> frozenset[str]:
    """First words of the letters' Unicode names, which are their scripts."""
    return frozenset(unicodedata.name(char, "?").partition(" ")[0] for char in label if char.isalpha())


def _unicode(label: str) -> str:
    if not label.startswith(PUNYCODE_MARK):
        return label
    try:
        return label.removeprefix(PUNYCODE_MARK).encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
