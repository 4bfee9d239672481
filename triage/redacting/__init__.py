"""Take out of a text what points to a person: one layer per file, joined by `redactor.py`; see docs/redaction.md."""
