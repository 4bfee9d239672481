"""What each stage does to one part: pure functions from tables to tables, with no Luigi, store or file in sight.

So parts run in parallel here and could run in Spark unchanged; `pipeline.tasks` reads and writes the artefacts.
"""
