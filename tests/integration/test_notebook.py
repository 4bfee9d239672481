"""The published notebook runs on what the statistics exporter makes, and shows no hidden count."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from exporters.registry import all_exporters

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

ROOT = Path(__file__).parents[2]


def test_the_notebook_prints_totals_and_tables_of_an_exported_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = all_exporters(lambda name: (ROOT / "data" / name).read_text(encoding="utf-8"))["statistics"]
    (tmp_path / "statistics.csv").write_bytes(exporter.files(exporter.examples()[0])["statistics.csv"])
    monkeypatch.setenv("HOTLINE_STATISTICS_CSV", str(tmp_path / "statistics.csv"))
    notebook = nbformat.read(ROOT / "notebooks" / "aggregate_statistics.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "commit notebooks without outputs"

    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the kernel's own start-up, none of our code
        client.execute()

    printed = "".join(out.text for cell in notebook.cells for out in cell.get("outputs", []) if "text" in out)
    assert "total reports: 220" in printed
    assert "hidden" in printed
    assert "BA-RS" in printed
    assert "csam_suspect" in printed
