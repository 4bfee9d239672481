"""The inner loop of telling languages, compiled: py3langid's automaton and weights over many texts at once.

The same arithmetic as `py3langid.langid.LanguageIdentifier` (Lui and Baldwin 2012), about ten times as fast; the tests
compare the two. Arrays: `moves` uint32 (rows × 256), `rows` int64 (states), `features` int32 (states, -1: none),
`weights` float32 (features, labels), `prior` float32 (labels).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from triage.matching_kernels import kernel

Floats = NDArray[np.float32]


@kernel
def log_odds(
    text: NDArray[np.uint8], ends: NDArray[np.int64], moves: NDArray[np.uint32], rows: NDArray[np.int64],
    features: NDArray[np.int32], weights: Floats, prior: Floats,
) -> Floats:  # fmt: skip
    """Float32 (texts, labels): the unnormalised log-odds of each text of UTF-8 bytes ending at `ends`."""
    drawn = np.zeros((len(ends), len(prior)), np.float32)
    counts = np.zeros(len(weights), np.int32)
    met = np.empty(len(text) + 1, np.int32)
    start = 0
    for number in range(len(ends)):
        state, used = np.int64(0), 0
        for place in range(start, ends[number]):
            state = np.int64(moves[(rows[state] << 8) + text[place]])
            feature = features[state]
            if feature >= 0:
                if counts[feature] == 0:
                    met[used] = feature
                    used += 1
                counts[feature] += 1
        start = ends[number]
        for place in range(used):
            feature = np.int64(met[place])
            weight = np.float32(np.log1p(np.float32(counts[feature])))
            for label in range(len(prior)):
                drawn[number, label] += weight * weights[feature, label]
            counts[feature] = 0
        if used:
            for label in range(len(prior)):
                drawn[number, label] += prior[label]
    return drawn
