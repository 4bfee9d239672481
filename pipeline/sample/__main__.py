"""Makes the sample: `python -m pipeline.sample --seed 2026 --out data/sample/drop --truth data/sample/truth.tsv`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.resources import texts
from pipeline.sample.texts import Texts
from pipeline.sample.write import make_sample, write_sample

COMMITTED_SEED = 2026
"""The seed of the sample that lies in `data/sample`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a sample and return the exit code: 0 done, 2 the output folder holds other files."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.sample", description=__doc__)
    parser.add_argument("--seed", type=int, default=COMMITTED_SEED, help="another number gives another sample")
    parser.add_argument("--out", type=Path, required=True, help="the drop folder to write")
    parser.add_argument("--truth", type=Path, required=True, help="the truth table; expected.json goes beside it")
    given = parser.parse_args(arguments)
    sample = make_sample(given.seed, Texts.from_toml(texts("sample_texts")))
    if given.out.resolve() in given.truth.resolve().parents:
        print("the truth must lie outside the drop folder", file=sys.stderr)
        return 2
    try:
        write_sample(sample, given.out, given.truth)
    except FileExistsError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
