"""A second run finds nothing more to fix, in goldens whose statements were deleted, swapped, repeated and replaced."""

# ruff: noqa: E501  (a case of a table is a line)

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from defermod.engine.fixpoint import analyse
from defermod.engine.registry import transforms
from defermod.golang.statements import statements
from defermod.model import Edit, EditError, Options, Status, apply_edits
from defermod.syntax.source import Source
from defermod.syntax.tree import Node
from tests.engine.texts import only_what_was_refused
from tests.support_facts import judged
from tests.support_go import GOLDEN
from tests.support_rules import HotEvidence, with_rules

SEED = 17
SAFE = Options(go_version=(1, 24))
WAYS = {
    "safe": SAFE,
    "unsafe": replace(SAFE, unsafe_fixes=True),
    "explicit": with_rules(replace(SAFE, unsafe_fixes=True), loop_style="explicit"),
    "hot": with_rules(
        replace(SAFE, select=frozenset({"hot-defer"}), unsafe_fixes=True), hot=HotEvidence(patterns=("*",))
    ),
    "both": with_rules(
        replace(SAFE, select=frozenset({"defer-in-loop", "hot-defer"}), unsafe_fixes=True),
        hot=HotEvidence(patterns=("*",)),
    ),
    "all": with_rules(
        replace(SAFE, select=frozenset(transforms()), unsafe_fixes=True), hot=HotEvidence(patterns=("*",))
    ),
    "family": replace(
        SAFE,
        select=frozenset(
            {"defer-in-loop", "defer-before-check", "needless-defer", "exit-after-defer", "early-argument",
             "late-cleanup", "lost-close-error", "wide-defer", "conditional-release"}
        ),
        unsafe_fixes=True,
    ),
}  # fmt: skip
PUT_IN = ("continue", "break", "return", "panic(1)", "{ defer close(c) }", "for {\n}", "select {\n}", "goto L")


@dataclass(frozen=True, slots=True)
class Difference:
    """A change by a second run that the first did not announce."""

    kind: str
    way: str
    text: bytes

    def __str__(self) -> str:
        return f"{self.kind} ({self.way}):\n{self.text.decode(errors='replace')}"


def mutants(text: bytes, dice: random.Random, count: int) -> Iterator[bytes]:
    """Texts that parse, one to three statements away from ``text``."""
    for _ in range(count):
        mutant = text
        for _ in range(dice.choice((1, 1, 2, 3))):
            mutant = _mutated(mutant, dice)
        if mutant != text and not Source(mutant).has_error:
            yield mutant


def _mutated(text: bytes, dice: random.Random) -> bytes:
    lists = [found for node in Source(text).root.find("block") if (found := statements(node))]
    if not lists:
        return text
    body = dice.choice(lists)
    at = dice.randrange(len(body))
    one, other = body[at], body[(at + 1) % len(body)]
    match dice.randrange(5):
        case 0:
            edits = [Edit(one.start, one.end, b"")]
        case 1:
            first, second = sorted((one, other), key=lambda node: node.start)
            edits = [_put(first, second.raw), _put(second, first.raw)] if first is not second else []
        case 2:
            edits = [Edit(one.end, one.end, b"\n" + one.raw)]
        case 3:
            edits = [Edit(one.end, one.end, b"\n" + dice.choice(PUT_IN).encode())]
        case _:
            edits = [Edit(one.start, one.start, b"{\n"), Edit(other.end, other.end, b"\n}")]
            edits = edits if one.start <= other.start else []
    return apply_edits(text, edits)


def _put(node: Node, new: bytes) -> Edit:
    return Edit(node.start, node.end, new)


def difference(text: bytes, way: str, *, typed: bool = True) -> Difference | None:
    """Return the difference between a first and a second run, where the judge has nothing against any fix, or, unless
    ``typed``, is not asked."""
    options = WAYS[way]
    try:
        first = analyse("x.go", text, options, facts=judged(text) if typed else None)
        if not first.changed:
            return None
        second = analyse("x.go", first.after, options, facts=judged(first.after) if typed else None)
    except (EditError, RuntimeError) as error:
        return Difference(f"raises {error!r}", way, text)
    if second.changed and not only_what_was_refused(first, second):
        return Difference("fixes more", way, text)
    left = Counter(f.rule for f in first.findings if f.status is not Status.FIXED)
    again = Counter(f.rule for f in second.findings)
    if way in ("safe", "unsafe") and left != again:
        return Difference("finds more" if again - left else "finds less", way, text)
    return None


def campaign(seed: int, pairs: int, ways: tuple[str, ...] = tuple(WAYS)) -> Iterator[Difference | None]:
    """For ``pairs`` mutants, each of a golden input and run in a way drawn at random, what differs, if anything does."""
    dice = random.Random(seed)
    inputs = [path.read_bytes() for path in sorted(GOLDEN.parent.glob("*/*/input.go"))]
    done = 0
    while done < pairs:
        for mutant in mutants(dice.choice(inputs), dice, 1):
            done += 1
            yield difference(mutant, dice.choice(ways))


def _function(body: str) -> bytes:
    return f"package p\n\nfunc g(names []string) (err error) {{\n{body}\n}}\n".encode()


FOUND_BY_IT = {
    "dead code after a block that is never left at its end": (
        "safe",
        "for _, n := range names {\n{\n{\nf := open(n)\ndefer f.Close()\nswitch n {\ncase \"a\":\nreturn f.run()\n"
        "default:\ncontinue\n}\n}\nf := open(n)\ndefer f.Close()\ncontinue\n}\n}\nreturn nil",
    ),
    "dead code after a jump": (
        "safe",
        "for _, n := range names {\nif n == \"\" {\nf := open(n)\ndefer f.Close()\nf.run()\ncontinue\n} else {\nbreak\n}\n"
        "f := open(n)\ndefer f.Close()\nf.run()\n}\nreturn nil",
    ),
    "dead code after a goto": (
        "safe",
        "again:\nfor _, n := range names {\n{\nf := open(n)\ndefer f.Close()\nf.run()\ngoto again\n}\nf := open(n)\n"
        "defer f.Close()\nf.run()\n}\nreturn nil",
    ),
    "two rules about one defer": (
        "family",
        "for _, n := range names {\nf, err := os.Open(n)\ndefer f.Close()\nif err != nil {\nreturn err\n}\nf.run()\n}\n"
        "return nil",
    ),
    "what a closure makes the last statement": (
        "family",
        "for _, n := range names {\nf := open(n)\ndefer f.Close()\nb := open(n)\nb.run()\ndefer b.Close()\n}\nreturn nil",
    ),
    "a neighbour of an outer loop": (
        "safe",
        "for range names {\nfor _, n := range names {\nif n != \"\" {\nf := open(n)\ndefer f.Close()\nif f.bad() {\ncontinue\n}\n"
        "d := open(n)\ndefer d.Close()\nd.run()\n}\nbreak\n}\n}\nreturn nil",
    ),
    "a body on one line whose last statement is a defer": ("hot", "c.mu.Lock(); c.n++; defer c.mu.Unlock()"),
    "a defer that another rule writes anew in another place": (
        "all",
        "c, err := dial(names)\ndefer c.Free()\nif err != nil {\nreturn err\n}\nc.run()\nreturn nil",
    ),
    "a defer that another rule puts a literal around": (
        "all",
        "var err error\ndefer log(err)\nerr = run(names)\nuse(err)\nreturn nil",
    ),
    "a result that only a defer further on sees": (
        "hot",
        "defer t.end()\nif err := check(names); err != nil {\ndefer f.Close()\nreturn fmt.Errorf(\"%w\", err)\n}\n"
        "defer func() {\nfmt.Println(err)\n}()\nreturn errors.New(names[0])",
    ),
    "a deferred literal that another rule gives a name": (
        "all",
        "failed := true\ndefer func() {\nif failed {\nlog.Print(names)\nfailed = false\n}\n}()\nrun(names)\nos.Exit(3)\n"
        "return nil",
    ),
    "a literal that ends the program": (
        "all",
        "failed := true\ndefer func() {\nif failed {\nlog.Print(names)\n}\n}()\nrun(names)\nfailed = false\n"
        "defer func() {\nif names == nil {\nos.Exit(3)\n}\n}()\nreturn run(names)",
    ),
    "both rules on the same defer": ("both", "for _, n := range names {\nf := open(n)\ndefer f.Close()\nf.run()\n}\nreturn nil"),
}  # fmt: skip
"""Finds of campaigns and people: the flags of the run, and the function's body."""


@pytest.mark.parametrize("case", FOUND_BY_IT)
def test_found_by_it(case: str) -> None:
    way, body = FOUND_BY_IT[case]
    text = _function(body)
    if "\n" not in body:
        text = text.replace(b"{\n", b"{ ").replace(b"\n}", b" }")
    assert analyse("x.go", text, WAYS[way], facts=judged(text)).changed
    assert difference(text, way) is None
    assert difference(text, way, typed=False) is None


def test_few() -> None:
    """A sample of the campaign, in the ways that most runs have."""
    found = [one for one in campaign(SEED, 700, ("safe", "unsafe")) if one is not None]
    assert not found, str(found[0])


@pytest.mark.campaign
def test_many() -> None:
    """A random sample of all goldens and ways; where several of the smaller rules move statements, few may differ."""
    seed, pairs = int(os.environ.get("DEFERMOD_SEED", SEED)), int(os.environ.get("DEFERMOD_PAIRS", "15000"))
    found = [one for one in campaign(seed, pairs) if one is not None]
    print(f"{pairs} pairs, {len(found)} differ", *found, sep="\n")
    assert not [str(one) for one in found if one.way != "family"]
    assert len(found) * 5000 < pairs, str(found[0])
