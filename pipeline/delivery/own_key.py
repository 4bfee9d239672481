"""The hotline's own signing key: agencies check with its certificate that a package is from here and whole.

One per workspace, in `keys/`, readable by whoever may work there; made when first asked for and never replaced by a
command, since every agency would have to be told.
"""

from __future__ import annotations

import os

from exporters.sealing import SigningKey
from pipeline.durable import write_file
from pipeline.keys import refuse_open
from pipeline.workspace import Workspace
from triage.errors import KeyProblem

SIGNING_KEY_NAME = "signing.pgp"
PASSPHRASE_VARIABLE = "HOTLINE_SIGNING_PASSPHRASE"


def own_key(workspace: Workspace, *, alarm: bool = False) -> SigningKey:
    """The signing key. Raises KeyProblem if there is none, it does not open, or others can read it.

    An `alarm` is sent all the same: a child in danger waits for no file mode.
    """
    path = workspace.keys / SIGNING_KEY_NAME
    if not alarm:
        refuse_open(path, workspace)
    try:
        stored = path.read_bytes()
    except FileNotFoundError:
        raise KeyProblem("this hotline has no signing key yet: make it with `hotline recipients own-key`") from None
    return SigningKey.read(stored, os.environ.get(PASSPHRASE_VARIABLE))


def make_own_key(workspace: Workspace, name: str) -> SigningKey:
    """The signing key, made if there is none; `name` is what agencies see as its owner."""
    path = workspace.keys / SIGNING_KEY_NAME
    if not path.exists():
        write_file(path, SigningKey.make(name).stored(os.environ.get(PASSPHRASE_VARIABLE)))
    return own_key(workspace)
