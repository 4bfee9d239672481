"""Train a model from this hotline's decided cases, on top of the shipped texts; it then runs beside the one in force.

Texts are opened for the length of the training, in this process's memory; what is kept is numbers (weights, counts,
figures). Whole cases are held out for the figures, which are compared with the model in force on the same cases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifiers.model import ABOUT_FILE, FOLDER
from pipeline import report_models, resources
from pipeline.bootstrap import App, rule_texts
from pipeline.desk.models import keep_beside
from pipeline.desk.training_cases import gathered
from pipeline.report_models import CARD_FILE
from pipeline.training.reports.examples import Phrasing, as_said
from triage.errors import BadConfiguration, Damage, UsageError
from triage.people import Act, Person, require

_NEEDED = ("sklearn", "scipy")
_CASE_FIGURES = ("texts", "suspect_recall", "suspect_precision", "macro_f1")
"""What people's decisions can measure: nobody writes down whether a danger was there."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A new model: its version, its card for people, and on the held-out cases its figures and those in force."""

    version: str
    card: str
    cases: dict[str, float]
    cases_in_force: dict[str, float]


def train(
    app: App, by: Person, now: datetime, seed: int, told: Callable[[str], None],
    base: Sequence[Phrasing] | None = None,
) -> Trained:  # fmt: skip
    """Train, measure, keep and put beside; `base`: texts to start from (the shipped ones).

    Raises RuleBroken, BadConfiguration, UsageError; then nothing was kept.
    """
    require(by, Act.MANAGE_MODELS)
    _check_installed()
    base = base_set() if base is None else base
    cases = gathered(app, by, now)
    from pipeline.training.reports.figures import CASES, decision
    from pipeline.training.reports.shipped import make

    counted = len({one.family for one in cases})
    facts = {"decided_cases": counted, "trained_at": now.date().isoformat(), "program_texts": len(base)}
    made = make([*base, *cases], rule_texts(), seed, told, facts=facts)
    in_force = _case_figures(decision(cases, app.decider.decide_all([as_said(one, one.category) for one in cases])))
    new = _case_figures(made.told["by_source"][CASES])
    card = "\n".join([made.files[CARD_FILE].decode().rstrip(), "", *_compared(new, in_force), ""])
    details = {"cases": counted, "texts": len(cases), "seed": seed}
    version = keep_beside(app, by, {**made.files, CARD_FILE: card.encode()}, now, details)
    return Trained(version, card, new, in_force)


def _check_installed() -> None:
    from importlib.util import find_spec

    if not all(find_spec(name) for name in _NEEDED):
        raise BadConfiguration("training needs scikit-learn: install this program with its extra `train`")


def base_set() -> Sequence[Phrasing]:
    """The texts the shipped model learned from. Raises UsageError if this installation has none."""
    from pipeline.training.reports.shipped import BASE_FILE, base_texts

    file = resources.resource(f"models/{FOLDER}/{BASE_FILE}")
    if not file.is_file():
        raise UsageError("the shipped texts to start from are missing: install the program again")
    return base_texts(file.read_text(encoding="utf-8"))


def _case_figures(told: dict[str, Any]) -> dict[str, float]:
    return {name: told[name] for name in _CASE_FIGURES}


def _compared(new: dict[str, float], in_force: dict[str, float]) -> list[str]:
    lines = [
        "## On this hotline's decided cases", "",
        "Each case was held out from the new model while it was measured. If the model in force was trained here, it",
        "has seen some of these cases, which flatters it.", "",
        "| | model in force | new model |", "|---|---|---|",
    ]  # fmt: skip
    return lines + [f"| {name.replace('_', ' ')} | {in_force[name]} | {new[name]} |" for name in new]


def known(app: App) -> list[dict[str, Any]]:
    """Every model kept here and the shipped one: version, whether it counts or runs beside, and where it comes from.
    One whose files were changed says so in its state."""
    found = []
    for version in (report_models.SHIPPED, *report_models.versions(app.workspace)):
        state = {app.models.in_force: "in force", app.models.beside: "beside"}.get(version, "kept")
        try:
            files = report_models.opened(app.workspace, version)
        except Damage:
            found.append({"version": version, "state": f"{state}, cannot be read", "made": {}, "figures": {}})
            continue
        if ABOUT_FILE in files:
            told = report_models.about(files)
            found.append({"version": version, "state": state, "made": told["made"], "figures": told["figures"]})
    return found
