"""Fuzzing of what reads the files around a source: ``python -m tests.fuzz.inputs -max_total_time=600``.

All arguments are libFuzzer's; inputs are of up to 4,000 bytes from the start, unless they say otherwise.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["defermod"]):
    from tests.fuzz.readers import SEEDS, read_by_all, readers

from tests.fuzz.corpus import corpus

_LENGTHS = ("-max_len=4000", "-len_control=0")
"""Without them libFuzzer would go no further than the longest seed, some hundred bytes."""


def main() -> None:
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as seeds:
        for number, text in enumerate((*SEEDS, *corpus("inputs"))):
            Path(seeds, str(number)).write_bytes(text)
        every = readers(Path(name))
        every[-1](SEEDS[-1])  # which imports the rules
        atheris.Setup([sys.argv[0], *_LENGTHS, *sys.argv[1:], seeds], lambda data: read_by_all(every, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
