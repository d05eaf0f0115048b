"""Coverage-guided fuzzing of the engine: ``python -m tests.fuzz -max_total_time=600``.

Needs atheris (``pip install -e '.[fuzz]'``), Google's libFuzzer for Python; all arguments are libFuzzer's.  The golden
inputs and ``corpus/engine.txt`` are the first corpus.  Half of the mutations are libFuzzer's own, on bytes; the other
half move, repeat and drop lines and put statements in, so that the text stays near to Go.

What must hold of any text: no exception, edits that are disjoint and inside the text, statuses that go
with the outcomes, no new syntax error, a second run that changes nothing.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["defermod"]):
    from defermod.engine.fixpoint import analyse
    from defermod.engine.registry import transforms
    from defermod.model import Options
    from defermod.syntax.source import Source

    transforms()  # which imports them: what is imported later is not followed

from tests.engine.test_fixpoint import STATEMENTS, checked
from tests.engine.texts import only_what_was_refused
from tests.fuzz.corpus import corpus
from tests.support_go import GOLDEN
from tests.support_rules import HotEvidence, with_rules

OPTIONS = (
    Options(go_version=(1, 22)),
    Options(go_version=(1, 22), unsafe_fixes=True),
    with_rules(Options(go_version=(1, 22), unsafe_fixes=True), loop_style="explicit"),
    with_rules(
        Options(frozenset({"hot-defer"}), go_version=(1, 22), unsafe_fixes=True), hot=HotEvidence(patterns=("*",))
    ),
    Options(frozenset(transforms()), go_version=(1, 22), unsafe_fixes=True),
)


def test_one(text: bytes) -> None:
    """Raises whatever the engine raises, or AssertionError."""
    broken = Source(text).has_error
    for options in OPTIONS:
        result = checked(analyse("x.go", text, options), text)
        if result.changed:
            assert broken or not Source(result.after).has_error, "the rewrite does not parse"
            again = analyse("x.go", result.after, options)
            assert not again.changed or only_what_was_refused(result, again), "a second run changes something"


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """One mutation: of lines, or of bytes."""
    dice = random.Random(seed)
    if dice.random() < 0.5:
        mutated: bytes = atheris.Mutate(data, max_size)
        return mutated
    lines = data.split(b"\n")
    at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[other])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines.insert(at, dice.choice(STATEMENTS).encode())
        case _:
            first, last = sorted((at, other))
            lines[last:last] = lines[first : min(last, first + 8)]
    return b"\n".join(lines)[:max_size]


def main() -> None:
    with tempfile.TemporaryDirectory() as seeds:
        for path in GOLDEN.parent.glob("*/*/input.go"):
            Path(seeds, "-".join(path.parent.parts[-2:])).write_bytes(path.read_bytes())
        for number, text in enumerate(corpus("engine")):
            Path(seeds, str(number)).write_bytes(text)
        atheris.Setup([*sys.argv, seeds], test_one, custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
