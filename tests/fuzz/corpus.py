"""The small corpora that are kept: ``corpus/engine.txt`` and ``corpus/inputs.txt``, a text per line as a bytes literal.

They are the shorter ones of the texts that libFuzzer kept in campaigns and, first, those that were found to break
something.  To make such a file of a directory of libFuzzer's texts:

    python -m tests.fuzz.corpus FOUND
"""

from __future__ import annotations

import sys
from ast import literal_eval
from pathlib import Path

HERE = Path(__file__).parent / "corpus"


def corpus(name: str) -> list[bytes]:
    """Return the texts of one of the two; what follows a ``#`` at the start of a line is a comment."""
    lines = (HERE / f"{name}.txt").read_text("ascii").splitlines()
    return [literal_eval(line) for line in lines if line and not line.startswith("#")]


def main() -> None:
    for text in sorted({path.read_bytes() for path in Path(sys.argv[1]).iterdir()}, key=lambda text: (len(text), text)):
        print(repr(text))


if __name__ == "__main__":
    main()
