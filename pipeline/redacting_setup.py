"""Builds the redactor from the project's data: rules, name lists, name model, language. What is missing withholds."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from pipeline import resources
from triage.errors import BadConfiguration
from triage.phones import DEFAULT_COUNTRY
from triage.redacting.addresses import Addresses
from triage.redacting.contacts import Contacts
from triage.redacting.context import Context
from triage.redacting.coordinates import Coordinates
from triage.redacting.damaged import Damaged
from triage.redacting.dates import BirthDates
from triage.redacting.handles import Handles
from triage.redacting.hidden import Hidden
from triage.redacting.identifiers import Identifiers
from triage.redacting.numbers import Numbers
from triage.redacting.own_words import OwnWords
from triage.redacting.pieces import LongWords
from triage.redacting.plain_names import PlainNames
from triage.redacting.plates import Plates
from triage.redacting.redactor import Redactor
from triage.redacting.roles import Roles
from triage.redacting.spans import Layer
from triage.redacting.spoken import Spoken
from triage.url_rules import UrlRules

if TYPE_CHECKING:
    from triage.redacting.name_model import NameModel

FOLDER = resources.REDACTION
CODE_VERSION = 18
"""Raise when the layers' code, not their data, may answer otherwise."""


def rule_layers(url_rules: UrlRules) -> tuple[Layer, ...]:
    """The layers that need no list of names and no model, in their order: what is exact first.

    Raises BadConfiguration if a file of `data/redaction` is missing, damaged or lacks an entry.
    """
    texts = resources.texts(FOLDER)
    with _fitting(FOLDER):
        return _rule_layers(url_rules, texts["context.toml"], texts["stop_words.toml"], texts["naming.toml"])


def roles() -> Roles:
    """The words that say whose something is."""
    with _fitting(FOLDER):
        return _roles(resources.texts(FOLDER)["roles.toml"])


@cache
def own_words() -> OwnWords:
    """The words that make a telephone, mail address or chosen name the reporter's own."""
    with _fitting(FOLDER):
        texts = resources.texts(FOLDER)
        given = resources.texts(resources.NAMES)["given_names.toml"] if _has_names() else ""
        return OwnWords.from_toml(texts["roles.toml"], texts["stop_words.toml"], given)


def redactor(country: str = DEFAULT_COUNTRY) -> Redactor:
    """The redactor of this installation; telephone numbers without a country are of `country`.

    Without name lists or name model it withholds every text, and says why.
    """
    from pipeline.bootstrap import url_rules
    from triage.language import language_of

    rules, lists, model = rule_layers(url_rules()), _lists(), _model()
    version = f"{_rules_version()}/{lists.version if lists else 'none'}/{model.version if model else 'none'}"
    return Redactor(rules, roles(), lists, model, language_of, version=version, country=country, ordinary=_ordinary())


@contextmanager
def _fitting(folder: str) -> Iterator[None]:
    """A file that is whole but not what this program reads there is the installation's fault, not a bug."""
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError):
        raise BadConfiguration(
            f"a file of data/{folder} lacks an entry this program needs: compare it with the one shipped"
        ) from None


@cache
def _roles(words: str) -> Roles:
    return Roles.from_toml(words)


@cache
def _rule_layers(url_rules: UrlRules, context: str, stop_words: str, naming: str) -> tuple[Layer, ...]:
    """Remembered by what they are made of: making them takes longer than reading a case's texts."""
    words = tomllib.loads(naming)
    contact, address, amounts = words["contact"], words["address"], words["amounts"]
    ordinary = [word for listed in tomllib.loads(stop_words)["words"].values() for word in listed]
    return (
        LongWords(),
        Hidden(),
        Damaged(ordinary),
        Contacts(url_rules, contact["mail"]),
        Identifiers(words["numbers"]),
        Plates(words["plates"]["naming"], words["plates"]["codes"]),
        BirthDates(words["birth"]["naming"], words["birth"]["months"]),
        Spoken(words["birth"]["naming"], words["birth"]["months"], [*amounts["units"], *amounts["counted"]]),
        Coordinates(),
        Numbers(contact["phone"], amounts["units"]),
        Handles(contact["handle"]),
        PlainNames.of(words["plain_names"], ordinary),
        Addresses(
            address["streets"], address["places"], address["house"], address["stop_words"], address["not_places"]
        ),
        Context.from_toml(context, stop_words),
    )


def _ordinary() -> frozenset[str]:
    """The words of `stop_words.toml` as they are spelt there."""
    with _fitting(FOLDER):
        listed = tomllib.loads(resources.texts(FOLDER)["stop_words.toml"])["words"].values()
        return frozenset(word for words in listed for word in words)


def _rules_version() -> str:
    """Code version and the first ten hexadecimal digits of the digest of all rule files."""
    texts = resources.texts(FOLDER)
    return f"{CODE_VERSION}-{hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:10]}"


def _lists() -> Layer | None:
    """The name lists of `data/names`, None where the installation has no such folder. Raises BadConfiguration."""
    from triage.redacting.name_lists import NameLists

    if not _has_names():
        return None
    texts = resources.texts(resources.NAMES)
    with _fitting(resources.NAMES):
        return NameLists.from_toml(texts)


def _has_names() -> bool:
    return resources.resource(resources.NAMES).is_dir()


def _model() -> NameModel | None:
    """The trained name model, None where the installation has none. Raises BadConfiguration if it is damaged."""
    from pipeline.name_model import is_there, load

    return load() if is_there() else None
