"""Deliberately wrong tools.  An oracle that lets one of them pass would let the same mistake pass in defermod.

Most replace one decision of the tool by a wrong one; some spoil its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from defermod.golang.facts import FileFacts
from defermod.rewrite import closure
from defermod.rewrite import region as exits
from defermod.rewrite.explicit import writer as calls_exits
from defermod.rewrite.explicit.exits import FunctionExits, RegionExits, Way
from defermod.rewrite.explicit.operands import Plan, Planner
from defermod.rewrite.explicit.planner import ExplicitCalls
from defermod.rewrite.explicit.stability import Values
from defermod.rewrite.form_chooser import FormChooser
from defermod.rewrite.region import Exit, ExitKind, Region
from defermod.syntax.tree import Node
from tests.differential import rewriters
from tests.differential.builder import Taste
from tests.differential.campaign import FILE, Rewrite, judge, nothing_exempt, renumbered, rewrite_file
from tests.differential.generator import generate
from tests.differential.program import Contract, Program
from tests.differential.rewriters import Rewriter, Rewritten
from tests.differential.tree import Function, print_file

VERSION = (1, 21)
"""The language in which the loops' variables are shared, which one of the mutants forgets."""

_transform = import_module("defermod.transforms.loop_closure")
_early = import_module("defermod.transforms.loop_closure.early")
_hot = import_module("defermod.transforms.explicit_call")


_CLEAN = Taste()


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong tool, and the kind of functions that should show it."""

    name: str
    patches: Callable[[], AbstractContextManager[object]]
    tool: Rewriter = rewriters.safe
    taste: Taste = _CLEAN
    right: Callable[..., Rewritten] = rewriters.safe
    """The tool that it would be, were it not wrong."""
    contract: Contract = Contract.EARLIER
    enough: int = 7
    """Functions that it gets to show itself in: such as it rewrites otherwise than the right tool."""


# --- what is wrong is in the text ---------------------------------------------------------------


def _spoiled(spoil: Callable[[str], str]) -> Rewriter:
    def tool(text: str, version: tuple[int, int], facts: FileFacts | None = None) -> Rewritten:
        result = rewriters.safe(text, version, facts)
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
    if one.kind is ExitKind.FALL and one.node.kind == "continue_statement":
        return replace(one, kind=ExitKind.CONSTANT, statement="break")
    return one


def _break_goes_on(one: Exit) -> Exit:
    if one.kind is ExitKind.CONSTANT and one.statement.startswith("break"):
        return replace(one, kind=ExitKind.FALL, statement="")
    return one


def _label_forgotten(one: Exit) -> Exit:
    if one.kind is ExitKind.CONSTANT and one.statement.startswith(("break ", "continue ")):
        return replace(one, statement=one.statement.split()[0])
    return one


def _allowed(*codes: str) -> Callable[[], AbstractContextManager[object]]:
    """Hazards of these kinds are overlooked."""
    right = _early.EarlyRelease._verdict

    def verdict(self: Any, place: Any) -> Iterator[Any]:
        return (hazard for hazard in right(self, place) if hazard.code not in codes)

    return _patched(_early.EarlyRelease, "_verdict", verdict)


@contextmanager
def _results_in_temporaries() -> Iterator[None]:
    """Results are carried out of the closure although a deferred call in it reads them."""
    with (
        _allowed("reads-result")(),
        patch.object(FormChooser, "_results_observed", lambda _: False),
        patch.object(FormChooser, "_assigning", FormChooser._values_form),
    ):
        yield


def _bystanders_overlooked() -> AbstractContextManager[object]:
    """Of the defers that a closure moves, only those that pile up in its loop are judged."""
    right = _transform._Function._hazards_of

    def hazards_of(self: Any, region: Region, moved: list[Any]) -> list[Any]:
        found: list[Any] = right(self, region, [early for early in moved if early.defer.node in self.judged])
        return found

    return patch.object(_transform._Function, "_hazards_of", hazards_of)


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


def _around_the_loop(text: str) -> str:
    """A closure around an iteration becomes one around all of them."""
    loop = re.compile(
        r"^(\t+)(for .*\{\n(?:\1\t.*\n)*?)\1\tfunc\(\) \{\n((?:\1\t\t.*\n|\n)*?)\1\t\}\(\)\n\1\}\n", re.MULTILINE
    )
    return loop.sub(
        lambda m: m[0] if "return" in m[2] + m[3] else f"{m[1]}func() {{\n{m[1]}{m[2]}{m[3]}{m[1]}}}\n{m[1]}}}()\n",
        text,
    )


# --- what is wrong is an explicit call ----------------------------------------------------------


def _calls(
    name: str, patches: Callable[[], AbstractContextManager[object]], *, enough: int = 7, **taste: bool
) -> Mutant:
    """A wrong way to make the calls of defers outside of loops explicit."""
    tool = rewriters.hot
    return Mutant(name, patches, tool, Taste(hot=True, **taste), tool, Contract.EXACT_OR_LOST, enough)


@contextmanager
def _first_in_first_out() -> Iterator[None]:
    right = calls_exits.ExitWriter.edits

    def edits(self: calls_exits.ExitWriter, way: Way, plans: Sequence[Plan], absent: Sequence[Node] = ()) -> Any:
        return right(self, way, list(reversed(plans)), absent)

    with patch.object(calls_exits.ExitWriter, "edits", edits):
        yield


def _way_forgotten(ways: Any) -> Callable[[], AbstractContextManager[object]]:
    right = ways.after

    def after(self: Any, defer: Node) -> list[Way]:
        found: list[Way] = right(self, defer)
        return found[1:] or found

    return _patched(ways, "after", after)


@contextmanager
def _recover_inlined() -> Iterator[None]:
    """Neither the deferred call nor the file is asked whether it recovers."""
    with patch.object(Planner, "recovers", lambda *_: None), patch.object(_hot, "RECOVERS", re.compile(rb"(?!)")):
        yield


MUTANTS = (
    Mutant("last in, first out is forgotten", nullcontext, _spoiled(_order_forgotten)),
    Mutant("arguments are evaluated late", nullcontext, _spoiled(_arguments_late), enough=24),
    Mutant("a break leaves only the dispatch", nullcontext, _spoiled(_dispatched_by_switch)),
    Mutant("an unused label is kept", _patched(closure, "_unused_labels", lambda *_: [])),
    Mutant("an error that may be nil counts as one", _patched(exits, "known_error", lambda *_: True)),
    Mutant("continue leaves the loop", _exits_with(_continue_leaves)),
    Mutant("break goes on with the loop", _exits_with(_break_goes_on)),
    Mutant("a jump forgets its label", _exits_with(_label_forgotten), taste=Taste(labels=True), enough=24),
    Mutant("the closure ends early", _short_regions, enough=24),
    Mutant("a recover is overlooked", _allowed("recovers"), taste=Taste(recovers=True), enough=24),
    Mutant("a written result is overlooked", _allowed("writes-result", "writes-outer"), taste=Taste(writes=True)),
    Mutant("results stay in temporaries", _results_in_temporaries, taste=Taste(reads=True)),
    Mutant("an escape is overlooked", _allowed("escapes-iteration"), taste=Taste(escapes=True)),
    Mutant("a defer passed once is overlooked", _bystanders_overlooked, taste=Taste(escapes=True), enough=16),
    Mutant("a change of what the call reads is overlooked", _allowed("reads-outer")),
    Mutant("the closure is put around the loop", nullcontext, _spoiled(_around_the_loop)),
    _calls("calls: results are evaluated after them", _patched(Values, "stays", lambda *_: True)),
    _calls("calls: first in, first out", _first_in_first_out),
    _calls("calls: arguments are evaluated late", _patched(Values, "lasts", lambda *_: True)),
    _calls("calls: a way out is forgotten", _way_forgotten(FunctionExits)),
    _calls("calls: a way around the defer is forgotten", _patched(FunctionExits, "without", lambda *_: []), enough=24),
    _calls("calls: results that they see are not assigned", _patched(Values, "observed", lambda *_: False), reads=True),
    _calls("calls: a recover is overlooked", _recover_inlined, enough=24, recovers=True),
    Mutant(
        "calls: a panic is overlooked",
        _patched(ExplicitCalls, "_risk", lambda *_: None),
        rewriters.hot_safe,
        Taste(hot=True),
        rewriters.hot_safe,
        Contract.EXACT,
        enough=24,
    ),
    Mutant(
        "calls: a way out of the iteration is forgotten",
        _way_forgotten(RegionExits),
        rewriters.explicit,
        _CLEAN,
        rewriters.explicit,
        Contract.EARLIER_OR_LOST,
    ),
)

_LIMIT = 480


def _specimens(mutant: Mutant, seed: int) -> list[Rewrite]:
    """Functions that the mutant rewrites in its own way."""
    found: list[Rewrite] = []
    # A file in which something recovers panics gets no explicit calls: one function a file.
    together = FILE if mutant.contract is Contract.EARLIER else 1
    for number in range(seed, seed + _LIMIT, together):
        functions, facts = _typed(seed, number, together, mutant.taste)
        right = _right(seed, number, together, mutant.taste, mutant.right)
        with mutant.patches():
            wrong = rewrite_file(functions, VERSION, mutant.tool, facts)
        if crash := next((rewrite.error for rewrite in wrong if rewrite.error), ""):
            raise RuntimeError(f"{mutant.name}: a tool that gives no result shows nothing of the oracle: {crash}")
        found += [w for w, r in zip(wrong, right, strict=True) if w.pair.after != r.pair.after]
        if len(found) >= mutant.enough:
            break
    return found


_BLOCK = 7 * FILE
"""Functions whose types are asked for together."""


@cache
def _block(first: int, together: int, taste: Taste) -> list[tuple[list[Function], FileFacts | None]]:
    """Files of functions from ``first`` on, with what the type checker says about them."""
    numbers = range(first, first + _BLOCK, together)
    files = [[generate(n, n, VERSION, taste) for n in range(number, number + together)] for number in numbers]
    with TemporaryDirectory(prefix="defermod-mutants-") as directory:
        known = Program(Path(directory), VERSION, 1).facts([print_file(some, stand_ins=True).text for some in files])
    return list(zip(files, known, strict=True))


def _typed(seed: int, number: int, together: int, taste: Taste) -> tuple[list[Function], FileFacts | None]:
    block, rest = divmod(number - seed, _BLOCK)
    return _block(seed + block * _BLOCK, together, taste)[rest // together]


@cache
def _right(seed: int, number: int, count: int, taste: Taste, tool: Callable[..., Rewritten]) -> list[Rewrite]:
    functions, facts = _typed(seed, number, count, taste)
    return rewrite_file(functions, VERSION, tool, facts)


def caught(seed: int, mutants: tuple[Mutant, ...] = MUTANTS) -> dict[str, Counter[str]]:
    """For each mutant, the classes of the differences that the oracle saw."""
    owner: dict[int, str] = {}
    rewrites: dict[Contract, list[Rewrite]] = {}
    for mutant in mutants:
        for rewrite in _specimens(mutant, seed):
            owner[len(owner)] = mutant.name
            rewrites.setdefault(mutant.contract, []).append(_numbered(rewrite, len(owner) - 1))
    out: dict[str, Counter[str]] = {mutant.name: Counter() for mutant in mutants}
    with TemporaryDirectory(prefix="defermod-mutants-") as directory:
        for contract, some in rewrites.items():
            place = Path(directory) / contract.name
            place.mkdir()
            _, failures = judge(some, Program(place, VERSION, 60, contract=contract), VERSION, nothing_exempt)
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
