"""What the keys of cases and the texts a case has seen were made of: sealed, so only `--deep` can make them again.

A key is made anew from every address, by today's address rules: one an older version of them made is not compared.
"""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.identity import text_digests
from pipeline.stages.group import BETWEEN
from pipeline.stages.seal import folded
from pipeline.verify.chained import Chained
from pipeline.verify.finding import Findings
from pipeline.verify.stream import pieces, scalar
from pipeline.verify.world import World
from triage.rekeying import key_of
from triage.url_rules import UrlRules


class Leads:
    """Digests made of everything that was opened; told piece by piece."""

    def __init__(self, rules: UrlRules, index_key: bytes, world: World) -> None:
        self._rules, self._index_key, self._world = rules, index_key, world
        self._cases: dict[bytes, tuple[int, ...]] = {}
        """Key to the cases its addresses lie in: more than one where people split them, or other rules parted them."""
        self._texts: set[bytes] = set()
        self._hidden_places = self._hidden_texts = False

    def note_place(self, number: int, said: bytes | None) -> None:
        """One address by its number; None where it could not be opened, so that its key is not known."""
        key = None
        if said is not None:
            kind, _, canonical = said.decode("utf-8", "surrogatepass").split(BETWEEN, 2)
            key = key_of(kind, canonical, self._rules)
        if key is None:
            self._hidden_places = True
            return
        digest, here = text_digests([key], self._index_key)[0], self._world.case_with(number)
        known = self._cases.get(digest, ())
        if here not in known:
            self._cases[digest] = (*known, here)

    def note_text(self, said: bytes | None) -> None:
        """What one reporter wrote; None where it could not be opened."""
        if said is None:
            self._hidden_texts = True
        else:
            self._texts.update(text_digests([folded(said.decode("utf-8", "surrogatepass"))], self._index_key))

    def check(self, connection: Connection, chained: Chained, findings: Findings) -> None:
        """Every key by today's rules leads to a case with an address that has it, and every text a case has seen was
        in a report. Where one could not be opened, which is a finding of its own or the older rules' doing, nothing
        can be said."""
        if not self._hidden_places:
            self._check_keys(connection, chained, findings)
        if not self._hidden_texts:
            for rows in pieces(connection, "SELECT case_id, digest FROM case_fact"):
                for number, digest in rows:
                    if bytes(digest) not in self._texts:
                        findings.add("case_fact", f"C{number}", "has seen a text that no report has")

    def _check_keys(self, connection: Connection, chained: Chained, findings: Findings) -> None:
        """A split takes along the keys nobody who stays has, a join all of them. Where rules changed meanwhile, a split
        left those of other rules behind: then a case it exchanged addresses with will do. And one set of rules gave
        every address its key."""
        changed = scalar(connection, "SELECT COUNT(DISTINCT rule_version) FROM case_key") > 1
        family = chained.families() if changed else {}
        missing = set() if changed else set(self._cases)
        for rows in pieces(connection, "SELECT case_id, key, rule_version FROM case_key"):
            for number, key, version in rows:
                if version != self._rules.version:
                    continue
                cases = self._cases.get(bytes(key), ())
                missing.discard(bytes(key))
                if not cases:
                    findings.add("case_key", f"C{number}", "a key leads to it that no address has")
                elif number not in cases and not any(family.get(one, -1) == family.get(number) for one in cases):
                    findings.add("case_key", f"C{number}", "a key leads to it whose addresses lie in another case")
        for number in sorted({self._cases[key][0] for key in missing}):
            findings.add("case_key", f"C{number}", "no key leads to it from one of its addresses")
