"""A police package as it leaves: the exporter's files with report, graph and custody, bagged, signed and sealed.

Only sealed bytes reach a disk. A real workspace seals or refuses; a demonstration leaves its invented packages readable
for agencies that never had a key. One that brings more about cases an agency has had is a supplement
(`pipeline/desk/supplements.py`).
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from sqlalchemy import Connection

from exporters import plain_csv, readme
from exporters.case_uco import FILE as GRAPH_FILE
from exporters.case_uco import case_jsonld
from exporters.manifest import MANIFEST, with_manifest
from exporters.package import Package
from exporters.passphrase import RANDOM_BYTES, speakable
from exporters.report_pdf import CustodyLine
from pipeline.bootstrap import App
from pipeline.delivery.own_key import own_key
from pipeline.delivery.packing import Agency, Packed, lock_package, packed, seal_package
from pipeline.delivery.pdf import report_pdf, words_in
from pipeline.delivery.timestamp import stamp
from pipeline.desk.recipients import check_own, had_key, pinned, usable
from pipeline.desk.told_custody import custody
from pipeline.store.engine import reading
from triage.errors import HotlineError, KeyProblem, ServiceFailed
from triage.routing import Recipient

KIND = "lea"
"""The exporter whose packages get a report; hash lists only say what they are."""
REPORT_FILE, CUSTODY_FILE = "0-read-first.pdf", "custody.csv"
"""The report's name sorts first in every listing."""
_NO_KEY = "no key is pinned for this recipient: ask the agency for its certificate, see `hotline recipients add-key`"
_NAME_PURPOSE = b"hotline package name 1"
_NAME_BYTES = 4


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is stored of a package: file names to bytes with a manifest, its name outside, the digest of its bag.

    Where nothing was sealed (demonstrations), `name` and `bag_digest` are None. `unstamped`: a time stamp was asked for
    and did not come.
    """

    files: Mapping[str, bytes]
    name: str | None = None
    bag_digest: str | None = None
    unstamped: bool = False


def agency_of(app: App, recipient: Recipient, now: datetime) -> Agency | str | None:
    """Whom to seal a police package to, or a new passphrase for an agency without a key; None in a demonstration, for
    an agency that never had one.

    Raises KeyProblem, saying what to do, where there is no key that may be used, or no signing key of our own.
    """
    with reading(app.store.engine) as connection:
        agency: Agency | str | None = usable(app, connection, recipient.code, now)
        retired = agency is None and had_key(connection, recipient.code)
    if agency is None and recipient.code in app.settings.passphrase_for:
        agency = speakable(os.urandom(RANDOM_BYTES))
    if agency is None and (retired or app.settings.kind != "demo"):
        raise KeyProblem(_NO_KEY)
    if agency is not None:
        check_own(app, own_key(app.workspace).certificate)
    return agency


def check_key_still(connection: Connection, recipient: str, agency: Agency | str | None) -> None:
    """Look again, in the transaction that writes the package, at what it was sealed with: a key may be retired because
    somebody else holds it, and that word counts from then on.

    Raises ServiceFailed unless that key, or none, is in force for the recipient still.
    """
    if pinned(connection, recipient) != (agency.pinned if isinstance(agency, Agency) else None):
        raise ServiceFailed("the key of this recipient was changed or retired while the package was made: try again")


def leaving(
    app: App, package: Package, files: Mapping[str, bytes], cases: Mapping[int, str], agency: Agency | str | None
) -> Leaving:
    """Everything of a police package (`cases`: internal number to reference), sealed to `agency` if there is one.

    One that is sealed has its name (`package_name`). Raises HotlineError without.
    """
    whole = {name: body for name, body in files.items() if name != MANIFEST}
    if package.kind == KIND:
        whole |= _papers(app, package, cases)
    if package.kind in (KIND, readme.HASH_LIST):
        whole[readme.FILE] = readme.readme(package, whole, words_in(package.language))
    if agency is None:
        return Leaving(with_manifest(whole))
    if package.name is None:
        raise HotlineError("a package that is sealed needs its name")
    bag = packed(whole, package.name, package.made_at, _bag_info(package))
    own = own_key(app.workspace)
    if isinstance(agency, str):
        sealed = lock_package(bag, agency, own)
    else:
        sealed = seal_package(bag, agency, own, package.made_at)
    beside, line = sealed.digest_file
    stamped = _stamped(bag, app.settings.timestamp_url, package.language)
    unstamped = _unstamped_name(bag) in stamped
    outside = {sealed.name: sealed.body, beside: line} | stamped
    return Leaving(with_manifest(outside), package.name, sealed.bag_digest, unstamped)


def _papers(app: App, package: Package, cases: Mapping[int, str]) -> dict[str, bytes]:
    with reading(app.store.engine) as connection:
        lines = custody(connection, cases, package.recipient)
    return {
        REPORT_FILE: report_pdf(package, lines),
        GRAPH_FILE: case_jsonld(package, words_in(package.language)),
        CUSTODY_FILE: _custody_file(lines, package.letterhead.zone),
    }


def _bag_info(package: Package) -> dict[str, str]:
    """Labels of RFC 8493 §2.2.2, each only where there is something to say."""
    said = {
        "Source-Organization": package.letterhead.name,
        "Contact-Phone": package.letterhead.phone,
        "Bag-Group-Identifier": package.supplement or "",
    }
    return {label: text for label, text in said.items() if text}


def _stamped(bag: Packed, url: str, language: str) -> dict[str, bytes]:
    """The stamp's question and answer as files beside the sealed package, where the operator set an authority.

    An authority that does not answer stops no package: what police need does not wait for a stamp. A file says then
    that none came; what is in the bag cannot, since the stamp is over the bag.
    """
    try:
        made = stamp(bag.bag, url)
    except ServiceFailed:
        return {_unstamped_name(bag): f"{words_in(language).said('document', 'no_stamp')}\n".encode()}
    return {} if made is None else {f"{bag.name}.tsq": made.request, f"{bag.name}.tsr": made.answer}


def _unstamped_name(bag: Packed) -> str:
    return f"{bag.name}.no-time-stamp.txt"


def package_name(index_key: bytes, package: Package, cases: Iterable[int]) -> str:
    """What a package is called outside: its day as its papers tell it, and eight digits that tell nothing of here."""
    said = "\x1f".join((package.recipient, package.made_at.isoformat(), *map(str, sorted(cases)))).encode()
    digits = hmac.digest(index_key, _NAME_PURPOSE + said, "sha256")[:_NAME_BYTES].hex().upper()
    return f"package-{package.made_at.astimezone(package.letterhead.zone):%Y%m%d}-{digits}"


def _custody_file(lines: Iterable[CustodyLine], zone: tzinfo) -> bytes:
    """Each step with its time here (`at`, with its offset) and in UTC."""
    rows = [
        (line.reference, line.at.astimezone(zone), line.at.astimezone(UTC), line.what, line.count, line.role,
         line.reason, line.package)
        for line in lines
    ]  # fmt: skip
    return plain_csv.write(("reference", "at", "at_utc", "what", "count", "role", "reason", "package"), rows)
