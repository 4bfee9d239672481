"""Who is who: report identities, content digests, address digests, all keyed with the workspace's index key."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

DIGEST_BYTES = 16
_PLAIN = r"(?=[A-Za-z_#-]*[0-9])(?=[0-9_#-]{0,6}(?![0-9_#-])|[0-9_#-]*[A-Za-z])[A-Za-z0-9_#-]{1,40}"
_PLAIN_ID = re.compile(_PLAIN)
_PLAIN_IDS = re.compile(f"{_PLAIN}(?:\n{_PLAIN})*+")
_PLAIN_SOURCE = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}|file:[0-9a-f]{32}")
_HIDDEN = re.compile(r"~[0-9a-f]{32}")
_ABSENT = "\x00"
_BETWEEN = "\x1f"
_OWN = "own\x1f"


def stored_id(external_id: str, index_key: bytes) -> str:
    """An id as the store keeps it: a plain number or code as it is, anything else as a digest.

    Ids are shown and logged. One that may be an address, a telephone number, a name or a Message-ID must not be: plain
    is what holds letters and digits (or at most six digits) and no dot, slash, colon, `@` or blank.
    """
    if _PLAIN_ID.fullmatch(external_id):
        return external_id
    return _hidden(external_id, index_key)


def stored_source(source: str, index_key: bytes) -> str:
    """A source's name as the store keeps it: one plain word as it is, anything else as a digest."""
    return source if _PLAIN_SOURCE.fullmatch(source) else _hidden(source, index_key)


def is_code(source: str) -> bool:
    """Whether a source's name stays as it is, or is a digest already: what it said is lost to nobody."""
    return bool(_PLAIN_SOURCE.fullmatch(source) or _HIDDEN.fullmatch(source))


def _hidden(external_id: str, index_key: bytes) -> str:
    return "~" + hmac.digest(index_key, external_id.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def stored_ids(external_ids: Sequence[str], index_key: bytes) -> list[str]:
    """`stored_id` over a column; one look at all of them where every id is plain."""
    if _PLAIN_IDS.fullmatch("\n".join(external_ids)):
        return list(external_ids)
    return [stored_id(one, index_key) for one in external_ids]


def row_identity(file_sha256: str, row: int) -> tuple[str, str]:
    """(source, id) of a report that brought no id: its file's digest and its row, in an order that sorts."""
    return f"file:{file_sha256[:32]}", f"{row:09d}"


def content_digests(columns: Sequence[pa.Array], index_key: bytes) -> list[bytes]:
    """One keyed digest per row over text columns given in a fixed order; equal rows give equal digests."""
    joined = pc.binary_join_element_wise(
        *columns, pa.scalar(_BETWEEN, pa.large_string()), null_handling="replace", null_replacement=_ABSENT
    )
    return text_digests(joined.to_pylist(), index_key)


def text_digests(texts: Iterable[str], index_key: bytes) -> list[bytes]:
    """One keyed digest per text (an address, a case key, a description)."""
    fresh = hashlib.blake2b(key=index_key, digest_size=DIGEST_BYTES).copy
    digests: list[bytes] = []
    for said in texts:
        one = fresh()
        one.update(said.encode("utf-8", "surrogatepass"))
        digests.append(one.digest())
    return digests


def own_digests(keys: Iterable[str], index_key: bytes) -> list[bytes]:
    """Keyed digests of a reporter's own contact values, unlike those of the same values as places: they never meet."""
    return text_digests((f"{_OWN}{key}" for key in keys), index_key)
