"""Every error this project raises on purpose, with the exit code the command line answers with.

    HotlineError                     4  internal: a bug, or a state that must not occur
    ├── UsageError                   2  the call is wrong; the message says how to call it
    │   └── RuleBroken               2  a person's act the rules do not allow; the message names the rule
    ├── UnusableInput                2  nothing could be read from what was given
    ├── BadConfiguration             2  settings, keys or store do not fit; found before data is touched
    │   └── KeyProblem               2  a vault key is missing, wrong or unreadable
    ├── CaseTaken                    2  another person holds the case; the message says until when
    ├── ServiceFailed                3  something outside failed; trying again may help
    └── Damage                       1  `verify` found that stored things do not agree

Messages say what to do next and never contain input: no address, no note, no contact, no value of a row.
"""

from __future__ import annotations

from typing import ClassVar


class HotlineError(Exception):
    """Root of the tree; `exit_code` is what the command line answers with."""

    exit_code: ClassVar[int] = 4


class UsageError(HotlineError):
    """The call is wrong; the message says how to call it."""

    exit_code = 2


class RuleBroken(UsageError):
    """A person's act that the rules of DESIGN §1 and §3 do not allow."""


class UnusableInput(HotlineError):
    """Nothing could be read from what was given."""

    exit_code = 2


class BadConfiguration(HotlineError):
    """Settings, keys or store do not fit together; raised before data is touched."""

    exit_code = 2


class KeyProblem(BadConfiguration):
    """A vault key is missing, wrong or unreadable."""


class CaseTaken(HotlineError):
    """Another person holds the case."""

    exit_code = 2


class ServiceFailed(HotlineError):
    """A service outside this process failed; trying again may help."""

    exit_code = 3


class Damage(HotlineError):
    """Stored things do not agree with each other."""

    exit_code = 1
