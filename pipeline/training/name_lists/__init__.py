"""Decides how much it takes to mask each listed name, from labelled corpora, and measures the name lists alone."""
