"""Deliberately wrong tools.  An oracle that lets one of them pass would let the same mistake pass in defermod.

Most replace one decision of the tool by a wrong one; some spoil its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from defermod.analysis.early import Early
from defermod.analysis.hazard import Hazard
from defermod.facts import FileFacts
from defermod.rewrite import closure, exits
from defermod.rewrite.exits import Exit, Leaves, Region
from defermod.rewrite.forms import FormChooser
from tests.differential import rewriters
from tests.differential.builder import Taste
from tests.differential.campaign import Rewrite, judge, nothing_exempt, renumbered, rewrite_file
from tests.differential.generator import generate
from tests.differential.program import Program
from tests.differential.rewriters import Rewriter, Rewritten

VERSION = (1, 21)
"""The language in which the loops' variables are shared, which one of the mutants forgets."""

_transform = import_module("defermod.transforms.loop_closure")


_CLEAN = Taste()


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong tool, and the kind of functions that should show it."""

    name: str
    patches: Callable[[], AbstractContextManager[object]]
    tool: Rewriter = rewriters.safe
    taste: Taste = _CLEAN


_safe = cache(rewriters.safe)
"""The right tool, for those that spoil what it writes."""


# --- what is wrong is in the text ---------------------------------------------------------------


def _spoiled(spoil: Callable[[str], str]) -> Rewriter:
    def tool(text: str, version: tuple[int, int], _facts: FileFacts | None = None) -> Rewritten:
        result = _safe(text, version)
        return replace(result, after=spoil(result.after)) if any(f.fixed for f in result.found) else result

    return tool


def _order_forgotten(text: str) -> str:
    """Two defers of a closure become one that releases in the order of acquisition."""
    pair = re.compile(r"^(\t+)defer (\w+)\.Close\(\)\n((?:\1.*\n)*?)\1defer (\w+)\.Close\(\)\n", re.MULTILINE)
    return pair.sub(r"\3\1defer func() { \2.Close(); \4.Close() }()\n", text)


def _arguments_late(text: str) -> str:
    return re.sub(r"^(\t+)defer (\w+\.Finish\(.*\))$", r"\1defer func() { \2 }()", text, flags=re.MULTILINE)


def _dispatched_by_switch(text: str) -> str:
    """``if stop := func() bool {...}(); stop { break }`` as a switch: the break leaves only that."""
    lines = text.split("\n")
    for i, line in enumerate(lines[:-1]):
        if re.fullmatch(r"\t+\}\(\); stop \{", line) and lines[i + 1].strip() == "break":
            indent = line[: len(line) - len(line.lstrip("\t"))]
            opening = next((j for j in range(i, 0, -1) if lines[j] == f"{indent}if stop := func() bool {{"), None)
            if opening is not None:
                lines[opening] = f"{indent}switch stop := func() bool {{"
                lines[i] = f"{indent}}}(); {{\n{indent}case stop:"
    return "\n".join(lines)


# --- what is wrong is a decision ----------------------------------------------------------------


def _patched(target: Any, attribute: str, wrong: Any) -> Callable[[], AbstractContextManager[object]]:
    return lambda: patch.object(target, attribute, wrong)


def _exits_with(change: Callable[[Exit], Exit]) -> Callable[[], AbstractContextManager[object]]:
    """The ways out of a region, some of them misunderstood."""
    right = exits.region_exits

    def region_exits(region: Region, *rest: Any) -> list[Exit]:
        return [change(one) for one in right(region, *rest)]

    return _patched(_transform, "region_exits", region_exits)


def _continue_leaves(one: Exit) -> Exit:
    if one.leaves is Leaves.FALL and one.node.kind == "continue_statement":
        return replace(one, leaves=Leaves.CONSTANT, key="break")
    return one


def _break_goes_on(one: Exit) -> Exit:
    if one.leaves is Leaves.CONSTANT and one.key.startswith("break"):
        return replace(one, leaves=Leaves.FALL, key="")
    return one


def _label_forgotten(one: Exit) -> Exit:
    if one.leaves is Leaves.CONSTANT and one.key.startswith(("break ", "continue ")):
        return replace(one, key=one.key.split()[0])
    return one


def _allowed(*codes: str) -> Callable[[], AbstractContextManager[object]]:
    """Hazards of these kinds are overlooked."""
    right = Early.hazards.func

    def hazards(self: Early) -> tuple[Hazard, ...]:
        return tuple(hazard for hazard in right(self) if hazard.code not in codes)

    return _patched(Early, "hazards", property(hazards))


@contextmanager
def _results_in_temporaries() -> Iterator[None]:
    """Results are carried out of the closure although a deferred call in it reads them."""
    with _allowed("reads-result")(), patch.object(FormChooser, "_must_assign_results", lambda _: False):
        yield


def _version_forgotten(text: str, _version: tuple[int, int], _facts: FileFacts | None = None) -> Rewritten:
    return rewriters.safe(text, (1, 22))


def _short_regions() -> AbstractContextManager[object]:
    """The closure ends a statement early."""
    right = _transform.candidates

    def candidates(*args: Any) -> Iterator[Any]:
        for candidate in right(*args):
            region = candidate.region
            if not candidate.in_place and len(region.statements) > 1:
                yield replace(candidate, region=replace(region, last=region.last - 1))
            else:
                yield candidate

    return patch.object(_transform, "candidates", candidates)


MUTANTS = (
    Mutant("last in, first out is forgotten", nullcontext, _spoiled(_order_forgotten)),
    Mutant("arguments are evaluated late", nullcontext, _spoiled(_arguments_late)),
    Mutant("a break leaves only the dispatch", nullcontext, _spoiled(_dispatched_by_switch)),
    Mutant("an unused label is kept", _patched(closure, "_unused_labels", lambda *_: [])),
    Mutant("an error that may be nil counts as one", _patched(exits, "known_error", lambda *_: True)),
    Mutant("continue leaves the loop", _exits_with(_continue_leaves)),
    Mutant("break goes on with the loop", _exits_with(_break_goes_on)),
    Mutant("the label of a jump is forgotten", _exits_with(_label_forgotten), taste=Taste(labels=True)),
    Mutant("the closure ends early", _short_regions),
    Mutant("a recover is overlooked", _allowed("recovers"), taste=Taste(recovers=True)),
    Mutant("a written result is overlooked", _allowed("writes-result", "writes-outer"), taste=Taste(writes=True)),
    Mutant("results stay in temporaries", _results_in_temporaries, taste=Taste(reads=True)),
    Mutant("an escape is overlooked", _allowed("escapes-iteration"), taste=Taste(escapes=True)),
    Mutant("loop variables are not shared", nullcontext, _version_forgotten),
)

_ENOUGH = 7
"""Functions that a mutant gets to show itself in: such as it rewrites otherwise than the right tool."""
_LIMIT = 480
_FILE = 8


def _specimens(mutant: Mutant, seed: int) -> list[Rewrite]:
    """Functions that the mutant rewrites in its own way."""
    found: list[Rewrite] = []
    for number in range(seed, seed + _LIMIT, _FILE):
        right = _right(number, mutant.taste)
        functions = [rewrite.pair.function for rewrite in right]
        with mutant.patches():
            wrong = rewrite_file(functions, VERSION, mutant.tool)
        if crash := next((rewrite.error for rewrite in wrong if rewrite.error), ""):
            raise RuntimeError(f"{mutant.name}: a tool that gives no result shows nothing of the oracle: {crash}")
        found += [w for w, r in zip(wrong, right, strict=True) if w.pair.after != r.pair.after]
        if len(found) >= _ENOUGH:
            break
    return found


@cache
def _right(number: int, taste: Taste) -> list[Rewrite]:
    functions = [generate(n, n, VERSION, taste) for n in range(number, number + _FILE)]
    return rewrite_file(functions, VERSION, _safe)


def caught(seed: int, mutants: tuple[Mutant, ...] = MUTANTS) -> dict[str, Counter[str]]:
    """For each mutant, the classes of the differences that the oracle saw."""
    owner: dict[int, str] = {}
    rewrites: list[Rewrite] = []
    for mutant in mutants:
        for rewrite in _specimens(mutant, seed):
            number = len(rewrites)
            owner[number] = mutant.name
            rewrites.append(_numbered(rewrite, number))
    with TemporaryDirectory(prefix="defermod-mutants-") as directory:
        _, failures = judge(rewrites, Program(Path(directory), VERSION, 60), VERSION, nothing_exempt)
    out: dict[str, Counter[str]] = {mutant.name: Counter() for mutant in mutants}
    for failure in failures:
        out[owner[failure.function.number]][failure.trouble] += 1
    return out


def _numbered(rewrite: Rewrite, number: int) -> Rewrite:
    """The same rewrite of the same function under another name."""
    pair = rewrite.pair
    function = renumbered(pair.function, number)

    def renamed(text: str) -> str:
        return text.replace(f"{pair.function.name}[", f"{function.name}[", 1).replace(
            f"{pair.function.name}(", f"{function.name}(", 1
        )

    renewed = replace(pair, function=function, before=renamed(pair.before), after=renamed(pair.after))
    return replace(rewrite, pair=renewed)
