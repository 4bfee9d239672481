"""Folders of a trained model with a manifest: a file that is missing or was changed is found before it judges.

The manifest lies in the folder itself and holds the SHA-256 of each file that is loaded, with whatever else the model
has to tell. It guards against accidents and edits by hand, not against somebody who writes a new manifest too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any

from triage.errors import BadConfiguration

MANIFEST = "manifest.json"


def manifest(files: Mapping[str, bytes], **told: object) -> bytes:
    """The bytes of MANIFEST over `files` (slash-separated names), with what else is told."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    return (json.dumps({**told, "files": digests}, indent=1) + "\n").encode()


def checked(
    folder: Traversable, what: str, remedy: str, told: Sequence[str] = (), needed: Sequence[str] = ()
) -> dict[str, Any]:
    """The manifest of the model `what`, each file it lists found unchanged.

    Raises BadConfiguration, naming the file, if one is missing or changed, if the manifest lists none or not all
    `needed`, or lacks one of the entries `told`. `remedy` ends the message.
    """
    read = _read(folder, what, remedy)
    listed = read.get("files")
    if not isinstance(listed, dict) or not listed or not {*told} <= set(read):
        raise BadConfiguration(f"the manifest of the {what} lacks an entry: {remedy}")
    for name in (*listed, *needed):
        if listed.get(name) != _digest(folder, name):
            raise BadConfiguration(f"the {what} is incomplete or changed (file {name}): {remedy}")
    return read


def _read(folder: Traversable, what: str, remedy: str) -> dict[str, Any]:
    try:
        return dict(json.loads(folder.joinpath(MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BadConfiguration(f"the {what} is missing (no {MANIFEST}): {remedy}") from None
    except (ValueError, TypeError):
        raise BadConfiguration(f"the manifest of the {what} cannot be read: {remedy}") from None


def _digest(folder: Traversable, name: str) -> str:
    try:
        return hashlib.sha256(folder.joinpath(*name.split("/")).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
