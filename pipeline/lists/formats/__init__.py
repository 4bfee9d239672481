"""Formats hash lists come in, one per file, found by the registry."""
