"""pyarrow must not bring pandas into every task: the tasks import it never, and a notebook still may."""

from __future__ import annotations

import subprocess
import sys

_TASKS = """
import sys
import pipeline.tasks.base
import pyarrow as pa
table = pa.table({"count": [1, 2], "name": ["a", None]})
assert table["count"].to_numpy().sum() == 3 and table["name"].to_pylist() == ["a", None]
print("pandas" in sys.modules, [type(one).__name__ for one in sys.meta_path].count("_Absent"))
"""
_NOTEBOOK = """
import pipeline.arrow_alone as alone, pyarrow as pa
alone.without_pandas()
print(pa.table({"count": [1, 2]}).to_pandas()["count"].sum())
"""


def test_tasks_convert_columns_without_importing_pandas() -> None:
    assert _said(_TASKS) == "False 0", "pandas was imported, or the finder that hides it was left behind"


def test_frames_can_still_be_made_where_somebody_asks_for_them() -> None:
    assert _said(_NOTEBOOK) == "3"


def _said(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
