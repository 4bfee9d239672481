"""What an operator sets to reach ICCAM: `iccam.toml` in the workspace. Without the file ICCAM is off, no socket opens.

There is no setting that weakens TLS: an unknown or ill-typed one stops the command. Files that open the line (password,
client key) must be readable by their owner alone. Relative paths start at the workspace.
"""

from __future__ import annotations

import re
import ssl
import stat
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from triage.errors import BadConfiguration, KeyProblem

SETTINGS_FILE = "iccam.toml"
PRIVATE_BITS = 0o077
"""Nobody but the owner may read, write or run a file that opens the line."""
_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}")
_PATH = re.compile(r"[A-Za-z-]+(/[A-Za-z-]+)*")
_FILES = ("password_file", "certificate_file", "key_file", "ca_file")
_SECRET_FILES = ("password_file", "key_file")


@dataclass(frozen=True, slots=True)
class IccamSettings:
    """Where ICCAM is and who we are there; paths are absolute once loaded."""

    url: str
    """`https://…/`, the root below which `Authentication` and `rest/…` lie."""
    user: str
    """The name of the hotline's account for programs."""
    password_file: str
    """A file holding that account's password alone, mode 0600."""
    certificate_file: str
    """Our client certificate (PEM), as INHOPE gave it."""
    key_file: str
    """Its private key (PEM, not encrypted), mode 0600."""
    ca_file: str = ""
    """Who vouches for ICCAM's certificate (PEM); empty for the authorities every browser knows."""
    analyst_alias: str = "analyst"
    """Shown in ICCAM instead of any person."""
    find_path: str = "rest/Reports"
    """Where a report is looked up by its reference (`?hotlineReference=`). Not in any public description: ask INHOPE.
    Where ICCAM cannot answer there, a report in doubt is never sent twice; a person decides."""
    timeout_seconds: int = 30
    pause_ms: int = 1000
    """Between two calls; ICCAM asks its users not to crowd it."""
    after_login_ms: int = 2000
    """ICCAM needs a moment before it knows a new token."""

    def password(self) -> str:
        """The password, read anew each time. Raises KeyProblem if its file is missing, empty or open to others."""
        _check_private(Path(self.password_file), "password_file")
        try:
            secret = Path(self.password_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise KeyProblem("iccam.toml: password_file cannot be read: it must be a text file") from None
        if not secret:
            raise KeyProblem("iccam.toml: password_file is empty: write the account's password into it")
        return secret


def load(workspace: Path) -> IccamSettings | None:
    """The settings in a workspace folder, or None where ICCAM is off (no `iccam.toml`).

    Raises BadConfiguration naming the setting (KeyProblem for a file that is missing, unusable or open to others);
    never repeats a value.
    """
    path = workspace / SETTINGS_FILE
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise BadConfiguration(f"{SETTINGS_FILE} cannot be read as TOML: mend it (without it ICCAM is off)") from None
    settings = _typed(read)
    placed = {name: str(workspace / given) for name in _FILES if (given := getattr(settings, name))}
    settings = IccamSettings(**{**{field.name: getattr(settings, field.name) for field in fields(settings)}, **placed})
    _check(settings)
    return settings


def _typed(read: dict[str, object]) -> IccamSettings:
    known = {field.name: field for field in fields(IccamSettings)}
    unknown = sorted(set(read) - set(known))
    if unknown:
        raise BadConfiguration(f"{SETTINGS_FILE} has a setting that does not exist; there are: {', '.join(known)}")
    for name, field in known.items():
        if name not in read:
            if field.default is MISSING:
                raise BadConfiguration(f"{SETTINGS_FILE}: setting {name} is missing")
            continue
        wanted = int if isinstance(field.default, int) else str
        if type(read[name]) is not wanted:
            raise BadConfiguration(f"{SETTINGS_FILE}: setting {name} must be {'a number' if wanted is int else 'text'}")
    values: dict[str, object] = dict(read)
    return IccamSettings(**values)  # type: ignore[arg-type]  # every value was checked against its field


def _check(settings: IccamSettings) -> None:
    parts = urlsplit(settings.url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise BadConfiguration(f"{SETTINGS_FILE}: url must be an https address without user name or question mark")
    if not settings.user or not _ALIAS.fullmatch(settings.analyst_alias):
        raise BadConfiguration(f"{SETTINGS_FILE}: user must say something, analyst_alias is letters and digits")
    if not _PATH.fullmatch(settings.find_path):
        raise BadConfiguration(f"{SETTINGS_FILE}: find_path is a path below url, for instance rest/Reports")
    if settings.timeout_seconds < 1 or settings.pause_ms < 0 or settings.after_login_ms < 0:
        raise BadConfiguration(f"{SETTINGS_FILE}: timeout_seconds is at least 1, pause_ms and after_login_ms 0 or more")
    for name in _FILES:
        if getattr(settings, name) and not Path(getattr(settings, name)).is_file():
            raise KeyProblem(f"{SETTINGS_FILE}: {name} names no file")
    for name in _SECRET_FILES:
        _check_private(Path(getattr(settings, name)), name)
    _check_certificates(settings)


def _check_private(path: Path, name: str) -> None:
    try:
        mode = path.stat().st_mode
    except OSError:
        raise KeyProblem(f"{SETTINGS_FILE}: {name} names no file") from None
    if stat.S_IMODE(mode) & PRIVATE_BITS:
        raise KeyProblem(f"{SETTINGS_FILE}: {name} can be read by others: run `chmod 600` on it")


def _check_certificates(settings: IccamSettings) -> None:
    """Certificate, key and authorities are tried before anything is sent; an encrypted key would ask at a terminal."""
    context = ssl.create_default_context()
    try:
        context.load_cert_chain(settings.certificate_file, settings.key_file, password=lambda: b"")
    except (OSError, ssl.SSLError, ValueError):
        raise KeyProblem(
            f"{SETTINGS_FILE}: certificate_file and key_file do not fit: both PEM, of one pair, the key not encrypted"
        ) from None
    try:
        if settings.ca_file:
            context.load_verify_locations(settings.ca_file)
    except (OSError, ssl.SSLError):
        raise KeyProblem(f"{SETTINGS_FILE}: ca_file holds no certificates (PEM)") from None
