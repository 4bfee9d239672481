"""The line to ICCAM: TLS both ways, tokens, and which failures are final. One call is one request; nothing is repeated
except after a 401, which ICCAM answers before it does anything.

TLS verification cannot be switched off: the session has no plain `http` and its adapter refuses to send unverified,
whatever a caller, a setting or the environment says. Redirects are not followed, so a token goes to one host only.
"""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from pipeline.delivery.iccam.settings import IccamSettings
from triage.errors import BadConfiguration, ServiceFailed, UnusableInput

LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
"""A work list holds 200 items; more than this is no answer of ICCAM."""
EARLY_SECONDS = 60.0
"""A token is renewed this long before it ends."""
DEFAULT_TOKEN_SECONDS = 1800.0
_UNAUTHORISED = 401
_FORBIDDEN = 403
_NOT_FINAL = frozenset({_UNAUTHORISED, 408, 429})
"""The 4xx that are about the token or the moment: the same call may go well later (RFC 9110, 15.5; RFC 6585)."""
_OF_ALL = frozenset({*_NOT_FINAL, _FORBIDDEN, 502, 503, 504})
"""Answers that say of ICCAM as a whole that it takes nothing now, not of one case."""
_FIELDS = frozenset({
    "actiondate", "actioninganalystname", "actions", "actiontype", "agecategorization", "assessinganalystname",
    "assessment", "childmodelingcategorization", "classification", "commerciality", "contenttype",
    "gendercategorization", "hostingcountrycode", "hostingipaddress", "hostingisp", "hostingorganization",
    "hotlinereceiveddate", "hotlinereference", "issourceurl", "memo", "reasonid", "reasontext", "reference",
    "reportinganalystname", "sitetype", "sourceurlcommerciality", "sourceurlpassword", "sourceurlpaymentmethods",
    "sourceurlreferrer", "sourceurlsitetype", "sourceurlusername", "universalclassification", "urls", "urlstring",
    "usergeneratedcontentcategorization", "virtualcontentcategorization",
})  # fmt: skip
"""The last part of names of fields an error may be shown with; any other could be input and is not repeated."""
_INDEX = re.compile(r"\[[0-9]+\]$")
_CHUNK_BYTES = 65_536
_LATER = "run this again later, it asks before it sends anything twice"
_UNCLEAR = f"ICCAM did not answer or the line broke: {_LATER}"
_THEIRS = (
    "ICCAM's TLS certificate was not accepted: check url and ca_file in iccam.toml (the server's name, who vouches for"
    " it) and this machine's clock; nothing more was sent and nothing is lost"
)
_OURS = (
    "TLS with ICCAM does not come about, as where it refuses our certificate: check certificate_file, key_file and url"
    " in iccam.toml and how long the certificate is valid; nothing was sent and nothing is lost"
)
_DENIED = (
    "this account may not do that; check user and certificate in iccam.toml and ask INHOPE for its rights; no case was"
    " refused, the next push goes on"
)


class Refused(UnusableInput):
    """ICCAM's final no: any 4xx that is not of the moment. Holds the status and names of fields, nothing else of it.

    `wordless`: it was no JSON object, so perhaps a proxy or a page of maintenance said it and not ICCAM.
    """

    def __init__(self, status: int, fields: tuple[str, ...], *, wordless: bool = False) -> None:
        super().__init__(f"ICCAM refused this for good (status {status})")
        self.status = status
        self.fields = fields
        self.wordless = wordless


class Answered(ServiceFailed):
    """An answer that settles nothing: nobody knows what ICCAM did. It was there, though: see `of_all`."""

    def __init__(self, status: int, says: str = _LATER) -> None:
        super().__init__(f"ICCAM answered {status}: {says}")
        self.status = status

    @property
    def of_all(self) -> bool:
        """Whether the next call can be expected to fare no better."""
        return self.status in _OF_ALL


class StrictAdapter(HTTPAdapter):
    """Sends over verified TLS or not at all."""

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None, verify: Any = True,
        cert: Any = None, proxies: Any = None,
    ) -> requests.Response:  # fmt: skip
        """As `HTTPAdapter.send`; raises BadConfiguration before a socket opens if TLS would not be verified."""
        if not (verify is True or (isinstance(verify, str) and verify)) or not str(request.url).startswith("https://"):
            raise BadConfiguration("the line to ICCAM is verified TLS: it cannot be switched off")
        return super().send(request, stream=stream, timeout=timeout, verify=verify, cert=cert, proxies=proxies)


class Denied(Answered):
    """ICCAM does not let us do this: about our account and its rights, never about one report, so it refuses none."""

    def __init__(self, status: int) -> None:
        super().__init__(status, _DENIED)


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    bearer: str
    refresh: str
    until: float


class Line:
    """One session with ICCAM; use it as a context manager, it logs out and closes at the end.

    `wait` and `clock` (seconds) are given in tests.
    """

    def __init__(
        self, settings: IccamSettings, *, wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._settings, self._wait, self._clock = settings, wait, clock
        self._token: _Token | None = None
        self._heard = False
        self._session = _session(settings)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(
        self, method: str, path: str, query: Mapping[str, str | int] | None = None, body: object = None
    ) -> object:
        """One call; answers the JSON value, or None for an empty answer.

        Raises Refused for a 4xx, but for those of the moment; BadConfiguration where the account or a certificate is
        refused; ServiceFailed (Answered with another status) for everything else: nobody knows whether ICCAM did it.
        Denied is one of those: a 401 after a new token, and a 403 to anything but reading that names no field.
        """
        fresh = self._ensure_token()
        self._wait(self._settings.pause_ms / 1000)
        status, answer = self._request(method, path, query, body)
        if status == _UNAUTHORISED and not fresh:
            self._token = None
            self._ensure_token()
            status, answer = self._request(method, path, query, body)
        return _judged(status, answer, reading=method == "GET")

    def close(self) -> None:
        """Log out if ICCAM answers, and close the connections.

        A log-out that fails is no failure of the work: what ICCAM answered was stored before, the token ends by itself
        after its time, and an error raised here would hide the one the work may have ended with.
        """
        with closing(self._session), suppress(ServiceFailed, BadConfiguration):
            if self._token is not None:
                self._request("POST", "Authentication/logout", None, None)
        self._token = None

    def _ensure_token(self) -> bool:
        """Renew or get a token; answers whether it is from a new login."""
        if self._token is not None:
            if self._clock() < self._token.until:
                return False
            given = {"bearerToken": self._token.bearer, "refreshToken": self._token.refresh}
            self._token = None
            status, answer = self._request("POST", "Authentication/refresh", None, given)
            self._token = self._token_in(status, answer)
            if self._token is not None:
                return False
        self._log_in()
        return True

    def _log_in(self) -> None:
        given = {"username": self._settings.user, "password": self._settings.password()}
        status, answer = self._request("POST", "Authentication", None, given)
        self._token = self._token_in(status, answer)
        if self._token is None:
            if 400 <= status < 500 and status not in _NOT_FINAL - {_UNAUTHORISED}:
                raise BadConfiguration("ICCAM refused user or password (or certificate): mend iccam.toml first")
            raise ServiceFailed(_UNCLEAR)
        self._wait(self._settings.after_login_ms / 1000)

    def _token_in(self, status: int, answer: object) -> _Token | None:
        if status != requests.codes.ok or not isinstance(answer, dict):
            return None
        bearer, refresh = answer.get("bearerToken"), answer.get("refreshToken")
        if not isinstance(bearer, str) or not bearer:
            return None
        lasts = answer.get("bearerTokenExpiresIn")
        seconds = float(lasts) if isinstance(lasts, int | float) else DEFAULT_TOKEN_SECONDS
        return _Token(bearer, refresh if isinstance(refresh, str) else "", self._clock() + seconds - EARLY_SECONDS)

    def _request(
        self, method: str, path: str, query: Mapping[str, str | int] | None, body: object
    ) -> tuple[int, object]:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.bearer}"
        data = None if body is None else json.dumps(body, allow_nan=False).encode("ascii")
        try:
            with self._session.request(
                method, f"{self._settings.url.rstrip('/')}/{path}", params=query, data=data, headers=headers,
                timeout=self._settings.timeout_seconds, allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                self._heard = True
                return response.status_code, _json(response.iter_content(_CHUNK_BYTES))
        except requests.exceptions.SSLError as error:
            raise self._judged_tls(error) from None
        except OSError:  # what requests raises, and a certificate file that went missing
            raise ServiceFailed(_UNCLEAR) from None

    def _judged_tls(self, error: BaseException) -> BadConfiguration | ServiceFailed:
        """A certificate that does not fit is no slow server. A server that refuses ours may just hang up: that counts
        until it answered once; later it is a line that broke."""
        if _is_their_certificate(error):
            return BadConfiguration(_THEIRS)
        return ServiceFailed(_UNCLEAR) if self._heard else BadConfiguration(_OURS)


def _is_their_certificate(error: BaseException | None) -> bool:
    """Whether our side refused the server's certificate; `requests` wraps what the TLS library said several times."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _session(settings: IccamSettings) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy, .netrc or CA bundle of the environment
    session.verify = settings.ca_file or True
    session.cert = (settings.certificate_file, settings.key_file)
    session.adapters.clear()
    session.mount("https://", StrictAdapter(max_retries=0))
    return session


def _judged(status: int, answer: object, *, reading: bool) -> object:
    if 200 <= status < 300:
        return answer
    if status == _UNAUTHORISED:
        raise Denied(status)
    if 400 <= status < 500 and status not in _NOT_FINAL:
        errors = answer.get("errors") if isinstance(answer, dict) else None
        named = errors if isinstance(errors, dict) else {}
        ends = {_INDEX.sub("", str(name).rpartition(".")[2]).lower() for name in named}
        if status == _FORBIDDEN and not reading and not ends & _FIELDS:
            raise Denied(status)
        raise Refused(status, tuple(sorted(ends & _FIELDS)), wordless=not isinstance(answer, dict))
    raise Answered(status)


def _json(chunks: Iterable[bytes]) -> object:
    """The value of an answer; None for an empty one or one that is no JSON. Raises ServiceFailed for a flood."""
    gathered = bytearray()
    for chunk in chunks:
        gathered += chunk
        if len(gathered) > LARGEST_ANSWER_BYTES:
            raise ServiceFailed("ICCAM's answer is too large to be one: run this again later")
    try:
        return json.loads(gathered) if gathered.strip() else None
    except (ValueError, RecursionError):
        return None
