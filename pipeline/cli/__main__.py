"""`python -m pipeline.cli`: the same as the `hotline` command."""

from pipeline.cli.main import main

main()
