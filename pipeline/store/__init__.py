"""The case store: schema, bulk writes, queries, vault, audit chain and migrations."""
