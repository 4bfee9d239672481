"""Loads the shipped name model from `data/models/names`; whatever is wrong with it is found before a text is read.

The folder is a spaCy pipeline and beside it `manifest.json`: version, thresholds, and the SHA-256 of each file that is
loaded. A redactor without its model lets no free text out, so a missing or changed file is an error, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.resources import resource
from pipeline.sealed import MANIFEST, checked, manifest
from triage.errors import BadConfiguration

if TYPE_CHECKING:
    from triage.redacting.name_model import NameModel

FOLDER = "models/names"
UNLISTED = (MANIFEST, "model_card.md", "LICENCE.md")
"""Files of the folder that are read by people or by this module only."""
_LONG_RUN_CHARS, _LONGEST_ENDING_CHARS = 16, 64
_REST = re.compile(r"(?s:.*)")
_REMEDY = "install the package again, or train the model with `make names-model`; until then no free text leaves"


def is_there() -> bool:
    """Whether this installation has a name model, sound or not."""
    return resource(f"{FOLDER}/{MANIFEST}").is_file()


def load(folder: Path | None = None, *, cautious: bool = True) -> NameModel:
    """The name model of the installation, or of a folder; takes about a second, so keep it.

    Without caution it says only what it holds most likely, which is for measuring.

    Raises BadConfiguration if it is missing, damaged or made for another spaCy.
    """
    folder = folder or Path(str(resource(FOLDER)))
    told = check(folder)
    from triage.redacting.name_model import STYLES, NameModel

    try:
        thresholds = told["thresholds"] if cautious else dict.fromkeys(STYLES, 1.0)
        return NameModel(_pipeline(folder), thresholds, told["version"])
    except (OSError, ValueError, KeyError, TypeError) as unfit:
        raise BadConfiguration(f"the name model does not fit this program: {_REMEDY}") from unfit


def check(folder: Path | None = None) -> dict[str, Any]:
    """Its manifest, if all files are as they were trained; loads nothing. Raises BadConfiguration."""
    return checked(folder or Path(str(resource(FOLDER))), "name model", _REMEDY, told=("version", "thresholds"))


def seal(folder: Path, version: str, thresholds: Mapping[str, float]) -> None:
    """Write the manifest of a trained model over all its files."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = {name: (folder / name).read_bytes() for name in names if name not in UNLISTED}
    (folder / MANIFEST).write_bytes(manifest(files, version=version, thresholds=dict(thresholds)))


def quick_suffix(search: Callable[[str], re.Match[str] | None]) -> Callable[[str], re.Match[str] | None]:
    """spaCy's search for what ends a word, over its last characters only, and a long run of one sign at once.

    spaCy takes one sign after the other off a word and each time searches all of it: 19 KB of brackets took 5 s.
    """

    def quick(word: str) -> re.Match[str] | None:
        last = word[-1:]
        run = len(word) - len(word.rstrip(last))
        if run >= _LONG_RUN_CHARS and not last.isalnum():
            return _REST.match(word, len(word) - run)
        return search(word[-_LONGEST_ENDING_CHARS:])

    return quick


def _pipeline(folder: Path) -> Any:
    from spacy.util import load_model_from_path

    import triage.redacting.name_tagger  # noqa: F401  (makes component and network known to spaCy)
    from triage.redacting.name_language import CODE

    nlp = load_model_from_path(folder)
    if nlp.lang != CODE:
        raise ValueError("not a pipeline of this project")
    tokenizer: Any = nlp.tokenizer
    tokenizer.suffix_search = quick_suffix(tokenizer.suffix_search)
    return nlp
