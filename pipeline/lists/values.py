"""What one value of a hash list may be: its type, its bytes, the list's opinion of it, and how near counts as a match.

Types are those of `triage.signals`. PhotoDNA, NetClean, TMK and the like are licensed or for moving pictures; nothing
here can compare them, so they are counted as not usable.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType

from triage.errors import HotlineError
from triage.resemblance import LINK_RADIUS
from triage.signals.base import LOWEST_QUALITY

BYTE_DIGEST_BYTES: Mapping[str, int] = MappingProxyType({"sha256": 32, "sha1": 20, "md5": 16})
"""Types that say the very bytes are the same, strongest first, with the length of a value."""
PERCEPTUAL_BYTES: Mapping[str, int] = MappingProxyType({"pdq": 32, "phash": 8, "dhash": 8, "whash": 8})
"""Types that say two pictures look the same, with the length of a value."""
VALUE_BYTES: Mapping[str, int] = MappingProxyType({**BYTE_DIGEST_BYTES, **PERCEPTUAL_BYTES})
RADIUS_BITS: Mapping[str, int] = MappingProxyType({"pdq": 31, "phash": 6, "dhash": 6, "whash": 6})
"""Distance up to which a perceptual value matches, unless the list says another. PDQ's own recommendation is 31."""
WIDEST_BITS: Mapping[str, int] = MappingProxyType({"pdq": 90, "phash": 16, "dhash": 16, "whash": 16})
"""The widest a list may ask for. Beyond, unlike pictures meet (measured: nearest unlike pair by PDQ at 72 to 98)."""
LINK_RADIUS_BITS, LINK_QUALITY = LINK_RADIUS, LOWEST_QUALITY
"""Only a PDQ of the whole picture, this near and of this quality (0..100) or better, is a known picture by itself."""

_EMPTY = frozenset(hashlib.new(name, b"", usedforsecurity=False).digest() for name in BYTE_DIGEST_BYTES)
_NAME_NOISE = re.compile(r"[^a-z0-9]")
_QUALITY = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,9})?")
_TYPE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "sha2256": "sha256", "hashsha256": "sha256", "hashsha1": "sha1", "hashmd5": "md5", "videomd5": "md5",
        "hashvideomd5": "md5", "hashpdq": "pdq", "pdqhash": "pdq", "imagepdq": "pdq", "perceptualhash": "phash",
        "differencehash": "dhash", "wavelethash": "whash",
    }
)  # fmt: skip


class Opinion(IntEnum):
    """What the list says of its own entry."""

    POSITIVE = 0
    DISPUTED = 1
    NEGATIVE = 2


class ListKind(StrEnum):
    """Whether a list names what is known, or what is known to be harmless."""

    KNOWN = "known"
    ALLOW = "allow"


class BadValue(HotlineError):
    """A cell of a list cannot be used; `field` and `reason` (a key of `rejects.ADVICE`) say why. Holds no value."""

    exit_code = 2

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


_OPINIONS: Mapping[str, Opinion] = MappingProxyType(
    {
        "": Opinion.POSITIVE, "positive": Opinion.POSITIVE, "positiveclass": Opinion.POSITIVE,
        "malicious": Opinion.POSITIVE, "truepositive": Opinion.POSITIVE, "confirmed": Opinion.POSITIVE,
        "disputed": Opinion.DISPUTED, "unknown": Opinion.DISPUTED, "suspicious": Opinion.DISPUTED,
        "investigationseed": Opinion.DISPUTED, "unsure": Opinion.DISPUTED,
        "negative": Opinion.NEGATIVE, "negativeclass": Opinion.NEGATIVE, "nonmalicious": Opinion.NEGATIVE,
        "falsepositive": Opinion.NEGATIVE, "benign": Opinion.NEGATIVE,
    }
)  # fmt: skip


@lru_cache(maxsize=1024)
def type_named(written: str) -> str | None:
    """The signal type a list means by `HASH_PDQ`, `SHA-256`, `md5` …; None for one nothing here can compare."""
    plain = _NAME_NOISE.sub("", written.lower())
    name = _TYPE_NAMES.get(plain, plain)
    return name if name in VALUE_BYTES else None


def value_of(kind: str, written: str) -> bytes:
    """The bytes of a hexadecimal value of a type. Raises BadValue."""
    text = written.strip().removeprefix("0x")
    if not text:
        raise BadValue("value", "value_missing")
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise BadValue("value", "not_hexadecimal") from None
    if len(value) != VALUE_BYTES[kind]:
        raise BadValue("value", "wrong_length")
    if value.count(value[0]) == len(value) and value[0] in (0, 255):
        raise BadValue("value", "placeholder")
    if value in _EMPTY:
        raise BadValue("value", "empty_file")
    return value


@lru_cache(maxsize=1024)
def opinion_of(written: str) -> Opinion:
    """The opinion a list writes; nothing written is positive, since that is why it stands there. Raises BadValue."""
    found = _OPINIONS.get(_NAME_NOISE.sub("", written.lower()))
    if found is None:
        raise BadValue("opinion", "opinion_unknown")
    return found


def quality_of(written: str) -> float:
    """The quality of a PDQ, 0..100. Raises BadValue."""
    text = written.strip()
    if not _QUALITY.fullmatch(text) or float(text) > 100:
        raise BadValue("quality", "quality_unreadable")
    return float(text)


def radius_of(kind: str, written: str) -> int:
    """A threshold in bits, for a perceptual type within its widest. Raises BadValue."""
    text = written.strip()
    if kind not in WIDEST_BITS or not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise BadValue("threshold", "threshold_unusable")
    if int(text) > WIDEST_BITS[kind]:
        raise BadValue("threshold", "threshold_unusable")
    return int(text)
