"""What leaves, one recipient's format per file.

Exporters are pure: they are given a package that is already redacted for its recipient and answer file names and
bytes; `pipeline/` writes, seals and sends. To add one, write `exporters/<name>.py` with one subclass of
`exporters.base.Exporter`, its `examples()`, and a schema in `data/schemas`; the registry finds it and the shared
contract test runs over it.
"""
