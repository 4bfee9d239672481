"""Opens addresses and reporters' texts for a person: the only code of the desk that holds the vault's private key.

Nothing here asks who may: the commands do, and they write down that a text was read. Contacts are opened for three
things only: to mask them in texts and to know an address that holds one (`telling.py`), where what comes out is what to
look for; to write an answer to a reporter who said that it is safe, or to call them (`answer_sending.py`,
`answer_calls.py`); and for police, where the reporter allowed it and two people let it go (`disclosing.py`). No screen,
no log and no file gets a value, but for that answer, the one screen of the person who calls, and that sealed package.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, Row, select

from pipeline.bootstrap import App
from pipeline.desk.consent import withdrawn_among
from pipeline.keys import PrivateKey, private_key
from pipeline.packing import unpack, unpack_locator
from pipeline.sealing import Envelope, Opener
from pipeline.stages.group import BETWEEN, LOCATOR_FIELD, locator_subject
from pipeline.store import bulk
from pipeline.store.engine import reading
from pipeline.store.schema import contact, envelope, locator_pack, report, sealed_text
from triage.answer_contact import Reach, reach_of
from triage.consent import check_consent, consent_in, without_consent
from triage.errors import Damage
from triage.redacting.own import OwnContact, keys_in, named_keys
from triage.report import Fact

TEXT_FIELDS = ("location", "description")
_CONTACT_FIELD, _EXTRA = "contact", "extra"
_WRITTEN, _BESIDE = 0, 1
"""Kinds of `sealed_text`."""
_POLICE = int(Fact.POLICE_MAY_CONTACT)
"""As a plain number: an operation on flags costs more than opening a contact."""


class Place(NamedTuple):
    """One locator in clear: its kind, what to fetch, and the named steps that led to its case (its rule trail)."""

    kind: str
    canonical: str
    rules: str


class Vaultroom:
    """Reads sealed things of one workspace; keeps opened envelopes while it lives.

    Every method raises KeyProblem where the vault's private key is not here.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._keys: dict[str, PrivateKey] = {}
        self._openers: dict[int, Opener] = {}

    def locators(self, ids: Collection[int]) -> dict[int, Place]:
        """The given locators in clear, by number. Raises Damage if one is missing or was changed."""
        with reading(self._app.store.engine) as connection:
            return self.locators_in(connection, ids)

    def locators_in(self, connection: Connection, ids: Collection[int]) -> dict[int, Place]:
        """`locators`, inside a transaction the caller holds."""
        found: dict[int, Place] = {}
        wanted = sorted(set(ids))
        for pack in packs_of(connection, wanted):
            for number in wanted:
                if pack.first_id <= number <= pack.last_id:
                    found[number] = self.place(connection, pack, number)[1]
        if len(found) != len(wanted):
            raise Damage("a case names an address the store does not have: run `hotline verify`")
        return found

    def place(self, connection: Connection, pack: Row[tuple[object, ...]], number: int) -> tuple[bytes, Place]:
        """Digest and clear form of one locator of a pack (a row of `locator_pack`)."""
        given = (pack.first_id, pack.last_id, pack.salts, pack.digests, pack.lengths, pack.payload)
        salt, digest, sealed = unpack_locator(given, number)
        opener = self._opener(connection, pack.envelope_id)
        said = opener.open(locator_subject(digest), salt, LOCATOR_FIELD, sealed).decode("utf-8", "surrogatepass")
        kind, rules, canonical = said.split(BETWEEN, 2)
        return digest, Place(kind, canonical, rules)

    def texts(self, report_id: int) -> dict[str, str]:
        """What one reporter wrote, by field; empty if nothing, or if the report was erased."""
        return self._packed(report_id, _WRITTEN, TEXT_FIELDS)

    def beside(self, report_id: int) -> dict[str, str]:
        """What one report brought besides, by column: words no closed list knows, columns no field is for.

        A column may hold anything, a contact too: `pipeline/desk/said.py` says what of it a person sees.
        """
        said = self._packed(report_id, _BESIDE, (_EXTRA,)).get(_EXTRA, "{}")
        return {str(name): str(value) for name, value in json.loads(said).items()}

    def _packed(self, report_id: int, kind: int, names: Collection[str]) -> dict[str, str]:
        """These sealed fields of one report, in clear."""
        with reading(self._app.store.engine) as connection:
            salt = connection.execute(select(report.c.salt).where(report.c.report_id == report_id)).scalar_one_or_none()
            pack = connection.execute(
                select(sealed_text).where(sealed_text.c.first_report <= report_id, sealed_text.c.kind == kind)
                .order_by(sealed_text.c.first_report.desc()).limit(1)
            ).one_or_none()  # fmt: skip
            if salt is None or pack is None or pack.last_report < report_id:
                return {}
            opener = self._opener(connection, pack.envelope_id)
        sealed = unpack(pack.directory, pack.payload, report_id)
        return {
            name: opener.open(report_id, bytes(salt), name, sealed[name]).decode("utf-8", "surrogatepass")
            for name in names
            if name in sealed
        }

    def own_contact(self, report_ids: Collection[int]) -> OwnContact:
        """What the reporters of these reports gave of themselves, as one thing to mask; nothing of an erased report."""
        with reading(self._app.store.engine) as connection:
            return OwnContact.joined([OwnContact.of(said) for *_, said in self._contacts(connection, report_ids)])

    def own_keys(self, connection: Connection, report_ids: Collection[int]) -> dict[int, tuple[frozenset[str], bool]]:
        """Report to what to look for of its reporter's contact, and whether they allowed police to use it.

        As `own_contact`, inside a transaction the caller holds. The sealed consent counts, where there is one, until
        it is withdrawn.
        """
        withdrawn = withdrawn_among(connection, report_ids)
        found: dict[int, tuple[frozenset[str], bool]] = {}
        for number, facts, said in self._contacts(connection, report_ids):
            given = consent_in(said)
            allowed = int(facts if given is None else given) & _POLICE
            found[number] = keys_in(said) | named_keys(said), bool(allowed) and number not in withdrawn
        return found

    def reach(self, report_id: int) -> Reach | None:
        """How one reporter can be answered; None without a contact, or if the report was erased.

        Who calls this wrote down before that the contact is opened, and why. Raises Damage where the sealed contact
        does not say that it is safe.
        """
        said = self._allowed(report_id, Fact.CONTACT_IS_SAFE)
        return None if said is None else reach_of(said)

    def contact_for_police(self, report_id: int, facts: int) -> dict[str, str] | None:
        """What one reporter gave of themselves, by field; None without a contact, or if the report was erased.

        For an audited disclosure alone: who calls this wrote down before that the contact is opened, and for whom.
        Raises Damage where the sealed contact does not allow police, or not what else the report's `facts` say it does.
        """
        return self._allowed(report_id, facts | Fact.POLICE_MAY_CONTACT)

    def _allowed(self, report_id: int, facts: int) -> dict[str, str] | None:
        """One contact by field; None too where it was withdrawn. Raises Damage if its reporter did not allow what
        `facts` say."""
        with reading(self._app.store.engine) as connection:
            asked = {report_id} - withdrawn_among(connection, [report_id])
            opened = self._contacts(connection, asked)
        if not opened:
            return None
        *_, said = opened[0]
        check_consent(said, facts)
        return without_consent(said)

    def _contacts(self, connection: Connection, report_ids: Collection[int]) -> list[tuple[int, int, dict[str, str]]]:
        """Number and facts of each report that has a contact (and was not erased), and the contact by field."""
        held = sorted(bulk.lookup(connection, contact, "report_id", report_ids, ("envelope_id", "sealed")))
        rows = bulk.lookup(connection, report, "report_id", (row[0] for row in held), ("salt", "facts"))
        known = {report_id: (bytes(salt), int(facts)) for report_id, salt, facts in rows if salt is not None}
        opened = []
        for report_id, envelope_id, sealed in held:
            if report_id in known:
                salt, facts = known[report_id]
                said = self._opener(connection, envelope_id).open(report_id, salt, _CONTACT_FIELD, bytes(sealed))
                opened.append((report_id, facts, json.loads(said.decode("utf-8", "surrogatepass"))))
        return opened

    def _opener(self, connection: Connection, number: int) -> Opener:
        if number not in self._openers:
            row = connection.execute(select(envelope).where(envelope.c.envelope_id == number)).one_or_none()
            if row is None:
                raise Damage("an envelope is missing from the store: run `hotline verify`")
            if row.key_id not in self._keys:
                self._keys[row.key_id] = private_key(self._app.workspace, row.key_id)
            self._openers[number] = Opener(self._keys[row.key_id], Envelope(row.key_id, bytes(row.wrapped)))
        return self._openers[number]


def packs_of(connection: Connection, wanted: list[int]) -> list[Row[tuple[object, ...]]]:
    """The packs that hold the given locator numbers (rising), each once."""
    packs: list[Row[tuple[object, ...]]] = []
    for number in wanted:
        if packs and packs[-1].last_id >= number:
            continue
        pack = connection.execute(
            select(locator_pack).where(locator_pack.c.first_id <= number)
            .order_by(locator_pack.c.first_id.desc()).limit(1)
        ).one_or_none()  # fmt: skip
        if pack is not None and pack.last_id >= number:
            packs.append(pack)
    return packs
