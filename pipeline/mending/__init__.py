"""Rejects: rows that could not become reports. People see why, mend and feed them in again, or close them."""
