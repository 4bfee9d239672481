"""What an operator may set, typed and checked before any data is touched.

Read from `hotline.toml` in the workspace; a variable `HOTLINE_<NAME>` overrides one setting. An unknown or ill-typed
setting stops the command: a typing error must not silently mean the default.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from types import MappingProxyType
from typing import Any, get_args

from pipeline.workspace import Workspace
from triage.errors import BadConfiguration

ENV_PREFIX = "HOTLINE_"
KINDS = ("real", "demo")
AFTER_INGEST = ("seal", "delete", "keep")
SMTP_TLS = ("starttls", "tls")
NOTICES_RECHECK = ("off", "dns")
_DAYS, _SECONDS = 3650, 86_400
WHOLE_NUMBERS: Mapping[str, tuple[int, int]] = MappingProxyType({
    "workers": (1, 256), "work_key_days": (1, _DAYS), "task_timeout_seconds": (1, 7 * _SECONDS),
    "task_retries": (0, 100), "retry_delay_seconds": (0, _SECONDS), "lock_minutes": (1, 1440),
    "flood_matches": (1, 1_000_000_000), "near_text_window": (0, 1_000_000_000), "answers_smtp_port": (1, 65_535),
})  # fmt: skip
"""Smallest and largest value of every setting that is a number: a lock of no minutes holds a case for nobody, and a
working key of no days is gone before its run could be looked at."""
MOST_HELP_CHARS = 160
"""A number, a name and hours: more than that nobody keeps in mind on the telephone."""
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; `hotline init` writes them out with a comment each."""

    kind: str = "real"
    """`real` or `demo`; fixed at `hotline init`. A demo workspace has sample people and says so on every screen."""
    database_url: str = ""
    """Empty for SQLite in the workspace, or `postgresql+psycopg://…` (more than one machine needs PostgreSQL)."""
    workers: int = 2
    """Luigi worker processes of one run."""
    scheduler_url: str = ""
    """Empty for Luigi's local scheduler, or the address of a `luigid` on loopback or behind your own proxy."""
    after_ingest: str = "seal"
    """What happens to input files once committed: `seal`, `delete` or `keep`."""
    work_key_days: int = 7
    """Days after commit until a run's working key is destroyed and its artefacts can no longer be read."""
    default_country_code: str = "387"
    """Country calling code of phone numbers written without one (E.164); what was taken in before keeps its own."""
    task_timeout_seconds: int = 3600
    """A task that runs longer is ended and tried again."""
    task_retries: int = 2
    """How often Luigi tries a failed task again."""
    retry_delay_seconds: int = 5
    """How long Luigi waits before it tries again."""
    lock_minutes: int = 30
    """How long `hotline next` holds a case for one person."""
    flood_matches: int = 100
    """An entry of a hash list that matches more distinct items than this in a day is quarantined."""
    near_text_window: int = 200_000
    """How many distinct texts back a text is compared with, to find floods of near-equal ones; 0 compares none."""
    drop_folder: str = ""
    """The folder `hotline nightly` takes in; empty for none. Give its whole path, outside the workspace."""
    free_text_for: tuple[str, ...] = ()
    """Recipients (codes of data/routes) that may get redacted texts a person released; nobody by default."""
    passphrase_for: tuple[str, ...] = ()
    """Police agencies (codes of data/routes) without OpenPGP: their packages are locked with a passphrase that is told
    by telephone; nobody by default."""
    hotline_name: str = ""
    """The hotline's name as police shall read it on cover, report and call sheet; empty prints none."""
    hotline_phone: str = ""
    """The telephone police may call back, as `+387 33 000 000`; printed beside the name, empty prints none."""
    timestamp_url: str = ""
    """A time-stamping authority (RFC 3161) that is asked about every sealed package; empty asks nobody."""
    answers_from: str = ""
    """The address answers to reporters come from; neutral, since others may see it. Empty sends none."""
    answers_standing: tuple[str, ...] = ()
    """Templates of answers (data/answers) that go without a person's preview or disposition; none by default."""
    help_line: str = ""
    """Where who asks for help finds it, in a few words, as `116 111`: printed in their letter; empty names none."""
    answers_smtp_host: str = ""
    """The mail server for answers; empty writes them into the folder `outbox` of the workspace and opens no line."""
    answers_smtp_port: int = 587
    """Its port; usual are 587 with `starttls` and 465 with `tls`."""
    answers_smtp_tls: str = "starttls"
    """`starttls` or `tls`; without either, and without a certificate that fits the host, nothing is sent."""
    answers_smtp_user: str = ""
    """The account at the mail server."""
    answers_smtp_password_file: str = ""
    """A file with its password alone, mode 0600; a relative path starts at the workspace."""
    answers_smtp_ca_file: str = ""
    """Who vouches for the mail server's certificate (PEM); empty for the authorities every system knows."""

    alerts_from: str = ""
    """The address sealed alerts to organisations of the SOS network come from; empty: their files wait in `outbox`."""
    alerts_to: tuple[str, ...] = ()
    """Where each organisation takes alerts, as `sos-rs=duty@partner.example`; never a person's own address."""

    notices_from: str = ""
    """The address notices to hosts come from and are answered to; empty sends none. They also need `hotline_name`."""
    notices_recheck: str = "off"
    """`dns` looks up every host again just before a notice goes; `off` opens no line and a person says they looked."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadConfiguration(f"setting kind must be one of {', '.join(KINDS)}")
        if self.after_ingest not in AFTER_INGEST:
            raise BadConfiguration(f"setting after_ingest must be one of {', '.join(AFTER_INGEST)}")
        for name, (least, most) in WHOLE_NUMBERS.items():
            if not least <= getattr(self, name) <= most:
                raise BadConfiguration(f"setting {name} must be a whole number from {least} to {most}")
        if self.database_url and re.split(r"[+:]", self.database_url, maxsplit=1)[0] not in DATABASES:
            raise BadConfiguration(
                "setting database_url must be empty (SQLite in the workspace) or begin with postgresql+psycopg://"
            )
        if not self.default_country_code.isdigit():
            raise BadConfiguration("setting default_country_code must be digits, for instance 387")
        if self.free_text_for:
            _check_may_get_text(self.free_text_for)
        if self.passphrase_for:
            _check_police(self.passphrase_for)
        if self.hotline_name or self.hotline_phone:
            _check_letterhead(self)
        if self.timestamp_url and not self.timestamp_url.startswith(("https://", "http://")):
            raise BadConfiguration("setting timestamp_url must begin with https:// or http://")
        if len(self.help_line) > MOST_HELP_CHARS or not self.help_line.isprintable():
            raise BadConfiguration(f"setting help_line must be one line of at most {MOST_HELP_CHARS} characters")
        if self.answers_from or self.answers_standing or self.answers_smtp_host:
            _check_answers(self)
        if self.alerts_from or self.alerts_to:
            _check_alerts(self)
        if self.notices_recheck not in NOTICES_RECHECK:
            raise BadConfiguration(f"setting notices_recheck must be one of {', '.join(NOTICES_RECHECK)}")
        if self.notices_from:
            _check_notices(self.notices_from)


def _line_of(error: tomllib.TOMLDecodeError) -> str:
    """Where reading ended, which is where a value or a name given twice stands; never what stands there."""
    found = re.search(r"\(at (line \d+), column \d+\)$", str(error))
    return f" at {found[1]}" if found else " at its end"


def load(workspace: Workspace, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of a workspace. Raises BadConfiguration naming the setting; never repeats its value."""
    if not workspace.settings_file.is_file():
        raise BadConfiguration("this is no workspace yet (hotline.toml is missing): run `hotline init` first")
    try:
        read = tomllib.loads(workspace.settings_file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise BadConfiguration("hotline.toml is not UTF-8 text: write it anew as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(f"hotline.toml cannot be read as TOML{_line_of(error)}: mend it") from None
    known = {field.name: field for field in fields(Settings)}
    unknown = sorted(set(read) - set(known))
    if unknown:
        raise BadConfiguration(f"hotline.toml: unknown setting {unknown[0]}; known are {', '.join(sorted(known))}")
    for name in known:
        override = (os.environ if environ is None else environ).get(ENV_PREFIX + name.upper())
        if override is not None:
            read[name] = _several(override) if isinstance(known[name].default, tuple) else override
    values: dict[str, Any] = {name: _typed(known[name], value) for name, value in read.items()}
    return Settings(**values)


def as_toml(settings: Settings) -> str:
    """The settings as the text of `hotline.toml`, defaults commented out."""
    lines = ["# Settings of this hotline's workspace. A commented line shows the default.", ""]
    for field in fields(Settings):
        value = getattr(settings, field.name)
        shown = str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
        lines.append(f"{'# ' if value == field.default else ''}{field.name} = {shown}")
    return "\n".join(lines) + "\n"


_KIND_WORDS: dict[Any, str] = {int: "a whole number", str: "a text"}


def _typed(field: Field[Any], value: object) -> object:
    wanted = type(field.default) if field.default is not MISSING else get_args(field.type)[0]
    if wanted is tuple:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise BadConfiguration(f"setting {field.name} must be a list of texts")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise BadConfiguration(f"setting {field.name} must be {_KIND_WORDS[wanted]}")
    try:
        return wanted(value)
    except ValueError:
        raise BadConfiguration(f"setting {field.name} must be {_KIND_WORDS[wanted]}") from None


def _several(given: str) -> list[str]:
    """The values of a variable that holds several, with commas between."""
    return [part.strip() for part in given.split(",") if part.strip()]


def _check_letterhead(given: Settings) -> None:
    """Raises BadConfiguration unless name and telephone can stand on paper."""
    from exporters.package import Letterhead
    from triage.errors import RuleBroken

    try:
        Letterhead(given.hotline_name, given.hotline_phone)
    except RuleBroken as broken:
        raise BadConfiguration(f"settings hotline_name and hotline_phone: {broken}") from None


def _check_may_get_text(codes: tuple[str, ...]) -> None:
    """Raises BadConfiguration unless each is a recipient whose kind may get text (triage.redaction.TEXT_KINDS)."""
    from pipeline.routes import routes
    from triage.redaction import TEXT_KINDS

    recipients = routes().recipients.values()
    may = [one.code for one in recipients if one.redacted_as in TEXT_KINDS]
    if len(set(codes)) != len(codes) or not set(codes) <= set(may):
        raise BadConfiguration(f"setting free_text_for takes, each once: {', '.join(may)}")


def _check_police(codes: tuple[str, ...]) -> None:
    """Raises BadConfiguration unless each is a police agency."""
    from pipeline.routes import routes
    from triage.disposition import Kind

    recipients = routes().recipients.values()
    may = [one.code for one in recipients if one.kind is Kind.POLICE]
    if len(set(codes)) != len(codes) or not set(codes) <= set(may):
        raise BadConfiguration(f"setting passphrase_for takes, each once: {', '.join(may)}")


def _check_notices(sender: str) -> None:
    """Raises BadConfiguration unless notices can come from this address."""
    from triage.answer_contact import usable_address

    if usable_address(sender) != sender:
        raise BadConfiguration("setting notices_from must be one plain mail address")


def _check_answers(given: Settings) -> None:
    """Raises BadConfiguration unless answers can go out as set: neutral, over TLS, with an account."""
    from triage.answer_contact import is_neutral, usable_address
    from triage.answering import Template

    if not set(given.answers_standing) <= set(Template):
        raise BadConfiguration(f"setting answers_standing takes: {', '.join(Template)}")
    if given.answers_from and usable_address(given.answers_from) != given.answers_from:
        raise BadConfiguration("setting answers_from must be one plain mail address")
    if not is_neutral(given.answers_from):
        raise BadConfiguration("setting answers_from must be neutral: nothing in it may say what reports are about")
    if given.answers_smtp_tls not in SMTP_TLS:
        raise BadConfiguration(f"setting answers_smtp_tls must be one of {', '.join(SMTP_TLS)}")
    if given.answers_smtp_host and not (given.answers_smtp_user and given.answers_smtp_password_file):
        raise BadConfiguration("setting answers_smtp_host needs answers_smtp_user and answers_smtp_password_file")


def _check_alerts(given: Settings) -> None:
    """Raises BadConfiguration unless alerts come from one plain address and go to one of each organisation."""
    from pipeline.routes import routes
    from triage.answer_contact import is_neutral, usable_address
    from triage.disposition import Kind

    if given.alerts_from and usable_address(given.alerts_from) != given.alerts_from:
        raise BadConfiguration("setting alerts_from must be one plain mail address")
    if not is_neutral(given.alerts_from):
        raise BadConfiguration("setting alerts_from must be neutral: nothing in it may say what a hotline does")
    partners = [one.code for one in routes().recipients.values() if one.kind is Kind.PARTNER]
    pairs = [entry.partition("=") for entry in given.alerts_to]
    codes = [code for code, _, _ in pairs]
    if len(set(codes)) != len(codes) or not set(codes) <= set(partners):
        raise BadConfiguration(f"setting alerts_to takes CODE=ADDRESS, each code once, of: {', '.join(partners)}")
    if any(usable_address(address) != address for _, _, address in pairs):
        raise BadConfiguration("setting alerts_to needs one plain mail address after each =")
