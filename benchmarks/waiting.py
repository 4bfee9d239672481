"""How long a person's act waits for its turn while a batch is being committed."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from pipeline.bootstrap import App
from pipeline.store.engine import writing

EVERY_SECONDS = 0.05


class Person(threading.Thread):
    """Writes one audited act after another and keeps how long each took from wanting to having done it."""

    def __init__(self, workspace: Path) -> None:
        super().__init__(daemon=True)
        self.waits: list[float] = []
        self._workspace = workspace
        self._done = threading.Event()

    def run(self) -> None:
        """Act until stopped."""
        store = App.at(self._workspace).store
        while not self._done.wait(EVERY_SECONDS):
            started = time.monotonic()
            with writing(store.engine) as connection:
                store.record(connection, datetime.now(UTC), "machine", "benchmark_act", "none", {})
            self.waits.append(time.monotonic() - started)

    def stop(self) -> list[float]:
        """End and answer all waits in seconds, sorted."""
        self._done.set()
        self.join()
        return sorted(self.waits)
