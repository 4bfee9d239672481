"""Loads the shipped name model from `data/models/names`; whatever is wrong with it is found before a text is read.

The folder is a spaCy pipeline and beside it `manifest.json`: version, thresholds, and the SHA-256 of each file that is
loaded. A redactor without its model lets no free text out, so a missing or changed file is an error, never a guess.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.resources import resource
from triage.errors import BadConfiguration

if TYPE_CHECKING:
    from triage.redacting.name_model import NameModel

FOLDER = "models/names"
MANIFEST = "manifest.json"
UNLISTED = (MANIFEST, "model_card.md", "LICENCE.md")
"""Files of the folder that are read by people or by this module only."""
_REMEDY = "install the package again, or train the model with `make names-model`; until then no free text leaves"


def load(folder: Path | None = None) -> NameModel:
    """The name model of the installation, or of a folder; takes about a second, so keep it.

    Raises BadConfiguration if it is missing, damaged or made for another spaCy.
    """
    folder = folder or Path(str(resource(FOLDER)))
    manifest = _manifest(folder)
    for name, digest in manifest["files"].items():
        if _digest(folder / name) != digest:
            raise BadConfiguration(f"the name model is incomplete or changed (file {name}): {_REMEDY}")
    from triage.redacting.name_model import NameModel

    try:
        return NameModel(_pipeline(folder), manifest["thresholds"], manifest["version"])
    except (OSError, ValueError, KeyError, TypeError) as unfit:
        raise BadConfiguration(f"the name model does not fit this program: {_REMEDY}") from unfit


def seal(folder: Path, version: str, thresholds: Mapping[str, float]) -> None:
    """Write the manifest of a trained model over all its files."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = {name: _digest(folder / name) for name in names if name not in UNLISTED}
    manifest = {"version": version, "thresholds": dict(thresholds), "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConfiguration(f"the name model is missing: {_REMEDY}") from None
    except ValueError:
        raise BadConfiguration(f"the manifest of the name model cannot be read: {_REMEDY}") from None
    if (
        not isinstance(manifest, dict)
        or not {"version", "thresholds", "files"} <= set(manifest)
        or not manifest["files"]
    ):
        raise BadConfiguration(f"the manifest of the name model lacks an entry: {_REMEDY}")
    return manifest


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _pipeline(folder: Path) -> Any:
    from spacy.util import load_model_from_path

    import triage.redacting.name_tagger  # noqa: F401  (makes component and network known to spaCy)
    from triage.redacting.name_language import CODE

    nlp = load_model_from_path(folder)
    if nlp.lang != CODE:
        raise ValueError("not a pipeline of this project")
    return nlp
