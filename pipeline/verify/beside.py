"""What a run brought beside its reports' rows (sources, rejects, attachments, sealed texts) is what the chain holds.

Runs committed before the chain held digests of these have none, and nothing of this is seen of them.
"""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.store.beside import NAMES, beside_digest
from pipeline.verify.batches import Batches
from pipeline.verify.finding import Findings
from pipeline.verify.world import World

_SAYS = {
    "sources": "a source its reports came from has another name or channel than when they came",
    "rejects": "its rejects are not as the audit chain wrote them down",
    "items": "what came with its reports (attachments and their digests) is not as the audit chain wrote it down",
    "texts": "the sealed texts of its reports (words, raw messages, further columns) are not those it came with",
}


def check_beside(connection: Connection, world: World, batches: Batches, index_key: bytes, findings: Findings) -> None:
    """Make every digest of every committed run again."""
    for number, row in world.runs.items():
        for details in batches.get(row.run_id, ()) if row.committed_at is not None else ():
            for name in NAMES:
                if name in details and details[name] != beside_digest(connection, name, number, index_key):
                    findings.add(f"{name}_changed", row.run_id, _SAYS[name])
