"""Which trained model judges reports here: the shipped one, or one this hotline trained and a person put in force.

A trained model lies in `<workspace>/models/reports/<version>/`; the version is the digest of its files, so a changed
file is found out. The store says which one is in force and which one only runs beside it (table `meta`): both change in
the transaction that writes the act into the audit chain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from classifiers.model import ABOUT_FILE, FOLDER, WEIGHTS_FILE, version_of
from pipeline import resources, sealed
from pipeline.durable import new_folder, write_file
from pipeline.store.schema import meta
from pipeline.workspace import Workspace, make_private
from triage.errors import Damage, UsageError

CARD_FILE = "model_card.md"
SHIPPED = "shipped"
"""Names the model that came with the program."""
IN_FORCE, BESIDE = "report_model", "report_model_beside"
_NEEDED = (WEIGHTS_FILE, ABOUT_FILE)
_REMEDY = "install the package again, or train the model with `make reports-model`; until then nothing is classified"
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Versions as the store has them: the one that counts (SHIPPED or a version) and the one beside it, if any."""

    in_force: str
    beside: str | None


def shipped() -> dict[str, bytes]:
    """The files of the model that came with the program. Raises BadConfiguration if one is missing or was changed."""
    place = resources.resource(f"models/{FOLDER}")
    sealed.checked(place, "report model", _REMEDY, needed=_NEEDED)
    return {name: place.joinpath(name).read_bytes() for name in _NEEDED}


def chosen(connection: Connection) -> Chosen:
    """What the store says."""
    rows = connection.execute(select(meta).where(meta.c.name.in_((IN_FORCE, BESIDE))))
    told = {row.name: str(row.value) for row in rows}
    return Chosen(told.get(IN_FORCE, SHIPPED), told.get(BESIDE))


def write_down(connection: Connection, new: Chosen) -> None:
    """Put versions into the store, inside the caller's writing transaction."""
    connection.execute(delete(meta).where(meta.c.name.in_((IN_FORCE, BESIDE))))
    connection.execute(meta.insert().values(name=IN_FORCE, value=new.in_force))
    if new.beside is not None:
        connection.execute(meta.insert().values(name=BESIDE, value=new.beside))


def folder(workspace: Workspace, version: str) -> Path:
    """Where a trained model lies."""
    return workspace.root / "models" / FOLDER / version


def save(workspace: Workspace, files: Files) -> str:
    """Keep a trained model; answers its version. The same model again changes nothing."""
    version = version_of(files)
    place = folder(workspace, version)
    make_private(place.parent.parent)
    make_private(place.parent)
    with new_folder(place) as temporary:
        for name, content in files.items():
            write_file(temporary / name, content)
    make_private(place)
    return version


def opened(workspace: Workspace, version: str) -> dict[str, bytes]:
    """The files of a version (SHIPPED too). Raises UsageError if there is none, Damage if they were changed."""
    if version == SHIPPED:
        return shipped()
    place = folder(workspace, version)
    if version not in versions(workspace):
        raise UsageError("no model of this version is kept here: see `hotline train show`")
    try:
        files = {name: (place / name).read_bytes() for name in _NEEDED}
    except OSError:
        raise Damage("a trained model cannot be read: restore it from your backup or switch to another model") from None
    if version_of(files) != version:
        raise Damage("a trained model was changed on disk: restore it from your backup or switch to another model")
    return files


def versions(workspace: Workspace) -> list[str]:
    """Versions kept here, by name."""
    place = folder(workspace, "any").parent
    return sorted(one.name for one in place.iterdir() if not one.name.startswith(".")) if place.is_dir() else []


def about(files: Files) -> dict[str, Any]:
    """Thresholds, figures and origin of a model."""
    told: dict[str, Any] = json.loads(files[ABOUT_FILE])
    return told


def as_models(files: Files) -> dict[str, bytes]:
    """As `classifiers.base.RuleTexts.models` names them."""
    return {f"{FOLDER}/{name}": content for name, content in files.items()}
