"""Any number of texts, for every rule: ``python -m tests.engine.texts --seed 1 --count 1000000``.

What hypothesis makes for ``test_any_text.py`` is made here by a generator of its own, as hypothesis' choice of
what to try next costs more than the program does: functions of random statements, functions of the golden cases with
pieces cut out, repeated, exchanged and put in, tokens, bytes.  A seed gives the same texts each time.

What must hold of any text: no exception, edits that are disjoint and inside of it, statuses that go with the
outcomes, no new syntax error, a second run that changes nothing, and no long time.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from defermod.engine.fixpoint import analyse
from defermod.engine.registry import transforms
from defermod.model import FileResult, Options, Status
from defermod.syntax.source import Source
from tests.engine.test_fixpoint import RESULTS, STATEMENTS, TOKENS, checked
from tests.support_go import GOLDEN
from tests.support_rules import HotEvidence, with_rules

MOST = 5.0
"""Seconds of computing for one text, of at most some thousand bytes."""
HOT = HotEvidence(patterns=("*",))
WAYS = (
    with_rules(Options(go_version=(1, 22)), hot=HOT),
    with_rules(Options(go_version=(1, 24), unsafe_fixes=True), hot=HOT),
    with_rules(Options(go_version=(1, 21), unsafe_fixes=True), loop_style="explicit", hot=HOT),
)
SIGNATURES = ("f()", "(r *T) f()", "f[T any](x []T)", "f(t *testing.T)", "f(err error)")


@dataclass(frozen=True, slots=True)
class Failure:
    """A text of which something does not hold."""

    what: str
    number: int
    rules: frozenset[str]
    text: bytes

    def __str__(self) -> str:
        return f"text {self.number} ({', '.join(sorted(self.rules))}): {self.what}\n{self.text!r}"


def texts(seed: int) -> Iterator[bytes]:
    """Texts without end."""
    dice = random.Random(seed)
    functions = _golden_functions()
    while True:
        match dice.randrange(10):
            case 0:
                yield dice.randbytes(dice.randrange(200))
            case 1:
                tokens = " ".join(dice.choices(TOKENS, k=dice.randrange(60)))
                yield f"package p\nfunc f(x any) (err error) {{ for {{ defer f()\n {tokens}\n }} }}\n".encode()
            case 2 | 3 | 4 | 5:
                yield _made(dice)
            case _:
                yield _damaged(dice.choice(functions), functions, dice)


def _golden_functions() -> list[bytes]:
    """The functions of the golden cases that defer something."""
    found = []
    for path in sorted(GOLDEN.parent.glob("*/*/input.go")):
        source = Source(path.read_bytes())
        parts = [source.text[part.span.start : part.span.end] for part in source.outlines(lambda _: True)]
        found += [part for part in parts if part.startswith(b"func") and b"defer" in part and len(part) < 2000]
    return found


def _made(dice: random.Random) -> bytes:
    """A function with a loop of random statements, in one of the ways in which files are laid out."""
    body = "\n".join(dice.choices(STATEMENTS, k=dice.randrange(9)))
    label, result = dice.choice(("L:\n", "")), dice.choice(RESULTS)
    loop = f"{label}for _, name := range x {{\n{body}\n}}\n"
    match dice.randrange(6):
        case 0:
            loop = "\n".join(dice.choices(STATEMENTS, k=3)) + "\n" + loop
        case 1:
            loop += "\n".join(dice.choices(STATEMENTS, k=3)) + "\n"
        case 2:
            loop = f"for range y {{\n{loop}}}\n"
    text = f"package p\n\nfunc {dice.choice(SIGNATURES)} {result} {{\n{loop}}}\n".encode()
    if dice.random() < 0.1:
        text = text.replace(b"\n", b"\r\n")
    return (b"\xef\xbb\xbf" if dice.random() < 0.05 else b"") + text


def _damaged(text: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """A function with lines and pieces cut out, repeated, exchanged and put in."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        lines = text.split(b"\n")
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        place = dice.randrange(len(text) + 1)
        match dice.randrange(8):
            case 0:
                text = text[:place] + text[place + dice.randrange(1, 30) :]
            case 1:
                text = text[:place] + dice.randbytes(dice.randrange(1, 4)) + text[place:]
            case 2:
                text = b"\n".join(lines[:at] + lines[at + 1 :])
            case 3:
                text = b"\n".join(lines[: at + 1] + lines[at:])
            case 4:
                lines[at], lines[other] = lines[other], lines[at]
                text = b"\n".join(lines)
            case 5:
                first, last = sorted((at, other))
                text = b"\n".join(lines[:last] + lines[first:last][:8] + lines[last:])
            case 6:
                piece = dice.choice(others).split(b"\n")
                start = dice.randrange(len(piece))
                text = b"\n".join(lines[:at] + piece[start : start + dice.randrange(1, 8)] + lines[at:])
            case _:
                text = b"\n".join([*lines[:at], dice.choice(STATEMENTS).encode(), *lines[at:]])
    return b"package p\n\n" + text[:4000] + b"\n"


def failure_of(text: bytes, options: Options) -> str | None:
    """Return what does not hold of a text, if anything does not."""
    start = time.process_time()
    try:
        result = checked(analyse("x.go", text, options), text)
        if not {finding.rule for finding in result.findings} <= options.select:
            return "a finding of a rule that was not asked for"
        if result.changed:
            if Source(result.after).has_error and not Source(text).has_error:
                return "the rewrite does not parse"
            again = analyse("x.go", result.after, options)
            if again.changed and not only_what_was_refused(result, again):
                return "a second run changes something"
    except Exception:
        return traceback.format_exc(limit=-3)
    return "takes long" if time.process_time() - start > MOST else None


def only_what_was_refused(first: FileResult, second: FileResult) -> bool:
    """Return True if all that a second run fixes was refused by the first, which fixed what another rule had found.

    docs/semantics.md says so of it, and that a defer which has come into a closure may be hot there.
    """
    by = {finding.rule for finding in first.findings if finding.status is Status.FIXED}
    refused = {finding.rule for finding in first.findings if finding.refusal is not None}
    more = {finding.rule for finding in second.findings if finding.status is Status.FIXED}
    exposed = {"hot-defer"} if "defer-in-loop" in more else set()
    return more - exposed <= refused and all(by - {rule} for rule in more)


def campaign(seed: int, count: int, seen: Counter[str] | None = None) -> Iterator[Failure]:
    """Look at ``count`` texts, every third one with all rules together, the others with one; yield what fails.

    ``seen`` counts the texts by rule, and those in which something was found or changed.
    """
    dice = random.Random(seed + 1)
    rules = sorted(transforms())
    for number, text in zip(range(count), texts(seed), strict=False):
        chosen = frozenset(rules) if number % 3 == 0 else frozenset({dice.choice(rules)})
        options = replace(dice.choice(WAYS), select=chosen)
        what = failure_of(text, options)
        if seen is not None:
            seen["all rules" if len(chosen) > 1 else next(iter(chosen))] += 1
        if what is not None:
            yield Failure(what, number, chosen, text)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--most", type=int, default=20, help="stop after so many failures")
    wanted = parser.parse_args()
    seen: Counter[str] = Counter()
    failures = 0
    for failure in campaign(wanted.seed, wanted.count, seen):
        failures += 1
        print(failure, flush=True)
        if failures == wanted.most:
            break
    looked_at = ", ".join(f"{rule} {number:,}" for rule, number in sorted(seen.items()))
    print(f"{seen.total():,} texts in {time.process_time():.0f} s of processor time, {failures} failures ({looked_at})")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
