"""Builds the redactor from the project's data: rules, name lists, name model, language. What is missing withholds."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from typing import TYPE_CHECKING

from pipeline import resources
from triage.redacting.addresses import Addresses
from triage.redacting.contacts import Contacts
from triage.redacting.context import Context
from triage.redacting.dates import BirthDates
from triage.redacting.handles import Handles
from triage.redacting.identifiers import Identifiers
from triage.redacting.numbers import Numbers
from triage.redacting.own_words import OwnWords
from triage.redacting.pieces import LongWords
from triage.redacting.plates import Plates
from triage.redacting.redactor import Redactor
from triage.redacting.roles import Roles
from triage.redacting.spans import Layer
from triage.url_rules import UrlRules

if TYPE_CHECKING:
    from triage.redacting.name_model import NameModel

FOLDER = "redaction"
CODE_VERSION = 2
"""Raise when the layers' code, not their data, may answer otherwise."""


def rule_layers(url_rules: UrlRules) -> tuple[Layer, ...]:
    """The layers that need no list of names and no model, in their order: what is exact first."""
    words = tomllib.loads(resources.text(f"{FOLDER}/naming.toml"))
    contact, address = words["contact"], words["address"]
    return (
        LongWords(),
        Contacts(url_rules, contact["mail"]),
        Identifiers(words["numbers"]),
        Plates(words["plates"]["naming"], words["plates"]["codes"]),
        BirthDates(words["birth"]["naming"], words["birth"]["months"]),
        Numbers(contact["phone"], words["amounts"]["units"]),
        Handles(contact["handle"]),
        Addresses(
            address["streets"], address["places"], address["house"], address["stop_words"], address["not_places"]
        ),
        Context.from_toml(resources.text(f"{FOLDER}/context.toml"), resources.text(f"{FOLDER}/stop_words.toml")),
    )


def roles() -> Roles:
    """The words that say whose something is."""
    return Roles.from_toml(resources.text(f"{FOLDER}/roles.toml"))


@cache
def own_words() -> OwnWords:
    """The words that make a telephone, mail address or chosen name the reporter's own."""
    return OwnWords.from_toml(resources.text(f"{FOLDER}/roles.toml"))


def redactor() -> Redactor:
    """The redactor of this installation. Without name lists or name model it withholds every text, and says why."""
    from pipeline.bootstrap import url_rules
    from triage.language import language_of

    rules, lists, model = rule_layers(url_rules()), _lists(), _model()
    version = f"{_rules_version()}/{lists.version if lists else 'none'}/{model.version if model else 'none'}"
    return Redactor(rules, roles(), lists, model, language_of, version=version)


def _rules_version() -> str:
    """Code version and the first ten hexadecimal digits of the digest of all rule files."""
    texts = resources.texts(FOLDER)
    return f"{CODE_VERSION}-{hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:10]}"


def _lists() -> Layer | None:
    """The name lists of `data/names`, None where the installation has none."""
    from triage.redacting.name_lists import NameLists

    try:
        texts = resources.texts("names")
    except FileNotFoundError:
        return None
    return NameLists.from_toml(texts) if texts else None


def _model() -> NameModel | None:
    """The trained name model, None where the installation has none. Raises BadConfiguration if it is damaged."""
    from pipeline.name_model import FOLDER as MODEL_FOLDER
    from pipeline.name_model import MANIFEST, load

    return load() if resources.resource(f"{MODEL_FOLDER}/{MANIFEST}").is_file() else None
