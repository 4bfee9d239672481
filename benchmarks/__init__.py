"""Measures speed and memory; not installed, run from a checkout (`make bench`)."""
