"""Optional: a time-stamping authority's word that a package existed at a time (RFC 3161 over HTTP).

Only the SHA-256 of the bag's tag manifest leaves, to the URL the operator set; without a URL nothing is asked. The
answer is kept as it came, also where our library cannot read it (it refuses certificate lists in `openssl`'s order:
reference/components.md §2.6); anybody may check it:

    openssl ts -verify -data tagmanifest-sha256.txt -in NAME.tsr -CAfile AUTHORITY.pem
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import requests
from rfc3161_client import HashAlgorithm, PKIStatus, TimestampRequestBuilder, decode_timestamp_response

from exporters.bag import ROOT_MANIFEST
from triage.errors import BadConfiguration, ServiceFailed

TIMEOUT_SECONDS = 20
MOST_ANSWER_BYTES = 256 * 1024
"""A token with a chain of certificates has a few KiB."""
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
_STATUSES = {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}
_READ_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp over one bag: what was asked and answered, to be kept both, and what we read of it.

    `granted` is None where the answer could not be read; then a person checks it with `openssl ts`. `at` is the time
    the authority says.
    """

    request: bytes = field(repr=False)
    answer: bytes = field(repr=False)
    granted: bool | None
    at: datetime | None


def stamp(bag: Mapping[str, bytes], url: str) -> Stamp | None:
    """Ask the authority at `url` for a stamp over a bag; None where the operator set no URL.

    Raises BadConfiguration for a URL that is none, ServiceFailed where no answer came: sealing may be tried again, or
    go on without. Whether the token is genuine is not checked here: that needs the authority's root certificate.
    """
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise BadConfiguration("the address of the time-stamping authority begins with http:// or https://")
    asked = TimestampRequestBuilder().data(bag[ROOT_MANIFEST]).hash_algorithm(HashAlgorithm.SHA256).build()
    request = asked.as_bytes()
    answer = _post(url, request)
    return Stamp(request, answer, *_read(answer, hashlib.sha256(bag[ROOT_MANIFEST]).digest(), asked.nonce))


def _post(url: str, body: bytes) -> bytes:
    """The answer, as it came. A redirection is not followed: the operator chose one authority."""
    try:
        with requests.post(
            url, data=body, headers=_HEADERS, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
        ) as response:
            if response.status_code != requests.codes.ok:
                raise ServiceFailed("the time-stamping authority refused to answer: try later, or seal without a stamp")
            answer = b""
            for part in response.iter_content(_READ_BYTES):
                answer += part
                if len(answer) > MOST_ANSWER_BYTES:
                    raise ServiceFailed("the time-stamping authority answers too much: check its address")
    except (requests.RequestException, ValueError):
        raise ServiceFailed("the time-stamping authority cannot be reached: try later, or seal without") from None
    if not answer:
        raise ServiceFailed("the time-stamping authority answered nothing: try later, or seal without a stamp")
    return answer


def _read(answer: bytes, digest: bytes, nonce: int | None) -> tuple[bool | None, datetime | None]:
    """Whether it was granted for this digest and this question, and the time said."""
    try:
        read = decode_timestamp_response(answer)
        if PKIStatus(read.status) not in _STATUSES:
            return False, None
        said = read.tst_info
    except ValueError:
        return None, None
    fits = bytes(said.message_imprint.message) == digest and said.nonce == nonce
    return fits, said.gen_time if fits else None
