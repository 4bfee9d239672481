"""How and when: the only place with Luigi, HTTP, SQL, files and processes.

Imports `classifiers`, `exporters` and `triage`; nothing imports it but the console. `bootstrap.py` builds every
concrete thing; `channels/` and `tasks/` hold one idea per file.
"""
