"""What a report is and what may happen to it.

Pure domain code: no Luigi, HTTP, SQL, files or processes. Everything else may import from here; this package imports
nothing of the project. To add a noun, write one file with frozen, typed values and a docstring that says why it exists.
"""
