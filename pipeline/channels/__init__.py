"""One file per channel reports come in by.

To add a channel: write `pipeline/channels/<name>.py` with one subclass of `base.Channel`, put a sample under
`data/sample/channels/<name>/`, and run the tests. The registry finds it and the contract test reads its sample.
"""
