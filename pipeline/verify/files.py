"""Sealed input files: every one a run says it sealed is there."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from pipeline.after_ingest import EVENT, Became
from pipeline.inputs import InputFile
from pipeline.runs import load
from pipeline.sealed_inputs import sealed_path
from pipeline.store.schema import audit
from pipeline.verify.finding import Findings
from pipeline.workspace import Workspace
from triage.errors import HotlineError


def check_files(connection: Connection, workspace: Workspace, findings: Findings) -> None:
    """Hold the folder of sealed inputs against what the audit chain says was sealed."""
    for row in connection.execute(select(audit.c.subject, audit.c.details).where(audit.c.event == EVENT)):
        try:
            sealed = int(json.loads(row.details).get(str(Became.SEALED), 0))
        except (ValueError, AttributeError, TypeError):
            continue
        files = _files(workspace, row.subject)
        there = sum(sealed_path(workspace.sealed_inputs, file.sha256).is_file() for file in files)
        if files and there < sealed:
            findings.add(
                "sealed_input_missing", row.subject, f"{sealed - there} of {sealed} sealed files are not there"
            )


def _files(workspace: Workspace, run_id: str) -> tuple[InputFile, ...]:
    """The run's files; none where its manifest is missing, which is a finding of its own."""
    try:
        return load(workspace, run_id).files
    except HotlineError:
        return ()
