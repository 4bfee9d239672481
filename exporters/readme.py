"""README.txt: what each file of a package for police is, in the package's language.

Table headings and codes stay English, since programs read them; here stands what they mean.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from exporters.cover import elsewhere, head_lines
from exporters.package import Package
from exporters.wording import Words

FILE = "README.txt"
HASH_LIST = "vics"
"""The kind of package without a report for a person."""
WIDTH_CHARS = 96
_INDENT = "    "


def readme(package: Package, files: Iterable[str], words: Words) -> bytes:
    """The page for the files named, in the order of their names; a file nobody described is named all the same."""
    lines = [f"{line.heading}: {line.body}" for line in head_lines(package, words)]
    note = words.said("document", "hash_list_note" if package.kind == HASH_LIST else "files_note")
    if said := elsewhere(package, words):
        lines += ["", *_wrapped(" ".join(said), "")]
    lines += ["", words.said("document", "files").upper(), "", *_wrapped(note, ""), ""]
    for name in sorted(files):
        described = words.code("files", name)
        lines += [name, *(_wrapped(described, _INDENT) if described != name else ())]
    return "".join(f"{line}\n" for line in lines).lstrip("\n").encode()


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH_CHARS, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
