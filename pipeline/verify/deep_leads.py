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

NUMBER_BYTES = 8


class Leads:
    """Digests made of everything that was opened, each with the case it was opened in; told piece by piece."""

    def __init__(self, rules: UrlRules, index_key: bytes, world: World, chained: Chained) -> None:
        self._rules, self._index_key, self._world = rules, index_key, world
        self._family = chained.families()
        self._keys: set[bytes] = set()
        self._texts: set[bytes] = set()
        self._there: set[bytes] = set()
        """A digest and behind it the number of a case, or of a family of cases that exchanged reports."""
        self._hidden_places = self._hidden_texts = False

    def note_place(self, number: int, said: bytes | None) -> None:
        """One address by its number; None where it could not be opened, so that its key is not known."""
        key = None
        if said is not None:
            kind, _, canonical = said.decode("utf-8", "surrogatepass").split(BETWEEN, 2)
            key = key_of(kind, canonical, self._rules)
        if key is None:
            self._hidden_places = True
        else:
            self._note(self._keys, key, self._world.case_with(number))

    def note_text(self, case_id: int, said: bytes | None) -> None:
        """What one reporter wrote, and the report's case; None where it could not be opened."""
        if said is None:
            self._hidden_texts = True
        else:
            self._note(self._texts, folded(said.decode("utf-8", "surrogatepass")), case_id)

    def check(self, connection: Connection, findings: Findings) -> None:
        """Every key by today's rules leads to a case with an address that has it, and every text a case has seen was
        in a report of it. Where one could not be opened, which is a finding of its own or the older rules' doing,
        nothing can be said."""
        if not self._hidden_places:
            self._check_keys(connection, findings)
        if not self._hidden_texts:
            for rows in pieces(connection, "SELECT case_id, digest FROM case_fact"):
                for number, digest in rows:
                    if bytes(digest) not in self._texts:
                        findings.add("case_fact", f"C{number}", "has seen a text that no report has")
                    elif not self._is_there(bytes(digest), number, among_moved=True):
                        findings.add("case_fact", f"C{number}", "has seen a text that only reports of other cases have")

    def _check_keys(self, connection: Connection, findings: Findings) -> None:
        """A split takes along the keys nobody who stays has, a join all of them. Where rules changed meanwhile, a split
        left those of other rules behind: then a case it exchanged addresses with will do. One set of rules gave every
        address its key, and no case another address of that key but people."""
        changed = scalar(connection, "SELECT COUNT(DISTINCT rule_version) FROM case_key") > 1
        homes = set() if changed else self._homes()
        for rows in pieces(connection, "SELECT case_id, key, rule_version FROM case_key"):
            for number, key, version in rows:
                if version != self._rules.version:
                    continue
                homes.discard(bytes(key) + _number(self._home(number)))
                if bytes(key) not in self._keys:
                    findings.add("case_key", f"C{number}", "a key leads to it that no address has")
                elif not self._is_there(bytes(key), number, among_moved=changed):
                    findings.add("case_key", f"C{number}", "a key leads to it whose addresses lie in another case")
        for number in sorted({int.from_bytes(home[-NUMBER_BYTES:], "little", signed=True) for home in homes}):
            case_id = number if number >= 0 else -1 - number
            findings.add("case_key", f"C{case_id}", "the key of one of its addresses does not lead to it")

    def _home(self, case_id: int) -> int:
        """The case's number, or below zero that of its family."""
        return -1 - self._family[case_id] if case_id in self._family else case_id

    def _homes(self) -> set[bytes]:
        """Every key, and behind it where its addresses are at home."""
        moved = {_number(case_id) for case_id in self._family}
        return {one for one in self._there if one[-NUMBER_BYTES:] not in moved and one[:-NUMBER_BYTES] in self._keys}

    def _note(self, known: set[bytes], made_of: str, case_id: int) -> None:
        digest = text_digests([made_of], self._index_key)[0]
        known.add(digest)
        self._there |= {digest + _number(case_id), digest + _number(self._home(case_id))}

    def _is_there(self, digest: bytes, case_id: int, *, among_moved: bool) -> bool:
        if digest + _number(case_id) in self._there:
            return True
        return among_moved and digest + _number(self._home(case_id)) in self._there


def _number(of: int) -> bytes:
    return of.to_bytes(NUMBER_BYTES, "little", signed=True)
