"""The composition root: the only place that builds the concrete things a command or a task works with."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from classifiers.base import RuleTexts
from classifiers.decide import Decider, build
from pipeline import keys, report_models, resources
from pipeline.artefacts import Artefacts
from pipeline.runs import Run, load
from pipeline.settings import Settings
from pipeline.settings import load as load_settings
from pipeline.store.engine import reading
from pipeline.store.store import Store, open_store
from pipeline.workspace import Workspace, private_umask
from triage.errors import BadConfiguration, Damage, UsageError
from triage.locators import Locator, find, find_many
from triage.url_rules import UrlRules

WORKSPACE_VARIABLE = "HOTLINE_WORKSPACE"
DEFAULT_WORKSPACE = "workspace"
_NO_MODEL = (BadConfiguration, Damage, UsageError, OSError)
"""How a trained model says that it cannot be used."""


def workspace_named(folder: str | Path | None = None) -> Workspace:
    """The workspace at `folder`, else where HOTLINE_WORKSPACE points, else `./workspace`."""
    return Workspace(Path(folder or os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE).resolve())


@dataclass(frozen=True)
class App:
    """Everything one command needs, made when first asked for; cheap to make."""

    workspace: Workspace
    keep_connections: bool = False
    """True in a task's own process, which makes many transactions."""

    @classmethod
    def at(cls, folder: str | Path | None = None, *, keep_connections: bool = False) -> App:
        """The application over a workspace."""
        workspace = workspace_named(folder)
        private_umask(workspace.root)
        return cls(workspace, keep_connections)

    @cached_property
    def settings(self) -> Settings:
        """The operator's settings, checked."""
        return load_settings(self.workspace)

    @cached_property
    def store(self) -> Store:
        """The opened store, its keys checked. Raises BadConfiguration where the workspace's folders are none."""
        self.workspace.check_folders()
        return open_store(self.workspace, self.settings, keep=self.keep_connections)

    @cached_property
    def url_rules(self) -> UrlRules:
        """Rules for canonical addresses and case keys, telephone numbers as they are written in this country."""
        return url_rules().in_country(self.settings.default_country_code)

    def run(self, run_id: str) -> Run:
        """A registered run."""
        return load(self.workspace, run_id)

    def artefacts(self, run_id: str) -> Artefacts:
        """The artefacts of a run. Raises KeyProblem once its working key was destroyed."""
        return Artefacts(self.workspace.run(run_id), run_id, keys.work_key(self.workspace, run_id))

    def vault(self) -> keys.PublicKey:
        """The key intake seals to. Raises KeyProblem before anything is read."""
        return keys.public_key(self.workspace, self.store.active_key())

    @cached_property
    def models(self) -> report_models.Chosen:
        """Which trained model counts here, and which one runs beside it."""
        with reading(self.store.engine) as connection:
            return report_models.chosen(connection)

    @cached_property
    def decider(self) -> Decider:
        """The combined classifiers, with the model in force here."""
        return decider() if self.models.in_force == report_models.SHIPPED else self.decider_with(self.models.in_force)

    @cached_property
    def decider_beside(self) -> Decider | None:
        """The same with the model that runs beside and does not count; None if there is none."""
        return None if self.models.beside is None else self.decider_with(self.models.beside)

    @cached_property
    def stand_in(self) -> tuple[Decider, str]:
        """What judges SOS calls whatever happens to models, and its name where it is not the one in force (else "")."""
        with suppress(*_NO_MODEL):
            return self.decider, ""
        with suppress(*_NO_MODEL):
            return decider(), "the model that came with the program"
        rules = rule_texts()
        return build(rules.phrases, rules.categories), "rules alone"

    def judges(self, *, calls: bool) -> tuple[Decider, Decider | None]:
        """What judges reports, and what runs beside it: None also where that cannot be read (`doctor` says so), as it
        counts for nothing. Where the one in force cannot be read, only SOS `calls` are judged."""
        try:
            judge = self.decider
        except _NO_MODEL:
            if not calls:
                raise
            return self.stand_in[0], None
        with suppress(*_NO_MODEL):
            return judge, self.decider_beside
        return judge, None

    def decider_with(self, version: str) -> Decider:
        """The combined classifiers with a model of this workspace. Raises UsageError or Damage if it cannot be used."""
        return _decider(report_models.opened(self.workspace, version))

    def find_all(self, texts: Sequence[str], whole_fields: bool) -> Iterable[tuple[Locator, ...]]:
        """Locators in each of many texts, by the rules in force here."""
        return find_all(texts, whole_fields, self.url_rules)

    def rule_versions(self, *, calls: bool = False) -> dict[str, str]:
        """Versions of every rule set in force here, for a run's manifest; of SOS `calls` alone whatever happens.

        Raises BadConfiguration where the routes cannot be read: before anything is taken in that needs them.
        """
        from pipeline.routes import routes

        routes()
        judge = self.stand_in[0] if calls else self.decider
        return {"url_rules": self.url_rules.version, "classifiers": judge.version}


@cache
def url_rules() -> UrlRules:
    """The shipped address rules, with the tables behind them read: once, before Luigi forks its workers."""
    rules = UrlRules.from_toml(resources.texts("url_rules"))
    find("https://host.example/", rules, whole_field=True)
    return rules


@cache
def decider() -> Decider:
    """The shipped classifiers, combined; spaCy and Numba are touched only where a text first needs them."""
    return _decider(report_models.shipped())


def rule_texts() -> RuleTexts:
    """The shipped phrases and categories, without a trained model."""
    phrases = {name.removesuffix(".toml"): text for name, text in resources.texts("phrases").items()}
    return RuleTexts(phrases, resources.text("categories.toml"))


def _decider(model: report_models.Files) -> Decider:
    rules = rule_texts()
    return build(rules.phrases, rules.categories, report_models.as_models(model))


def find_all(
    texts: Sequence[str], whole_fields: bool, rules: UrlRules | None = None
) -> Iterable[tuple[Locator, ...]]:
    """Locators in each of many texts, by the shipped rules if no others are given."""
    rules = rules or url_rules()
    return find_many(texts, rules) if whole_fields else (find(text, rules) for text in texts)
