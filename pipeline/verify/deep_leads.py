"""What the keys of cases and the texts a case has seen were made of: sealed, so only `--deep` can make them again.

A key is made anew from every address, by today's address rules: one an older version of them made is not compared.
"""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.identity import text_digests
from pipeline.stages.group import BETWEEN
from pipeline.stages.seal import folded
from pipeline.verify.finding import Findings
from pipeline.verify.stream import pieces
from triage.rekeying import key_of
from triage.url_rules import UrlRules


class Leads:
    """Digests made of everything that was opened; told piece by piece."""

    def __init__(self, rules: UrlRules, index_key: bytes) -> None:
        self._rules, self._index_key = rules, index_key
        self._keys: set[bytes] = set()
        self._texts: set[bytes] = set()
        self._hidden_places = self._hidden_texts = False

    def note_place(self, said: bytes | None) -> None:
        """One address; None where it could not be opened, so that its key is not known."""
        key = None
        if said is not None:
            kind, _, canonical = said.decode("utf-8", "surrogatepass").split(BETWEEN, 2)
            key = key_of(kind, canonical, self._rules)
        if key is None:
            self._hidden_places = True
        else:
            self._keys.update(text_digests([key], self._index_key))

    def note_text(self, said: bytes | None) -> None:
        """What one reporter wrote; None where it could not be opened."""
        if said is None:
            self._hidden_texts = True
        else:
            self._texts.update(text_digests([folded(said.decode("utf-8", "surrogatepass"))], self._index_key))

    def check(self, connection: Connection, findings: Findings) -> None:
        """Every key by today's rules is that of an address, and every text a case has seen was in a report. Where one
        could not be opened, which is a finding of its own or the older rules' doing, nothing can be said."""
        if not self._hidden_places:
            for rows in pieces(connection, "SELECT case_id, key, rule_version FROM case_key"):
                for number, key, version in rows:
                    if version == self._rules.version and bytes(key) not in self._keys:
                        findings.add("case_key", f"C{number}", "a key leads to it that no address has")
        if not self._hidden_texts:
            for rows in pieces(connection, "SELECT case_id, digest FROM case_fact"):
                for number, digest in rows:
                    if bytes(digest) not in self._texts:
                        findings.add("case_fact", f"C{number}", "has seen a text that no report has")
