"""Numbers that follow one another without a gap: made up rather than collected. Pure."""

from array import array

import numpy as np

RUN = 5
"""So many numbers in a row without a gap look made up rather than collected."""


def runs(numbers: "array[int]") -> list[int]:
    """Numbers that stand in a run of at least `RUN` without a gap, each once, in order. Sorts `numbers` in place."""
    if len(numbers) < RUN:
        return []
    ordered = np.frombuffer(numbers, dtype=np.int64)
    ordered.sort()  # in its place: a copy of a million numbers is memory that a small machine misses
    found: list[int] = []
    run: list[int] = []
    for number in ordered:
        if run and number == run[-1]:
            continue
        if run and number != run[-1] + 1:
            found += run if len(run) >= RUN else []
            run = []
        run.append(int(number))
    return found + (run if len(run) >= RUN else [])
