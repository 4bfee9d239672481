"""A redactor for tests of the desk: the shipped rules and roles, a list of two invented names, and no trained model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.bootstrap import url_rules
from pipeline.redacting_setup import roles, rule_layers
from triage.language import language_of
from triage.redacting.redactor import Redactor
from triage.redacting.spans import Span, Text

GIVEN, SURNAME = "Probislava", "Izmisljenovic"
"""Nobody is called so."""


class FewNames:
    """The two invented names, wherever they stand in the shadow."""

    name, version = "few_names", "1"

    def find(self, text: Text) -> Iterable[Span]:
        """Each occurrence, in any case."""
        for found in re.finditer(f"{GIVEN}|{SURNAME}".lower(), text.shadow):
            yield text.from_shadow(*found.span(), "name", "names:few")


class NoFurtherNames:
    """A model that is there and finds nothing."""

    version = "1"

    def find_many(self, texts: Sequence[Text]) -> list[list[Span]]:
        """Nothing in any text."""
        return [[] for _ in texts]


def few_names_redactor(_country: str = "387") -> Redactor:
    """All parts are there, so nothing is withheld for want of one."""
    return Redactor(rule_layers(url_rules()), roles(), FewNames(), NoFurtherNames(), language_of)
