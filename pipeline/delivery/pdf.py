"""The police report as PDF/A-3a and PDF/UA-1: typst over `data/templates`, nothing else read and nothing fetched.

typst wants its fonts in a folder, so this is the one step of a package that is not in `exporters`. No system font, no
font of typst's own and no time of the machine comes in, so the same package gives the same bytes on every machine with
the same typst. What is shown comes as JSON and is never markup; the template reads no file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file
from typing import TYPE_CHECKING

import typst

from exporters.glyphs import Glyphs
from exporters.package import Package, check_package
from exporters.report_pdf import CustodyLine, Style, report_data
from exporters.wording import Words, words_file
from pipeline.resources import resource, text
from triage.errors import BadConfiguration, HotlineError

if TYPE_CHECKING:
    from typst import PDFStandard

_STANDARDS: list[PDFStandard] = ["a-3a", "ua-1"]
"""ISO 19005-3, level A (tagged, every character with its Unicode value), together with ISO 14289-1."""
TEMPLATE = "templates/report.typ"
FONTS = "templates/fonts"
SANS, BOLD, MONO = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"


def report_pdf(package: Package, custody: Sequence[CustodyLine] = ()) -> bytes:
    """The PDF of a package for police, in the package's language.

    Raises RuleBroken where the package may not go out as it is, BadConfiguration where template, words or fonts are
    missing.
    """
    check_package(package)
    data = report_data(package, Style(words_in(package.language), glyphs()), custody)
    return _set(json.dumps(data, ensure_ascii=True), int(package.made_at.timestamp()))


@cache
def words_in(language: str) -> Words:
    """The words of one of exporters.wording.LANGUAGES. Raises BadConfiguration if they are missing or do not fit."""
    return Words.from_toml(language, text(words_file(language)))


@cache
def glyphs() -> Glyphs:
    """What the shipped fonts can show. Raises BadConfiguration if one is missing or damaged."""
    try:
        return Glyphs.of_fonts(*(resource(f"{FONTS}/{name}").read_bytes() for name in (SANS, MONO)))
    except FileNotFoundError:
        raise BadConfiguration(f"data/{FONTS} is incomplete: install the package again") from None


@cache
def _fonts() -> typst.Fonts:
    with as_file(resource(FONTS)) as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _set(data: str, at: int) -> bytes:
    """Compile; `at` is the document's time in seconds since 1970. An error of typst may quote its input: not shown."""
    with as_file(resource(FONTS)) as folder:
        compiler = typst.Compiler(
            text(TEMPLATE).encode(), root=str(folder), font_paths=_fonts(), ignore_system_fonts=True,
            sys_inputs={"report": data},
        )  # fmt: skip
        try:
            made = compiler.compile(format="pdf", pdf_standards=_STANDARDS, timestamp=at)
        except typst.TypstError:
            raise HotlineError("the report could not be set as PDF: send the package's text files instead") from None
    if not isinstance(made, bytes):
        raise HotlineError("typst made no PDF: install the package again")
    return made
